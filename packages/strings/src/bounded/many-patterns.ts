// Many patterns in one text.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, checkList, converged, fault, InvalidInputError, resolveOptions, runWith } from '@infimum/core';
import { setsCounter } from '../exact/hamming-sets.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { Matching } from '../matching.ts';
import { foldAll, foldOf, isSpecial, matchingOf, matchingOptions, specialTest } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import { strands, threads } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkPair, toSymbols } from '../symbols.ts';
import type { Occurrence } from './find-with-mismatches.ts';
import { findSteps } from './find-with-mismatches.ts';
import { planMany } from './many-planner.ts';
import { PieceIndex } from './piece-index.ts';

/** A place where one of several patterns occurs. */
export interface ManyOccurrence extends Occurrence {
  /** Index of the pattern. */
  readonly pattern: number;
}

/** Where patterns occur. */
export interface ManyOccurrences {
  /** Occurrences of the completed patterns: by pattern, then by position. */
  readonly occurrences: readonly ManyOccurrence[];
  /** Number of patterns that have been searched for. */
  readonly completed: number;
}

/** One more block of shifts of a pattern has been decided. */
export interface ManyIterate extends Iterate<ManyOccurrences> {
  /** Number of patterns that have been searched for. */
  readonly completed: number;
}

const findManyOptions = { threads, strands, ...matchingOptions } as const satisfies OptionSpecs;

/** Options of `findManyWithMismatches`. */
export type FindManyWithMismatchesOptions = OptionsOf<typeof findManyOptions> & LimitOptions<ManyIterate>;

/**
 * All places of a text where one of several patterns, which may differ in length, occurs with at most `maxMismatches`
 * mismatches. If predicted to be faster, patterns are searched for together: one of the k + 1 pieces of a pattern
 * is free of mismatches, and a hash table finds the pieces of all patterns in one reading of the text. The others are
 * searched for one after the other, by the method that is predicted to be fastest for each. One block of the text an
 * iteration. A run that was ended early has the places of the `completed` patterns that are done.
 *
 * @param patterns - sequences of the text's kind, each not empty
 * @param maxMismatches - an integer of at least 0, or one for each pattern
 * @returns `occurrences` by pattern, then by position, and how the run ended
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
  maxMismatches: number | readonly number[],
  options: FindManyWithMismatchesOptions = {},
): Outcome<ManyOccurrences, ManyIterate> {
  const { threads, ...reading } = resolveOptions(findManyOptions, options);
  const { strands } = reading;
  checkPatterns(patterns);
  const bounds = checkBounds(maxMismatches, patterns.length);
  const isString = typeof text === 'string';
  const textSymbols = toSymbols(text, 'text', reading.unit);
  // A text of no symbols, but of its kind: the text is read once.
  const kind = isString ? '' : new Uint8Array(0);
  const symbols = patterns.map((pattern, p) => naming(`patterns[${p}]`, () => checkPair(kind, pattern, reading.unit).pattern));
  const fold = foldOf(isString, reading);
  const task = manyTask(
    symbols.map((pattern) => [pattern, ...(strands === 'both' ? [complementSymbols(pattern)] : [])]),
    bounds,
    (pattern) => foldAll(pattern, fold),
  );
  const matching = matchingOf(isString, reading);
  return runWith(findManyOptions, options, manySteps(foldAll(textSymbols, fold), task, { threads, matching }));
}

/** Patterns as searched: both strands one after the other if both are searched. */
export interface ManyTask {
  readonly patterns: readonly SymbolArray[];
  /** k of each. */
  readonly bounds: readonly number[];
  /** Strands of each requested pattern. */
  readonly strands: 1 | 2;
}

