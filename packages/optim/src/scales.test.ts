// Every front door on a problem in other units: of the value, of the constraints, of x. The answer is the same, and so is the
// status.
import { describe, expect, it } from 'vitest';
import { lbfgsb } from './bounded/lbfgsb.ts';
import { linearConstraints, linearProgram, nonlinearConstraints, quadraticProgram } from './constrained.ts';
import {
  curveFit,
  findRoot,
  lbfgs,
  leastSquares,
  minimize,
  minimizeScalar,
  nelderMead,
  newtonCg,
  projectedTrustRegion,
  solveNonlinear,
  trustRegionNewton,
} from './index.ts';
import { barzilaiBorwein, nonlinearConjugateGradient } from './smooth.ts';

const SCALES = [1e-8, 1e8, 1e-100, 1e100, 1e-150, 1e150];
const BEYOND = [...SCALES, 1e-165, 1e-250, 1e-300, 1e300];

type Values = (x: Float64Array) => number;
const rosenbrock: Values = ([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
const nearest: Values = ([x, y]) => (x - 2) ** 2 + (y - 1) ** 2;
const times =
  (s: number, f: Values): Values =>
  (x) =>
    s * f(x);
const disc = (s: number) => nonlinearConstraints({ count: 1, value: ([x, y]) => [s * (x * x + y * y)] }, { upper: s });
const line = (s: number) => linearConstraints([[s, s]], { lower: s, upper: s });
const steep = (s: number) => ({
  dimension: 2,
  value: times(s, ([x, y]) => (x - 1) ** 4 + (x - 1) ** 2 + (y + x) ** 2),
  gradient: ([x, y]: Float64Array, out: Float64Array) =>
    out.set([s * (4 * (x - 1) ** 3 + 2 * (x - 1) + 2 * (y + x)), s * 2 * (x + y)]),
  hessian: ([x]: Float64Array, out: Float64Array) => out.set([s * (12 * (x - 1) ** 2 + 4), 2 * s, 2 * s, 2 * s]),
});
const polytope = {
  linear: [-1, -2, 0.5],
  rows: [
    [1, 1, 1],
    [1, 3, -1],
  ],
  high: [4, 6],
  lower: 0,
};
const bowl = [
  [2, 1, 0],
  [1, 3, 0.5],
  [0, 0.5, 1],
];
const scaled = (s: number, list: readonly number[]) => list.map((value) => s * value);
const times2 = [0, 1, 2, 3, 4, 5];
const decay = times2.map((t) => 2 * Math.exp(-0.5 * t));

/** A front door by what is scaled; the answer back in common units. */
const cases: Readonly<Record<string, { scales: readonly number[]; solve: (s: number) => { status: string; x: number[] } }>> = {
  'minimize by values': of(BEYOND, (s) => minimize(times(s, rosenbrock), [-1.2, 1])),
  'minimize by values, x': of(
    SCALES,
    (s) => minimize(([x, y]) => rosenbrock(Float64Array.of(x / s, y / s)), [-1.2 * s, s]),
    (s) => s,
  ),
  'minimize within bounds': of(BEYOND, (s) => minimize(times(s, rosenbrock), [-1.2, 1], { upper: 0.5 })),
  'minimize on a line': of(BEYOND, (s) =>
    minimize(
      times(s, ([x, y]) => x * x + y * y),
      [3, 1],
      { constraints: line(1) },
    ),
  ),
  'minimize on a line, its rows': of(BEYOND, (s) => minimize(([x, y]) => x * x + y * y, [3, 1], { constraints: line(s) })),
  'minimize on a disc': of(BEYOND, (s) => minimize(times(s, nearest), [0, 0], { constraints: disc(1) })),
  'minimize on a disc, its constraint': of(BEYOND, (s) => minimize(nearest, [0, 0], { constraints: disc(s) })),
  'interior point on a disc': of(BEYOND, (s) =>
    minimize(times(s, nearest), [0, 0], { constraints: disc(1), method: 'interior-point' }),
  ),
  'interior point on a small disc': of([1e-8, 1e-100, 1e-150], (s) =>
    minimize(nearest, [0, 0], { constraints: disc(s), method: 'interior-point' }),
  ),
  nelderMead: of(BEYOND, (s) => nelderMead(times(s, rosenbrock), [-1.2, 1])),
  newtonCg: of(BEYOND, (s) => newtonCg(steep(s), [3, 3])),
  trustRegionNewton: of(BEYOND, (s) => trustRegionNewton(steep(s), [3, 3])),
  'minimize by gradients': of(BEYOND, (s) => {
    const { value, gradient } = steep(s);
    return minimize({ value, gradient }, [3, 3]);
  }),
  lbfgs: of(BEYOND, (s) => lbfgs(steep(s), [3, 3])),
  nonlinearConjugateGradient: of(BEYOND, (s) => nonlinearConjugateGradient(steep(s), [3, 3])),
  barzilaiBorwein: of(BEYOND, (s) => barzilaiBorwein(steep(s), [3, 3])),
  lbfgsb: of(BEYOND, (s) => lbfgsb(steep(s), [3, 3])),
  projectedTrustRegion: of(BEYOND, (s) => projectedTrustRegion(steep(s), [3, 3])),
  leastSquares: of(BEYOND, (s) => leastSquares(([x, y]) => [s * 10 * (y - x * x), s * (1 - x)], [-1.2, 1])),
  solveNonlinear: of(BEYOND, (s) => solveNonlinear(([x, y]) => [s * (x * x + y * y - 4), s * (x - y)], [1, 2])),
  linearProgram: of(BEYOND, (s) => linearProgram({ ...polytope, linear: scaled(s, polytope.linear) })),
  'linearProgram, its bounds': of(
    BEYOND,
    (s) => linearProgram({ ...polytope, high: scaled(s, polytope.high) }),
    (s) => s,
  ),
  quadraticProgram: of(BEYOND, (s) =>
    quadraticProgram({ ...polytope, hessian: bowl.map((row) => scaled(s, row)), linear: scaled(s, polytope.linear) }),
  ),
  minimizeScalar: of(BEYOND, (s) => scalar(minimizeScalar((x) => s * (x - 2) ** 2, 0, 5))),
  'minimizeScalar, x': of(
    BEYOND,
    (s) => scalar(minimizeScalar((x) => (x / s - 2) ** 2, 0, 5 * s)),
    (s) => s,
  ),
  findRoot: of(BEYOND, (s) => scalar(findRoot((x) => s * (x * x - 2), 0, 5))),
  'findRoot, x': of(
    BEYOND,
    (s) => scalar(findRoot((x) => (x / s) ** 2 - 2, 0, 5 * s)),
    (s) => s,
  ),
  curveFit: of(BEYOND, (s) => {
    const { status, x } = curveFit((t, [a, b]) => a * Math.exp(-b * t), times2, scaled(s, decay), [s, 1]);
    return { status, x: [x[0] / s, x[1]] };
  }),
};

function of(
  scales: readonly number[],
  run: (s: number) => { readonly status: string; readonly x: ArrayLike<number> },
  unit: (s: number) => number = () => 1,
) {
  const solve = (s: number) => {
    const { status, x } = run(s);
    return { status, x: Array.from(x, (value) => value / unit(s)) };
  };
  return { scales, solve };
}

const scalar = ({ status, x }: { readonly status: string; readonly x: number }) => ({ status, x: [x] });

describe('in other units', () => {
  it.each(Object.entries(cases))('%s finds the same', (_, { scales, solve }) => {
    const common = solve(1);
    expect(common.status).toBe('converged');
    for (const s of scales) {
      const { status, x } = solve(s);
      expect([s, status]).toEqual([s, 'converged']);
      x.forEach((value, i) => {
        expect(Math.abs(value - common.x[i])).toBeLessThan(2e-6 * Math.max(1, Math.abs(common.x[i])));
      });
    }
  });
});

describe('gradients that nearly vanish beside their value', () => {
  const flat = (s: number) => ({
    value: ([x]: Float64Array) => 1 + s * (x - 1) ** 2,
    gradient: ([x]: Float64Array, out: Float64Array) => out.set([2 * s * (x - 1)]),
    hessian: (_: Float64Array, out: Float64Array) => out.set([2 * s]),
  });
  it.each([1e-130, 1e-200, 1e-300, 1e-310])('converge at once for a factor of %s', (s) => {
    for (const solve of [lbfgs, nonlinearConjugateGradient, barzilaiBorwein, newtonCg, projectedTrustRegion]) {
      const { status, value } = solve(flat(s), [3]);
      expect([status, value]).toEqual(['converged', 1]);
    }
  });
});

describe('gradients that are steep at the start alone', () => {
  // exp(k x) - k x + (y - x - 1)² has its minimum 1 at (0, 1).
  it.each([300, 340, 360, 600, 690])('are followed down from exp(%s)', (k) => {
    const objective = {
      value: ([x, y]: Float64Array) => Math.exp(k * x) - k * x + (y - x - 1) ** 2,
      gradient: ([x, y]: Float64Array, out: Float64Array) =>
        out.set([k * (Math.exp(k * x) - 1) - 2 * (y - x - 1), 2 * (y - x - 1)]),
    };
    for (const solve of [lbfgs, nonlinearConjugateGradient]) {
      const { status, value } = solve(objective, [0.97, 0.3]);
      expect([status, value]).toEqual(['converged', expect.closeTo(1, 12)]);
    }
  });
});
