// The interface of convex functions for splitting and proximal methods: value and proximal operator. The proximal
// operator of the indicator of a set is the projection onto the set.
// (N. Parikh, S. Boyd, Proximal Algorithms, 2014.)
import { checkVector, fault } from '@infimum/core';

/** A proper closed convex function g on R^n. */
export interface ProximalFunction {
  /** Number of variables n; where it is missing, any number. */
  readonly dimension?: number;
  /** g(x); infinite outside of the domain. */
  value(x: Float64Array): number;
  /**
   * Writes argmin_u g(u) + |u - x|²/(2 step) into `out`, which may be `x` itself. Checks nothing: it stands in inner
   * loops. `step` is above 0.
   */
  proximal(x: Float64Array, step: number, out: Float64Array): void;
}

/**
 * A closed convex set C that is not empty. As a function it is its indicator: `value` is 0 on C up to rounding,
 * infinite elsewhere, and `proximal` projects with every step.
 */
export interface ConvexSet extends ProximalFunction {
  /** Writes the nearest point of C into `out`, which may be `x` itself. */
  project(x: Float64Array, out: Float64Array): void;
}

/** Distance to the set, relative to the size of the point, up to which a point counts as inside. */
const ROUNDING = 1e-12;

/** A set from its projection. */
export function convexSet(project: (x: Float64Array, out: Float64Array) => void, dimension?: number): ConvexSet {
  return {
    ...(dimension !== undefined && { dimension }),
    value: (x) => {
      const nearest = new Float64Array(x.length);
      project(x, nearest);
      let [distance, size] = [0, 0];
      for (let i = 0; i < x.length; i++) {
        distance = Math.max(distance, Math.abs(x[i] - nearest[i]));
        size = Math.max(size, Math.abs(x[i]));
      }
      return distance <= ROUNDING * size ? 0 : Infinity;
    },
    project,
    proximal: (x, _step, out) => project(x, out),
  };
}

/** |x[from ..]|, without overflow and underflow on the way. */
export function euclideanNorm(x: Float64Array, from = 0): number {
  let [size, sum] = [0, 0];
  for (let i = from; i < x.length; i++) {
    const entry = Math.abs(x[i]);
    if (entry > size) size = entry;
    sum += entry * entry;
  }
  // The plain sum is exact enough where its terms neither overflow nor vanish.
  if ((size > 1e-140 && size < 1e140) || size === 0 || size === Infinity) return Math.sqrt(sum);
  sum = 0;
  for (let i = from; i < x.length; i++) sum += (x[i] / size) ** 2;
  return size * Math.sqrt(sum);
}

/** A number for all coordinates, or one for each, of finite entries. */
export function checkPerCoordinate(
  values: unknown,
  argument: string,
  allowed: 'finite' | 'any' | 'non-negative',
): asserts values is number | Float64Array {
  if (typeof values !== 'number') {
    if (!(values instanceof Float64Array)) throw fault('expected a number or a Float64Array', argument, 'type');
    if (allowed !== 'any') checkVector(values, argument);
  }
  const entries = typeof values === 'number' ? [values] : values;
  if (entries.length === 0) throw fault('must not be empty', argument, 'empty');
  for (const [index, value] of entries.entries()) {
    if (Number.isNaN(value) || (allowed !== 'any' && !Number.isFinite(value))) {
      throw fault(`is ${value}`, argument, 'not-finite', index);
    }
    if (allowed === 'non-negative' && value < 0) throw fault(`is negative (${value})`, argument, 'negative', index);
  }
}
