// Lyapunov's equation AᵀX + XA + Q = 0 by the Schur form of A.
//
// R. Bartels, G. Stewart: Solution of the matrix equation AX + XB = C (Communications of the ACM 15, 1972).
import { checkMatrix, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, realSchur, transpose } from '@infimum/linalg';
import { solveSmall } from '@infimum/linalg/numerics';

/**
 * The X with AᵀX + XA + Q = 0, which is unique where no two eigenvalues of A add up to zero, as for a stable A. Time O(n³).
 *
 * @param a - square, n x n
 * @param q - symmetric, n x n; its upper triangle is used
 * @throws {InvalidInputError} for shapes that do not fit, and `out-of-range` where two eigenvalues of A add up to zero
 *
 * Source: R. Bartels, G. Stewart (1972).
 *
 * @example
 * ```ts
 * import { solveLyapunov } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const x = solveLyapunov(matrixFromRows([[-1, 0], [0, -2]]), matrixFromRows([[2, 3], [3, 4]]));
 * console.log(x.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1 1 1
 * ```
 */
export function solveLyapunov(a: DenseMatrix, q: DenseMatrix): DenseMatrix {
  checkMatrix(a, 'a');
  checkSquare(a, 'a', a.rows);
  checkMatrix(q, 'q');
  checkSquare(q, 'q', a.rows);
  const n = a.rows;
  const symmetric = q.values.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) symmetric[i * n + j] = symmetric[j * n + i];
  }
  const { q: basis, t } = realSchur(a);
  const turned = matmul(matmul(transpose(basis), { rows: n, cols: n, values: symmetric }), basis);
  const y = solveTriangularLyapunov(t.values, turned.values, n);
  return symmetrized(matmul(matmul(basis, { rows: n, cols: n, values: y }), transpose(basis)));
}

/** Refuses a matrix that is not size x size. */
export function checkSquare(matrix: DenseMatrix, argument: string, size: number): void {
  if (matrix.rows !== size || matrix.cols !== size) {
    throw new InvalidInputError(`expected ${size}x${size}, got ${matrix.rows}x${matrix.cols}`, {
      argument,
      code: 'shape',
    });
  }
}

/** (X + Xᵀ)/2. */
export function symmetrized({ rows, values }: DenseMatrix): DenseMatrix {
  const out = values.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (values[i * rows + j] + values[j * rows + i]) / 2;
      out[i * rows + j] = mean;
      out[j * rows + i] = mean;
    }
  }
  return { rows, cols: rows, values: out };
}

/** TᵀY + YT = -C, T upper triangular but for blocks of two, block by block from the top left. */
function solveTriangularLyapunov(t: Float64Array, c: Float64Array, n: number): Float64Array {
  const starts: number[] = [];
  for (let i = 0; i < n; i += i + 1 < n && t[(i + 1) * n + i] !== 0 ? 2 : 1) starts.push(i);
  const endOf = (block: number) => starts[block + 1] ?? n;
  const y = new Float64Array(n * n);
  // Sums over the columns that are done are kept up to date in `right`, a row of blocks at a time.
  const right = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) right[i] = -c[i];
  const system = new Float64Array(16);
  const unknown = new Float64Array(4);
  for (let block = 0; block < starts.length; block++) {
    const [k, kEnd] = [starts[block], endOf(block)];
    for (let other = block; other < starts.length; other++) {
      const [l, lEnd] = [starts[other], endOf(other)];
      const [height, width] = [kEnd - k, lEnd - l];
      const size = height * width;
      system.fill(0);
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const row = i * width + j;
          let sum = right[(k + i) * n + l + j];
          for (let m = k; m < l; m++) sum -= y[(k + i) * n + m] * t[m * n + l + j];
          unknown[row] = sum;
          for (let m = 0; m < height; m++) system[row * size + m * width + j] += t[(k + m) * n + k + i];
          for (let m = 0; m < width; m++) system[row * size + i * width + m] += t[(l + m) * n + l + j];
        }
      }
      if (!solveSmall(system, size, unknown)) {
        throw new InvalidInputError('has two eigenvalues that add up to zero', {
          argument: 'a',
          code: 'out-of-range',
        });
      }
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          y[(k + i) * n + l + j] = unknown[i * width + j];
          y[(l + j) * n + k + i] = unknown[i * width + j];
        }
      }
    }
    // What rows k.. of Y mean for the rows below: T has entries of these rows to the right of the block.
    for (let i = k; i < kEnd; i++) {
      for (let row = kEnd; row < n; row++) {
        const factor = t[i * n + row];
        if (factor === 0) continue;
        for (let col = kEnd; col < n; col++) right[row * n + col] -= factor * y[i * n + col];
      }
      for (let row = kEnd; row < n; row++) {
        const factor = y[row * n + i];
        for (let col = kEnd; col < n; col++) right[row * n + col] -= factor * t[i * n + col];
      }
    }
  }
  return y;
}
