// Random matrices for tests, and how far two arrays are apart.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '../matrices.ts';

/** Independent standard normal entries. */
export function randomMatrix(rows: number, cols: number, seed: number): DenseMatrix {
  return { rows, cols, values: new Random(seed).normals(new Float64Array(rows * cols)) };
}

/** The symmetric part of such a matrix. */
export function randomSymmetric(size: number, seed: number): DenseMatrix {
  const { values } = randomMatrix(size, size, seed);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (values[i * size + j] + values[j * size + i]) / 2;
      values[i * size + j] = mean;
      values[j * size + i] = mean;
    }
  }
  return { rows: size, cols: size, values };
}

/** max |x_i - y_i|; NaN if there is one. */
export function largestDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] - y[i]));
  return largest;
}
