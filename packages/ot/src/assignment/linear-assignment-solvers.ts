// Linear assignment as a solver of transport between equally many points of equal weight.
import { converged, defineSolver, type Iterate, type Paper, type Steps, stalled } from '@infimum/core';
import { marginalErrorOf, transportCostOf } from '../plan-metrics.ts';
import { planOf } from '../sparse-plan.ts';
import type { Transport, TransportPlan } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import { auctionAssignmentSteps } from './auction.ts';
import { type LinearAssignment, linearAssignmentSteps } from './linear-assignment.ts';

const jonkerVolgenant: Paper = {
  title: 'A shortest augmenting path algorithm for dense and sparse linear assignment problems',
  year: 1987,
};
const bertsekas: Paper = { title: 'A distributed algorithm for the assignment problem', year: 1979 };

const jonkerVolgenantSolver = defineSolver({
  id: 'ot/jonker-volgenant',
  title: 'Jonker-Volgenant',
  summary:
    'The exact optimal assignment of equally many points of equal weight, by shortest augmenting paths.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: jonkerVolgenant,
  cost: 'O(n^3) \\text{ at worst}',
  options: {},
  declines: reasonToDecline,
  steps: (problem) => asTransport(problem, linearAssignmentSteps(problem.cost)),
});

const auctionSolver = defineSolver({
  id: 'ot/auction',
  title: 'Auction',
  summary:
    'Assignment of equally many points of equal weight by bids at rising prices, as exact as epsilon is small.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: bertsekas,
  cost: 'O(n) \\text{ per bid}',
  options: {
    epsilon: {
      type: 'number',
      above: 0,
      unit: 'cost',
      description:
        'Least gain of a bid in the last phase; by default a millionth of the range of the costs, divided by n',
    },
  },
  declines: reasonToDecline,
  steps: (problem, options) => asTransport(problem, auctionAssignmentSteps(problem.cost, options)),
});

/** Solvers of `ot/transport` where it is an assignment. */
export const linearAssignmentSolvers = [jonkerVolgenantSolver, auctionSolver] as const;

/** Weights that differ by rounding alone count as equal. */
function reasonToDecline({ a, b }: Transport): string | undefined {
  if (a.length !== b.length) return 'there are not as many sources as targets';
  const isEqual = (weight: number) => Math.abs(weight - a[0]) <= 1e-12 * a[0];
  return a.every(isEqual) && b.every(isEqual) ? undefined : 'the weights are not all equal';
}

/** Steps whose solution is the plan that moves every source's mass to the target that it is assigned to. */
function* asTransport<I extends Iterate<LinearAssignment>>(
  problem: Transport,
  steps: Steps<LinearAssignment, I>,
): Steps<TransportPlan, Iterate<TransportPlan>> {
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
  const sources = Int32Array.from(columnOfRow.keys()).filter((i) => columnOfRow[i] >= 0);
  const targets = sources.map((i) => columnOfRow[i]);
  const masses = Float64Array.from(sources, (i) => a[i]);
  const plan = planOf({ sources, targets, masses }, a.length, b.length);
  return {
    plan,
    cost: transportCostOf(plan, cost),
    sourcePotential,
    targetPotential,
    marginalError: marginalErrorOf(plan, a, b),
  };
}
