// The consensus point: the mean of particles weighted by exp(-alpha f), and how many of them it really is made of.
import { checkInteger, checkList, checkOutput, checkVector } from '@infimum/core';

/**
 * Writes the weights w_i = exp(-alpha (f_i - min f)), at most 1; 0 for failures. For alpha = Infinity the first of the best alone.
 *
 * @returns the effective sample size (sum w)² / sum w², 0 if all have failed
 */
export function gibbsWeights(values: Float64Array, alpha: number, weights: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[best]) best = i;
  const least = values[best];
  if (!Number.isFinite(least)) {
    weights.fill(0);
    return 0;
  }
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const excess = alpha * (values[i] - least);
    const weight = i === best ? 1 : Number.isNaN(excess) ? 0 : Math.exp(-excess);
    weights[i] = alpha === Infinity && i !== best ? 0 : weight;
    sum += weights[i];
    squares += weights[i] * weights[i];
  }
  return (sum * sum) / squares;
}

/**
 * The consensus point sum w_i x_i / sum w_i, w_i = exp(-alpha f_i), computed so that no weight overflows; with alpha = Infinity it
 * is the best particle. Failures, values that are not finite, weigh nothing.
 *
 * @param particles - n · d numbers, one particle after the other
 * @param values - n values
 * @param out - the point, d numbers; the plain mean if all values are failures
 *
 * @example
 * ```ts
 * import { consensusPoint } from '@infimum/blackbox';
 *
 * const point = consensusPoint(Float64Array.of(-1, 0, 2), Float64Array.of(1, 0, 4), 1);
 * console.log(point[0].toFixed(6)); // -0.238962
 * ```
 */
export function consensusPoint(
  particles: Float64Array,
  values: Float64Array,
  alpha: number,
  given?: Float64Array,
): Float64Array {
  checkVector(particles, 'particles');
  checkList(values, 'values');
  const dimension = particles.length / values.length;
  checkInteger(dimension, 'particles over values', { min: 1 });
  const out = given ?? new Float64Array(dimension);
  checkOutput(out, 'out', dimension);
  const weights = new Float64Array(values.length);
  if (gibbsWeights(values, alpha, weights) === 0) weights.fill(1);
  return weightedMean(particles, weights, out);
}

/** The weighted mean of particles. */
export function weightedMean(
  particles: Float64Array,
  weights: Float64Array,
  out: Float64Array,
): Float64Array {
  const d = out.length;
  let sum = 0;
  out.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (weight === 0) continue;
    sum += weight;
    for (let j = 0; j < d; j++) out[j] += (particles[i * d + j] - out[j]) * (weight / sum);
  }
  return out;
}

/**
 * The alpha for which the effective sample size is `share` of the particles, by bisection on a logarithmic scale relative to the
 * spread of the values: values times a factor give the same weights.
 */
export function alphaForSampleSize(values: Float64Array, share: number, largest = Infinity): number {
  const finite = values.filter(Number.isFinite);
  const least = finite.reduce((low, value) => Math.min(low, value), Infinity);
  const spread = finite.reduce((high, value) => Math.max(high, value), -Infinity) - least;
  if (!(spread > 0) || !Number.isFinite(spread)) return spread === 0 ? 0 : Math.min(largest, 1);
  const weights = new Float64Array(values.length);
  const wanted = Math.max(1, share * values.length);
  let [low, high] = [Math.log(1e-8), Math.log(1e12)];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (gibbsWeights(values, Math.exp(middle) / spread, weights) > wanted) low = middle;
    else high = middle;
  }
  return Math.min(largest, Math.exp((low + high) / 2) / spread);
}
