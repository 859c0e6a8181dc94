// Passes over the rows of a dense matrix as they lie in memory.
import type { DenseMatrix } from '@infimum/linalg';

/** out <- out + A'y, eight rows at a time: a row that is added alone waits for memory more than it computes. */
export function addRows({ rows, cols, values }: DenseMatrix, y: Float64Array, out: Float64Array): void {
  let i = 0;
  for (; i + 7 < rows; i += 8) {
    const [y0, y1, y2, y3, y4, y5, y6, y7] = [y[i], y[i + 1], y[i + 2], y[i + 3], y[i + 4], y[i + 5], y[i + 6], y[i + 7]];
    const r0 = i * cols;
    const [r1, r2, r3, r4] = [r0 + cols, r0 + 2 * cols, r0 + 3 * cols, r0 + 4 * cols];
    const [r5, r6, r7] = [r0 + 5 * cols, r0 + 6 * cols, r0 + 7 * cols];
    for (let j = 0; j < cols; j++) {
      const first = y0 * values[r0 + j] + y1 * values[r1 + j] + (y2 * values[r2 + j] + y3 * values[r3 + j]);
      const second = y4 * values[r4 + j] + y5 * values[r5 + j] + (y6 * values[r6 + j] + y7 * values[r7 + j]);
      out[j] += first + second;
    }
  }
  for (; i < rows; i++) {
    for (let j = 0, k = i * cols; j < cols; j++, k++) out[j] += y[i] * values[k];
  }
}
