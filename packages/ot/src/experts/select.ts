// Selection: the k-th smallest number of an array.

/**
 * Rearranges `values` so that the number at `rank` is the one that sorting would put there, with nothing larger
 * before it, and returns it. O(n) on average.
 *
 * C. A. R. Hoare: Algorithm 65: Find (1961), with R. Singleton's median of three as the pivot (1969).
 *
 * @param rank - 0 for the smallest
 */
export function selectSmallest(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const kept = values[i];
        values[i++] = values[j];
        values[j--] = kept;
      }
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
