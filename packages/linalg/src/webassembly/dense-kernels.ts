// The kernels of dense decompositions, a separate module, loaded only by functions that decompose.
import { relaxedSimd, simd } from '../generated/dense-kernels.ts';
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
  rotateRows(cols: number, z: number, stride: number, count: number, sequences: number, rotations: number): void;
  /** (I - factor v v') times three rows from `a` on, v = (1, v1, v2); for v2 = 0 the third is not touched. */
  reflectRows(cols: number, v1: number, v2: number, factor: number, a: number, stride: number): void;
  /** Three neighbouring columns from `a` on times (I - factor v v'); for v2 = 0 the third is not touched. */
  reflectColumns(rows: number, v1: number, v2: number, factor: number, a: number, stride: number): void;
}

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
function reference(buffer: ArrayBufferLike): DenseKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);

  function dot(n: number, x: number, y: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += doubles[x / 8 + i] * doubles[y / 8 + i];
    return sum;
  }

  function axpy(n: number, alpha: number, x: number, y: number): void {
    for (let i = 0; i < n; i++) doubles[y / 8 + i] += alpha * doubles[x / 8 + i];
  }

  function gemvRows(rows: number, cols: number, a: number, stride: number, x: number, y: number): void {
    for (let i = 0; i < rows; i++) doubles[y / 8 + i] = dot(cols, a + 8 * i * stride, x);
  }

  function gemvColumns(rows: number, cols: number, a: number, stride: number, x: number, y: number): void {
    doubles.fill(0, y / 8, y / 8 + cols);
    for (let i = 0; i < rows; i++) axpy(cols, doubles[x / 8 + i], a + 8 * i * stride, y);
  }

  function ger(rows: number, cols: number, alpha: number, x: number, y: number, a: number, stride: number): void {
    for (let i = 0; i < rows; i++) axpy(cols, alpha * doubles[x / 8 + i], y, a + 8 * i * stride);
  }

  function rotatePair(n: number, cosine: number, sine: number, x: number, y: number): void {
    x /= 8;
    y /= 8;
    for (let i = 0; i < n; i++) {
      const [a, b] = [doubles[x + i], doubles[y + i]];
      doubles[x + i] = cosine * a + sine * b;
      doubles[y + i] = cosine * b - sine * a;
    }
  }

  function rotateRows(cols: number, z: number, stride: number, count: number, sequences: number, rotations: number): void {
    let turn = rotations / 8;
    for (let q = 0; q < count; q++) {
      const [first, length, step] = integers.subarray(sequences / 4 + 3 * q, sequences / 4 + 3 * q + 3);
      for (let r = 0; r < length; r++, turn += 2) {
        const row = z + 8 * (first + r * step) * stride;
        rotatePair(8 * Math.ceil(cols / 8), doubles[turn], doubles[turn + 1], row, row + 8 * step * stride);
      }
    }
  }

  function reflectRows(cols: number, v1: number, v2: number, factor: number, a: number, stride: number): void {
    a /= 8;
    for (let j = a; j < a + cols; j++) {
      const sum = factor * (doubles[j] + v1 * doubles[j + stride] + (v2 === 0 ? 0 : v2 * doubles[j + 2 * stride]));
      doubles[j] -= sum;
      doubles[j + stride] -= sum * v1;
      if (v2 !== 0) doubles[j + 2 * stride] -= sum * v2;
    }
  }

  function reflectColumns(rows: number, v1: number, v2: number, factor: number, a: number, stride: number): void {
    a /= 8;
    for (let i = 0; i < rows; i++, a += stride) {
      const sum = factor * (doubles[a] + v1 * doubles[a + 1] + (v2 === 0 ? 0 : v2 * doubles[a + 2]));
      doubles[a] -= sum;
      doubles[a + 1] -= sum * v1;
      if (v2 !== 0) doubles[a + 2] -= sum * v2;
    }
  }

  return { gemvRows, gemvColumns, ger, rotatePair, rotateRows, reflectRows, reflectColumns };
}

/** The kernels of dense decompositions, for `workspace.kernels(denseKernels)`. */
export const denseKernels: KernelModule<DenseKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
