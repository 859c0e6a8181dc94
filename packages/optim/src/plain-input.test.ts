// Front doors with what a newcomer has: functions, plain arrays, typed arrays of any kind, rows.
import { describe, expect, it } from 'vitest';
import { linearConstraints, nonlinearConstraints } from './constrained/constraint-sets.ts';
import { linearProgram, quadraticProgram } from './constrained/convex-program.ts';
import { nelderMead } from './derivative-free/nelder-mead.ts';
import { solveNonlinear } from './equations/solve-nonlinear.ts';
import { curveFit } from './least-squares/curve-fit.ts';
import { leastSquares } from './least-squares/least-squares.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import { minimize } from './minimize.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import { logisticLoss } from './objectives/logistic-loss.ts';
import { quadraticForm } from './objectives/quadratic-form.ts';

const near = (x: Float64Array, expected: readonly number[], digits = 5) => {
  expect(x).toBeInstanceOf(Float64Array);
  expect(x).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(x[i]).toBeCloseTo(value, digits);
};
const bowl = ([x, y]: Float64Array) => (x - 1) ** 2 + 2 * (y - 3) ** 2;
const slope = ([x, y]: Float64Array) => [2 * (x - 1), 4 * (y - 3)];

describe('plain input', () => {
  it.each([[[0, 0]], [Float32Array.of(0, 0)], [Int16Array.of(0, 0)], [Float64Array.of(0, 0)]])(
    'minimize takes a function and %o',
    (start) => {
      near(minimize(bowl, start).x, [1, 3]);
      near(minimize({ value: bowl, gradient: slope }, start).x, [1, 3]);
      near(minimize(bowl, start, { lower: [2, -9], upper: 9 }).x, [2, 3]);
      near(nelderMead(bowl, start).x, [1, 3]);
      near(lbfgs({ value: bowl, gradient: slope }, start).x, [1, 3]);
      near(lbfgs(bowl, start).x, [1, 3]);
    },
  );

  it('methods take derivatives that are returned', () => {
    const hessian = () => [2, 0, 0, 4];
    near(trustRegionNewton({ value: bowl, gradient: slope, hessian }, [0, 0]).x, [1, 3]);
  });

  it('bounds and constraints in one call', () => {
    const line = linearConstraints([[1, 1]], { upper: 2 });
    const disc = nonlinearConstraints({ count: 1, value: ([x, y]) => [x * x + y * y] }, { upper: [4] });
    const found = minimize(bowl, [0, 0], { constraints: [line, disc], lower: 0, upper: [1, 1.5] });
    expect(found.status).toBe('converged');
    near(found.x, [0.5, 1.5], 4);
  });

  it('least squares, curves and equations take functions that return', () => {
    near(leastSquares(([a, b]) => [10 * (b - a * a), 1 - a], [-1.2, 1]).x, [1, 1]);
    const jacobian = ([a]: Float64Array) => [
      [-20 * a, 10],
      [-1, 0],
    ];
    const residuals = ([a, b]: Float64Array) => [10 * (b - a * a), 1 - a];
    near(leastSquares({ residuals, jacobian }, [-1.2, 1]).x, [1, 1]);
    near(solveNonlinear(residuals, [-1.2, 1]).x, [1, 1]);
    near(solveNonlinear({ values: residuals, jacobian }, Float32Array.of(-1, 1)).x, [1, 1]);
    near(curveFit((t, [a, b]) => a + b * t, [0, 1, 2], [1, 3, 5], [0, 0]).x, [1, 2]);
    const plane = ([s, t]: Float64Array, [a, b]: Float64Array) => a * s + b * t;
    near(
      curveFit(
        plane,
        [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [1, 2, 3],
        [0, 0],
      ).x,
      [1, 2],
    );
  });

  it('losses and programs take rows', () => {
    near(
      lbfgs(
        quadraticForm(
          [
            [2, 1],
            [1, 3],
          ],
          [4, 7],
        ),
        [0, 0],
      ).x,
      [1, 2],
    );
    near(lbfgs(quadraticForm([1, 4], [1, 8]), [0, 0]).x, [1, 2]);
    near(lbfgs(logisticLoss([[1], [2], [-1]], [1, 1, -1], { ridge: 0.1 }), [0]).x, [1.5125], 3);
    near(
      linearProgram({
        linear: [-3, -5],
        rows: [
          [1, 2],
          [3, 1],
        ],
        high: [10, 15],
        lower: 0,
      }).x,
      [4, 3],
    );
    near(
      quadraticProgram({
        linear: [-2, -2],
        hessian: [
          [2, 0],
          [0, 2],
        ],
        upper: [0.5, 9],
      }).x,
      [0.5, 1],
    );
  });
});