/** The task of patterns with their strands. */
export function manyTask<Written extends SymbolArray>(
  patterns: readonly (readonly SymbolArray[])[],
  bounds: readonly number[],
  write: (pattern: SymbolArray) => Written,
): ManyTask & { readonly patterns: readonly Written[] } {
  return {
    patterns: patterns.flatMap((strands) => strands.map(write)),
    bounds: patterns.flatMap((strands, p) => strands.map(() => bounds[p])),
    strands: patterns[0]?.length === 2 ? 2 : 1,
  };
}

/** An occurrence of a task's pattern, as one of the requested pattern. */
function named({ strands }: ManyTask, p: number, { position, distance }: Occurrence): ManyOccurrence {
  if (strands === 1) return { pattern: p, position, distance };
  return { pattern: p >> 1, position, distance, strand: p % 2 === 0 ? '+' : '-' };
}

/**
 * Checks one bound for all patterns, or one for each.
 *
 * @throws {InvalidInputError} `maxMismatches` is named
 */
export function checkBounds(maxMismatches: number | readonly number[], patterns: number): readonly number[] {
  if (!Array.isArray(maxMismatches)) {
    checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
    return Array<number>(patterns).fill(maxMismatches);
  }
  if (maxMismatches.length !== patterns) {
    throw fault(`expected a bound for each of ${patterns} patterns, got ${maxMismatches.length}`, 'maxMismatches', 'shape');
  }
  for (const [p, k] of maxMismatches.entries()) checkInteger(k, `maxMismatches[${p}]`, { min: 0 });
  return maxMismatches;
}

/** Positions of the text in one block of the search for many patterns together. */
const POSITIONS_PER_STEP = 2 ** 18;

/** Patterns that are searched for together, by an index of their pieces. */
export interface Together {
  /** Their numbers, ascending. */
  readonly together: readonly number[];
  readonly index: PieceIndex;
}

/**
 * The patterns to search together in a text, or in similar ones; null if that would not be faster. Patterns with symbols that
 * match others have no hash and are searched for alone.
 */
export function planTogether(
  text: SymbolArray,
  { patterns, bounds }: ManyTask,
  matching: Matching | undefined,
): Together | null {
  const hasSpecial = specialTest(matching);
  const plain = [...patterns.keys()].filter((p) => !hasSpecial?.(patterns[p]));
  const capped = plain.map((p) => Math.min(bounds[p], patterns[p].length));
  const plan = planMany(
    text,
    plain.map((p) => patterns[p]),
    capped,
  );
  if (plan.together.length === 0) return null;
  const index = new PieceIndex(
    plan.together.map((i) => patterns[plain[i]]),
    plan.together.map((i) => capped[i]),
    plan.length,
  );
  return { together: plan.together.map((i) => plain[i]), index };
}

/** The steps of `findManyWithMismatches`: one iteration a block of the text. */
export function* manySteps(
  text: SymbolArray,
  task: ManyTask,
  { threads, matching }: { readonly threads: number; readonly matching: Matching | undefined },
  plan: Together | null = planTogether(text, task, matching),
): Steps<ManyOccurrences, ManyIterate> {
  const { patterns, bounds, strands } = task;
  const places: ManyOccurrence[][] = patterns.map(() => []);
  let completed = 0;
  let iteration = 0;
  const solution = () => ({
    occurrences: strands === 1 ? places.flat() : bothStrands(places),
    completed: Math.floor(completed / strands),
  });
  const iterate = () => ({ iteration: iteration++, completed: Math.floor(completed / strands), solution });
  if (plan) {
    const { together, index } = plan;
    const found = together.map((): Occurrence[] => []);
    const special = specialPlaces(text, matching);
    for (let from = 0; from < text.length; from += POSITIONS_PER_STEP) {
      yield iterate();
      index.search(text, from, from + POSITIONS_PER_STEP, (p, position, distance) => {
        if (special?.within(position, patterns[together[p]].length)) return;
        found[p].push({ position, distance });
      });
    }
    for (const [i, p] of together.entries()) {
      if (special && matching) {
        yield iterate();
        for (const place of specialSearch(text, patterns[p], bounds[p], matching, special)) found[i].push(place);
      }
      places[p] = found[i].sort((a, b) => a.position - b.position).map((place) => named(task, p, place));
      completed++;
    }
  }
  const searched = new Set(plan?.together);
  for (const [p, pattern] of patterns.entries()) {
    if (searched.has(p)) continue;
    const pair = { text, pattern };
    const search = findSteps(pair, bounds[p], { matching, threads });
    try {
      let step = search.next();
      for (; !step.done; step = search.next()) {
        if (step.value.completed < shiftsOf(pair)) yield iterate();
      }
      places[p] = step.value.solution.occurrences.map((place) => named(task, p, place));
    } finally {
      search.return(undefined as never);
    }
    completed++;
  }
  yield iterate();
  return converged(solution(), 'all patterns were searched for');
}

