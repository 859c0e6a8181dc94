// A sparse matrix that is written row by row, in arrays that grow.
import type { CsrMatrix } from '../matrices.ts';

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

  /**
   * Adds entries of several rows at once: `lengths` has the number of each. All of the rows are ended, the last one only
   * unless it `isContinued`.
   */
  append(columns: Int32Array, values: Float64Array, lengths: Int32Array, isContinued: boolean): void {
    while (this.#entries + columns.length > this.#values.length) this.#grow();
    this.#columnIndices.set(columns, this.#entries);
    this.#values.set(values, this.#entries);
    lengths.forEach((length, row) => {
      this.#entries += length;
      if (row < lengths.length - 1 || !isContinued) this.endRow();
    });
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
    const room = 2 * this.#values.length;
    const columnIndices = new Int32Array(room);
    columnIndices.set(this.#columnIndices.subarray(0, this.#entries));
    this.#columnIndices = columnIndices;
    const values = new Float64Array(room);
    values.set(this.#values.subarray(0, this.#entries));
    this.#values = values;
  }
}
