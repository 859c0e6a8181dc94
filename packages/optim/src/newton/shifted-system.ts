// Systems (H(x) + lambda B) d = r for one H after the other and many lambda each: how they are solved depends on the
// form in which H comes.
import type { HessianApproximation } from '../objectives/hessian-approximation.ts';
import { checkApproximation } from '../objectives/hessian-approximation.ts';

/** The matrix used as the Hessian: the Hessian itself, zero, or an approximation. */
export type HessianChoice = 'exact' | 'none' | HessianApproximation;

/**
 * Checks that something is a choice of the Hessian.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkHessian(value: unknown, argument: string): asserts value is HessianChoice {
  if (value !== 'exact' && value !== 'none') checkApproximation(value, argument);
}

/**
 * How dense systems are solved: Cholesky for every lambda; or once for all of them, by the eigenvalues of (H, B) or a
 * tridiagonal form.
 */
export type Factorization = 'cholesky' | 'eigen' | 'tridiagonal';

/** Work so far. */
interface FactorizationCounts {
  /** Factorisations that succeeded; of systems without any, systems that were solved. */
  factorizations: number;
  /** Those that met a matrix that is not positive definite. */
  failedFactorizations: number;
}

/** A family of systems H + lambda B. */
export interface ShiftedSystem extends Disposable {
  /** Work so far. */
  readonly counts: FactorizationCounts;
  /**
   * Takes H at x.
   *
   * @param gradient - g there
   * @param raised - B^-1 g
   */
  prepare(x: Float64Array, gradient: Float64Array, raised: Float64Array): void;
  /** Makes ready for solving with lambda; false when H + lambda B is not positive definite. */
  factor(lambda: number): boolean;
  /**
   * out <- (H + lambda B)^-1 r, for the last lambda; false when that fails.
   *
   * @param raised - B^-1 r
   */
  solve(right: Float64Array, raised: Float64Array, out: Float64Array): boolean;
  /** out <- H v */
  multiply(v: Float64Array, out: Float64Array): void;
}
