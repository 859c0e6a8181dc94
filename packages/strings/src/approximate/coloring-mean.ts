// The mean of distances after random colourings, corrected for their average loss.
//
// A mismatch survives a colouring with B colours with probability 1 - 1/B, so D^h B/(B-1) is unbiased.
import type { Random } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import type { ColorablePair } from './coloring.ts';
import { coloredDistances, foreignMismatches, randomColors } from './coloring.ts';

/** Unbiased estimates of distances. */
export class ColoringMean {
  /** Colourings so far. */
  repeats = 0;
  readonly #pair: ColorablePair;
  readonly #colors: number;
  /** The correction factor of a mean. */
  readonly #scale: number;
  /** Mismatches that survive every colouring. */
  readonly #foreign: Int32Array;
  readonly #sums: Float64Array;

  /** @param colours - at least 2 */
  constructor(pair: ColorablePair, colors: number) {
    this.#pair = pair;
    this.#colors = colors;
    this.#scale = colors / (colors - 1);
    this.#foreign = foreignMismatches(pair);
    this.#sums = new Float64Array(shiftsOf(pair));
  }

  /** One more random colouring. */
  add(random: Random): void {
    const coarse = coloredDistances(this.#pair, randomColors(this.#pair.alphabetSize, this.#colors, random));
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
