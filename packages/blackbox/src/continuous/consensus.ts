// The consensus point: the mean of particles weighted by exp(-alpha f), and its effective number of particles.
import { checkInteger, checkNumbers, checkOutput, checkVector } from '@infimum/core';
import { weightedMean } from '../weighted-mean.ts';

/**
 * Writes the weights w_i = exp(-alpha (f_i - min f)), at most 1; 0 for failures. For alpha = Infinity only the first of the best has
 * weight.
 *
 * @returns the effective sample size (sum w)² / sum w², 0 if all have failed
 */
export function gibbsWeights(values: Float64Array, alpha: number, weights: Float64Array): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && !(values[i] >= values[best])) best = i;
  }
  if (best === -1) {
    weights.fill(0);
    return 0;
  }
  if (alpha === Infinity) {
    weights.fill(0);
    weights[best] = 1;
    return 1;
  }
  const least = values[best];
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const excess = alpha * (values[i] - least);
    // Beyond 745 the exponential is 0; values that are not finite have weight 0.
    const weight = excess >= 0 && excess < 745 ? Math.exp(-excess) : 0;
    weights[i] = weight;
    sum += weight;
    squares += weight * weight;
  }
  return (sum * sum) / squares;
}

/**
 * The consensus point sum w_i x_i / sum w_i, w_i = exp(-alpha f_i), computed so that no weight overflows; with alpha = Infinity it
 * is the best particle. Failures (values that are not finite) have weight 0.
 *
 * @param particles - n · d numbers, one particle after the other
 * @param values - n values
 * @returns the point, d numbers; the plain mean if all values are failures
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
  checkNumbers(values, 'values');
  const dimension = particles.length / values.length;
  checkInteger(dimension, 'particles over values', { min: 1 });
  const out = given ?? new Float64Array(dimension);
  checkOutput(out, 'out', dimension);
  const weights = new Float64Array(values.length);
  if (gibbsWeights(values, alpha, weights) === 0) weights.fill(1);
  return weightedMean(particles, weights, out);
}

/** How many particles count, S, and the slope of log S over log alpha. */
export interface SampleSize {
  size: number;
  slope: number;
}

/**
 * The alpha at which the effective sample size is `share` of the particles to a millionth: Newton's method on the logarithms of both
 * within a bracket. It is relative to the spread of the values: values times a factor get the same weights.
 *
 * @param guess - alpha times the spread of the values, as it was last time
 * @param weigh - the weights for an alpha; those of the last call, which is that of the result, remain
 * @returns alpha, alpha times the spread, and the sample size
 */
export function alphaForSampleSize(
  values: Float64Array,
  share: number,
  guess: number,
  weigh: (alpha: number) => SampleSize,
): { alpha: number; sharpness: number; size: number } {
  let [least, most, finite, ties] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    finite++;
    if (value < least) [least, ties] = [value, 0];
    if (value === least) ties++;
    if (value > most) most = value;
  }
  const spread = most - least;
  if (!(spread > 0) || !Number.isFinite(spread)) {
    const alpha = spread === 0 ? 0 : 1;
    return { alpha, sharpness: guess, size: weigh(alpha).size };
  }
  const wanted = Math.max(1, share * values.length);
  // Shares that no alpha reaches: more particles than succeeded, or fewer than are tied for the best.
  let [low, high] = [Math.log(1e-8), Math.log(1e12)];
  let at = wanted >= finite ? low : wanted <= ties ? high : Math.max(low, Math.min(high, Math.log(guess)));
  for (let k = 1; ; k++) {
    const sharpness = Math.exp(at);
    const alpha = sharpness / spread;
    const { size, slope } = weigh(alpha);
    const excess = Math.log(size / wanted);
    const isEnd = wanted >= finite || wanted <= ties || high - low <= 1e-10 || k >= 80;
    if (Math.abs(excess) <= 1e-6 || isEnd) return { alpha, sharpness, size };
    if (excess > 0) low = at;
    else high = at;
    // Where Newton's step leaves the bracket, and every fourth time, bisection.
    const next = at - excess / slope;
    at = k % 4 !== 0 && next > low && next < high ? next : (low + high) / 2;
  }
}
