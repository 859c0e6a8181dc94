// The certificate of a halfspace from the moments of a band: its angle to the best one, and how often the two disagree.
//
// The inequalities are those of the specification, derived from the sample alone; for Massart noise one term, for the random labels, holds
// with probability 1 - delta.
import type { BandMoments } from './band.ts';
import { across, eigenvalues, reflection } from './band.ts';
import type { Sample } from './halfspace-samples.ts';
import { projections } from './halfspace-samples.ts';

/** E_q |u · v| >= kappa for all unit u across w, by Hölder: lambda_min(M2)^{3/2} / sqrt(B4). */
export function antiConcentration(band: BandMoments): number {
  return Math.max(0, band.secondLow) ** 1.5 / Math.sqrt(fourthBound(band));
}

/** B4 >= sup_u E_q (u · v)^4. */
function fourthBound({ fourthExcess }: BandMoments): number {
  return 3 + Math.max(fourthExcess, -2);
}

/** tan of the certified angle for Massart noise of rate eta; Infinity without a certificate. */
export function massartTangent(band: BandMoments, eta: number, delta: number): { tangent: number; slack: number } {
  const chance = Math.sqrt(2 * Math.log(4 / delta) * band.noiseSpread);
  const slack = 2 * Math.sqrt(eta * (1 - eta)) * (band.noiseLength + chance);
  const room = (1 - 2 * eta) * antiConcentration(band) - band.gradientNorm / band.mass - slack;
  const tangent = room > 0 ? ((2 - 2 * eta) * band.meanDistance) / room : Infinity;
  return { tangent, slack };
}

/** tan of the certified angle if the best halfspace errs on a share `rate` of the sample, for a band of width s. */
export function adversarialTangent(band: BandMoments, s: number, rate: number): number {
  const x = (rate * 1.5) / s / band.mass;
  const taken = Math.min(Math.sqrt(x * band.secondHigh), x ** 0.75 * fourthBound(band) ** 0.25);
  const room = antiConcentration(band) - band.gradientNorm / band.mass - 2 * taken;
  return room > 0 ? (2 * band.meanDistance) / room : Infinity;
}

/** Number of strips of |z| beyond which the rest is one strip. */
const MOST_STRIPS = 400;

/** The share of points that two halfspaces at a certified angle can disagree on, and the largest second moment of a strip. */
export interface Disagreement {
  readonly bound: number;
  /** The largest eigenvalue of a strip with enough points. */
  readonly largest: number;
}

/**
 * D(theta): the disagreement lies inside |z| <= tan theta |u · v|; Chebyshev strip by strip of width tan theta / 2.
 *
 * @param z - w · x of all points, up to a sign
 */
export function stripDisagreement(sample: Sample, w: Float64Array, tangent: number, z = projections(sample, w)): Disagreement {
  if (!(tangent < 1e6)) return { bound: 1, largest: 0 };
  const { dimension, points, count } = sample;
  const k = dimension - 1;
  const width = tangent / 2;
  const u = reflection(w);
  const counts = new Float64Array(MOST_STRIPS);
  const moments = new Float64Array(MOST_STRIPS * k * k);
  const v = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    const strip = Math.min(MOST_STRIPS - 1, Math.floor(Math.abs(z[i]) / width));
    counts[strip]++;
    across(points, i * dimension, u, v);
    const at = strip * k * k;
    for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) moments[at + a * k + b] += v[a] * v[b];
  }
  let bound = 0;
  let largest = 0;
  for (let i = 0; i < MOST_STRIPS; i++) {
    if (counts[i] === 0) continue;
    const second = moments.subarray(i * k * k, (i + 1) * k * k).map((entry) => entry / counts[i]);
    const lambda = Math.max(0, eigenvalues(second, k)[k - 1]);
    if (counts[i] >= 50 * k) largest = Math.max(largest, lambda);
    bound += (counts[i] / count) * (i === 0 ? 1 : Math.min(1, (lambda * tangent * tangent) / (i * width) ** 2));
  }
  return { bound: Math.min(1, bound), largest };
}

/** Number of |z| values tried as the threshold of `momentDisagreement`. */
const MOST_PLACES = 2000;

/** D_Q(theta): min over degrees 2m and tau of P[|z| < tau] + B_m (tan theta / tau)^{2m}; `bounds[m - 1]` is B_m. */
export function momentDisagreement(distances: Float64Array, tangent: number, bounds: readonly number[]): number {
  if (!(tangent < 1e6)) return 1;
  const n = distances.length;
  const step = Math.max(1, Math.floor(n / MOST_PLACES));
  let best = 1;
  for (let i = 0; i < n; i += step) {
    // tau just at the i-th smallest distance: i points lie strictly below it.
    const tau = distances[i];
    if (!(tau > 0)) continue;
    bounds.forEach((bound, at) => {
      best = Math.min(best, i / n + bound * (tangent / tau) ** (2 * (at + 1)));
    });
  }
  return best;
}
