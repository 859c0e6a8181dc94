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
import type { Occurrence } from './find-with-mismatches.ts';
import { shiftsOf } from './hamming-solution.ts';
import { kMismatchSteps } from './k-mismatch.ts';
import { checkPair, type Sequence, toSymbols } from './symbols.ts';
import { type SequenceOptions, wildcardSymbol } from './wildcards.ts';

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

/** One more block of shifts of a pattern has been decided. */
export interface ManyIterate extends Iterate<ManyOccurrences> {
  /** Number of patterns that have been searched for. */
  readonly completed: number;
}

/** Options of `findManyWithMismatches`. */
export interface FindManyOptions extends RunOptions<ManyIterate>, SequenceOptions {
  /** Threads that share the search for each pattern, 1 to 64; 1 by default. */
  readonly threads?: number;
}

/**
 * All places of a text where one of several patterns, which may differ in length, occurs with at most `maxMismatches`
 * mismatches. One pattern after the other, by the method that is predicted to be fastest for it; one block of shifts
 * an iteration. A run that was ended early has the places of the first `completed` patterns.
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
  checkPatterns(patterns);
  for (const [index, pattern] of patterns.entries()) {
    naming(`patterns[${index}]`, () => checkPair(text, pattern, options.unit));
  }
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  checkInteger(options.threads ?? 1, 'threads', { min: 1, max: 64 });
  wildcardSymbol(options);
  return run(manySteps(text, patterns, maxMismatches, options), options);
}

function* manySteps(
  text: Sequence,
  patterns: readonly Sequence[],
  k: number,
  options: FindManyOptions,
): Steps<ManyOccurrences, ManyIterate> {
  const symbols = toSymbols(text, 'text', options.unit);
  const choices = { wildcard: wildcardSymbol(options), threads: options.threads };
  const occurrences: ManyOccurrence[] = [];
  let completed = 0;
  const solution = () => ({ occurrences: occurrences.slice(), completed });
  let iteration = 0;
  for (; completed < patterns.length; completed++) {
    const pattern = toSymbols(patterns[completed], `patterns[${completed}]`, options.unit);
    const pair = { text: symbols, pattern };
    const search = kMismatchSteps(pair, k, 'auto', choices);
    try {
      let step = search.next();
      for (; !step.done; step = search.next()) {
        if (step.value.completed < shiftsOf(pair)) yield { iteration: iteration++, completed, solution };
      }
      step.value.solution.distances.forEach((distance, position) => {
        if (distance <= k) occurrences.push({ pattern: completed, position, distance });
      });
    } finally {
      search.return(undefined as never);
    }
  }
  yield { iteration, completed, solution };
  return converged({ occurrences, completed }, 'all patterns have been searched for');
}

/**
 * Checks that there is a list of patterns.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkPatterns(patterns: unknown): void {
  if (Array.isArray(patterns)) return;
  throw new InvalidInputError('expected a list of patterns', { argument: 'patterns', code: 'type' });
}

/** What `check` returns; errors about a `pattern` name another argument. */
export function naming<Result>(argument: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.argument !== 'pattern') throw error;
    const problem = error.message.slice('pattern: '.length);
    throw new InvalidInputError(problem, { argument, code: error.code, index: error.index });
  }
}
