// Costs of low rank, as the product of two factors.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { asPoints } from '../cost-matrix.ts';

/** Costs of low rank as they may be given: plain rows too. */
export interface CostFactorsLike {
  /** n x d. */
  readonly left: MatrixLike;
  /** m x d. */
  readonly right: MatrixLike;
}

/** Costs of low rank: C = left right'. */
export interface CostFactors {
  /** n x d. */
  readonly left: DenseMatrix;
  /** m x d. */
  readonly right: DenseMatrix;
}

/**
 * Factors of the squared Euclidean costs between two clouds: |x - y|^2 = |x|^2 - 2 x'y + |y|^2 has rank d + 2.
 *
 * Points are centred first, so that clouds far from the origin lose no digits. O((n + m) d).
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @throws {InvalidInputError} naming `x` or `y`
 *
 * @example
 * ```ts
 * import { squaredEuclideanFactors } from '@infimum/ot';
 *
 * const { left, right } = squaredEuclideanFactors([[3]], [[1]]);
 * console.log(left.values.reduce((sum, value, k) => sum + value * right.values[k], 0)); // 4
 * ```
 */
export function squaredEuclideanFactors(sources: MatrixLike, targets: MatrixLike): CostFactors {
  const [x, y] = asPoints(sources, targets);
  const center = new Float64Array(x.cols);
  for (const { rows, cols, values } of [x, y]) {
    for (let k = 0; k < values.length; k++) center[k % cols] += values[k] / rows / 2;
  }
  return { left: factorOf(x, center, 'left'), right: factorOf(y, center, 'right') };
}

/** Rows (|x|^2, 1, -2 x) on the left, (1, |y|^2, y) on the right. */
function factorOf({ rows, cols: d, values }: DenseMatrix, center: Float64Array, side: 'left' | 'right'): DenseMatrix {
  const factor = new Float64Array(rows * (d + 2));
  for (let i = 0; i < rows; i++) {
    const row = factor.subarray(i * (d + 2), (i + 1) * (d + 2));
    let square = 0;
    for (let k = 0; k < d; k++) {
      const coordinate = values[i * d + k] - center[k];
      square += coordinate * coordinate;
      row[k + 2] = side === 'left' ? -2 * coordinate : coordinate;
    }
    row[0] = side === 'left' ? square : 1;
    row[1] = side === 'left' ? 1 : square;
  }
  return { rows, cols: d + 2, values: factor };
}

/**
 * Checks the factors of costs.
 *
 * @throws {InvalidInputError} naming `cost`, `cost.left` or `cost.right`
 */
export function asFactors(cost: CostFactorsLike): CostFactors {
  if (typeof cost !== 'object' || cost === null) throw fault('expected { left, right }', 'cost', 'type');
  const left = asMatrix(cost.left, 'cost.left');
  const right = asMatrix(cost.right, 'cost.right');
  if (left.cols === right.cols) return { left, right };
  throw fault(`has ${right.cols} columns, cost.left has ${left.cols}`, 'cost.right', 'shape');
}
