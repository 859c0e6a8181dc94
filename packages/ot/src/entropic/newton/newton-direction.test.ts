// The Newton system against its definition: finite differences of the dual, and products with the matrix written out.

import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { randomPoints } from '../../instances.ts';
import { sinkhornNewtonSparse } from '../sinkhorn-newton-sparse.ts';
import { EntropicState } from '../state/entropic-state.ts';
import type { NewtonSystem } from './newton-direction.ts';
import { conjugateGradientDirection, eliminationDirection } from './newton-direction.ts';
import { sparsify } from './sparsify.ts';

const problem = randomPoints(5, 7, 2, 3);
const [n, m] = [5, 7];
const epsilon = 0.3;
const random = mulberry32(8);
const start = {
  source: Float64Array.from({ length: n }, () => 0.2 * random()),
  target: Float64Array.from({ length: m }, () => 0.2 * random()),
};

/** Potentials of both sides in one vector. */
const z = Float64Array.of(...start.source, ...start.target);

function massOf(potentials: Float64Array, i: number, j: number): number {
  return Math.exp((potentials[i] + potentials[n + j] - problem.cost.values[i * m + j]) / epsilon);
}

/** a'x + b'y - epsilon sum P, from the definition. */
function dual(potentials: Float64Array): number {
  let value = 0;
  for (let i = 0; i < n; i++) value += problem.a[i] * potentials[i];
  for (let j = 0; j < m; j++) value += problem.b[j] * potentials[n + j];
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) value -= epsilon * massOf(potentials, i, j);
  return value;
}

/** (a - P1, b - P'1), from the definition. */
function gradientAt(potentials: Float64Array): Float64Array {
  const gradient = Float64Array.of(...problem.a, ...problem.b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      gradient[i] -= massOf(potentials, i, j);
      gradient[n + j] -= massOf(potentials, i, j);
    }
  }
  return gradient;
}

/** Five-point differences of a function of the step along a direction. */
function slope(value: (step: number) => number, h = 1e-3): number {
  return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
}

const along = (direction: Float64Array, step: number) => z.map((value, k) => value + step * direction[k]);

/** The state at the potentials, as the solver has it: with costs reduced by their minima. */
function evaluated() {
  const state = new EntropicState(problem, 1, { initial: start });
  state.evaluate(epsilon);
  return state;
}

function systemOf(change: Partial<NewtonSystem> = {}): NewtonSystem {
  const state = evaluated();
  const system = {
    plan: sparsify(state.plan, n, m, { droppedMass: 0 }),
    diagonal: Float64Array.of(...state.rowSums, ...state.columnSums),
    gradient: Float64Array.of(
      ...problem.a.map((weight, i) => weight - state.rowSums[i]),
      ...state.b.map((weight, j) => weight - state.columnSums[j]),
    ),
    damping: 0,
    gaugeWeight: 0,
    ...change,
  };
  state.release();
  return system;
}

/** H d, every entry of it. */
function product({ plan, diagonal, damping, gaugeWeight }: NewtonSystem, d: Float64Array): Float64Array {
  const out = d.map((value, k) => diagonal[k] * (1 + damping) * value);
  for (let i = 0; i < n; i++) {
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      out[i] += plan.values[k] * d[n + plan.columnIndices[k]];
      out[n + plan.columnIndices[k]] += plan.values[k] * d[i];
    }
  }
  const gauge = d.reduce((sum, value, k) => sum + (k < n ? value : -value), 0);
  return out.map((value, k) => value + gaugeWeight * (k < n ? gauge : -gauge));
}

function largest(values: Float64Array): number {
  return Math.max(...values.map(Math.abs));
}

