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

/** Sums by column for the rows of a product, with a marker of the last row that wrote to each place, so that nothing need be cleared. */
export class RowSums {
  readonly builder: CsrBuilder;
  readonly #marker: Int32Array;
  readonly #sums: Float64Array;
  readonly #touched: Int32Array;
  readonly #add: Semiring['add'];
  #count = 0;

  constructor(rows: number, cols: number, { add }: Semiring) {
    this.builder = new CsrBuilder(rows, cols);
    this.#marker = new Int32Array(cols).fill(-1);
    this.#sums = new Float64Array(cols);
    this.#touched = new Int32Array(cols);
    this.#add = add;
  }

  add(j: number, product: number): void {
    const row = this.builder.completedRows;
    if (this.#marker[j] === row) this.#sums[j] = this.#add(this.#sums[j], product);
    else {
      this.#marker[j] = row;
      this.#sums[j] = product;
      this.#touched[this.#count++] = j;
    }
  }

  /** Ends the row, with its columns in order if they are to be `sorted`; `sumOf` may give the sums instead. */
  endRow(sorted: boolean, sumOf = (j: number): number => this.#sums[j]): void {
    const columns = this.#touched.subarray(0, this.#count);
    if (sorted) columns.sort();
    for (const j of columns) this.builder.push(j, sumOf(j));
    this.builder.endRow();
    this.#count = 0;
  }
}

/** An engine that does `step` until there are all rows, some steps at a time. */
export function steppedEngine(
  rows: number,
  builder: CsrBuilder,
  counts: { readonly products: number; readonly work: number; readonly readElements: number; readonly partialTriples?: number },
  mostWork: number,
  step: () => void,
): ProductEngine {
  return {
    get completedRows() {
      return builder.completedRows;
    },
    get products() {
      return counts.products;
    },
    advance() {
      if (builder.completedRows === rows) return false;
      const until = counts.work + mostWork;
      while (builder.completedRows < rows && counts.work < until) step();
      return true;
    },
    solution: () => countedProduct(builder.matrix(), builder.completedRows, counts.products, counts),
    release() {},
  };
}

/** Row i of C is the sum of a_ik times row k of B. Where `sorted`, columns are put in order at the end of every row. */
export function gustavsonEngine(a: CsrMatrix, b: CsrMatrix, semiring: Semiring, sorted: boolean): ProductEngine {
  const sums = new RowSums(a.rows, b.cols, semiring);
  const counts = { products: 0, work: 0, readElements: 0 };
  return steppedEngine(a.rows, sums.builder, counts, PRODUCTS_PER_STEP, () => {
    const i = sums.builder.completedRows;
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      const factor = a.values[p];
      const [first, end] = [b.rowPointers[k], b.rowPointers[k + 1]];
      for (let q = first; q < end; q++) sums.add(b.columnIndices[q], semiring.multiply(factor, b.values[q]));
      counts.readElements += 1 + end - first;
      counts.products += end - first;
    }
    counts.work = counts.products;
    sums.endRow(sorted);
  });
}
