// What can be said from a few measurements: medians and their bootstrap intervals, differences of two sides with their
// probabilities, counts by an exact test, many comparisons at once, slopes on logarithmic axes. Resampling is seeded: the same measurements give the same interval.
import { Random } from '@infimum/core';

/** The ends of an interval. */
export type Interval = readonly [low: number, high: number];

/** Resamples of a bootstrap interval; its ends are then known to about a hundredth of its width. */
const RESAMPLES = 2000;

/** The middle value; the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value below which a share of the values lies, linear between two of them; Infinity where one of the two is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  return part === 0 ? sorted[below] : (1 - part) * sorted[below] + part * sorted[below + 1];
}

/** The mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The variance of a sample, with n - 1. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

/**
 * 95 % percentile bootstrap interval of a statistic (B. Efron, 1979); null with fewer than three values, of which no
 * resampling makes more.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
): Interval | null {
  if (values.length < 3) return null;
  const random = new Random(0x62_6f_6f_74);
  const sample = [...values];
  const found = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let i = 0; i < sample.length; i++) sample[i] = values[random.integer(values.length)];
    found[resample] = statistic(sample);
  }
  found.sort();
  const tail = Math.floor(0.025 * RESAMPLES);
  return [found[tail], found[RESAMPLES - 1 - tail]];
}

/** A slope on logarithmic axes. */
export interface Exponent {
  readonly value: number;
  /** 95 % confidence interval by Student's t of the residuals; null with fewer than three points. */
  readonly interval: Interval | null;
}

/** The exponent b of y = a x^b by least squares on logarithms; null with fewer than two different x. */
export function fitExponent(points: readonly (readonly [x: number, y: number])[]): Exponent | null {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const [x, y] = [mean(logs.map(([a]) => a)), mean(logs.map(([, b]) => b))];
  const spread = logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  if (logs.length < 2 || !(spread > 0)) return null;
  const value = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
  const freedom = logs.length - 2;
  if (freedom < 1) return { value, interval: null };
  const residual = logs.reduce((sum, [a, b]) => sum + (b - y - value * (a - x)) ** 2, 0);
  const reach = studentQuantile(freedom) * Math.sqrt(residual / freedom / spread);
  return { value, interval: [value - reach, value + reach] };
}

/** 97.5 % quantile of Student's distribution; from eleven degrees of freedom on by the Cornish-Fisher expansion. */
export function studentQuantile(freedom: number): number {
  const exact = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  const whole = Math.max(1, Math.floor(freedom));
  if (whole <= exact.length) return exact[whole - 1];
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * whole) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * whole ** 2);
}

/** The difference of two sides, and how sure it is. */
export interface Difference {
  readonly center: number;
  readonly standardError: number;
  /** Degrees of freedom. */
  readonly freedom: number;
  readonly interval: Interval;
  /** Probability of a difference as large by chance, two-sided. */
  readonly probability: number;
}

/** The blocks of one instance on one side, each with its measurements. */
export type Blocks = readonly (readonly number[])[];

/**
 * The mean difference of two sides that were measured on the same instances. Times have long tails, where a neighbour took the
 * processor, so blocks count by their medians. The error is that of a hierarchical bootstrap: on every instance and side blocks are
 * drawn, and measurements within them; deviations are scaled up by √(n / (n − 1)), since a few blocks vary less than what they
 * come from, and read by Student's t (T. Hesterberg, 2015). The probability is that of the stratified rank-sum test (P. van
 * Elteren, 1960), which no tail misleads. With one block a side, instances are drawn instead, and the probability is that of
 * the paired t test. Undefined where neither tells anything of the spread.
 */
