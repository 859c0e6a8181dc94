// The claims of the paper on learning to relax, and the experiments that check them.
import type { ClaimContext, ClaimResult, Steps } from '@infimum/core';
import { defineClaim, parseWith, run } from '@infimum/core';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { ChebCb, learningToRelaxPaper as paper } from '../bandits/cheb-cb.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { defaultGrid, policySteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';
import { bestShiftedRelaxation, heatEquation } from './system-families.ts';
import type { RelaxationInstance, RelaxationIterate, RelaxationPlay } from './system-sequence.ts';
import { replay } from './system-sequence.ts';

/** The claims of the paper. */
export const relaxationClaims = [
  defineClaim({
    id: 'bandits-rl/relax-fixed-regret',
    paper,
    statement: 'Tsallis-INF takes hardly more iterations in total than the best fixed factor, knowing only iterations.',
    published: 'none published as a number; in theory a regret of O(T^⅔)',
    budget: 60,
    run: async (context) => {
      const { figures } = shiftedExperiment({ steps: 5000, seeds: 2, contextual: false }, context);
      const ratio = figures['tsallis'] / figures['bestFixed'];
      return {
        measured: `${ratio.toFixed(3)} times the iterations of the best fixed factor over 5000 systems`,
        verdict: ratio <= 1.2 ? 'reproduced' : 'not reproduced',
        figures,
      };
    },
  }),
  defineClaim({
    id: 'bandits-rl/relax-instance-optimal',
    paper,
    statement:
      'ChebCB, which sees the shift of each system, beats every fixed factor and approaches the best factor of every system.',
    published: 'none published as a number',
    budget: 60,
    run: async (context) => {
      const { figures } = shiftedExperiment({ steps: 5000, seeds: 2, contextual: true }, context);
      const fixed = figures['cheb'] / figures['bestFixed'];
      const optimal = figures['cheb'] / figures['optimal'];
      return {
        measured: `${fixed.toFixed(3)} of the best fixed factor’s iterations, ${optimal.toFixed(3)} times the optimum`,
        verdict: fixed <= 0.7 && optimal <= 1.22 ? 'reproduced' : fixed < 1 ? 'partly reproduced' : 'not reproduced',
        figures,
      };
    },
  }),
  defineClaim({
    id: 'bandits-rl/relax-heat',
    paper,
    statement: 'On a heat equation with changing conductivity ChebCB takes fewer iterations than the best fixed factor.',
    published: 'none published as a number',
    budget: 60,
    run: async (context) => heatExperiment({ side: 25, steps: 5000 }, context),
  }),
];

function play(steps: Steps<RelaxationPlay, RelaxationIterate>, { signal }: ClaimContext): number {
  const { counts } = run(steps, signal ? { signal } : {});
  signal?.throwIfAborted();
  return mean(counts);
}

/** Mean iterations of learners, of the best of some fixed factors and of Young's factors, on shifted Laplacians. */
export function shiftedExperiment(
  { steps, seeds, contextual }: { steps: number; seeds: number; contextual: boolean },
  context: ClaimContext,
): { figures: Record<string, number> } {
  const family = relaxationProblem.families['shifted'];
  const figures: Record<string, number> = { bestFixed: 0, optimal: 0, [contextual ? 'cheb' : 'tsallis']: 0 };
  const grid = defaultGrid(20);
  for (let seed = 1; seed <= seeds; seed++) {
    context.onProgress?.(`seed ${seed} of ${seeds}`);
    const instance = family.generate(parseWith(family.params, { steps }, 'params'), seed) as RelaxationInstance;
    const policy = contextual
      ? new ChebCb(20, { degree: 6, interval: [-0.15, 0.65] })
      : new TsallisInf(20, { estimator: 'importance-weighted', scale: 'mean' });
    figures[contextual ? 'cheb' : 'tsallis'] += play(policySteps(instance, grid, policy, seed), context) / seeds;
    const fixed = [1.65, 1.7, 1.75, 1.8, 1.85].map((relaxation) => {
      context.signal?.throwIfAborted();
      return mean(replay(instance, new Float64Array(steps).fill(relaxation)).iterations);
    });
    figures['bestFixed'] += Math.min(...fixed) / seeds;
    const best = instance.contexts.map((shift) => bestShiftedRelaxation(10, shift));
    figures['optimal'] += mean(replay(instance, best).iterations) / seeds;
  }
  return { figures };
}

/** Iterations of ChebCB on the heat equation, against fixed factors. */
export function heatExperiment({ side, steps }: { side: number; steps: number }, context: ClaimContext): ClaimResult {
  const instance = heatEquation(side, steps, steps / 1000);
  const policy = new ChebCb(20, { degree: 6, interval: rangeOf(instance.contexts) });
  context.onProgress?.('ChebCB');
  const cheb = play(policySteps(instance, defaultGrid(20), policy, 1), context);
  const fixed = [1, 1.15, 1.3, 1.4, 1.5, 1.75].map((relaxation) => {
    context.onProgress?.(`the factor ${relaxation}`);
    context.signal?.throwIfAborted();
    return mean(replay(instance, new Float64Array(steps).fill(relaxation)).iterations);
  });
  const bestFixed = Math.min(...fixed);
  const ratio = cheb / bestFixed;
  return {
    measured: `${cheb.toFixed(2)} iterations a step, ${ratio.toFixed(3)} of the best fixed factor’s ${bestFixed.toFixed(2)}`,
    verdict: ratio <= 0.9 ? 'reproduced' : ratio < 1 ? 'partly reproduced' : 'not reproduced',
    figures: { cheb, bestFixed, ratio },
  };
}

function mean(values: Int32Array): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}
