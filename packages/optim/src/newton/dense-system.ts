// H + lambda B written out and factored by Cholesky, once for every lambda.
import { multiplySquare } from '../multiply-square.ts';
import { CholeskySolver } from '../smooth/cholesky-solver.ts';
import type { Metric } from '../smooth/metric.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** Condition from which on a solution is refined. */
const ILL_CONDITIONED = 1e10;

/** O(d³/3) for every lambda. */
export class DenseSystem implements ShiftedSystem {
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #metric: Metric;
  readonly #write: (x: Float64Array, out: Float64Array) => void;
  readonly #hessian: Float64Array;
  readonly #solver: CholeskySolver;
  readonly #residual: Float64Array;
  readonly #image: Float64Array;
  #lambda = 0;

  constructor(size: number, metric: Metric, write: (x: Float64Array, out: Float64Array) => void) {
    this.#metric = metric;
    this.#write = write;
    this.#hessian = new Float64Array(size * size);
    this.#solver = new CholeskySolver(size);
    this.#residual = new Float64Array(size);
    this.#image = new Float64Array(size);
  }

  prepare(x: Float64Array): void {
    this.#write(x, this.#hessian);
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    this.#solver.matrix.set(this.#hessian);
    this.#metric.addTo(this.#solver.matrix, lambda);
    const succeeded = this.#solver.factor() < 0;
    if (succeeded) this.counts.factorizations++;
    else this.counts.failedFactorizations++;
    return succeeded;
  }

  solve(right: Float64Array, _: Float64Array, out: Float64Array): boolean {
    this.#solver.solve(right, out);
    if (this.#solver.condition > ILL_CONDITIONED) this.#refine(right, out);
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    multiplySquare(this.#hessian, v, out);
  }

  [Symbol.dispose](): void {
    this.#solver[Symbol.dispose]();
  }

  /** One correction by the residual takes back most of what rounding did. */
  #refine(right: Float64Array, out: Float64Array): void {
    const residual = this.#residual;
    const image = this.#image;
    this.multiply(out, residual);
    this.#metric.multiply(out, image);
    for (let i = 0; i < out.length; i++) residual[i] = right[i] - residual[i] - this.#lambda * image[i];
    this.#solver.solve(residual, image);
    for (let i = 0; i < out.length; i++) out[i] += image[i];
  }
}
