// The consensus point: the mean of particles weighted by exp(-alpha f), and how many of them it really is made of.
import { checkInteger, checkNumbers, checkOutput, checkVector } from '@infimum/core';

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
  if (alpha === Infinity) {
    weights.fill(0);
    weights[best] = 1;
    return 1;
  }
  for (let i = 0; i < values.length; i++) {
    const excess = alpha * (values[i] - least);
    // Beyond 745 the exponential is 0; what is no number weighs nothing.
    const weight = i === best ? 1 : excess < 745 ? Math.exp(-excess) : 0;
    weights[i] = weight;
    sum += weight;
    squares += weight * weight;
  }
  return (sum * sum) / squares;
}

/**
 * The consensus point sum w_i x_i / sum w_i, w_i = exp(-alpha f_i), computed so that no weight overflows; with alpha = Infinity it
 * is the best particle. Failures, values that are not finite, weigh nothing.
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
    const [rate, at] = [weight / sum, i * d];
    for (let j = 0; j < d; j++) out[j] += (particles[at + j] - out[j]) * rate;
  }
  return out;
}

/**
 * The alpha for which the effective sample size is `share` of the particles, by regula falsi on logarithms of both, relative to the
 * spread of the values: values times a factor give the same weights.
 *
 * @param guess - alpha times the spread of the values, as it was last time; saves half of the sums
 */
export function alphaForSampleSize(values: Float64Array, share: number, guess = 1): number {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const spread = most - least;
  if (!(spread > 0) || !Number.isFinite(spread)) return spread === 0 ? 0 : 1;
  const weights = new Float64Array(values.length);
  const wanted = Math.max(1, share * values.length);
  const excess = (log: number) => Math.log(gibbsWeights(values, Math.exp(log) / spread, weights) / wanted);
  const [smallest, largest] = [Math.log(1e-8), Math.log(1e12)];
  // A bracket that grows from the guess.
  let low = Math.max(smallest, Math.min(largest, Math.log(guess)));
  let atLow = excess(low);
  let [high, atHigh] = [low, atLow];
  for (let width = 0.25; atLow < 0 && low > smallest; width *= 4) {
    [high, atHigh] = [low, atLow];
    low = Math.max(smallest, low - width);
    atLow = excess(low);
  }
  for (let width = 0.25; atHigh > 0 && high < largest; width *= 4) {
    [low, atLow] = [high, atHigh];
    high = Math.min(largest, high + width);
    atHigh = excess(high);
  }
  if (atLow <= 0) return Math.exp(low) / spread;
  if (atHigh >= 0) return Math.exp(high) / spread;
  // Illinois: an end that stays counts half; every fourth time the middle.
  let side = 0;
  for (let k = 0; k < 80 && high - low > 1e-10; k++) {
    const isMiddle = k % 4 === 3;
    const middle = isMiddle ? (low + high) / 2 : low + ((high - low) * atLow) / (atLow - atHigh);
    const value = excess(middle);
    if (Math.abs(value) <= 1e-6) return Math.exp(middle) / spread;
    if (value > 0) {
      if (side > 0 && !isMiddle) atHigh /= 2;
      [low, atLow, side] = [middle, value, isMiddle ? 0 : 1];
    } else {
      if (side < 0 && !isMiddle) atLow /= 2;
      [high, atHigh, side] = [middle, value, isMiddle ? 0 : -1];
    }
  }
  return Math.exp((low + high) / 2) / spread;
}
