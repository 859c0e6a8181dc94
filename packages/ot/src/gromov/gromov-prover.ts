// A potential from which a Gromov-Wasserstein plan is proved to be nearly stationary: that of the cheapest plan for its gradient.
import { emd } from '../exact/network-simplex.ts';
import type { TransportWitness } from '../transport-checker.ts';
import { certify as raisedPotentials } from '../transport-prover.ts';
import { marginalsOf } from '../unbalanced/unbalanced-plan.ts';
import type { GromovInstance, GromovPlan } from './gromov-objective.ts';
import { GromovObjective } from './gromov-objective.ts';

/** A witness. */
export function certify({ first, second, a, b }: GromovInstance, { plan }: GromovPlan): TransportWitness {
  const [rows, columns] = marginalsOf(plan);
  const objective = new GromovObjective(first, second, { a, b, loss: 'square', tolerance: 1e-9 });
  objective.at(plan);
  const cost = { ...objective.gradient, values: objective.gradient.values.slice() };
  objective.release();
  const share = rows.reduce((sum, mass) => sum + mass, 0) / columns.reduce((sum, mass) => sum + mass, 0);
  const best = emd(
    rows,
    columns.map((mass) => mass * share),
    cost,
  );
  return raisedPotentials({ a, b, cost }, best);
}
