// H = sum_k w_k u_k u_k' of low rank r, or zero: one solve with B and a system of size r instead of one of size d.
//
// Woodbury with p_k = sqrt(w_k) B^-1 u_k, q_k = sqrt(w_k) u_k:
//   (H + lambda B)^-1 g = (B^-1 g - sum_k c_k p_k) / lambda, where (lambda I + [q_j . p_k]) c = [p_j . g].
import { rowDot } from '@infimum/linalg/numerics';
import type { LowRankApproximation } from '../objectives/hessian-approximation.ts';
import { CholeskySolver } from '../smooth/cholesky-solver.ts';
import type { Metric } from '../smooth/metric.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(r d) for every lambda besides O(r³), and r solves with B for every H. */
export class LowRankSystem implements ShiftedSystem {
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #size: number;
  readonly #rank: number;
  readonly #metric: Metric;
  readonly #terms: LowRankApproximation['terms'];
  readonly #vectors: Float64Array; // q_k
  readonly #raised: Float64Array; // p_k
  readonly #weights: Float64Array;
  readonly #inner: Float64Array; // q_j . p_k
  readonly #coefficients: Float64Array;
  readonly #vector: Float64Array;
  readonly #solver: CholeskySolver | undefined;
  #lambda = 0;

  /** Without terms, H is zero. */
  constructor(size: number, metric: Metric, approximation?: Omit<LowRankApproximation, 'kind'>) {
    const rank = approximation?.rank ?? 0;
    this.#size = size;
    this.#rank = rank;
    this.#metric = metric;
    this.#terms = approximation?.terms ?? (() => {});
    this.#vectors = new Float64Array(rank * size);
    this.#raised = new Float64Array(rank * size);
    this.#weights = new Float64Array(rank);
    this.#inner = new Float64Array(rank * rank);
    this.#coefficients = new Float64Array(rank);
    this.#vector = new Float64Array(size);
    this.#solver = rank > 1 ? new CholeskySolver(rank) : undefined;
  }

  prepare(x: Float64Array): void {
    const vectors = this.#vectors;
    const vector = this.#vector;
    const size = this.#size;
    this.#terms(x, vectors, this.#weights);
    for (let k = 0; k < this.#rank; k++) {
      const root = Math.sqrt(this.#weights[k]);
      for (let j = 0; j < size; j++) {
        vector[j] = root * vectors[k * size + j];
        vectors[k * size + j] = vector[j];
      }
      this.#metric.solve(vector, vector);
      for (let j = 0; j < size; j++) this.#raised[k * size + j] = vector[j];
    }
    for (let j = 0; j < this.#rank; j++) {
      for (let k = 0; k <= j; k++) this.#inner[j * this.#rank + k] = rowDot(vectors, j * size, this.#raised, k * size, size);
    }
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    let succeeded = lambda > 0;
    if (succeeded && this.#solver) {
      const { matrix } = this.#solver;
      matrix.set(this.#inner);
      for (let k = 0; k < this.#rank; k++) matrix[k * this.#rank + k] += lambda;
      succeeded = this.#solver.factor() < 0;
    }
    if (succeeded) this.counts.factorizations++;
    else this.counts.failedFactorizations++;
    return succeeded;
  }

  solve(right: Float64Array, raised: Float64Array, out: Float64Array): boolean {
    const size = this.#size;
    const coefficients = this.#coefficients;
    const lambda = this.#lambda;
    for (let k = 0; k < this.#rank; k++) coefficients[k] = rowDot(this.#raised, k * size, right, 0, size);
    if (this.#solver) this.#solver.solve(coefficients, coefficients);
    else if (this.#rank === 1) coefficients[0] /= lambda + this.#inner[0];
    for (let j = 0; j < size; j++) out[j] = raised[j] / lambda;
    for (let k = 0; k < this.#rank; k++) {
      const factor = coefficients[k] / lambda;
      for (let j = 0; j < size; j++) out[j] -= factor * this.#raised[k * size + j];
    }
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    const size = this.#size;
    out.fill(0);
    for (let k = 0; k < this.#rank; k++) {
      const factor = rowDot(this.#vectors, k * size, v, 0, size);
      for (let j = 0; j < size; j++) out[j] += factor * this.#vectors[k * size + j];
    }
  }

  [Symbol.dispose](): void {
    this.#solver?.[Symbol.dispose]();
  }
}
