// The separable part g of a composite function: an l1 norm, bounds, both or neither.
import { checkNumber, fault } from '@infimum/core';

/** g_i(x) = l1 |x| for lower <= x <= upper, and infinite elsewhere. */
export interface SeparablePart {
  /** Factor of |x_i|, at least 0; 0 by default. */
  readonly l1?: number;
  /** Least value of every x_i; none by default. */
  readonly lower?: number;
  /** Largest value of every x_i; none by default. */
  readonly upper?: number;
}

/** What methods ask of g. All of it is about one coordinate, the same function for each. */
export interface SeparableTerm {
  readonly l1: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether g is zero. */
  readonly isZero: boolean;
  /** argmin_u g(u) + (u - v)² / (2 step) */
  prox(v: number, step: number): number;
  /** g(next) - g(x), of small steps too: on one side of zero it is no difference of norms. */
  difference(x: number, next: number): number;
  /** The element of least size in slope + dg(x). */
  leastSubgradient(x: number, slope: number): number;
  /** The kink that x lies at: the place of a bound, 0 for the kink of l1; NaN where g is smooth. */
  kink(x: number): number;
  /** How far -slope is inside of dg(x), for x at a kink: negative outside. */
  margin(x: number, slope: number): number;
}

/**
 * Checks the options.
 *
 * @throws {InvalidInputError} for a negative or infinite l1, bounds that are NaN or leave no point
 */
export function separableTerm({ l1 = 0, lower = -Infinity, upper = Infinity }: SeparablePart): SeparableTerm {
  checkNumber(l1, 'l1', { min: 0 });
  if (lower !== -Infinity) checkNumber(lower, 'lower');
  if (upper !== Infinity) checkNumber(upper, 'upper');
  if (lower > upper) throw fault(`is ${lower}, above the upper bound ${upper}`, 'lower', 'out-of-range');
  /** The ends of dg(x). */
  const least = (x: number) => (x <= lower ? -Infinity : x > 0 ? l1 : -l1);
  const most = (x: number) => (x >= upper ? Infinity : x < 0 ? -l1 : l1);
  return {
    l1,
    lower,
    upper,
    isZero: l1 === 0 && lower === -Infinity && upper === Infinity,
    prox: (v, step) => {
      const shift = l1 * step;
      const shrunk = v > shift ? v - shift : v < -shift ? v + shift : 0;
      return Math.min(Math.max(shrunk, lower), upper);
    },
    difference: (x, next) => {
      if (x >= 0 && next >= 0) return l1 * (next - x);
      if (x <= 0 && next <= 0) return l1 * (x - next);
      return l1 * (Math.abs(next) - Math.abs(x));
    },
    leastSubgradient: (x, slope) => {
      const [low, high] = [slope + least(x), slope + most(x)];
      return low > 0 ? low : Math.min(high, 0);
    },
    kink: (x) => (x <= lower ? lower : x >= upper ? upper : x === 0 && l1 > 0 ? 0 : Number.NaN),
    margin: (x, slope) => Math.min(-slope - least(x), most(x) + slope),
  };
}
