// Operations on plans: list the entries, store the plan sparsely, move points along it.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, checkNumber, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { checkCsr, csrFromTriplets } from '@infimum/linalg';

/** Calls back for every positive entry of a plan, dense or sparse, row by row. */
export function forEachEntry(plan: DenseMatrix | CsrMatrix, visit: (row: number, column: number, mass: number) => void): void {
  const { rows, cols, values } = plan;
  for (let i = 0; i < rows; i++) {
    const [from, to] = 'rowPointers' in plan ? [plan.rowPointers[i], plan.rowPointers[i + 1]] : [i * cols, (i + 1) * cols];
    for (let k = from; k < to; k++) {
      if (values[k] > 0) visit(i, 'rowPointers' in plan ? plan.columnIndices[k] : k - from, values[k]);
    }
  }
}

/** Gradients with respect to the positions of both clouds. */
export interface LocationGradient {
  /** With respect to the source points, n x d. */
  readonly x: DenseMatrix;
  /** With respect to the target points, m x d. */
  readonly y: DenseMatrix;
}

/** A plan as it may be given: dense, by rows, or sparse. */
export type PlanLike = MatrixLike | CsrMatrix;

/**
 * A plan, dense or sparse, checked.
 *
 * @throws {InvalidInputError} naming `plan`
 */
export function asPlan(plan: PlanLike): DenseMatrix | CsrMatrix {
  if (typeof plan !== 'object' || plan === null || !('rowPointers' in plan)) return asMatrix(plan, 'plan');
  checkCsr(plan, 'plan');
  return plan;
}

/**
 * A plan without its small entries, in compressed rows; O(nm).
 *
 * @param given - a plan, n x m, dense or sparse
 * @param threshold - entries up to this are left out; 0 by default, which keeps all that are positive
 * @throws {InvalidInputError} naming `plan` or `threshold`
 *
 * @example
 * ```ts
 * import { sparsePlan } from '@infimum/ot';
 *
 * console.log(sparsePlan([[0.5, 1e-9], [0, 0.5]], 1e-6).columnIndices.join(' ')); // 0 1
 * ```
 */
export function sparsePlan(given: PlanLike, threshold = 0): CsrMatrix {
  const plan = asPlan(given);
  checkNumber(threshold, 'threshold', { min: 0 });
  const rowIndices: number[] = [];
  const columnIndices: number[] = [];
  const values: number[] = [];
  forEachEntry(plan, (i, j, mass) => {
    if (mass <= threshold) return;
    rowIndices.push(i);
    columnIndices.push(j);
    values.push(mass);
  });
  return csrFromTriplets({
    rows: plan.rows,
    cols: plan.cols,
    rowIndices: Int32Array.from(rowIndices),
    columnIndices: Int32Array.from(columnIndices),
    values: Float64Array.from(values),
  });
}

/**
 * The mean target of every source, T(x_i) = sum_j P_ij y_j / sum_j P_ij: the barycentric projection.
 *
 * For squared Euclidean costs and the exact plan of many points it approximates the optimal map; colour transfer and
 * domain adaptation move their points by it. O(nm d), O(entries d) for a sparse plan.
 *
 * @param given - a plan, n x m, dense or sparse
 * @param targets - points y, m x d
 * @returns points, n x d, never NaN: a source that sends nothing is an error
 * @throws {InvalidInputError} naming `y` for a shape that does not fit, or `plan` with the index of an empty row
 *
 * @example
 * ```ts
 * import { barycentricProjection } from '@infimum/ot';
 *
 * console.log(barycentricProjection([[0.75, 0.25]], [[0], [4]]).values.join(' ')); // 1
 * ```
 */
export function barycentricProjection(given: PlanLike, targets: MatrixLike): DenseMatrix {
  const plan = asPlan(given);
  const y = asMatrix(targets, 'y');
  if (y.rows !== plan.cols) throw fault(`has ${y.rows} points, but the plan has ${plan.cols} columns`, 'y', 'shape');
  const { cols: dimension } = y;
  const values = new Float64Array(plan.rows * dimension);
  const masses = new Float64Array(plan.rows);
  forEachEntry(plan, (i, j, mass) => {
    masses[i] += mass;
    for (let k = 0; k < dimension; k++) values[i * dimension + k] += mass * y.values[j * dimension + k];
  });
  const empty = masses.indexOf(0);
  if (empty >= 0) throw fault(`row ${empty} sends no mass`, 'plan', 'mass', empty);
  for (let k = 0; k < values.length; k++) values[k] /= masses[Math.floor(k / dimension)];
  return { rows: plan.rows, cols: dimension, values };
}

/** A plan without its last row and its last column, which contain the mass that is not moved. */
export function withoutLast({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): CsrMatrix {
  const kept = { rowPointers: new Int32Array(rows), columns: new Int32Array(values.length) };
  const masses = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < rows - 1; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      if (columnIndices[k] === cols - 1) continue;
      kept.columns[count] = columnIndices[k];
      masses[count++] = values[k];
    }
    kept.rowPointers[i + 1] = count;
  }
  return {
    rows: rows - 1,
    cols: cols - 1,
    rowPointers: kept.rowPointers,
    columnIndices: kept.columns.slice(0, count),
    values: masses.slice(0, count),
  };
}
