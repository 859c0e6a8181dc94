// The claims about self-repellent walks: how much less variance they have, and what an iterate gains from it.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
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
  first = 0,
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
      seed: 1000 * first + seed,
    });
    sum += x[0] ** 2 / runs;
  }
  return sum;
}

/** Steps times the mean squared distance of the visits from uniform, over runs; and what the central limit theorem says. */
export function visitVariance(alpha: number, steps: number, runs: number, seed: number) {
  const graph = karateClub();
  let trace = 0;
  for (let run = 0; run < runs; run++) {
    const walk = createWalk(graph, { alpha, seed: 1000 * seed + run });
    for (let n = 0; n < steps; n++) walk.step();
    for (const count of walk.visits) trace += (count / steps - 1 / 34) ** 2 / runs;
  }
  const { memory } = walkCovariance(graph, createWalk(graph).transitions, { alpha, memoryExponentOne: true });
  return { measured: trace * steps, theory: memory.values.reduce((sum, entry, at) => sum + (at % 35 === 0 ? entry : 0), 0) };
}

const ALPHAS = [5, 10, 20];

/** Those at which the error has its limit law within the steps that are run. */
const SMALL_ALPHAS = [1, 3, 9];

/** The claims of the two papers. */
export const walkClaims = [
  defineClaim({
    id: 'graphs/srrw-variance',
    paper: srrwPaper,
    statement: 'The sampling covariance of the self-repellent walk falls like 1/alpha, as its central limit theorem says.',
    published: 'O(1/alpha), a theorem',
    budget: 40,
    null: 'the walk without memory, whatever alpha',
    bars: [
      { figure: 'exponent of the covariance in alpha', atLeast: -1.15, atMost: -0.85, source: 'theorem: -1, to 0.15' },
      {
        figure: 'covariance over that of the theorem',
        atLeast: 0.8,
        atMost: 1.25,
        scale: 'log',
        source: 'theorem: 1, to a quarter',
      },
    ],
    measure: (seed) => {
      const found = ALPHAS.map((alpha) => visitVariance(alpha, 20_000, 20, seed));
      const plain = ALPHAS.map((_, k) => ({ ...visitVariance(0, 20_000, 4, 10 * seed + k), theory: found[k].theory }));
      const figures = (rows: typeof found) => ({
        'exponent of the covariance in alpha': powerExponent(
          ALPHAS,
          rows.map(({ measured }) => measured),
        ),
        'covariance over that of the theorem': rows[1].measured / rows[1].theory,
      });
      const curves = ALPHAS.flatMap((alpha, k) => [
        [`covariance@${alpha}`, found[k].measured],
        [`theory@${alpha}`, found[k].theory],
      ]);
      return { ours: { ...figures(found), ...Object.fromEntries(curves) }, null: figures(plain) };
    },
  }),
  defineClaim({
    id: 'graphs/sa-srrw-error',
    paper: saSrrwPaper,
    statement:
      'Driven by a self-repellent walk with a fast memory, stochastic approximation has an error that falls like 1/alpha²; with a slow memory it gains nothing.',
    published: 'O(1/alpha²) in case (i), no gain in case (iii), theorems; figures for other graphs',
    budget: 60,
    null: 'the slow and the fast memory exchanged',
    bars: [
      {
        figure: 'exponent in alpha with a fast memory',
        atMost: -1.5,
        source: 'theorem: -2; nearer to it than to the -1 of sampling',
      },
      {
        figure: 'error at alpha 5 over that at 0, slow memory',
        atLeast: 0.67,
        atMost: 1.5,
        scale: 'log',
        source: 'theorem: 1, to a half',
      },
    ],
    measure: (seed) => {
      const [fast, slow] = (
        [
          [0.6, 0.9],
          [1, 0.6],
        ] as const
      ).map((exponents) => (alpha: number) => tokenError(alpha, exponents, 50_000, 8, {}, seed));
      const figures = (first: (alpha: number) => number, second: (alpha: number) => number) => ({
        'exponent in alpha with a fast memory': powerExponent(SMALL_ALPHAS, SMALL_ALPHAS.map(first)),
        'error at alpha 5 over that at 0, slow memory': second(5) / second(0),
      });
      return { ours: figures(fast, slow), null: figures(slow, fast) };
    },
  }),
];
