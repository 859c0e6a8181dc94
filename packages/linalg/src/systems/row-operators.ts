// Matrices that are not stored, for relaxations and projections: given by rows, or by products and the diagonal.
import { checkFunction, checkInteger, fault } from '@infimum/core';
import { allocateFloat64 } from '../allocation.ts';
import { asStored } from '../inputs.ts';
import type { LinearMap, LinearOperator, ProductOperator } from '../linear-operator.ts';
import type { AnyMatrix, CsrMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import { diagonalOf } from '../sparse/csr-diagonal.ts';
import { toCsr } from './linear-system.ts';

/** A matrix that is not stored, by its rows: for methods that take one equation after the other. */
export interface RowOperator {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Calls `entry(j, A_ij)` for the entries of row i, in rising columns j; zeros can be left out. */
  row(i: number, entry: (column: number, value: number) => void): void;
}

/** A matrix that is not stored, by its products and its diagonal: for `jacobi`. */
export interface DiagonalOperator extends ProductOperator {
  /** out_i <- A_ii */
  diagonal(out: Float64Array): void;
}

/** What relaxations and projections take: of a `LinearMap`, row i is the product of the transpose with unit vector i. */
export type MatrixOfRows = AnyMatrix | RowOperator | LinearMap;

/** A row at a time: entries `start` <= k < `end` of the two arrays, until the next `seek`. */
export interface RowReader {
  readonly rows: number;
  readonly cols: number;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
  readonly start: number;
  readonly end: number;
  /** Moves to row i. */
  seek(i: number): void;
}

/** The rows of a sparse matrix. */
class StoredRows implements RowReader {
  readonly rows: number;
  readonly cols: number;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
  start = 0;
  end = 0;
  readonly #pointers: Int32Array;

  constructor({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix) {
    this.rows = rows;
    this.cols = cols;
    this.columnIndices = columnIndices;
    this.values = values;
    this.#pointers = rowPointers;
  }

  seek(i: number): void {
    this.start = this.#pointers[i];
    this.end = this.#pointers[i + 1];
  }
}

type Row = RowOperator['row'];

/** The rows of an operator, requested anew each time; zeros are left out. */
export class AskedRows implements RowReader {
  readonly rows: number;
  readonly cols: number;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
  readonly start = 0;
  end = 0;
  /** A power of two near the largest entry. */
  readonly scale: number;
  readonly #row: Row;
  readonly #store: (column: number, value: number) => void;

  constructor(rows: number, cols: number, row: Row, scale: number) {
    this.rows = rows;
    this.cols = cols;
    this.values = allocateFloat64(cols, 'a.cols');
    this.columnIndices = new Int32Array(cols);
    this.scale = scale;
    this.#row = row;
    this.#store = (column, value) => {
      if (value === 0) return;
      this.columnIndices[this.end] = column;
      this.values[this.end++] = value;
    };
  }

  seek(i: number): void {
    this.end = 0;
    this.#row(i, this.#store);
  }

  /** The same matrix over a power of two. */
  over(scale: number): AskedRows {
    const row: Row = (i, entry) => this.#row(i, (column, value) => entry(column, value / scale));
    return new AskedRows(this.rows, this.cols, row, this.scale / scale);
  }

  apply(x: Float64Array, out: Float64Array): void {
    multiplyRows(this, x, out);
  }
}

/** Products with a matrix and its diagonal. */
export class ProductAndDiagonal {
  readonly rows: number;
  readonly cols: number;
  /** A power of two near the largest entry of the diagonal. */
  readonly scale: number;
  readonly apply: LinearOperator;
  readonly diagonal: Float64Array;

  constructor(apply: LinearOperator, diagonal: Float64Array, cols: number) {
    this.rows = diagonal.length;
    this.cols = cols;
    this.apply = apply;
    this.diagonal = diagonal;
    this.scale = powerOfTwoNear(diagonal);
  }

  /** The same matrix over a power of two. */
  over(scale: number): ProductAndDiagonal {
    const apply: LinearOperator = (x, out) => {
      this.apply(x, out);
      for (let i = 0; i < out.length; i++) out[i] /= scale;
    };
    const diagonal = this.diagonal.map((value) => value / scale);
    return new ProductAndDiagonal(apply, diagonal, this.cols);
  }
}

/** Columns are 32-bit integers. */
const MOST = 2 ** 31 - 1;

/** What is checked before any work. */
interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** A matrix with what its sides turned out to be. */
type WithSides<A, Sides> = Sides & { readonly a: A };

/**
 * The rows of a matrix or of an operator, all of which have been looked at once, and the sides of its system.
 *
 * @param sidesOf - the sides, checked to fit the shape before any row is asked for
 * @throws {InvalidInputError} naming `a`, or a part of it; `unsupported` for an operator that cannot give rows
 */
export function rowsOf<Sides extends object>(
  a: MatrixOfRows,
  sidesOf: (shape: Shape) => Sides,
): WithSides<CsrMatrix | AskedRows, Sides> {
  if (isStored(a)) {
    const matrix = asStored(a);
    return { a: toCsr(matrix), ...sidesOf(matrix) };
  }
  checkRows(a);
  checkInteger(a.rows, 'a.rows', { min: 0, max: MOST });
  checkInteger(a.cols, 'a.cols', { min: 0, max: MOST });
  const sides = sidesOf(a);
  const { rows, cols } = a;
  const row = rowFunction(a);
  const largest = new Float64Array(1);
  for (let i = 0; i < rows; i++) {
    let before = -1;
    row(i, (column, value) => {
      if (!Number.isInteger(column) || column <= before || column >= cols) {
        const problem = `gives column ${column} after ${before} of ${cols} in row ${i}: columns must increase`;
        throw fault(problem, 'a.row', 'out-of-range', i);
      }
      if (!Number.isFinite(value)) throw fault(`gives ${value} in column ${column} of row ${i}`, 'a.row', 'not-finite', i);
      before = column;
      largest[0] = Math.max(largest[0], Math.abs(value));
    });
  }
  return { a: new AskedRows(rows, cols, row, powerOfTwoNear(largest)), ...sides };
}

/** A reader for either. */
export function readerOf(a: CsrMatrix | AskedRows): RowReader {
  return a instanceof AskedRows ? a : new StoredRows(a);
}

/**
 * What `jacobi` needs of a matrix or an operator.
 *
 * @throws {InvalidInputError} naming `a`, or a part of it; `unsupported` for an operator without a diagonal
 */
export function productAndDiagonal<Sides extends object>(
  a: AnyMatrix | DiagonalOperator | RowOperator,
  sidesOf: (shape: Shape) => Sides,
): WithSides<CsrMatrix | ProductAndDiagonal, Sides> {
  if (!isStored(a) && hasPart(a, 'apply') && hasPart(a, 'diagonal')) {
    const operator = a as DiagonalOperator;
    checkFunction(operator.apply, 'a.apply');
    checkFunction(operator.diagonal, 'a.diagonal');
    checkInteger(operator.rows, 'a.rows', { min: 0, max: MOST });
    checkInteger(operator.cols, 'a.cols', { min: 0, max: MOST });
    const sides = sidesOf(operator);
    const values = new Float64Array(operator.rows);
    operator.diagonal(values);
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) {
      const product = new ProductAndDiagonal((x, out) => operator.apply(x, out), values, operator.cols);
      return { a: product, ...sides };
    }
    throw fault(`gives ${values[index]} at place ${index}`, 'a.diagonal', 'not-finite', index);
  }
  if (!isStored(a) && !hasPart(a, 'row')) {
    throw fault('must be a matrix, or have apply(x, out) and diagonal(out), or row(i, entry)', 'a', 'unsupported');
  }
  const system = rowsOf(a as AnyMatrix | RowOperator, sidesOf);
  return { ...system, a: system.a instanceof AskedRows ? productsOfRows(system.a) : system.a };
}

