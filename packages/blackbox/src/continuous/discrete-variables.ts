// Integers and choices in CMA-ES: a margin that keeps neighbors of every integer in reach, and a separate distribution for every choice.
//
// R. Hamano, S. Saito, M. Nomura, S. Shirakawa: CMA-ES with margin (2022), arXiv 2205.13482; the same and K. Uchida: CatCMA (2024),
// arXiv 2405.09962.
import type { Random } from '@infimum/core';
import { normalCdf, normalQuantile } from '@infimum/linalg/numerics';
import type { Search } from './black-box.ts';

/** The integers and choices of a search. */
export class DiscreteVariables {
  readonly #dimension: number;
  readonly #integers: readonly { readonly j: number; readonly low: number; readonly high: number; readonly cell: number }[];
  /** Probabilities of every choice's values. */
  readonly #choices: readonly {
    readonly j: number;
    readonly low: number;
    readonly cell: number;
    readonly shares: Float64Array;
  }[];
  readonly #alpha: number;

  constructor(search: Search, count: number) {
    const cells = search.cells();
    this.#dimension = search.dimension;
    this.#integers = cells.filter(({ kind }) => kind === 'integer');
    this.#choices = cells
      .filter(({ kind }) => kind === 'choice')
      .map(({ j, low, high, cell }) => {
        const size = Math.round((high - low) / cell);
        return { j, low, cell, shares: new Float64Array(size).fill(1 / size) };
      });
    this.#alpha = 1 / (search.dimension * count);
  }

  /** Writes drawn choices into points, at the middle of their cells. */
  draw(random: Random, points: Float64Array): void {
    const d = this.#dimension;
    for (let at = 0; at < points.length; at += d) {
      for (const { j, low, cell, shares } of this.#choices) {
        let rest = random.uniform();
        let k = 0;
        while (k < shares.length - 1 && rest >= shares[k]) rest -= shares[k++];
        points[at + j] = low + (k + 0.5) * cell;
      }
    }
  }

  /** Moves the shares of choices towards those of the best points; every value keeps a share. */
  learn(points: Float64Array, order: Int32Array, weights: Float64Array, mass: number): void {
    const d = this.#dimension;
    for (const { j, low, cell, shares } of this.#choices) {
      const size = shares.length;
      if (size === 1) continue;
      const rate = mass / (mass + 2 * size);
      for (let k = 0; k < size; k++) shares[k] *= 1 - rate;
      for (let rank = 0; rank < order.length && weights[rank] > 0; rank++) {
        const k = Math.floor((points[order[rank] * d + j] - low) / cell);
        shares[Math.max(0, Math.min(size - 1, k))] += rate * weights[rank];
      }
      const least = (1 - 0.73 ** (1 / this.#choices.length)) / (size - 1) / 2;
      let sum = 0;
      for (let k = 0; k < size; k++) sum += shares[k] = Math.max(least, shares[k]);
      for (let k = 0; k < size; k++) shares[k] /= sum;
    }
  }

  /** Moves mean and stretch so that both neighboring integers keep a probability of alpha / 2, the only one of an end alpha. */
  keepMargins(mean: Float64Array, deviation: (j: number) => number, stretch: Float64Array): void {
    const alpha = this.#alpha;
    for (const { j, low, high, cell } of this.#integers) {
      const s = deviation(j);
      const count = Math.round((high - low) / cell);
      if (count === 1 || !(s > 0)) continue;
      const k = Math.max(0, Math.min(count - 1, Math.floor((mean[j] - low) / cell)));
      const [below, above] = [low + k * cell, low + (k + 1) * cell];
      if (k === 0) mean[j] = Math.max(mean[j], above - s * normalQuantile(1 - alpha));
      else if (k === count - 1) mean[j] = Math.min(mean[j], below + s * normalQuantile(1 - alpha));
      else {
        const [p, q] = [normalCdf((below - mean[j]) / s), normalCdf((mean[j] - above) / s)];
        if (p >= alpha / 2 && q >= alpha / 2) continue;
        const [pLeast, qLeast] = [Math.max(alpha / 2, p), Math.max(alpha / 2, q)];
        const share = (p + q - pLeast - qLeast) / (pLeast + qLeast + 1 - p - q - 1.5 * alpha);
        const left = normalQuantile(pLeast + share * (pLeast - alpha / 2));
        const right = -normalQuantile(qLeast + share * (qLeast - alpha / 2));
        const wider = cell / (right - left);
        mean[j] = below - wider * left;
        stretch[j] *= wider / s;
      }
    }
  }
}
