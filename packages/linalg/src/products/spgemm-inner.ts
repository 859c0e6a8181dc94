// The inner-product form of a sparse product: every row of A against every column of B, two sorted lists at a time. For
// comparison: lists are read over and over, and most of what is read meets nothing.
import { CsrBuilder } from '../sparse/csr-builder.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { Semiring } from './semiring.ts';
import { countedProduct, type ProductEngine } from './spgemm-solution.ts';

/** Elements read after which a step ends. */
const READS_PER_STEP = 2 ** 24;

/** Time O(columns of B with entries x entries of A + rows of A with entries x entries of B). */
export function innerProductEngine(a: CsrMatrix, b: CsrMatrix, semiring: Semiring): ProductEngine {
  const columns = transposed(b);
  const builder = new CsrBuilder(a.rows, b.cols);
  let products = 0;
  let readElements = 0;

  /** The sum over the indices that two rows have in common, if there are any. */
  function meet(i: number, j: number): void {
    let p = a.rowPointers[i];
    let q = columns.rowPointers[j];
    const pEnd = a.rowPointers[i + 1];
    const qEnd = columns.rowPointers[j + 1];
    readElements += pEnd - p + qEnd - q;
    let sum = semiring.zero;
    let terms = 0;
    while (p < pEnd && q < qEnd) {
      const [k, l] = [a.columnIndices[p], columns.columnIndices[q]];
      if (k === l) {
        sum = semiring.add(sum, semiring.multiply(a.values[p], columns.values[q]));
        terms++;
      }
      if (k <= l) p++;
      if (l <= k) q++;
    }
    if (terms > 0) builder.push(j, sum);
    products += terms;
  }

  function multiplyRow(i: number): void {
    for (let j = 0; j < b.cols && a.rowPointers[i] < a.rowPointers[i + 1]; j++) {
      if (columns.rowPointers[j] < columns.rowPointers[j + 1]) meet(i, j);
    }
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
      const until = readElements + READS_PER_STEP;
      while (builder.completedRows < a.rows && readElements < until) multiplyRow(builder.completedRows);
      return true;
    },
    solution: () => countedProduct(builder.matrix(), builder.completedRows, products, { readElements }),
    release() {},
  };
}
