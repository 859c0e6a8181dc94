// Texts that do not fit in memory, or have not arrived yet: distances as the text comes in, with the memory of a pattern
// and a chunk.
import { checkInteger, InvalidInputError, run } from '@infimum/core';
import type { Occurrence } from '../bounded/find-with-mismatches.ts';
import { kMismatchSteps } from '../bounded/k-mismatch.ts';
import { checkPatterns, type ManyOccurrence, naming } from '../bounded/many-patterns.ts';
import { countingSteps } from '../hamming-solution.ts';
import {
  checkPattern,
  type NumberedSymbols,
  numberSymbols,
  type Sequence,
  type StringUnit,
  type SymbolArray,
  toSymbols,
} from '../symbols.ts';
import { chooseExact } from './hamming-distances.ts';
import { type SequenceOptions, wildcardSymbol } from './wildcards.ts';

/** Options of `HammingStream`. */
export interface HammingStreamOptions extends SequenceOptions {
  /** Clip distances at this number plus one, which is faster; by default they are exact. */
  readonly maxMismatches?: number;
  /** Threads that share the comparisons of a chunk, 1 to 64; 1 by default. */
  readonly threads?: number;
}

/**
 * Distances between a pattern and a text that comes in chunks.
 *
 * Chunks may have any length; those of at least the pattern's length are processed best, since the last m - 1 symbols of
 * the text are looked at again with every chunk. Memory O(m + chunk).
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
  readonly #choices: { readonly threads: number; readonly wildcard: number | undefined };
  /** The wildcard as it comes in; inside it is a number like other symbols. */
  readonly #wildcard: number | undefined;
  readonly #symbols: NumberedSymbols;
  readonly #pattern: NumberArray;
  /** The last symbols of the text, numbered: fewer than the pattern has. */
  #tail: NumberArray;
  /** First half of a code point whose second half has not come yet. */
  #surrogate = '';
  #position = 0;
  #ended = false;

  /**
   * @param pattern - a string or a typed array of integers, not empty
   * @throws {InvalidInputError} as `hammingDistances` and `kMismatch`
   */
  constructor(pattern: Sequence, options: HammingStreamOptions = {}) {
    const { maxMismatches, unit = 'code-unit', threads = 1 } = options;
    if (maxMismatches !== undefined) checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
    checkInteger(threads, 'threads', { min: 1, max: 64 });
    const symbols = toSymbols(pattern, 'pattern', unit);
    checkPattern(symbols);
    this.#kind = typeof pattern === 'string' ? 'string' : 'array';
    this.#unit = unit;
    this.#maxMismatches = maxMismatches;
    this.#wildcard = wildcardSymbol(options);
    this.#symbols = numberSymbols(symbols);
    this.#choices = { threads, wildcard: this.#wildcardNumber() };
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
   * @throws {InvalidInputError} `type` for a chunk of another kind, `unsupported` after `end`
   */
  push(chunk: Sequence): Int32Array {
    if (this.#ended) {
      throw new InvalidInputError('comes after the end', { argument: 'chunk', code: 'unsupported' });
    }
    return this.#take(this.#read(chunk));
  }

  /**
   * Says that the text is complete: a first half of a code point that was waiting for its second half counts as a
   * symbol of its own, as it does in `hammingDistances`.
   *
   * @returns the distances of the shifts that have become complete by that: at most one, and none for arrays and code
   *   units
   */
  end(): Int32Array {
    this.#ended = true;
    const last = this.#surrogate;
    this.#surrogate = '';
    return this.#take(toSymbols(last, 'chunk', this.#unit));
  }

  #take(symbols: SymbolArray): Int32Array {
    const text = this.#narrow(this.#tail.length + symbols.length);
    text.set(this.#tail);
    this.#number(symbols, text.subarray(this.#tail.length));
    const pair = { text, pattern: this.#pattern };
    const distances = run(
      this.#maxMismatches === undefined
        ? countingSteps(chooseExact(pair, 'auto', this.#choices).create)
        : kMismatchSteps(pair, this.#maxMismatches, 'auto', this.#choices),
    ).distances;
    this.#tail = text.slice(Math.max(0, text.length - this.#pattern.length + 1));
    this.#position += distances.length;
    return distances;
  }

  /** Writes the numbers of symbols; those that the pattern does not have share one. */
  #number(symbols: SymbolArray, out: NumberArray): void {
    const { lookUp, alphabetSize } = this.#symbols;
    const wildcard = this.#wildcard;
    const wild = this.#choices.wildcard ?? 0;
    for (let i = 0; i < symbols.length; i++) {
      const symbol = lookUp(symbols[i]);
      if (symbols[i] === wildcard) out[i] = wild;
      else out[i] = symbol < 0 ? alphabetSize : symbol;
    }
  }

  #wildcardNumber(): number | undefined {
    if (this.#wildcard === undefined) return undefined;
    const inPattern = this.#symbols.lookUp(this.#wildcard);
    return inPattern >= 0 ? inPattern : this.#symbols.alphabetSize + 1;
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

  /** An array for numbers up to the alphabet's size, which stands for foreign symbols, and one more for a wildcard. */
  #narrow(length: number): NumberArray {
    const largest = this.#symbols.alphabetSize + 1;
    if (largest < 2 ** 8) return new Uint8Array(length);
    return largest < 2 ** 16 ? new Uint16Array(length) : new Int32Array(length);
  }
}

type NumberArray = Uint8Array | Uint16Array | Int32Array;

/** Chunks of a text, as a file, a socket or a decompressor gives them. */
export type Chunks<Chunk extends Sequence = Sequence> = AsyncIterable<Chunk> | Iterable<Chunk>;

/** Options of `findInStream` and `findManyInStream`. */
export interface FindInStreamOptions extends SequenceOptions {
  /** Threads that share the search in a chunk, 1 to 64; 1 by default. */
  readonly threads?: number;
  /** Ends the search before the next chunk. */
  readonly signal?: AbortSignal;
  /** Called after every chunk with the number of shifts decided, of the longest pattern if there are several. */
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
  const stream = new HammingStream(pattern, { ...options, maxMismatches });
  for await (const { position, distance } of search(chunks, [stream], maxMismatches, options)) {
    yield { position, distance };
  }
}

/**
 * All places where one of several patterns occurs in a text of chunks with at most `maxMismatches` mismatches, as they
 * are found: chunk by chunk, within a chunk by pattern, then by position.
 *
 * Memory O(lengths of the patterns + chunk). Each pattern is searched for on its own.
 *
 * @param chunks - parts of the text, all strings or all arrays
 * @param patterns - sequences of the same kind, each not empty
 * @param maxMismatches - an integer of at least 0
 * @throws {InvalidInputError} as `findManyWithMismatches`, and `type` for a chunk of another kind
 *
 * @example
 * ```ts
 * import { findManyInStream } from '@infimum/strings';
 *
 * const found: string[] = [];
 * for await (const { pattern, position } of findManyInStream(['GATTA', 'CAGA'], ['ACA', 'TAC'], 0)) {
 *   found.push(`${pattern}@${position}`);
 * }
 * console.log(found.join(' ')); // 0@4 1@3
 * ```
 */
export async function* findManyInStream(
  chunks: Chunks,
  patterns: readonly Sequence[],
  maxMismatches: number,
  options: FindInStreamOptions = {},
): AsyncGenerator<ManyOccurrence, void> {
  checkPatterns(patterns);
  const streams = patterns.map((pattern, index) =>
    naming(`patterns[${index}]`, () => new HammingStream(pattern, { ...options, maxMismatches })),
  );
  yield* search(chunks, streams, maxMismatches, options);
}

async function* search(
  chunks: Chunks,
  streams: readonly HammingStream[],
  maxMismatches: number,
  { signal, onProgress }: FindInStreamOptions,
): AsyncGenerator<ManyOccurrence, void> {
  const decided = () => streams.reduce((least, { position }) => Math.min(least, position), Infinity);
  for await (const chunk of chunks) {
    if (signal?.aborted) return;
    yield* collect(streams, maxMismatches, (stream) => stream.push(chunk));
    onProgress?.(decided());
  }
  yield* collect(streams, maxMismatches, (stream) => stream.end());
}

/** The close places among the distances that each stream gives next. */
function* collect(
  streams: readonly HammingStream[],
  maxMismatches: number,
  next: (stream: HammingStream) => Int32Array,
): Generator<ManyOccurrence, void> {
  for (const [pattern, stream] of streams.entries()) {
    const first = stream.position;
    const distances = next(stream);
    for (let i = 0; i < distances.length; i++) {
      if (distances[i] <= maxMismatches) yield { pattern, position: first + i, distance: distances[i] };
    }
  }
}
