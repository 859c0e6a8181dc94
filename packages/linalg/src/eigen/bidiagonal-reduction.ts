// The reduction of a square matrix to upper bidiagonal form by reflections from the left and the right in turn.
//
// G. Golub, W. Kahan: Calculating the singular values and pseudo-inverse of a matrix (1965).
import { denseKernels } from '../webassembly/dense-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import type { Reflections } from './reflector-basis.ts';

/** Entries whose squares sum up to less are zeros: their squares underflow. */
const NEGLIGIBLE = 1e-280;

/** Numbers on the workspace for a matrix of so many rows, beside the matrix. */
export function bidiagonalRoom(n: number): number[] {
  return [n * n, n * n, n];
}

/** A = U B V'. */
export interface BidiagonalForm {
  /** The diagonal of B. */
  readonly diagonal: Float64Array;
  /** Entry i stands in row i and column i + 1. */
  readonly offDiagonal: Float64Array;
  /** U. */
  readonly left: Reflections;
  /** V. */
  readonly right: Reflections;
}

/** Reduces a matrix on the workspace, with entries of about one, which is overwritten. 8/3 n³ operations. */
export function bidiagonalize(workspace: Workspace, matrix: Float64Array, n: number): BidiagonalForm {
  const { gemvColumns, gemvRows, ger } = workspace.kernels(denseKernels);
  const [left, right] = [0, 1].map((shift) => ({
    vectors: workspace.float64(n * n),
    factors: new Float64Array(n),
    size: n,
    shift,
  }));
  const sums = workspace.float64(n).byteOffset;
  const [diagonal, offDiagonal] = [new Float64Array(n), new Float64Array(n)];
  const at = (i: number, j: number): number => matrix.byteOffset + 8 * (i * n + j);
  for (let k = 0; k < n; k++) {
    const v = left.vectors.subarray(k * n + k, (k + 1) * n);
    for (let i = k; i < n; i++) v[i - k] = matrix[i * n + k];
    ({ pivot: diagonal[k], factor: left.factors[k] } = reflector(v));
    const [rows, cols] = [n - k, n - k - 1];
    if (cols === 0) break;
    if (left.factors[k] !== 0) {
      gemvColumns(rows, cols, at(k, k + 1), n, v.byteOffset, sums);
      ger(rows, cols, -left.factors[k], v.byteOffset, sums, at(k, k + 1), n);
    }
    const u = right.vectors.subarray(k * n + k + 1, (k + 1) * n);
    u.set(matrix.subarray(k * n + k + 1, (k + 1) * n));
    ({ pivot: offDiagonal[k], factor: right.factors[k] } = reflector(u));
    if (right.factors[k] !== 0) {
      gemvRows(rows - 1, cols, at(k + 1, k + 1), n, u.byteOffset, sums);
      ger(rows - 1, cols, -right.factors[k], sums, u.byteOffset, at(k + 1, k + 1), n);
    }
  }
  return { diagonal, offDiagonal, left, right };
}

/** The reflection I - f v v', v_0 = 1, that maps x to pivot e_1; v takes the place of x. */
function reflector(x: Float64Array): { pivot: number; factor: number } {
  let squares = 0;
  for (let i = 1; i < x.length; i++) squares += x[i] * x[i];
  const first = x[0];
  if (squares < NEGLIGIBLE) {
    x.fill(0);
    return { pivot: first, factor: 0 };
  }
  const pivot = first > 0 ? -Math.sqrt(first * first + squares) : Math.sqrt(first * first + squares);
  const lead = first - pivot;
  for (let i = 1; i < x.length; i++) x[i] /= lead;
  x[0] = 1;
  return { pivot, factor: -lead / pivot };
}
