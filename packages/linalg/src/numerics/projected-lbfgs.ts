// L-BFGS for nonnegative or free variables: two-loop steps on the variables that may move, projected line search.
//
// D. Bertsekas: Projected Newton methods for optimization problems with simple constraints (1982).
import { LbfgsHistory } from './lbfgs-history.ts';
import { dot } from './vectors.ts';

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 10;

/** The value at x; writes the gradient. */
export type ValueAndGradient = (x: Float64Array, gradient: Float64Array) => number;

/** Which variables may move where, and when to end. */
export interface ProjectedLbfgsLimits {
  /** Whether all variables stay at least 0; false by default. */
  readonly nonnegative?: boolean;
  /** 1 for variables that do not move. */
  readonly fixed?: Uint8Array | undefined;
  /** Ends when no entry of the projected gradient is larger. */
  readonly tolerance: number;
  /** Iterations after which it ends. */
  readonly maxIterations: number;
}

/**
 * Minimizes a smooth function in place; yields after every iteration and returns the value. Ends when the projected gradient
 * is at most `tolerance`, the value changes by less than 1e-13 of its size, or no step helps. Time O(n) an iteration beside the evaluations.
 *
 * @example
 * ```ts
 * import { projectedLbfgs } from '@infimum/linalg/numerics';
 *
 * const x = Float64Array.of(1, 1);
 * const evaluate = (at: Float64Array, gradient: Float64Array) => {
 *   gradient.set([2 * (at[0] - 3), 2 * (at[1] + 1)]);
 *   return (at[0] - 3) ** 2 + (at[1] + 1) ** 2;
 * };
 * for (const _ of projectedLbfgs(evaluate, x, { nonnegative: true, tolerance: 1e-9, maxIterations: 100 }));
 * console.log(x.map((entry) => Math.round(entry * 1e6) / 1e6).join(' ')); // 3 0
 * ```
 */
export function* projectedLbfgs(
  evaluate: ValueAndGradient,
  x: Float64Array,
  { nonnegative = false, fixed, tolerance, maxIterations }: ProjectedLbfgsLimits,
): Generator<void, number> {
  const size = x.length;
  let gradient = new Float64Array(size);
  let value = evaluate(x, gradient);
  const history = new LbfgsHistory(size, MEMORY);
  const direction = new Float64Array(size);
  const isHeld = (i: number) => fixed?.[i] === 1 || (nonnegative && x[i] <= 0 && gradient[i] > 0);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    let worst = 0;
    for (let i = 0; i < size; i++) if (!isHeld(i)) worst = Math.max(worst, Math.abs(gradient[i]));
    if (!(worst > tolerance)) return value;
    const free = gradient.map((entry, i) => (isHeld(i) ? 0 : entry));
    history.direction(free, direction);
    for (let i = 0; i < size; i++) if (isHeld(i)) direction[i] = 0;
    if (!(dot(direction, gradient) < 0)) {
      for (let i = 0; i < size; i++) direction[i] = -free[i];
      history.clear();
    }
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let step = history.isEmpty ? Math.min(1, 1 / worst) : 1;
    let found = Infinity;
    for (let trial = 0; trial < 50; trial++, step /= 2) {
      let slope = 0;
      for (let i = 0; i < size; i++) {
        next[i] = x[i] + step * direction[i];
        if (nonnegative && next[i] < 0) next[i] = 0;
        slope += gradient[i] * (next[i] - x[i]);
      }
      found = evaluate(next, nextGradient);
      if (found <= value + 1e-4 * slope) break;
      found = Infinity;
    }
    if (!(found < Infinity)) {
      if (history.isEmpty) return value;
      history.clear();
      continue;
    }
    const s = next.map((entry, i) => entry - x[i]);
    const y = nextGradient.map((entry, i) => entry - gradient[i]);
    if (dot(s, y) > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) history.add(s, y);
    const change = value - found;
    x.set(next);
    [gradient, value] = [nextGradient, found];
    yield;
    if (!(change > 1e-13 * Math.max(1, Math.abs(value)))) return value;
  }
  return value;
}
