// Approximations of a Hessian, in the form that is cheapest to use.
import { checkInteger, fault } from '@infimum/core';

/** A symmetric matrix, written out. */
export interface DenseApproximation {
  /** Which form this is. */
  readonly kind: 'dense';
  /** Writes the matrix at x, d x d numbers row by row. */
  matrix(x: Float64Array, out: Float64Array): void;
}

/** A diagonal matrix; in a metric that is diagonal too, steps cost O(d). */
export interface DiagonalApproximation {
  /** Which form this is. */
  readonly kind: 'diagonal';
  /** Writes the diagonal at x, d numbers. */
  diagonal(x: Float64Array, out: Float64Array): void;
}

/** The multiple w g g' of the outer product of the gradient, whose steps cost nothing beyond the gradient's norm. */
export interface GradientApproximation {
  /** Which form this is. */
  readonly kind: 'gradient';
  /** w at x, at least 0. */
  weight(x: Float64Array): number;
}

/** A sum of few terms w_k u_k u_k'. */
export interface LowRankApproximation {
  /** Which form this is. */
  readonly kind: 'low-rank';
  /** Number of terms. */
  readonly rank: number;
  /** Writes the vectors u_k at x, rank x d numbers row by row, and the weights w_k, which are at least 0. */
  terms(x: Float64Array, vectors: Float64Array, weights: Float64Array): void;
}

/** A symmetric matrix that is known by its products. */
export interface ProductApproximation {
  /** Which form this is. */
  readonly kind: 'product';
  /** Writes the product of the matrix at x with v, d numbers. */
  product(x: Float64Array, v: Float64Array, out: Float64Array): void;
}

/**
 * An approximation H(x) of the Hessian, symmetric and positive semidefinite; it is written to arrays that the
 * caller owns.
 */
export type HessianApproximation =
  | DenseApproximation
  | DiagonalApproximation
  | GradientApproximation
  | LowRankApproximation
  | ProductApproximation;

/** The function that each form has. */
const FUNCTIONS = { dense: 'matrix', diagonal: 'diagonal', gradient: 'weight', 'low-rank': 'terms', product: 'product' };

/**
 * Checks that something is one of the forms of an approximation.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkApproximation(value: unknown, argument: string): asserts value is HessianApproximation {
  const form = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const kind = form['kind'];
  const writes =
    typeof kind === 'string' && Object.hasOwn(FUNCTIONS, kind) ? (FUNCTIONS as Record<string, string>)[kind] : undefined;
  if (writes === undefined || typeof form[writes] !== 'function') {
    const forms = Object.entries(FUNCTIONS).map(([kind, name]) => `{ kind: '${kind}', ${name} }`);
    throw fault(`must be one of ${forms.join(', ')}`, argument, 'type');
  }
  if (writes === 'terms') checkInteger(form['rank'], `${argument}.rank`, { min: 1 });
}