/** Places of patterns whose strands follow each other, by position within a pattern. */
function bothStrands(places: readonly (readonly ManyOccurrence[])[]): ManyOccurrence[] {
  const all: ManyOccurrence[] = [];
  for (let p = 0; p < places.length; p += 2) {
    const both = [...places[p], ...places[p + 1]].sort((a, b) => a.position - b.position);
    for (const place of both) all.push(place);
  }
  return all;
}

/** Positions of text symbols that match others, which hashes do not detect. */
interface SpecialPlaces {
  readonly positions: readonly number[];
  /** Whether one is among `length` symbols from a position on. */
  within(position: number, length: number): boolean;
}

function specialPlaces(text: SymbolArray, matching: Matching | undefined): SpecialPlaces | undefined {
  if (!matching || !specialTest(matching)?.(text)) return undefined;
  const known = new Map<number, boolean>();
  const positions: number[] = [];
  const before = new Int32Array(text.length + 1);
  for (let i = 0; i < text.length; i++) {
    let special = known.get(text[i]);
    if (special === undefined) {
      special = isSpecial(text[i], matching);
      known.set(text[i], special);
    }
    if (special) positions.push(i);
    before[i + 1] = positions.length;
  }
  return { positions, within: (position, length) => before[position + length] > before[position] };
}

/** The places of a pattern whose windows have symbols that match others, by comparing those windows. */
function* specialSearch(
  text: SymbolArray,
  pattern: SymbolArray,
  k: number,
  matching: Matching,
  { positions }: SpecialPlaces,
): Generator<Occurrence> {
  const m = pattern.length;
  const shifts = shiftsOf({ text, pattern });
  for (let i = 0; i < positions.length; ) {
    // The windows of neighbouring positions together.
    const first = Math.max(0, positions[i] - m + 1);
    let last = positions[i];
    while (++i < positions.length && positions[i] - m + 1 <= last + 1) last = positions[i];
    const end = Math.min(shifts, last + 1);
    if (first >= end) continue;
    const part = { text: text.subarray(first, end + m - 1), pattern };
    const counter = setsCounter(part, matching, { k: Math.min(k, m) });
    try {
      const distances = new Int32Array(Math.min(counter.shifts, counter.shiftsPerStep));
      for (let from = 0; from < counter.shifts; from += counter.shiftsPerStep) {
        const to = Math.min(counter.shifts, from + counter.shiftsPerStep);
        counter.count(from, to, distances);
        for (let s = 0; s < to - from; s++) {
          if (distances[s] <= k) yield { position: first + from + s, distance: distances[s] };
        }
      }
    } finally {
      counter.release();
    }
  }
}

/**
 * Checks that there is a list of patterns.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkPatterns(patterns: unknown): void {
  if (!Array.isArray(patterns)) throw fault('expected a list of patterns', 'patterns', 'type');
  checkList(patterns, 'patterns');
}

/** What `check` returns; errors about a `pattern` name another argument. */
function naming<Result>(argument: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.argument !== 'pattern') throw error;
    throw fault(error.message.slice('pattern: '.length), argument, error.code, error.index);
  }
}
