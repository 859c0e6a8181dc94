// A Cholesky factor and solving with it on a workspace, for methods that factor one matrix after the other.
import type { LinalgKernels, Workspace } from '@infimum/linalg/kernels';
import { factorInPlace, GEMM_SCRATCH, layout, linalgKernels, scratch } from '@infimum/linalg/kernels';

/** Memory for one symmetric matrix at a time, its factor, and solving with it. */
export class CholeskySolver implements Disposable {
  /** The matrix to factor, of which the lower triangle is read; it becomes the lower triangle of L. */
  readonly matrix: Float64Array;
  readonly #size: number;
  readonly #workspace: Workspace;
  readonly #kernels: LinalgKernels;
  readonly #gemmScratch: Float64Array;
  readonly #vector: Float64Array;

  constructor(size: number) {
    this.#size = size;
    const { workspace, matrix, vector, gemmScratch } = layout({
      matrix: size * size,
      vector: size,
      gemmScratch: scratch(GEMM_SCRATCH),
    });
    this.#workspace = workspace;
    this.#kernels = workspace.kernels(linalgKernels);
    this.matrix = matrix;
    this.#vector = vector;
    this.#gemmScratch = gemmScratch;
  }

  /** Replaces A by L with A = L L'; the index of the first pivot that is not positive, or -1. */
  factor(): number {
    return factorInPlace(this.#workspace, this.matrix, this.#size, this.#gemmScratch);
  }

  /** out <- A^-1 b */
  solve(b: Float64Array, out: Float64Array): void {
    this.#vector.set(b);
    this.#forward();
    this.#backward();
    out.set(this.#vector);
  }

  /** out <- L^-1 b */
  solveLower(b: Float64Array, out: Float64Array): void {
    this.#vector.set(b);
    this.#forward();
    out.set(this.#vector);
  }

  /** out <- L'^-1 b */
  solveLowerTransposed(b: Float64Array, out: Float64Array): void {
    this.#vector.set(b);
    this.#backward();
    out.set(this.#vector);
  }

  /** A lower bound of the condition number of A, from the diagonal of L. */
  get condition(): number {
    let [least, most] = [Infinity, 0];
    for (let i = 0; i < this.#size; i++) {
      const pivot = this.matrix[i * this.#size + i];
      least = Math.min(least, pivot);
      most = Math.max(most, pivot);
    }
    return (most / least) ** 2;
  }

  /** Hands the memory on. */
  [Symbol.dispose](): void {
    this.#workspace.release();
  }

  #at(i: number, j: number): number {
    return this.matrix.byteOffset + 8 * (i * this.#size + j);
  }

  #forward(): void {
    const x = this.#vector;
    for (let i = 0; i < this.#size; i++) {
      const sum = this.#kernels.dot(i, this.#at(i, 0), x.byteOffset);
      x[i] = (x[i] - sum) / this.matrix[i * this.#size + i];
    }
  }

  #backward(): void {
    const x = this.#vector;
    for (let i = this.#size - 1; i >= 0; i--) {
      x[i] /= this.matrix[i * this.#size + i];
      this.#kernels.axpy(i, -x[i], this.#at(i, 0), x.byteOffset);
    }
  }
}
