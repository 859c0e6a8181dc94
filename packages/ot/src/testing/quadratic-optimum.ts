// The conditions of the optimum of quadratically regularised transport, for the tests of both tiers.
import { expect } from 'vitest';
import type { QuadraticPlan } from '../quadratic/quadratic-transport.ts';
import { quadraticTransport } from '../quadratic/quadratic-transport.ts';
import type { Transport } from '../transport.ts';
import { randomHistograms } from './random-histograms.ts';

/**
 * The marginals together with P_ij = max(0, x_i + y_j - C_ij) / gamma prove that a plan is the optimum: the conditions of
 * Karush, Kuhn and Tucker of a strictly convex problem. Returns how far the plan is from them, in the l1 norm.
 */
export function distanceFromOptimum({ a, b, cost }: Transport, gamma: number) {
  const result = quadraticTransport(a, b, cost, { gamma, tolerance: 1e-10 });
  const { plan, sourcePotential: x, targetPotential: y } = result;
  const dense = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++) {
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      dense[i * b.length + plan.columnIndices[k]] = plan.values[k];
    }
  }
  let error = 0;
  const columns = b.map((weight) => -weight);
  for (let i = 0; i < a.length; i++) {
    let row = -a[i];
    for (let j = 0; j < b.length; j++) {
      const k = i * b.length + j;
      error += Math.abs(dense[k] - Math.max(0, x[i] + y[j] - cost.values[k]) / gamma);
      row += dense[k];
      columns[j] += dense[k];
    }
    error += Math.abs(row);
  }
  return { ...result, error: columns.reduce((sum, value) => sum + Math.abs(value), error), dense };
}

/** What forming x + y - C anew costs in all entries of a plan together. */
function rounding({ plan, sourcePotential, targetPotential }: QuadraticPlan, gamma: number): number {
  const largest = Math.max(...sourcePotential.map(Math.abs)) + Math.max(...targetPotential.map(Math.abs));
  return (2 * Number.EPSILON * largest * plan.values.length) / gamma;
}

/** Weights of a Gaussian on n places. */
function bell(n: number, mean: number, width: number): Float64Array {
  const weights = Float64Array.from({ length: n }, (_, i) => Math.exp(-((i - mean) ** 2) / (2 * width ** 2)));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / mass);
}

function squaresOnLine(n: number) {
  const values = Float64Array.from({ length: n * n }, (_, k) => ((Math.floor(k / n) - (k % n)) / (n - 1)) ** 2);
  return { rows: n, cols: n, values };
}

/** Meets the conditions on two bells, whose plans fall apart into pieces, over four decades of gamma. */
export function expectOptimalOnBells(n: number, mean: number, width: number, other: number, wider: number) {
  const problem = { a: bell(n, mean, width), b: bell(n, other, wider), cost: squaresOnLine(n) };
  for (const gamma of [1, 0.1, 0.01, 1e-3, 1e-4]) {
    const result = distanceFromOptimum(problem, gamma);
    expect(result.status).toBe('converged');
    expect(result.error).toBeLessThan(1e-9 + rounding(result, gamma));
    expect(Math.abs(result.regularizedCost - result.dualValue)).toBeLessThan(1e-9);
  }
}

/** Meets the marginals of problem k of the random histograms. */
export function expectConvergedOnHistograms(k: number): void {
  const problem = randomHistograms(k);
  const mass = problem.a.reduce((sum, weight) => sum + weight, 0);
  const gamma = (Math.max(...problem.cost.values) * 10 ** (1 - (k % 5))) / mass;
  const { status, marginalError } = quadraticTransport(problem.a, problem.b, problem.cost, { gamma });
  expect(status).toBe('converged');
  expect(marginalError).toBeLessThanOrEqual(1e-9 * mass);
}
