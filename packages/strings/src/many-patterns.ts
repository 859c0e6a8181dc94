// Many patterns in one text.
import {
  checkInteger,
  converged,
  InvalidInputError,
  type Iterate,
  type Outcome,
  type RunOptions,
  run,
  type Steps,
} from '@infimum/core';
import { findWithMismatches, type Occurrence } from './find-with-mismatches.ts';
import type { SequenceOptions } from './hamming-distances.ts';
import { checkPair, type Sequence, toSymbols } from './symbols.ts';
import { wildcardSymbol } from './wildcards.ts';

/** A place where one of several patterns occurs. */
export interface ManyOccurrence extends Occurrence {
  /** Index of the pattern. */
  readonly pattern: number;
}

/** Where patterns occur. */
export interface ManyOccurrences {
  /** By pattern, then by position. */
  readonly occurrences: readonly ManyOccurrence[];
  /** Number of patterns that have been searched for. */
  readonly completed: number;
}

/** One more pattern has been searched for. */
export interface ManyIterate extends Iterate<ManyOccurrences> {
  /** Number of patterns that have been searched for. */
  readonly completed: number;
}

/** Options of `findManyWithMismatches`. */
export interface FindManyOptions extends RunOptions<ManyIterate>, SequenceOptions {}

/**
 * All places of a text where one of several patterns, which may differ in length, occurs with at most `maxMismatches`
 * mismatches. The text is read once; the method is chosen for each pattern. One pattern an iteration.
 *
 * @param patterns - sequences of the text's kind, each not empty
 * @param maxMismatches - an integer of at least 0
 * @throws {InvalidInputError} as `kMismatch`; `patterns[i]` is named
 *
 * @example
 * ```ts
 * import { findManyWithMismatches } from '@infimum/strings';
 *
 * const { occurrences } = findManyWithMismatches('GATTACAGATTTCA', ['GATTACA', 'TTT'], 1);
 * console.log(occurrences.map(({ pattern, position }) => `${pattern}@${position}`).join(' ')); // 0@0 0@7 1@1 1@2 1@8 1@9 1@10
 * ```
 */
export function findManyWithMismatches(
  text: Sequence,
  patterns: readonly Sequence[],
  maxMismatches: number,
  options: FindManyOptions = {},
): Outcome<ManyOccurrences, ManyIterate> {
  if (!Array.isArray(patterns)) {
    throw new InvalidInputError('expected a list of patterns', { argument: 'patterns', code: 'type' });
  }
  for (const [index, pattern] of patterns.entries()) checkOne(text, pattern, index, options);
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  return run(manySteps(text, patterns, maxMismatches, options), options);
}

function* manySteps(
  text: Sequence,
  patterns: readonly Sequence[],
  maxMismatches: number,
  { unit, wildcard }: SequenceOptions,
): Steps<ManyOccurrences, ManyIterate> {
  const symbols = toSymbols(text, 'text', unit);
  const read = (value: string) => toSymbols(value, 'wildcard', unit);
  const wild = wildcard === undefined ? undefined : wildcardSymbol(wildcard, read);
  const occurrences: ManyOccurrence[] = [];
  for (let completed = 0; ; completed++) {
    const done = completed;
    yield {
      iteration: done,
      completed: done,
      solution: () => ({ occurrences: occurrences.slice(), completed: done }),
    };
    if (done === patterns.length) break;
    const pattern = toSymbols(patterns[done], `patterns[${done}]`, unit);
    for (const found of findWithMismatches(symbols, pattern, maxMismatches, { wildcard: wild })) {
      occurrences.push({ pattern: done, ...found });
    }
  }
  return converged({ occurrences, completed: patterns.length }, 'all patterns have been searched for');
}

function checkOne(text: Sequence, pattern: Sequence, index: number, { unit }: SequenceOptions): void {
  try {
    checkPair(text, pattern, unit);
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.argument !== 'pattern') throw error;
    const problem = error.message.slice('pattern: '.length);
    throw new InvalidInputError(problem, {
      argument: `patterns[${index}]`,
      code: error.code,
      index: error.index,
    });
  }
}
