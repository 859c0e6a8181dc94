import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { gaussianClouds, randomAssignment } from '../../instances.ts';
import { marginalErrorOf } from '../../plan-metrics.ts';
import { entropicSteps } from '../entropic-steps.ts';
import { sinkhorn } from '../sinkhorn.ts';
import { sinkhornNewtonSparse } from '../sinkhorn-newton-sparse.ts';
import { andersonSweeps, Forecast } from './anderson-sweeps.ts';

const solve = (problem: Parameters<typeof entropicSteps>[0], epsilon: number, tolerance = 1e-9) =>
  run(
    entropicSteps(problem, { epsilon, tolerance }, (state, unit, error) => andersonSweeps(state, unit, error, 10)),
    { maxIterations: 2000 },
  );

describe('extrapolated sweeps', () => {
  it.each([
    [0.1, 1],
    [0.01, 3],
    [0.003, 3],
  ])('solve clouds at %s of the range in one sweep of %s', (epsilon, share) => {
    const problem = gaussianClouds(60, 5);
    const { a, b, cost } = problem;
    const scale = epsilon * Math.max(...cost.values);
    const result = solve(problem, scale);
    expect(result.status).toBe('converged');
    expect(marginalErrorOf(result.plan, a, b)).toBeLessThan(1.1e-9);
    const plain = sinkhorn(a, b, cost, { epsilon: scale, tolerance: 1e-9, maxIterations: 100_000 });
    // Easy ones are swept as by Sinkhorn: a small kernel is passed over more quickly than extrapolated.
    expect(share * result.iterations).toBeLessThanOrEqual(plain.iterations + 10);
    const exact = sinkhornNewtonSparse(a, b, cost, { epsilon: scale, tolerance: 1e-13 });
    expect(Math.abs(result.dualValue - exact.dualValue)).toBeLessThan(1e-8 * scale + 1e-12);
  });

  it('absorb potentials that leave the range of scalings, and go on where rows of the kernel vanish', () => {
    // On the line the middle is far from both ends: potentials of hundreds of epsilons.
    const n = 40;
    const values = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) - (k % n)) ** 2 / n ** 2);
    const bell = (mean: number) => {
      const weights = Float64Array.from({ length: n }, (_, i) => Math.exp(-((i - mean) ** 2) / 8));
      const mass = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / mass);
    };
    const problem = { a: bell(5), b: bell(32), cost: { rows: n, cols: n, values } };
    const result = solve(problem, 2e-4);
    expect(result.status).toBe('converged');
    expect(marginalErrorOf(result.plan, problem.a, problem.b)).toBeLessThan(1.1e-9);
  });

  it('stall at the floor of rounding, and say so', () => {
    const result = solve(randomAssignment(12, 1), 0.05, 0);
    expect(result.status).toBe('stalled');
    expect(result.reason).toMatch(/rounding/);
    expect(result.marginalError).toBeLessThan(1e-12);
  });
});

describe('a forecast', () => {
  it('is exact for a linear rate, infinite before, and by the whole run where the last sweeps are in vain', () => {
    const forecast = new Forecast(1e-9);
    for (let k = 0; k <= 9; k++) forecast.note(0.5 ** k);
    expect(forecast.left).toBe(Infinity);
    forecast.note(0.5 ** 10);
    expect(forecast.left).toBeCloseTo(Math.log2(1e9) - 10, 9);
    for (let k = 0; k < 11; k++) forecast.note(0.25);
    expect(forecast.left).toBeCloseTo((4 * 21 * Math.log(0.25e9)) / Math.log(4), 9);
    forecast.note(1);
    expect(forecast.left).toBe(Infinity);
    forecast.note(1e-9);
    expect(forecast.left).toBe(0);
  });
});
