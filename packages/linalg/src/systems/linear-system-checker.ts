// How far the solution of a linear system lies from its approximation, from an approximate inverse; and that there is only one.
//
// S. M. Rump: Verification methods: rigorous results using floating-point arithmetic, Acta Numerica 19 (2010).
import type { Verdict } from '@infimum/core/certificate';
import { enclosureOfSolution } from '@infimum/rigor';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import type { LinearSolution, LinearSystem } from './linear-system.ts';

/** A witness: numbers near the inverse, row by row. */
export interface InverseWitness {
  /** R, n x n. */
  readonly inverse: Float64Array;
}

/**
 * Proves that A is regular and that |x* - x| is at most `error` in every entry, x* being the solution for the doubles of A and b, if
 * I - R A has a row-sum norm below 1. Throws nothing, whatever the witness.
 *
 * @example
 * ```ts
 * import { checkLinearSystem } from '@infimum/linalg/checkers';
 *
 * const a = { rows: 1, cols: 1, values: Float64Array.of(3) };
 * const system = { a, b: Float64Array.of(1), structure: 'general' } as const;
 * const verdict = checkLinearSystem(system, { x: Float64Array.of(1 / 3), relativeResidual: 0 }, { inverse: Float64Array.of(0.33) });
 * console.log(verdict.proved && verdict.figures['error'].upper < 1e-16); // true
 * ```
 */
export function check({ a, b }: LinearSystem, { x }: LinearSolution, witness: unknown): Verdict {
  const { inverse } = (witness ?? {}) as Partial<Record<keyof InverseWitness, unknown>>;
  const n = b.length;
  if (!(inverse instanceof Float64Array) || inverse.length !== n * n) {
    return { proved: false, reason: `the witness has no inverse of ${n * n} numbers` };
  }
  if (a.rows !== n || a.cols !== n || x.length !== n) {
    return { proved: false, reason: 'the system is not square' };
  }
  const proof = enclosureOfSolution(entriesOf(a), b, inverse, x);
  if (!proof) {
    const reason = 'the witness is too far from an inverse, or the matrix too near a singular one';
    return { proved: false, reason };
  }
  let upper = 0;
  for (let i = 0; i < n; i++) if (!(proof.radii[i] <= upper)) upper = proof.radii[i];
  return { proved: true, figures: { error: { lower: 0, upper } } };
}

/** All entries, row by row. */
export function entriesOf(a: DenseMatrix | CsrMatrix): Float64Array {
  if (!('rowPointers' in a)) return a.values;
  const entries = new Float64Array(a.rows * a.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      entries[i * a.cols + a.columnIndices[k]] = a.values[k];
    }
  }
  return entries;
}
