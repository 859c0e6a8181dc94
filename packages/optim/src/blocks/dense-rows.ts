// Passes over the rows of a dense matrix as they lie in memory.
import type { DenseMatrix } from '@infimum/linalg';

/** out <- out + A'y, four rows at a time: a row that is added alone waits for memory more than it computes. */
export function addRows({ rows, cols, values }: DenseMatrix, y: Float64Array, out: Float64Array): void {
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const [a, b, c, d] = [y[i], y[i + 1], y[i + 2], y[i + 3]];
    const first = i * cols;
    const [second, third, fourth] = [first + cols, first + 2 * cols, first + 3 * cols];
    for (let j = 0; j < cols; j++) {
      out[j] +=
        a * values[first + j] + b * values[second + j] + (c * values[third + j] + d * values[fourth + j]);
    }
  }
  for (; i < rows; i++) {
    for (let j = 0, k = i * cols; j < cols; j++, k++) out[j] += y[i] * values[k];
  }
}
