// The Hessian of a sample instead of that of all terms.
import type { FiniteSum } from '@infimum/core';
import { checkInteger, checkObject, fault, Random } from '@infimum/core';
import type { ProductApproximation } from './hessian-approximation.ts';
import { atLastPoint } from './last-point.ts';

/** Options of `subsampledHessian`. */
export interface SubsampledHessianOptions {
  /** Terms in the sample, drawn with repetition; a tenth of all by default. */
  readonly samples?: number;
  /** Seed of the samples; 0 by default. The sample depends on it and on the point alone. */
  readonly seed?: number;
}

/**
 * The Hessian of a random sample of a mean's terms, known by its products; every point has its own. An unbiased
 * approximation that costs `samples / terms` of the Hessian, for `gradientNormalizedNewton`.
 *
 * @param sum - the mean of functions, with products with its Hessian
 * @throws {InvalidInputError} for a sum without `hessianVector`, and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { gradientNormalizedNewton, logisticLoss } from '@infimum/optim';
 * import { subsampledHessian } from '@infimum/optim/objectives';
 *
 * const loss = logisticLoss(matrixFromRows([[1], [2], [-1], [3]]), Float64Array.of(1, 1, -1, -1), { ridge: 0.1 });
 * const hessian = subsampledHessian(loss, { samples: 2 });
 * console.log(gradientNormalizedNewton(loss, new Float64Array(1), { hessian }).status); // converged
 * ```
 */
export function subsampledHessian(sum: FiniteSum, options: SubsampledHessianOptions = {}): ProductApproximation {
  checkObject(sum, 'sum');
  checkObject(options, 'options');
  const { samples = Math.ceil(sum.terms / 10), seed = 0 } = options;

  checkInteger(sum.dimension, 'sum.dimension', { min: 1, max: 2 ** 30 });
  checkInteger(samples, 'samples', { min: 1, max: 2 ** 30 });
  checkInteger(seed, 'seed', { min: 0 });
  if (!sum.hessianVector) throw fault('must have hessianVector', 'sum', 'unsupported');
  const indices = new Int32Array(samples);
  const draw = atLastPoint(sum.dimension, (x) => {
    const random = new Random(seed, fingerprint(x));
    for (let k = 0; k < samples; k++) indices[k] = random.integer(sum.terms);
  });
  return {
    kind: 'product',
    product: (x, v, out) => {
      draw(x);
      sum.hessianVector?.(x, v, out, indices);
    },
  };
}

/** A number from the bits of a point, so that the sample is a function of the point and of nothing else. */
function fingerprint(x: Float64Array): number {
  const words = new Uint32Array(x.slice().buffer);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15);
  return hash >>> 0;
}
