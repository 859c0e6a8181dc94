// A dense design for the lasso: passes over its rows as they lie, and copies of few columns for the kernels.
import { checkMatrix } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { Workspace } from '@infimum/linalg/kernels';
import { layout, linalgKernels, scratch } from '@infimum/linalg/kernels';
import { addRows } from '../losses/dense-rows.ts';
import type { LassoColumns } from './lasso-columns.ts';

/** Rows whose entries are copied side by side, so that a line of the cache is written once. */
const TILE = 8;

/**
 * Checks a dense design.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoDenseColumns(design: DenseMatrix): LassoColumns {
  checkShape(design);
  const { rows, cols } = design;
  let store = new Store(rows, 0);
  let size = 0;
  return {
    rows,
    cols,
    gapShare: 0,
    get size() {
      return size;
    },
    get squares() {
      return store.squares;
    },
    get residual() {
      return store.residual;
    },
    // Norms would take a pass of their own, and a pass over all columns is as long without those that are screened.
    begin: (y, out) => {
      store.residual.set(y);
      out.fill(0);
      addRows(design, y, out);
      // What is not finite in A shows in every product, as 0 times infinity is NaN.
      if (!out.every(Number.isFinite)) checkMatrix(design, 'design');
      return undefined;
    },
    multiplyTransposed: (out) => {
      out.fill(0);
      addRows(design, store.residual, out);
    },
    take: (columns) => {
      const needed = size + columns.length;
      if (needed > store.capacity) {
        const larger = new Store(rows, Math.min(cols, Math.max(needed, 2 * store.capacity)));
        larger.copy(store, size);
        store.release();
        store = larger;
      }
      copyColumns(design, columns, store.columns.subarray(size * rows));
      for (; size < needed; size++) store.square(size);
    },
    correlation: (column) => store.correlation(column),
    correlations: (out) => store.correlations(size, out),
    product: (first, second) => store.product(first, second),
    change: (column, d) => store.change(column, d),
    release: () => store.release(),
  };
}

/** Columns one after the other on a workspace, and the residual. */
class Store {
  readonly capacity: number;
  readonly columns: Float64Array;
  readonly squares: Float64Array;
  readonly residual: Float64Array;
  readonly #products: Float64Array;
  readonly #workspace: Workspace;
  readonly #kernels: ReturnType<typeof linalgKernels.instantiate>;
  readonly #rows: number;
  readonly #first: number;
  readonly #right: number;

  constructor(rows: number, capacity: number) {
    this.capacity = capacity;
    this.#rows = rows;
    const { workspace, columns, squares, products, residual } = layout({
      columns: scratch(capacity * rows),
      squares: capacity,
      products: capacity,
      residual: rows,
    });
    this.#workspace = workspace;
    this.#kernels = workspace.kernels(linalgKernels);
    this.columns = columns;
    this.squares = squares;
    this.#products = products;
    this.residual = residual;
    this.#first = columns.byteOffset;
    this.#right = residual.byteOffset;
  }

  copy({ columns, squares, residual }: Store, size: number): void {
    this.columns.set(columns.subarray(0, size * this.#rows));
    this.squares.set(squares.subarray(0, size));
    this.residual.set(residual);
  }

  square(column: number): void {
    const at = this.#at(column);
    this.squares[column] = this.#kernels.dot(this.#rows, at, at);
  }

  correlation(column: number): number {
    return this.#kernels.dot(this.#rows, this.#at(column), this.#right);
  }

  product(first: number, second: number): number {
    return this.#kernels.dot(this.#rows, this.#at(first), this.#at(second));
  }

  correlations(size: number, out: Float64Array): void {
    this.#kernels.gemv(0, size, this.#rows, this.#first, this.#right, this.#products.byteOffset);
    out.set(this.#products.subarray(0, size));
  }

  change(column: number, d: number): void {
    this.#kernels.axpy(this.#rows, -d, this.#at(column), this.#right);
  }

  release(): void {
    this.#workspace.release();
  }

  #at(column: number): number {
    return this.#first + 8 * column * this.#rows;
  }
}

/** Writes columns one after the other. */
function copyColumns({ rows, cols, values }: DenseMatrix, columns: Int32Array, out: Float64Array): void {
  for (let from = 0; from < rows; from += TILE) {
    const to = Math.min(from + TILE, rows);
    for (let b = 0; b < columns.length; b++) {
      let source = from * cols + columns[b];
      for (let i = from; i < to; i++, source += cols) out[b * rows + i] = values[source];
    }
  }
}

/** Everything that can be wrong with a matrix except for its entries. */
function checkShape(design: DenseMatrix): void {
  const { rows, cols, values } = design;
  const isSound =
    values instanceof Float64Array &&
    values.length > 0 &&
    Number.isInteger(rows) &&
    Number.isInteger(cols) &&
    values.length === rows * cols;
  if (!isSound) checkMatrix(design, 'design');
}
