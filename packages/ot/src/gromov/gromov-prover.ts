// A potential from which a Gromov-Wasserstein plan is proved to be nearly stationary: that of the cheapest plan for its gradient.
import type { emd } from '../exact/network-simplex.ts';
import { planEntries } from '../plan-checker.ts';
import type { TransportWitness } from '../transport-checker.ts';
import { certify as raisedPotentials } from '../transport-prover.ts';
import type { GromovInstance, GromovObjective, GromovPlan } from './gromov-objective.ts';

/** What solvers have, given so that importing this does not split their bundles. */
export interface GromovTools {
  readonly cheapest: typeof emd;
  readonly Objective: typeof GromovObjective;
}

/** A witness; a text where there is none. */
export function certify(
  { first, second, a, b }: GromovInstance,
  { plan }: GromovPlan,
  { cheapest, Objective }: GromovTools,
): TransportWitness | string {
  const entries = planEntries(plan, a.length, b.length);
  if (!entries) return 'the plan has negative masses or another size';
  const { rowSums: rows, columnSums: columns } = entries;
  const objective = new Objective(first, second, { a, b, loss: 'square', tolerance: 1e-9 });
  objective.at(plan);
  const cost = { ...objective.gradient, values: objective.gradient.values.slice() };
  objective.release();
  const share = rows.reduce((sum, mass) => sum + mass, 0) / columns.reduce((sum, mass) => sum + mass, 0);
  const best = cheapest(
    rows,
    columns.map((mass) => mass * share),
    cost,
  );
  return raisedPotentials({ a, b, cost }, best);
}
