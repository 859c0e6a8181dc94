// The kernels of dense decompositions in plain TypeScript, in the order of `dense-kernels.ts`.
import type { DenseKernels } from './dense-kernels.ts';

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
export function denseReference(buffer: ArrayBufferLike): DenseKernels {
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

  function ger(
    rows: number,
    cols: number,
    alpha: number,
    x: number,
    y: number,
    a: number,
    stride: number,
  ): void {
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

  function rotateRows(
    cols: number,
    z: number,
    stride: number,
    count: number,
    sequences: number,
    rotations: number,
  ): void {
    let turn = rotations / 8;
    for (let q = 0; q < count; q++) {
      const [first, length, step] = integers.subarray(sequences / 4 + 3 * q, sequences / 4 + 3 * q + 3);
      for (let r = 0; r < length; r++, turn += 2) {
        const row = z + 8 * (first + r * step) * stride;
        rotatePair(8 * Math.ceil(cols / 8), doubles[turn], doubles[turn + 1], row, row + 8 * step * stride);
      }
    }
  }

  function reflectRows(
    cols: number,
    v1: number,
    v2: number,
    factor: number,
    a: number,
    stride: number,
  ): void {
    a /= 8;
    for (let j = a; j < a + cols; j++) {
      const sum =
        factor * (doubles[j] + v1 * doubles[j + stride] + (v2 === 0 ? 0 : v2 * doubles[j + 2 * stride]));
      doubles[j] -= sum;
      doubles[j + stride] -= sum * v1;
      if (v2 !== 0) doubles[j + 2 * stride] -= sum * v2;
    }
  }

  function reflectColumns(
    rows: number,
    v1: number,
    v2: number,
    factor: number,
    a: number,
    stride: number,
  ): void {
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
