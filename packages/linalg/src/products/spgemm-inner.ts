// The inner-product form of a sparse product: rows of A against columns of B, two sorted lists at a time, wherever the two
// have an index in common. For comparison: lists are read over and over, and most of what is read meets nothing. The traffic that is
// reported is that of the form as it stands in books, all pairs of rows and columns; those without a common index are only counted.

import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { Semiring } from './semiring.ts';
import type { ProductEngine } from './spgemm-solution.ts';
import { countedProduct } from './spgemm-solution.ts';

/** Elements read after which a step ends. */
const READS_PER_STEP = 2 ** 24;

/**
 * Time: for every entry of the product the lengths of its row of A and its column of B, and O(P) to find where these entries are;
 * pairs that share no index are counted and not read, of which a diagonal product of 10^5 rows has 10^10. `sorted` keeps the columns of a
 * row in order.
 */
export function innerProductEngine(a: CsrMatrix, b: CsrMatrix, semiring: Semiring, sorted: boolean): ProductEngine {
  const columns = transposed(b);
  const marker = new Int32Array(b.cols).fill(-1);
  const candidates = new Int32Array(b.cols);
  const builder = new CsrBuilder(a.rows, b.cols);
  const columnsWithEntries = columns.rowPointers.reduce(
    (count, end, j) => count + (j > 0 && end > columns.rowPointers[j - 1] ? 1 : 0),
    0,
  );
  let products = 0;
  let readElements = 0;
  let work = 0;

  /** The sum over the indices that two lists have in common, of which there is at least one. */
  function meet(i: number, j: number): void {
    let p = a.rowPointers[i];
    let q = columns.rowPointers[j];
    const pEnd = a.rowPointers[i + 1];
    const qEnd = columns.rowPointers[j + 1];
    work += Math.min(pEnd - p, 16 * (qEnd - q)) + Math.min(qEnd - q, 16 * (pEnd - p));
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
        products++;
      }
      if (k <= l) p++;
      if (l <= k) q++;
    }
    builder.push(j, sum);
  }

  function multiplyRow(i: number): void {
    const length = a.rowPointers[i + 1] - a.rowPointers[i];
    if (length > 0) readElements += columnsWithEntries * length + b.values.length;
    let count = 0;
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
        const j = b.columnIndices[q];
        work++;
        if (marker[j] === i) continue;
        marker[j] = i;
        candidates[count++] = j;
      }
    }
    const met = candidates.subarray(0, count);
    if (sorted) met.sort();
    for (const j of met) meet(i, j);
    builder.endRow();
  }

  return {
    get completedRows() {
      return builder.completedRows;
    },
    get products() {
      return products;
    },
    advance() {
      if (builder.completedRows === a.rows) return false;
      const until = work + READS_PER_STEP;
      while (builder.completedRows < a.rows && work < until) multiplyRow(builder.completedRows);
      return true;
    },
    solution: () => countedProduct(builder.matrix(), builder.completedRows, products, { readElements }),
    release() {},
  };
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
