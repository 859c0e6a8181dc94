// Finds an approximate inverse for the checker of linear systems.
import { InvalidInputError } from '@infimum/core';
import { inverse } from '../solve/solve.ts';
import type { LinearSystem } from './linear-system.ts';
import type { InverseWitness } from './linear-system-checker.ts';
import { entriesOf } from './linear-system-checker.ts';

/** The inverse in doubles; why there is none otherwise. */
export function certify({ a }: LinearSystem): InverseWitness | string {
  try {
    return { inverse: inverse({ rows: a.rows, cols: a.cols, values: entriesOf(a) }).values };
  } catch (error) {
    if (error instanceof InvalidInputError) return 'the matrix has no inverse in doubles';
    throw error;
  }
}
