// Products with a Hessian from two gradients, for losses that have no exact ones.
import { checkFunction, checkNumbers } from '@infimum/core';
import { largestMagnitude } from '@infimum/linalg/numerics';
import type { HessianVector } from './optimizer.ts';

/**
 * Products H v = (g(x + r v) - g(x - r v)) / 2r with r = eps^(1/3) (1 + |x|_inf) / |v|_inf, at which the errors of truncation
 * and rounding are about equal: some 1e-9 of |H v| for a smooth loss of moderate size. Two gradients a product; the arrays
 * are allocated once.
 *
 * @param gradient - writes the gradient at a point
 * @param x - the point; it is read at every product
 *
 * @example
 * ```ts
 * import { differenceProduct } from '@infimum/optim/training';
 *
 * const product = differenceProduct(([a, b], out) => out.set([a ** 3, 2 * b]), Float64Array.of(1, 0));
 * const out = new Float64Array(2);
 * product(Float64Array.of(1, 1), out);
 * console.log(out.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 3 2
 * ```
 */
export function differenceProduct(gradient: (x: Float64Array, out: Float64Array) => void, x: Float64Array): HessianVector {
  checkFunction(gradient, 'gradient');
  checkNumbers(x, 'x');

  const moved = new Float64Array(x.length);
  const below = new Float64Array(x.length);
  return (v, out) => {
    const length = largestMagnitude(v);
    if (length === 0) {
      out.fill(0);
      return;
    }
    const step = (Math.cbrt(Number.EPSILON) * (1 + largestMagnitude(x))) / length;
    for (let i = 0; i < x.length; i++) moved[i] = x[i] - step * v[i];
    gradient(moved, below);
    for (let i = 0; i < x.length; i++) moved[i] = x[i] + step * v[i];
    gradient(moved, out);
    for (let i = 0; i < x.length; i++) out[i] = (out[i] - below[i]) / (2 * step);
  };
}
