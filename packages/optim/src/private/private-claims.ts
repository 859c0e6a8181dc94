// The claims of the paper on private stationary points: exponents in the number of records.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
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

const BUDGET = { epsilon: 1, delta: 1e-6 } as const;

/** The paper's claims. */
export const privateClaims = [
  defineClaim({
    id: 'optim/private-stationary-rates',
    paper,
    statement: 'Differences of gradients give a rate of n^(-2/3), against n^(-1/2) of noisy full gradients.',
    published: 'theorems',
    budget: 120,
    null: 'noisy full gradients',
    bars: [
      {
        figure: 'exponent in n of the gradient',
        atMost: -0.583,
        source: 'theorem: -2/3, where noisy full gradients have -1/2; the bar is half-way',
      },
    ],
    measure: (seed) => {
      const sizes = [1024, 2048, 4096];
      const figures = (method: 'spider' | 'gd') => {
        const norms = gradientsByRecords(sizes, method, 1, seed);
        return {
          'exponent in n of the gradient': powerExponent(sizes, norms),
          ...Object.fromEntries(sizes.map((n, k) => [`gradient@${n}`, norms[k]])),
        };
      };
      return { ours: figures('spider'), null: figures('gd') };
    },
  }),
  defineClaim({
    id: 'optim/private-population-rates',
    paper,
    statement:
      'A single pass by the tree finds population gradients of n^(-1/3) and less, and for convex losses recursive regularisation those of private mean estimation, 1/n where noise rules.',
    published: 'theorems',
    budget: 60,
    null: 'the smallest number of records throughout',
    bars: [
      { figure: 'exponent in n, the tree', atMost: -1 / 3, source: 'theorem' },
      {
        figure: 'exponent in n, recursive regularisation',
        atMost: -0.75,
        source: 'theorem: -1 where noise rules, to be nearer than -1/2 of what rules otherwise',
      },
    ],
    measure: (seed) => {
      const sizes = [4096, 16_384, 65_536];
      const fresh = 20_000;
      const figures = (recordsOf: (n: number) => number) => {
        const tree = sizes.map((size, k) => {
          const n = recordsOf(size);
          // Records and, from the same distribution, others to judge by.
          const { values } = signedPoints(n + fresh, DIMENSION, 10 * seed + k);
          const points = { rows: n, cols: DIMENSION, values: values.subarray(0, n * DIMENSION) };
          const others = { rows: fresh, cols: DIMENSION, values: values.slice(n * DIMENSION) };
          return exactGradientNorm(
            huberLoss(others),
            privateSpiderTree(huberLoss(points), { ...BUDGET, seed: 10 * seed + k }).w,
          );
        });
        const convex = sizes.map((size, k) => {
          const options = { ...BUDGET, seed: 10 * seed + k, method: 'phased-sgd' } as const;
          return exactGradientNorm(equalRecords(1), recursiveRegularization(equalRecords(recordsOf(size)), options).w);
        });
        return {
          'exponent in n, the tree': powerExponent(sizes, tree),
          'exponent in n, recursive regularisation': powerExponent(sizes, convex),
        };
      };
      return { ours: figures((n) => n), null: figures(() => sizes[0]) };
    },
  }),
];
