// The Matrix Market exchange format, read from a stream of chunks.
//
// R. Boisvert, R. Pozo, K. Remington: The Matrix Market exchange formats: initial design (1996).
import { type InvalidInputCode, InvalidInputError } from '@infimum/core';
import { type CsrMatrix, csrFromTriplets } from './csr-matrix.ts';
import type { DenseMatrix } from './dense-matrix.ts';

/** What the entries of a file are. */
export type MatrixMarketField = 'real' | 'integer' | 'complex' | 'pattern';

/** Which entries of a file are left out because others tell them. */
export type MatrixMarketSymmetry = 'general' | 'symmetric' | 'skew-symmetric' | 'hermitian';

interface MatrixMarketHeader {
  /** What the entries are; those of a pattern are read as ones. */
  readonly field: MatrixMarketField;
  /** What the file leaves out; the matrix that was read has all entries. */
  readonly symmetry: MatrixMarketSymmetry;
  /** Comments without their percent signs, one a line. */
  readonly comments: readonly string[];
}

/** A sparse matrix from a Matrix Market file. */
export interface SparseMatrixMarket extends MatrixMarketHeader {
  /** Entries with coordinates. */
  readonly format: 'coordinate';
  /** The matrix, of complex ones the real part. */
  readonly matrix: CsrMatrix;
  /** The imaginary part of a complex matrix. */
  readonly imaginary?: CsrMatrix;
}

/** A dense matrix from a Matrix Market file. */
export interface DenseMatrixMarket extends MatrixMarketHeader {
  /** All entries. */
  readonly format: 'array';
  /** The matrix, of complex ones the real part. */
  readonly matrix: DenseMatrix;
  /** The imaginary part of a complex matrix. */
  readonly imaginary?: DenseMatrix;
}

/**
 * Reads a matrix in Matrix Market format, chunk by chunk: of the text no more than a chunk and a line is held.
 * All kinds of headers are read: coordinate and array; real, integer, complex and pattern; general, symmetric,
 * skew-symmetric and hermitian. Entries in one place are added. Time O(characters).
 *
 * @param chunks - the file: `fs.createReadStream(path)`, the body of a response, or strings
 * @throws {InvalidInputError} for anything that is not as the format has it, with the line (from 1) as index
 *
 * @example
 * ```ts
 * import { csrToDense, readMatrixMarket } from '@infimum/linalg';
 *
 * const text = '%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 4\n2 1 -1.5\n';
 * const file = await readMatrixMarket([text]);
 * if (file.format === 'coordinate') console.log(csrToDense(file.matrix).values.join(' ')); // 4 -1.5 -1.5 0
 * ```
 */
export async function readMatrixMarket(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): Promise<SparseMatrixMarket | DenseMatrixMarket> {
  const reader = new MatrixMarketReader();
  for await (const chunk of chunks) reader.push(chunk);
  return reader.end();
}

const NEWLINE = 10;
const PERCENT = 37;

