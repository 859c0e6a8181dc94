// Derivatives of solutions against closed forms, and against differences of solutions that are solved anew.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../index.ts';
import { add, constant, implicitDerivatives, inner, matmul, mul, softplus, sub, sum, tanh } from '../index.ts';

const random = new Random(5);
const [N, P] = [6, 4];
const normals = (length: number) => random.normals(new Float64Array(length));
const mixing = constant(normals(N * P), [N, P]);
const design = constant(normals(9 * N), [9, N]);

/** Logistic losses with a pull towards M theta: a minimiser without a closed form. */
const argmin = (x: Tensor, theta: Tensor) => {
  const away = sub(x, matmul(mixing, theta));
  return add(sum(softplus(matmul(design, x))), mul(0.5, inner(away, away)));
};

/** The minimiser, by gradient steps to rounding. */
function minimizer(theta: Float64Array): Float64Array {
  const [A, M] = [design.constant as Float64Array, mixing.constant as Float64Array];
  const x = new Float64Array(N);
  for (let step = 0; step < 4000; step++) {
    const slope = Float64Array.from(x, (value, i) => {
      let pull = value;
      for (let j = 0; j < P; j++) pull -= M[i * P + j] * theta[j];
      return pull;
    });
    for (let r = 0; r < 9; r++) {
      let margin = 0;
      for (let j = 0; j < N; j++) margin += A[r * N + j] * x[j];
      for (let j = 0; j < N; j++) slope[j] += A[r * N + j] / (1 + Math.exp(-margin));
    }
    for (let i = 0; i < N; i++) x[i] -= 0.08 * slope[i];
  }
  return x;
}

const theta = normals(P);
const x = minimizer(theta);
const w = normals(N);
/** w' dx/dtheta by differences of minimisers. */
const expected = Float64Array.from(theta, (_, j) => {
  const [up, down] = [1e-5, -1e-5].map((h) => minimizer(theta.with(j, theta[j] + h)));
  return w.reduce((total, weight, i) => total + (weight * (up[i] - down[i])) / 2e-5, 0);
});

describe.each([
  ['conjugate gradients', {}],
  ['a Neumann series', { method: 'neumann', neumannStepSize: 0.08, maxIterations: 5000 }],
  ['a factorisation', { method: 'dense' }],
] as const)('the derivative of a minimiser by %s', (_, options) => {
  const derivatives = implicitDerivatives({ dimension: N, parameters: P, argmin }, options);

  it('is that of solutions solved anew, from both sides', () => {
    const row = new Float64Array(P);
    const report = derivatives.vectorJacobian(x, theta, w, row);
    expect(report.status).toBe('converged');
    expect(report.residual).toBeLessThanOrEqual(1e-10);
    expect(report.defect).toBeLessThan(1e-12);
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(expected[j], 7);
    });
    const column = new Float64Array(N);
    for (let j = 0; j < P; j++) {
      const unit = new Float64Array(P).with(j, 1);
      expect(derivatives.jacobianVector(x, theta, unit, column).status).toBe('converged');
      expect(column.reduce((total, value, i) => total + value * w[i], 0)).toBeCloseTo(row[j], 8);
    }
  });

  it('takes weights of any size', () => {
    const [row, scaled] = [new Float64Array(P), new Float64Array(P)];
    derivatives.vectorJacobian(x, theta, w, row);
    for (const size of [1e-150, 1e150]) {
      const report = derivatives.vectorJacobian(
        x,
        theta,
        w.map((weight) => weight * size),
        scaled,
      );
      expect(report.status).toBe('converged');
      scaled.forEach((value, j) => {
        expect(value / size).toBeCloseTo(row[j], 9);
      });
    }
    expect(derivatives.vectorJacobian(x, theta, new Float64Array(N), scaled)).toMatchObject({
      status: 'converged',
      iterations: 0,
    });
    expect(scaled.every((value) => value === 0)).toBe(true);
  });

  it('cannot be used once it is released', () => {
    const released = implicitDerivatives({ dimension: N, parameters: P, argmin }, options);
    released.release();
    expect(() => released.vectorJacobian(x, theta, w, new Float64Array(P))).toThrow('released');
  });
});

