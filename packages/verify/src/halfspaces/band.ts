// The band around the boundary of a halfspace, weighted by a smooth ramp: weights, gradient, and moments across it.
import { symmetricEigen } from '@infimum/linalg';
import { rowDot } from '@infimum/linalg/numerics';
import type { Sample } from './halfspace-samples.ts';
import { projections } from './halfspace-samples.ts';

/** The derivative of the smoothed ramp of width s: h = 3 / (2s) for |t| <= s/6, falling to 0 at s/2; its integral is 1. */
export function rampSlope(t: number, s: number): number {
  const size = Math.abs(t);
  const h = 1.5 / s;
  if (size <= s / 6) return h;
  return size < s / 2 ? (h * (s / 2 - size)) / (s / 3) : 0;
}

/** The points of a sample in the band |w · x| < s / 2; arrays are kept from one band to the next. */
export class Band {
  readonly sample: Sample;
  /** w · x of all points. */
  readonly z: Float64Array;
  readonly #indices: Int32Array;

  constructor(sample: Sample) {
    this.sample = sample;
    this.z = new Float64Array(sample.count);
    // One entry more: a point outside the band is overwritten by the next one.
    this.#indices = new Int32Array(sample.count + 1);
  }

  /** The indices of the points in the band, rising; until the next call. */
  find(w: Float64Array, s: number): Int32Array {
    const z = projections(this.sample, w, this.z);
    const indices = this.#indices;
    const half = s / 2;
    let found = 0;
    for (let i = 0; i < z.length; i++) {
      indices[found] = i;
      found += Math.abs(z[i]) < half ? 1 : 0;
    }
    return indices.subarray(0, found);
  }
}

/** The gradient of mean l_s(-y w · x) on the sphere, and the mean of l'_s: -mean(l'_s(z) y x_perp). */
export function bandGradient(
  band: Band,
  w: Float64Array,
  s: number,
): { readonly gradient: Float64Array; readonly mass: number } {
  return gradientOf(band, band.find(w, s), w, s);
}

/** The gradient, from the indices of the points in the band. */
function gradientOf({ sample, z }: Band, chosen: Int32Array, w: Float64Array, s: number) {
  const { count, dimension, points, labels } = sample;
  const gradient = new Float64Array(dimension);
  let mass = 0;
  for (let c = 0; c < chosen.length; c++) {
    const i = chosen[c];
    const slope = rampSlope(z[i], s);
    mass += slope;
    const factor = slope * labels[i];
    for (let j = 0, at = i * dimension; j < dimension; j++, at++) gradient[j] -= factor * points[at];
  }
  const along = rowDot(gradient, 0, w, 0, dimension);
  for (let j = 0; j < dimension; j++) gradient[j] = (gradient[j] - along * w[j]) / count;
  return { gradient, mass: mass / count };
}

/** Statistics of the points in a band. */
export interface BandMoments {
  /** p, the mean of l'_s. */
  readonly mass: number;
  /** 1 / sum of squared weights: the effective number of points in the band. */
  readonly effective: number;
  /** |G|. */
  readonly gradientNorm: number;
  /** The mean of |z| by weight. */
  readonly meanDistance: number;
  /** Eigenvalues of the second moment of v: the least and the largest. */
  readonly secondLow: number;
  readonly secondHigh: number;
  /** |M4 - N|, and the largest eigenvalue of M4 - N. */
  readonly fourthDeviation: number;
  readonly fourthExcess: number;
  /** sqrt(sum q² |v|²) and the largest eigenvalue of sum q² v v'. */
  readonly noiseLength: number;
  readonly noiseSpread: number;
  readonly operations: number;
}

/** The rows of the reflection that takes w to an axis: coordinates of x across w are entries 1, … of x - 2 u (u · x). */
export function reflection(w: Float64Array): Float64Array {
  const u = w.slice();
  u[0] += w[0] >= 0 ? 1 : -1;
  const length = Math.hypot(...u);
  return u.map((x) => x / length);
}

