// A sparse matrix that is written row by row, in arrays that grow.
import type { CsrMatrix } from './csr-matrix.ts';

/** Collects the rows of a sparse matrix from the first to the last. */
export class CsrBuilder {
  readonly rows: number;
  readonly cols: number;
  readonly #rowPointers: Int32Array;
  #columnIndices = new Int32Array(1024);
  #values = new Float64Array(1024);
  #row = 0;
  #entries = 0;

  constructor(rows: number, cols: number) {
    this.rows = rows;
    this.cols = cols;
    this.#rowPointers = new Int32Array(rows + 1);
  }

  /** Rows that have been ended. */
  get completedRows(): number {
    return this.#row;
  }

  /** Adds an entry to the current row. */
  push(column: number, value: number): void {
    if (this.#entries === this.#values.length) this.#grow();
    this.#columnIndices[this.#entries] = column;
    this.#values[this.#entries++] = value;
  }

  /** Ends the current row. */
  endRow(): void {
    this.#rowPointers[++this.#row] = this.#entries;
  }

  /** The matrix so far, in arrays of its own; rows that have not been ended are empty. */
  matrix(): CsrMatrix {
    const entries = this.#rowPointers[this.#row];
    const rowPointers = this.#rowPointers.slice();
    rowPointers.fill(entries, this.#row + 1);
    return {
      rows: this.rows,
      cols: this.cols,
      rowPointers,
      columnIndices: this.#columnIndices.slice(0, entries),
      values: this.#values.slice(0, entries),
    };
  }

  #grow(): void {
    const columnIndices = new Int32Array(2 * this.#entries);
    columnIndices.set(this.#columnIndices);
    this.#columnIndices = columnIndices;
    const values = new Float64Array(2 * this.#entries);
    values.set(this.#values);
    this.#values = values;
  }
}
