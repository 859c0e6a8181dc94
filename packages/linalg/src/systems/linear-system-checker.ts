// How far the solution of a linear system lies from its approximation, from an approximate inverse; and that there is only one.
//
// S. M. Rump: Verification methods: rigorous results using floating-point arithmetic, Acta Numerica 19 (2010).
import type { Verdict } from '@infimum/core/certificate';
import { bitLength, dyadic, enclosureOfSolution, powerOfTwo, up } from '@infimum/rigor';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import type { LinearSolution, LinearSystem } from './linear-system.ts';

/** A witness: numbers near the inverse, row by row. */
export interface InverseWitness {
  /** R, n x n. */
  readonly inverse: Float64Array;
  /** R is near the inverse of A over 2^exponent; 0 by default. */
  readonly exponent?: number;
}

/**
 * Proves that A is regular and that |x* - x| is at most `error` in every entry, x* being the solution for the doubles of A and b, if
 * I - R A has a row-sum norm below 1. Never throws, for any witness.
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
export function check(system: LinearSystem, solution: LinearSolution, witness: unknown): Verdict {
  const { inverse, exponent = 0 } = (witness ?? {}) as Partial<Record<keyof InverseWitness, unknown>>;
  const n = system.b.length;
  const isInverse = inverse instanceof Float64Array && inverse.length === n * n && inverse.every(Number.isFinite);
  if (!isInverse || !Number.isInteger(exponent))
    return { proved: false, reason: `the witness has no inverse of ${n * n} numbers` };
  if (system.a.rows !== n || system.a.cols !== n) return { proved: false, reason: 'the system is not square' };
  const scaled = scaledSystem(system, solution);
  if (typeof scaled === 'string') return { proved: false, reason: scaled };
  const { a, b, x, unit } = scaled;
  const entries = entriesOf(a);
  const hint = times(inverse, unit - (exponent as number)) ?? inverse;
  // Unknowns in units between those of their rows of R and their columns of A.
  const places = Array.from(b, (_, i) => {
    const column = b.map((__, k) => entries[k * n + i]);
    return Math.floor((exponentOf(hint.subarray(i * n, (i + 1) * n)) - exponentOf(column)) / 2);
  });
  const middle = Math.floor((Math.max(...places) + Math.min(...places)) / 2);
  const units = Float64Array.from(places, (place) => powerOfTwo(Math.max(-500, Math.min(500, place - middle))));
  const proof = enclosureOfSolution(entries, b, hint, x, units);
  if (!proof) {
    const reason = 'the witness is too far from an inverse, or the matrix is nearly singular';
    return { proved: false, reason };
  }
  let upper = 0;
  for (let i = 0; i < n; i++) if (!(proof.radii[i] <= upper)) upper = proof.radii[i];
  const error = fromUnits(upper, scaled.exponent);
  return error < Infinity
    ? { proved: true, figures: { error: { lower: 0, upper: error } } }
    : { proved: false, reason: 'the sums are beyond the range of doubles' };
}

/** The exponent of a power of two near the largest number; 0 of zeros. */
export function exponentOf(values: Float64Array): number {
  const { mantissa, exponent } = dyadic(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  return exponent + bitLength(mantissa);
}

/** Numbers times a power of two, exactly; undefined where that is not to be had. */
export function times(values: Float64Array, exponent: number): Float64Array | undefined {
  if (Math.abs(exponent) > 3000) return undefined;
  const third = Math.trunc(exponent / 3);
  const [p, q] = [powerOfTwo(third), powerOfTwo(exponent - 2 * third)];
  const scaled = values.map((value) => value * p * p * q);
  return scaled.every((value, i) => value / q / p / p === values[i]) ? scaled : undefined;
}

/** The system with A and b near 1: x in units of 2^exponent; a text for what is no system. */
export function scaledSystem({ a, b }: LinearSystem, { x }: LinearSolution) {
  if (!(x instanceof Float64Array && x.length === a.cols && x.every(Number.isFinite))) return 'the solution is not a point';
  const [of, to] = [exponentOf(a.values), exponentOf(b)];
  const [values, right, point] = [times(a.values, -of), times(b, -to), times(x, of - to)];
  if (!values || !right || !point) return 'the range of numbers is too large';
  return { a: { ...a, values }, b: right, x: point, unit: of, exponent: to - of };
}

/** At least a number >= 0 in units of 2^exponent. */
export function fromUnits(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return up(up(value * powerOfTwo(half)) * powerOfTwo(exponent - half));
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
