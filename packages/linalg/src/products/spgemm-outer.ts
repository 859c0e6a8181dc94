// The outer-product form of a sparse product: column k of A times row k of B gives a matrix of partial products; all
// of them are stored, in a linked list for each row of C, and merged in the end. For comparison: A and B are read but
// once, and the partial products cost more than that saves.
//
// S. Pal et al.: OuterSPACE: an outer product based sparse matrix multiplication accelerator (2018).
import { CsrBuilder } from '../sparse/csr-builder.ts';
import { type CsrMatrix, sortRow } from '../sparse/csr-matrix.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { Semiring } from './semiring.ts';
import { countedProduct, type ProductEngine } from './spgemm-solution.ts';

/** Partial products after which a step ends. */
const PRODUCTS_PER_STEP = 2 ** 20;

/** Time O(P) and a stable sort of every row; memory 16 bytes a partial product, and as much for its links. */
export function outerProductEngine(
  a: CsrMatrix,
  b: CsrMatrix,
  semiring: Semiring,
  products: number,
): ProductEngine {
  const columns = transposed(a);
  const builder = new CsrBuilder(a.rows, b.cols);
  // The list of a row: its first and last triple, and of every triple the next one.
  const head = new Int32Array(a.rows).fill(-1);
  const tail = new Int32Array(a.rows).fill(-1);
  const next = new Int32Array(products);
  const tripleColumns = new Int32Array(products);
  const tripleValues = new Float64Array(products);
  let stored = 0;
  let merged = 0;
  let k = 0;
  let readElements = 0;

  function expand(): void {
    const [first, end] = [b.rowPointers[k], b.rowPointers[k + 1]];
    readElements += columns.rowPointers[k + 1] - columns.rowPointers[k] + end - first;
    for (let p = columns.rowPointers[k]; p < columns.rowPointers[k + 1]; p++) {
      const i = columns.columnIndices[p];
      for (let q = first; q < end; q++) {
        tripleColumns[stored] = b.columnIndices[q];
        tripleValues[stored] = semiring.multiply(columns.values[p], b.values[q]);
        next[stored] = -1;
        if (tail[i] < 0) head[i] = stored;
        else next[tail[i]] = stored;
        tail[i] = stored++;
      }
    }
    k++;
  }

  /** Sorts the triples of the next row by column, those in one place in the order of k, and adds them up. */
  function mergeRow(): void {
    const i = builder.completedRows;
    const rowColumns: number[] = [];
    const rowValues: number[] = [];
    for (let triple = head[i]; triple >= 0; triple = next[triple]) {
      rowColumns.push(tripleColumns[triple]);
      rowValues.push(tripleValues[triple]);
    }
    const [sortedColumns, values] = [Int32Array.from(rowColumns), Float64Array.from(rowValues)];
    sortRow(sortedColumns, values, 0, values.length);
    for (let from = 0, to = 0; from < values.length; from = to) {
      let sum = values[from];
      for (to = from + 1; sortedColumns[to] === sortedColumns[from] && to < values.length; to++) {
        sum = semiring.add(sum, values[to]);
      }
      builder.push(sortedColumns[from], sum);
    }
    merged += values.length;
    builder.endRow();
  }

  return {
    get completedRows() {
      return builder.completedRows;
    },
    get products() {
      return stored;
    },
    advance() {
      if (builder.completedRows === a.rows) return false;
      const until = stored + merged + PRODUCTS_PER_STEP;
      while (k < a.cols && stored + merged < until) expand();
      while (k === a.cols && builder.completedRows < a.rows && stored + merged < until) mergeRow();
      return true;
    },
    solution: () =>
      countedProduct(builder.matrix(), builder.completedRows, stored, {
        readElements,
        partialTriples: stored,
      }),
    release() {},
  };
}