/** A reader's products and its diagonal. */
export function productsOfRows(a: CsrMatrix | AskedRows): ProductAndDiagonal {
  const reader = readerOf(a);
  return new ProductAndDiagonal((x, out) => multiplyRows(reader, x, out), diagonalValues(a), a.cols);
}

/**
 * The diagonal of a square matrix that will be divided by.
 *
 * @throws {InvalidInputError} `out-of-range` with the row of the first zero
 */
export function nonzeroDiagonal(diagonal: Float64Array): Float64Array {
  const index = diagonal.indexOf(0);
  if (index < 0) return diagonal;
  throw fault(`has a zero at place ${index} of the diagonal`, 'a', 'out-of-range', index);
}

/** The diagonal, with zeros where there is no entry. */
export function diagonalValues(a: CsrMatrix | AskedRows): Float64Array {
  if (!(a instanceof AskedRows)) return diagonalOf(a);
  return Float64Array.from({ length: a.rows }, (_, i) => {
    a.seek(i);
    const place = a.columnIndices.subarray(0, a.end).indexOf(i);
    return place < 0 ? 0 : a.values[place];
  });
}

/** out <- A x, row by row. */
function multiplyRows(a: RowReader, x: Float64Array, out: Float64Array): void {
  const { rows, columnIndices, values } = a;
  for (let i = 0; i < rows; i++) {
    a.seek(i);
    const { start, end } = a;
    let sum = 0;
    for (let k = start; k < end; k++) sum += values[k] * x[columnIndices[k]];
    out[i] = sum;
  }
}

/** |b - A x|, row by row. */
export function residualOfRows(a: RowReader, x: Float64Array, b: Float64Array): number {
  const { rows, columnIndices, values } = a;
  const residual = b.slice();
  for (let i = 0; i < rows; i++) {
    a.seek(i);
    const { start, end } = a;
    for (let k = start; k < end; k++) residual[i] -= values[k] * x[columnIndices[k]];
  }
  return norm(residual);
}

function isStored(a: unknown): a is AnyMatrix {
  // Of what is nothing at all, the check of entries says so.
  return !(typeof a === 'function' || hasPart(a, 'row') || hasPart(a, 'apply'));
}

function hasPart(a: unknown, part: string): boolean {
  return typeof a === 'object' && a !== null && part in a;
}

function checkRows(a: RowOperator | LinearMap): void {
  if (hasPart(a, 'row')) {
    checkFunction((a as RowOperator).row, 'a.row');
    return;
  }
  if (hasPart(a, 'applyTransposed')) {
    checkFunction((a as LinearMap).applyTransposed, 'a.applyTransposed');
    return;
  }
  throw fault('must be a matrix, or have row(i, entry) or applyTransposed(y, out) to read rows', 'a', 'unsupported');
}

/** The rows as they are, or as the products of the transpose with unit vectors. */
function rowFunction(a: RowOperator | LinearMap): Row {
  if (hasPart(a, 'row')) return (i, entry) => (a as RowOperator).row(i, entry);
  const unit = allocateFloat64(a.rows, 'a.rows');
  const image = allocateFloat64(a.cols, 'a.cols');
  return (i, entry) => {
    unit[i] = 1;
    (a as LinearMap).applyTransposed(unit, image);
    unit[i] = 0;
    for (let j = 0; j < image.length; j++) if (image[j] !== 0) entry(j, image[j]);
  };
}
