// Bayesian search against chance, and against hyper-gradients, at the same number of solves.
import { loadDigits } from '@infimum/datasets/digits';
import { expect, it } from 'vitest';
import { minimizeBilevel } from '../minimize-bilevel.ts';
import { regularizationProblem } from '../models/problems.ts';
import { bayesianSearch } from './bayesian-search.ts';
import { randomSearch } from './random-search.ts';

/** Two upper variables, whose best values are 0.3 and -1.2: f is exact in the lower solution y = x. */
const smooth = {
  dimX: 2,
  dimY: 2,
  f: (_: Float64Array, [a, b]: Float64Array) => (a - 0.3) ** 2 + 2 * (b + 1.2) ** 2 + 0.5 * (a - 0.3) * (b + 1.2),
  gradFx: (_x: Float64Array, _y: Float64Array, out: Float64Array) => out.fill(0),
  gradFy: (_: Float64Array, [a, b]: Float64Array, out: Float64Array) => {
    out[0] = 2 * (a - 0.3) + 0.5 * (b + 1.2);
    out[1] = 4 * (b + 1.2) + 0.5 * (a - 0.3);
  },
  gradGx: (x: Float64Array, y: Float64Array, out: Float64Array) => out.set(x.map((t, i) => t - y[i])),
  gradGy: (x: Float64Array, y: Float64Array, out: Float64Array) => out.set(y.map((t, i) => t - x[i])),
};

it('finds the least of a smooth function to a thousandth of its range, chance does not', () => {
  const start = [0, 0];
  const value = (y: Float64Array) => smooth.f(y, y);
  for (const seed of [1, 2, 3]) {
    const options = { lower: -5, upper: 5, points: 30, seed };
    const ours = value(bayesianSearch(smooth, start, options).y);
    const chance = value(randomSearch(smooth, start, options).y);
    expect(ours).toBeLessThan(0.05);
    expect(ours).toBeLessThan(chance);
  }
});

it('is the same for the same seed, and tries as many points as it is told', () => {
  const run = () => bayesianSearch(smooth, [0, 0], { points: 12, seed: 5 });
  const { x, status, reason } = run();
  expect(run().x).toEqual(x);
  expect(status).toBe('stalled');
  expect(reason).toContain('all 12 points');
});

it('is beaten on 64 weights by hyper-gradients at as many solves', () => {
  const { images, labels } = loadDigits();
  const part = (from: number, rows: number) => ({
    design: { rows, cols: 64, values: images.values.slice(from * 64, (from + rows) * 64).map((pixel) => pixel / 16) },
    targets: Float64Array.from(labels.slice(from, from + rows), (digit) => (digit % 2 ? 1 : -1)),
  });
  const data = { loss: 'logistic', train: part(0, 100), validation: part(100, 100), lower: -10, upper: 5 } as const;
  const problem = regularizationProblem(data);
  const start = new Float64Array(64).fill(-4);
  const loss = ({ x, y }: { readonly x: Float64Array; readonly y: Float64Array }) => problem.f?.(x, y) ?? 0;
  const ours = loss(minimizeBilevel(problem, start, { maxEvaluations: 15 }));
  expect(ours).toBeLessThan(loss(bayesianSearch(problem, start, { points: 15, seed: 1 })));
});
