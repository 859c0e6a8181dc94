// The Matrix Market exchange format, read from a stream of chunks.
//
// R. Boisvert, R. Pozo, K. Remington: The Matrix Market exchange formats: initial design (1996).
import type { InvalidInputCode, InvalidInputError, OptionSpecs, OptionsOf } from '@infimum/core';
import { checkIterable, fault, resolveOptions } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Entries, MatrixMarketField, MatrixMarketSymmetry } from './matrix-market-entries.ts';
import { ArrayEntries, CoordinateEntries } from './matrix-market-entries.ts';
import { Scanner, textOf } from './number-scanner.ts';

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
 * Reads a matrix in Matrix Market format, chunk by chunk: at most a chunk and a line of the text is held.
 * All kinds of headers are read: coordinate and array; real, integer, complex and pattern; general, symmetric,
 * skew-symmetric and hermitian (of real numbers: symmetric). In the symmetric kinds each entry, on either side of the diagonal, also
 * gives its mirror image. Entries in the same place are added. Integers beyond 2^53 are refused, not rounded, and so are headers
 * of matrices that need more than `maxBytes` (512 MiB). Time O(characters).
 *
 * @param chunks - the file: `fs.createReadStream(path)`, the body of a response, or strings
 * @throws {InvalidInputError} for anything that is not as the format has it, with the line (from 1) as index; `too-large` with
 *   the number of bytes
 *
 * @example
 * ```ts
 * import { csrToDense, readMatrixMarket } from '@infimum/linalg/sparse';
 *
 * const text = '%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 4\n2 1 -1.5\n';
 * const file = await readMatrixMarket([text]);
 * if (file.format === 'coordinate') console.log(csrToDense(file.matrix).values.join(' ')); // 4 -1.5 -1.5 0
 * ```
 */
export async function readMatrixMarket(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: ReadMatrixMarketOptions = {},
): Promise<SparseMatrixMarket | DenseMatrixMarket> {
  const reader = new MatrixMarketReader('chunks', resolveOptions(readOptions, options).maxBytes);
  checkIterable(chunks, 'chunks');
  for await (const chunk of chunks) reader.push(chunk);
  return reader.end();
}

/**
 * As `readMatrixMarket`, for a file that is already in memory.
 *
 * @throws {InvalidInputError} as `readMatrixMarket`
 *
 * @example
 * ```ts
 * import { parseMatrixMarket } from '@infimum/linalg';
 *
 * const { matrix } = parseMatrixMarket('%%MatrixMarket matrix array real general\n2 1\n3\n4\n');
 * console.log(matrix.values.join(' ')); // 3 4
 * ```
 */
export function parseMatrixMarket(text: string, options: ReadMatrixMarketOptions = {}): SparseMatrixMarket | DenseMatrixMarket {
  if (typeof text !== 'string') throw fault('expected a string', 'text', 'type');
  const reader = new MatrixMarketReader('text', resolveOptions(readOptions, options).maxBytes);
  reader.push(text);
  return reader.end();
}

const readOptions = {
  maxBytes: {
    type: 'integer',
    above: 0,
    default: 2 ** 29,
    unit: 'bytes',
    description: 'Memory limit for the sizes in the header, in bytes',
  },
} as const satisfies OptionSpecs;

/** Options of `readMatrixMarket` and `parseMatrixMarket`. */
export type ReadMatrixMarketOptions = OptionsOf<typeof readOptions>;

const PERCENT = 37;

/** Reads each of the lines. */
class MatrixMarketReader {
  readonly #lines = new LineSplitter((bytes, start, end) => this.#readLine(bytes, start, end));
  readonly #comments: string[] = [];
  #header: Omit<MatrixMarketHeader, 'comments'> & { readonly format: 'coordinate' | 'array' } = {
    format: 'coordinate',
    field: 'real',
    symmetry: 'general',
  };
  #entries: Entries | undefined;
  readonly #argument: string;
  readonly #maxBytes: number;

  /** @param argument - what the caller calls the file */
  constructor(argument: string, maxBytes: number) {
    this.#argument = argument;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array | string): void {
    this.#lines.push(chunk);
  }

  end(): SparseMatrixMarket | DenseMatrixMarket {
    this.#lines.end();
    if (!this.#entries) throw this.#error('the file ends before the line with the sizes', 'shape');
    const { count, expected } = this.#entries;
    if (count < expected) {
      throw this.#error(`the file ends after ${count} of ${expected} entries`, 'shape');
    }
    return { ...this.#header, comments: this.#comments, ...this.#entries.matrices() } as SparseMatrixMarket | DenseMatrixMarket;
  }

  #readLine(bytes: Uint8Array, start: number, end: number): void {
    if (this.#lines.line === 1) this.#readHeader(textOf(bytes, start, end));
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
    const symmetry = this.#choice(words[4], 'symmetry', ['general', 'symmetric', 'skew-symmetric', 'hermitian']);
    if (field === 'pattern' && (format === 'array' || symmetry === 'skew-symmetric')) {
      throw this.#error(`a ${symmetry} pattern in ${format} format is not possible`, 'unsupported');
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
    const doubles = this.#header.field === 'complex' ? 16 : 8;
    const bytes = format === 'coordinate' ? 8 * (rows + 1) : doubles * rows * cols;
    if (bytes > this.#maxBytes) {
      throw this.#error(
        `a matrix of ${rows}x${cols} in ${format} format needs ${bytes} bytes, maxBytes allows ${this.#maxBytes}`,
        'too-large',
      );
    }
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
      throw this.#error(`expected ${entries.expected} entries, found one more`, 'shape');
    }
    const place = entries.place(scanner);
    if (typeof place === 'string') throw this.#error(place, 'out-of-range');
    const { field, symmetry } = this.#header;
    const real = field === 'pattern' ? 1 : this.#value(scanner, field);
    const imaginary = field === 'complex' ? this.#value(scanner, field) : 0;
    this.#expectEnd(scanner);
    if (symmetry === 'skew-symmetric' && entries.onDiagonal && (real !== 0 || imaginary !== 0)) {
      throw this.#error('the diagonal of a skew-symmetric matrix is zero', 'out-of-range');
    }
    if (symmetry === 'hermitian' && entries.onDiagonal && imaginary !== 0) {
      throw this.#error('the diagonal of a hermitian matrix is real', 'out-of-range');
    }
    entries.add(real, imaginary);
  }

  #value(scanner: Scanner, field: MatrixMarketField): number {
    const value = scanner.number();
    if (Number.isNaN(value)) throw this.#error('expected a number', 'type');
    if (!Number.isFinite(value)) throw this.#error(`is ${value}`, 'not-finite');
    if (field === 'integer' && !Number.isSafeInteger(value)) {
      if (!Number.isInteger(value)) throw this.#error(`is ${value}, expected an integer`, 'not-integer');
      throw this.#error('is an integer beyond 2^53, which would be rounded', 'out-of-range');
    }
    return value;
  }

  #expectEnd(scanner: Scanner): void {
    if (!scanner.done()) throw this.#error('has extra content', 'type');
  }

  #error(problem: string, code: InvalidInputCode): InvalidInputError {
    const { line } = this.#lines;
    return fault(`line ${line}: ${problem}`, this.#argument, code, line);
  }
}
