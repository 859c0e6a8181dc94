// H + lambda B in tridiagonal form: C^-1 H C'^-1 = Q T Q' is computed once for all lambda, by reflections, and
// T + lambda I is factored for each.
//
// G. Golub, C. Van Loan: Matrix computations (2013), algorithms 8.3.1 and 4.3.6.
import type { Metric } from './metric.ts';
import { reduceHessian } from './reduced-hessian.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(4/3 d³) for every H besides the change of coordinates, O(d²) for every lambda. */
export class TridiagonalSystem implements ShiftedSystem {
  /** A factorisation is a reduction of H, whatever the number of lambdas. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #size: number;
  readonly #metric: Metric;
  readonly #write: (x: Float64Array, out: Float64Array) => void;
  readonly #hessian: Float64Array;
  /** The reduced matrix, whose columns below the first subdiagonal become the reflectors. */
  readonly #work: Float64Array;
  readonly #factors: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #offDiagonal: Float64Array;
  readonly #pivots: Float64Array;
  readonly #vector: Float64Array;
  readonly #image: Float64Array;

  constructor(size: number, metric: Metric, write: (x: Float64Array, out: Float64Array) => void) {
    this.#size = size;
    this.#metric = metric;
    this.#write = write;
    [this.#hessian, this.#work] = [new Float64Array(size * size), new Float64Array(size * size)];
    [this.#factors, this.#diagonal, this.#offDiagonal, this.#pivots, this.#vector, this.#image] = Array.from(
      { length: 6 },
      () => new Float64Array(size),
    );
  }

  prepare(x: Float64Array): void {
    this.#write(x, this.#hessian);
    this.#work.set(this.#hessian);
    reduceHessian(this.#work, this.#size, this.#metric, this.#vector);
    this.#tridiagonalise();
    this.counts.factorizations++;
  }

  /** T + lambda I = L D L' with unit bidiagonal L; D are the pivots. */
  factor(lambda: number): boolean {
    const [pivots, off] = [this.#pivots, this.#offDiagonal];
    for (let i = 0; i < this.#size; i++) {
      pivots[i] = this.#diagonal[i] + lambda - (i > 0 ? off[i - 1] ** 2 / pivots[i - 1] : 0);
      if (pivots[i] > 0) continue;
      this.counts.failedFactorizations++;
      return false;
    }
    return true;
  }

  solve(right: Float64Array, _: Float64Array, out: Float64Array): boolean {
    const [x, pivots, off] = [this.#vector, this.#pivots, this.#offDiagonal];
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
    for (let i = 0; i < this.#size; i++) {
      let sum = 0;
      for (let j = 0; j < this.#size; j++) sum += this.#hessian[i * this.#size + j] * v[j];
      out[i] = sum;
    }
  }

  [Symbol.dispose](): void {}

  /** x <- (I - factor_k v_k v_k') x, where v_k lies in column k below the diagonal. */
  #reflect(k: number, x: Float64Array): void {
    if (this.#factors[k] === 0) return;
    const size = this.#size;
    let sum = 0;
    for (let i = k + 1; i < size; i++) sum += this.#work[i * size + k] * x[i];
    sum *= this.#factors[k];
    for (let i = k + 1; i < size; i++) x[i] -= sum * this.#work[i * size + k];
  }

  #tridiagonalise(): void {
    const size = this.#size;
    const a = this.#work;
    const reflector = this.#vector;
    this.#factors.fill(0);
    for (let k = 0; k + 1 < size; k++) {
      let squares = 0;
      for (let i = k + 2; i < size; i++) squares += a[i * size + k] ** 2;
      const first = a[(k + 1) * size + k];
      this.#diagonal[k] = a[k * size + k];
      this.#offDiagonal[k] = first;
      if (squares === 0) continue;
      // (I - factor v v') x = norm e_1 with v = x - norm e_1, of the sign that does not cancel.
      const norm = first > 0 ? -Math.sqrt(first * first + squares) : Math.sqrt(first * first + squares);
      this.#offDiagonal[k] = norm;
      a[(k + 1) * size + k] = first - norm;
      this.#factors[k] = 1 / (norm * (norm - first));
      for (let i = k + 1; i < size; i++) reflector[i] = a[i * size + k];
      this.#reflectBothSides(k + 1, reflector, this.#factors[k]);
    }
    this.#diagonal[size - 1] = a[size * size - 1];
  }

  /** The lower triangle of A from row `from` on becomes (I - f v v') A (I - f v v'), an update of rank two. */
  #reflectBothSides(from: number, v: Float64Array, factor: number): void {
    const size = this.#size;
    const a = this.#work;
    const image = this.#image;
    image.fill(0, from);
    for (let i = from; i < size; i++) {
      const row = i * size;
      let sum = a[row + i] * v[i];
      for (let j = from; j < i; j++) {
        sum += a[row + j] * v[j];
        image[j] += a[row + j] * v[i];
      }
      image[i] += sum;
    }
    let inner = 0;
    for (let i = from; i < size; i++) inner += image[i] * v[i];
    for (let i = from; i < size; i++) image[i] = factor * (image[i] - 0.5 * factor * inner * v[i]);
    for (let i = from; i < size; i++) {
      const row = i * size;
      for (let j = from; j <= i; j++) a[row + j] -= v[i] * image[j] + image[i] * v[j];
    }
  }
}