describe('the system', () => {
  it('has the gradient of the dual, by finite differences', () => {
    const { gradient } = systemOf();
    for (let k = 0; k < n + m; k++) {
      const unit = new Float64Array(n + m);
      unit[k] = 1;
      expect(Math.abs(gradient[k] - slope((step) => dual(along(unit, step))))).toBeLessThan(1e-9);
    }
  });

  it('has the Hessian of the dual: products are finite differences of the gradient', () => {
    const system = systemOf();
    for (let draw = 0; draw < 5; draw++) {
      const direction = Float64Array.from({ length: n + m }, () => random() - 0.5);
      const expected = product(system, direction);
      for (let k = 0; k < n + m; k++) {
        const numeric = -epsilon * slope((step) => gradientAt(along(direction, step))[k]);
        expect(Math.abs(expected[k] - numeric)).toBeLessThan(1e-9);
      }
    }
  });
});

describe.each([
  ['conjugate gradients', (system: NewtonSystem) => conjugateGradientDirection(system, 1e-14, 1000)],
  ['elimination', (system: NewtonSystem) => eliminationDirection(system)],
])('%s', (_, solve) => {
  it.each([
    ['as it is', {}],
    ['damped', { damping: 0.01 }],
    ['with a gauge', { gaugeWeight: 0.3 }],
  ])('solve the system %s', (__, change) => {
    const system = systemOf(change);
    // Without a gauge there is a solution only for gradients without a component along (1, -1).
    const gradient = system.gradient.map((value, k) => value + (system.gaugeWeight > 0 ? 0.1 * (k < n ? 1 : -1) : 0));
    const solved = solve({ ...system, gradient });
    expect(solved?.accurate).toBe(true);
    const missing = product(system, solved?.direction as Float64Array).map((value, k) => value - gradient[k]);
    expect(largest(missing)).toBeLessThan(1e-11);
  });

  it('solve the system of a plan without its small entries', () => {
    const state = evaluated();
    const system = systemOf({ plan: sparsify(state.plan, n, m, { droppedMass: 1.5 }) });
    state.release();
    expect(system.plan.values.length).toBeLessThan(n * m);
    const solved = solve(system);
    const missing = product(system, solved?.direction as Float64Array).map((value, k) => value - system.gradient[k]);
    expect(largest(missing)).toBeLessThan(1e-11);
  });

  it('point along the change of the potentials that a small step of the weights asks for', () => {
    const system = systemOf();
    const direction = (solve(system)?.direction ?? new Float64Array(n + m)).map((value) => epsilon * value);
    // Newton's step takes the gradient away to first order.
    const before = largest(system.gradient);
    expect(largest(gradientAt(along(direction, 0.001)))).toBeLessThan(before * (1 - 0.0009));
  });
});

it("Newton's method without dropping any entry meets the gauge that it is asked for", () => {
  const options = { epsilon: 0.05, continuation: false, sparsify: 'all', tolerance: 1e-13 } as const;
  const reduced = { ...problem, cost: reducedCost() };
  const result = sinkhornNewtonSparse(reduced.a, reduced.b, reduced.cost, { ...options, gauge: 'augment' });
  const plain = sinkhornNewtonSparse(reduced.a, reduced.b, reduced.cost, options);
  expect(result.status).toBe('converged');
  expect(largest(result.plan.values.map((mass, k) => mass - plain.plan.values[k]))).toBeLessThan(1e-12);
  const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);
  // The maximiser of the augmented dual has equal sums of both potentials.
  expect(Math.abs(sum(result.sourcePotential) - sum(result.targetPotential))).toBeLessThan(1e-10);
});

/** Costs whose rows and columns have the minimum zero, so that no potential is shifted by them. */
function reducedCost() {
  const { rows, cols, values } = problem.cost;
  const row = Float64Array.from({ length: rows }, (_, i) => Math.min(...values.subarray(i * cols, (i + 1) * cols)));
  const lowered = values.map((value, k) => value - row[Math.floor(k / cols)]);
  const column = Float64Array.from({ length: cols }, (_, j) => Math.min(...lowered.filter((__, k) => k % cols === j)));
  return { rows, cols, values: lowered.map((value, k) => value - column[k % cols]) };
}
