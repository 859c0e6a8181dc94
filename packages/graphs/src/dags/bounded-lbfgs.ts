// L-BFGS with lower bounds of zero or none: two-loop steps on the free variables, projected line search.
//
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995), in the simpler
// form of D. Bertsekas: Projected Newton methods (1982).

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
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const isHeld = (i: number) => isFixed?.[i] === 1 || (isBounded && x[i] <= 0 && gradient[i] > 0);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    let worst = 0;
    for (let i = 0; i < size; i++) if (!isHeld(i)) worst = Math.max(worst, Math.abs(gradient[i]));
    if (!(worst > tolerance)) return value;
    const direction = gradient.map((entry, i) => (isHeld(i) ? 0 : -entry));
    const coefficients: number[] = [];
    for (let k = pairs.length - 1; k >= 0; k--) {
      const { s, y, rho } = pairs[k];
      coefficients[k] = rho * dot(s, direction);
      for (let i = 0; i < size; i++) direction[i] -= coefficients[k] * y[i];
    }
    if (pairs.length > 0) {
      const { s, y } = pairs[pairs.length - 1];
      const factor = dot(s, y) / dot(y, y);
      for (let i = 0; i < size; i++) direction[i] *= factor;
    }
    for (const [k, { s, y, rho }] of pairs.entries()) {
      const beta = coefficients[k] - rho * dot(y, direction);
      for (let i = 0; i < size; i++) direction[i] += beta * s[i];
    }
    for (let i = 0; i < size; i++) if (isHeld(i)) direction[i] = 0;
    if (!(dot(direction, gradient) < 0)) {
      for (let i = 0; i < size; i++) direction[i] = isHeld(i) ? 0 : -gradient[i];
      pairs.length = 0;
    }
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let step = pairs.length > 0 ? 1 : Math.min(1, 1 / worst);
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
      if (pairs.length === 0) return value;
      pairs.length = 0;
      continue;
    }
    const s = next.map((entry, i) => entry - x[i]);
    const y = nextGradient.map((entry, i) => entry - gradient[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > 10) pairs.shift();
    }
    const change = value - found;
    x.set(next);
    [gradient, value] = [nextGradient, found];
    yield;
    if (!(change > 1e-13 * Math.max(1, Math.abs(value)))) return value;
  }
  return value;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
