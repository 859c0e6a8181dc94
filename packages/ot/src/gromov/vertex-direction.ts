// The direction of a conditional gradient step, from a dense plan to a sparse vertex.
import type { CsrMatrix } from '@infimum/linalg';

/** out = sparse - dense. */
export function setDifference(
  out: Float64Array,
  { rows, cols, rowPointers, columnIndices, values }: CsrMatrix,
  dense: Float64Array,
): void {
  for (let k = 0; k < out.length; k++) out[k] = -dense[k];
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) out[i * cols + columnIndices[k]] += values[k];
  }
}
