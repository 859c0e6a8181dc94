// Ten decades of epsilon for problems with more structure than a plan between two weights: barycentres, grids, spaces, labels.
import type { RunReport } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { entropicBarycenter } from '../barycenters/barycenter.ts';
import { convolutionalBarycenter } from '../barycenters/convolutional-barycenter.ts';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { squaredEuclideanFactors } from '../geometry/cost-factors.ts';
import { gridSinkhorn } from '../geometry/grid-sinkhorn.ts';
import { lowRankSinkhorn } from '../geometry/low-rank-sinkhorn.ts';
import { semiDiscreteTransport } from '../geometry/semi-discrete.ts';
import { sinkhornDivergence } from '../geometry/sinkhorn-divergence.ts';
import { entropicGromovWasserstein } from '../gromov/entropic-gromov-wasserstein.ts';
import { groupLassoTransport } from '../maps/group-lasso-transport.ts';
import { groupNormTransport } from '../maps/group-norm-transport.ts';
import { highsOracle } from '../testing/linear-program.ts';

const leastCost = await highsOracle();
const epsilons = Array.from({ length: 10 }, (_, decade) => 10 ** -decade);
const cases = [1e-6, 1, 1e6].flatMap((scale) => epsilons.map((epsilon) => ({ scale, epsilon })));
const random = mulberry32(17);

/** Weights of total one, some of them zero. */
function weights(length: number): Float64Array {
  const values = Float64Array.from({ length }, () => Math.max(0, random() - 0.15));
  const sum = values.reduce((all, value) => all + value, 0);
  return values.map((value) => value / sum);
}

/** Random points in the plane, the squares of whose distances are of size `scale`. */
function points(rows: number, scale = 1): DenseMatrix {
  const values = Float64Array.from({ length: 2 * rows }, () => Math.sqrt(scale) * random());
  return { rows, cols: 2, values };
}

function entropyOf(masses: Float64Array): number {
  return masses.reduce((sum, mass) => (mass > 0 ? sum - mass * Math.log(mass) : sum), 0);
}

/** An end with numbers, converged or with advice. */
function expectEnd({ status, reason }: RunReport, ...values: Iterable<number>[]): void {
  for (const part of values) expect([...part].every(Number.isFinite)).toBe(true);
  if (status !== 'converged') expect(reason).toMatch(/raise .*(epsilon|tolerance)|raise the tolerance/);
}

const few = { maxIterations: 100 };

