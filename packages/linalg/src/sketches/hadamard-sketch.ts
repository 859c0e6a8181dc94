// The subsampled randomised Hadamard transform (SRHT): random signs, a fast orthogonal transform, and some of its rows.
//
// N. Ailon, B. Chazelle: The fast Johnson-Lindenstrauss transform (2009).
import type { MatrixLike, OptionsOf } from '@infimum/core';
import { checkInteger, Random, resolveOptions } from '@infimum/core';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { sketchOptions } from './count-sketch.ts';

/**
 * S A = sqrt(n / size) R H D A, with random signs D, the orthonormal Hadamard transform H of order n, the next power of
 * two, and `size` rows R of it without repetition. Time O(n cols log n), for any size. With size = n it keeps all
 * norms exactly.
 *
 * @throws {InvalidInputError} for a size outside 1 … n and entries that are not finite
 *
 * @example
 * ```ts
 * import { hadamardSketch, matrixFromRows } from '@infimum/linalg/dense';
 *
 * const { values } = hadamardSketch(matrixFromRows([[3], [4]]), { size: 2 });
 * console.log(Math.hypot(...values).toFixed(6)); // 5.000000
 * ```
 */
export function hadamardSketch(a: MatrixLike, options: OptionsOf<typeof sketchOptions>): DenseMatrix {
  const { size, seed } = resolveOptions(sketchOptions, options);
  const matrix = asDense(a, 'a');
  const { rows, cols } = matrix;
  const order = 2 ** Math.ceil(Math.log2(rows));
  checkInteger(size, 'size', { min: 1, max: order });
  const random = new Random(seed);
  const signs = random.rademacher(new Float64Array(rows));
  const transformed = new Float64Array(order * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) transformed[i * cols + j] = signs[i] * matrix.values[i * cols + j];
  }
  hadamardInPlace(transformed, order, cols);
  const scale = 1 / Math.sqrt(size); // sqrt(n / size) over the sqrt(n) of the transform
  const chosen = random.sample(order, size);
  const values = new Float64Array(size * cols);
  for (const [place, i] of chosen.entries()) {
    for (let j = 0; j < cols; j++) values[place * cols + j] = scale * transformed[i * cols + j];
  }
  return { rows: size, cols, values };
}

/** Sums and differences of pairs of rows, at all distances: the Hadamard transform of every column, not normalised. */
function hadamardInPlace(values: Float64Array, order: number, cols: number): void {
  for (let half = 1; half < order; half *= 2) {
    const span = half * cols;
    for (let start = 0; start < order * cols; start += 2 * span) {
      for (let k = start; k < start + span; k++) {
        const [x, y] = [values[k], values[k + span]];
        values[k] = x + y;
        values[k + span] = x - y;
      }
    }
  }
}