describe('fixed points and roots', () => {
  // x = tanh(W x / 3 + theta)
  const matrix = constant(normals(9), [3, 3]);
  const image = (at: Tensor, shift: Tensor) => tanh(add(mul(1 / 3, matmul(matrix, at)), shift));
  const shift = Float64Array.of(0.3, -0.2, 0.5);
  const solve = (parameters: Float64Array): Float64Array => {
    const W = matrix.constant as Float64Array;
    let at = new Float64Array(3);
    for (let k = 0; k < 500; k++) {
      at = at.map((_, i) => Math.tanh(at.reduce((total, value, j) => total + (W[3 * i + j] * value) / 3, 0) + parameters[i]));
    }
    return at;
  };
  const at = solve(shift);
  const weights = Float64Array.of(1, -2, 0.5);

  it.each([
    ['a series', { fixedPoint: image }, {}],
    ['a factorisation', { fixedPoint: image }, { method: 'dense' }],
    ['a factorisation of a root', { root: (u: Tensor, t: Tensor) => sub(u, image(u, t)) }, {}],
  ] as const)('move as solutions solved anew do, by %s', (_, equation, options) => {
    const derivatives = implicitDerivatives({ dimension: 3, parameters: 3, ...equation }, options);
    const row = new Float64Array(3);
    expect(derivatives.vectorJacobian(at, shift, weights, row).status).toBe('converged');
    row.forEach((value, j) => {
      const [up, down] = [1e-5, -1e-5].map((h) => solve(shift.with(j, shift[j] + h)));
      const slope = weights.reduce((total, weight, i) => total + (weight * (up[i] - down[i])) / 2e-5, 0);
      expect(value).toBeCloseTo(slope, 8);
    });
    const column = new Float64Array(3);
    expect(derivatives.jacobianVector(at, shift, weights, column).status).toBe('converged');
  });
});

describe('what has no answer', () => {
  const one = Float64Array.of(1);
  const out = new Float64Array(1);
  const quadratic = (curvature: number) => (u: Tensor, t: Tensor) => sub(mul(curvature / 2, inner(u, u)), inner(u, t));
  const of = (curvature: number, options: object) =>
    implicitDerivatives({ dimension: 1, parameters: 1, argmin: quadratic(curvature) }, options);

  it('says so', () => {
    const status = (curvature: number, options: object) => of(curvature, options).vectorJacobian(one, one, one, out);
    expect(status(-1, {})).toMatchObject({ status: 'stalled' });
    expect(status(0, {})).toMatchObject({ status: 'stalled' });
    expect(status(0, { method: 'dense' })).toMatchObject({ status: 'stalled', reason: 'the matrix is singular' });
    expect(status(3, { method: 'neumann', neumannStepSize: 1 })).toMatchObject({ status: 'stalled' });
    expect(status(1, { method: 'neumann', neumannStepSize: 0.1, maxIterations: 5 })).toMatchObject({
      status: 'iteration-limit',
      iterations: 5,
    });
    expect(status(Number.NaN, {})).toMatchObject({ status: 'stalled', reason: 'products with the Hessian are not finite' });
    expect(status(Number.NaN, { method: 'neumann', neumannStepSize: 0.1 })).toMatchObject({
      status: 'stalled',
      reason: 'the residual is not finite',
    });
    const tiny = of(1e-200, {}).vectorJacobian(one, one, Float64Array.of(1e200), out);
    expect(tiny).toMatchObject({ status: 'stalled', reason: 'the solution overflows' });
    expect(status(Number.NaN, { method: 'dense' })).toMatchObject({ status: 'stalled' });
    expect(status(1, { maxIterations: 0 })).toMatchObject({ status: 'iteration-limit' });
    // The truncated series is what it should be: 0.1 (1 + 0.9 + … + 0.9^4).
    of(1, { method: 'neumann', neumannStepSize: 0.1, maxIterations: 5 }).vectorJacobian(one, one, one, out);
    expect(out[0]).toBeCloseTo(1 - 0.9 ** 5, 14);
  });

  it('refuses what it cannot do, by name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const make = (equation: object, options: object = {}) =>
      implicitDerivatives({ dimension: 1, parameters: 1, ...equation }, options);
    const image = (u: Tensor, t: Tensor) => mul(u, t);
    expect(() => make({})).toThrow(argument('definition'));
    expect(() => make({ root: image, fixedPoint: image })).toThrow(argument('definition'));
    expect(() => make({ root: image }, { method: 'conjugate-gradient' })).toThrow(argument('method'));
    expect(() => make({ root: image }, { method: 'neumann' })).toThrow(argument('step'));
    expect(() => make({ root: image }, { tolerance: -1 })).toThrow(argument('tolerance'));
    expect(() => make({ root: (u: Tensor) => sum(u) })).toThrow(argument('root'));
    expect(() => make({ argmin: quadratic(1) }).vectorJacobian(Float64Array.of(Number.NaN), one, one, out)).toThrow(
      argument('x'),
    );
    expect(() => make({ argmin: quadratic(1) }).jacobianVector(one, one, new Float64Array(2), out)).toThrow(argument('v'));
  });
});
