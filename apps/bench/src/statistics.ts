// What can be said from a few measurements: medians and their bootstrap intervals, means of logarithms by Student's t, slopes on
// logarithmic axes. Resampling is seeded: the same measurements give the same interval.
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
  const found = Array.from({ length: RESAMPLES }, () =>
    statistic(Array.from(values, () => values[random.integer(values.length)])),
  ).sort((a, b) => a - b);
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
