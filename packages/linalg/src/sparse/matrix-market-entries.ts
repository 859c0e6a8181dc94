// The entries of a Matrix Market file, as they come: with coordinates, or column by column.
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { csrFromTriplets } from './csr-matrix.ts';
import type { Scanner } from './number-scanner.ts';

/** What the entries of a file are. */
export type MatrixMarketField = 'real' | 'integer' | 'complex' | 'pattern';

/** Which entries of a file are left out because others tell them. */
export type MatrixMarketSymmetry = 'general' | 'symmetric' | 'skew-symmetric' | 'hermitian';

/** Collects entries: the next place, from the line or by counting, and then its value. */
export interface Entries {
  readonly expected: number;
  readonly count: number;
  readonly onDiagonal: boolean;
  /** Goes to the next place; a text says what is wrong with it. */
  place(scanner: Scanner): string | undefined;
  add(real: number, imaginary: number): void;
  matrices(): { matrix: CsrMatrix | DenseMatrix; imaginary?: CsrMatrix | DenseMatrix };
}

/** What entries are, and which of them are left out. */
interface Kind {
  readonly field: MatrixMarketField;
  readonly symmetry: MatrixMarketSymmetry;
}

/** What stands on the other side of the diagonal: factors of real and imaginary part. */
export const MIRRORED: Readonly<Record<MatrixMarketSymmetry, readonly [number, number]>> = {
  general: [1, 1],
  symmetric: [1, 1],
  'skew-symmetric': [-1, -1],
  hermitian: [1, -1],
};

/** Entries with their places, in any order. */
export class CoordinateEntries implements Entries {
  readonly rows: number;
  readonly cols: number;
  readonly expected: number;
  readonly #kind: Kind;
  #rowIndices: Int32Array;
  #columnIndices: Int32Array;
  #real: Float64Array;
  #imaginary: Float64Array;
  #stored = 0;
  #row = 0;
  #column = 0;
  count = 0;

  constructor(rows: number, cols: number, expected: number, kind: Kind) {
    this.rows = rows;
    this.cols = cols;
    this.expected = expected;
    this.#kind = kind;
    // What a header promises is only believed up to a point: a wrong one must not take all memory.
    const room = Math.min(expected, 2 ** 20) * (kind.symmetry === 'general' ? 1 : 2);
    this.#rowIndices = new Int32Array(room);
    this.#columnIndices = new Int32Array(room);
    this.#real = new Float64Array(room);
    this.#imaginary = new Float64Array(kind.field === 'complex' ? room : 0);
  }

  get onDiagonal(): boolean {
    return this.#row === this.#column;
  }

  place(scanner: Scanner): string | undefined {
    const row = scanner.number();
    const column = scanner.number();
    if (!(Number.isInteger(row) && row >= 1 && row <= this.rows)) {
      return `the row is ${row}, expected an integer from 1 to ${this.rows}`;
    }
    if (!(Number.isInteger(column) && column >= 1 && column <= this.cols)) {
      return `the column is ${column}, expected an integer from 1 to ${this.cols}`;
    }
    this.#row = row - 1;
    this.#column = column - 1;
    return undefined;
  }

  add(real: number, imaginary: number): void {
    this.count++;
    this.#store(this.#row, this.#column, real, imaginary);
    if (this.#kind.symmetry === 'general' || this.onDiagonal) return;
    const [realFactor, imaginaryFactor] = MIRRORED[this.#kind.symmetry];
    this.#store(this.#column, this.#row, realFactor * real, imaginaryFactor * imaginary);
  }

  matrices(): { matrix: CsrMatrix; imaginary?: CsrMatrix } {
    const part = (values: Float64Array): CsrMatrix =>
      csrFromTriplets({
        rows: this.rows,
        cols: this.cols,
        rowIndices: this.#rowIndices.subarray(0, this.#stored),
        columnIndices: this.#columnIndices.subarray(0, this.#stored),
        values: values.subarray(0, this.#stored),
      });
    const matrix = part(this.#real);
    return this.#kind.field === 'complex' ? { matrix, imaginary: part(this.#imaginary) } : { matrix };
  }

  #store(row: number, column: number, real: number, imaginary: number): void {
    if (this.#stored === this.#real.length) this.#grow();
    this.#rowIndices[this.#stored] = row;
    this.#columnIndices[this.#stored] = column;
    this.#real[this.#stored] = real;
    if (this.#imaginary.length > 0) this.#imaginary[this.#stored] = imaginary;
    this.#stored++;
  }

  #grow(): void {
    const room = Math.max(16, 2 * this.#stored);
    this.#rowIndices = grown(this.#rowIndices, new Int32Array(room));
    this.#columnIndices = grown(this.#columnIndices, new Int32Array(room));
    this.#real = grown(this.#real, new Float64Array(room));
    if (this.#kind.field === 'complex') this.#imaginary = grown(this.#imaginary, new Float64Array(room));
  }
}

/** Entries column by column, of the lower triangle only where there is symmetry. */
export class ArrayEntries implements Entries {
  readonly rows: number;
  readonly cols: number;
  readonly expected: number;
  readonly #kind: Kind;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  #row = -1;
  #column = 0;
  count = 0;

  constructor(rows: number, cols: number, kind: Kind) {
    this.rows = rows;
    this.cols = cols;
    this.#kind = kind;
    const { symmetry, field } = kind;
    const triangle = (rows * (rows - 1)) / 2;
    this.expected = symmetry === 'general' ? rows * cols : symmetry === 'skew-symmetric' ? triangle : triangle + rows;
    this.#real = new Float64Array(rows * cols);
    this.#imaginary = new Float64Array(field === 'complex' ? rows * cols : 0);
    if (symmetry === 'skew-symmetric') this.#row = 0;
  }

  get onDiagonal(): boolean {
    return this.#row === this.#column;
  }

  place(): undefined {
    this.#row++;
    if (this.#row < this.rows) return;
    this.#column++;
    const { symmetry } = this.#kind;
    this.#row = symmetry === 'general' ? 0 : this.#column + (symmetry === 'skew-symmetric' ? 1 : 0);
  }

  add(real: number, imaginary: number): void {
    this.count++;
    this.#store(this.#row * this.cols + this.#column, real, imaginary);
    if (this.#kind.symmetry === 'general' || this.onDiagonal) return;
    const [realFactor, imaginaryFactor] = MIRRORED[this.#kind.symmetry];
    this.#store(this.#column * this.cols + this.#row, realFactor * real, imaginaryFactor * imaginary);
  }

  matrices(): { matrix: DenseMatrix; imaginary?: DenseMatrix } {
    const { rows, cols } = this;
    const matrix = { rows, cols, values: this.#real };
    if (this.#kind.field !== 'complex') return { matrix };
    return { matrix, imaginary: { rows, cols, values: this.#imaginary } };
  }

  #store(place: number, real: number, imaginary: number): void {
    this.#real[place] = real;
    if (this.#imaginary.length > 0) this.#imaginary[place] = imaginary;
  }
}

function grown<Values extends Int32Array | Float64Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
