// The tests of the sample around a candidate's boundary: band mass, moments, strips; and the certified bound of its disagreement with the
// best halfspace.
//
// A. Gollakota, A. R. Klivans, K. Stavropoulos, A. Vasilyan: An efficient tester-learner for halfspaces (2023), arXiv 2302.14853.
import type { BandMoments } from './band.ts';
import { Band, bandMoments } from './band.ts';
import { antiConcentration, momentDisagreement, stripDisagreement } from './halfspace-certificate.ts';
import type { HalfspaceInstance, Sample, TestResult } from './halfspace-samples.ts';
import { projections, shareOfErrors } from './halfspace-samples.ts';
import type { MomentTest } from './moment-matching.ts';
import { fittedTolerances, pointsNeeded, secondDeviation, simulatedTolerances } from './tolerances.ts';

/** The Gaussian density at 0. */
const PHI0 = 0.398942280401;

/** The shared state of a run of the tester-learner. */
export class Trial {
  /** The test points. */
  readonly second: Sample;
  /** Their bands. */
  readonly band: Band;
  /** Columns beside that of the candidate. */
  readonly k: number;
  readonly delta: number;
  readonly isGaussian: boolean;
  readonly calibrate: boolean;
  /** Tests of the moments of all points, where these bound the disagreement. */
  moments: readonly MomentTest[] = [];
  operations = 0;
  /** All tests so far. */
  readonly tests: TestResult[] = [];

  constructor(
    second: Sample,
    { target = 'gaussian' }: HalfspaceInstance,
    { delta, certificate, calibrate }: { delta: number; certificate: string; calibrate: boolean },
  ) {
    this.second = second;
    this.band = new Band(second);
    this.k = second.dimension - 1;
    this.delta = delta;
    this.isGaussian = target === 'gaussian' && certificate === 'strips';
    this.calibrate = calibrate;
  }

  /** Records a test; returns whether it passed. */
  note(name: string, statistic: number, threshold: number, passed: boolean): boolean {
    this.tests.push({ name, statistic: Number.isFinite(statistic) ? statistic : Number.MAX_VALUE, threshold, passed });
    return passed;
  }
}

/** A candidate at a width, with its certificate. */
export interface Judged {
  readonly w: Float64Array;
  readonly width: number;
  readonly error: number;
  readonly band: BandMoments;
  readonly tangent: number;
  readonly disagreement: number;
  readonly largestStrip: number;
}

/** Why a sample is rejected: the test that failed. */
export type Reason =
  | 'stationarity'
  | 'band-mass'
  | 'band-moments'
  | 'strips'
  | 'moments'
  | 'disagreement'
  | 'noise-promise'
  | 'insufficient-data';

/** Measures a candidate on the second half; of w and -w the better one. */
export function judge(
  trial: Trial,
  candidate: Float64Array,
  width: number,
  tangentOf: (band: BandMoments) => number,
): Judged | undefined {
  const { second } = trial;
  const band = bandMoments(trial.band, candidate, width);
  if (!band) return undefined;
  trial.operations += band.operations;
  const { z } = trial.band;
  const error = shareOfErrors(second, z);
  const w = error > 0.5 ? candidate.map((x) => -x) : candidate.slice();
  const tangent = tangentOf(band);
  const { bound, largest } = disagreementOf(trial, w, tangent, z);
  return { w, width, error: Math.min(error, 1 - error), band, tangent, disagreement: bound, largestStrip: largest };
}

/** The largest disagreement of a candidate and the best halfspace, given the tangent of their angle. */
export function disagreementOf({ second, moments }: Trial, w: Float64Array, tangent: number, z = projections(second, w)) {
  if (moments.length === 0) return stripDisagreement(second, w, tangent, z);
  const distances = z.map(Math.abs).sort();
  return {
    bound: momentDisagreement(
      distances,
      tangent,
      moments.map(({ bound }) => bound),
    ),
    largest: 0,
  };
}

/** |G| / p on fresh points is mostly sampling noise, sqrt(k / neff). */
export function isStationary({ k }: Trial, { band }: Judged): boolean {
  return band.gradientNorm / band.mass <= 0.05 + 3 * Math.sqrt(k / band.effective);
}

/** All local tests of a candidate; the reason of the first that fails. */
export function* testCandidate(
  trial: Trial,
  found: Judged,
  last: (found: Judged) => boolean,
): Generator<void, Reason | undefined> {
  const { k, second, isGaussian } = trial;
  const note: Trial['note'] = (...test) => trial.note(...test);
  const { band, width, tangent, disagreement, largestStrip } = found;
  const alpha = 0.05 + 3 * Math.sqrt(k / band.effective);
  const still = band.gradientNorm / band.mass;
  if (!note('stationarity', still, alpha, still <= alpha)) return 'stationarity';
  if (isGaussian) {
    // The discriminating tests need more points than the certificate: they use the smallest band that has them.
    const needed = pointsNeeded(k);
    let wide = band;
    let s = width;
    while (wide.effective < needed && 2 * s <= 0.5) {
      s *= 2;
      wide = bandMoments(trial.band, found.w, s) ?? wide;
      trial.operations += wide.operations;
    }
    if (!note('points in the band', wide.effective, needed, wide.effective >= needed)) return 'insufficient-data';
    const t1 = 0.1 + 4 / Math.sqrt(second.count * wide.mass * s);
    const mass = Math.abs(wide.mass / gaussianMass(s) - 1);
    if (!note('band mass', mass, t1, mass <= t1)) return 'band-mass';
    const { second: t2, fourth: t4 } = trial.calibrate
      ? yield* simulatedTolerances(k, wide.effective, trial.delta)
      : fittedTolerances(k, wide.effective);
    const deviation = secondDeviation(wide);
    if (!note('second moments', deviation, t2, deviation <= t2)) return 'band-moments';
    if (!note('fourth moments', wide.fourthDeviation, t4, wide.fourthDeviation <= t4)) return 'band-moments';
  } else {
    const mass = band.mass / PHI0;
    if (!note('band mass', mass, 2, mass >= 0.1 && mass <= 2)) return 'band-mass';
    const kappa = antiConcentration(band);
    if (!note('anti-concentration', kappa, 0.1, kappa >= 0.1)) return 'band-moments';
  }
  if (trial.moments.length === 0) {
    const most = isGaussian ? 2 : 10;
    if (!note('strips', largestStrip, most, largestStrip <= most)) return 'strips';
    const ratio = tangent < 1e6 ? disagreement / tangent : Infinity;
    // D is never above 1, so that a wide angle also passes.
    const isIdle = disagreement >= 1;
    const limit = isGaussian ? 3 : 10;
    if (!note('disagreement over angle', isIdle ? 0 : ratio, limit, isIdle || ratio <= limit)) return 'disagreement';
  }
  return last(found) ? undefined : 'disagreement';
}

/** The integral of l'_s phi. */
function gaussianMass(s: number): number {
  let sum = 0;
  const steps = 200;
  for (let i = 0; i < steps; i++) {
    const t = (s / 2) * ((2 * i + 1) / steps - 1);
    const size = Math.abs(t);
    const h = 1.5 / s;
    const slope = size <= s / 6 ? h : (h * (s / 2 - size)) / (s / 3);
    sum += slope * PHI0 * Math.exp((-t * t) / 2);
  }
  return (sum * s) / steps;
}
