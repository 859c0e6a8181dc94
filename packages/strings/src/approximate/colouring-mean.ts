// The mean of distances after random colourings, corrected for what they lose on average.
//
// A mismatch survives a colouring with B colours with probability 1 - 1/B, so D^h B/(B-1) is unbiased.
import type { Random } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import { type ColourablePair, colouredDistances, foreignMismatches, randomColours } from './colouring.ts';

/** Unbiased estimates of distances, with their standard errors. */
export class ColouringMean {
  /** Colourings so far. */
  repeats = 0;
  readonly #pair: ColourablePair;
  readonly #colours: number;
  /** What a mean is multiplied by. */
  readonly #scale: number;
  /** Mismatches that survive every colouring. */
  readonly #foreign: Int32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** @param colours - at least 2 */
  constructor(pair: ColourablePair, colours: number) {
    this.#pair = pair;
    this.#colours = colours;
    this.#scale = colours / (colours - 1);
    this.#foreign = foreignMismatches(pair);
    const shifts = shiftsOf(pair);
    this.#sums = new Float64Array(shifts);
    this.#squares = new Float64Array(shifts);
  }

  /** One more random colouring. */
  add(random: Random): void {
    const coarse = colouredDistances(
      this.#pair,
      randomColours(this.#pair.alphabetSize, this.#colours, random),
    );
    for (let i = 0; i < coarse.length; i++) {
      const known = coarse[i] - this.#foreign[i];
      this.#sums[i] += known;
      this.#squares[i] += known * known;
    }
    this.repeats++;
  }

  /** Unbiased estimates; lower bounds before the first colouring. */
  estimates(): Float64Array {
    const share = this.#scale / Math.max(1, this.repeats);
    return this.#sums.map((sum, i) => this.#foreign[i] + share * sum);
  }

  /** Shifts whose standard error is above a share of their estimate; at least two colourings are needed. */
  uncertain(share: number): number[] {
    const { repeats } = this;
    const open: number[] = [];
    for (let i = 0; i < this.#sums.length; i++) {
      const mean = this.#sums[i] / repeats;
      const variance = Math.max(0, this.#squares[i] / repeats - mean * mean) / (repeats - 1);
      const estimate = this.#foreign[i] + this.#scale * mean;
      if (this.#scale * Math.sqrt(variance) > share * estimate) open.push(i);
    }
    return open;
  }
}
