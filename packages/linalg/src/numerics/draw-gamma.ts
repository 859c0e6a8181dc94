// Gamma and Dirichlet numbers.
//
// G. Marsaglia, W. Tsang: A simple method for generating gamma variables (2000).
import type { Random } from '@infimum/core';

/**
 * A number of the Gamma distribution with scale 1, by rejection; shapes below 1 by a power of a uniform number.
 *
 * @param shape - above 0; the mean
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { drawGamma } from '@infimum/linalg/numerics';
 *
 * const random = new Random(1);
 * const draws = Array.from({ length: 1e4 }, () => drawGamma(random, 3));
 * console.log((draws.reduce((sum, draw) => sum + draw, 0) / 1e4).toFixed(1)); // 3.0
 * ```
 */
export function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = random.normal();
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * Fills `out` with a point of the simplex, of the symmetric Dirichlet distribution, and returns it.
 *
 * @param concentration - above 0; small ones give points near corners
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { drawDirichlet } from '@infimum/linalg/numerics';
 *
 * const point = drawDirichlet(new Random(1), 0.5, new Float64Array(3));
 * console.log((point[0] + point[1] + point[2]).toFixed(12)); // 1.000000000000
 * ```
 */
export function drawDirichlet(random: Random, concentration: number, out: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = drawGamma(random, concentration);
    sum += out[i];
  }
  // Small concentrations may underflow everywhere: then one corner.
  if (sum > 0) for (let i = 0; i < out.length; i++) out[i] /= sum;
  else out.fill(0)[random.integer(out.length)] = 1;
  return out;
}
