// Soft ranks and soft sorting: transport of numbers to their places, blurred by entropy, so that both have derivatives.
//
// M. Cuturi, O. Teboul, J.-P. Vert: Differentiable ranking and sorting using optimal transport (2019), arXiv 1905.11885.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, InvalidInputError, resolveOptions } from '@infimum/core';
import { costMatrix } from '../cost-matrix.ts';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { forEachEntry } from '../plan-entries.ts';

const softSortOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    default: 0.01,
    description: 'Blur, relative to the squared range of the values',
  },
} as const satisfies OptionSpecs;

/** Options of `softRank` and `softSort`. */
export type SoftSortOptions = OptionsOf<typeof softSortOptions>;

/**
 * Soft ranks, from 0 for the smallest value to n - 1 for the largest: n sum_j P_ij j for the entropic plan P from the values,
 * brought to [0, 1] by a line, to j / (n - 1). As epsilon vanishes they become the ranks, equal values sharing theirs. O(n^2).
 *
 * @param values - n numbers
 * @param options - `epsilon`, 0.01 by default
 * @throws {InvalidInputError} naming `values` or `epsilon`
 *
 * Source: M. Cuturi et al., Differentiable ranking and sorting using optimal transport (arXiv 1905.11885).
 *
 * @example
 * ```ts
 * import { softRank } from '@infimum/ot/one-dimension';
 *
 * console.log(softRank([5, 1, 9], { epsilon: 1e-3 }).map((rank) => +rank.toFixed(3)).join(' ')); // 1 0 2
 * ```
 */
export function softRank(values: VectorLike, options: SoftSortOptions = {}): Float64Array {
  return alongPlan(values, options, (out, i, j, share) => {
    out[i] += share * j;
  });
}

/**
 * Softly sorted values, rising: the mean of the values that the plan of `softRank` sends to each place. O(n^2).
 *
 * @param values - n numbers
 * @param options - `epsilon`, 0.01 by default
 * @throws {InvalidInputError} naming `values` or `epsilon`
 *
 * @example
 * ```ts
 * import { softSort } from '@infimum/ot/one-dimension';
 *
 * console.log(softSort([5, 1, 9], { epsilon: 1e-3 }).map((value) => +value.toFixed(3)).join(' ')); // 1 5 9
 * ```
 */
export function softSort(values: VectorLike, options: SoftSortOptions = {}): Float64Array {
  return alongPlan(values, options, (out, i, j, share) => {
    out[j] += share * values[i];
  });
}

function alongPlan(
  given: VectorLike,
  options: SoftSortOptions,
  add: (out: Float64Array, i: number, j: number, share: number) => void,
): Float64Array {
  const values = asVector(given, 'values');
  const { epsilon } = resolveOptions(softSortOptions, options);
  const n = values.length;
  if (n === 0) throw new InvalidInputError('is empty', { argument: 'values', code: 'shape' });
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const range = values.reduce((most, value) => Math.max(most, value), -Infinity) - low;
  const column = (numbers: Float64Array) => ({ rows: n, cols: 1, values: numbers });
  const from = column(values.map((value) => (range > 0 ? (value - low) / range : 0.5)));
  const to = column(values.map((_, j) => j / Math.max(1, n - 1)));
  const even = new Float64Array(n).fill(1 / n);
  const { plan } = sinkhornNewtonSparse(even, even, costMatrix(from, to), { epsilon, tolerance: 1e-9 });
  const out = new Float64Array(n);
  forEachEntry(plan, (i, j, mass) => add(out, i, j, n * mass));
  return out;
}
