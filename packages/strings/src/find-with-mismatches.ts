// Where a pattern occurs in a text with a few mismatches: the call that most users want.
import { type KMismatchOptions, kMismatch } from './k-mismatch.ts';
import type { Sequence } from './symbols.ts';

/** A place where a pattern occurs. */
export interface Occurrence {
  /** Position of its first symbol in the text. */
  readonly position: number;
  /** Number of mismatches. */
  readonly distance: number;
}

/** Options of `findWithMismatches`. */
export interface FindOptions extends Omit<KMismatchOptions, 'method' | 'seed'> {}

/**
 * All places of a text where a pattern occurs with at most `maxMismatches` symbols replaced, in order.
 *
 * @param text - a string or a typed array of integers
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @throws {InvalidInputError} as `kMismatch`
 *
 * For the status of a run with limits use `kMismatch`, whose hits these are.
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
): Occurrence[] {
  const { hits, distances } = kMismatch(text, pattern, maxMismatches, options);
  return Array.from(hits, (position) => ({ position, distance: distances[position] }));
}
