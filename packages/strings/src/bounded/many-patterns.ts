// Many patterns in one text.
import {
  checkInteger,
  converged,
  InvalidInputError,
  type Iterate,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import { wildcardSymbol } from '../exact/wildcards.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { threads, unit, wildcard } from '../solver-options.ts';
import { checkPair, type Sequence, type SymbolArray, toSymbols } from '../symbols.ts';
import { findSteps, type Occurrence } from './find-with-mismatches.ts';
import { planMany } from './many-planner.ts';
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
const findManyOptions = { threads, unit, wildcard } as const satisfies OptionSpecs;

/** Options of `findManyWithMismatches`. */
export type FindManyOptions = OptionsOf<typeof findManyOptions> & RunOptions<ManyIterate>;

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
  const { threads, unit, wildcard: given } = resolveOptions(findManyOptions, options);
  checkPatterns(patterns);
  const symbols = patterns.map((pattern, p) =>
    naming(`patterns[${p}]`, () => checkPair(text, pattern, unit).pattern),
  );
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  const wildcard = wildcardSymbol({ wildcard: given, unit });
  const steps = manySteps(toSymbols(text, 'text', unit), symbols, maxMismatches, { threads, wildcard });
  return run(steps, runOptionsOf(findManyOptions, options));
}

/** Positions of the text in one block of the search for many patterns together. */
const POSITIONS_PER_STEP = 2 ** 18;

/** Patterns that are searched for together, by an index of their pieces. */
export interface Together {
  /** Their numbers, ascending. */
  readonly together: readonly number[];
  readonly index: PieceIndex;
}

/** What is searched for together in a text, or in others like it; null where that would not pay. */
export function planTogether(
  text: SymbolArray,
  patterns: readonly SymbolArray[],
  k: number,
  wildcard: number | undefined,
): Together | null {
  // Pieces with wildcards have no hash.
  if (hasWild(patterns, wildcard) || hasWild([text], wildcard)) return null;
  const { together, length } = planMany(text, patterns, k);
  if (together.length === 0) return null;
  const index = new PieceIndex(
    together.map((p) => patterns[p]),
    k,
    length,
  );
  return { together, index };
}

/** Whether a wildcard occurs in one of several sequences. */
export function hasWild(sequences: readonly SymbolArray[], wildcard: number | undefined): boolean {
  return wildcard !== undefined && sequences.some((symbols) => symbols.includes(wildcard));
}

/** The steps of `findManyWithMismatches`: one iteration a block of the text. */
export function* manySteps(
  text: SymbolArray,
  patterns: readonly SymbolArray[],
  k: number,
  { threads, wildcard }: { readonly threads: number; readonly wildcard: number | undefined },
  plan: Together | null = planTogether(text, patterns, k, wildcard),
): Steps<ManyOccurrences, ManyIterate> {
  const places: ManyOccurrence[][] = patterns.map(() => []);
  let completed = 0;
  let iteration = 0;
  const solution = () => ({ occurrences: places.flat(), completed });
  const iterate = () => ({ iteration: iteration++, completed, solution });
  if (plan) {
    const { together, index } = plan;
    const found = together.map((): ManyOccurrence[] => []);
    for (let from = 0; from < text.length; from += POSITIONS_PER_STEP) {
      yield iterate();
      index.search(text, from, from + POSITIONS_PER_STEP, (p, position, distance) => {
        found[p].push({ pattern: together[p], position, distance });
      });
    }
    found.forEach((list, p) => {
      places[together[p]] = list.sort((a, b) => a.position - b.position);
    });
    completed = together.length;
  }
  const searched = new Set(plan?.together);
  for (const [p, pattern] of patterns.entries()) {
    if (searched.has(p)) continue;
    const pair = { text, pattern };
    const search = findSteps(pair, k, { wildcard, threads });
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
function naming<Result>(argument: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.argument !== 'pattern') throw error;
    const problem = error.message.slice('pattern: '.length);
    throw new InvalidInputError(problem, { argument, code: error.code, index: error.index });
  }
}
