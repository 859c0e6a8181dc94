// `minimize` on the sums of squares of the NIST problems, by values and differences, and their gradients made another way,
// exactly, from expressions.
import type { Operation, Tensor, TensorLike } from '@infimum/autodiff';
import {
  add,
  apply,
  constant,
  cos,
  differentiable,
  div,
  exp,
  log,
  mul,
  neg,
  pow,
  sin,
  slice,
  square,
  sub,
  sum,
} from '@infimum/autodiff';
import type { Objective } from '@infimum/core';
import { expect } from 'vitest';
import { differenceJacobian } from '../differences/finite-differences.ts';
import { minimize } from '../minimize.ts';
import type { NistProblem } from './nist-models.ts';

/** arctan, with 1 / (1 + x²) as its derivative. */
const arctangent: Operation = {
  name: 'arctan',
  prepare: (_node, { inputs: [x], out }) => {
    return () => {
      for (let k = 0; k < out.length; k++) out[k] = Math.atan(x[k]);
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [div(gradient, add(1, square(x)))],
};
const arctan = (x: Tensor): Tensor => apply(arctangent, [x], x.shape);

const total = (...terms: readonly TensorLike[]) => terms.reduce((a, b) => add(a, b)) as Tensor;
type Model = (b: readonly Tensor[], x: Tensor, second: Tensor) => Tensor;

const saturation: Model = (b, x) => mul(b[0], sub(1, exp(neg(mul(b[1], x)))));
const chwirut: Model = (b, x) => div(exp(neg(mul(b[0], x))), add(b[1], mul(b[2], x)));
const power = (base: Tensor, exponent: Tensor) => exp(mul(exponent, log(base)));
const decay = (a: Tensor, k: Tensor, x: Tensor) => mul(a, exp(neg(mul(k, x))));
const bell = (a: Tensor, c: Tensor, w: Tensor, x: Tensor) => mul(a, exp(neg(square(div(sub(x, c), w)))));
const gauss: Model = (b, x) => total(decay(b[0], b[1], x), bell(b[2], b[3], b[4], x), bell(b[5], b[6], b[7], x));
const lanczos: Model = (b, x) => total(decay(b[0], b[1], x), decay(b[2], b[3], x), decay(b[4], b[5], x));
/** b_0 + b_1 x + … */
const polynomial = (b: readonly TensorLike[], x: Tensor) => b.reduceRight((sum, c) => add(c, mul(x, sum))) as Tensor;
const rational: Model = (b, x) => div(polynomial(b.slice(0, 4), x), polynomial([1, ...b.slice(4)], x));
const wave = (a: Tensor, b: Tensor, period: TensorLike, x: Tensor) => {
  const angle = div(mul(2 * Math.PI, x), period);
  return add(mul(a, cos(angle)), mul(b, sin(angle)));
};

const MODELS: Readonly<Record<string, Model>> = {
  Bennett5: (b, x) => mul(b[0], power(add(b[1], x), div(-1, b[2]))),
  BoxBOD: saturation,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: (b, x) => mul(b[0], power(x, b[1])),
  ENSO: (b, x) => total(b[0], wave(b[1], b[2], 12, x), wave(b[4], b[5], b[3], x), wave(b[7], b[8], b[6], x)),
  Eckerle4: (b, x) => mul(div(b[0], b[1]), exp(mul(-0.5, square(div(sub(x, b[2]), b[1]))))),
  Gauss1: gauss,
  Gauss2: gauss,
  Gauss3: gauss,
  Hahn1: rational,
  Kirby2: (b, x) => div(polynomial(b.slice(0, 3), x), polynomial([1, b[3], b[4]], x)),
  Lanczos1: lanczos,
  Lanczos2: lanczos,
  Lanczos3: lanczos,
  MGH09: (b, x) => div(mul(b[0], mul(x, add(x, b[1]))), add(mul(x, add(x, b[2])), b[3])),
  MGH10: (b, x) => mul(b[0], exp(div(b[1], add(x, b[2])))),
  MGH17: (b, x) => total(b[0], decay(b[1], b[3], x), decay(b[2], b[4], x)),
  Misra1a: saturation,
  Misra1b: (b, x) => mul(b[0], sub(1, pow(add(1, mul(b[1], mul(0.5, x))), -2))),
  Misra1c: (b, x) => mul(b[0], sub(1, pow(add(1, mul(b[1], mul(2, x))), -0.5))),
  Misra1d: (b, x) => div(mul(b[0], mul(b[1], x)), add(1, mul(b[1], x))),
  Nelson: (b, x, second) => sub(b[0], mul(mul(b[1], x), exp(neg(mul(b[2], second))))),
  Rat42: (b, x) => div(b[0], add(1, exp(sub(b[1], mul(b[2], x))))),
  Rat43: (b, x) => div(b[0], power(add(1, exp(sub(b[1], mul(b[2], x)))), div(1, b[3]))),
  Roszman1: (b, x) => sub(sub(b[0], mul(b[1], x)), div(arctan(div(b[2], sub(x, b[3]))), Math.PI)),
  Thurber: rational,
};

/** The sum of squares as an expression. */
function exactly({ name, y, x, second, starts }: NistProblem): Objective {
  const n = starts[0].length;
  const [first, other, targets] = [constant(x), constant(second), constant(y)];
  return differentiable(n, (b) => {
    const parameters = Array.from({ length: n }, (_, j) => slice(b, j, 1));
    return sum(square(sub(MODELS[name](parameters, first, other), targets)));
  });
}

/** The sum of squares by the plain model, its gradient by differences. */
function byDifferences({ y, model, starts }: NistProblem): Objective {
  const [n, m] = [starts[0].length, y.length];
  const [f, jacobian] = [new Float64Array(m), new Float64Array(m * n)];
  const residuals = (b: Float64Array, out: Float64Array) => {
    for (let i = 0; i < m; i++) out[i] = model(b, i) - y[i];
  };
  return {
    dimension: n,
    value: (b) => {
      residuals(b, f);
      return f.reduce((total, entry) => total + entry * entry, 0);
    },
    gradient: (b, out) => {
      residuals(b, f);
      differenceJacobian(residuals, b, m, jacobian);
      out.fill(0);
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j] += 2 * jacobian[i * n + j] * f[i];
    },
  };
}

/** A run from one of the starts of a problem. */
export interface NistRun {
  readonly name: string;
  readonly problem: NistProblem;
  readonly initial: Float64Array;
  readonly found: ReturnType<typeof minimize>;
  /** Whether the certified parameters were found to six digits. */
  readonly isRight: boolean;
}

/** Minimises from a start of a problem, 0 or 1. */
export function nistRun(problem: NistProblem, start: number): NistRun {
  const initial = Float64Array.from(problem.starts[start]);
  // Runs that need more do not converge with the default of 10 000 either.
  const found = minimize(byDifferences(problem), initial, { maxIterations: 2000 });
  const isRight = problem.certified.every((value, i) => Math.abs(found.x[i] - value) <= 1e-6 * Math.abs(value));
  return { name: `${problem.name}, ${start + 1}`, problem, initial, found, isRight };
}

/** What is called converged is stationary by exact gradients. */
export function expectStationary({ name, problem, initial, found }: NistRun): void {
  if (found.status !== 'converged') return;
  const objective = exactly(problem);
  const [gradient, first] = [new Float64Array(initial.length), new Float64Array(initial.length)];
  const value = objective.value(found.x);
  objective.gradient(found.x, gradient);
  objective.gradient(initial, first);
  // The expression is the model.
  expect(Math.abs(value - found.value)).toBeLessThanOrEqual(1e-10 * value + 1e-24);
  // What the method saw has the errors of differences, up to 1e-7 of the products that a gradient sums up (Eckerle4).
  const error = 1e-7 * slopes(problem, found.x) * Math.sqrt(value);
  const [size, start] = [Math.hypot(...gradient), Math.hypot(...first)];
  expect([name, size <= 1e-8 * Math.min(1, start) + error]).toEqual([name, true]);
  // And along each variable's own length the value stays, but where residuals are small as a whole.
  const along = Math.max(...gradient.map((slope, j) => Math.abs(slope * found.x[j])));
  expect([name, along <= Math.max(1e-3 * value, 1e-7)]).toEqual([name, true]);
}

/** What is not called converged was not found, or could not be decreased, and says so. */
export function expectReasons(runs: readonly NistRun[]): void {
  for (const { found, isRight } of runs) {
    if (found.status !== 'converged' && !isRight) expect(found.reason).toMatch(/decreases|maxIterations/);
  }
}

/** How many are called converged elsewhere than at the certified parameters. */
export function convergedElsewhere(runs: readonly NistRun[]): number {
  return runs.filter(({ found, isRight }) => found.status === 'converged' && !isRight).length;
}

/** 2 |J|, J the Jacobian matrix of the residuals. */
function slopes({ y, model, starts }: NistProblem, b: Float64Array): number {
  const jacobian = new Float64Array(y.length * starts[0].length);
  const residuals = (point: Float64Array, out: Float64Array) => {
    for (let i = 0; i < y.length; i++) out[i] = model(point, i) - y[i];
  };
  differenceJacobian(residuals, b, y.length, jacobian);
  return 2 * Math.hypot(...jacobian);
}
