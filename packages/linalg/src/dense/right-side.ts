// What dense solvers share: right-hand sides as vectors or matrices, and matrices whose extreme entries are scaled.
import { InvalidInputError } from '@infimum/core';
import { checkDense, checkEntriesOf } from '../check-dense.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import type { DenseMatrix } from './dense-matrix.ts';

/**
 * A right-hand side as a matrix, checked.
 *
 * @throws {InvalidInputError} naming `b`
 */
export function checkRightSide(b: Float64Array | DenseMatrix, rows: number): DenseMatrix {
  if (ArrayBuffer.isView(b)) {
    checkEntriesOf(b, 'b', rows);
    if (!(b instanceof Float64Array)) {
      throw new InvalidInputError('expected a Float64Array', { argument: 'b', code: 'type' });
    }
    return { rows, cols: 1, values: b };
  }
  checkDense(b, 'b');
  if (b.rows === rows) return b;
  throw new InvalidInputError(`expected ${rows} rows, got ${b.rows}`, { argument: 'b', code: 'shape' });
}

/** A matrix over a power of two where its largest entry is extreme, so that no norm over- or underflows; itself otherwise. */
export function scaledMatrix(a: DenseMatrix): { readonly matrix: DenseMatrix; readonly scale: number } {
  const scale = powerOfTwoNear(a.values);
  if (scale > 2 ** -400 && scale < 2 ** 400) return { matrix: a, scale: 1 };
  return { matrix: { ...a, values: a.values.map((value) => value / scale) }, scale };
}
