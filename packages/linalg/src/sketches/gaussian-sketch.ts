// The Gaussian sketch: random combinations of all rows.
//
// W. Johnson, J. Lindenstrauss: Extensions of Lipschitz mappings into a Hilbert space (1984).
import type { MatrixLike, OptionsOf } from '@infimum/core';
import { Random, resolveOptions } from '@infimum/core';
import { allocateFloat64 } from '../allocation.ts';
import { matmul } from '../dense/matmul.ts';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { sketchOptions } from './count-sketch.ts';

/**
 * S A, with S of `size` rows and independent normal entries of variance 1 / size: |S A x|² is |A x|² on average, and
 * within 1 ± ε for all x at once when size is about cols / ε². Time O(size rows cols).
 *
 * @throws {InvalidInputError} for a size below one and entries that are not finite
 *
 * @example
 * ```ts
 * import { gaussianSketch, denseMatrix } from '@infimum/linalg/dense';
 *
 * const sketch = gaussianSketch(denseMatrix(1000, 3), { size: 50 });
 * console.log(sketch.rows, sketch.cols); // 50 3
 * ```
 */
export function gaussianSketch(a: MatrixLike, options: OptionsOf<typeof sketchOptions>): DenseMatrix {
  const { size, seed } = resolveOptions(sketchOptions, options);
  const matrix = asDense(a, 'a');
  const values = new Random(seed).normals(allocateFloat64(size * matrix.rows, 'size'));
  const scale = 1 / Math.sqrt(size);
  for (let k = 0; k < values.length; k++) values[k] *= scale;
  return matmul({ rows: size, cols: matrix.rows, values }, matrix);
}