/** Cuts chunks into lines and reads each of them. */
class MatrixMarketReader {
  readonly #encoder = new TextEncoder();
  readonly #comments: string[] = [];
  #rest = new Uint8Array(0);
  #line = 0;
  #header: Omit<MatrixMarketHeader, 'comments'> & { readonly format: 'coordinate' | 'array' } = {
    format: 'coordinate',
    field: 'real',
    symmetry: 'general',
  };
  #entries: Entries | undefined;

  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? this.#encoder.encode(chunk) : chunk;
    let start = 0;
    const first = bytes.indexOf(NEWLINE);
    if (first >= 0 && this.#rest.length > 0) {
      const joined = joinedBytes(this.#rest, bytes.subarray(0, first));
      this.#readLine(joined, 0, joined.length);
      start = first + 1;
      this.#rest = new Uint8Array(0);
    }
    for (let end = bytes.indexOf(NEWLINE, start); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#readLine(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#rest = joinedBytes(this.#rest, bytes.subarray(start));
  }

  end(): SparseMatrixMarket | DenseMatrixMarket {
    if (this.#rest.length > 0) this.#readLine(this.#rest, 0, this.#rest.length);
    if (!this.#entries) throw this.#error('the file ends before the line with the sizes', 'shape');
    const { count, expected } = this.#entries;
    if (count < expected) {
      throw this.#error(`the file ends after ${count} of ${expected} entries`, 'shape');
    }
    return { ...this.#header, comments: this.#comments, ...this.#entries.matrices() } as
      | SparseMatrixMarket
      | DenseMatrixMarket;
  }

  #readLine(bytes: Uint8Array, start: number, end: number): void {
    this.#line++;
    if (this.#line === 1) this.#readHeader(textOf(bytes, start, end));
    else if (bytes[start] === PERCENT) this.#comments.push(textOf(bytes, start + 1, end).trimEnd());
    else if (this.#entries) this.#readEntry(this.#entries, new Scanner(bytes, start, end));
    else this.#readSizes(new Scanner(bytes, start, end));
  }

  #readHeader(text: string): void {
    const words = text.trim().toLowerCase().split(/\s+/);
    if (words[0] !== '%%matrixmarket' || words[1] !== 'matrix' || words.length !== 5) {
      throw this.#error("expected '%%MatrixMarket matrix FORMAT FIELD SYMMETRY'", 'type');
    }
    const format = this.#choice(words[2], 'format', ['coordinate', 'array']);
    const field = this.#choice(words[3], 'field', ['real', 'integer', 'complex', 'pattern']);
    const symmetry = this.#choice(words[4], 'symmetry', [
      'general',
      'symmetric',
      'skew-symmetric',
      'hermitian',
    ]);
    if (field === 'pattern' && (format === 'array' || symmetry === 'skew-symmetric')) {
      throw this.#error(`there is no ${symmetry} pattern in ${format} format`, 'unsupported');
    }
    if (symmetry === 'hermitian' && field !== 'complex') {
      throw this.#error(`a hermitian matrix is complex, not ${field}`, 'unsupported');
    }
    this.#header = { format, field, symmetry };
  }

  #choice<Word extends string>(word: string, what: string, words: readonly Word[]): Word {
    const found = words.find((candidate) => candidate === word);
    if (!found) throw this.#error(`the ${what} is ${word}, expected one of ${words.join(', ')}`, 'unknown');
    return found;
  }

  #readSizes(scanner: Scanner): void {
    if (scanner.done()) return; // blank lines are allowed
    const { format, symmetry } = this.#header;
    const rows = this.#size(scanner, 'rows');
    const cols = this.#size(scanner, 'columns');
    if (symmetry !== 'general' && rows !== cols) {
      throw this.#error(`a ${symmetry} matrix is square, not ${rows}x${cols}`, 'shape');
    }
    const listed = format === 'coordinate' ? this.#size(scanner, 'entries') : 0;
    this.#expectEnd(scanner);
    this.#entries =
      format === 'coordinate'
        ? new CoordinateEntries(rows, cols, listed, this.#header)
        : new ArrayEntries(rows, cols, this.#header);
  }

  #size(scanner: Scanner, what: string): number {
    const size = scanner.number();
    if (Number.isInteger(size) && size >= 0 && size < 2 ** 31) return size;
    throw this.#error(`expected the number of ${what}`, Number.isNaN(size) ? 'type' : 'out-of-range');
  }

  #readEntry(entries: Entries, scanner: Scanner): void {
    if (scanner.done()) return;
    if (entries.count === entries.expected) {
      throw this.#error(`expected ${entries.expected} entries, here is one more`, 'shape');
    }
    const place = entries.place(scanner);
    if (typeof place === 'string') throw this.#error(place, 'out-of-range');
    const { field, symmetry } = this.#header;
    const real = field === 'pattern' ? 1 : this.#value(scanner, field);
    const imaginary = field === 'complex' ? this.#value(scanner, field) : 0;
    this.#expectEnd(scanner);
    if (symmetry === 'hermitian' && entries.onDiagonal && imaginary !== 0) {
      throw this.#error('the diagonal of a hermitian matrix is real', 'out-of-range');
    }
    entries.add(real, imaginary);
  }

  #value(scanner: Scanner, field: MatrixMarketField): number {
    const value = scanner.number();
    if (Number.isNaN(value)) throw this.#error('expected a number', 'type');
    if (!Number.isFinite(value)) throw this.#error(`is ${value}`, 'not-finite');
    if (field === 'integer' && !Number.isInteger(value)) {
      throw this.#error(`is ${value}, expected an integer`, 'not-integer');
    }
    return value;
  }

  #expectEnd(scanner: Scanner): void {
    if (!scanner.done()) throw this.#error('has more on it than is expected', 'type');
  }

  #error(problem: string, code: InvalidInputCode): InvalidInputError {
    const message = `line ${this.#line}: ${problem}`;
    return new InvalidInputError(message, { argument: 'chunks', code, index: this.#line });
  }
}

