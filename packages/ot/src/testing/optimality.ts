// Checks of a transport plan against the optimality conditions of the linear program, straight from its definition.
import type { CsrMatrix } from '@infimum/linalg';
import { expect } from 'vitest';
import type { Transport, TransportPlan } from '../transport.ts';

/**
 * Expects primal feasibility, dual feasibility, complementary slackness and equal values; together they prove that
 * the plan is optimal.
 *
 * @param relative - allowed error relative to the masses, the costs and their product
 */
export function expectOptimal(
  { a, b, cost }: Transport,
  { plan, cost: value, sourcePotential: x, targetPotential: y }: TransportPlan<CsrMatrix>,
  relative = 1e-12,
): void {
  const mass = sum(a);
  const scale = cost.values.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  const rowSums = new Float64Array(cost.rows);
  const columnSums = new Float64Array(cost.cols);
  let slackness = 0;
  let primal = 0;
  for (let i = 0; i < plan.rows; i++) {
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      const j = plan.columnIndices[k];
      const c = cost.values[i * cost.cols + j];
      rowSums[i] += plan.values[k];
      columnSums[j] += plan.values[k];
      primal += plan.values[k] * c;
      slackness = Math.max(slackness, Math.abs(c - x[i] - y[j]));
    }
  }
  let violation = 0;
  for (let i = 0; i < cost.rows; i++) {
    for (let j = 0; j < cost.cols; j++) violation = Math.max(violation, x[i] + y[j] - cost.values[i * cost.cols + j]);
  }
  const dual = sum(a.map((weight, i) => weight * x[i])) + sum(b.map((weight, j) => weight * y[j]));
  // Products of denormal numbers are off by as much as the smallest of them.
  const allowance = relative * scale * mass + (cost.rows + cost.cols) * Number.MIN_VALUE;
  expect([plan.rows, plan.cols]).toEqual([cost.rows, cost.cols]);
  expect(plan.values.length).toBeLessThan(cost.rows + cost.cols);
  expect(plan.values.every((entry) => entry > 0)).toBe(true);
  expect(distance(rowSums, a) + distance(columnSums, b)).toBeLessThanOrEqual(relative * mass);
  expect(violation).toBeLessThanOrEqual(relative * scale);
  expect(slackness).toBeLessThanOrEqual(relative * scale);
  expect(Math.abs(value - primal)).toBeLessThanOrEqual(allowance);
  expect(Math.abs(dual - primal)).toBeLessThanOrEqual(allowance);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function distance(x: Float64Array, y: Float64Array): number {
  return x.reduce((total, value, i) => total + Math.abs(value - y[i]), 0);
}