describe.each(cases)('epsilon = $epsilon, costs $scale', ({ scale, epsilon }) => {
  const [a, b] = [weights(8), weights(10)];
  const [x, y] = [points(8, scale), points(10, scale)];
  const cost = costMatrix(x, y);

  it.each([false, true])('a barycentre has the mass of the histograms, debiased %s', (debiased) => {
    const histograms = { rows: 2, cols: 8, values: Float64Array.of(...a, ...weights(8)) };
    const result = entropicBarycenter(histograms, costMatrix(x, x), { epsilon, debiased, ...few });
    expectEnd(result, result.barycenter, [result.marginalError]);
    if (result.status !== 'converged') return;
    expect(result.barycenter.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 6);
  });

  it('a Gromov-Wasserstein plan fits its weights or says how far it is', () => {
    const options = { a, b, epsilon, maxIterations: 20 };
    const result = entropicGromovWasserstein(costMatrix(x, x), costMatrix(y, y), options);
    expectEnd(result, result.plan.values, [result.distortion]);
    expect(Math.abs(missingFrom(a, b, result.plan) - result.marginalError)).toBeLessThan(1e-12);
    // Plans on the way are as accurate as their changes need.
    expect(result.marginalError).toBeLessThan(result.status === 'converged' ? 1e-8 : 2e-3);
  });

  it('a plan of classes fits its weights', () => {
    const labels = Int32Array.from({ length: 8 }, (_, i) => i % 2);
    const options = { epsilon, groupPenalty: 0.1 * scale, maxIterations: 20 };
    const result = groupLassoTransport(a, b, cost, labels, options);
    expectEnd(result, result.plan.values, [result.regularizedCost, result.cost]);
    expect(missingFrom(a, b, result.plan)).toBeLessThan(1e-8);
  });

  it('a plan of classes with a convex penalty fits its weights', () => {
    const labels = Int32Array.from({ length: 8 }, (_, i) => i % 2);
    const options = { epsilon, groupPenalty: 0.1 * scale, maxIterations: 20 };
    const result = groupNormTransport(a, b, cost, labels, options);
    expectEnd(result, result.plan.values, [result.regularizedCost, result.cost]);
    expect(missingFrom(a, b, result.plan)).toBeLessThan(1e-8);
  });

  it('a divergence is solved', () => {
    const result = sinkhornDivergence(x, y, { epsilon, a, b });
    expect(result.status).toBe('converged');
    expectEnd(result, [result.divergence], result.locations.x.values, result.a);
    expect(result.marginalError).toBeLessThan(2e-9);
    // Between zero and the exact cost with what entropy may take from the terms.
    expect(result.divergence).toBeGreaterThan(-1e-8 * scale - 1e-8 * epsilon);
  });

  it('a plan of low rank fits its weights and costs no less than the optimum', () => {
    const factors = squaredEuclideanFactors(x, y);
    const result = lowRankSinkhorn(a, b, factors, { rank: 3, epsilon, maxIterations: 30 });
    expectEnd(result, result.source.values, result.target.values, result.weights);
    expect(result.marginalError).toBeLessThan(1e-9);
    expect(result.cost).toBeGreaterThan(scale * (leastCost({ a, b, cost: divided(cost, scale) }) - 1e-8));
  });

  it('samples go somewhere', () => {
    const result = semiDiscreteTransport({ points: x, weights: a }, y, { b, epsilon, maxIterations: 2 });
    expectEnd(result, result.targetPotential, [result.value, result.cost]);
    expect(result.targetMasses.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 10);
  });
});

describe.each(epsilons)('images at epsilon = %s', (epsilon) => {
  const image = () => ({ rows: 3, cols: 4, values: weights(12) });
  const [a, b] = [image(), image()];

  it('a plan fits or says what to change, and lies between the optimum and what entropy allows', () => {
    const result = gridSinkhorn(a, b, { epsilon, maxIterations: 3000 });
    expectEnd(result, [result.cost, result.dualValue]);
    if (result.status !== 'converged') return;
    const pixels = gridPoints(3, 4);
    const optimum = leastCost({ a: a.values, b: b.values, cost: costMatrix(pixels, pixels) });
    expect(result.marginalError).toBeLessThan(2e-9);
    expect(result.cost).toBeGreaterThan(optimum - 1e-8);
    expect(result.cost).toBeLessThan(optimum + 1e-8 + epsilon * (entropyOf(a.values) + entropyOf(b.values)));
  });

  it('a barycentre has the mass of the images or says what to change', () => {
    const result = convolutionalBarycenter([a, b], { epsilon, maxIterations: 1000 });
    expectEnd(result, result.barycenter);
    if (result.status !== 'converged') return;
    expect(result.barycenter.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 6);
  });
});

/** l1 distance of a plan's marginals from the weights. */
function missingFrom(a: Float64Array, b: Float64Array, { cols, values }: DenseMatrix): number {
  const rows = a.slice();
  const columns = b.slice();
  values.forEach((mass, k) => {
    rows[Math.floor(k / cols)] -= mass;
    columns[k % cols] -= mass;
  });
  return [...rows, ...columns].reduce((sum, value) => sum + Math.abs(value), 0);
}

function divided(matrix: DenseMatrix, by: number): DenseMatrix {
  return { ...matrix, values: matrix.values.map((value) => value / by) };
}
