// The decreasing values of epsilon for methods that solve for a large one first.
import { fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';

/** Largest cost over epsilon in the first stage: easy for every method. */
const FIRST_EXPONENT = 50;

/** Marginal error at which a stage hands over to the next. */
export const STAGE_TOLERANCE = 1e-3;

/**
 * The values of epsilon of the stages: from range / 50, or up to twice that, down to `epsilon` by halves.
 *
 * @param range - largest cost minus smallest cost
 */
export function epsilonStages(epsilon: number, range: number): number[] {
  // Where the range is a power of two times as large, rounding must not add a stage.
  const steps = Math.max(0, Math.ceil(logarithmAbove(epsilon, range / FIRST_EXPONENT) / Math.LN2 - 1e-9));
  return Array.from({ length: steps + 1 }, (_, k) => epsilon * 2 ** (steps - k));
}

/** log(first / epsilon) of two regularisations. */
export function logarithmAbove(epsilon: number, first: number): number {
  // Logarithms one by one: the quotient of a large range and a denormal epsilon is no number any more.
  const logarithm = portableLog(first) - portableLog(epsilon);
  if (logarithm < Infinity) return logarithm;
  throw fault('has a range beyond the largest number', 'cost', 'out-of-range');
}
