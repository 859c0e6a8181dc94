// The transport problem: what every algorithm of this package takes and gives.
import { checkMatrix, checkNonNegative, checkObject, checkVector, InvalidInputError } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';

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
  /** Transport cost, the sum of plan times cost: the number that people ask for. */
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

/**
 * Checks a transport problem.
 *
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 */
export function checkTransport(problem: Transport): void {
  checkObject(problem, 'problem');
  const { a, b, cost } = problem;
  checkMatrix(cost, 'cost');
  checkWeights(a, 'a', cost.rows);
  checkWeights(b, 'b', cost.cols);
  checkEqualMass(a, b);
}

/**
 * Checks that both sides have the same mass, up to rounding.
 *
 * @throws {InvalidInputError} naming `b`
 */
export function checkEqualMass(a: Float64Array, b: Float64Array): void {
  const massA = total(a);
  const massB = total(b);
  if (Math.abs(massA - massB) > MASS_TOLERANCE * Math.max(massA, massB)) {
    throw new InvalidInputError(`sums to ${massB}, but a sums to ${massA}`, { argument: 'b', code: 'mass' });
  }
}

/**
 * Checks the weights of one side.
 *
 * @throws {InvalidInputError} naming the argument and the first place at fault
 */
export function checkWeights(weights: Float64Array, argument: string, length?: number): void {
  checkVector(weights, argument, length);
  checkNonNegative(weights, argument);
  if (!(total(weights) > 0)) throw new InvalidInputError('has no mass', { argument, code: 'mass' });
  if (total(weights) === Infinity)
    throw new InvalidInputError('has infinite mass', { argument, code: 'mass' });
}

/**
 * Whether a weight counts in a batch. One below 2^-400 of the mass, 1e-120, is far below the rounding of any sum: its part of
 * the plan is empty and its potential -Infinity, as if it were zero.
 */
export function hasWeight(weight: number, mass: number): boolean {
  return weight / mass >= LEAST_WEIGHT;
}

/** Sum of the entries. */
export function total(weights: Float64Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}
