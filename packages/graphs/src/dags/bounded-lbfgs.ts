// L-BFGS with lower bounds of zero or none: two-loop steps on the free variables, projected line search.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995), in the simpler
// form of D. Bertsekas: Projected Newton methods (1982).
import { dot, LbfgsHistory } from '@infimum/linalg/numerics';

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 10;

/** Value at x; the gradient into `gradient`. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number;

/**
 * Minimises in place; yields after every iteration. `isBounded` says that all variables are at least 0, `isFixed` that some
 * do not move. Ends when the projected gradient is at most `tolerance`, or no step helps.
 */
export function* boundedLbfgs(
  evaluate: Differentiable,
  x: Float64Array,
  {
    isBounded,
    isFixed,
    tolerance,
    maxIterations,
  }: {
    readonly isBounded: boolean;
    readonly isFixed?: Uint8Array | undefined;
    readonly tolerance: number;
    readonly maxIterations: number;
  },
): Generator<void, number> {
  const size = x.length;
  let gradient = new Float64Array(size);
  let value = evaluate(x, gradient);
  const history = new LbfgsHistory(size, MEMORY);
  const direction = new Float64Array(size);
  const isHeld = (i: number) => isFixed?.[i] === 1 || (isBounded && x[i] <= 0 && gradient[i] > 0);
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
        if (isBounded && next[i] < 0) next[i] = 0;
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
