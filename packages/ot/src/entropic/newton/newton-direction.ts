// Newton directions on a sparsified Hessian: H D = g with
//
//   H = [ diag(r)   P      ]      r, c: whole row and column sums of the plan
//       [ P'        diag(c)]      P: the kept entries
//
// With the sign of the second block flipped, H is the Laplacian of the bipartite graph with weights P, plus the
// dropped mass on its diagonal.
import { conjugateGradient } from '@infimum/linalg';
import { solveLaplacian } from './laplacian-elimination.ts';
import type { SparsePlan } from './sparsify.ts';

/** A system of Newton's method; vectors hold the rows' part, then the columns'. */
export interface NewtonSystem {
  /** Kept entries of the plan, and what was dropped. */
  readonly plan: SparsePlan;
  /** Row sums, then column sums, of the whole plan. */
  readonly diagonal: Float64Array;
  /** Gradient of the dual. */
  readonly gradient: Float64Array;
  /** The diagonal is multiplied by one plus this. */
  readonly damping: number;
  /** Weight of the rank-one term v v' with v = (1, -1), which fixes the gauge; 0 for none. */
  readonly gaugeWeight: number;
}

/** A direction and what it cost. */
export interface NewtonDirection {
  /** The rows' part, then the columns', in units of epsilon. */
  readonly direction: Float64Array;
  /** Iterations of conjugate gradients, 0 for a direct solve. */
  readonly innerIterations: number;
  /** Whether the requested accuracy was reached. */
  readonly accurate: boolean;
}

/** Conjugate gradients with the diagonal as preconditioner; O(kept entries) an iteration. */
export function conjugateGradientDirection(system: NewtonSystem, tolerance: number, maxIterations: number): NewtonDirection {
  const { diagonal, gradient, damping } = system;
  const damped = diagonal.map((value) => value * (1 + damping));
  const { x, status, iterations } = conjugateGradient((v, out) => multiplyHessian(system, damped, v, out), gradient, {
    tolerance,
    maxIterations,
    preconditioner: (r, out) => divide(r, damped, out),
  });
  return { direction: x, innerIterations: iterations, accurate: status === 'converged' };
}

/**
 * Elimination without subtraction: accurate however weakly the graph of the plan is connected. A gauge weight needs a
 * plan that is kept whole, without damping.
 *
 * @returns undefined if more than `maxDenseNodes` nodes would be left for a dense elimination
 */
export function eliminationDirection(
  { plan, diagonal, gradient, damping, gaugeWeight }: NewtonSystem,
  maxDenseNodes?: number,
): NewtonDirection | undefined {
  const { rows, droppedFromRows, droppedFromColumns } = plan;
  // Where nothing is added to the diagonal, H v = 0, and the gauge's term sees to the component along v alone.
  const component = gaugeWeight > 0 ? gaugeProduct(gradient, rows) / gradient.length : 0;
  const excess = diagonal.map((value) => value * damping);
  droppedFromRows.forEach((mass, i) => {
    excess[i] += mass;
  });
  droppedFromColumns.forEach((mass, j) => {
    excess[rows + j] += mass;
  });
  const direction = gradient.map((value, i) => (i < rows ? value : -value) - component);
  if (!solveLaplacian(plan, excess, direction, { maxDenseNodes })) return undefined;
  for (let k = rows; k < direction.length; k++) direction[k] = -direction[k];
  if (gaugeWeight > 0) {
    const count = direction.length;
    const shift = component / (gaugeWeight * count) - gaugeProduct(direction, rows) / count;
    for (let k = 0; k < count; k++) direction[k] += k < rows ? shift : -shift;
  }
  return { direction, innerIterations: 0, accurate: true };
}

/** out = H v. */
function multiplyHessian(
  { plan, gaugeWeight }: NewtonSystem,
  diagonal: Float64Array,
  v: Float64Array,
  out: Float64Array,
): void {
  const { rows, rowPointers, columnIndices, values } = plan;
  for (let k = 0; k < v.length; k++) out[k] = diagonal[k] * v[k];
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = rows + columnIndices[k];
      sum += values[k] * v[j];
      out[j] += values[k] * v[i];
    }
    out[i] += sum;
  }
  if (gaugeWeight === 0) return;
  const shift = gaugeWeight * gaugeProduct(v, rows);
  for (let k = 0; k < out.length; k++) out[k] += k < rows ? shift : -shift;
}

/** (1, -1)'v, the component along which the potentials may be shifted. */
export function gaugeProduct(v: Float64Array, rows: number): number {
  let product = 0;
  for (let k = 0; k < v.length; k++) product += k < rows ? v[k] : -v[k];
  return product;
}

function divide(r: Float64Array, diagonal: Float64Array, out: Float64Array): void {
  for (let k = 0; k < r.length; k++) out[k] = r[k] / diagonal[k];
}

/** Largest change of an exponent (x_i + y_j - C_ij) / epsilon that the direction could make. */
export function largestMove(direction: Float64Array, n: number): number {
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < direction.length; k++) {
    if (k < n) {
      lowX = Math.min(lowX, direction[k]);
      highX = Math.max(highX, direction[k]);
    } else {
      lowY = Math.min(lowY, direction[k]);
      highY = Math.max(highY, direction[k]);
    }
  }
  return Math.max(Math.abs(lowX + lowY), Math.abs(highX + highY));
}
