// Columns of the table of edit distances as bit vectors of vertical differences, 32 rows a word.
//
// G. Myers: A fast bit-vector algorithm for approximate string matching based on dynamic programming (Journal of the ACM 46, 1999),
// with the blocks of H. Hyyrö: A bit-vector algorithm for computing Levenshtein and Damerau edit distances (2003).
import type { SymbolArray } from '../symbols.ts';

/** Rows of a word. */
export const WORD = 32;

/** Where each symbol stands in a pattern: bit i of word b says that row 32 b + i has it. */
export class PatternBits {
  readonly length: number;
  readonly blocks: number;
  readonly #words = new Map<number, Int32Array>();
  readonly #none: Int32Array;
  /** Of symbols below 256, where the words are at once. */
  readonly #small: (Int32Array | undefined)[] = new Array(256).fill(undefined);

  constructor(pattern: SymbolArray) {
    this.length = pattern.length;
    this.blocks = Math.ceil(pattern.length / WORD);
    this.#none = new Int32Array(this.blocks);
    for (let i = 0; i < pattern.length; i++) {
      const symbol = pattern[i];
      let words = this.#words.get(symbol);
      if (!words) {
        words = new Int32Array(this.blocks);
        this.#words.set(symbol, words);
        if (symbol >= 0 && symbol < 256) this.#small[symbol] = words;
      }
      words[i >> 5] |= 1 << (i & 31);
    }
  }

  /** The words of a symbol. */
  of(symbol: number): Int32Array {
    if (symbol >= 0 && symbol < 256) return this.#small[symbol] ?? this.#none;
    return this.#words.get(symbol) ?? this.#none;
  }
}

/** A column of the table: in every block the rows at which it rises or falls by one, and its value at the block's last row. */
export class Column {
  readonly #bits: PatternBits;
  readonly rises: Int32Array;
  readonly falls: Int32Array;
  readonly scores: Int32Array;
  /** Mask of the last row of a block; the last block may have fewer rows. */
  readonly #lastMask: number;

  /** The column before the first symbol: 0, 1, 2, … */
  constructor(bits: PatternBits) {
    this.#bits = bits;
    this.rises = new Int32Array(bits.blocks).fill(-1);
    this.falls = new Int32Array(bits.blocks);
    this.scores = Int32Array.from({ length: bits.blocks }, (_, b) => Math.min(bits.length, WORD * (b + 1)));
    this.#lastMask = 1 << ((bits.length - 1) & 31);
  }

  /** Starts a block below one that ends with a score: it rises by one a row, which is an upper bound. */
  open(block: number, above: number): void {
    this.rises[block] = -1;
    this.falls[block] = 0;
    this.scores[block] = above + this.rowsOf(block);
  }

  /** Rows of a block. */
  rowsOf(block: number): number {
    return block === this.#bits.blocks - 1 ? this.#bits.length - WORD * block : WORD;
  }

  /**
   * Moves the blocks from `first` to `last` to the next column.
   *
   * @param symbol - of the column
   * @param carry - by how much the row above the first block rises from the last column to this one: -1, 0 or 1
   * @returns by how much the last row does
   */
  advance(symbol: number, first: number, last: number, carry: number): number {
    const words = this.#bits.of(symbol);
    const { rises, falls, scores } = this;
    const end = this.#bits.blocks - 1;
    let over = carry;
    for (let block = first; block <= last; block++) {
      const up = rises[block];
      const down = falls[block];
      let equal = words[block];
      const vertical = equal | down;
      if (over < 0) equal |= 1;
      const horizontal = ((((equal & up) + up) | 0) ^ up) | equal;
      let plus = down | ~(horizontal | up);
      let minus = up & horizontal;
      const mask = block === end ? this.#lastMask : -(2 ** 31);
      const out = plus & mask ? 1 : minus & mask ? -1 : 0;
      plus <<= 1;
      minus <<= 1;
      if (over < 0) minus |= 1;
      else if (over > 0) plus |= 1;
      rises[block] = minus | ~(vertical | plus);
      falls[block] = plus & vertical;
      scores[block] += out;
      over = out;
    }
    return over;
  }
}
