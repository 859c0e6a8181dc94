// The outer-product form of a sparse product: column k of A times row k of B gives a matrix of partial products; all
// of them are stored, in a linked list for each row of C, and merged in the end. For comparison: A and B are read but
// once, and the partial products cost more than that saves.
//
// S. Pal et al.: OuterSPACE: an outer product based sparse matrix multiplication accelerator (2018).
import type { CsrMatrix } from '../matrices.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { Semiring } from './semiring.ts';
import { RowSums, steppedEngine } from './spgemm-gustavson.ts';
import type { ProductEngine } from './spgemm-solution.ts';

/** Partial products after which a step ends. */
const PRODUCTS_PER_STEP = 2 ** 20;

/**
 * Time O(P), and a sort of the columns of every row where they are to be `sorted`; memory 16 bytes a partial product, and as much
 * for its links.
 */
export function outerProductEngine(
  a: CsrMatrix,
  b: CsrMatrix,
  semiring: Semiring,
  products: number,
  sorted: boolean,
): ProductEngine {
  const columns = transposed(a);
  const sums = new RowSums(a.rows, b.cols, semiring);
  // The list of a row: its first and last triple, and of every triple the next one.
  const head = new Int32Array(a.rows).fill(-1);
  const tail = new Int32Array(a.rows).fill(-1);
  const next = new Int32Array(products);
  const tripleColumns = new Int32Array(products);
  const tripleValues = new Float64Array(products);
  const counts = { products: 0, work: 0, readElements: 0, partialTriples: 0 };
  let k = 0;

  function expand(): void {
    const [first, end] = [b.rowPointers[k], b.rowPointers[k + 1]];
    counts.readElements += columns.rowPointers[k + 1] - columns.rowPointers[k] + end - first;
    let stored = counts.products;
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
    counts.work += stored - counts.products;
    counts.products = counts.partialTriples = stored;
    k++;
  }

  /** Adds the triples of the next row by column, those in one place in the order of k. */
  function mergeRow(): void {
    for (let triple = head[sums.builder.completedRows]; triple >= 0; triple = next[triple]) {
      sums.add(tripleColumns[triple], tripleValues[triple]);
      counts.work++;
    }
    sums.endRow(sorted);
  }

  return steppedEngine(a.rows, sums.builder, counts, PRODUCTS_PER_STEP, () => (k < a.cols ? expand() : mergeRow()));
}