/** Collects entries: the next place, from the line or by counting, and then its value. */
interface Entries {
  readonly expected: number;
  readonly count: number;
  readonly onDiagonal: boolean;
  /** Goes to the next place; a text says what is wrong with it. */
  place(scanner: Scanner): string | undefined;
  add(real: number, imaginary: number): void;
  matrices(): { matrix: CsrMatrix | DenseMatrix; imaginary?: CsrMatrix | DenseMatrix };
}

type Kind = Pick<MatrixMarketHeader, 'field' | 'symmetry'>;

/** Factors of real and imaginary part for the entry on the other side of the diagonal. */
const mirrored = (symmetry: MatrixMarketSymmetry): readonly [number, number] =>
  symmetry === 'skew-symmetric' ? [-1, -1] : symmetry === 'hermitian' ? [1, -1] : [1, 1];

class CoordinateEntries implements Entries {
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
    const { symmetry } = this.#kind;
    if (symmetry !== 'general' && column > row) {
      return `(${row}, ${column}) is above the diagonal of a ${symmetry} matrix`;
    }
    if (symmetry === 'skew-symmetric' && column === row) {
      return `(${row}, ${column}) is on the diagonal of a skew-symmetric matrix`;
    }
    this.#row = row - 1;
    this.#column = column - 1;
    return undefined;
  }

  add(real: number, imaginary: number): void {
    this.count++;
    this.#store(this.#row, this.#column, real, imaginary);
    if (this.#kind.symmetry === 'general' || this.onDiagonal) return;
    const [realFactor, imaginaryFactor] = mirrored(this.#kind.symmetry);
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
class ArrayEntries implements Entries {
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
    this.expected =
      symmetry === 'general' ? rows * cols : symmetry === 'skew-symmetric' ? triangle : triangle + rows;
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
    const [realFactor, imaginaryFactor] = mirrored(this.#kind.symmetry);
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

/** Reads the numbers of a line. */
class Scanner {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** Whether nothing but space is left. */
  done(): boolean {
    while (this.#position < this.#end && isSpace(this.#bytes[this.#position])) this.#position++;
    return this.#position === this.#end;
  }

  /** The next number; NaN if the next word is none, or there is none. */
  number(): number {
    if (this.done()) return Number.NaN;
    const bytes = this.#bytes;
    const start = this.#position;
    let position = start;
    let mantissa = 0;
    let digits = 0;
    let scale = 0;
    const negative = bytes[position] === MINUS;
    if (negative || bytes[position] === PLUS) position++;
    for (; isDigit(bytes[position]) && position < this.#end; position++) {
      mantissa = 10 * mantissa + bytes[position] - ZERO;
      digits++;
    }
    if (bytes[position] === POINT && position < this.#end) {
      for (position++; isDigit(bytes[position]) && position < this.#end; position++) {
        mantissa = 10 * mantissa + bytes[position] - ZERO;
        digits++;
        scale++;
      }
    }
    // Up to 15 digits over a power of ten up to 22 round once, so that this is what `Number` gives, and faster.
    if (digits > 0 && digits <= 15 && scale <= 22 && (position === this.#end || isSpace(bytes[position]))) {
      this.#position = position;
      const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale];
      return negative ? -value : value;
    }
    while (position < this.#end && !isSpace(bytes[position])) position++;
    this.#position = position;
    const word = textOf(bytes, start, position);
    return NUMBER.test(word)
      ? Number(word.replace(/[dD]/, 'e'))
      : (SPECIAL.get(word.toLowerCase()) ?? Number.NaN);
  }
}

const ZERO = 48;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const POWERS_OF_TEN = /* @__PURE__ */ Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/;
/** What other programs write for numbers that are not finite; they are refused by name. */
const SPECIAL = new Map([
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
]);

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end));
}

function joinedBytes(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}

function grown<Values extends Int32Array | Float64Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
