// CountSketch: every row is added, with a random sign, to one random row of the sketch.
//
// K. Clarkson, D. Woodruff: Low rank approximation and regression in input sparsity time (arXiv 1207.6365, 2013).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { Random, resolveOptions } from '@infimum/core';
import { allocateFloat64 } from '../allocation.ts';
import { asStored, isSparse } from '../inputs.ts';
import type { AnyMatrix, DenseMatrix } from '../matrices.ts';

/** Options of sketches. */
export const sketchOptions = {
  size: { type: 'integer', min: 1, required: true, description: 'Rows of the sketch' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the sketch' },
} as const satisfies OptionSpecs;

/**
 * S A for a dense or sparse A, with one entry ±1 in each column of S: |S A x|² is |A x|² on average, and within 1 ± ε for
 * all x at once when size is about cols² / ε². Time O(entries).
 *
 * @throws {InvalidInputError} for a size below one and entries that are not finite
 *
 * @example
 * ```ts
 * import { countSketch, matrixFromRows } from '@infimum/linalg/dense';
 *
 * const { values } = countSketch(matrixFromRows([[1], [1], [1]]), { size: 1, seed: 4 });
 * console.log(Math.abs(values[0]) % 2); // 1
 * ```
 */
export function countSketch(a: AnyMatrix, options: OptionsOf<typeof sketchOptions>): DenseMatrix {
  const { size, seed } = resolveOptions(sketchOptions, options);
  const matrix = asStored(a, 'a');
  const { rows, cols } = matrix;
  const random = new Random(seed);
  const sketch = allocateFloat64(size * cols, 'size');
  for (let i = 0; i < rows; i++) {
    const target = random.integer(size) * cols;
    const sign = random.uint32() & 1 ? 1 : -1;
    if (isSparse(matrix)) {
      for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++) {
        sketch[target + matrix.columnIndices[k]] += sign * matrix.values[k];
      }
    } else {
      for (let j = 0; j < cols; j++) sketch[target + j] += sign * matrix.values[i * cols + j];
    }
  }
  return { rows: size, cols, values: sketch };
}
