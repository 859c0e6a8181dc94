// Gustavson's row-wise product in plain TypeScript: what the kernels are measured against and tested with.
//
// F. Gustavson: Two fast algorithms for sparse matrices: multiplication and permuted transposition (1978).

import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';
import type { Semiring } from './semiring.ts';
import type { ProductEngine } from './spgemm-solution.ts';
import { countedProduct } from './spgemm-solution.ts';

/** Products after which a step ends. */
const PRODUCTS_PER_STEP = 2 ** 20;

/**
 * Row i of C is the sum of a_ik times row k of B. The sum is kept in a dense array with a marker of the last row
 * that wrote to each place, so that nothing need be cleared. Where `sorted`, columns are put
 * in order at the end of every row.
 */
export function gustavsonEngine(a: CsrMatrix, b: CsrMatrix, semiring: Semiring, sorted: boolean): ProductEngine {
  const { add, multiply } = semiring;
  const builder = new CsrBuilder(a.rows, b.cols);
  const marker = new Int32Array(b.cols).fill(-1);
  const sums = new Float64Array(b.cols);
  const touched = new Int32Array(b.cols);
  let products = 0;
  let readElements = 0;

  function multiplyRow(i: number): void {
    let count = 0;
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      const factor = a.values[p];
      readElements++;
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
        const j = b.columnIndices[q];
        const product = multiply(factor, b.values[q]);
        if (marker[j] === i) sums[j] = add(sums[j], product);
        else {
          marker[j] = i;
          sums[j] = product;
          touched[count++] = j;
        }
        products++;
        readElements++;
      }
    }
    const columns = touched.subarray(0, count);
    if (sorted) columns.sort();
    for (const j of columns) builder.push(j, sums[j]);
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
      const until = products + PRODUCTS_PER_STEP;
      while (builder.completedRows < a.rows && products < until) multiplyRow(builder.completedRows);
      return true;
    },
    solution: () => countedProduct(builder.matrix(), builder.completedRows, products, { readElements }),
    release() {},
  };
}
