// What the experiments behind the claims have in common.
import type { ClaimContext, ClaimResult } from '@infimum/core';

/** Tells what is being done, and stops if that is wanted. */
export function report({ signal, onProgress }: ClaimContext, message: string): void {
  signal?.throwIfAborted();
  onProgress?.(message);
}

/** A claim that holds or does not. */
export function result(measured: string, holds: boolean, figures: Readonly<Record<string, number>>): ClaimResult {
  return { measured, verdict: holds ? 'reproduced' : 'not reproduced', figures };
}

/** 2^from … 2^to. */
export function powers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
}

/** Whether numbers never fall. */
export function isSorted(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1] <= value);
}

/** Whether two sequences have the same numbers. */
export function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}
