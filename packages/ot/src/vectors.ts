// Loops over vectors that several algorithms need.
import { portableExpm1 } from '@infimum/core/portable-math';

/** u + factor v. */
export function sum(u: Float64Array, v: Float64Array, factor = 1): Float64Array {
  const out = new Float64Array(u.length);
  for (let i = 0; i < out.length; i++) out[i] = u[i] + factor * v[i];
  return out;
}

/** Largest absolute difference. */
export function largestChange(before: Float64Array, after: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < before.length; i++) largest = Math.max(largest, Math.abs(after[i] - before[i]));
  return largest;
}

/** Largest less smallest of the entries `from` to `to`, all of them by default. */
export function spreadOf(values: Float64Array, from = 0, to = values.length): number {
  let [low, high] = [Infinity, -Infinity];
  for (let k = from; k < to; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
  }
  return high - low;
}

/**
 * Adds the squares of the differences between one coordinate and the coordinates `from` to `to` of others to what stands
 * in `out` from `at` on, or sets them.
 */
export function addSquares(
  out: Float64Array,
  at: number,
  coordinate: number,
  others: Float64Array,
  from: number,
  to: number,
  sets: boolean,
): void {
  for (let j = from, k = at; j < to; j++, k++) {
    const difference = coordinate - others[j];
    out[k] = sets ? difference * difference : out[k] + difference * difference;
  }
}

/**
 * Moves potentials to epsilon (log weight - log sum), which fits their marginal; returns the l1 error that the marginal
 * had.
 */
export function fitPotentials(
  potential: Float64Array,
  weights: Float64Array,
  logWeights: Float64Array,
  logSums: Float64Array,
  epsilon: number,
): number {
  let error = 0;
  for (let i = 0; i < potential.length; i++) {
    const fitted = epsilon * (logWeights[i] - logSums[i]);
    // The marginal was weight * exp((old - new) / epsilon).
    if (weights[i] > 0) error += weights[i] * Math.abs(portableExpm1((potential[i] - fitted) / epsilon));
    potential[i] = fitted;
  }
  return error;
}

/** The largest power of two that is at most a positive number. */
export function powerBelow(value: number): number {
  return 2 ** Math.max(-1022, Math.floor(Math.log2(value)));
}
