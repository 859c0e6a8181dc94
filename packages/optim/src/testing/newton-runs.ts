// Instances with their published counts, and what every run of gradient-normalised Newton must keep to.
import type { Outcome } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { gram } from '@infimum/linalg';
import { expect } from 'vitest';
import { estimateGamma } from '../newton/estimate-gamma.ts';
import type { GradientNormalizedNewtonOptions } from '../newton/gradient-normalized-newton.ts';
import { gradientNormalizedNewton } from '../newton/gradient-normalized-newton.ts';
import type { NewtonIterate } from '../newton/regularized-newton.ts';
import { randomLogSumExp } from '../objectives/log-sum-exp.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import type { TestFunction } from '../objectives/test-functions.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';

/** A run that ends where f is within 1e-8 of the minimum. */
export function toGap(minimum: number, maxIterations = 10_000) {
  return { tolerance: 0, targetValue: minimum + 1e-8, maxIterations, trace: true } as const;
}

/** Iterations and factorisations of a run that reached its target. */
export function counts({
  status,
  iterations,
  trace = [],
}: Outcome<SmoothSolution, NewtonIterate>): [iterations: number, factorizations: number] {
  expect(status).toBe('converged');
  return [iterations, trace[trace.length - 1].factorizations];
}

/** Expects counts to be those published, within two. */
export function expectCounts(found: readonly number[], published: readonly number[]): void {
  for (const [k, value] of published.entries()) {
    expect(Math.abs(found[k] - value), `${found} against ${published}`).toBeLessThanOrEqual(2);
  }
}

/** The two published smoothed maxima, in the metric A'A of the A before its shift. */
export function smoothedMaximum(which: 'large' | 'sharp') {
  const sizes = which === 'large' ? { terms: 300, n: 100, smoothing: 1 } : { terms: 150, n: 50, smoothing: 0.1 };
  const { objective, unshifted } = randomLogSumExp(sizes, 7);
  const minimum = objective.value(new Float64Array(sizes.n));
  const initial = new Float64Array(sizes.n).fill(1);
  return { objective, initial, metric: gram(unshifted), minimum };
}

/** Re-checks from the trace what the algorithm promises of each step. */
export function audit(
  { trace = [] }: Outcome<SmoothSolution, NewtonIterate>,
  { convex = true }: { convex?: boolean } = {},
): void {
  expect(trace.length).toBeGreaterThan(1);
  for (let k = 1; k < trace.length; k++) {
    const [before, after] = [trace[k - 1], trace[k]];
    const decrease = before.value - after.value;
    expect(decrease).toBeGreaterThanOrEqual(-2e-15 * Math.abs(before.value));
    const owed = after.dualNorm ** 2 / (8 * after.lambda);
    expect(decrease).toBeGreaterThanOrEqual(owed - 2e-15 * Math.abs(before.value));
    expect(Math.abs((after.lambda * after.gamma) / before.dualNorm - 1)).toBeLessThan(1e-12);
    if (convex) expect(after.stepNorm).toBeLessThanOrEqual(after.gamma * (1 + 1e-9));
    else expect(after.stepNorm).toBeGreaterThan(0);
  }
}

/** The points of a run, one after the other. */
export function path(
  objective: Parameters<typeof gradientNormalizedNewton>[0],
  initial: Float64Array,
  options: GradientNormalizedNewtonOptions,
  maxIterations = 1000,
): Float64Array[] {
  const points: Float64Array[] = [];
  gradientNormalizedNewton(objective, initial, {
    ...options,
    maxIterations,
    onIteration: (iterate) => void points.push(iterate.solution().x),
  });
  return points;
}

/** x⁴/4 in one variable. */
export const quartic: TestFunction = {
  dimension: 1,
  value: ([x]) => x ** 4 / 4,
  gradient: ([x], out) => out.set([x ** 3]),
  hessian: ([x], out) => out.set([3 * x * x]),
  hessianVector: ([x], [v], out) => out.set([3 * x * x * v]),
};

/** x⁴/4 - x²/2 + y²/2, with a saddle point at 0 and minima at (±1, 0). */
export const saddle: TestFunction = {
  dimension: 2,
  value: ([x, y]) => x ** 4 / 4 - x ** 2 / 2 + y ** 2 / 2,
  gradient: ([x, y], out) => out.set([x ** 3 - x, y]),
  hessian: ([x], out) => out.set([3 * x * x - 1, 0, 0, 1]),
  hessianVector: ([x], [u, v], out) => out.set([(3 * x * x - 1) * u, v]),
};

/** Expects that the estimate of gamma falls as directions are added, and is repeatable. */
export function expectFallingGamma(counts: readonly number[]): void {
  const { objective } = smoothedMaximum('sharp');
  const x = symmetricUniforms(mulberry32(2), 50);
  const estimate = (directions: number) => estimateGamma(objective, x, { directions, seed: 5, points: 100 });
  const estimates = counts.map(estimate);
  for (let k = 1; k < estimates.length; k++) {
    expect(estimates[k]).toBeLessThanOrEqual(estimates[k - 1] * (1 + 1e-12));
  }
  expect(estimate(counts[1])).toBe(estimates[1]);
}
