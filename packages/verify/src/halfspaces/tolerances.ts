// Tolerances: the deviations of a band's moments from a Gaussian's for Gaussian points, fitted for every dimension, or simulated for the
// given one.
import { Random } from '@infimum/core';
import type { BandMoments } from './band.ts';
import { Band, bandMoments } from './band.ts';

/**
 * The quantile 0.994 of |M4 - N| sqrt(neff), simulated for k = 1 to 14 at neff = 1000 to 14 000: 27, 36, 44, 48, 58, 72,
 * 105 for k = 1, 2, 3, 4, 6, 9, 14. The spread of a single fourth moment, sqrt(96), dominates at small k.
 */
const fourthSpread = (k: number): number => 25 + 5.7 * k;

/** Points in the band with which a cube, whose fourth moments deviate by 1.2, can be distinguished from a Gaussian. */
export const pointsNeeded = (k: number): number => Math.ceil((fourthSpread(k) / 1.1) ** 2);

/** Largest deviations of a Gaussian band. */
export interface Tolerances {
  readonly second: number;
  readonly fourth: number;
}

/** The fitted ones. */
export function fittedTolerances(k: number, effective: number): Tolerances {
  return { second: 0.02 + 3 * Math.sqrt(Math.max(k, 2) / effective), fourth: fourthSpread(k) / Math.sqrt(effective) };
}

/** The deviation of the eigenvalues of second moments from 1. */
export function secondDeviation({ secondLow, secondHigh }: BandMoments): number {
  return Math.max(1 - secondLow, secondHigh - 1);
}

/**
 * The quantiles 1 - delta / 8 of simulated Gaussian bands with as many effective points, of 32 / delta of them; pauses
 * after each. O(neff k^4 / delta).
 */
export function* simulatedTolerances(k: number, effective: number, delta: number): Generator<void, Tolerances> {
  const random = new Random(1);
  const runs = Math.ceil(32 / delta);
  // Points that are spread evenly over a band of width 1 have effective points of 0.8 times their number.
  const count = Math.max(2, Math.round(effective / 0.8));
  const seconds = new Float64Array(runs);
  const fourths = new Float64Array(runs);
  const normal = Float64Array.from({ length: k + 1 }, (_, j) => (j === 0 ? 1 : 0));
  const across = new Float64Array(count * k);
  const points = new Float64Array(count * (k + 1));
  const labels = new Int8Array(count).fill(1);
  const simulated = new Band({ count, dimension: k + 1, points, labels });
  for (let run = 0; run < runs; run++) {
    random.normals(across);
    for (let i = 0, from = 0, to = 0; i < count; i++) {
      points[to++] = random.uniform() - 0.5;
      for (let j = 0; j < k; j++) points[to++] = across[from++];
    }
    const band = bandMoments(simulated, normal, 1);
    // A band without points has no moments; with that many points it practically never occurs.
    seconds[run] = band ? secondDeviation(band) : Infinity;
    fourths[run] = band ? band.fourthDeviation : Infinity;
    yield;
  }
  const at = Math.min(runs - 1, Math.ceil(runs * (1 - delta / 8)) - 1);
  return { second: seconds.sort()[at], fourth: fourths.sort()[at] };
}
