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
import { hasWildcards, type SequenceOptions, wildcardSymbol } from '../exact/wildcards.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { checkPair, type Sequence, toSymbols } from '../symbols.ts';
import { findSteps, type Occurrence } from './find-with-mismatches.ts';
import { type ManyPlan, planMany } from './many-planner.ts';
import { PieceIndex } from './piece-index.ts';

/** A place where one of several patterns occurs. */
export interface ManyOccurrence extends Occurrence {
  /** Index of the pattern. */
  readonly pattern: number;
}

/** Where patterns occur. */
export interface ManyOccurrences {
  /** Of the patterns that are done: by pattern, then by position. */
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
 * mismatches. Where it is predicted to be faster, patterns are searched for together: one of the k + 1 pieces of a pattern
 * is free of mismatches, and a hash table finds the pieces of all patterns in one reading of the text. The others are
 * searched for one after the other, by the method that is predicted to be fastest for each. One block of the text an
 * iteration. A run that was ended early has the places of the `completed` patterns that are done.
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

/** Positions of the text in one block of the search for many patterns together. */
const POSITIONS_PER_STEP = 2 ** 18;

function* manySteps(
  text: Sequence,
  patterns: readonly Sequence[],
  k: number,
  options: FindManyOptions,
): Steps<ManyOccurrences, ManyIterate> {
  const symbols = toSymbols(text, 'text', options.unit);
  const all = patterns.map((pattern, p) => toSymbols(pattern, `patterns[${p}]`, options.unit));
  const wildcard = wildcardSymbol(options);
  const places: ManyOccurrence[][] = all.map(() => []);
  let completed = 0;
  let iteration = 0;
  const solution = () => ({ occurrences: places.flat(), completed });
  const iterate = () => ({ iteration: iteration++, completed, solution });
  // Pieces with wildcards have no hash.
  const isWild =
    wildcard !== undefined && all.some((pattern) => hasWildcards({ text: symbols, pattern }, wildcard));
  const { together, length } = isWild ? NOTHING : planMany(symbols, all, k);
  if (together.length > 0) {
    const index = new PieceIndex(
      together.map((p) => all[p]),
      k,
      length,
    );
    const found = together.map((): ManyOccurrence[] => []);
    for (let from = 0; from < symbols.length; from += POSITIONS_PER_STEP) {
      yield iterate();
      index.search(symbols, from, from + POSITIONS_PER_STEP, (p, position, distance) => {
        found[p].push({ pattern: together[p], position, distance });
      });
    }
    found.forEach((list, p) => {
      places[together[p]] = list.sort((a, b) => a.position - b.position);
    });
    completed = together.length;
  }
  const searched = new Set(together);
  for (const [p, pattern] of all.entries()) {
    if (searched.has(p)) continue;
    const pair = { text: symbols, pattern };
    const search = findSteps(pair, k, { wildcard, threads: options.threads });
    try {
      let step = search.next();
      for (; !step.done; step = search.next()) {
        if (step.value.completed < shiftsOf(pair)) yield iterate();
      }
      places[p] = step.value.solution.occurrences.map((found) => ({ pattern: p, ...found }));
    } finally {
      search.return(undefined as never);
    }
    completed++;
  }
  yield iterate();
  return converged(solution(), 'all patterns have been searched for');
}

const NOTHING: ManyPlan = { together: [], length: 0 };

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
