// Routing and dual value by sorting and from their definitions: oracles that share no code with the solvers.
import type { DenseMatrix } from '@infimum/linalg';

/** The worked example: one step of a tenth balances it. */
export const example = { rows: 4, cols: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.7, 0.1, 0.6, 0.55) };

/** The routing by biased scores, by sorting. */
export function sortedRoute({ rows, cols, values }: DenseMatrix, count: number, bias: ArrayLike<number>): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (_, k) => k)
      .sort((k, j) => values[i * cols + j] + bias[j] - values[i * cols + k] - bias[k] || k - j)
      .slice(0, count),
  );
}

/** d(p) with equal targets, from its definition. */
export function dual(scores: DenseMatrix, count: number, bias: ArrayLike<number>): number {
  const target = (scores.rows * count) / scores.cols;
  let sum = 0;
  sortedRoute(scores, count, bias).forEach((experts, i) => {
    for (const k of experts) sum += scores.values[i * scores.cols + k] + bias[k];
  });
  return sum - target * Array.from(bias).reduce((a, b) => a + b, 0);
}
