// Texts that do not fit in memory, or have not arrived yet: distances as the text comes in, with the memory of a pattern
// and a chunk.
import { checkInteger, InvalidInputError } from '@infimum/core';
import type { Occurrence } from './find-with-mismatches.ts';
import { hammingDistances } from './hamming-distances.ts';
import { kMismatch } from './k-mismatch.ts';
import {
  checkPattern,
  type NumberedSymbols,
  numberSymbols,
  type Sequence,
  type StringUnit,
  type SymbolArray,
  toSymbols,
} from './symbols.ts';

/** Options of `HammingStream`. */
export interface HammingStreamOptions {
  /** Clip distances at this number plus one, which is faster; by default they are exact. */
  readonly maxMismatches?: number;
  /** What counts as one symbol of a string: UTF-16 code units (default) or Unicode code points. */
  readonly unit?: StringUnit;
}

/**
 * Distances between a pattern and a text that comes in chunks.
 *
 * Chunks may have any length; those of at least the pattern's length are processed best, since the last m - 1 symbols of
 * the text are looked at again with every chunk.
 *
 * @example
 * ```ts
 * import { HammingStream } from '@infimum/strings';
 *
 * const stream = new HammingStream('TAC');
 * for (const chunk of ['GAT', 'TA', 'CA']) console.log(stream.position, stream.push(chunk).join(' '));
 * console.log(stream.position); // 5
 * ```
 */
export class HammingStream {
  readonly #kind: 'string' | 'array';
  readonly #unit: StringUnit;
  readonly #maxMismatches: number | undefined;
  readonly #symbols: NumberedSymbols;
  readonly #pattern: NumberArray;
  /** The last symbols of the text, numbered: fewer than the pattern has. */
  #tail: NumberArray;
  /** First half of a code point whose second half has not come yet. */
  #surrogate = '';
  #position = 0;

  /**
   * @param pattern - a string or a typed array of integers, not empty
   * @throws {InvalidInputError} as `hammingDistances` and `kMismatch`
   */
  constructor(pattern: Sequence, options: HammingStreamOptions = {}) {
    const { maxMismatches, unit = 'code-unit' } = options;
    if (maxMismatches !== undefined) checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
    const symbols = toSymbols(pattern, 'pattern', unit);
    checkPattern(symbols);
    this.#kind = typeof pattern === 'string' ? 'string' : 'array';
    this.#unit = unit;
    this.#maxMismatches = maxMismatches;
    this.#symbols = numberSymbols(symbols);
    this.#pattern = this.#narrow(this.#symbols.numbers.length);
    this.#pattern.set(this.#symbols.numbers);
    this.#tail = this.#narrow(0);
  }

  /** Number of shifts whose distances have been given: the position in the text of the next one. */
  get position(): number {
    return this.#position;
  }

  /**
   * Takes in the next part of the text.
   *
   * @param chunk - of the pattern's kind; may be empty
   * @returns the distances of the shifts that have become complete, `position` and following ones; clipped at
   *   `maxMismatches` + 1 if that was given
   * @throws {InvalidInputError} `type` for a chunk of another kind
   */
  push(chunk: Sequence): Int32Array {
    const symbols = this.#read(chunk);
    const text = this.#narrow(this.#tail.length + symbols.length);
    text.set(this.#tail);
    const { lookUp, alphabetSize } = this.#symbols;
    for (let i = 0; i < symbols.length; i++) {
      const symbol = lookUp(symbols[i]);
      text[this.#tail.length + i] = symbol < 0 ? alphabetSize : symbol;
    }
    const distances =
      this.#maxMismatches === undefined
        ? hammingDistances(text, this.#pattern).distances
        : kMismatch(text, this.#pattern, this.#maxMismatches).distances;
    this.#tail = text.slice(Math.max(0, text.length - this.#pattern.length + 1));
    this.#position += distances.length;
    return distances;
  }

  #read(chunk: Sequence): SymbolArray {
    if ((typeof chunk === 'string') !== (this.#kind === 'string')) {
      const kind = this.#kind === 'string' ? 'a string' : 'an array';
      throw new InvalidInputError(`must be ${kind}, as the pattern is`, { argument: 'chunk', code: 'type' });
    }
    if (typeof chunk !== 'string' || this.#unit === 'code-unit') return toSymbols(chunk, 'chunk');
    const joined = this.#surrogate + chunk;
    const last = joined.charCodeAt(joined.length - 1);
    const split = last >= 0xd800 && last < 0xdc00;
    this.#surrogate = split ? joined.slice(-1) : '';
    return toSymbols(split ? joined.slice(0, -1) : joined, 'chunk', 'code-point');
  }

  /** An array for numbers up to the alphabet's size, which stands for symbols that the pattern does not have. */
  #narrow(length: number): NumberArray {
    const { alphabetSize } = this.#symbols;
    if (alphabetSize < 2 ** 8) return new Uint8Array(length);
    return alphabetSize < 2 ** 16 ? new Uint16Array(length) : new Int32Array(length);
  }
}

type NumberArray = Uint8Array | Uint16Array | Int32Array;

/** Chunks of a text, as a file, a socket or a decompressor gives them. */
export type Chunks<Chunk extends Sequence = Sequence> = AsyncIterable<Chunk> | Iterable<Chunk>;

/** Options of `findInStream`. */
export interface FindInStreamOptions {
  /** What counts as one symbol of a string: UTF-16 code units (default) or Unicode code points. */
  readonly unit?: StringUnit;
  /** Ends the search before the next chunk. */
  readonly signal?: AbortSignal;
  /** Called after every chunk with the number of shifts decided. */
  readonly onProgress?: (position: number) => void;
}

/**
 * All places where a pattern occurs in a text of chunks with at most `maxMismatches` mismatches, in order, as they are
 * found.
 *
 * Memory O(m + chunk). Chunks of some ten thousand symbols are a good size.
 *
 * @param chunks - parts of the text, all strings or all arrays
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @throws {InvalidInputError} as `kMismatch`, and `type` for a chunk of another kind
 *
 * @example
 * ```ts
 * import { findInStream } from '@infimum/strings';
 *
 * async function* download() {
 *   yield 'GATTA';
 *   yield 'CAGATT';
 *   yield 'TCA';
 * }
 * const found: string[] = [];
 * for await (const { position, distance } of findInStream(download(), 'GATTACA', 1)) found.push(`${position}:${distance}`);
 * console.log(found.join(' ')); // 0:0 7:1
 * ```
 */
export async function* findInStream(
  chunks: Chunks,
  pattern: Sequence,
  maxMismatches: number,
  options: FindInStreamOptions = {},
): AsyncGenerator<Occurrence, void> {
  const { unit, signal, onProgress } = options;
  const stream = new HammingStream(pattern, { maxMismatches, unit });
  for await (const chunk of chunks) {
    if (signal?.aborted) return;
    const first = stream.position;
    const distances = stream.push(chunk);
    onProgress?.(stream.position);
    for (let i = 0; i < distances.length; i++) {
      if (distances[i] <= maxMismatches) yield { position: first + i, distance: distances[i] };
    }
  }
}
