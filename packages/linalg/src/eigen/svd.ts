// The singular value decomposition: bidiagonal form and implicit QR sweeps for large matrices, and one-sided rotations for small ones and
// after that where columns differ in size; after a QR factorisation where there are more rows than columns.
//
// G. Golub, W. Kahan (1965) and J. Demmel, W. Kahan (1990) for the former; M. Hestenes: Inversion of matrices by biorthogonalization
// and related results (1958), and J. Demmel, K. Veselić: Jacobi's method is more accurate than QR (1992) for the latter.
import type { MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { transpose } from '../dense/dense-matrix.ts';
import { qr, upperFactor } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { allFinite, norm } from '../numerics/vectors.ts';
import { paddedStride } from '../padded-stride.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { bidiagonalize, bidiagonalRoom } from './bidiagonal-reduction.ts';
import { diagonaliseBidiagonal } from './bidiagonal-svd.ts';
import type { SingularRows } from './jacobi-svd.ts';
import { jacobiSvd } from './jacobi-svd.ts';
import { basisRoom, ReflectorBasis } from './reflector-basis.ts';
import { ROTATION_ROOM, RotationSequences } from './rotation-sequences.ts';

/** A = U diag(values) V'. */
export interface SingularValues {
  /** Left singular vectors, one a column: rows x min(rows, cols). */
  readonly u: DenseMatrix;
  /** Singular values, falling. */
  readonly values: Float64Array;
  /** Right singular vectors, one a column: cols x min(rows, cols). */
  readonly v: DenseMatrix;
}

/**
 * The thin singular value decomposition. Time O(m n²) for the QR factorisation and about 20 n³ operations, n being the smaller side.
 *
 * Small singular values are as accurate as the columns of A allow, not only relative to the largest, down to 1e-140 of it: where the
 * norms of the columns differ by more than a factor of 16, one-sided rotations start from the vectors of the bidiagonal form, and
 * mostly find little left to rotate; elsewhere its errors are within that factor of theirs.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite; `out-of-range` where a
 *   singular value is beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, svd } from '@infimum/linalg';
 *
 * const { values } = svd(matrixFromRows([[3, 0], [4, 5]]));
 * console.log(values.map((value) => Math.round(value ** 2 * 1e9) / 1e9).join(' ')); // 45 5
 * ```
 */
export function svd(a: MatrixLike): SingularValues {
  const matrix = asDense(a, 'a');
  if (matrix.rows < matrix.cols) {
    const { u, values, v } = svd(transpose(matrix));
    return { u: v, values, v: u };
  }
  const scale = powerOfTwoNear(matrix.values);
  const scaled = { ...matrix, values: matrix.values.map((value) => value / scale) };
  const size = matrix.cols;
  const norms = columnNorms(scaled);
  const isLarge = size >= LEAST_BIDIAGONAL;
  if (isLarge && Math.max(...norms) <= MOST_SPREAD * Math.min(...norms)) {
    const factors = matrix.rows === size ? undefined : qr(scaled);
    const found = bidiagonalSvd(factors?.r ?? scaled);
    if (found) return composed(found, scale, factors?.q);
  }
  // Large columns first: the rows of R fall, and the bidiagonal form is then nearly as accurate as rotations.
  const order = Int32Array.from(norms.keys()).sort((i, j) => norms[j] - norms[i]);
  const { q, r } = qr(columnsOf(scaled, order));
  const { values, left, right } = jacobiSvd(r, isLarge ? bidiagonalSvd(r)?.right : undefined);
  const vectors = new Float64Array(size * size);
  for (let k = 0; k < vectors.length; k += size) {
    for (let j = 0; j < size; j++) vectors[k + order[j]] = right[k + j];
  }
  return composed({ values, left, right: vectors }, scale, q);
}

/**
 * The singular values of a matrix of any shape, in decreasing order, without vectors. Time m n² + 4/3 n³ for n columns of about the same
 * size, as `svd` where their norms differ, so that small values keep their digits.
 *
 * @throws {InvalidInputError} as `svd`
 *
 * @example
 * ```ts
 * import { singularValues } from '@infimum/linalg';
 *
 * console.log(singularValues([[0, 3], [-2, 0], [0, 0]]).map(Math.round).join(' ')); // 3 2
 * ```
 */
export function singularValues(a: MatrixLike): Float64Array {
  const given = asDense(a, 'a');
  const matrix = given.rows < given.cols ? transpose(given) : given;
  const scale = powerOfTwoNear(matrix.values);
  const scaled = { ...matrix, values: matrix.values.map((value) => value / scale) };
  const norms = columnNorms(scaled);
  const isEven = Math.max(...norms) <= MOST_SPREAD * Math.min(...norms);
  if (matrix.cols < LEAST_BIDIAGONAL || !isEven) return svd(matrix).values;
  const square = matrix.rows === matrix.cols ? scaled : upperFactor(scaled);
  const n = square.rows;
  using memory = layout({ matrix: square.values }, { extra: { float64: bidiagonalRoom(n) } });
  const { diagonal, offDiagonal } = bidiagonalize(memory.workspace, memory.matrix, n);
  const none = { begin() {}, turn() {}, end() {} };
  if (!diagonaliseBidiagonal(diagonal, offDiagonal, none, none)) return svd(matrix).values;
  return finite(
    diagonal
      .map((value) => Math.abs(value) * scale)
      .sort()
      .reverse(),
  );
}

function finite(values: Float64Array): Float64Array {
  if (allFinite(values)) return values;
  throw fault('has a singular value beyond the largest number', 'a', 'out-of-range');
}

/** A = Q U S V' from U and V in rows and S over a scale. */
function composed({ values, left, right }: SingularRows, scale: number, q?: DenseMatrix): SingularValues {
  const size = values.length;
  const singular = finite(values.map((value) => value * scale));
  const u = transpose({ rows: size, cols: size, values: left });
  return { u: q ? matmul(q, u) : u, values: singular, v: transpose({ rows: size, cols: size, values: right }) };
}

/** Smaller matrices are rotated: that is as quick. */
const LEAST_BIDIAGONAL = 32;

/** How far the norms of columns may differ for the bidiagonal form. */
const MOST_SPREAD = 16;

function columnNorms(a: DenseMatrix): Float64Array {
  const columns = transpose(a).values;
  return Float64Array.from({ length: a.cols }, (_, j) => norm(columns.subarray(j * a.rows, (j + 1) * a.rows)));
}

/** The columns in the given order. */
function columnsOf({ rows, cols, values }: DenseMatrix, order: Int32Array): DenseMatrix {
  const permuted = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) permuted[i * cols + j] = values[i * cols + order[j]];
  }
  return { rows, cols, values: permuted };
}

