// The l1 norm, whose proximal operator is soft thresholding.
import type { ProximalFunction } from './convex-function.ts';
import { checkPerCoordinate } from './convex-function.ts';

/**
 * g(x) = sum_i weight_i |x_i|; one weight for all coordinates or one for each. O(n) a step.
 *
 * @throws {InvalidInputError} for weights that are negative or not finite
 *
 * @example
 * ```ts
 * import { l1Norm } from '@infimum/optim/proximal';
 *
 * const out = new Float64Array(3);
 * l1Norm(2).proximal(Float64Array.of(3, -0.5, -4), 0.5, out);
 * console.log(out.join(' ')); // 2 0 -3
 * ```
 */
export function l1Norm(weight: number | Float64Array): ProximalFunction {
  checkPerCoordinate(weight, 'weight', 'non-negative');
  const at = typeof weight === 'number' ? () => weight : (i: number) => weight[i];
  return {
    ...(typeof weight !== 'number' && { dimension: weight.length }),
    value: (x) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += at(i) * Math.abs(x[i]);
      return sum;
    },
    proximal: (x, step, out) => {
      for (let i = 0; i < x.length; i++) {
        const shift = step * at(i);
        out[i] = x[i] > shift ? x[i] - shift : x[i] < -shift ? x[i] + shift : 0;
      }
    },
  };
}
