// How far a plan is from the best of unbalanced transport, from two potentials: Fenchel's gap as a sum of divergences.
import type { Verdict } from '@infimum/core/certificate';
import { down, U, up } from '@infimum/rigor';
import { divergence, planEntries } from '../plan-checker.ts';
import { potentials } from '../transport-checker.ts';
import type { PenalisedTransport, UnbalancedPlan } from './unbalanced-plan.ts';

/** Potentials in units of the cost. */
export interface UnbalancedWitness {
  /** f, one a source. */
  readonly source: ArrayLike<number>;
  /** g, one a target. */
  readonly target: ArrayLike<number>;
}

/** 2^300; products with it are exact, or infinite. */
const LIFT = 2.037035976334486e90;

/**
 * Proves that no plan has an objective that is lower by more than `gap`: for any f and g the objective is at most
 * rho KL(r | a e^(-f / rho)) + rho KL(c | b e^(-g / rho)) above the least one, and with entropy epsilon KL(P | a b e^((f + g - C) /
 * epsilon)), without it <P, C - f - g> for f + g <= C, more; r and c are the plan's marginals. Never throws.
 */
export function check(instance: PenalisedTransport, { plan }: UnbalancedPlan, witness: unknown): Verdict {
  const { a, b, cost, marginalPenalty: rho, epsilon } = instance;
  const entries = planEntries(plan, a.length, b.length);
  if (!entries || entries.columns) return { proved: false, reason: 'the plan has negative masses or another size' };
  const { source, target } = (witness ?? {}) as Partial<UnbalancedWitness>;
  const [f, given] = [potentials(source, a.length), potentials(target, b.length)];
  if (!f || !given) return { proved: false, reason: 'the witness does not have a finite potential for every weight' };
  const g = Float64Array.from(given);
  const costs = cost.values;
  if (epsilon === 0) {
    for (let i = 0, k = 0; i < a.length; i++)
      for (let j = 0; j < b.length; j++, k++) g[j] = Math.min(g[j], down(costs[k] - f[i]));
  }
  let gap = 0;
  const add = (value: number, factor: number) => {
    gap = up(gap + up(factor * value));
  };
  const marginals = (sums: Float64Array, radii: Float64Array, weights: Float64Array, prices: ArrayLike<number>) => {
    for (let i = 0; i < sums.length; i++) {
      // Where there is no weight only no mass has a finite price.
      if (weights[i] === 0) add(sums[i] > 0 ? Infinity : 0, 1);
      else add(divergence(sums[i], radii[i], -prices[i] / rho, up(2 * U * Math.abs(prices[i] / rho)), weights[i], 0), rho);
    }
  };
  marginals(entries.rowSums, entries.rowRadii, a, f);
  marginals(entries.columnSums, entries.columnRadii, b, g);
  for (let i = 0, k = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++, k++) {
      const p = entries.values[k];
      if (epsilon === 0) {
        if (p > 0) add(up(up(costs[k] - f[i]) - g[j]), p);
        continue;
      }
      if (a[i] === 0 || b[j] === 0) {
        add(p > 0 ? Infinity : 0, 1);
        continue;
      }
      const both = f[i] + g[j];
      const x = (both - costs[k]) / epsilon;
      const radius = up((4 * U * (Math.abs(both) + Math.abs(costs[k]))) / epsilon) + up(4 * U * Math.abs(x));
      // A product below 2^-1000 has no known relative error: divergences are homogeneous.
      const lift = a[i] * b[j] > 1e-300 ? 1 : LIFT;
      const weight = a[i] * lift * (b[j] * lift);
      const excess = weight > 1e-300 ? divergence(p * lift * lift, 0, x, radius, weight, 2 * U) : Infinity;
      add(up(up(excess / lift) / lift), epsilon);
    }
  }
  if (!(gap < Infinity)) return { proved: false, reason: 'the potentials are too far from those of the plan' };
  return { proved: true, figures: { gap: { lower: 0, upper: gap } } };
}
