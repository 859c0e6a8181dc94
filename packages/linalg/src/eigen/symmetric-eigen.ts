// Eigenvalues and eigenvectors of a symmetric matrix: reduced to tridiagonal form by reflections, then diagonalised by
// implicit QL rotations. Large matrices are reduced in panels, and their rotations gathered, so that kernels do the work.
//
// J. Wilkinson, C. Reinsch: Handbook for Automatic Computation, vol. II, Linear Algebra (1971), tred2 and tql2.
import type { InvalidInputError, MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { identity, transpose } from '../dense/dense-matrix.ts';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { paddedStride } from '../padded-stride.ts';
import { spectralScale } from '../power-of-two.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { BlockedTridiagonal, blockedTridiagonalRoom } from './blocked-tridiagonal.ts';
import { basisRoom, ReflectorBasis } from './reflector-basis.ts';
import { ROTATION_ROOM, RotationSequences } from './rotation-sequences.ts';
import { tridiagonalize } from './tridiagonal-reduction.ts';

/** A = V diag(values) V'. */
export interface SymmetricEigen {
  /** The eigenvalues, rising. */
  readonly values: Float64Array;
  /** The eigenvectors, of norm one, in the columns. */
  readonly vectors: DenseMatrix;
  /** `stalled` if rotations did not end within 30 sweeps a row: what is not diagonal by then is lost. No such matrix is known. */
  readonly status: 'converged' | 'stalled';
}

/**
 * The eigen-decomposition of a symmetric matrix, of which only the lower triangle is read. Time about 9 n³ operations, a third of
 * them in products of matrices; in plain loops below 64 rows.
 *
 * Eigenvalues are exact up to a small multiple of rounding in the largest of them.
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index, `out-of-range` where an
 *   eigenvalue is beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, symmetricEigen } from '@infimum/linalg';
 *
 * const { values } = symmetricEigen(matrixFromRows([[2, 1], [1, 2]]));
 * console.log(values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 3
 * ```
 */
export function symmetricEigen(a: MatrixLike): SymmetricEigen {
  const matrix = asSquare(a);
  const { rows: size } = matrix;
  const scale = spectralScale(matrix.values);
  const { diagonal, rows, stride, status } = size < LEAST_BLOCKED ? plain(matrix, scale) : blocked(matrix, scale);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i] - diagonal[j]);
  const vectors = new Float64Array(size * size);
  for (let left = 0; left < size; left += TILE) {
    const right = Math.min(size, left + TILE);
    for (let k = 0; k < size; k++) {
      for (let place = left; place < right; place++) vectors[k * size + place] = rows[order[place] * stride + k];
    }
  }
  const values = Float64Array.from(order, (i) => diagonal[i] * scale);
  if (!values.every(Number.isFinite)) {
    throw beyondNumbers();
  }
  return { values, vectors: { rows: size, cols: size, values: vectors }, status };
}

/**
 * The eigenvalues of a symmetric matrix, in increasing order, without vectors. Time 4/3 n³, a sixth of `symmetricEigen`; only the
 * lower triangle is read.
 *
 * @throws {InvalidInputError} as `symmetricEigen`
 *
 * @example
 * ```ts
 * import { symmetricEigenvalues } from '@infimum/linalg';
 *
 * console.log(symmetricEigenvalues([[2, 1], [1, 2]]).map(Math.round).join(' ')); // 1 3
 * ```
 */
export function symmetricEigenvalues(a: MatrixLike): Float64Array {
  const matrix = asSquare(a);
  const scale = spectralScale(matrix.values);
  const { diagonal, offDiagonal } = matrix.rows < LEAST_BLOCKED ? plainForm(matrix, scale) : blockedForm(matrix, scale);
  diagonaliseInPlace(diagonal, offDiagonal, { begin() {}, turn() {}, end() {} });
  const values = diagonal.sort().map((value) => value * scale);
  if (values.every(Number.isFinite)) return values;
  throw beyondNumbers();
}

