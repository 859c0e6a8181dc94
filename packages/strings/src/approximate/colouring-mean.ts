// The mean of distances after random colourings, corrected for what they lose on average.
//
// A mismatch survives a colouring with B colours with probability 1 - 1/B, so D^h B/(B-1) is unbiased.
import type { Random } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import type { ColourablePair } from './colouring.ts';
import { colouredDistances, foreignMismatches, randomColours } from './colouring.ts';

/** Unbiased estimates of distances. */
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

  /** @param colours - at least 2 */
  constructor(pair: ColourablePair, colours: number) {
    this.#pair = pair;
    this.#colours = colours;
    this.#scale = colours / (colours - 1);
    this.#foreign = foreignMismatches(pair);
    this.#sums = new Float64Array(shiftsOf(pair));
  }

  /** One more random colouring. */
  add(random: Random): void {
    const coarse = colouredDistances(
      this.#pair,
      randomColours(this.#pair.alphabetSize, this.#colours, random),
    );
    for (let i = 0; i < coarse.length; i++) {
      this.#sums[i] += coarse[i] - this.#foreign[i];
    }
    this.repeats++;
  }

  /** Unbiased estimates; lower bounds before the first colouring. */
  estimates(): Float64Array {
    const share = this.#scale / Math.max(1, this.repeats);
    return this.#sums.map((sum, i) => this.#foreign[i] + share * sum);
  }
}
