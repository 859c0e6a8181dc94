// Where a pattern occurs in a text with a few mismatches: the call that most users want.
import {
  checkInteger,
  converged,
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
import { threads, unit, wildcard } from '../solver-options.ts';
import { checkPair, type Sequence, type SymbolPair } from '../symbols.ts';
import { type BoundedChoices, chooseBounded } from './k-mismatch.ts';

/** A place where a pattern occurs. */
export interface Occurrence {
  /** Position of its first symbol in the text. */
  readonly position: number;
  /** Number of mismatches. */
  readonly distance: number;
}

/** Places found so far. */
export interface Occurrences {
  /** In order. */
  readonly occurrences: readonly Occurrence[];
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

/** One more block of shifts has been decided. */
export interface FindIterate extends Iterate<Occurrences> {
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

/** Options of `findWithMismatches`. */
const findOptions = { threads, unit, wildcard } as const satisfies OptionSpecs;

/** Options of `findWithMismatches`. */
export type FindOptions = OptionsOf<typeof findOptions> & RunOptions<FindIterate>;

/**
 * All places of a text where a pattern occurs with at most `maxMismatches` symbols replaced, in order.
 *
 * @param text - a string or a typed array of integers
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @returns `occurrences`, and how the run ended: the places of the first `completed` shifts where `status` is not
 *   `converged`
 * @throws {InvalidInputError} as `kMismatch`
 *
 * Time as `kMismatch`; no distances are kept, so that memory is that of a block and the places.
 *
 * @example
 * ```ts
 * import { findWithMismatches } from '@infimum/strings';
 *
 * const { occurrences } = findWithMismatches('GATTACAGATTTCA', 'GATTACA', 1);
 * console.log(occurrences.map(({ position, distance }) => `${position}:${distance}`).join(' ')); // 0:0 7:1
 * ```
 */
export function findWithMismatches(
  text: Sequence,
  pattern: Sequence,
  maxMismatches: number,
  options: FindOptions = {},
): Outcome<Occurrences, FindIterate> {
  const { threads, unit, wildcard } = resolveOptions(findOptions, options);
  const pair = checkPair(text, pattern, unit);
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  const choices = { threads, wildcard: wildcardSymbol({ wildcard, unit }) };
  return run(findSteps(pair, maxMismatches, choices), runOptionsOf(findOptions, options));
}

/** The steps of `findWithMismatches`: one iteration a block of shifts. */
export function* findSteps(
  pair: SymbolPair,
  maxMismatches: number,
  choices: BoundedChoices = {},
): Steps<Occurrences, FindIterate> {
  const k = Math.min(maxMismatches, pair.pattern.length);
  const counter = chooseBounded(pair, k, 'auto', choices).create();
  try {
    const { shifts, shiftsPerStep } = counter;
    const distances = new Int32Array(Math.min(shifts, shiftsPerStep));
    const occurrences: Occurrence[] = [];
    let completed = 0;
    const solution = () => ({ occurrences: occurrences.slice(), completed });
    for (let iteration = 0; ; iteration++) {
      yield { iteration, completed, solution };
      if (completed === shifts) break;
      const to = Math.min(shifts, completed + shiftsPerStep);
      counter.count(completed, to, distances);
      for (let i = nextClose(distances, 0, to - completed, k); i < to - completed; ) {
        occurrences.push({ position: completed + i, distance: distances[i] });
        i = nextClose(distances, i + 1, to - completed, k);
      }
      completed = to;
    }
    return converged({ occurrences, completed }, 'all shifts are decided');
  } finally {
    counter.release();
  }
}

/** The next place from i on whose bounded distance is at most k; `end` if there is none. */
function nextClose(distances: Int32Array, i: number, end: number, k: number): number {
  // Bounded distances add up to so much only if all are k + 1.
  const far = 8 * (k + 1);
  const d = distances;
  for (; i + 8 <= end; i += 8) {
    const sum = d[i] + d[i + 1] + d[i + 2] + d[i + 3] + d[i + 4] + d[i + 5] + d[i + 6] + d[i + 7];
    if (sum !== far) break;
  }
  while (i < end && d[i] > k) i++;
  return i;
}
