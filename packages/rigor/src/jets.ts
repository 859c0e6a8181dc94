// Values, gradients and Hessians of formulas over boxes: forward differentiation in intervals.
//
// L. B. Rall: Automatic Differentiation (1981).
import type { Interval } from './interval.ts';
import {
  add,
  cos,
  divide,
  exp,
  interval,
  log,
  multiply,
  negate,
  sin,
  square,
  squareRoot,
  subtract,
  tanh,
} from './interval.ts';

/** A function of d variables on a box: intervals that hold its value, its gradient and its Hessian everywhere on it. */
export interface Jet {
  readonly value: Interval;
  /** d of them. */
  readonly gradient: readonly Interval[];
  /** The lower triangle by rows, d (d + 1) / 2 of them: entry (i, j), j <= i, at i (i + 1) / 2 + j. */
  readonly hessian: readonly Interval[];
}

const zero = /* @__PURE__ */ interval(0);
const one = /* @__PURE__ */ interval(1);
const two = /* @__PURE__ */ interval(2);

/** A constant. */
export function constantJet(value: Interval, dimension: number): Jet {
  return {
    value,
    gradient: new Array<Interval>(dimension).fill(zero),
    hessian: new Array<Interval>((dimension * (dimension + 1)) / 2).fill(zero),
  };
}

/**
 * The variables themselves, x_0 to x_(d-1), on a box of d intervals.
 *
 * @example
 * ```ts
 * import { expJet, interval, multiplyJets, variableJets } from '@infimum/rigor';
 *
 * // x e^y on [1, 2] x [0, 1]: its derivative in x is e^y, its second one in x and y too.
 * const [x, y] = variableJets([interval(1, 2), interval(0, 1)]);
 * const { gradient, hessian } = multiplyJets(x, expJet(y));
 * console.log(gradient[0].lower.toFixed(3), gradient[0].upper.toFixed(3), hessian[1].upper.toFixed(3)); // 1.000 2.718 2.718
 * ```
 */
export function variableJets(box: readonly Interval[]): Jet[] {
  return box.map((value, k) => {
    const { gradient, hessian } = constantJet(zero, box.length);
    return { value, gradient: gradient.map((entry, j) => (j === k ? one : entry)), hessian };
  });
}

/** f + g. */
export function addJets(f: Jet, g: Jet): Jet {
  return {
    value: add(f.value, g.value),
    gradient: f.gradient.map((entry, i) => add(entry, g.gradient[i])),
    hessian: f.hessian.map((entry, k) => add(entry, g.hessian[k])),
  };
}

/** f - g. */
export function subtractJets(f: Jet, g: Jet): Jet {
  return addJets(f, composeJet(g, negate(g.value), interval(-1), zero));
}

/** f g. */
export function multiplyJets(f: Jet, g: Jet): Jet {
  return {
    value: multiply(f.value, g.value),
    gradient: f.gradient.map((entry, i) => add(multiply(entry, g.value), multiply(f.value, g.gradient[i]))),
    hessian: triangle(f.gradient.length, (i, j, k) =>
      add(
        add(multiply(f.hessian[k], g.value), multiply(f.value, g.hessian[k])),
        add(multiply(f.gradient[i], g.gradient[j]), multiply(f.gradient[j], g.gradient[i])),
      ),
    ),
  };
}

/** f / g; unknown where g may be 0. */
export function divideJets(f: Jet, g: Jet): Jet {
  const inverse = divide(one, g.value);
  const first = negate(square(inverse));
  const second = multiply(two, multiply(square(inverse), inverse));
  return multiplyJets(f, composeJet(g, inverse, first, second));
}

/**
 * h(f) by the chain rule.
 *
 * @param value - holds h on the values of f
 * @param first - holds h' there
 * @param second - holds h'' there
 */
export function composeJet(f: Jet, value: Interval, first: Interval, second: Interval): Jet {
  return {
    value,
    gradient: f.gradient.map((entry) => multiply(first, entry)),
    hessian: triangle(f.gradient.length, (i, j, k) => {
      const product = i === j ? square(f.gradient[i]) : multiply(f.gradient[i], f.gradient[j]);
      return add(multiply(first, f.hessian[k]), multiply(second, product));
    }),
  };
}

/** f². */
export function squareJet(f: Jet): Jet {
  return composeJet(f, square(f.value), multiply(two, f.value), two);
}

/** The square root of f; its derivatives are unknown where f may be 0. */
export function squareRootJet(f: Jet): Jet {
  const root = squareRoot(f.value);
  const first = divide(interval(0.5), root);
  return composeJet(f, root, first, negate(divide(multiply(interval(0.5), first), f.value)));
}

/** e^f. */
export function expJet(f: Jet): Jet {
  const value = exp(f.value);
  return composeJet(f, value, value, value);
}

/** log f. */
export function logJet(f: Jet): Jet {
  const inverse = divide(one, f.value);
  return composeJet(f, log(f.value), inverse, negate(square(inverse)));
}

/** sin f. */
export function sinJet(f: Jet): Jet {
  const value = sin(f.value);
  return composeJet(f, value, cos(f.value), negate(value));
}

/** cos f. */
export function cosJet(f: Jet): Jet {
  const value = cos(f.value);
  return composeJet(f, value, negate(sin(f.value)), negate(value));
}

/** tanh f. */
export function tanhJet(f: Jet): Jet {
  const value = tanh(f.value);
  const first = subtract(one, square(value));
  return composeJet(f, value, first, multiply(interval(-2), multiply(value, first)));
}

function triangle(dimension: number, entry: (i: number, j: number, k: number) => Interval): Interval[] {
  const entries: Interval[] = [];
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) entries.push(entry(i, j, entries.length));
  }
  return entries;
}
