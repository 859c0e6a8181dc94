// The baseline of returns: a least-squares fit of the returns to come on features of observation and time, from episodes of
// the past alone, so that the gradient stays unbiased even for a batch of one.
import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';

/** Weight of the past when a batch is added. */
const MEMORY = 0.95;
const RIDGE = 1e-3;

/** A running ridge regression. */
export class FeatureBaseline {
  readonly #size: number;
  readonly #products: Float64Array;
  readonly #targets: Float64Array;
  /** Zeros before the first fit. */
  readonly #weights: Float64Array;
  readonly #features: Float64Array;

  constructor(observationSize: number) {
    const n = Math.min(observationSize, 16);
    this.#size = observationSize + (n * (n + 1)) / 2 + n + 4;
    this.#products = new Float64Array(this.#size ** 2);
    this.#targets = new Float64Array(this.#size);
    this.#weights = new Float64Array(this.#size);
    this.#features = new Float64Array(this.#size);
  }

  /** Its complete state. */
  get vectors(): Readonly<Record<string, Float64Array>> {
    return { baselineProducts: this.#products, baselineTargets: this.#targets, baselineWeights: this.#weights };
  }

  /** The return to come from an observation at a share of the horizon. */
  predict(observation: Float64Array, time: number): number {
    this.#evaluate(observation, time);
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += this.#weights[i] * this.#features[i];
    return sum;
  }

  /** Begins a batch: the past fades. */
  fade(): void {
    for (let i = 0; i < this.#products.length; i++) this.#products[i] *= MEMORY;
    for (let i = 0; i < this.#size; i++) this.#targets[i] *= MEMORY;
  }

  /** Adds the return that followed an observation. */
  add(observation: Float64Array, time: number, outcome: number): void {
    this.#evaluate(observation, time);
    const f = this.#features;
    const size = this.#size;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) this.#products[i * size + j] += f[i] * f[j];
      this.#targets[i] += f[i] * outcome;
    }
  }

  /** Fits the weights anew; keeps the old ones where rounding forbids it. */
  fit(): void {
    const size = this.#size;
    let trace = 0;
    for (let i = 0; i < size; i++) trace += this.#products[i * size + i];
    const factor = this.#products.slice();
    // Relative to each feature's own size, so that the units of observations do not matter.
    for (let i = 0; i < size; i++) {
      factor[i * size + i] += RIDGE * this.#products[i * size + i] + 1e-12 * trace;
    }
    const weights = this.#targets.slice();
    if (!smallCholesky(factor, size)) return;
    solveSmallCholesky(factor, size, weights);
    if (!weights.every(Number.isFinite)) return;
    this.#weights.set(weights);
  }

  /** s, s_i s_j, t s_i², 1, t, t², t³. */
  #evaluate(observation: Float64Array, t: number): void {
    const f = this.#features;
    const n = Math.min(observation.length, 16);
    let at = 0;
    for (let i = 0; i < observation.length; i++) f[at++] = observation[i];
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) f[at++] = observation[i] * observation[j];
      f[at++] = t * observation[i] * observation[i];
    }
    f[at++] = 1;
    f[at++] = t;
    f[at++] = t * t;
    f[at] = t * t * t;
  }
}