export function hierarchicalDifference(sides: readonly (readonly [before: Blocks, after: Blocks])[]): Difference | undefined {
  const random = new Random(0x62_6f_6f_74);
  const valuesOf = (blocks: Blocks) => blocks.map((block) => (block.length === 1 ? block[0] : median(block)));
  const values = sides.map(([before, after]) => [valuesOf(before), valuesOf(after)] as const);
  const differences = values.map(([before, after]) => median(after) - median(before));
  const center = mean(differences);
  const hasBlocks = sides.length > 0 && sides.every((side) => side.every((blocks) => blocks.length >= 2));
  if (!hasBlocks) {
    if (sides.length < 2) return undefined;
    const standardError = Math.sqrt(variance(differences) / sides.length);
    const freedom = sides.length - 1;
    const probability = standardError > 0 ? studentTail(center / standardError, freedom) : center === 0 ? 1 : 0;
    return around(center, standardError, freedom, probability);
  }
  const draw = <T>(from: readonly T[]) => from[random.integer(from.length)];
  const deviation = (blocks: Blocks, middle: number) => {
    const drawn = blocks.map(() => {
      const block = draw(blocks);
      return block.length === 1 ? block[0] : median(block.map(() => draw(block)));
    });
    return Math.sqrt(blocks.length / (blocks.length - 1)) * (median(drawn) - middle);
  };
  const middles = values.map((side) => side.map(median));
  let squares = 0;
  for (let resample = 0; resample < BLOCK_RESAMPLES; resample++) {
    let error = 0;
    sides.forEach(([before, after], k) => {
      error += deviation(after, middles[k][1]) - deviation(before, middles[k][0]);
    });
    squares += (error / sides.length) ** 2;
  }
  const freedom = sides.flat().reduce((sum, blocks) => sum + blocks.length - 1, 0);
  return around(center, Math.sqrt(squares / BLOCK_RESAMPLES), freedom, rankSumTail(values));
}

/** An error is known well enough from fewer resamples than the ends of an interval. */
const BLOCK_RESAMPLES = 500;

function around(center: number, standardError: number, freedom: number, probability: number): Difference {
  const reach = studentQuantile(freedom) * standardError;
  return { center, standardError, freedom, interval: [center - reach, center + reach], probability };
}

/** Probability that ranks differ as much by chance, two-sided: the rank sums of all strata together, by their normal limit. */
function rankSumTail(strata: readonly (readonly [readonly number[], readonly number[]])[]): number {
  let [sum, square, step] = [0, 0, 0];
  for (const [before, after] of strata) {
    const [n, m] = [before.length, after.length];
    const weight = 1 / (n + m + 1);
    const pairs = after.map((b) => before.reduce((count, a) => count + (b > a ? 1 : b === a ? 0.5 : 0), 0));
    sum += weight * (pairs.reduce((all, one) => all + one, 0) - (n * m) / 2);
    square += (weight ** 2 * n * m * (n + m + 1)) / 12;
    step = Math.max(step, weight / 2);
  }
  const distance = Math.max(0, Math.abs(sum) - (strata.length === 1 ? step : 0));
  return studentTail(distance / Math.sqrt(square), LIKE_NORMAL);
}

/** From here on Student's distribution is the normal one. */
const LIKE_NORMAL = 1e6;

/** Two-sided tail of Student's distribution: I_x(ν/2, 1/2) at x = ν / (ν + t²), by its continued fraction. */
export function studentTail(t: number, freedom: number): number {
  const x = freedom / (freedom + t * t);
  const [a, b] = [freedom / 2, 0.5];
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Lentz's method for the continued fraction of the incomplete beta function. */
function betaFraction(x: number, a: number, b: number): number {
  const guard = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= c * d;
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return fraction;
}

/** Stirling's series after a shift; to twelve digits. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5) - 1 / (1680 * y ** 7);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Fisher's exact test, two-sided: a of n on one side and b of m on the other had the same chance. */
export function fisherExact(a: number, n: number, b: number, m: number): number {
  const choose = (k: number, of: number) => logGamma(of + 1) - logGamma(k + 1) - logGamma(of - k + 1);
  const probability = (k: number) => Math.exp(choose(k, n) + choose(a + b - k, m) - choose(a + b, n + m));
  const found = probability(a);
  let sum = 0;
  for (let k = Math.max(0, a + b - m); k <= Math.min(n, a + b); k++) {
    if (probability(k) <= found * (1 + 1e-9)) sum += probability(k);
  }
  return Math.min(1, sum);
}

/** Probabilities adjusted for their number (Y. Benjamini, Y. Hochberg, 1995): those below a rate are false at that rate. */
export function adjusted(probabilities: readonly number[]): number[] {
  const order = probabilities.map((_, index) => index).sort((a, b) => probabilities[b] - probabilities[a]);
  const found = new Array<number>(probabilities.length);
  let least = 1;
  order.forEach((index, place) => {
    least = Math.min(least, (probabilities[index] * probabilities.length) / (probabilities.length - place));
    found[index] = least;
  });
  return found;
}
