// Bounds of coordinates: option, check, and moves within the bounds.
import type { VectorLike } from '@infimum/core';
import { checkList, checkNumber, fault } from '@infimum/core';

/** The least value of every coordinate, or of each. */
export const lower = {
  type: 'value',
  check: checkBound,
  description: 'Lower bounds: one for all coordinates, or one for each; -Infinity, the default, for none',
} as const;

/** The largest. */
export const upper = {
  type: 'value',
  check: checkBound,
  description: 'Upper bounds: one for all coordinates, or one for each; Infinity, the default, for none',
} as const;

/** A box. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Whether there is any bound. */
  readonly isBounded: boolean;
}

function checkBound(value: unknown, argument: string): asserts value is number | VectorLike {
  if (typeof value === 'object' && value !== null) {
    checkList(value, argument);
    const index = Array.prototype.findIndex.call(value, (entry) => typeof entry !== 'number' || Number.isNaN(entry));
    if (index < 0) return;
    throw fault(`is NaN at index ${index}`, argument, 'not-finite', index);
  }
  if (value === Infinity || value === -Infinity) return;
  checkNumber(value, argument);
}

/**
 * The box of given bounds.
 *
 * @throws {InvalidInputError} naming `lower` or `upper` for another length, and for bounds that leave nothing
 */
export function boundsOf(
  dimension: number,
  low: number | VectorLike | undefined,
  high: number | VectorLike | undefined,
): Bounds {
  const spread = (bound: number | VectorLike, argument: string) => {
    checkBound(bound, argument);
    if (typeof bound === 'number') return new Float64Array(dimension).fill(bound);
    if (bound.length === dimension) return Float64Array.from(bound);
    throw fault(`expected ${dimension} entries, got ${bound.length}`, argument, 'shape');
  };
  const [lower, upper] = [spread(low ?? -Infinity, 'lower'), spread(high ?? Infinity, 'upper')];
  let isBounded = false;
  for (let i = 0; i < dimension; i++) {
    if (lower[i] > -Infinity || upper[i] < Infinity) isBounded = true;
    if (lower[i] > upper[i] || lower[i] === Infinity || upper[i] === -Infinity) {
      const problem = `is ${lower[i]} at index ${i}, which leaves nothing below the upper bound ${upper[i]}`;
      throw fault(problem, 'lower', 'out-of-range', i);
    }
  }
  return { lower, upper, isBounded };
}

/** Moves a point into the box. */
export function clip({ lower, upper }: Bounds, x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i], lower[i]), upper[i]);
}

/** Whether a coordinate lies at a bound that the negative gradient points out of. */
export function isHeld({ lower, upper }: Bounds, x: Float64Array, gradient: Float64Array, i: number): boolean {
  return (x[i] <= lower[i] && gradient[i] > 0) || (x[i] >= upper[i] && gradient[i] < 0) || lower[i] === upper[i];
}
