// H + lambda B by the eigenvalues of the pencil (H, B), which are computed once for all lambda.
//
// With B = C C' and C^-1 H C'^-1 = V diag(values) V', the inverse is C'^-1 V diag(1 / (values + lambda)) V' C^-1.
import type { SymmetricEigen } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg';
import { multiplySquare } from '../multiply-square.ts';
import type { Metric } from '../smooth/metric.ts';
import { reduceHessian } from './reduced-hessian.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(9 d³) for every H, O(d²) for every lambda. */
export class PencilSystem implements ShiftedSystem {
  /** A factorisation is one of H, for any number of lambdas. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #size: number;
  readonly #metric: Metric;
  readonly #write: (x: Float64Array, out: Float64Array) => void;
  readonly #hessian: Float64Array;
  readonly #reduced: Float64Array;
  readonly #row: Float64Array;
  readonly #coordinates: Float64Array;
  #eigen: SymmetricEigen | undefined;
  #lambda = 0;

  constructor(size: number, metric: Metric, write: (x: Float64Array, out: Float64Array) => void) {
    this.#size = size;
    this.#metric = metric;
    this.#write = write;
    this.#hessian = new Float64Array(size * size);
    this.#reduced = new Float64Array(size * size);
    this.#row = new Float64Array(size);
    this.#coordinates = new Float64Array(size);
  }

  /** The eigenvalues of the pencil at the last x, rising. */
  get values(): Float64Array {
    return this.#decomposition.values;
  }

  prepare(x: Float64Array): void {
    this.#write(x, this.#hessian);
    this.#reduced.set(this.#hessian);
    reduceHessian(this.#reduced, this.#size, this.#metric, this.#row);
    this.#eigen = symmetricEigen({ rows: this.#size, cols: this.#size, values: this.#reduced });
    this.counts.factorizations++;
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    const positive = this.values[0] + lambda > 0;
    if (!positive) this.counts.failedFactorizations++;
    return positive;
  }

  solve(right: Float64Array, _: Float64Array, out: Float64Array): boolean {
    const coordinates = this.#coordinates;
    this.toCoordinates(right, coordinates);
    for (let k = 0; k < this.#size; k++) coordinates[k] /= this.values[k] + this.#lambda;
    this.fromCoordinates(coordinates, out);
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    multiplySquare(this.#hessian, v, out);
  }

  /** out <- V' C^-1 g */
  toCoordinates(g: Float64Array, out: Float64Array): void {
    const size = this.#size;
    const { values: vectors } = this.#decomposition.vectors;
    this.#metric.solveFactor(g, this.#row);
    out.fill(0);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < size; k++) out[k] += vectors[i * size + k] * this.#row[i];
    }
  }

  /** out <- C'^-1 V y */
  fromCoordinates(y: Float64Array, out: Float64Array): void {
    const size = this.#size;
    const { values: vectors } = this.#decomposition.vectors;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += vectors[i * size + k] * y[k];
      this.#row[i] = sum;
    }
    this.#metric.solveFactorTransposed(this.#row, out);
  }

  [Symbol.dispose](): void {}

  get #decomposition(): SymmetricEigen {
    if (!this.#eigen) throw new Error('prepare() comes first');
    return this.#eigen;
  }
}
