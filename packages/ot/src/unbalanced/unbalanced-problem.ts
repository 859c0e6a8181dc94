// The registered problem of unbalanced transport: instances, metrics and file format of `ot/unbalanced-transport`.
import type { Problem } from '@infimum/core';
import { checkNumber, defineFamily, defineProblem } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { portableLog } from '@infimum/core/portable-math';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { inkOf, loadImages } from '../image-instances.ts';
import { gaussianClouds } from '../instances.ts';
import type { PenalisedTransport, UnbalancedPlan } from './unbalanced-plan.ts';
import { asUnbalanced, marginalsOf, stationarity, stationarityBound } from './unbalanced-plan.ts';

/** Weights of any totals, costs, and the price of missing the weights. */
export type UnbalancedTransport = PenalisedTransport;

const marginalPenalty = {
  type: 'number',
  above: 0,
  default: 0.1,
  description: 'Penalty on the weights, in units of the cost',
} as const;
const epsilon = {
  type: 'number',
  min: 0,
  default: 0.01,
  description: 'Entropic regularisation, in units of the cost; 0 for none',
} as const;

/** Transport that may miss its marginals, at a price. */
export const unbalancedTransport: Problem<UnbalancedTransport, UnbalancedPlan> = /* @__PURE__ */ (() =>
  defineProblem({
    id: 'ot/unbalanced-transport',
    title: 'Unbalanced transport',
    statement: String.raw`Given weights $a$ and $b$ of any totals and costs $C$, find a cheap plan whose marginals are
close to them:
$$\min_{P \ge 0}\ \langle C, P\rangle + \varepsilon\, \mathrm{KL}(P \,|\, ab^\top) + \rho\, \mathrm{KL}(P\mathbf 1 \,|\, a) +
\rho\, \mathrm{KL}(P^\top\mathbf 1 \,|\, b)$$
with $\mathrm{KL}(p \,|\, q) = \sum p \log (p/q) - p + q$, a penalty $\rho$, and $\varepsilon \ge 0$.`,
    families: {
      clouds: defineFamily({
        title: 'Gaussian clouds',
        description: 'Samples of two planar Gaussians, the second with 1.5 times the mass of the first.',
        real: false,
        params: {
          n: { type: 'integer', min: 1, max: 5000, default: 60, description: 'Points on each side' },
          marginalPenalty,
          epsilon,
        },
        suites: { quick: [{}, { epsilon: 0 }], full: [{ n: 500 }, { n: 500, epsilon: 1e-3 }, { n: 300, epsilon: 0 }] },
        generate: ({ n, marginalPenalty, epsilon }, seed) => {
          const { a, b, cost } = gaussianClouds(n, seed);
          return { a, b: b.map((mass) => 1.5 * mass), cost, marginalPenalty, epsilon };
        },
      }),
      digits: defineFamily({
        title: 'Handwritten digits',
        description: 'Two real digits as distributions of ink on 8 x 8 pixels, with their own totals. The seed picks the pair.',
        real: true,
        params: { marginalPenalty, epsilon },
        suites: { quick: [{}], full: [{}, { epsilon: 1e-3 }] },
        generate: async ({ marginalPenalty, epsilon }, seed) => {
          const images = await loadImages(8);
          const grid = gridPoints(8);
          const cost = costMatrix(grid, grid, 'squared-euclidean');
          return {
            a: inkOf(images.values, seed % images.rows, images.cols),
            b: inkOf(images.values, (seed * 37 + 91) % images.rows, images.cols).map((mass) => 0.7 * mass),
            cost: { ...cost, values: cost.values.map((value) => value / 2) },
            marginalPenalty,
            epsilon,
          };
        },
      }),
    },
    metrics: {
      stationarity: {
        title: 'Stationarity',
        description:
          'The gradient of the objective along the plan, <P, |G|>, and its most negative entry, over the largest cost: zero at the optimum.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-4, 1e-8],
        compute: stationarity,
      },
      objective: {
        title: 'Objective',
        description: 'Sum of cost, entropy and penalties.',
        unit: 'cost',
        direction: 'minimize',
        compute: objective,
      },
    },
    primaryMetric: 'stationarity',
    certificates: {
      gap: {
        title: 'Gap',
        statement: String.raw`For the given doubles: $P \ge 0$, and no plan has an objective that is lower than that of $P$ by more than
*gap*.`,
        about: 'optimum',
        figures: ['gap'],
        cost: 'O(nm), one exponential per entry',
        always: false,
        prover: () => import('./unbalanced-prover.ts'),
        checker: () => import('./unbalanced-checker.ts'),
      },
    },
    validate: ({ a, b, cost, marginalPenalty, epsilon }) => {
      asUnbalanced({ a, b, cost });
      checkNumber(marginalPenalty, 'marginalPenalty', { above: 0 });
      checkNumber(epsilon, 'epsilon', { min: 0 });
    },
    badInstances: () => {
      const half = Float64Array.of(0.5, 0.5);
      const good = {
        a: half,
        b: half,
        cost: { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) },
        marginalPenalty: 1,
        epsilon: 0.1,
      };
      return [
        { fault: 'a negative weight', instance: { ...good, a: Float64Array.of(-1, 2) }, argument: 'a' },
        { fault: 'too few weights', instance: { ...good, b: Float64Array.of(1) }, argument: 'b' },
        {
          fault: 'an infinite cost',
          instance: { ...good, cost: { ...good.cost, values: Float64Array.of(0, 1, Infinity, 0) } },
          argument: 'cost',
        },
        { fault: 'no penalty', instance: { ...good, marginalPenalty: 0 }, argument: 'marginalPenalty' },
        { fault: 'a negative epsilon', instance: { ...good, epsilon: -1 }, argument: 'epsilon' },
      ];
    },
    hardInstances: () => {
      const plain = { marginalPenalty: 1, epsilon: 0.05, ...gaussianClouds(6, 1) };
      const scaled = (mass: number, unit: number) => ({
        a: plain.a.map((weight) => mass * weight),
        b: plain.b.map((weight) => 1.5 * mass * weight),
        cost: { ...plain.cost, values: plain.cost.values.map((value) => unit * value) },
        marginalPenalty: unit * plain.marginalPenalty,
        epsilon: unit * plain.epsilon,
      });
      const half = Float64Array.of(0.5, 0.5);
      const flat = { rows: 2, cols: 2, values: new Float64Array(4).fill(3) };
      return [
        { hardness: 'masses times 1e150', instance: scaled(1e150, 1) },
        { hardness: 'masses times 1e-150', instance: scaled(1e-150, 1) },
        { hardness: 'costs times 1e150', instance: scaled(1, 1e150) },
        { hardness: 'costs times 1e-150', instance: scaled(1, 1e-150) },
        { hardness: 'plain, without entropy', instance: { ...scaled(1, 1), epsilon: 0 } },
        { hardness: 'costs times 1e150, without entropy', instance: { ...scaled(1, 1e150), epsilon: 0 } },
        {
          hardness: 'flat costs and a tiny weight',
          instance: { a: Float64Array.of(1, 1e-305), b: half, cost: flat, marginalPenalty: 1, epsilon: 0.1 },
        },
        { hardness: 'an epsilon far below the costs', instance: { ...scaled(1, 1), epsilon: 1e-9 } },
        {
          hardness: 'a price near the largest number for masses that differ, without entropy',
          instance: {
            a: Float64Array.of(2 ** 53 - 1, 1),
            b: half,
            cost: { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) },
            marginalPenalty: 1e308,
            epsilon: 0,
          },
        },
      ];
    },
    // The entropic method stops by its scalings; what is left of the gradient is a few times their change.
    success: {
      metric: 'stationarity',
      bound: (instance, { variant, options }) => {
        const { tolerance = 0 } = options as { tolerance?: number };
        return stationarityBound(instance, Math.max(variant === 'entropic' ? 1e-6 : 0.05, tolerance));
      },
    },
    instanceFile: {
      description:
        'A JSON object with the weights `a` and `b`, the matrix `cost` (lists of numbers, or paths of `.npy` files), the `marginalPenalty`, and `epsilon`, 0 for no entropy.',
      example: {
        a: [0.5, 0.5],
        b: [1, 1],
        cost: [
          [0, 1],
          [1, 0],
        ],
        marginalPenalty: 1,
        epsilon: 0.1,
      },
      parse: (json) => {
        const fields = readObject(json, 'instance', ['a', 'b', 'cost', 'marginalPenalty', 'epsilon']);
        const { marginalPenalty, epsilon = 0 } = fields;
        checkNumber(marginalPenalty, 'marginalPenalty', { above: 0 });
        checkNumber(epsilon, 'epsilon', { min: 0 });
        return {
          a: readVector(fields['a'], 'a'),
          b: readVector(fields['b'], 'b'),
          cost: readMatrix(fields['cost'], 'cost'),
          marginalPenalty,
          epsilon,
        };
      },
    },
  }))();

function objective(instance: UnbalancedTransport, { plan }: UnbalancedPlan): number {
  const { a, b, cost, marginalPenalty: rho, epsilon } = instance;
  const [rows, columns] = marginalsOf(plan);
  let sum = 0;
  for (let i = 0; i < plan.rows; i++) {
    sum += rho * divergence(rows[i], a[i]);
    for (let j = 0; j < plan.cols; j++) {
      const k = i * plan.cols + j;
      sum += plan.values[k] * cost.values[k] + epsilon * divergence(plan.values[k], a[i] * b[j]);
    }
  }
  return columns.reduce((all, column, j) => all + rho * divergence(column, b[j]), sum);
}

/** p log(p / q) - p + q; where q is 0 no method puts mass. */
function divergence(p: number, q: number): number {
  return (p > 0 && q > 0 ? p * portableLog(p / q) : 0) - p + q;
}
