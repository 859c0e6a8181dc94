// Initial potentials, for example those of an earlier solution, which are -Infinity where there is no weight.
import type { VectorLike } from '@infimum/core';
import { asVector, fault } from '@infimum/core';

/** Potentials to start from, in units of the cost; where the weight is zero they may be -Infinity. */
export interface InitialPotentials {
  /** Potentials of the sources, length n. */
  readonly source: VectorLike;
  /** Potentials of the targets, length m. */
  readonly target: VectorLike;
}

/** Potentials as functions give them. */
export interface Potentials extends InitialPotentials {
  readonly source: Float64Array;
  readonly target: Float64Array;
}

/** Two vectors; whether they fit the problem is checked with it. */
export function checkIsPotentials(value: unknown, argument: string): asserts value is InitialPotentials {
  if (typeof value === 'object' && value !== null && 'source' in value && 'target' in value) return;
  throw fault('expected { source, target }', argument, 'type');
}

/**
 * Checks potentials to start from.
 *
 * @throws {InvalidInputError} naming `initial.source` or `initial.target` and the first place at fault
 */
export function checkInitial({ source, target }: InitialPotentials, a: Float64Array, b: Float64Array): void {
  checkPotentials(source, 'initial.source', a);
  checkPotentials(target, 'initial.target', b);
}

/** Finite numbers, or -Infinity where there is no weight. */
function checkPotentials(potentials: VectorLike, argument: string, weights: Float64Array): void {
  if (potentials?.length !== weights.length) {
    asVector(potentials, argument, weights.length);
    return;
  }
  for (let i = 0; i < weights.length; i++) {
    if (Number.isFinite(potentials[i])) continue;
    if (potentials[i] === -Infinity && weights[i] === 0) continue;
    throw fault(`is ${potentials[i]} at index ${i}`, argument, 'not-finite', i);
  }
}
