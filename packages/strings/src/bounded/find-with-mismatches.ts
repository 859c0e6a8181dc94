// Where a pattern occurs in a text with a few mismatches: the call that most users want.
import { checkInteger, converged, type Iterate, type RunOptions, run, type Steps } from '@infimum/core';
import { type SequenceOptions, wildcardSymbol } from '../exact/wildcards.ts';
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
export interface FindOptions extends RunOptions<FindIterate>, SequenceOptions {
  /** Threads that share scans and exact distances, 1 to 64; 1 by default. */
  readonly threads?: number;
}

/**
 * All places of a text where a pattern occurs with at most `maxMismatches` symbols replaced, in order.
 *
 * @param text - a string or a typed array of integers
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @returns the places; those found so far if a limit or a signal ended the search
 * @throws {InvalidInputError} as `kMismatch`
 *
 * Time as `kMismatch`; no distances are kept, so that memory is that of a block and the places.
 *
 * @example
 * ```ts
 * import { findWithMismatches } from '@infimum/strings';
 *
 * const found = findWithMismatches('GATTACAGATTTCA', 'GATTACA', 1);
 * console.log(found.map(({ position, distance }) => `${position}:${distance}`).join(' ')); // 0:0 7:1
 * ```
 */
export function findWithMismatches(
  text: Sequence,
  pattern: Sequence,
  maxMismatches: number,
  options: FindOptions = {},
): readonly Occurrence[] {
  const pair = checkPair(text, pattern, options.unit);
  const { threads = 1 } = options;
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  checkInteger(threads, 'threads', { min: 1, max: 64 });
  const choices = { threads, wildcard: wildcardSymbol(options) };
  return run(findSteps(pair, maxMismatches, choices), options).occurrences;
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
