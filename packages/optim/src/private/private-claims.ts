// The claims of the paper on private stationary points: exponents in the number of records.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { dpGd } from './dp-gradient-descent.ts';
import { privateStationary as paper } from './papers.ts';
import type { PrivateLoss } from './private-loss.ts';
import { exactGradientNorm, huberLoss } from './private-loss.ts';
import { signedPoints } from './private-problem.ts';
import { privateScale } from './private-run.ts';
import { privateSpiderBoost } from './private-spider-boost.ts';
import { privateSpiderTree } from './private-spider-tree.ts';
import { recursiveRegularization } from './recursive-regularization.ts';

const DIMENSION = 20;

/**
 * n equal records for Huber's loss: their mean is the record, so that a sum of n gradients is n times one. Noise and clipping are
 * those of n records.
 */
export function equalRecords(n: number): PrivateLoss {
  const place = 0.5 / Math.sqrt(DIMENSION);
  return {
    records: n,
    dimension: DIMENSION,
    lipschitz: 1,
    smoothness: 1,
    recordGradient: (w, _, out) => {
      for (let j = 0; j < DIMENSION; j++) out[j] = w[j] - place;
    },
  };
}

/** Slope of the least-squares line through the logarithms. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(u), mean(v)];
  const above = u.reduce((sum, value, i) => sum + (value - a) * (v[i] - b), 0);
  return above / u.reduce((sum, value) => sum + (value - a) ** 2, 0);
}

/** Mean gradients over the second half of runs with theory's number of steps, by n. */
export function gradientsByRecords(sizes: readonly number[], method: 'spider' | 'gd', seeds: number, firstSeed = 0): number[] {
  return sizes.map((n) => {
    const loss = equalRecords(n);
    let [sum, count] = [0, 0];
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const norms: number[] = [];
      const onIteration = ({ solution }: { solution(): { w: Float64Array } }): void => {
        norms.push(exactGradientNorm(equalRecords(1), solution().w));
      };
      const common = { epsilon: 1, delta: 1e-6, seed, output: 'last', onIteration } as const;
      if (method === 'gd') dpGd(loss, common);
      else {
        // Those of theory, also beyond the limit that the default has.
        const steps = Math.max(4, Math.floor(privateScale(loss, 1, 1e-6) ** (-4 / 3)));
        privateSpiderBoost(loss, { ...common, steps, calibration: 'concentrated' });
      }
      for (const value of norms.slice(norms.length >> 1)) [sum, count] = [sum + value, count + 1];
    }
    return sum / count;
  });
}

/** A mean of slopes over seeds, with the half of its interval of 95 % by Student's t. */
function slopeInterval(slopes: readonly number[]): { readonly mean: number; readonly half: number } {
  const k = slopes.length;
  const mean = slopes.reduce((sum, value) => sum + value, 0) / k;
  const variance = slopes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1);
  return { mean, half: STUDENT[k - 1] * Math.sqrt(variance / k) };
}

/** Quantiles of Student's t at 97.5 %, by degrees of freedom. */
const STUDENT = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

const SEEDS = 4;

/** Sets of records of which a slope of the tree takes the mean. */
const DRAWS = 3;
const seeds = (slope: (seed: number) => number, count = SEEDS) =>
  slopeInterval(Array.from({ length: count }, (_, k) => slope(k)));
const shown = ({ mean, half }: { mean: number; half: number }) => `n^(${mean.toFixed(2)} ± ${half.toFixed(2)})`;

async function rates(): Promise<ClaimResult> {
  const sizes = [4096, 8192, 16_384];
  const spider = seeds((seed) => slopeOf(sizes, gradientsByRecords(sizes, 'spider', 1, seed)), 3);
  const descent = seeds((seed) => slopeOf(sizes, gradientsByRecords(sizes, 'gd', 1, seed)));
  const isFaster = spider.mean + spider.half < descent.mean - descent.half;
  return {
    measured: `gradients fall as ${shown(spider)} by private SpiderBoost and as ${shown(descent)} by DP-GD, with the steps of theory, 3 and ${SEEDS} seeds`,
    verdict: Math.abs(spider.mean + 0.67) < 0.15 && isFaster ? 'reproduced' : 'not reproduced',
    figures: {
      spiderExponent: spider.mean,
      spiderInterval: spider.half,
      descentExponent: descent.mean,
      descentInterval: descent.half,
    },
  };
}

async function populationRates(context: ClaimContext): Promise<ClaimResult> {
  const sizes = [4096, 8192, 16_384, 32_768, 65_536];
  const budget = { epsilon: 1, delta: 1e-6 } as const;
  const fresh = 20_000;
  const tree = seeds((seed) => {
    const norms = sizes.map((n, k) => {
      let sum = 0;
      for (let draw = 0; draw < DRAWS; draw++) {
        context.signal?.throwIfAborted();
        // Records and, from the same distribution, others to judge by.
        const { values } = signedPoints(n + fresh, DIMENSION, 1000 * seed + 100 * draw + k);
        const points = { rows: n, cols: DIMENSION, values: values.subarray(0, n * DIMENSION) };
        const others = { rows: fresh, cols: DIMENSION, values: values.slice(n * DIMENSION) };
        const { w } = privateSpiderTree(huberLoss(points), { ...budget, seed: DRAWS * seed + draw });
        sum += exactGradientNorm(huberLoss(others), w);
      }
      return sum / DRAWS;
    });
    return slopeOf(sizes, norms);
  });
  const convex = seeds((seed) => {
    const norms = sizes.map((n) => {
      const { w } = recursiveRegularization(equalRecords(n), { ...budget, seed, method: 'phased-sgd' });
      return exactGradientNorm(equalRecords(1), w);
    });
    return slopeOf(sizes, norms);
  });
  return {
    measured: `gradients of the population fall as ${shown(tree)} by the tree, and those of equal records, where noise rules, as ${shown(convex)} by recursive regularisation, ${SEEDS} seeds`,
    verdict: tree.mean + tree.half <= -0.35 && convex.mean + convex.half <= -0.75 ? 'reproduced' : 'not reproduced',
    figures: { treeExponent: tree.mean, treeInterval: tree.half, convexExponent: convex.mean, convexInterval: convex.half },
  };
}

/** The paper's claims. */
export const privateClaims = [
  defineClaim({
    id: 'optim/private-stationary-rates',
    paper,
    statement: 'Differences of gradients give a rate of n^(-2/3), against n^(-1/2) of noisy full gradients.',
    published: 'theorems',
    budget: 240,
    run: rates,
  }),
  defineClaim({
    id: 'optim/private-population-rates',
    paper,
    statement:
      'A single pass by the tree finds population gradients of n^(-1/3) and less, and for convex losses recursive regularisation those of private mean estimation, 1/n where noise rules.',
    published: 'theorems',
    budget: 120,
    run: populationRates,
  }),
];
