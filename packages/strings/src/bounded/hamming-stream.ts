// Texts that do not fit in memory, or arrive in parts: distances as the text arrives, with the memory of a pattern and a chunk.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions, run } from '@infimum/core';
import type { NumberArray } from '../exact/chunk-reader.ts';
import { ChunkReader } from '../exact/chunk-reader.ts';
import type { CountingChoices } from '../exact/hamming-bitset.ts';
import { chooseExact } from '../exact/hamming-distances.ts';
import { countingSteps } from '../hamming-solution.ts';
import { matchingOptions } from '../matching.ts';
import { threads } from '../solver-options.ts';
import type { Sequence } from '../symbols.ts';
import { checkPattern, toSymbols } from '../symbols.ts';
import { kMismatchSteps } from './k-mismatch.ts';

const hammingStreamOptions = {
  maxMismatches: {
    type: 'integer',
    min: 0,
    description: 'Clip distances at this number plus one, which is faster; by default they are exact',
  },
  threads,
  ...matchingOptions,
} as const satisfies OptionSpecs;

/** Options of `HammingStream`. */
export type HammingStreamOptions = OptionsOf<typeof hammingStreamOptions>;

/**
 * Distances between a pattern and a text that comes in chunks.
 *
 * Chunks may have any length; chunks of at least the pattern's length are the most efficient, since the last m - 1 symbols of the text are
 * read again with every chunk. Memory O(m + chunk).
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
  readonly #reader: ChunkReader;
  readonly #maxMismatches: number | undefined;
  readonly #choices: CountingChoices;
  readonly #pattern: NumberArray;
  /** The last symbols of the text, numbered: fewer than the pattern has. */
  #tail: NumberArray;
  #position = 0;
  #ended = false;

  /**
   * @param pattern - a string or a typed array of integers, not empty
   * @throws {InvalidInputError} as `hammingDistances` and `kMismatch`
   */
  constructor(pattern: Sequence, options: HammingStreamOptions = {}) {
    const { maxMismatches, threads, ...reading } = resolveOptions(hammingStreamOptions, options);
    const symbols = toSymbols(pattern, 'pattern', reading.unit);
    checkPattern(symbols);
    this.#maxMismatches = maxMismatches;
    this.#reader = new ChunkReader([symbols], typeof pattern === 'string', reading);
    this.#choices = { threads, matching: this.#reader.matching };
    this.#pattern = this.#reader.number(symbols);
    this.#tail = this.#reader.number(symbols.subarray(0, 0));
  }

  /** Number of shifts whose distances have been returned: the position in the text of the next one. */
  get position(): number {
    return this.#position;
  }

  /**
   * Processes the next part of the text.
   *
   * @param chunk - of the pattern's kind, or bytes of UTF-8 where the pattern is a string; may be empty
   * @returns the distances of the shifts that have become complete, `position` and following ones; limited to `maxMismatches` + 1 if that
   * was given
   * @throws {InvalidInputError} `type` for a chunk of another kind, `unsupported` after `end`
   */
  push(chunk: Sequence): Int32Array {
    if (this.#ended) throw fault('comes after the end', 'chunk', 'unsupported');
    return this.#take(this.#reader.read(chunk, this.#tail));
  }

  /**
   * Marks the end of the text: a first half of a code point without its second half counts as a separate symbol, as it does in
   * `hammingDistances`.
   *
   * @returns the distances of the shifts that this completes: at most one, and none for arrays and code units
   */
  end(): Int32Array {
    this.#ended = true;
    return this.#take(this.#reader.end(this.#tail));
  }

  #take(text: NumberArray): Int32Array {
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
}
