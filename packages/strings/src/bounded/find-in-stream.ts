// Where patterns occur, with few mismatches, in a text that comes in chunks.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkObject, fault, resolveOptions, run } from '@infimum/core';
import type { NumberArray } from '../exact/chunk-reader.ts';
import { ChunkReader } from '../exact/chunk-reader.ts';
import type { Matching } from '../matching.ts';
import { matchingOptions } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import { strands, threads } from '../solver-options.ts';
import type { Sequence, StringUnit } from '../symbols.ts';
import { checkPattern, toSymbols } from '../symbols.ts';
import type { Occurrence } from './find-with-mismatches.ts';
import type { ManyOccurrence, ManyTask, Together } from './many-patterns.ts';
import { checkBounds, checkPatterns, manySteps, manyTask, planTogether } from './many-patterns.ts';

/**
 * Chunks of a text, as from a file, a socket or a decompressor: Node's streams and web streams are accepted directly. If the pattern is a
 * string, bytes are read as UTF-8.
 */
export type Chunks<Chunk extends Sequence = Sequence> = AsyncIterable<Chunk> | Iterable<Chunk>;

const findInStreamOptions = {
  threads,
  strands,
  ...matchingOptions,
  onProgress: {
    type: 'value',
    check: checkCallback,
    description: 'Called after every chunk with the number of shifts decided, of the longest pattern if there are several',
  },
} as const satisfies OptionSpecs;

/** Options of `findInStream` and `findManyInStream`. */
export type FindInStreamOptions = OptionsOf<typeof findInStreamOptions> & {
  /** Ends the search before the next chunk; its `status` is then `aborted`. */
  readonly signal?: AbortSignal;
};

function checkCallback(value: unknown, argument: string): asserts value is (position: number) => void {
  if (typeof value === 'function') return;
  throw fault('expected a function', argument, 'type');
}

/** A running search: its places as they are found, once, and its status. */
export interface StreamSearch<Place> extends AsyncIterable<Place> {
  /** `running` until the text has ended (`converged`) or the signal has ended the search (`aborted`). */
  readonly status: 'running' | 'converged' | 'aborted';
  /** Number of shifts decided, of the longest pattern if there are several. */
  readonly completed: number;
}

/**
 * All places where a pattern occurs in a text of chunks with at most `maxMismatches` mismatches, in order, as they are found.
 *
 * Memory O(m + chunk). Chunks of some ten thousand symbols are a good size.
 *
 * @param chunks - parts of the text, all strings or all arrays
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @returns an async iterable of the places, with `status` and `completed`
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
 * const search = findInStream(download(), 'GATTACA', 1);
 * const found: string[] = [];
 * for await (const { position, distance } of search) found.push(`${position}:${distance}`);
 * console.log(found.join(' '), search.status); // 0:0 7:1 converged
 * ```
 */
export function findInStream(
  chunks: Chunks,
  pattern: Sequence,
  maxMismatches: number,
  options: FindInStreamOptions = {},
): StreamSearch<Occurrence> {
  checkObject(options, 'options');
  const search = new ManyStream([pattern], maxMismatches, options, () => 'pattern');
  return search.through(chunks, options, ({ pattern: _, ...place }) => place);
}

/**
 * All places where one of several patterns occurs in a text of chunks with at most `maxMismatches` mismatches, as they
 * are found: chunk by chunk, within a chunk by pattern, then by position.
 *
 * Memory O(lengths of the patterns + chunk). Patterns are searched for together as in `findManyWithMismatches`, by a plan made from the
 * first chunks.
 *
 * @param chunks - parts of the text, all strings or all arrays
 * @param patterns - sequences of the same kind, each not empty
 * @param maxMismatches - an integer of at least 0, or one for each pattern
 * @returns an async iterable of the places, with `status` and `completed`
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
export function findManyInStream(
  chunks: Chunks,
  patterns: readonly Sequence[],
  maxMismatches: number | readonly number[],
  options: FindInStreamOptions = {},
): StreamSearch<ManyOccurrence> {
  checkObject(options, 'options');
  checkPatterns(patterns);
  if (patterns.length === 0) throw fault('must not be empty', 'patterns', 'empty');
  const search = new ManyStream(patterns, maxMismatches, options, (p) => `patterns[${p}]`);
  return search.through(chunks, options, (place) => place);
}

/** How much longer a text must be than the one that the plan was made for, to be planned anew. */
const OUTGROWN = 4;