/** Entries across w of the point that begins at `at`, into v. */
export function across(points: Float64Array, at: number, u: Float64Array, v: Float64Array): void {
  const d = u.length;
  const dot = rowDot(u, 0, points, at, d);
  for (let j = 1; j < d; j++) v[j - 1] = points[at + j] - 2 * dot * u[j];
}

/**
 * Moments of the band of width s; undefined for an empty one. The fourth moment is flattened on symmetric matrices, with
 * off-diagonal entries scaled by sqrt 2: its distance from the Gaussian's bounds that of E (u · v)^4 from 3 for all unit u.
 * O(n d + m d^4) for m points in the band.
 */
export function bandMoments(band: Band, w: Float64Array, s: number, withFourth = true): BandMoments | undefined {
  const { sample, z } = band;
  const { dimension, points } = sample;
  const k = dimension - 1;
  const chosen = band.find(w, s);
  const u = reflection(w);
  let total = 0;
  for (const i of chosen) total += rampSlope(z[i], s);
  if (!(total > 0)) return undefined;
  const m2 = new Float64Array(k * k);
  const spread = new Float64Array(k * k);
  const length = (k * (k + 1)) / 2;
  const m4 = withFourth ? new Float64Array(length * length) : new Float64Array(0);
  const f = new Float64Array(length);
  const v = new Float64Array(k);
  let squares = 0;
  let meanDistance = 0;
  let noise = 0;
  for (const i of chosen) {
    const q = rampSlope(z[i], s) / total;
    if (q === 0) continue;
    across(points, i * dimension, u, v);
    squares += q * q;
    meanDistance += q * Math.abs(z[i]);
    for (let a = 0, at = 0; a < k; a++) {
      noise += q * q * v[a] * v[a];
      for (let b = 0; b <= a; b++, at++) {
        const product = v[a] * v[b];
        m2[a * k + b] += q * product;
        spread[a * k + b] += q * q * product;
        f[at] = a === b ? product : Math.SQRT2 * product;
      }
    }
    if (!withFourth) continue;
    for (let a = 0; a < length; a++) {
      const factor = q * f[a];
      const row = a * length;
      for (let b = 0; b <= a; b++) m4[row + b] += factor * f[b];
    }
  }
  const second = eigenvalues(m2, k);
  const noiseEigen = eigenvalues(spread, k);
  let fourthDeviation = 0;
  let fourthExcess = 0;
  if (withFourth) {
    // E f f' of a Gaussian: 2 on the diagonal, and 1 between any two squares.
    for (let a = 0, at = 0; a < k; a++) {
      for (let b = 0; b <= a; b++, at++) {
        m4[at * length + at] -= 2;
        if (a !== b) continue;
        for (let c = 0, other = 0; c <= a; c++) {
          other = (c * (c + 1)) / 2 + c;
          m4[at * length + other] -= 1;
        }
      }
    }
    const values = eigenvalues(m4, length);
    fourthExcess = values[length - 1];
    fourthDeviation = Math.max(Math.abs(values[0]), Math.abs(fourthExcess));
  }
  const { gradient } = gradientOf(band, chosen, w, s);
  return {
    mass: total / sample.count,
    effective: 1 / squares,
    gradientNorm: Math.hypot(...gradient),
    meanDistance,
    secondLow: second[0],
    secondHigh: second[k - 1],
    fourthDeviation,
    fourthExcess,
    noiseLength: Math.sqrt(noise),
    noiseSpread: Math.max(0, noiseEigen[k - 1]),
    operations: 2 * sample.count * dimension + chosen.length * (2 * k * k + (withFourth ? length * length : 0)),
  };
}

/** Eigenvalues, rising, of a symmetric matrix whose lower triangle is given. */
export function eigenvalues(lower: Float64Array, n: number): Float64Array {
  const full = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      full[a * n + b] = lower[a * n + b];
      full[b * n + a] = lower[a * n + b];
    }
  }
  if (!full.every(Number.isFinite)) {
    // Overflowed moments give no certificate.
    const open = new Float64Array(n).fill(Infinity);
    open[0] = -Infinity;
    if (n === 1) open[0] = Infinity;
    return open;
  }
  return symmetricEigen({ rows: n, cols: n, values: full }).values;
}
