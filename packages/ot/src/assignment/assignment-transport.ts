// Transport between equally many points of equal weight as an assignment.
import type { Iterate, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { marginalErrorOf, transportCostOf } from '../plan-metrics.ts';
import type { Transport, TransportPlan } from '../transport.ts';

/** Pairs of rows and columns. */
export interface LinearAssignment {
  /** Column of every row; -1 for rows without one. */
  readonly columnOfRow: Int32Array;
  /** Row of every column; -1 for columns without one. */
  readonly rowOfColumn: Int32Array;
  /** Sum of the costs of all pairs. */
  readonly cost: number;
  /** Dual potentials x of the rows: x_i + y_j <= cost_ij, with equality for pairs; >= where costs are maximised. */
  readonly sourcePotential: Float64Array;
  /** Dual potentials y of the columns; zero for what stays without a partner on the longer side. */
  readonly targetPotential: Float64Array;
}

/** The reason why a transport problem is no assignment, if any; weights that differ only by rounding count as equal. */
export function reasonToDecline({ a, b }: Transport): string | undefined {
  if (a.length !== b.length) return 'the numbers of sources and targets differ';
  const isEqual = (weight: number) => Math.abs(weight - a[0]) <= 1e-12 * a[0];
  return a.every(isEqual) && b.every(isEqual) ? undefined : 'the weights are not all equal';
}

/** Steps whose solution is the plan that moves every source's mass to the target that it is assigned to. */
export function* assignmentTransportSteps<I extends Iterate<LinearAssignment>>(
  problem: Transport,
  steps: Steps<LinearAssignment, I>,
): Steps<TransportPlan, Omit<I, 'solution'> & Iterate<TransportPlan>> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) {
        const { status, reason, solution } = step.value;
        return (status === 'converged' ? converged : stalled)(planOfPairs(problem, solution), reason);
      }
      const { solution, ...counters } = step.value;
      yield { ...counters, solution: () => planOfPairs(problem, solution()) };
    }
  } finally {
    steps.return(undefined as never);
  }
}

function planOfPairs(
  { a, b, cost }: Transport,
  { columnOfRow, sourcePotential, targetPotential }: LinearAssignment,
): TransportPlan {
  const rowPointers = new Int32Array(a.length + 1);
  for (let i = 0; i < a.length; i++) rowPointers[i + 1] = rowPointers[i] + Number(columnOfRow[i] >= 0 && a[i] > 0);
  const isPaired = (_: number, i: number) => rowPointers[i + 1] > rowPointers[i];
  const [columnIndices, values] = [columnOfRow.filter(isPaired), a.filter(isPaired)];
  const plan = { rows: a.length, cols: b.length, rowPointers, columnIndices, values };
  return {
    plan,
    cost: transportCostOf(plan, cost),
    sourcePotential,
    targetPotential,
    marginalError: marginalErrorOf(plan, a, b),
  };
}
