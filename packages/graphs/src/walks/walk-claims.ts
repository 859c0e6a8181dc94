// The claims about self-repellent walks: the reduction of variance, and its effect on an iterate.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { distance, norm } from '@infimum/linalg/numerics';
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

/** Steps times the mean squared distance of the visits from uniform, over runs; and the value by the central limit theorem. */
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

/** Exponents of the steps of memory and iterate, by the order of the time scales. */
const TIMESCALES = { 'fast-memory': [0.65, 1], same: [1, 1], 'slow-memory': [1, 0.6] } as const;
const COVARIANCES = Object.keys(TIMESCALES).map((timescale) => `${timescale}: distance of the covariances, relative`);

/** Of each node its rank and the square of it, less their means: the iterate estimates the mean of these. */
const NUMBERS = Float64Array.from({ length: 68 }, (_, k) => (k % 2 === 0 ? (k - 33) / 2 : (((k - 34) / 2) ** 2 - 96.25) / 9));

/** Covariances of memory and iterate over runs, each over its step: around their means, as biases fall more slowly than steps. */
function limitCovariances([a, b]: readonly [number, number], steps: number, runs: number, seed: number): Float64Array[] {
  const ends = Array.from({ length: runs }, (_, run) => {
    const walk = createWalk(karateClub(), { alpha: 1, exponent: a, seed: 1000 * seed + run });
    const theta = new Float64Array(2);
    for (let n = 0; n < steps; n++) {
      const node = walk.step();
      for (let j = 0; j < 2; j++) theta[j] += (n + 2) ** -b * (NUMBERS[2 * node + j] - theta[j]);
    }
    return [walk.empirical(), theta];
  });
  return [a, b].map((exponent, part) => {
    const mean = ends[0][part].map((_, i) => ends.reduce((sum, end) => sum + end[part][i] / runs, 0));
    return Float64Array.from({ length: mean.length ** 2 }, (_, k) => {
      const [i, j] = [Math.floor(k / mean.length), k % mean.length];
      const sum = ends.reduce((total, end) => total + (end[part][i] - mean[i]) * (end[part][j] - mean[j]), 0);
      return ((steps + 1) ** exponent * sum) / (runs - 1);
    });
  });
}

const ALPHAS = [5, 10, 20];

/** Exponents for which the error reaches its limit law within the given steps. */
const SMALL_ALPHAS = [1, 3, 9];

/** The claims of the two papers. */
export const walkClaims = [
  defineClaim({
    id: 'graphs/srrw-variance',
    paper: srrwPaper,
    statement: 'The sampling covariance of the self-repellent walk falls like 1/alpha, as stated by its central limit theorem.',
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
    seeds: 40,
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
  defineClaim({
    id: 'graphs/sa-srrw-covariances',
    paper: saSrrwPaper,
    statement:
      'Memory and iterate obey central limit theorems with covariances in closed form, in all three cases of the steps.',
    published: 'theorems; figures of other graphs',
    budget: 60,
    null: 'the covariances of the chain without repulsion',
    bars: COVARIANCES.map((figure) => ({
      figure,
      atMost: 0.25,
      source: 'theorem: 0, and what 400 runs leave, which is 0.19 for a memory of 13 modes; to a quarter',
    })),
    measure: (seed) => {
      const cases = Object.entries(TIMESCALES) as ['same', readonly [number, number]][];
      const found = cases.map(([, exponents]) => limitCovariances(exponents, 20_000, 400, seed));
      const gradients = { rows: 34, cols: 2, values: NUMBERS };
      const figures = (alpha: number) =>
        Object.fromEntries(
          cases.map(([timescale, [a, b]], k) => {
            const options = { alpha, timescale, gradients, memoryExponentOne: a === 1, iterateExponentOne: b === 1 };
            const { memory, iterate = memory } = walkCovariance(karateClub(), createWalk(karateClub()).transitions, options);
            const laws = [memory.values, iterate.values] as Float64Array[];
            return [COVARIANCES[k], Math.max(...laws.map((law, part) => distance(found[k][part], law) / norm(law)))];
          }),
        );
      return { ours: figures(1), null: figures(0) };
    },
  }),
];
