// Whether a plane separates two classes, decided exactly, with a proof.
//
// P. Gordan (1873) and E. Stiemke (1915) for the alternatives; A. Albert, J. A. Anderson: On the existence of maximum
// likelihood estimates in logistic regression models (1984), for quasi-separation.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { bitLength, roundDyadic } from '@infimum/rigor';
import type { FarkasSupport, IntegerPlane, SeparabilityWitness } from './separable-classification-checker.ts';
import { separabilityOf } from './separable-classification-checker.ts';
import { separabilityWitness } from './separable-classification-prover.ts';
import { refuseRowsOfZeros } from './separable-problem.ts';
import type { LinearSeparator, SeparableLike } from './signed-rows.ts';
import { asSeparable, checkSeparable } from './signed-rows.ts';

/** Options of `separability`. */
const separabilityOptions = {
  maxPivots: { type: 'integer', was: 'maxSteps', min: 1, default: 10_000, description: 'Maximum exact exchanges of rows' },
} as const satisfies OptionSpecs;

/** Options of `separability`. */
export type SeparabilityOptions = OptionsOf<typeof separabilityOptions>;

/** The answer. */
export type Separability =
  | {
      /** Some plane has every point strictly on its side. */
      readonly kind: 'separable';
      /** The plane, rounded to doubles; `witness.plane` has it in whole numbers. */
      readonly plane: LinearSeparator;
      /** The proof: the checker accepted it. */
      readonly witness: SeparabilityWitness;
    }
  | {
      /** No plane separates strictly, but one has no point on the wrong side and not all on it: the likelihood has no maximum. */
      readonly kind: 'quasi-separable';
      /** The plane, rounded to doubles. */
      readonly plane: LinearSeparator;
      /** Weights p >= 0 of sum 1 with sum_i p_i b_i = 0, rounded to doubles: no plane separates strictly. */
      readonly proof: Float64Array;
      /** The proof: the checker accepted it. */
      readonly witness: SeparabilityWitness;
    }
  | {
      /** Every plane that does not contain all points has some on the wrong side. */
      readonly kind: 'inseparable';
      /** Weights p >= 0 of sum 1 with sum_i p_i b_i = 0, rounded to doubles. */
      readonly proof: Float64Array;
      /** The proof: the checker accepted it. */
      readonly witness: SeparabilityWitness;
    }
  | {
      /** Undecided within the limits. */
      readonly kind: 'undecided';
      /** Which limit, or what the checker refused. */
      readonly reason: string;
    };

/**
 * Decides whether two classes can be separated, for the points as the doubles that they are. Exactly one of two things is true:
 * some plane w has b_i . w > 0 for all rows b_i = y_i (x_i, 1), or some p >= 0, not 0, has sum_i p_i b_i = 0 (Gordan). The witness is in
 * whole numbers, and an independent checker confirms it exactly before this function returns it.
 *
 * Quasi-separation is searched among the rows with p_i = 0, on the planes that contain all others.
 *
 * @param given - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @returns the answer with its witness; `undecided` for more than 4 million entries that the plane of the largest margin in
 *   doubles does not separate, and where exact pivots take too long
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * Cost: O(nd) an exchange in doubles, some O(nd + d³) products of whole numbers of up to 50 d bits; checking O(nd).
 *
 * @example
 * ```ts
 * import { separability } from '@infimum/learn';
 *
 * const points = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 3, 4) };
 * console.log(separability({ points, labels: Int8Array.of(-1, -1, 1, 1), fitIntercept: true }).kind); // separable
 * console.log(separability({ points, labels: Int8Array.of(-1, 1, -1, 1), fitIntercept: true }).kind); // inseparable
 * ```
 */
export function separability(given: SeparableLike, options: SeparabilityOptions = {}): Separability {
  const { maxPivots } = resolveOptions(separabilityOptions, options);
  const instance = asSeparable(given);
  checkSeparable(instance);
  refuseRowsOfZeros(instance);
  const witness = separabilityWitness(instance, maxPivots);
  if (typeof witness === 'string') return { kind: 'undecided', reason: witness };
  const answer = separabilityOf(instance, witness);
  if ('reason' in answer) return { kind: 'undecided', reason: answer.reason };
  const { kind } = answer;
  const plane = roundedPlane(witness.plane);
  if (kind === 'separable') return { kind, plane, witness };
  const proof = roundedWeights(witness.support, instance.points.rows);
  return kind === 'inseparable' ? { kind, proof, witness } : { kind, plane, proof, witness };
}

/** As doubles up to 1. */
function roundedPlane({ weights, intercept }: IntegerPlane = { weights: [], intercept: 0n }): LinearSeparator {
  const longest = Math.max(bitLength(intercept), ...weights.map(bitLength));
  const round = (entry: bigint) => roundDyadic(entry, -longest, 0);
  return { weights: Float64Array.from(weights, round), intercept: round(intercept) };
}

/** As weights of sum 1. */
function roundedWeights({ rows, multipliers }: FarkasSupport = { rows: [], multipliers: [] }, count: number) {
  const total = multipliers.reduce((sum, multiplier) => sum + multiplier, 0n);
  const length = bitLength(total);
  const weights = new Float64Array(count);
  rows.forEach((row, k) => {
    weights[row] = roundDyadic(multipliers[k], -length, 0) / roundDyadic(total, -length, 0);
  });
  return weights;
}
