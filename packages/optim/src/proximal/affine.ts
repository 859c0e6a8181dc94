// Half-spaces and affine subspaces.
import type { DenseLike } from '@infimum/core';
import { checkMatrix, checkNumber, checkVector, fault } from '@infimum/core';
import type { ConvexSet } from './convex-function.ts';
import { convexSet, euclideanNorm } from './convex-function.ts';

/**
 * The half-space normal . x <= offset. O(n) a projection.
 *
 * @throws {InvalidInputError} for a normal that is zero or not finite, and an offset that is not finite
 */
export function halfspace(normal: Float64Array, offset: number): ConvexSet {
  checkVector(normal, 'normal');
  checkNumber(offset, 'offset');
  const length = euclideanNorm(normal as Float64Array);
  if (length === 0) throw fault('is zero', 'normal', 'out-of-range');
  const unit = Float64Array.from(normal, (entry) => entry / length);
  const height = offset / length;
  return convexSet((x, out) => {
    let excess = -height;
    for (let i = 0; i < x.length; i++) excess += unit[i] * x[i];
    const step = Math.max(excess, 0);
    for (let i = 0; i < x.length; i++) out[i] = x[i] - step * unit[i];
  }, normal.length);
}

/** What is left of a row, relative to it, below which it depends on those before. */
const DEPENDENT = 1e-12;

/**
 * The affine subspace A x = b, of A with m rows and n columns. Rows that depend on others are allowed where b agrees.
 * O(m² n) once, O(m n) a projection.
 *
 * @throws {InvalidInputError} for a b that no x gives (naming `b` and the row), of another length than A has rows, and entries
 *   that are not finite
 *
 * @example
 * ```ts
 * import { affineSubspace } from '@infimum/optim/proximal';
 *
 * const plane = affineSubspace({ rows: 1, cols: 2, values: Float64Array.of(1, 1) }, Float64Array.of(2));
 * const out = new Float64Array(2);
 * plane.project(Float64Array.of(0, 1), out);
 * console.log(out.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // 0.5 1.5
 * ```
 */
export function affineSubspace(a: DenseLike, b: Float64Array): ConvexSet {
  checkMatrix(a, 'a');
  checkVector(b, 'b', a.rows);
  const { rows, heights } = orthonormalRows(a, b);
  return convexSet((x, out) => {
    out.set(x);
    for (const [i, row] of rows.entries()) {
      // The rows are orthonormal, so that each correction leaves the others as they are.
      const excess = product(row, out) - heights[i];
      for (let j = 0; j < out.length; j++) out[j] -= excess * row[j];
    }
  }, a.cols);
}

/** Gram-Schmidt, each row twice, with b alongside: the same subspace as q_i . x = height_i with orthonormal q_i. */
function orthonormalRows(a: DenseLike, b: Float64Array): { rows: Float64Array[]; heights: number[] } {
  const rows: Float64Array[] = [];
  const heights: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    const row = Float64Array.from(a.values.subarray(i * a.cols, (i + 1) * a.cols));
    const size = euclideanNorm(row);
    let height = size > 0 ? b[i] / size : b[i];
    let scale = Math.abs(height);
    if (size > 0) for (let j = 0; j < row.length; j++) row[j] /= size;
    for (let pass = 0; pass < 2; pass++) {
      for (const [k, other] of rows.entries()) {
        const along = product(row, other);
        for (let j = 0; j < row.length; j++) row[j] -= along * other[j];
        height -= along * heights[k];
        scale = Math.max(scale, Math.abs(along * heights[k]));
      }
    }
    const left = euclideanNorm(row);
    if (left > DEPENDENT) {
      rows.push(row.map((entry) => entry / left));
      heights.push(height / left);
    } else if (!(Math.abs(height) <= 1e-10 * scale)) {
      throw fault(`has no solution: row ${i} of a depends on those before it, and b does not agree`, 'b', 'out-of-range', i);
    }
  }
  return { rows, heights };
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
