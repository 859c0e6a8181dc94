// How far an entropic plan is from the cheapest with its marginals, from two potentials.
import type { Verdict } from '@infimum/core/certificate';
import { U, up } from '@infimum/rigor';
import { divergence, planEntries } from './plan-checker.ts';
import type { Transport, TransportPlan } from './transport.ts';
import { potentials } from './transport-checker.ts';

/** Potentials in units of the cost; -Infinity where there is no mass. */
export interface EntropicWitness {
  /** f, one a source. */
  readonly source: ArrayLike<number>;
  /** g, one a target. */
  readonly target: ArrayLike<number>;
}

/**
 * Proves that no plan with the marginals of the solution's has an entropic cost <C, P> + epsilon sum P log P that is lower by more
 * than `entropicGap`: it is epsilon times the divergence of P from exp((f + g - C) / epsilon). Never throws.
 */
export function check({ a, b, cost }: Transport, { plan, epsilon }: TransportPlan, witness: unknown): Verdict {
  const entries = planEntries(plan, a.length, b.length);
  if (!entries || entries.columns) return { proved: false, reason: 'the plan has negative masses, another size, or is sparse' };
  const { source, target } = (witness ?? {}) as Partial<EntropicWitness>;
  const [f, g] = [potentials(source, a.length, -Infinity), potentials(target, b.length, -Infinity)];
  if (!f || !g) return { proved: false, reason: 'the witness does not have a potential for every weight' };
  if (!(epsilon !== undefined && epsilon > 0)) return { proved: false, reason: 'the plan is not entropic' };
  let sum = 0;
  for (let i = 0, k = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++, k++) {
      const p = entries.values[k];
      // e^-Infinity is 0, of which nothing else differs.
      if (f[i] === -Infinity || g[j] === -Infinity) {
        if (p > 0) return { proved: false, reason: 'there is mass where a potential is -Infinity' };
        continue;
      }
      const both = f[i] + g[j];
      const x = (both - cost.values[k]) / epsilon;
      const radius = up((4 * U * (Math.abs(both) + Math.abs(cost.values[k]))) / epsilon) + up(4 * U * Math.abs(x));
      sum = up(sum + divergence(p, 0, x, radius, 1, 0));
    }
  }
  const gap = up(epsilon * sum);
  if (!(gap < Infinity)) return { proved: false, reason: 'the potentials are too far from those of the plan' };
  return { proved: true, figures: { entropicGap: { lower: 0, upper: gap } } };
}
