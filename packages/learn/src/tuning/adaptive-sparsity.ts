// The number of entries that each layer keeps, by their contribution: all at first, and the requested share later in the training.
//
// arXiv 2510.24037 (2025), reconstructed.
import type { TunableLinear } from './tunable-linear.ts';
import { KernelizedLinear } from './tunable-linear.ts';

/** The decay factor of the smoothed means, a step. */
const MEMORY = 0.85;

/** Least and most that a layer keeps, over the same share for all. */
const [LEAST, MOST] = [0.1, 3];

/** Between these shares of the steps the kept share falls from all to the requested one. */
const [FROM, TO] = [0.1, 0.6];

/** Shares kept entries among layers, step by step. */
export class AdaptiveSparsity {
  readonly #layers: readonly KernelizedLinear[];
  readonly #sparsity: number;
  readonly #steps: number;
  readonly #means: Float64Array;
  readonly #spreads: Float64Array;
  #step = 0;

  constructor(layers: readonly TunableLinear[], sparsity: number, steps: number) {
    this.#layers = layers.filter((layer) => layer instanceof KernelizedLinear);
    this.#sparsity = sparsity;
    this.#steps = steps;
    this.#means = new Float64Array(this.#layers.length);
    this.#spreads = new Float64Array(this.#layers.length);
    for (const layer of this.#layers) {
      layer.isMeasured = true;
      layer.adapter.sparsity = 0;
    }
  }

  /** Call after a backward pass: sets the entries that every layer keeps in the next step. */
  next(): void {
    const [means, spreads] = [this.#means, this.#spreads];
    this.#layers.forEach(({ importance }, l) => {
      means[l] = MEMORY * means[l] + (1 - MEMORY) * importance;
      spreads[l] = MEMORY * spreads[l] + (1 - MEMORY) * Math.abs(importance - means[l]);
    });
    const left = 1 - Math.min(1, Math.max(0, (++this.#step / this.#steps - FROM) / (TO - FROM)));
    const share = 1 - this.#sparsity + this.#sparsity * left ** 3;
    const sizes = this.#layers.map(({ rows, cols }) => rows * cols);
    const counts = keptCounts(
      means.map((mean, l) => mean * spreads[l]),
      sizes,
      share,
    );
    // Half an entry beyond the place between two ranks: as many are kept, whatever the rounding.
    this.#layers.forEach(({ adapter }, l) => {
      adapter.sparsity = counts[l] === sizes[l] ? 0 : (sizes[l] - counts[l] - 0.5) / (sizes[l] - 1);
    });
  }
}

/**
 * Whole numbers of kept entries in proportion to score times size, each between a tenth and three times its share of all and at most its
 * size; together the share of all, to the entry.
 */
export function keptCounts(scores: ArrayLike<number>, sizes: readonly number[], share: number): number[] {
  const budget = Math.round(share * sizes.reduce((sum, size) => sum + size, 0));
  const bounds = sizes.map((size) => [Math.ceil(LEAST * share * size), Math.min(size, Math.floor(MOST * share * size) + 1)]);
  const largest = Math.max(...Array.from(scores)) || 1;
  const countsAt = (factor: number) =>
    sizes.map((size, l) => Math.min(bounds[l][1], Math.max(bounds[l][0], Math.floor((factor * size * scores[l]) / largest))));
  const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  let [low, high] = [0, 1e15];
  for (let turn = 0; turn < 120; turn++) {
    const middle = (low + high) / 2;
    if (sumOf(countsAt(middle)) <= budget) low = middle;
    else high = middle;
  }
  const counts = countsAt(low);
  let rest = budget - sumOf(counts);
  for (let l = 0; rest > 0 && l < sizes.length; l++) {
    const more = Math.min(rest, bounds[l][1] - counts[l]);
    counts[l] += more;
    rest -= more;
  }
  return counts;
}