function beyondNumbers(): InvalidInputError {
  const problem = 'has an eigenvalue beyond the largest number';
  return fault(problem, 'a', 'out-of-range');
}

function plainForm({ rows: size, values }: DenseMatrix, scale: number) {
  const work = Float64Array.from(values, (value) => value / scale);
  const [diagonal, offDiagonal, factors] = Array.from({ length: 3 }, () => new Float64Array(size));
  tridiagonalize(work, size, { diagonal, offDiagonal, factors, scratch: new Float64Array(2 * size) });
  return { work, diagonal, offDiagonal, factors };
}

function blockedForm({ rows: size, values }: DenseMatrix, scale: number) {
  using memory = layout(
    { work: size * size, gemmScratch: scratch(GEMM_SCRATCH) },
    { extra: { float64: blockedTridiagonalRoom(size) } },
  );
  fillBoth(memory.work, values, size, scale);
  const { diagonal, offDiagonal } = new BlockedTridiagonal(memory.workspace, memory.work, size, memory.gemmScratch);
  return { diagonal, offDiagonal };
}

/** Both triangles from the lower one, over a scale. */
function fillBoth(work: Float64Array, values: Float64Array, size: number, scale: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = values[i * size + j] / scale;
      work[i * size + j] = value;
      work[j * size + i] = value;
    }
  }
}

/** From so many rows on a matrix is reduced in panels. */
const LEAST_BLOCKED = 64;

/** Columns that are transposed at a time. */
const TILE = 8;

/** Eigenvalues, and their vectors in rows. */
interface Diagonalized {
  readonly diagonal: Float64Array;
  readonly rows: Float64Array;
  readonly stride: number;
  readonly status: SymmetricEigen['status'];
}

function plain(matrix: DenseMatrix, scale: number): Diagonalized {
  const { rows: size } = matrix;
  const { work, diagonal, offDiagonal, factors } = plainForm(matrix, scale);
  const rows = transpose(accumulate(work, size, factors)).values; // row i is column i of the basis, so that rotations run along memory
  const status = diagonaliseInPlace(diagonal, offDiagonal, {
    begin() {},
    turn: (row, cosine, sine) => rotateRows(rows, row * size, size, cosine, sine),
    end() {},
  });
  return { diagonal, rows, stride: size, status };
}

function blocked({ rows: size, values }: DenseMatrix, scale: number): Diagonalized {
  const stride = paddedStride(size);
  using memory = layout(
    { work: size * size, rows: size * stride, gemmScratch: scratch(GEMM_SCRATCH) },
    { extra: { float64: roomOf(size), int32: [ROTATION_ROOM.int32] } },
  );
  const { workspace, work, rows, gemmScratch } = memory;
  fillBoth(work, values, size, scale);
  const reduction = new BlockedTridiagonal(workspace, work, size, gemmScratch);
  new ReflectorBasis(workspace, size, gemmScratch).transposed(reduction.reflections, rows, stride);
  const sequences = new RotationSequences(workspace, { rows, stride, cols: size });
  const { diagonal, offDiagonal } = reduction;
  const status = diagonaliseInPlace(diagonal, offDiagonal, {
    begin: (row, length) => sequences.begin(row, -1, length),
    turn: (_, cosine, sine) => sequences.turn(cosine, sine),
    end: () => sequences.end(),
  });
  sequences.flush();
  return { diagonal, rows: rows.slice(), stride, status };
}

/** Numbers that the decomposition of a matrix of so many rows takes beside it: four or five squares and some vectors. */
export function symmetricEigenRoom(size: number): number {
  if (size < LEAST_BLOCKED) return 4 * size * size + 8 * size;
  const onWorkspace = roomOf(size).reduce((sum, length) => sum + length, 0);
  return 2 * size * size + 2 * size * paddedStride(size) + onWorkspace + GEMM_SCRATCH + 8 * size;
}

