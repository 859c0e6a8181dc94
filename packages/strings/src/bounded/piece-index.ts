// Many patterns in one reading of a text: a pattern with at most k mismatches has one of k + 1 pieces without any, and a
// hash table knows all pieces of all patterns.
//
// R. Rivest: Partial-match retrieval algorithms (1976), for the pieces; R. Karp, M. Rabin: Efficient randomized
// pattern-matching algorithms (1987), for the rolling hash.
import type { SymbolArray } from '../symbols.ts';
import { mismatchesUpTo } from './scan.ts';

/** Base of the rolling hash modulo 2^32: odd, with bits all over. */
const BASE = 0x2c1b3c6d;

/** A pattern's length over k + 1, the length of each piece. */
export function pieceLength(m: number, k: number): number {
  return Math.floor(m / (k + 1));
}

/** The pieces of patterns by the hash of their first symbols. */
export class PieceIndex {
  /** Candidates that were verified so far. */
  candidates = 0;
  readonly #patterns: readonly SymbolArray[];
  readonly #bounds: readonly number[];
  /** Symbols that are hashed. */
  readonly #length: number;
  /** BASE^length: what the symbol that leaves a window has been multiplied by. */
  readonly #leaving: number;
  readonly #shift: number;
  /** First piece of every slot, -1 for none; pieces of a slot are chained. */
  readonly #slots: Int32Array;
  readonly #next: Int32Array;
  readonly #hashes: Int32Array;
  /** Of each piece: its pattern, and its place there. */
  readonly #patternOf: Int32Array;
  readonly #offsets: Int32Array;
  /** First piece of every pattern. */
  readonly #first: Int32Array;

  /**
   * Time and memory O(pieces length).
   *
   * @param bounds - k of each pattern
   * @param length - symbols that are hashed, at most the shortest piece
   */
  constructor(patterns: readonly SymbolArray[], bounds: readonly number[], length: number) {
    this.#patterns = patterns;
    this.#bounds = bounds;
    this.#length = length;
    let power = 1;
    for (let i = 0; i < length; i++) power = Math.imul(power, BASE);
    this.#leaving = power;
    this.#first = new Int32Array(patterns.length + 1);
    for (let p = 0; p < patterns.length; p++) this.#first[p + 1] = this.#first[p] + bounds[p] + 1;
    const pieces = this.#first[patterns.length];
    const bits = Math.min(24, Math.ceil(Math.log2(8 * pieces + 1)));
    this.#shift = 32 - bits;
    this.#slots = new Int32Array(2 ** bits).fill(-1);
    this.#next = new Int32Array(pieces);
    this.#hashes = new Int32Array(pieces);
    this.#patternOf = new Int32Array(pieces);
    this.#offsets = new Int32Array(pieces);
    for (let p = 0, piece = 0; p < patterns.length; p++) {
      const step = pieceLength(patterns[p].length, bounds[p]);
      for (let j = 0; j <= bounds[p]; j++, piece++) {
        this.#patternOf[piece] = p;
        this.#offsets[piece] = j * step;
        const hash = this.#hashOf(patterns[p], j * step);
        this.#hashes[piece] = hash;
        const slot = this.#slotOf(hash);
        this.#next[piece] = this.#slots[slot];
        this.#slots[slot] = piece;
      }
    }
  }

  /**
   * Reports every place that has an exact piece at `from` ≤ y < `to`, each once over all calls; no place with at most k
   * mismatches is without one.
   */
  search(
    text: SymbolArray,
    from: number,
    to: number,
    found: (pattern: number, position: number, distance: number) => void,
  ): void {
    const length = this.#length;
    const end = Math.min(to, text.length - length + 1);
    if (from >= end) return;
    const [slots, hashes, next, leaving, shift] = [this.#slots, this.#hashes, this.#next, this.#leaving, this.#shift];
    let hash = this.#hashOf(text, from);
    for (let y = from; ; ) {
      for (let piece = slots[slotOf(hash, shift)]; piece >= 0; piece = next[piece]) {
        if (hashes[piece] === hash) this.#verify(text, piece, y, found);
      }
      if (++y >= end) return;
      hash = (Math.imul(hash, BASE) + text[y + length - 1] - Math.imul(text[y - 1], leaving)) | 0;
    }
  }

  #verify(
    text: SymbolArray,
    piece: number,
    y: number,
    found: (pattern: number, position: number, distance: number) => void,
  ): void {
    const p = this.#patternOf[piece];
    const pattern = this.#patterns[p];
    const k = this.#bounds[p];
    const position = y - this.#offsets[piece];
    if (position < 0 || position + pattern.length > text.length) return;
    // An earlier piece that fits here has reported the place already.
    for (let earlier = this.#first[p]; earlier < piece; earlier++) {
      if (this.#fits(text, pattern, position, this.#offsets[earlier])) return;
    }
    this.candidates++;
    const distance = mismatchesUpTo(k, text, pattern, position);
    // The hash may have collided, but then a later piece or none is exact, and the occurrence is still correct.
    if (distance <= k && this.#fits(text, pattern, position, this.#offsets[piece])) found(p, position, distance);
  }

  /** Whether the hashed symbols of a piece agree. */
  #fits(text: SymbolArray, pattern: SymbolArray, position: number, offset: number): boolean {
    for (let j = offset; j < offset + this.#length; j++) if (text[position + j] !== pattern[j]) return false;
    return true;
  }

  #hashOf(symbols: SymbolArray, from: number): number {
    let hash = 0;
    for (let j = from; j < from + this.#length; j++) hash = (Math.imul(hash, BASE) + symbols[j]) | 0;
    return hash;
  }

  #slotOf(hash: number): number {
    return slotOf(hash, this.#shift);
  }
}

/** The high bits of a product with 2^32 / golden ratio (Knuth). */
function slotOf(hash: number, shift: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> shift;
}
