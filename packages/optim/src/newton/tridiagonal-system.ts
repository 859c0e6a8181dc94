// H + lambda B in tridiagonal form: C^-1 H C'^-1 = Q T Q' is computed once for all lambda, by reflections, and
// T + lambda I is factored for each.
//
// G. Golub, C. Van Loan: Matrix computations (2013), algorithms 8.3.1 and 4.3.6.
import type { TridiagonalForm } from '@infimum/linalg/kernels';
import { tridiagonalize } from '@infimum/linalg/kernels';
import { multiplySquare } from '../multiply-square.ts';
import type { Metric } from '../smooth/metric.ts';
import { reduceHessian } from './reduced-hessian.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(4/3 d³) for every H besides the change of coordinates, O(d²) for every lambda. */
export class TridiagonalSystem implements ShiftedSystem {
  /** A factorisation is a reduction of H, for any number of lambdas. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #size: number;
  readonly #metric: Metric;
  readonly #write: (x: Float64Array, out: Float64Array) => void;
  readonly #hessian: Float64Array;
  /** The reduced matrix, whose columns below the first subdiagonal become the reflectors. */
  readonly #work: Float64Array;
  readonly #form: TridiagonalForm;
  readonly #pivots: Float64Array;
  readonly #vector: Float64Array;

  constructor(size: number, metric: Metric, write: (x: Float64Array, out: Float64Array) => void) {
    this.#size = size;
    this.#metric = metric;
    this.#write = write;
    [this.#hessian, this.#work] = [new Float64Array(size * size), new Float64Array(size * size)];
    const vector = (length = size) => new Float64Array(length);
    this.#form = { diagonal: vector(), offDiagonal: vector(), factors: vector(), scratch: vector(2 * size) };
    [this.#pivots, this.#vector] = [vector(), vector()];
  }

  prepare(x: Float64Array): void {
    this.#write(x, this.#hessian);
    this.#work.set(this.#hessian);
    reduceHessian(this.#work, this.#size, this.#metric, this.#vector);
    tridiagonalize(this.#work, this.#size, this.#form);
    this.counts.factorizations++;
  }

  /** T + lambda I = L D L' with unit bidiagonal L; D are the pivots. */
  factor(lambda: number): boolean {
    const { diagonal, offDiagonal: off } = this.#form;
    const pivots = this.#pivots;
    for (let i = 0; i < this.#size; i++) {
      pivots[i] = diagonal[i] + lambda - (i > 0 ? off[i - 1] ** 2 / pivots[i - 1] : 0);
      if (pivots[i] > 0) continue;
      this.counts.failedFactorizations++;
      return false;
    }
    return true;
  }

  solve(right: Float64Array, _: Float64Array, out: Float64Array): boolean {
    const { offDiagonal: off } = this.#form;
    const [x, pivots] = [this.#vector, this.#pivots];
    const last = this.#size - 1;
    this.#metric.solveFactor(right, x);
    for (let k = 0; k < last; k++) this.#reflect(k, x);
    for (let i = 1; i <= last; i++) x[i] -= (off[i - 1] / pivots[i - 1]) * x[i - 1];
    for (let i = 0; i <= last; i++) x[i] /= pivots[i];
    for (let i = last - 1; i >= 0; i--) x[i] -= (off[i] / pivots[i]) * x[i + 1];
    for (let k = last - 1; k >= 0; k--) this.#reflect(k, x);
    this.#metric.solveFactorTransposed(x, out);
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    multiplySquare(this.#hessian, v, out);
  }

  [Symbol.dispose](): void {}

  /** x <- (I - factor_k v_k v_k') x, where v_k lies in column k below the diagonal. */
  #reflect(k: number, x: Float64Array): void {
    const factor = this.#form.factors[k];
    if (factor === 0) return;
    const size = this.#size;
    let sum = 0;
    for (let i = k + 1; i < size; i++) sum += this.#work[i * size + k] * x[i];
    sum *= factor;
    for (let i = k + 1; i < size; i++) x[i] -= sum * this.#work[i * size + k];
  }
}
