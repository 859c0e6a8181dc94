// Longest common extensions of a text and a pattern, and kangaroo jumps over them: from mismatch to mismatch.
//
// G. Landau, U. Vishkin: Efficient string matching with k mismatches (1986).

/** Finds how far a text and a pattern agree from two positions on. */
export interface CommonExtensions {
  /** The largest l with text[i … i+l) = pattern[j … j+l). */
  at(i: number, j: number): number;
}

/** min(D_i, k + 1) for a pattern of `length` symbols at shift i, with at most k + 1 extensions; how many they were. */
export function kangarooDistance(
  extensions: CommonExtensions,
  length: number,
  i: number,
  k: number,
): { readonly distance: number; readonly jumps: number } {
  let distance = 0;
  let jumps = 0;
  for (let j = 0; distance <= k; j++, distance++) {
    jumps++;
    j += extensions.at(i + j, j);
    if (j >= length) break;
  }
  return { distance, jumps };
}
