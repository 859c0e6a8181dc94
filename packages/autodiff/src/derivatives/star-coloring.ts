// Star colourings of symmetric patterns: columns of one colour are computed by a single product, and every entry is read off one.
//
// A. Gebremedhin, F. Manne, A. Pothen: What color is your Jacobian? (2005), section 4 (restricted star colouring); T. Coleman,
// J. Moré: Estimation of sparse Hessian matrices and graph coloring problems (1984).
import type { CsrMatrix } from '@infimum/linalg';

/**
 * A colour for every row of a symmetric pattern with its diagonal, such that neighbours differ and no path of four rows has two colours
 * only. Hubs get a colour of their own, so that long rows cost nothing; the others take the first that fits. O(sum of squared lengths of
 * the other rows).
 *
 * @returns the colours and their number; `undefined` where `most` are not enough
 */
export function starColoring(
  { rowPointers, columnIndices }: CsrMatrix,
  isHub: Uint8Array,
  most: number,
): { readonly colors: Int32Array; readonly count: number } | undefined {
  const colors = new Int32Array(isHub.length).fill(-1);
  let count = 0;
  for (let i = 0; i < isHub.length; i++) if (isHub[i]) colors[i] = count++;
  const hubs = count;
  const refusedBy = new Int32Array(most).fill(-1); // the last row that could not have a colour
  for (let i = 0; i < isHub.length && count <= most; i++) {
    if (isHub[i]) continue;
    for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++) {
      const j = columnIndices[p];
      if (j === i || isHub[j]) continue;
      if (colors[j] >= 0) refusedBy[colors[j]] = i;
      for (let q = rowPointers[j]; q < rowPointers[j + 1]; q++) {
        const color = colors[columnIndices[q]];
        // A row that is coloured later, behind a coloured neighbour, is safe: that neighbour was checked against this row.
        if (color >= hubs && (colors[j] < 0 || color < colors[j])) refusedBy[color] = i;
      }
    }
    let color = hubs;
    while (color < most && refusedBy[color] === i) color++;
    colors[i] = color;
    count = Math.max(count, color + 1);
  }
  return count > most ? undefined : { colors, count };
}
