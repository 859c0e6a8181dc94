// The method of Barzilai and Borwein: steepest descent with step sizes from the last change of the gradient.
//
// J. Barzilai, J. M. Borwein: Two-point step size gradient methods (1988), with the nonmonotone line search of
// M. Raydan: The Barzilai and Borwein gradient method for the large scale unconstrained minimization problem (1997), after
// L. Grippo, F. Lampariello, S. Lucidi (1986). Alternating steps: Y.-H. Dai, R. Fletcher (2005).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { counted, gradientTest, smoothStart, tolerance } from '../smooth-minimization.ts';
import { firstLength } from './line-search-descent.ts';

const barzilaiBorweinOptions = {
  tolerance,
  stepRule: {
    type: 'choice',
    was: 'step',
    choices: ['long', 'short', 'alternating'],
    default: 'long',
    description: 'Step lengths: s·s / s·y, s·y / y·y, or both in alternation',
  },
  window: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10,
    description: 'Number of last values whose maximum a step may not exceed; 1 makes values monotone',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the method of Barzilai and Borwein. */
export type BarzilaiBorweinOptions = OptionsOf<typeof barzilaiBorweinOptions> & RunOptions<SmoothIterate>;

/**
 * Minimises a smooth f by steps x <- x - t g, where 1/t is the curvature that the last step s and the change y of the
 * gradient showed: t = s·s / s·y (long), s·y / y·y (short), or the two in turn. Values may rise temporarily, but not above the
 * greatest of the last `window` ones; longer steps are cut back. Where s·y <= 0, t = |s| / |y|.
 *
 * O(d) an iteration besides one gradient and one value, most of the time; 3 d numbers are stored. On strictly convex
 * quadratics it converges R-linearly (for d = 2 R-superlinearly, for d = 1 after two steps), in practice with about the root
 * of the condition number of iterations. `converged` when |g| <= tolerance min(1, |g_0|), or
 * |g| max(1, |x|) <= 1e-4 tolerance |f|; `stalled` when no step along the gradient is acceptable.
 *
 * Source: J. Barzilai, J. M. Borwein, Two-point step size gradient methods (1988); M. Raydan (1997).
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - step lengths and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { barzilaiBorwein } from '@infimum/optim/smooth';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status, iterations } = barzilaiBorwein(bowl, new Float64Array(2));
 * console.log(status, x.map(Math.round).join(' '), iterations < 20); // converged 1 2 true
 * ```
 */
export function barzilaiBorwein(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: BarzilaiBorweinOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(barzilaiBorweinOptions, options, barzilaiBorweinSteps(objective, initial, options));
}

/** The part of the predicted decrease that a step must keep, below the greatest value of the window. */
const SUFFICIENT = 1e-4;
/** Values of f closer than this, relatively, are not told apart: they are rounded. */
const ROUNDING = 4 * Number.EPSILON;
/** Trials along one gradient; each is at most half as long as the last. */
const MOST_TRIALS = 60;

/** The steps of `barzilaiBorwein`, to be driven by `run` or by your own loop. */
export function* barzilaiBorweinSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: BarzilaiBorweinOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const { tolerance, stepRule: rule, window } = resolveOptions(barzilaiBorweinOptions, options);
  const [oracle, start] = smoothStart(objective, initial);
  const f = counted(oracle);
  const size = start.length;
  let [x, next] = [Float64Array.from(start), new Float64Array(size)];
  let [gradient, nextGradient] = [new Float64Array(size), new Float64Array(size)];

  f.gradient(x, gradient);
  let value = f.value(x);
  let gradientNorm = norm(gradient);
  let length = firstLength(gradientNorm);
  const isDone = gradientTest({ tolerance }, gradientNorm);
  const values: number[] = [];
  for (let iteration = 0; ; iteration++) {
    const here = () => f.solution(x, gradientNorm, value);
    yield { iteration, gradientNorm, solution: here };
    const done = isDone(gradientNorm, value, x);
    if (done) return converged(here(), done);
    if (!Number.isFinite(value)) return stalled(here(), 'the value at the start is not finite');
    if (!Number.isFinite(gradientNorm)) return stalled(here(), 'the gradient is not finite here');

    values[iteration % window] = value;
    const bound = values.reduce((greatest, past) => Math.max(greatest, past));
    let nextValue = Number.NaN;
    let trials = 0;
    for (; trials < MOST_TRIALS; trials++) {
      if (!move(x, length, gradient, next)) trials = MOST_TRIALS;
      nextValue = f.value(next);
      const decrease = length * gradientNorm * gradientNorm;
      // A step whose decrease cannot be seen in f is taken as it is; one that was cut back has no such excuse.
      const slack = trials === 0 ? ROUNDING * Math.abs(bound) : 0;
      if (nextValue <= bound + slack - SUFFICIENT * decrease) break;
      length *= shrinkage(value, nextValue, decrease);
    }
    if (trials >= MOST_TRIALS) return stalled(here(), 'no step along the gradient is acceptable');

    f.gradient(next, nextGradient);
    const isLong = rule === 'long' || (rule === 'alternating' && iteration % 2 === 0);
    length = nextLength(length, gradient, gradientNorm, nextGradient, isLong);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
    gradientNorm = norm(gradient);
  }
}

/** Writes x - length gradient; whether that is another point. */
function move(x: Float64Array, length: number, gradient: Float64Array, out: Float64Array): boolean {
  let moved = false;
  for (let i = 0; i < x.length; i++) {
    out[i] = x[i] - length * gradient[i];
    moved ||= out[i] !== x[i];
  }
  return moved;
}

/** By how much to shorten a step that was too long: to the minimum of the parabola through what is known. */
function shrinkage(value: number, nextValue: number, decrease: number): number {
  const best = decrease / (2 * (nextValue - value + decrease));
  return Number.isFinite(nextValue) ? Math.min(Math.max(best, 0.1), 0.5) : 0.1;
}

/**
 * The length that the step s = -length g and the change y of the gradient suggest. With the cosine c of their angle,
 * s·s / s·y = |s| / (|y| c) and s·y / y·y = |s| c / |y|, which neither overflow nor underflow where squares would; without
 * positive curvature |s| / |y|, which lies between them otherwise.
 */
function nextLength(
  length: number,
  gradient: Float64Array,
  gradientNorm: number,
  nextGradient: Float64Array,
  isLong: boolean,
): number {
  let changeNorm = 0;
  for (let i = 0; i < gradient.length; i++) changeNorm = Math.hypot(changeNorm, nextGradient[i] - gradient[i]);
  // f is linear as far as it was seen.
  if (!(changeNorm > 0)) return 10 * length;
  let cosine = 0;
  for (let i = 0; i < gradient.length; i++) {
    cosine -= (gradient[i] / gradientNorm) * ((nextGradient[i] - gradient[i]) / changeNorm);
  }
  const ratio = (length * gradientNorm) / changeNorm;
  const next = cosine > 0 ? (isLong ? ratio / cosine : ratio * cosine) : ratio;
  return next > 0 && Number.isFinite(next) ? next : length;
}

export const barzilaiBorweinSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/barzilai-borwein',
  title: 'Barzilai-Borwein',
  summary: 'Gradient steps with lengths from the last change of the gradient: as cheap as descent, and far faster.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Two-point step size gradient methods', year: 1988 },
  cost: 'O(d) \\text{ per iteration, and a gradient and a value}',
  options: barzilaiBorweinOptions,
  steps: ({ objective, initial }, options) => barzilaiBorweinSteps(objective, initial, options),
});
