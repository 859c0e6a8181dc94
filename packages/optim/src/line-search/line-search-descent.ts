// The frame of methods that search along directions of descent until the Wolfe conditions hold: they differ in their
// directions.
import type { ObjectiveLike, Steps, VectorLike } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { LinePoint } from '@infimum/linalg/numerics';
import { dot, norm, wolfeLineSearch } from '@infimum/linalg/numerics';
import type { CountedObjective, SmoothIterate, SmoothSolution, Stopping } from '../smooth-minimization.ts';
import { counted, gradientTest, smoothStart, unitOf } from '../smooth-minimization.ts';

/** A step that was taken. */
interface DescentStep {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  /** The slope along the direction at x. */
  readonly slope: number;
  /** How far it went. */
  readonly length: number;
  readonly next: Float64Array;
  readonly nextGradient: Float64Array;
}

/** What makes a method. */
export interface DescentRule {
  /** What its directions are called in the reason of a stall. */
  readonly name: string;
  /** Slopes that a line search may leave, as a share of the one at the start; 0.9 by default. */
  readonly curvature?: number;
  /**
   * Writes the direction at x over the last one, which is unchanged; with pauses where that may take long. Values and gradients are
   * those of f over `unit`.
   */
  direction(
    x: Float64Array,
    gradient: Float64Array,
    gradientNorm: number,
    out: Float64Array,
    unit: number,
  ): Generator<undefined, void> | undefined;
  /** The step to try first along a direction with this slope. */
  firstStep(slope: number, gradientNorm: number): number;
  /** Learns from a step. */
  moved?(step: DescentStep): void;
  /**
   * The direction did not lead downhill: makes the next one the steepest.
   *
   * @returns whether it was another one
   */
  forget(): boolean;
}

/** The steps of a method that a rule makes. */
export function* lineSearchDescentSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  stopping: Stopping,
  ruleOf: (objective: CountedObjective) => DescentRule,
): Steps<SmoothSolution, SmoothIterate> {
  const [oracle, start] = smoothStart(objective, initial);
  const f = counted(oracle);
  const rule = ruleOf(f);
  const size = start.length;
  let [x, next] = [Float64Array.from(start), new Float64Array(size)];
  let [gradient, nextGradient] = [new Float64Array(size), new Float64Array(size)];
  const direction = new Float64Array(size);

  f.gradient(x, gradient);
  let last: LinePoint = { step: 0, value: f.value(x), slope: 0 };
  let gradientNorm = norm(gradient);
  let unit = 1;
  const isDone = gradientTest(stopping, gradientNorm);
  for (let iteration = 0; ; iteration++) {
    const here = () => f.solution(x, gradientNorm * unit, last.value * unit);
    yield { iteration, gradientNorm: gradientNorm * unit, solution: here };
    const done = isDone(gradientNorm * unit, last.value * unit, x);
    if (done) return converged(here(), done);
    if (!Number.isFinite(last.value)) return stalled(here(), 'the value at the start is not finite');
    if (!Number.isFinite(gradientNorm)) return stalled(here(), 'the gradient is not finite here');

    const factor = unitOf(gradientNorm, last.value);
    if (factor !== 1) {
      unit *= factor;
      gradientNorm /= factor;
      last = { ...last, value: last.value / factor };
      divide(gradient, factor);
      rule.forget();
    }
    const turns = rule.direction(x, gradient, gradientNorm, direction, unit) ?? [];
    for (const _ of turns) yield { iteration: ++iteration, gradientNorm: gradientNorm * unit, solution: here };
    let slope = dot(direction, gradient);
    if (!(slope < 0) && rule.forget()) {
      // Directions that can be forgotten have no pauses.
      rule.direction(x, gradient, gradientNorm, direction, unit);
      slope = dot(direction, gradient);
    }
    const evaluate = (step: number): LinePoint => {
      for (let i = 0; i < size; i++) next[i] = x[i] + step * direction[i];
      const value = f.value(next) / unit;
      if (!Number.isFinite(value)) return { step, value: Infinity, slope: Infinity };
      f.gradient(next, nextGradient);
      divide(nextGradient, unit);
      return { step, value, slope: dot(nextGradient, direction) };
    };
    const found = wolfeLineSearch({
      evaluate,
      start: { step: 0, value: last.value, slope },
      firstStep: rule.firstStep(slope, gradientNorm),
      ...(rule.curvature !== undefined && { curvature: rule.curvature }),
    });
    if (!found) {
      if (rule.forget()) continue;
      return stalled(here(), `no step along the ${rule.name} decreases the value any further`);
    }
    rule.moved?.({ x, gradient, slope, length: found.step, next, nextGradient });
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    last = found;
    gradientNorm = norm(gradient);
  }
}

function divide(list: Float64Array, by: number): void {
  if (by !== 1) for (let i = 0; i < list.length; i++) list[i] /= by;
}

/** Gradients below this are those of functions that are scaled down as a whole: others are done. */
const SCALED_DOWN = 1e-16;

/** The step along the first gradient: never longer than 1, unless f is scaled down. */
export function firstLength(gradientNorm: number): number {
  return gradientNorm < SCALED_DOWN ? 1 / gradientNorm : Math.min(1, 1 / gradientNorm);
}
