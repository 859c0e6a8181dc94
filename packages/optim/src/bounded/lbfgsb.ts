// Limited-memory BFGS with bounds: the generalised Cauchy point, the minimum of the model on the face that it finds, and a
// line search between.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, runWith, stalled } from '@infimum/core';
import type { LinePoint } from '@infimum/linalg/numerics';
import { BoundedModel, dot, norm, wolfeLineSearch } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { boundsOf, clip, isHeld, lower, upper } from '../bounds.ts';
import type { SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { counted, gradientTest, gradientTolerance, smoothStart, tolerance, valueTolerance } from '../smooth-minimization.ts';

const lbfgsbOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  lower,
  upper,
  memory: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Pairs of steps and gradient changes to remember' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of L-BFGS with bounds. */
export type LbfgsbOptions = OptionsOf<typeof lbfgsbOptions> & RunOptions<SmoothIterate>;

/**
 * Minimises a smooth f over lower <= x <= upper. The model is the limited-memory BFGS matrix. Its first minimum along the
 * projected gradient path determines the active bounds, its minimum over the other variables gives the direction, and a line
 * search for the strong Wolfe conditions inside the box gives the step. Without bounds the steps are those of `lbfgs`.
 *
 * O(memory d + d log d) an iteration besides a gradient, mostly; 2 memory d numbers. `gradientNorm` is that of the projected
 * gradient, without the coordinates at a bound that they are pushed against. `converged` when it is at most tolerance
 * min(1, its norm at the start), or changes f by less than 1e-4 tolerance |f|; `stalled` when no step decreases f any more.
 *
 * @param objective - f with its gradient, which is never evaluated outside the box
 * @param initial - where to start, d numbers; is moved into the box
 * @param options - bounds, method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { lbfgsb, rosenbrock } from '@infimum/optim';
 *
 * const { x, status } = lbfgsb(rosenbrock(), Float64Array.of(-1.2, 1), { upper: Float64Array.of(0.5, Infinity) });
 * console.log(status, x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // converged 0.5 0.25
 * ```
 */
export function lbfgsb(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: LbfgsbOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(lbfgsbOptions, options, lbfgsbSteps(objective, initial, options));
}

/** The steps of `lbfgsb`. */
export function* lbfgsbSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: LbfgsbOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const settings = resolveOptions(lbfgsbOptions, options);
  const [oracle, start] = smoothStart(objective, initial, settings);
  const f = counted(oracle);
  const d = oracle.dimension;
  const bounds = boundsOf(d, settings.lower, settings.upper);
  let [x, next] = [Float64Array.from(start), new Float64Array(d)];
  clip(bounds, x);
  let [gradient, nextGradient] = [new Float64Array(d), new Float64Array(d)];
  const direction = new Float64Array(d);
  const memory = new BoundedModel(d, settings.memory);
  f.gradient(x, gradient);
  let last: LinePoint = { step: 0, value: f.value(x), slope: 0 };
  let gradientNorm = projectedNorm(bounds, x, gradient);
  const isDone = gradientTest(settings, gradientNorm);
  // Products of gradients must neither over- nor underflow.
  const scale = gradientNorm > 0 && Number.isFinite(gradientNorm) ? gradientNorm : 1;
  const scaled = new Float64Array(d);
  for (let iteration = 0; ; iteration++) {
    const here = () => f.solution(x, gradientNorm, last.value);
    yield { iteration, gradientNorm, solution: here };
    const done = isDone(gradientNorm, last.value, x);
    if (done) return converged(here(), done);
    if (!Number.isFinite(last.value)) return stalled(here(), 'the value at the start is not finite');
    if (!Number.isFinite(gradientNorm)) return stalled(here(), 'the gradient is not finite here');
    for (let i = 0; i < d; i++) scaled[i] = gradient[i] / scale;
    const target = memory.minimum(bounds, x, scaled);
    for (let i = 0; i < d; i++) direction[i] = target[i] - x[i];
    const slope = dot(direction, gradient);
    const most = longestStep(bounds, x, direction);
    const evaluate = (step: number): LinePoint => {
      if (!(step <= most)) return { step, value: Infinity, slope: Infinity };
      for (let i = 0; i < d; i++) next[i] = x[i] + step * direction[i];
      clip(bounds, next);
      const value = f.value(next);
      if (!Number.isFinite(value)) return { step, value: Infinity, slope: Infinity };
      f.gradient(next, nextGradient);
      return { step, value, slope: dot(nextGradient, direction) };
    };
    const first = memory.isEmpty ? Math.min(1, Math.max(1, norm(x)) / norm(direction)) : 1;
    const start = { step: 0, value: last.value, slope };
    // At the end of the box a step may be good although the slope is still steep: no further one is allowed.
    const found =
      slope < 0
        ? (wolfeLineSearch({ evaluate, start, firstStep: Math.min(first, most) }) ??
          backtracked(evaluate, start, Math.min(first, most)))
        : undefined;
    if (!found) {
      if (memory.isEmpty) return stalled(here(), 'no step within the bounds decreases the value any further');
      memory.clear();
      continue;
    }
    memory.add(x, next, gradient, nextGradient, scale);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    last = found;
    gradientNorm = projectedNorm(bounds, x, gradient);
  }
}

/** The norm of the gradient without the coordinates that are held at a bound. */
export function projectedNorm(bounds: Bounds, x: Float64Array, gradient: Float64Array): number {
  return norm(gradient.map((entry, i) => (isHeld(bounds, x, gradient, i) ? 0 : entry)));
}

/** How far a direction can be followed within the box, rounding included. */
function longestStep({ lower, upper }: Bounds, x: Float64Array, direction: Float64Array): number {
  let most = Infinity;
  for (let i = 0; i < x.length; i++) {
    const end = direction[i] > 0 ? upper[i] : direction[i] < 0 ? lower[i] : Infinity;
    if (Number.isFinite(end)) most = Math.min(most, Math.max((end - x[i]) / direction[i], 0));
  }
  return Math.max(most, 1);
}

/** A step of sufficient decrease, by halving; the last point that is evaluated. */
function backtracked(evaluate: (step: number) => LinePoint, start: LinePoint, first: number): LinePoint | undefined {
  for (let step = first, tries = 0; tries < 40; step /= 2, tries++) {
    const trial = evaluate(step);
    if (trial.value < start.value && trial.value <= start.value + 1e-4 * step * start.slope) return trial;
  }
  return undefined;
}
