// Values, gradients and Hessians of formulas over boxes: forward differentiation in intervals.
//
// L. B. Rall: Automatic Differentiation (1981).
import type { Interval } from './interval.ts';
import * as real from './interval.ts';

/** A function of d variables on a box: intervals that contain its value, gradient and Hessian everywhere on the box. */
export interface Jet {
  /** All values. */
  readonly value: Interval;
  /** d of them. */
  readonly gradient: readonly Interval[];
  /** The lower triangle by rows, d (d + 1) / 2 of them: entry (i, j), j <= i, at i (i + 1) / 2 + j. */
  readonly hessian: readonly Interval[];
}

const zero = /* @__PURE__ */ real.interval(0);
const one = /* @__PURE__ */ real.interval(1);
const two = /* @__PURE__ */ real.interval(2);

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
    value: real.add(f.value, g.value),
    gradient: f.gradient.map((entry, i) => real.add(entry, g.gradient[i])),
    hessian: f.hessian.map((entry, k) => real.add(entry, g.hessian[k])),
  };
}

/** f - g. */
export function subtractJets(f: Jet, g: Jet): Jet {
  return addJets(f, composeJet(g, real.negate(g.value), real.interval(-1), zero));
}

/** f g. */
export function multiplyJets(f: Jet, g: Jet): Jet {
  return {
    value: real.multiply(f.value, g.value),
    gradient: f.gradient.map((entry, i) => real.add(real.multiply(entry, g.value), real.multiply(f.value, g.gradient[i]))),
    hessian: triangle(f.gradient.length, (i, j, k) =>
      real.add(
        real.add(real.multiply(f.hessian[k], g.value), real.multiply(f.value, g.hessian[k])),
        real.add(real.multiply(f.gradient[i], g.gradient[j]), real.multiply(f.gradient[j], g.gradient[i])),
      ),
    ),
  };
}

/** f / g; unknown where g may be 0. */
export function divideJets(f: Jet, g: Jet): Jet {
  const inverse = real.divide(one, g.value);
  const first = real.negate(real.square(inverse));
  const second = real.multiply(two, real.multiply(real.square(inverse), inverse));
  return multiplyJets(f, composeJet(g, inverse, first, second));
}

/**
 * h(f) by the chain rule.
 *
 * @param value - contains h on the values of f
 * @param first - contains h' there
 * @param second - contains h'' there
 */
export function composeJet(f: Jet, value: Interval, first: Interval, second: Interval): Jet {
  return {
    value,
    gradient: f.gradient.map((entry) => real.multiply(first, entry)),
    hessian: triangle(f.gradient.length, (i, j, k) => {
      const product = i === j ? real.square(f.gradient[i]) : real.multiply(f.gradient[i], f.gradient[j]);
      return real.add(real.multiply(first, f.hessian[k]), real.multiply(second, product));
    }),
  };
}

/** f². */
export function squareJet(f: Jet): Jet {
  return composeJet(f, real.square(f.value), real.multiply(two, f.value), two);
}

/** The square root of f; its derivatives are unknown where f may be 0. */
export function squareRootJet(f: Jet): Jet {
  const root = real.squareRoot(f.value);
  const first = real.divide(real.interval(0.5), root);
  return composeJet(f, root, first, real.negate(real.divide(real.multiply(real.interval(0.5), first), f.value)));
}

/** e^f. */
export function expJet(f: Jet): Jet {
  const value = real.exp(f.value);
  return composeJet(f, value, value, value);
}

/** log f. */
export function logJet(f: Jet): Jet {
  const inverse = real.divide(one, f.value);
  return composeJet(f, real.log(f.value), inverse, real.negate(real.square(inverse)));
}

/** sin f. */
export function sinJet(f: Jet): Jet {
  const value = real.sin(f.value);
  return composeJet(f, value, real.cos(f.value), real.negate(value));
}

/** cos f. */
export function cosJet(f: Jet): Jet {
  const value = real.cos(f.value);
  return composeJet(f, value, real.negate(real.sin(f.value)), real.negate(value));
}

/** tanh f. */
export function tanhJet(f: Jet): Jet {
  const value = real.tanh(f.value);
  const first = real.add(one, real.negate(real.square(value)));
  return composeJet(f, value, first, real.multiply(real.interval(-2), real.multiply(value, first)));
}

function triangle(dimension: number, entry: (i: number, j: number, k: number) => Interval): Interval[] {
  const entries: Interval[] = [];
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) entries.push(entry(i, j, entries.length));
  }
  return entries;
}
