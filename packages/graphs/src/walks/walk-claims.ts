// The claims about self-repellent walks: how much less variance they have, and what an iterate gains from it.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { karateClub } from '../graph/sample-graphs.ts';
import { saSrrwPaper, srrwPaper } from './papers.ts';
import { saSrrw } from './sa-srrw.ts';
import { createWalk } from './self-repellent-walk.ts';
import { walkCovariance } from './walk-covariance.ts';

/** Mean squared error of the token's mean on the karate club after some steps. */
export function tokenError(
  alpha: number,
  exponents: readonly [number, number],
  steps: number,
  runs: number,
  { signal }: ClaimContext = {},
): number {
  const graph = karateClub();
  const gradient = (theta: Float64Array, node: number, out: Float64Array) => {
    out[0] = theta[0] - (node - 16.5);
  };
  let sum = 0;
  for (let seed = 0; seed < runs; seed++) {
    signal?.throwIfAborted();
    const { x } = saSrrw(graph, gradient, new Float64Array(1), {
      alpha,
      memoryExponent: exponents[0],
      iterateExponent: exponents[1],
      steps,
      seed,
    });
    sum += x[0] ** 2 / runs;
  }
  return sum;
}

/** Runs of the experiments; fewer in tests. */
export interface Size {
  readonly runs: number;
  readonly steps: number;
}

/** The mean squared error against alpha and the order of the time scales. */
export async function tokenExperiment({ runs, steps }: Size, context: ClaimContext) {
  const errors: Record<string, number> = {};
  for (const [name, alpha, exponents] of [
    ['fast0', 0, [0.6, 0.9]],
    ['fast1', 1, [0.6, 0.9]],
    ['fast5', 5, [0.6, 0.9]],
    ['slow0', 0, [1, 0.6]],
    ['slow5', 5, [1, 0.6]],
  ] as const) {
    context.onProgress?.(`${name}: alpha ${alpha}, exponents ${exponents.join(', ')}`);
    errors[name] = tokenError(alpha, exponents, steps, runs, context);
  }
  const gains = errors['fast5'] <= 0.1 * errors['fast0'] && errors['fast1'] < errors['fast0'];
  const isSlowUseless = errors['slow5'] >= 0.5 * errors['slow0'];
  return {
    measured: `mean squared error on the karate club after ${steps} steps: ${errors['fast0'].toPrecision(3)}, ${errors['fast1'].toPrecision(3)}, ${errors['fast5'].toPrecision(3)} for alpha 0, 1, 5 with a fast memory; ${errors['slow0'].toPrecision(3)}, ${errors['slow5'].toPrecision(3)} for 0, 5 with a slow one`,
    verdict:
      gains && isSlowUseless ? ('reproduced' as const) : gains ? ('partly reproduced' as const) : ('not reproduced' as const),
    figures: errors,
  };
}

/** The variance of averages of the walk against 1/alpha. */
export async function varianceExperiment({ runs, steps }: Size, context: ClaimContext) {
  const graph = karateClub();
  const figures: Record<string, number> = {};
  for (const alpha of [0, 5, 10]) {
    context.onProgress?.(`alpha ${alpha}`);
    let trace = 0;
    for (let seed = 0; seed < runs; seed++) {
      context.signal?.throwIfAborted();
      const walk = createWalk(graph, { alpha, seed });
      for (let n = 0; n < steps; n++) walk.step();
      for (const count of walk.visits) trace += (count / steps - 1 / 34) ** 2 / runs;
    }
    figures[`measured${alpha}`] = trace * steps;
    const { memory } = walkCovariance(graph, createWalk(graph).transitions, { alpha, memoryExponentOne: true });
    figures[`theory${alpha}`] = memory.values.reduce((sum, entry, at) => sum + (at % 35 === 0 ? entry : 0), 0);
  }
  const holds = [0, 5, 10].every((alpha) => {
    const ratio = figures[`measured${alpha}`] / figures[`theory${alpha}`];
    return ratio > 0.75 && ratio < 1.35;
  });
  return {
    measured: `steps × mean squared distance of the visits from uniform: ${[0, 5, 10].map((alpha) => `${figures[`measured${alpha}`].toPrecision(3)} (theory ${figures[`theory${alpha}`].toPrecision(3)}) for alpha ${alpha}`).join(', ')}`,
    verdict: holds ? ('reproduced' as const) : ('not reproduced' as const),
    figures,
  };
}

/** The claims of the two papers. */
export const walkClaims = [
  defineClaim({
    id: 'graphs/srrw-variance',
    paper: srrwPaper,
    statement: 'The sampling covariance of the self-repellent walk falls like 1/alpha, as its central limit theorem says.',
    published: 'O(1/alpha), a theorem',
    budget: 30,
    run: (context) => varianceExperiment({ runs: 300, steps: 50_000 }, context),
  }),
  defineClaim({
    id: 'graphs/sa-srrw-error',
    paper: saSrrwPaper,
    statement:
      'Driven by a self-repellent walk with a fast memory, stochastic approximation has a much smaller error; with a slow memory it gains nothing.',
    published: 'O(1/alpha²) in case (i), no gain in case (iii), theorems; figures for other graphs',
    budget: 40,
    run: (context) => tokenExperiment({ runs: 200, steps: 20_000 }, context),
  }),
];
