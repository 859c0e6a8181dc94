// The inner-product form of a sparse product: rows of A against columns of B, two sorted lists at a time, wherever the two
// have an index in common. For comparison: lists are read repeatedly, and most indices have no match. The reported traffic is that of
// the textbook form, for all pairs of rows and columns; pairs without a common index are only counted.
import type { CsrMatrix } from '../matrices.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { Semiring } from './semiring.ts';
import { RowSums, steppedEngine } from './spgemm-gustavson.ts';
import type { ProductEngine } from './spgemm-solution.ts';

/** Elements read after which a step ends. */
const READS_PER_STEP = 2 ** 24;

/**
 * Time: for every entry of the product the lengths of its row of A and its column of B, and O(P) to find where these entries are;
 * pairs that share no index are counted and not read, of which a diagonal product of 10^5 rows has 10^10. `sorted` keeps the columns of a
 * row in order.
 */
export function innerProductEngine(a: CsrMatrix, b: CsrMatrix, semiring: Semiring, sorted: boolean): ProductEngine {
  const columns = transposed(b);
  const candidates = new RowSums(a.rows, b.cols, semiring);
  const columnsWithEntries = columns.rowPointers.reduce(
    (count, end, j) => count + (j > 0 && end > columns.rowPointers[j - 1] ? 1 : 0),
    0,
  );
  const counts = { products: 0, work: 0, readElements: 0 };

  /** The sum over the indices that two lists have in common, of which there is at least one. */
  function meet(i: number, j: number): number {
    let p = a.rowPointers[i];
    let q = columns.rowPointers[j];
    const pEnd = a.rowPointers[i + 1];
    const qEnd = columns.rowPointers[j + 1];
    counts.work += Math.min(pEnd - p, 16 * (qEnd - q)) + Math.min(qEnd - q, 16 * (pEnd - p));
    let sum = semiring.zero;
    // A short list looks its indices up in a long one.
    const [isLong, isShort] = [pEnd - p > 16 * (qEnd - q), qEnd - q > 16 * (pEnd - p)];
    while (p < pEnd && q < qEnd) {
      if (isLong) p = firstAtLeast(a.columnIndices, p, pEnd, columns.columnIndices[q]);
      if (isShort) q = firstAtLeast(columns.columnIndices, q, qEnd, a.columnIndices[p]);
      if (p === pEnd || q === qEnd) break;
      const [k, l] = [a.columnIndices[p], columns.columnIndices[q]];
      if (k === l) {
        sum = semiring.add(sum, semiring.multiply(a.values[p], columns.values[q]));
        counts.products++;
      }
      if (k <= l) p++;
      if (l <= k) q++;
    }
    return sum;
  }

  return steppedEngine(a.rows, candidates.builder, counts, READS_PER_STEP, () => {
    const i = candidates.builder.completedRows;
    const length = a.rowPointers[i + 1] - a.rowPointers[i];
    if (length > 0) counts.readElements += columnsWithEntries * length + b.values.length;
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) candidates.add(b.columnIndices[q], semiring.zero);
      counts.work += b.rowPointers[k + 1] - b.rowPointers[k];
    }
    candidates.endRow(sorted, (j) => meet(i, j));
  });
}

/** The first place from `from` on whose index is at least `least`, or `to`. */
function firstAtLeast(indices: Int32Array, from: number, to: number, least: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
