import { csrFromDense, csrToDense, matrixFromRows } from '@infimum/linalg';
import { expect, it } from 'vitest';
import { barycentricProjection, sparsePlan } from './plan-entries.ts';
import { thrownBy } from './testing/entropic-contract.ts';

const plan = matrixFromRows([
  [0.2, 0, 0.1],
  [1e-9, 0.7, 0],
]);
const y = matrixFromRows([
  [0, 3],
  [1, 1],
  [6, 0],
]);

it('sparse plans keep what exceeds the threshold', () => {
  expect(csrToDense(sparsePlan(plan)).values).toEqual(plan.values);
  expect(Array.from(sparsePlan(plan, 1e-8).values)).toEqual([0.2, 0.1, 0.7]);
  expect(Array.from(sparsePlan(csrFromDense(plan), 0.15).columnIndices)).toEqual([0, 1]);
});

it('projections are weighted means, the same for dense and sparse plans', () => {
  const projected = barycentricProjection(plan, y);
  expect(projected.values[0]).toBeCloseTo(2, 12);
  expect(projected.values[1]).toBeCloseTo(2, 12);
  expect(projected.values[2]).toBeCloseTo(1, 8);
  expect(barycentricProjection(csrFromDense(plan), y)).toEqual(projected);
});

it('bad input is named', () => {
  expect(thrownBy(() => barycentricProjection(plan, matrixFromRows([[1]]))).argument).toBe('y');
  const empty = thrownBy(() => barycentricProjection(matrixFromRows([[1], [0]]), matrixFromRows([[1]])));
  expect([empty.argument, empty.index]).toEqual(['plan', 1]);
  expect(thrownBy(() => sparsePlan(plan, -1)).argument).toBe('threshold');
});
