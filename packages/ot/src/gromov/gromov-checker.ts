// How far the marginals of a Gromov-Wasserstein plan are from the weights.
import type { Verdict } from '@infimum/core/certificate';
import { marginalError, planEntries } from '../plan-checker.ts';
import type { Transport } from '../transport.ts';
import type { GromovPlan } from './gromov-objective.ts';

/** Encloses the marginal error of a plan without negative entries. It needs no witness, and throws nothing. */
export function check({ a, b }: Pick<Transport, 'a' | 'b'>, { plan }: GromovPlan, _witness: unknown): Verdict {
  const entries = planEntries(plan, a.length, b.length);
  if (!entries) return { proved: false, reason: 'the plan has negative masses or another size' };
  return { proved: true, figures: { marginalError: marginalError(entries, a, b) } };
}
