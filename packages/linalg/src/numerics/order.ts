// Ranks: the k-th smallest of numbers, and places among numbers that rise.

/**
 * Rearranges `values` so that the number at `rank` is the one that sorting would put there, with nothing larger before it and
 * nothing smaller behind it, and returns it. O(n) on average.
 *
 * Source: C. A. R. Hoare: Algorithm 65: Find (1961), with R. Singleton's median of three as the pivot (1969).
 *
 * @param rank - 0 for the smallest
 *
 * @example
 * ```ts
 * import { selectSmallest } from '@infimum/linalg/numerics';
 *
 * console.log(selectSmallest(Float64Array.of(5, 1, 4, 2), 1)); // 2
 * ```
 */
export function selectSmallest(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const kept = values[i];
      values[i++] = values[j];
      values[j--] = kept;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/**
 * The first place of a rising array whose value is above `level`, or the last place: draws a place by its share of a total, by
 * partial sums and a uniform number times the total. O(log n).
 *
 * @example
 * ```ts
 * import { firstAbove } from '@infimum/linalg/numerics';
 *
 * console.log(firstAbove(Float64Array.of(1, 3, 6), 0.4 * 6)); // 1
 * ```
 */
export function firstAbove(rising: Float64Array, level: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle] > level) high = middle;
    else low = middle + 1;
  }
  return low;
}
