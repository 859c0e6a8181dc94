// The weights of a value function from windows of time.
import { InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { leastSquares, minimumNormSolution } from '@infimum/linalg';

/** Least squares by QR; where the columns depend on each other, those of least norm. */
export function regression(matrix: DenseMatrix, target: Float64Array): { weights: Float64Array; rank: number } | undefined {
  try {
    return { weights: leastSquares(matrix, target), rank: matrix.cols };
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
  }
  try {
    const { x, rank } = minimumNormSolution(matrix, target, { tolerance: 1e-12 });
    return rank > 0 ? { weights: x, rank } : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

/** The Euclidean norm, without overflow on the way. */
export function normOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