/** Several patterns, and the part of a text that they may still begin in. */
class ManyStream {
  readonly #task: ManyTask;
  readonly #longest: number;
  readonly #choices: { readonly threads: number; readonly matching: Matching | undefined };
  readonly #reader: ChunkReader;
  readonly #onProgress: ((position: number) => void) | undefined;
  /** The last symbols of the text, numbered: fewer than the longest pattern has. */
  #tail: NumberArray;
  /** Symbols of the text so far. */
  #length = 0;
  #plan: { readonly size: number; readonly together: Together | null } | undefined;

  constructor(
    patterns: readonly Sequence[],
    maxMismatches: number | readonly number[],
    { signal: _, ...options }: FindInStreamOptions,
    nameOf: (pattern: number) => string,
  ) {
    const { threads, onProgress, ...reading } = resolveOptions(findInStreamOptions, options);
    const { strands } = reading;
    const bounds = checkBounds(maxMismatches, patterns.length);
    const isString = typeof patterns[0] === 'string';
    const symbols = patterns.map((pattern, p) => {
      if ((typeof pattern === 'string') === isString) return patternSymbols(pattern, nameOf(p), reading.unit);
      throw fault(`must be ${isString ? 'a string' : 'an array'}, as the first one is`, nameOf(p), 'type');
    });
    const all = symbols.map((pattern) => [pattern, ...(strands === 'both' ? [complementSymbols(pattern)] : [])]);
    this.#reader = new ChunkReader(all.flat(), isString, reading);
    this.#task = manyTask(all, bounds, (pattern) => this.#reader.number(pattern));
    this.#longest = symbols.reduce((longest, { length }) => Math.max(longest, length), 1);
    this.#choices = { threads, matching: this.#reader.matching };
    this.#onProgress = onProgress;
    this.#tail = this.#reader.number(new Uint8Array(0));
  }

  /** The search through a text. */
  through<Place>(
    chunks: Chunks,
    { signal }: FindInStreamOptions,
    placeOf: (found: ManyOccurrence) => Place,
  ): StreamSearch<Place> {
    const search: { status: StreamSearch<Place>['status']; completed: number } = { status: 'running', completed: 0 };
    const take = (text: NumberArray): Place[] => {
      const places = this.#search(text).map(placeOf);
      search.completed = Math.max(0, this.#length - this.#longest + 1);
      return places;
    };
    const places = async function* (this: ManyStream): AsyncGenerator<Place, void> {
      for await (const chunk of chunks) {
        if (signal?.aborted) {
          search.status = 'aborted';
          return;
        }
        yield* take(this.#reader.read(chunk, this.#tail));
        this.#onProgress?.(search.completed);
      }
      yield* take(this.#reader.end(this.#tail));
      search.status = 'converged';
    }.call(this);
    return Object.assign(search, { [Symbol.asyncIterator]: () => places });
  }

  /** The places that the text has now and had not before; `text` begins with the tail. */
  #search(text: NumberArray): ManyOccurrence[] {
    const before = this.#tail.length;
    const start = this.#length - before;
    this.#length = start + text.length;
    this.#tail = text.slice(Math.max(0, text.length - this.#longest + 1));
    if (text.length === before) return [];
    if (!this.#plan || text.length > OUTGROWN * this.#plan.size) {
      this.#plan = { size: text.length, together: planTogether(text, this.#task, this.#choices.matching) };
    }
    const { occurrences } = run(manySteps(text, this.#task, this.#choices, this.#plan.together));
    const { patterns, strands } = this.#task;
    return occurrences
      .filter(({ pattern, position }) => position + patterns[strands * pattern].length > before)
      .map((found) => ({ ...found, position: start + found.position }));
  }
}

function patternSymbols(pattern: Sequence, argument: string, unit: StringUnit) {
  const symbols = toSymbols(pattern, argument, unit);
  checkPattern(symbols, argument);
  return symbols;
}
