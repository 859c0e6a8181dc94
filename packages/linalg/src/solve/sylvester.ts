// Sylvester's and Lyapunov's equations by Schur forms.
//
// R. Bartels, G. Stewart: Solution of the matrix equation AX + XB = C (Communications of the ACM 15, 1972).
import type { MatrixLike } from '@infimum/core';
import { asMatrix, InvalidInputError } from '@infimum/core';
import { transpose } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import type { RealSchur } from '../eigen/real-schur.ts';
import { realSchur } from '../eigen/real-schur.ts';
import type { DenseMatrix } from '../matrices.ts';
import { solveSmall } from '../numerics/small-lu.ts';

/**
 * The X with A X + X B = C, which is unique where no eigenvalue of A and of B add up to zero. Time O(m³ + n³).
 *
 * @param a - m x m
 * @param b - n x n
 * @param c - m x n
 * @returns X, m x n
 * @throws {InvalidInputError} `shape`, and `out-of-range` where eigenvalues of A and B add up to zero
 *
 * @example
 * ```ts
 * import { solveSylvester } from '@infimum/linalg';
 *
 * console.log(solveSylvester([[1, 0], [0, 2]], [[3]], [[8], [5]]).values.join(' ')); // 2 1
 * ```
 */
export function solveSylvester(a: MatrixLike, b: MatrixLike, c: MatrixLike): DenseMatrix {
  const [left, right, given] = [asMatrix(a, 'a'), asMatrix(b, 'b'), asMatrix(c, 'c')];
  const [m, n] = [left.rows, right.rows];
  checkShape(left, 'a', m, m);
  checkShape(right, 'b', n, n);
  checkShape(given, 'c', m, n);
  const { q: p, t: u } = realSchur(transpose(left));
  const { q, t } = realSchur(right);
  const y = matmul(matmul(transpose(p), given), q);
  solveQuasiTriangular(u.values, m, t.values, n, y.values);
  return matmul(matmul(p, y), transpose(q));
}

/**
 * The symmetric X with Aᵀ X + X A + Q = 0, which is unique where no two eigenvalues of A add up to zero, as for a stable A.
 * Time O(n³), most of it for the Schur form of A.
 *
 * @param a - n x n, or its Schur form where that is known (`realSchur`)
 * @param q - symmetric, n x n; its upper triangle is used
 * @returns X, n x n
 * @throws {InvalidInputError} `shape`, and `out-of-range` where two eigenvalues of A add up to zero
 *
 * @example
 * ```ts
 * import { solveLyapunov } from '@infimum/linalg';
 *
 * const x = solveLyapunov([[-1, 0], [0, -2]], [[2, 3], [3, 4]]);
 * console.log(x.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1 1 1
 * ```
 */
export function solveLyapunov(a: MatrixLike | Pick<RealSchur, 'q' | 't'>, q: MatrixLike): DenseMatrix {
  const form = typeof a === 'object' && a !== null && 't' in a ? a : realSchur(a);
  const [basis, t, given] = [asMatrix(form.q, 'a.q'), asMatrix(form.t, 'a.t'), asMatrix(q, 'q')];
  const n = t.rows;
  checkShape(basis, 'a.q', n, n);
  checkShape(t, 'a.t', n, n);
  checkShape(given, 'q', n, n);
  const negative = given.values.map((_, k) => -given.values[mirrored(k, n)]);
  const y = matmul(matmul(transpose(basis), { rows: n, cols: n, values: negative }), basis);
  solveQuasiTriangular(t.values, n, t.values, n, y.values);
  const { values } = matmul(matmul(basis, y), transpose(basis));
  const symmetric = values.map((value, k) => (value + values[(k % n) * n + Math.floor(k / n)]) / 2);
  return { rows: n, cols: n, values: symmetric };
}

/** Entry k of a matrix of n columns, or the one across the diagonal if it is in the upper triangle. */
function mirrored(k: number, n: number): number {
  const [i, j] = [Math.floor(k / n), k % n];
  return i > j ? j * n + i : k;
}

function checkShape(matrix: DenseMatrix, argument: string, rows: number, cols: number): void {
  if (matrix.rows === rows && matrix.cols === cols) return;
  throw new InvalidInputError(`expected ${rows}x${cols}, got ${matrix.rows}x${matrix.cols}`, { argument, code: 'shape' });
}

/** Where the diagonal blocks of a quasi-triangular matrix begin, and its size at the end. */
function blockEnds(t: Float64Array, n: number): number[] {
  const ends = [0];
  for (let i = 0; i < n; ends.push(i)) i += i + 1 < n && t[(i + 1) * n + i] !== 0 ? 2 : 1;
  return ends;
}

/** y <- the Y with Uᵀ Y + Y T = y, U and T upper triangular but for blocks of two: block by block from the top left. */
function solveQuasiTriangular(u: Float64Array, m: number, t: Float64Array, n: number, y: Float64Array): void {
  const [rowEnds, colEnds] = [blockEnds(u, m), blockEnds(t, n)];
  const [system, unknown] = [new Float64Array(16), new Float64Array(4)];
  /** Solves for a block of at most 2 x 2 unknowns, whose right-hand sides stand in y. */
  const solveBlock = (k: number, kEnd: number, l: number, lEnd: number): void => {
    const [height, width] = [kEnd - k, lEnd - l];
    const size = height * width;
    system.fill(0);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const row = i * width + j;
        unknown[row] = y[(k + i) * n + l + j];
        for (let h = 0; h < height; h++) system[row * size + h * width + j] += u[(k + h) * m + k + i];
        for (let h = 0; h < width; h++) system[row * size + i * width + h] += t[(l + h) * n + l + j];
      }
    }
    if (!solveSmall(system, size, unknown)) {
      throw new InvalidInputError('has two eigenvalues that add up to zero', { argument: 'a', code: 'out-of-range' });
    }
    for (let row = 0; row < size; row++) y[(k + Math.floor(row / width)) * n + l + (row % width)] = unknown[row];
  };
  for (let block = 1; block < rowEnds.length; block++) {
    const [k, kEnd] = [rowEnds[block - 1], rowEnds[block]];
    for (let other = 1; other < colEnds.length; other++) {
      const [l, lEnd] = [colEnds[other - 1], colEnds[other]];
      solveBlock(k, kEnd, l, lEnd);
      for (let i = k; i < kEnd; i++) {
        for (let j = l; j < lEnd; j++) subtractRow(y, i * n, y[i * n + j], t, j * n, lEnd, n);
      }
    }
    for (let i = k; i < kEnd; i++) {
      for (let row = kEnd; row < m; row++) subtractRow(y, row * n, u[i * m + row], y, i * n, 0, n);
    }
  }
}

/** out[at + j] -= factor * from[fromAt + j] for j in [start, end). */
function subtractRow(
  out: Float64Array,
  at: number,
  factor: number,
  from: Float64Array,
  fromAt: number,
  start: number,
  end: number,
): void {
  if (factor !== 0) for (let j = start; j < end; j++) out[at + j] -= factor * from[fromAt + j];
}
