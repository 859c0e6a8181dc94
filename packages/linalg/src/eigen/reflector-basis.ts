// The product of many reflections as a matrix, panel by panel, so that nearly all of the work is in products of matrices.
//
// R. Schreiber, C. Van Loan: A storage-efficient WY representation for products of Householder transformations (1989).
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
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
  readonly #scratch: number;

  /** `scratch` is the byte offset of room for GEMM_SCRATCH numbers. */
  constructor(workspace: Workspace, size: number, scratch: number) {
    this.#workspace = workspace;
    this.#product = workspace.float64(PANEL * size);
    this.#weighted = workspace.float64(PANEL * size);
    this.#triangle = workspace.float64(PANEL * PANEL);
    this.#along = workspace.float64(PANEL);
    this.#scratch = scratch;
  }

  /** Q' in rows `stride` numbers apart, for Q = H_0 H_1 …: row i is column i of Q. The rows have to be zero. */
  transposed({ vectors, factors, size: n, shift }: Reflections, rows: Float64Array, stride: number): void {
    const { gemm } = this.#workspace.kernels(linalgKernels);
    for (let i = 0; i < n; i++) rows[i * stride + i] = 1;
    for (let start = PANEL * Math.floor((n - 1) / PANEL); start >= 0; start -= PANEL) {
      const low = start + shift;
      const [size, width] = [n - low, Math.min(PANEL, n - start)];
      if (size <= 0) continue;
      const panel = vectors.byteOffset + 8 * (start * n + low);
      this.#makeTriangle(panel, n, size, factors.subarray(start, start + width));
      // H_start H_start+1 … = I - V T V', so Q' <- Q' (I - V T' V').
      const [product, weighted] = [this.#product.byteOffset, this.#weighted.byteOffset];
      const block = rows.byteOffset + 8 * (low * stride + low);
      const { byteOffset: t } = this.#triangle;
      gemm(0, size, width, size, 1, block, stride, 1, panel, 1, n, 0, product, PANEL, this.#scratch);
      gemm(0, size, width, width, 1, product, PANEL, 1, t, 1, PANEL, 0, weighted, PANEL, this.#scratch);
      gemm(0, size, size, width, -1, weighted, PANEL, 1, panel, n, 1, 1, block, stride, this.#scratch);
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
