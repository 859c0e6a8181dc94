// Matches of frequent symbols by number-theoretic transforms: exact for every count below the prime.

import type { PositionLists } from '../symbols.ts';
import { ModularPlan, transformPrimes } from './ntt.ts';

/** Correlates indicators of a pattern's symbols with those of blocks of a text. */
export class ModularCorrelator {
  readonly #plan: ModularPlan;
  readonly #pattern: PositionLists;

  /**
   * For blocks of at most `length` symbols, a power of two; the pattern is at most half as long.
   *
   * @throws {InvalidInputError} `unsupported` for a length above 2^26
   */
  constructor(length: number, pattern: PositionLists) {
    this.#plan = new ModularPlan(length, transformPrimes(length, 1, 'pattern')[0]);
    this.#pattern = pattern;
  }

  /** matches_i += sum over `symbols` of the pairs of equal symbols at shift i < matches.length. */
  addMatches(symbols: readonly number[], text: PositionLists, matches: Int32Array): void {
    const { length } = this.#plan;
    const sum = new Int32Array(length);
    const a = new Int32Array(length);
    const b = new Int32Array(length);
    for (const c of symbols) {
      a.fill(0);
      b.fill(0);
      for (let k = text.start[c]; k < text.start[c + 1]; k++) a[text.positions[k]] = 1;
      // Reversed, so that the product is a correlation: exponent y - x modulo the length.
      for (let k = this.#pattern.start[c]; k < this.#pattern.start[c + 1]; k++) {
        b[(length - this.#pattern.positions[k]) & (length - 1)] = 1;
      }
      this.#plan.forward(a);
      this.#plan.forward(b);
      this.#plan.addProducts(a, b, sum);
    }
    this.#plan.inverse(sum);
    for (let i = 0; i < matches.length; i++) matches[i] += sum[i];
  }
}
