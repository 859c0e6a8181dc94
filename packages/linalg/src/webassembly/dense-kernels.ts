// The kernels of dense decompositions, a module apart: what does not decompose need not carry them.
import { relaxedSimd, simd } from '../generated/dense-kernels.ts';
import { denseReference } from './dense-kernels-reference.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';

/** The kernels on matrices whose rows are `stride` numbers apart, given by byte offsets as in `LinalgKernels`; nothing is checked. */
export interface DenseKernels {
  /** y_i = sum_j A_ij x_j for a matrix whose rows are `stride` numbers apart. */
  gemvRows(rows: number, cols: number, a: number, stride: number, x: number, y: number): void;
  /** y_j = sum_i x_i A_ij for a matrix whose rows are `stride` numbers apart. */
  gemvColumns(rows: number, cols: number, a: number, stride: number, x: number, y: number): void;
  /** A_ij += alpha x_i y_j for a matrix whose rows are `stride` numbers apart. */
  ger(rows: number, cols: number, alpha: number, x: number, y: number, a: number, stride: number): void;
  /** x <- c x + s y, y <- c y - s x. */
  rotatePair(n: number, cosine: number, sine: number, x: number, y: number): void;
  /**
   * Sequences of rotations of neighbouring rows of Z, of which `cols` columns are touched, rounded up to a multiple of eight, that the
   * rows have to have room for. A sequence is three of the integers at `sequences`: its first row, how many rotations it has, and
   * whether they go down (1) or up (-1). Their cosines and sines follow one another at `rotations`. A rotation takes its row to
   * c row + s next, and goes on with c next - s row in the place of the next.
   */
  rotateRows(
    cols: number,
    z: number,
    stride: number,
    count: number,
    sequences: number,
    rotations: number,
  ): void;
  /** (I - factor v v') times three rows from `a` on, v = (1, v1, v2); for v2 = 0 the third is not touched. */
  reflectRows(cols: number, v1: number, v2: number, factor: number, a: number, stride: number): void;
  /** Three neighbouring columns from `a` on times (I - factor v v'); for v2 = 0 the third is not touched. */
  reflectColumns(rows: number, v1: number, v2: number, factor: number, a: number, stride: number): void;
}

/** The kernels of dense decompositions, for `workspace.kernels(denseKernels)`. */
export const denseKernels: KernelModule<DenseKernels> = /* @__PURE__ */ defineKernels<DenseKernels>({
  simd,
  relaxedSimd,
  reference: denseReference,
});
