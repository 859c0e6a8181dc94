// Potentials of an unbalanced plan: the slopes of the penalties at its marginals.
import { planEntries } from '../plan-checker.ts';
import { raised } from '../transport-prover.ts';
import type { PenalisedTransport, UnbalancedPlan } from './unbalanced-plan.ts';

/** A witness. */
export function certify({ a, b, cost, marginalPenalty: rho, epsilon }: PenalisedTransport, { plan }: UnbalancedPlan): unknown {
  const entries = planEntries(plan, a.length, b.length);
  if (!entries) return 'the plan has negative masses or another size';
  const { rowSums: rows, columnSums: columns } = entries;
  const slopes = (sums: Float64Array, weights: Float64Array, empty: number) =>
    sums.map((sum, i) => (sum > 0 && weights[i] > 0 ? -rho * (Math.log(sum) - Math.log(weights[i])) : empty));
  if (epsilon > 0) return { source: slopes(rows, a, 0), target: slopes(columns, b, 0) };
  // Of sources and targets without mass the potential is the most that the costs allow.
  const below = (most: Float64Array, wanted: Float64Array) => wanted.map((value, i) => Math.min(value, most[i]));
  const target = slopes(columns, b, Infinity);
  const source = below(raised(cost, 'rows', target), slopes(rows, a, Infinity));
  return { source, target: below(raised(cost, 'cols', source), target) };
}
