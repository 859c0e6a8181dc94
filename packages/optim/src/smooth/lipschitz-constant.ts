// The Lipschitz constant of a gradient: as given, or found by doubling while the descent lemma fails.
import type { Objective } from '@infimum/core';
import { checkNumber, fault } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { SmoothProblem } from './smooth-instance.ts';

/** The option of a Lipschitz constant. */
export const lipschitz = {
  type: 'number',
  above: 0,
  description: 'Lipschitz constant L of the gradient; the instance’s own, or found by doubling, by default',
} as const;

export const strongConvexity = {
  type: 'number',
  min: 0,
  description: 'Constant mu of strong convexity, at most L; the instance’s own by default',
} as const;

/** The same for methods that cannot do without. */
export const requiredStrongConvexity = {
  type: 'number',
  min: 0,
  required: true,
  description: 'Constant mu of strong convexity, at most L',
} as const;

/** Options on the curvature of f. */
export interface Curvature {
  /** A Lipschitz constant L of the gradient, above 0; found by doubling if absent. */
  readonly lipschitz?: number | undefined;
  /** The constant mu of strong convexity, between 0 and L. */
  readonly strongConvexity?: number | undefined;
}

/** The constants of a registered method: its options if given, otherwise those of the instance. */
export function knownCurvature<Options extends Curvature>(
  { lipschitz, strongConvexity = 0 }: Curvature,
  options: Options,
): Options & { readonly lipschitz: number | undefined; readonly strongConvexity: number } {
  return { ...options, lipschitz: options.lipschitz ?? lipschitz, strongConvexity: options.strongConvexity ?? strongConvexity };
}

/** Why a method for convex functions declines an instance. */
export function needsConvexity({ strongConvexity }: SmoothProblem): string | undefined {
  return strongConvexity === undefined ? 'the function is not known to be convex' : undefined;
}

/** Why a method for strongly convex functions declines an instance. */
export function needsStrongConvexity({ strongConvexity = 0 }: SmoothProblem): string | undefined {
  return strongConvexity > 0 ? undefined : 'the function is not known to be strongly convex';
}

/** The constant that a method works with; it never falls. */
export interface LipschitzConstant {
  /** L as far as it is known. */
  readonly value: number;
  /**
   * Raises L until f(y - g/L) <= f(y) - |g|²/(2L) for the gradient g at y.
   *
   * @returns whether it was raised, or `undefined` when f(y) is not finite or no number is large enough
   */
  fit(point: Float64Array, gradient: Float64Array): boolean | undefined;
}

/** Share of the point's size at which the curvature is first looked for. */
const NEARBY = 1e-6;

/** The constant as given, or a search that starts from an estimate by the first gradient, at least mu. */
export function lipschitzConstant(objective: Objective, { lipschitz, strongConvexity = 0 }: Curvature): LipschitzConstant {
  if (lipschitz !== undefined) return { value: lipschitz, fit: () => false };
  const trial = new Float64Array(objective.dimension);
  const change = new Float64Array(objective.dimension);
  const constant = {
    value: 0,
    fit(point: Float64Array, gradient: Float64Array): boolean | undefined {
      const size = norm(gradient);
      if (constant.value === 0) {
        constant.value = Math.max(strongConvexity, curvatureAlong(point, gradient, size));
      }
      const here = objective.value(point);
      if (!Number.isFinite(here)) return undefined;
      // Near the minimum rounding decides about values: it must not raise the constant for ever.
      const noise = 4 * Number.EPSILON * Math.abs(here);
      for (let doublings = 0; constant.value < Infinity; doublings++) {
        for (let i = 0; i < trial.length; i++) trial[i] = point[i] - gradient[i] / constant.value;
        const decrease = (size * size) / (2 * constant.value);
        if (objective.value(trial) <= here - decrease + noise) return doublings > 0;
        constant.value *= 2;
      }
      return undefined;
    },
  };
  return constant;

  /** |g(y - t g) - g(y)| / (t |g|) for a small t: no more than L, so that doubling ends below 2 L. */
  function curvatureAlong(point: Float64Array, gradient: Float64Array, size: number): number {
    const reach = 1 + norm(point);
    const step = (NEARBY * reach) / size;
    for (let i = 0; i < trial.length; i++) trial[i] = point[i] - step * gradient[i];
    objective.gradient(trial, change);
    for (let i = 0; i < trial.length; i++) change[i] -= gradient[i];
    const curvature = norm(change) / (step * size);
    // Where the function looks flat, the first step may still not leave the world;
    // and where all underflows, doubling still needs something to double.
    return Math.max(Number.isFinite(curvature) ? curvature : 0, (1e-8 * size) / reach, Number.MIN_VALUE);
  }
}

/**
 * Checks the constants that are given to a method.
 *
 * @throws {InvalidInputError} naming `lipschitz` or `strongConvexity`
 */
export function checkCurvature({ lipschitz, strongConvexity }: Curvature): void {
  if (lipschitz !== undefined) checkNumber(lipschitz, 'lipschitz', { above: 0 });
  if (strongConvexity === undefined) return;
  checkNumber(strongConvexity, 'strongConvexity', { min: 0 });
  if (lipschitz !== undefined && strongConvexity > lipschitz) {
    throw fault(`is ${strongConvexity}, more than the Lipschitz constant ${lipschitz}`, 'strongConvexity', 'out-of-range');
  }
}

/**
 * Checks the constants of a method that needs strong convexity.
 *
 * @throws {InvalidInputError} naming `lipschitz` or `strongConvexity`
 */
export function checkStronglyConvex(curvature: Curvature): void {
  checkCurvature(curvature);
  checkNumber(curvature.strongConvexity, 'strongConvexity', { above: 0 });
}
