// Finds an approximate inverse of an affine operator.
import { InvalidInputError } from '@infimum/core';
import { inverse } from '@infimum/linalg';
import type { MonotoneInclusion } from './inclusion.ts';
import type { InclusionWitness } from './inclusion-checker.ts';

/** A witness; a text where there is none. */
export function certify({ affine }: MonotoneInclusion): InclusionWitness | string {
  const size = affine?.offset.length ?? 0;
  try {
    return affine
      ? { inverse: inverse({ rows: size, cols: size, values: affine.matrix }).values }
      : 'the operator is a function';
  } catch (error) {
    if (error instanceof InvalidInputError) return 'the operator has no inverse in doubles';
    throw error;
  }
}
