// Code shared by methods with one gradient an iteration: the gradient, the stopping test, and the end of the run.
import type { Objective, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { Curvature } from '../smooth/lipschitz-constant.ts';
import { lipschitzConstant } from '../smooth/lipschitz-constant.ts';
import type { CountedObjective, SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { counted, gradientTest } from '../smooth-minimization.ts';

/** One iteration of a method with one gradient an iteration. Its arrays are valid until the run goes on. */
export interface GradientIterate extends SmoothIterate {
  /** Where the gradient was asked for. */
  readonly point: Float64Array;
  /** The gradient there. */
  readonly gradient: Float64Array;
  /** The point that the method's theory is about, and that its solution has; in an array of its own. */
  output(): Float64Array;
}

/** A method: what it does with a gradient. */
export interface GradientMethod {
  /** Takes the gradient at `point`, moves, and writes where it wants the next one. */
  step(point: Float64Array, gradient: Float64Array, lipschitz: number, next: Float64Array): void;
  /** Told when the Lipschitz constant was raised, before the step. */
  raised?(): void;
  /** The point that the method's theory is about, in an array of its own. */
  output(): Float64Array;
}

/** Gradients this much larger than the first are a divergence that nothing comes back from. */
const DIVERGED = 1e100;

/** Steps a method until the gradient is small where it asked for it. */
export function* gradientMethodSteps(
  objective: Objective,
  initial: Float64Array,
  { tolerance, ...curvature }: { readonly tolerance: number } & Curvature,
  create: (objective: CountedObjective, initial: Float64Array) => GradientMethod,
): Steps<SmoothSolution, GradientIterate> {
  const f = counted(objective);
  const constant = lipschitzConstant(f, curvature);
  const method = create(f, initial);
  const gradient = new Float64Array(initial.length);
  let [point, last] = [Float64Array.from(initial), Float64Array.from(initial)];
  let isDone = gradientTest({ tolerance: 0 }, 0);
  let [target, limit] = [0, Infinity];
  for (let iteration = 0; ; iteration++) {
    f.gradient(point, gradient);
    const gradientNorm = norm(gradient);
    if (iteration === 0) {
      isDone = gradientTest({ tolerance }, gradientNorm);
      target = tolerance * Math.min(1, gradientNorm);
      limit = DIVERGED * (1 + gradientNorm);
    }
    if (iteration > 0 && !(gradientNorm < limit)) {
      return stalled(f.solution(last), `the iterates diverge: the gradient's norm is ${gradientNorm}`);
    }
    const output = () => method.output();
    yield { iteration, gradientNorm, point, gradient, output, solution: () => f.solution(output()) };
    if (gradientNorm <= target) {
      const found = f.solution(point, gradientNorm);
      const done = isDone(gradientNorm, found.value, point);
      if (done) return converged(found, done);
      if (!Number.isFinite(found.value)) return stalled(found, `the value is ${found.value} here`);
    }
    if (!Number.isFinite(gradientNorm)) {
      return stalled(f.solution(point, gradientNorm), 'the gradient at the start is not finite');
    }
    const raised = constant.fit(point, gradient);
    if (raised === undefined) {
      const problem = 'the value is not finite where the gradient was evaluated, or no step decreases it enough';
      return stalled(f.solution(last), problem);
    }
    if (raised) method.raised?.();
    method.step(point, gradient, constant.value, last);
    [point, last] = [last, point];
  }
}