/** Of a square matrix with entries of about one; nothing where the sweeps do not come to an end. */
function bidiagonalSvd({ rows: n, values }: DenseMatrix): SingularRows | undefined {
  const stride = paddedStride(n);
  const { float64, int32 } = ROTATION_ROOM;
  using memory = layout(
    { matrix: values, vectors: [n * stride, n * stride], gemmScratch: scratch(GEMM_SCRATCH) },
    { extra: { float64: [...bidiagonalRoom(n), ...basisRoom(n), float64, float64], int32: [int32, int32] } },
  );
  const { workspace, matrix, vectors, gemmScratch } = memory;
  const form = bidiagonalize(workspace, matrix, n);
  const basis = new ReflectorBasis(workspace, n, gemmScratch);
  const [left, right] = [form.left, form.right].map((reflections, side) => {
    const rows = vectors[side];
    basis.transposed(reflections, rows, stride);
    return { rows, sequences: new RotationSequences(workspace, { rows, stride, cols: n }) };
  });
  const { diagonal, offDiagonal } = form;
  if (!diagonaliseBidiagonal(diagonal, offDiagonal, left.sequences, right.sequences)) return undefined;
  left.sequences.flush();
  right.sequences.flush();
  const order = Array.from(diagonal.keys()).sort((i, j) => Math.abs(diagonal[j]) - Math.abs(diagonal[i]));
  const found = { values: new Float64Array(n), left: new Float64Array(n * n), right: new Float64Array(n * n) };
  for (const [place, i] of order.entries()) {
    found.values[place] = Math.abs(diagonal[i]);
    found.left.set(left.rows.subarray(i * stride, i * stride + n), place * n);
    found.right.set(right.rows.subarray(i * stride, i * stride + n), place * n);
    if (diagonal[i] < 0) for (let k = place * n; k < (place + 1) * n; k++) found.right[k] *= -1;
  }
  return found;
}
