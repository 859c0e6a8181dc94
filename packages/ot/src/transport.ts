// The transport problem: inputs and results of the algorithms in this package.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkNonNegative, checkObject, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';

/** A transport problem as it may be given: plain or typed arrays, costs by rows or as `{ rows, cols, values }`. */
export interface TransportLike {
  /** Source weights, length n, non-negative. */
  readonly a: VectorLike;
  /** Target weights, length m, non-negative, of the same total as `a`. */
  readonly b: VectorLike;
  /** Costs, n x m, finite. */
  readonly cost: MatrixLike;
}

/** Move the mass `a` onto the mass `b` where moving one unit from i to j costs `cost[i, j]`. */
export interface Transport {
  /** Source weights, length n, non-negative; their sum must be that of `b`. */
  readonly a: Float64Array;
  /** Target weights, length m, non-negative. */
  readonly b: Float64Array;
  /** Costs, n x m, finite. */
  readonly cost: DenseMatrix;
}

/** A transport plan with its dual potentials. */
export interface TransportPlan<Plan = DenseMatrix | CsrMatrix> {
  /** Mass moved from i to j, n x m. */
  readonly plan: Plan;
  /** Transport cost, the sum of plan times cost: usually the number of interest. */
  readonly cost: number;
  /** Dual potentials of the sources, in units of the cost; of entropic plans -Infinity where the weight is zero. */
  readonly sourcePotential: Float64Array;
  /** Dual potentials of the targets, likewise. */
  readonly targetPotential: Float64Array;
  /** How far the plan's marginals are from the weights: the sum of all absolute differences. */
  readonly marginalError: number;
  /** The entropic regularisation that the plan was found with; absent for exact ones. */
  readonly epsilon?: number;
}

/** Relative weights below this count as zero. */
const LEAST_WEIGHT = 2 ** -400;

/** Relative difference of total masses that counts as rounding. */
const MASS_TOLERANCE = 1e-9;

/** Relative difference of masses that rounding in single precision explains. */
const SINGLE_TOLERANCE = 1e-5;

/**
 * A transport problem in the form that algorithms use: checked, typed arrays as they are.
 *
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 */
export function asTransport(problem: TransportLike): Transport {
  checkObject(problem, 'problem');
  const cost = asMatrix(problem.cost, 'cost');
  const { a, b } = problem;
  return { ...balanced({ a, b }, asWeights(a, 'a', cost.rows), asWeights(b, 'b', cost.cols)), cost };
}

/**
 * Weights of both sides, of equal mass; uniform by default. Weights in single precision, whose mass is wrong by rounding, are
 * scaled to the mass of the other side, or to one; if both sides are in single precision, the targets are scaled.
 *
 * @throws {InvalidInputError} naming `a` or `b` and the first place at fault
 */
export function asMarginals(
  { a, b }: { readonly a?: VectorLike | undefined; readonly b?: VectorLike | undefined },
  n: number,
  m: number,
): { a: Float64Array; b: Float64Array } {
  const sources = a === undefined ? new Float64Array(n).fill(1 / n) : asWeights(a, 'a', n);
  const targets = b === undefined ? new Float64Array(m).fill(1 / m) : asWeights(b, 'b', m);
  return balanced({ a, b }, sources, targets);
}

function balanced(
  given: { readonly a?: VectorLike | undefined; readonly b?: VectorLike | undefined },
  a: Float64Array,
  b: Float64Array,
): { a: Float64Array; b: Float64Array } {
  const [isRoundedA, isRoundedB] = [given.a, given.b].map((weights) => weights instanceof Float32Array);
  checkEqualMass(a, b, isRoundedA || isRoundedB ? SINGLE_TOLERANCE : MASS_TOLERANCE);
  const factor = total(a) / total(b);
  if (isRoundedB) return { a, b: b.map((weight) => weight * factor) };
  return { a: isRoundedA ? a.map((weight) => weight / factor) : a, b };
}

/**
 * Checks that both sides have the same mass, up to rounding.
 *
 * @throws {InvalidInputError} naming `b`
 */
export function checkEqualMass(a: Float64Array, b: Float64Array, tolerance = MASS_TOLERANCE): void {
  const massA = total(a);
  const massB = total(b);
  if (Math.abs(massA - massB) > tolerance * Math.max(massA, massB)) {
    throw fault(`sums to ${massB}, but a sums to ${massA}`, 'b', 'mass');
  }
}

/**
 * The weights of one side, checked.
 *
 * @throws {InvalidInputError} naming the argument and the first place at fault
 */
export function asWeights(given: VectorLike, argument: string, length?: number): Float64Array {
  const weights = asVector(given, argument, length);
  checkNonNegative(weights, argument);
  const mass = total(weights);
  if (mass > 0 && mass < Infinity) return weights;
  throw fault(`has mass ${mass}`, argument, 'mass');
}

/**
 * Whether a weight counts in a batch. One below 2^-400 of the mass, 1e-120, is far below the rounding of any sum: its part of
 * the plan is empty and its potential -Infinity, as if it were zero.
 */
export function hasWeight(weight: number, mass: number): boolean {
  return weight / mass >= LEAST_WEIGHT;
}

/** Sum of the entries. */
export function total(weights: VectorLike): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  return sum;
}
