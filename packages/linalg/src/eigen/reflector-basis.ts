// The product of many reflections as a matrix, panel by panel, so that nearly all of the work is in products of matrices.
//
// R. Schreiber, C. Van Loan: A storage-efficient WY representation for products of Householder transformations (1989).
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { matrixPlace, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';
import type { Workspace } from '../webassembly/workspace.ts';

/** Reflections that are gathered before they are applied. */
const PANEL = 32;

/** Reflections I - f_k v_k v_k', k = 0, 1, …: v_k is zero before its entry k + `shift`. */
export interface Reflections {
  /** v_k, one a row of `size` numbers. */
  readonly vectors: Float64Array;
  /** f_k; 0 where there is no reflection. */
  readonly factors: Float64Array;
  readonly size: number;
  /** 0 or 1. */
  readonly shift: number;
}

/** Numbers on the workspace that products of reflections take, beside the scratch of `gemm`. */
export function basisRoom(size: number): number[] {
  return [PANEL * size, PANEL * size, PANEL * PANEL, PANEL];
}

/** Makes matrices of products of reflections on a workspace that has room for them. */
export class ReflectorBasis {
  readonly #workspace: Workspace;
  readonly #product: Float64Array;
  readonly #weighted: Float64Array;
  readonly #triangle: Float64Array;
  readonly #along: Float64Array;
  readonly #gemmScratch: Float64Array;

  /** `gemmScratch` is room for GEMM_SCRATCH numbers. */
  constructor(workspace: Workspace, size: number, gemmScratch: Float64Array) {
    this.#workspace = workspace;
    this.#product = workspace.float64(PANEL * size);
    this.#weighted = workspace.float64(PANEL * size);
    this.#triangle = workspace.float64(PANEL * PANEL);
    this.#along = workspace.float64(PANEL);
    this.#gemmScratch = gemmScratch;
  }

  /** Q' in rows `stride` numbers apart, for Q = H_0 H_1 …: row i is column i of Q. The rows have to be zero. */
  transposed({ vectors, factors, size: n, shift }: Reflections, rows: Float64Array, stride: number): void {
    const [product, weighted] = [matrixPlace(this.#product, PANEL), matrixPlace(this.#weighted, PANEL)];
    const t = matrixPlace(this.#triangle, PANEL);
    for (let i = 0; i < n; i++) rows[i * stride + i] = 1;
    for (let start = PANEL * Math.floor((n - 1) / PANEL); start >= 0; start -= PANEL) {
      const low = start + shift;
      const [size, width] = [n - low, Math.min(PANEL, n - start)];
      if (size <= 0) continue;
      const v = matrixPlace(vectors, n, start * n + low);
      this.#makeTriangle(v.at, n, size, factors.subarray(start, start + width));
      // H_start H_start+1 … = I - V T V', so Q' <- Q' (I - V T' V').
      const block = matrixPlace(rows, stride, low * stride + low);
      const sizes = { rows: size, cols: width, inner: width, scratch: this.#gemmScratch };
      placedProduct(this.#workspace, { ...sizes, inner: size, a: block, b: transposedPlace(v), c: product });
      placedProduct(this.#workspace, { ...sizes, a: product, b: transposedPlace(t), c: weighted });
      placedProduct(this.#workspace, { ...sizes, cols: size, alpha: -1, a: weighted, b: v, beta: 1, c: block });
    }
  }

  /** T of the reflections whose vectors lie `stride` numbers apart. */
  #makeTriangle(panel: number, stride: number, size: number, factors: Float64Array): void {
    const { gemvRows } = this.#workspace.kernels(denseKernels);
    const [triangle, along] = [this.#triangle, this.#along];
    triangle.fill(0);
    for (let j = 0; j < factors.length; j++) {
      triangle[j * PANEL + j] = factors[j];
      gemvRows(j, size, panel, stride, panel + 8 * j * stride, along.byteOffset);
      for (let i = 0; i < j; i++) {
        let sum = 0;
        for (let k = i; k < j; k++) sum += triangle[i * PANEL + k] * along[k];
        triangle[i * PANEL + j] = -factors[j] * sum;
      }
    }
  }
}
