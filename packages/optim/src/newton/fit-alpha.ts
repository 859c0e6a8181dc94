// Estimates the class of smoothness from a run: the exponent with which its radii depend on the gradient.
import { checkList, checkNumbers, checkObject, fault } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';

/** What `fitAlpha` reads of an iterate of `gradientNormalizedNewton`. */
export interface RadiusRow {
  /** The gradient's dual norm |g|*. */
  readonly dualNorm: number;
  /** The radius of the step that led there. */
  readonly gamma: number;
}

/** The lower envelope gamma = |g|*^alpha / factor. */
export interface RadiusFit {
  /** The exponent alpha. */
  readonly alpha: number;
  /** The factor M. */
  readonly factor: number;
}

/**
 * Fits gamma_k = |g_k|*^alpha / M to the lower envelope of a run's radii: of those that the search had to cut back, the
 * least in every factor of ten of gradients, and a line through their logarithms. Lipschitz Hessians have alpha = 1/2, Hölder ones 1/2 to
 * 1,
 * quasi-self-concordant functions 0, Lipschitz gradients without a Hessian 1. A smaller alpha means that the function was
 * easier for the method than its class.
 *
 * @param trace - the iterates of a run in order, its `trace` for example
 * @throws {InvalidInputError} when the gradients do not span a factor of ten
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { fitAlpha, gradientNormalizedGradient } from '@infimum/optim/newton';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 50));
 * const { trace = [] } = gradientNormalizedGradient(bowl, Float64Array.of(100, 1), { trace: true });
 * console.log(Math.abs(fitAlpha(trace).alpha - 1) < 0.1); // true
 * ```
 */
export function fitAlpha(trace: readonly RadiusRow[]): RadiusFit {
  checkList(trace, 'trace');
  for (let k = 0; k < trace.length; k++) checkRow(trace[k], `trace[${k}]`);
  const least = new Map<number, { x: number; y: number }>();
  for (let k = 0; k + 1 < trace.length; k++) {
    const { dualNorm, gamma: before } = trace[k];
    const { gamma } = trace[k + 1];
    // A radius that grew was not held back by the function: it says nothing.
    if (!(dualNorm > 0 && gamma > 0 && gamma <= before)) continue;
    const point = { x: portableLog(dualNorm), y: portableLog(gamma) };
    const decade = Math.floor(point.x / Math.LN10);
    const known = least.get(decade);
    if (!known || point.y < known.y) least.set(decade, point);
  }
  const points = [...least.values()];
  if (points.length < 2) {
    throw fault('needs gradients of more than one order of magnitude, each followed by a radius', 'trace', 'out-of-range');
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centerX, centerY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  let [cross, square] = [0, 0];
  for (const { x, y } of points) {
    cross += (x - centerX) * (y - centerY);
    square += (x - centerX) ** 2;
  }
  const alpha = cross / square;
  return { alpha, factor: portableExp(alpha * centerX - centerY) };
}

/** The gradient may be NaN, the radius of the start missing: neither says anything. */
function checkRow(row: RadiusRow, argument: string): void {
  checkObject(row, argument);
  checkNumbers([row.dualNorm, row.gamma ?? Number.NaN], argument);
}
