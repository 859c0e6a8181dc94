// Front doors with what a newcomer has: functions, plain arrays, typed arrays of any kind, rows.
import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { dopri5 } from './acceleration/dopri5.ts';
import { rk4 } from './acceleration/ode-integrators.ts';
import { linearConstraints, nonlinearConstraints } from './constrained/constraint-sets.ts';
import { linearProgram, quadraticProgram } from './constrained/convex-program.ts';
import { testProgram, testPrograms } from './constrained/cutest.ts';
import { exactAugmentedLagrangian } from './constrained/exact-augmented-lagrangian.ts';
import { interiorPoint } from './constrained/interior-point.ts';
import { sqp } from './constrained/sqp.ts';
import { nelderMead } from './derivative-free/nelder-mead.ts';
import { solveNonlinear } from './equations/solve-nonlinear.ts';
import { inverseFisher } from './fisher/inverse-fisher.ts';
import { woodFisher } from './fisher/wood-fisher.ts';
import { lassoWorkingSet } from './lasso/lasso-working-set.ts';
import { curveFit } from './least-squares/curve-fit.ts';
import { leastSquares } from './least-squares/least-squares.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import type { BlockLoss } from './losses/block-loss.ts';
import { blockLeastSquares, blockLogistic } from './losses/block-margin-loss.ts';
import { blockQuadratic } from './losses/block-quadratic-loss.ts';
import { blockSoftmax } from './losses/block-softmax-loss.ts';
import { svmDual } from './losses/svm-dual.ts';
import { minimize } from './minimize.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import { logisticLoss } from './objectives/logistic-loss.ts';
import { quadraticForm } from './objectives/quadratic-form.ts';
import { adam } from './training/adam.ts';
import { perceptronLoss } from './training/multilayer-perceptron.ts';
import { minimizeStochastic } from './training/training.ts';

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

  it('losses of blocks, networks and Fisher matrices take rows and plain numbers', () => {
    const rows = [
      [1, 0, 1],
      [0, 1, 1],
      [1, 1, 0],
    ];
    const matrix = matrixFromRows(rows);
    const same = (plain: BlockLoss, typed: BlockLoss) => {
      const x = Float64Array.from({ length: typed.dimension }, (_, i) => i / 3 - 0.4);
      expect(plain.value(x)).toBe(typed.value(x));
    };
    same(blockLeastSquares(rows, [3, 0.5, 2.5]), blockLeastSquares(matrix, Float64Array.of(3, 0.5, 2.5)));
    same(blockLogistic(rows, [1, -1, 1]), blockLogistic(matrix, Float64Array.of(1, -1, 1)));
    same(blockSoftmax(rows, [0, 1, 2]), blockSoftmax(matrix, Int32Array.of(0, 1, 2)));
    same(svmDual(rows, [1, -1, 1]), svmDual(matrix, Float64Array.of(1, -1, 1)));
    const definite = rows.map((row, i) => row.map((entry, j) => entry + (i === j ? 3 : 0)));
    same(blockQuadratic(definite, [1, 2, 3]), blockQuadratic(matrixFromRows(definite), Float64Array.of(1, 2, 3)));
    near(lassoWorkingSet({ design: rows, targets: [3, 0.5, 2.5], l1: 1 / 3 }).x, [13 / 6, 0, 1 / 6], 4);

    const [plain, typed] = [perceptronLoss(rows, [0, 1, 0]), perceptronLoss(matrix, Uint8Array.of(0, 1, 0))];
    const start = Array.from({ length: typed.dimension }, (_, i) => ((i * 7) % 11) / 5 - 1);
    expect(plain.value(Float64Array.from(start))).toBe(typed.value(Float64Array.from(start)));
    expect(() => perceptronLoss(rows, [0, 0.5, 0])).toThrow(expect.objectContaining({ argument: 'labels', index: 1 }));
    const trained = minimizeStochastic(plain, start, adam(typed.dimension), { epochs: 2 });
    expect(trained.x).toHaveLength(start.length);

    const [v, out, expected] = [Float64Array.of(3, -1, 2), new Float64Array(3), new Float64Array(3)];
    for (const make of [inverseFisher, woodFisher]) {
      make(rows, { damping: 0.5 }).multiply(v, out);
      make(matrix, { damping: 0.5 }).multiply(v, expected);
      expect(out).toEqual(expected);
    }
  });

  it('programs and differential equations take plain starts', () => {
    const disc = {
      ...{ variables: 2, constraints: 1, low: Float64Array.of(-Infinity), high: Float64Array.of(1) },
      ...{ lower: Float64Array.of(-Infinity, -Infinity), upper: Float64Array.of(Infinity, Infinity) },
      value: ([x, y]: Float64Array) => (x - 2) ** 2 + (y - 1) ** 2,
      gradient: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * (x - 2), 2 * (y - 1)]),
      values: ([x, y]: Float64Array, out: Float64Array) => out.set([x * x + y * y]),
      jacobian: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * x, 2 * y]),
    };
    const nearest = [2 / Math.sqrt(5), 1 / Math.sqrt(5)];
    near(sqp(disc, [0, 0]).x, nearest);
    near(interiorPoint(disc, Float32Array.of(0, 0)).x, nearest);
    near(
      exactAugmentedLagrangian(testProgram('HS40'), [...testPrograms.HS40.start]).x,
      [-1 / 3, -1 / 2, -11 / 12, -1 / 4].map((power) => 2 ** power),
    );
    const decay = (_: number, [z]: Float64Array, out: Float64Array) => out.set([-z]);
    expect(rk4(decay, [1], { to: 1, steps: 10 }).states.values[10]).toBeCloseTo(Math.exp(-1), 6);
    expect(dopri5(decay, [1], { to: 1, times: Float64Array.of(1) }).states.values[0]).toBeCloseTo(Math.exp(-1), 7);
  });
});
