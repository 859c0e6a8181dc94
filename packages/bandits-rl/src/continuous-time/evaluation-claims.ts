// The claims of the paper on policy evaluation in continuous time, and the experiments that check them.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { continuousLstd, martingalePaper as paper } from './continuous-lstd.ts';
import { europeanCall, ornsteinUhlenbeck } from './evaluation-problem.ts';
import { martingaleLoss } from './martingale-loss.ts';

/** Mean error of CLSTD in θ₁ on the Ornstein-Uhlenbeck process for some meshes, and the exponent of the mesh that fits. */
export function meshExponent(
  duration: number,
  seeds: number,
  { signal, onProgress }: ClaimContext = {},
): { exponent: number; errors: number[] } {
  const meshes = [0.4, 0.2, 0.1];
  const errors = meshes.map((mesh) => {
    let sum = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      signal?.throwIfAborted();
      onProgress?.(`mesh ${mesh}, seed ${seed} of ${seeds}`);
      const instance = ornsteinUhlenbeck(Math.round(duration / mesh), mesh, seed);
      sum += continuousLstd(instance).parameters[0] - 0.4;
    }
    return Math.abs(sum / seeds);
  });
  return { exponent: Math.log(errors[0] / errors[2]) / Math.log(4), errors };
}

/** The claims of the paper. */
export const evaluationClaims = [
  defineClaim({
    id: 'bandits-rl/martingale-mesh',
    paper,
    statement: 'What is learnt on a mesh tends to the truth as O(Δ).',
    published: 'first order',
    budget: 30,
    run: async (context) => {
      const { exponent, errors } = meshExponent(40_000, 4, context);
      return {
        measured: `the exponent ${exponent.toFixed(2)}`,
        verdict: exponent >= 0.85 && exponent <= 1.15 ? 'reproduced' : 'not reproduced',
        figures: { exponent, coarse: errors[0], fine: errors[2] },
      };
    },
  }),
  defineClaim({
    id: 'bandits-rl/mean-square-td-fails',
    paper,
    statement:
      'Minimising the mean-square TD error does not approximate the value of a stochastic system; the martingale loss does.',
    published: 'none published as a number',
    budget: 30,
    run: async () => {
      const instance = europeanCall(4000, 50, 1);
      const right = martingaleLoss(instance).parameters[0];
      const wrong = martingaleLoss(instance, { loss: 'mean-square' }).parameters[0];
      const holds = Math.abs(right - 0.3) < 0.02 && Math.abs(wrong - 0.3) > 0.1;
      return {
        measured: `a volatility of ${right.toFixed(3)} by the martingale loss and ${wrong.toFixed(3)} by the mean-square TD error, where it is 0.3`,
        verdict: holds ? 'reproduced' : 'not reproduced',
        figures: { right, wrong },
      };
    },
  }),
];
