// Finds an approximate inverse for the checker of linear systems.
import { InvalidInputError } from '@infimum/core';
import { inverse } from '../solve/solve.ts';
import type { LinearSystem } from './linear-system.ts';
import type { InverseWitness } from './linear-system-checker.ts';
import { entriesOf, exponentOf, times } from './linear-system-checker.ts';

/** The inverse in doubles; why there is none otherwise. */
export function certify({ a }: LinearSystem): InverseWitness | string {
  const exponent = exponentOf(a.values);
  try {
    const values = times(entriesOf(a), -exponent) ?? entriesOf(a);
    return { inverse: inverse({ rows: a.rows, cols: a.cols, values }).values, exponent };
  } catch (error) {
    if (error instanceof InvalidInputError) return 'the matrix has no inverse in doubles';
    throw error;
  }
}
