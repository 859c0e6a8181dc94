// The entries of a sparse product, row after row, while it is being made: where they are gathered decides how often they
// are written.
import type { CsrMatrix } from '../matrices.ts';
import type { WorkEstimate } from './spgemm-tokens.ts';

/** Columns and values of entries. */
export interface Entries {
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}

/** Entries in order. */
export interface EntryStore {
  /** Adds the entries from `from` to `to` of others. */
  append(entries: Entries, from: number, to: number): void;
  /** The first entries, in arrays of their own. */
  upTo(entries: number): Entries;
  /** All entries. Nothing may be added afterwards. */
  all(): Entries;
}

/**
 * Entries in arrays that become the result. Pages that are not written to are never allocated, so that room beyond the result
 * takes no memory.
 */
export class ResultStore implements EntryStore {
  readonly #room: Entries;
  #length = 0;

  /** A store for at most `capacity` entries. */
  constructor(capacity: number) {
    this.#room = entriesOf(capacity);
  }

  append({ columnIndices, values }: Entries, from: number, to: number): void {
    this.#room.columnIndices.set(columnIndices.subarray(from, to), this.#length);
    this.#room.values.set(values.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  upTo(entries: number): Entries {
    const { columnIndices, values } = this.#room;
    return { columnIndices: columnIndices.slice(0, entries), values: values.slice(0, entries) };
  }

  all(): Entries {
    const { columnIndices, values } = this.#room;
    const length = this.#length;
    if (length === values.length) return this.#room;
    if (length < LEAST_FILLED * values.length) return this.upTo(length);
    return { columnIndices: columnIndices.subarray(0, length), values: values.subarray(0, length) };
  }
}

/** Entries piece by piece on memory that is used again, from which the result is copied in the end. */
export class PieceStore implements EntryStore {
  readonly #allocate: (length: number) => Entries;
  readonly #pieces: Entries[] = [];
  #length = 0;

  /** A store on memory that `allocate` gives. */
  constructor(allocate: (length: number) => Entries) {
    this.#allocate = allocate;
  }

  append({ columnIndices, values }: Entries, from: number, to: number): void {
    const piece = this.#allocate(to - from);
    piece.columnIndices.set(columnIndices.subarray(from, to));
    piece.values.set(values.subarray(from, to));
    this.#pieces.push(piece);
    this.#length += to - from;
  }

  upTo(entries: number): Entries {
    const result = entriesOf(entries);
    let at = 0;
    for (const { columnIndices, values } of this.#pieces) {
      const count = Math.min(values.length, entries - at);
      if (count === 0) continue;
      result.columnIndices.set(columnIndices.subarray(0, count), at);
      result.values.set(values.subarray(0, count), at);
      at += count;
    }
    return result;
  }

  all(): Entries {
    return this.upTo(this.#length);
  }
}

function entriesOf(length: number): Entries {
  return { columnIndices: new Int32Array(length), values: new Float64Array(length) };
}

/** How much of its arrays a result must fill not to be copied to shorter ones. */
const LEAST_FILLED = 0.75;
/** The same by the estimate, so that the copy is rare. */
const LEAST_EXPECTED = 0.8;
/** Entries from which on a second copy of the result is worth avoiding. */
const LEAST_ENTRIES = 2 ** 18;
/** Products whose rows are looked at, and how many such a row has at most. */
const SAMPLES = 32;
const MOST_LOOKED_AT = 2 ** 16;

/**
 * Whether a product will have nearly as many entries as its upper bound, by the rows of some of its products, evenly
 * spaced: sum_i c_i = sum_i p_i (c_i / p_i) for p_i products and c_i entries in row i.
 */
export function isNearBound(a: CsrMatrix, b: CsrMatrix, { rowProducts, products }: WorkEstimate, bound: number): boolean {
  if (bound < LEAST_ENTRIES) return false;
  const bits = new Int32Array(Math.ceil(b.cols / 32));
  let shares = 0;
  let before = 0;
  let samples = 0;
  for (let i = 0; i < a.rows; i++) {
    before += rowProducts[i];
    const first = samples;
    while (((samples + 0.5) / SAMPLES) * products < before) samples++;
    // A row of very many products would take long to look at, and will have columns again and again.
    if (samples === first || rowProducts[i] > MOST_LOOKED_AT) continue;
    shares += ((samples - first) * distinctColumns(a, b, i, bits)) / rowProducts[i];
  }
  return (shares / SAMPLES) * products >= LEAST_EXPECTED * bound;
}

/** The entries of row i of the product; `bits` are clear before and after. */
function distinctColumns(a: CsrMatrix, b: CsrMatrix, i: number, bits: Int32Array): number {
  let count = 0;
  for (const isCounting of [true, false]) {
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
        const j = b.columnIndices[q];
        const place = j >>> 5;
        if (isCounting) {
          count += 1 - ((bits[place] >>> (j & 31)) & 1);
          bits[place] |= 1 << (j & 31);
        } else bits[place] = 0;
      }
    }
  }
  return count;
}
