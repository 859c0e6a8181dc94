// Matches of frequent symbols by number-theoretic transforms: exact for every count below the prime.
import { int32, layout } from '@infimum/linalg/kernels';
import { stringKernels } from '../kernels.ts';
import type { PositionLists } from '../symbols.ts';
import { ModularPlan, transformPrimes } from './ntt.ts';

/** Correlates indicators of a pattern's symbols with those of blocks of a text. */
export class ModularCorrelator {
  readonly #plan: ModularPlan;
  readonly #pattern: PositionLists;
  readonly #memory;
  readonly #spectra = new Map<number, Int32Array>();

  /**
   * For blocks of at most `length` symbols, a power of two; the pattern is at most half as long.
   *
   * @throws {InvalidInputError} `unsupported` for a length above 2^26
   */
  constructor(length: number, pattern: PositionLists, threads = 1) {
    this.#plan = new ModularPlan(length, transformPrimes(length, 1, 'pattern')[0]);
    this.#pattern = pattern;
    const rooms = Array.from({ length: 2 * threads }, () => int32(length));
    this.#memory = layout({ roots: this.#plan.roots, rooms }, { threads });
  }

  /**
   * matches_i += sum over `symbols` of the pairs of equal symbols at shift i < matches.length. Pauses after every symbol, or as many as
   * there are threads.
   *
   * @returns how many transforms that took
   */
  *addMatches(symbols: readonly number[], text: PositionLists, matches: Int32Array): Generator<undefined, number> {
    const { length, prime } = this.#plan;
    const { workspace, rooms, roots } = this.#memory;
    const sum = new Int32Array(length);
    const together = rooms.length / 2;
    let transforms = 1;
    for (let first = 0; first < symbols.length; first += together) {
      const group = symbols.slice(first, first + together);
      const fresh = group.filter((c) => !this.#spectra.has(c));
      const work = [...group.map((c) => this.#textOf(c, text)), ...fresh.map((c) => this.#patternOf(c))];
      work.forEach((places, w) => {
        rooms[w].fill(0);
        for (const place of places) rooms[w][place] = 1;
      });
      workspace.parallel(stringKernels, 'modularForward', { items: work.length, block: 1 }, (w) => [
        length,
        rooms[w].byteOffset,
        roots.byteOffset,
        prime,
      ]);
      transforms += work.length;
      for (const [g, c] of group.entries()) {
        const spectrum = this.#spectra.get(c) ?? rooms[group.length + fresh.indexOf(c)];
        this.#plan.addProducts(rooms[g], spectrum, sum);
        if (this.#spectra.has(c) || (this.#spectra.size + 1) * length > KEPT_NUMBERS) continue;
        this.#spectra.set(c, spectrum.slice());
      }
      yield;
    }
    this.#plan.inverse(sum);
    for (let i = 0; i < matches.length; i++) matches[i] += sum[i];
    return transforms;
  }

  #textOf(c: number, { start, positions }: PositionLists): Int32Array {
    return positions.subarray(start[c], start[c + 1]);
  }

  /** The places of a symbol in the pattern, reversed, so that a product is a correlation: y - x modulo the length. */
  #patternOf(c: number): Int32Array {
    const { length } = this.#plan;
    return this.#textOf(c, this.#pattern).map((place) => (length - place) & (length - 1));
  }

  release(): void {
    this.#memory.workspace.release();
  }
}

/** Numbers of spectra of the pattern that are kept for all blocks: 64 MB. */
const KEPT_NUMBERS = 2 ** 24;
