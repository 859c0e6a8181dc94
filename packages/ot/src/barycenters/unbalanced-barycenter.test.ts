import { expect, it } from 'vitest';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { entropicBarycenter } from './barycenter.ts';
import { unbalancedBarycenter } from './unbalanced-barycenter.ts';

const points = gridPoints(12, 1);
const cost = costMatrix(points, points);
const bumps = [2, 8].map((center, k) =>
  Float64Array.from({ length: 12 }, (_, i) => (k + 1) * Math.exp(-((i - center) ** 2) / 4) + 1e-3),
);

it('is what the scaling of plain numbers gives', () => {
  const [epsilon, marginalPenalty, weights] = [0.02, 0.3, [0.3, 0.7]];
  const share = marginalPenalty / (marginalPenalty + epsilon);
  const kernel = (i: number, j: number) => Math.exp(-cost.values[12 * i + j] / epsilon);
  const times = (v: Float64Array) => v.map((_, i) => v.reduce((sum, value, j) => sum + kernel(i, j) * value, 0));
  let scalings = bumps.map(() => new Float64Array(12).fill(1));
  let mean = new Float64Array(12);
  for (let sweep = 0; sweep < 2000; sweep++) {
    const sums = scalings.map((v, k) => times(times(v).map((sum, i) => (bumps[k][i] / sum) ** share)));
    mean = mean.map((_, j) => sums.reduce((sum, own, k) => sum + weights[k] * own[j] ** (1 - share), 0) ** (1 / (1 - share)));
    scalings = sums.map((own) => own.map((sum, j) => (mean[j] / sum) ** share));
  }
  const { barycenter, status } = unbalancedBarycenter(bumps, cost, { epsilon, marginalPenalty, weights, tolerance: 1e-11 });
  expect(status).toBe('converged');
  barycenter.forEach((mass, j) => {
    expect(mass).toBeCloseTo(mean[j], 8);
  });
});

it('tends to the balanced barycentre as the price rises, of histograms of one mass', () => {
  const even = bumps.map((bump) => bump.map((mass) => mass / bump.reduce((sum, value) => sum + value, 0)));
  const options = { epsilon: 0.05, maxIterations: 100_000 };
  const { barycenter } = unbalancedBarycenter(even, cost, { ...options, marginalPenalty: 60, tolerance: 1e-8 });
  const balanced = entropicBarycenter(even, cost, options).barycenter;
  barycenter.forEach((mass, j) => {
    expect(Math.abs(mass - balanced[j])).toBeLessThan(1e-2);
  });
});

it.each([
  [
    'histograms[1]',
    () =>
      unbalancedBarycenter(
        [
          [1, 0],
          [0, 0],
        ],
        [
          [0, 1],
          [1, 0],
        ],
        { epsilon: 1, marginalPenalty: 1 },
      ),
  ],
  ['cost', () => unbalancedBarycenter([[1, 0]], [[0]], { epsilon: 1, marginalPenalty: 1 })],
  [
    'weights',
    () =>
      unbalancedBarycenter(
        [[1, 0]],
        [
          [0, 1],
          [1, 0],
        ],
        { epsilon: 1, marginalPenalty: 1, weights: [-1] },
      ),
  ],
  ['marginalPenalty', () => unbalancedBarycenter([[1]], [[0]], { epsilon: 1, marginalPenalty: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument.replace('[1]', ''));
});
