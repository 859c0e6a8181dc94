// Estimates of a Hessian's diagonal from its products with random signs.
//
// M. Hutchinson: A stochastic estimator of the trace of the influence matrix (1989); C. Bekas, E. Kokiopoulou, Y. Saad:
// An estimator for the diagonal of a matrix (2007).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { allocateVector, checkFunction, checkInteger, checkObject, Random, resolveOptions } from '@infimum/core';
import type { HessianVector } from './optimizer.ts';
import { seed } from './optimizer-options.ts';

/** Variables whose samples can be drawn within minutes. */
const MOST_VARIABLES = 2 ** 28;

/** |H z|, or z H z (elementwise). */
export type DiagonalEstimator = 'absolute' | 'signed';

const hessianDiagonalOptions = {
  estimator: {
    type: 'choice',
    choices: ['absolute', 'signed'],
    default: 'signed',
    description:
      'The mean of z H z, unbiased, with the variance sum of off-diagonal H_ij² over the samples; or of |H z|, biased upwards, but never near zero by chance',
  },
  samples: { type: 'integer', min: 1, max: 1_000_000, default: 1, description: 'Products to average' },
  seed,
} as const satisfies OptionSpecs;

/** Options of the estimate of a diagonal. */
export type HessianDiagonalOptions = OptionsOf<typeof hessianDiagonalOptions>;

/**
 * Estimates the diagonal of a symmetric matrix H from products with random signs. Exact for a diagonal H, for any
 * signs. One product a sample, and O(d).
 *
 * @param hessianVector - writes the product of H with a vector
 * @param dimension - d
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { hessianDiagonal } from '@infimum/optim/training';
 *
 * const diagonal = hessianDiagonal((v, out) => out.set([3 * v[0], -5 * v[1]]), 2);
 * console.log(diagonal.join(' ')); // 3 -5
 * ```
 */
export function hessianDiagonal(
  hessianVector: HessianVector,
  dimension: number,
  options: HessianDiagonalOptions = {},
): Float64Array {
  checkFunction(hessianVector, 'hessianVector');
  checkObject(options, 'options');

  checkInteger(dimension, 'dimension', { min: 1, max: MOST_VARIABLES });
  const { estimator, samples, seed } = resolveOptions(hessianDiagonalOptions, options);
  const diagonal = allocateVector(dimension, 'dimension');
  const room = [allocateVector(dimension, 'dimension'), allocateVector(dimension, 'dimension')] as const;
  estimateDiagonal(hessianVector, diagonal, { estimator, samples, random: new Random(seed), room });
  return diagonal;
}

/** Where an estimate takes its signs from, and room for signs and products. */
interface EstimateContext {
  readonly estimator: DiagonalEstimator;
  readonly samples: number;
  readonly random: Pick<Random, 'rademacher'>;
  readonly room: readonly [Float64Array, Float64Array];
}

/** out <- the estimate. */
export function estimateDiagonal(
  hessianVector: HessianVector,
  out: Float64Array,
  { estimator, samples, random, room: [signs, product] }: EstimateContext,
): void {
  if (samples > 1) out.fill(0);
  for (let sample = 0; sample < samples; sample++) {
    random.rademacher(signs);
    hessianVector(signs, product);
    if (samples === 1) {
      // One sample needs no sum.
      if (estimator === 'signed') for (let i = 0; i < out.length; i++) out[i] = signs[i] * product[i];
      else for (let i = 0; i < out.length; i++) out[i] = Math.abs(product[i]);
    } else if (estimator === 'signed') {
      for (let i = 0; i < out.length; i++) out[i] += signs[i] * product[i];
    } else for (let i = 0; i < out.length; i++) out[i] += Math.abs(product[i]);
  }
  if (samples > 1) for (let i = 0; i < out.length; i++) out[i] /= samples;
}
