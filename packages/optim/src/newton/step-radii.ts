// Radii that classes of functions guarantee: gamma(x) is at least this, so that no search is needed when the class and its
// constant are known.
import { checkNumber } from '@infimum/core';
import { realPower } from '../objectives/nonlinear-equations.ts';

/** The radius as a function of the gradient's dual norm |g|*. */
export type StepRadius = (dualNorm: number) => number;

/**
 * gamma = (2 |g|* / L)^(1/2) for a Hessian that is Lipschitz with L.
 *
 * @throws {InvalidInputError} for a constant that is not positive
 *
 * @example
 * ```ts
 * import { lipschitzHessianRadius } from '@infimum/optim/newton';
 *
 * console.log(lipschitzHessianRadius(2)(9)); // 3
 * ```
 */
export function lipschitzHessianRadius(hessianLipschitz: number): StepRadius {
  checkNumber(hessianLipschitz, 'hessianLipschitz', { above: 0 });
  return (dualNorm) => Math.sqrt((2 * dualNorm) / hessianLipschitz);
}

/**
 * gamma = ((1 + nu) |g|* / L)^(1 / (1 + nu)) for a Hessian that is Hölder continuous, |H(x) - H(y)| <= L |x - y|^nu.
 *
 * @throws {InvalidInputError} for an exponent outside of [0, 1] and a constant that is not positive
 */
export function holderHessianRadius(exponent: number, constant: number): StepRadius {
  checkNumber(exponent, 'exponent', { min: 0, max: 1 });
  checkNumber(constant, 'constant', { above: 0 });
  return (dualNorm) => realPower(((1 + exponent) * dualNorm) / constant, 1 / (1 + exponent));
}

/**
 * gamma = 1 / (2 M) for a quasi-self-concordant function, |D³f(x)[u, u, v]| <= M |u|_x² |v|.
 *
 * @throws {InvalidInputError} for a constant that is not positive
 */
export function quasiSelfConcordantRadius(constant: number): StepRadius {
  checkNumber(constant, 'constant', { above: 0 });
  return () => 1 / (2 * constant);
}

/**
 * gamma = |g|* / L for a gradient that is Lipschitz with L, and no Hessian: the gradient method with step 1 / L.
 *
 * @throws {InvalidInputError} for a constant that is not positive
 */
export function lipschitzGradientRadius(lipschitz: number): StepRadius {
  checkNumber(lipschitz, 'lipschitz', { above: 0 });
  return (dualNorm) => dualNorm / lipschitz;
}

/**
 * gamma = |g|* / (L0 + L1 |g|*) for a curvature of at most L0 + L1 |g|*, and no Hessian.
 *
 * @throws {InvalidInputError} for constants below 0, and two zeros
 */
export function relaxedSmoothnessRadius(l0: number, l1: number): StepRadius {
  checkNumber(l0, 'l0', { min: 0 });
  checkNumber(l1, 'l1', l0 > 0 ? { min: 0 } : { above: 0 });
  return (dualNorm) => dualNorm / (l0 + l1 * dualNorm);
}