/** Lengths of what a reduction in panels takes beside the matrix, its vectors and the scratch of `gemm`. */
function roomOf(size: number): number[] {
  return [...blockedTridiagonalRoom(size), ...basisRoom(size), ROTATION_ROOM.float64];
}

/** The product of all reflections, from the last to the first, so that each acts on as little as possible. */
function accumulate(a: Float64Array, size: number, factors: Float64Array): DenseMatrix {
  const basis = identity(size);
  const q = basis.values;
  const image = new Float64Array(size);
  for (let k = size - 2; k >= 0; k--) {
    if (factors[k] === 0) continue;
    image.fill(0, k + 1);
    for (let i = k + 1; i < size; i++) {
      const v = factors[k] * a[i * size + k];
      for (let j = k + 1; j < size; j++) image[j] += v * q[i * size + j];
    }
    for (let i = k + 1; i < size; i++) {
      const v = a[i * size + k];
      for (let j = k + 1; j < size; j++) q[i * size + j] -= v * image[j];
    }
  }
  return basis;
}

/** Sweeps, a row on average, after which the iteration is given up. */
const MOST_SWEEPS = 30;

/** Couplings below this, beside entries of about one, are zeros: their squares underflow, and rotations with them stand still. */
const NEGLIGIBLE = 2 ** -500;

/** What is done with the rotations of a sweep, from the last row upwards. */
interface Rotations {
  begin(row: number, length: number): void;
  /** Of rows `row` and the one after it. */
  turn(row: number, cosine: number, sine: number): void;
  end(): void;
}

/**
 * QL sweeps with Wilkinson's shift; afterwards the diagonal holds eigenvalues and the rows their eigenvectors.
 *
 * @returns whether it came to an end
 */
function diagonaliseInPlace(d: Float64Array, e: Float64Array, rotations: Rotations): SymmetricEigen['status'] {
  const size = d.length;
  let sweeps = 0;
  for (let low = 0; low < size; low++) {
    for (;;) {
      let high = low;
      while (high + 1 < size && !negligible(d, e, high)) high++;
      if (high === low) break;
      if (++sweeps > MOST_SWEEPS * size) return 'stalled';
      const half = (d[low + 1] - d[low]) / (2 * e[low]);
      const shift = d[low] - e[low] / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1));
      rotations.begin(high, high - low);
      sweep(d, e, low, high, shift, rotations);
      rotations.end();
    }
  }
  return 'converged';
}

function negligible(d: Float64Array, e: Float64Array, i: number): boolean {
  const size = Math.abs(e[i]);
  return size <= (Number.EPSILON / 2) * (Math.abs(d[i]) + Math.abs(d[i + 1])) || size < NEGLIGIBLE;
}

/** One implicit QL step on the rows `low` … `high`, from the bottom up. */
function sweep(d: Float64Array, e: Float64Array, low: number, high: number, shift: number, rotations: Rotations): void {
  let bulge = d[high] - shift;
  let [sine, cosine, carried] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const far = sine * e[i];
    const near = cosine * e[i];
    const radius = Math.hypot(far, bulge);
    e[i + 1] = radius;
    if (radius === 0) {
      // The rotation is lost to underflow: what is above stands apart from here on.
      d[i + 1] -= carried;
      e[high] = 0;
      return;
    }
    sine = far / radius;
    cosine = bulge / radius;
    const next = d[i + 1] - carried;
    const mixed = (d[i] - next) * sine + 2 * cosine * near;
    carried = sine * mixed;
    d[i + 1] = next + carried;
    bulge = cosine * mixed - near;
    rotations.turn(i, cosine, sine);
  }
  d[low] -= carried;
  e[low] = bulge;
  e[high] = 0;
}

/** Rotates the row at `row` and the one after it. */
function rotateRows(values: Float64Array, row: number, size: number, cosine: number, sine: number): void {
  for (let k = row; k < row + size; k++) {
    const below = values[k + size];
    values[k + size] = sine * values[k] + cosine * below;
    values[k] = cosine * values[k] - sine * below;
  }
}
