// Matches of frequent symbols by number-theoretic transforms: exact for every count below the prime.

import type { PositionLists } from '../symbols.ts';
import { ModularPlan, transformPrimes } from './ntt.ts';

/** Correlates indicators of a pattern's symbols with those of blocks of a text. */
export class ModularCorrelator {
  readonly #plan: ModularPlan;
  readonly #pattern: PositionLists;
  readonly #spectra = new Map<number, Int32Array>();

  /**
   * For blocks of at most `length` symbols, a power of two; the pattern is at most half as long.
   *
   * @throws {InvalidInputError} `unsupported` for a length above 2^26
   */
  constructor(length: number, pattern: PositionLists) {
    this.#plan = new ModularPlan(length, transformPrimes(length, 1, 'pattern')[0]);
    this.#pattern = pattern;
  }

  /**
   * matches_i += sum over `symbols` of the pairs of equal symbols at shift i < matches.length. Pauses after every symbol.
   *
   * @returns how many transforms that took
   */
  *addMatches(symbols: readonly number[], text: PositionLists, matches: Int32Array): Generator<undefined, number> {
    const { length } = this.#plan;
    const sum = new Int32Array(length);
    const a = new Int32Array(length);
    let transforms = symbols.length + 1;
    for (const c of symbols) {
      a.fill(0);
      for (let k = text.start[c]; k < text.start[c + 1]; k++) a[text.positions[k]] = 1;
      this.#plan.forward(a);
      let spectrum = this.#spectra.get(c);
      if (!spectrum) {
        spectrum = this.#spectrumOf(c);
        transforms++;
        if ((this.#spectra.size + 1) * length <= KEPT_NUMBERS) this.#spectra.set(c, spectrum);
      }
      this.#plan.addProducts(a, spectrum, sum);
      yield;
    }
    this.#plan.inverse(sum);
    for (let i = 0; i < matches.length; i++) matches[i] += sum[i];
    return transforms;
  }

  /** The spectrum of a symbol's places in the pattern, reversed, so that a product is a correlation: y - x modulo the length. */
  #spectrumOf(c: number): Int32Array {
    const { length } = this.#plan;
    const spectrum = new Int32Array(length);
    for (let k = this.#pattern.start[c]; k < this.#pattern.start[c + 1]; k++) {
      spectrum[(length - this.#pattern.positions[k]) & (length - 1)] = 1;
    }
    this.#plan.forward(spectrum);
    return spectrum;
  }
}

/** Numbers of spectra of the pattern that are kept for all blocks: 64 MB. */
const KEPT_NUMBERS = 2 ** 24;
