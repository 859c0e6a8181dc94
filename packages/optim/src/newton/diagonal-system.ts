// H diagonal, in a metric that is diagonal too: every lambda costs O(d).
import { InvalidInputError } from '@infimum/core';
import type { Metric } from '../smooth/metric.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(d) for every lambda. */
export class DiagonalSystem implements ShiftedSystem {
  /** A factorisation is a check of the signs. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #write: (x: Float64Array, out: Float64Array) => void;
  readonly #metric: Float64Array;
  readonly #hessian: Float64Array;
  #lambda = 0;

  constructor(size: number, metric: Metric, write: (x: Float64Array, out: Float64Array) => void) {
    if (!metric.isDiagonal) {
      const problem = 'is diagonal, which pays off only with a diagonal metric: use an approximation of another kind';
      throw new InvalidInputError(problem, { argument: 'hessian', code: 'unsupported' });
    }
    this.#write = write;
    this.#hessian = new Float64Array(size);
    this.#metric = new Float64Array(size);
    metric.multiply(
      this.#hessian.map(() => 1),
      this.#metric,
    );
  }

  prepare(x: Float64Array): void {
    this.#write(x, this.#hessian);
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    for (let i = 0; i < this.#hessian.length; i++) {
      if (this.#hessian[i] + lambda * this.#metric[i] > 0) continue;
      this.counts.failedFactorizations++;
      return false;
    }
    this.counts.factorizations++;
    return true;
  }

  solve(right: Float64Array, _: Float64Array, out: Float64Array): boolean {
    for (let i = 0; i < out.length; i++) {
      out[i] = right[i] / (this.#hessian[i] + this.#lambda * this.#metric[i]);
    }
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.#hessian[i] * v[i];
  }

  [Symbol.dispose](): void {}
}
