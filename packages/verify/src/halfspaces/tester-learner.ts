// An efficient tester-learner for halfspaces: learns by descent on a smoothed ramp, and vouches for the halfspace only if
// local tests of the sample around its boundary prove it.
//
// A. Gollakota, A. R. Klivans, K. Stavropoulos, A. Vasilyan: An efficient tester-learner for halfspaces (2023), arXiv
// 2302.14853. The certificate is computed from the sample instead of thresholded alone.
import {
  converged,
  defineSolver,
  InvalidInputError,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  Random,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import { type BandMoments, bandMoments } from './band.ts';
import { descend, startVectors } from './halfspace-candidates.ts';
import {
  adversarialTangent,
  antiConcentration,
  massartTangent,
  momentDisagreement,
  stripDisagreement,
} from './halfspace-certificate.ts';
import {
  checkHalfspaceInstance,
  chowVector,
  errorOf,
  type HalfspaceInstance,
  type HalfspaceIterate,
  type HalfspaceSolution,
  halves,
  plainSolution,
  projections,
  type Sample,
  type TestResult,
  wholeSample,
} from './halfspace-samples.ts';
import { type MomentTest, oddMoments, testMoments } from './moment-matching.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';
import { fittedTolerances, pointsNeeded, secondDeviation, simulatedTolerances } from './tolerances.ts';

/** Options of `testAndLearnHalfspace`. */
const testAndLearnHalfspaceOptions = {
  excess: {
    type: 'number',
    above: 0,
    max: 1,
    default: 0.1,
    description:
      'Error above the best halfspace’s that may be certified; for adversarial labels the scale of the smallest band',
  },
  delta: {
    type: 'number',
    above: 0,
    below: 1,
    default: 0.05,
    description: 'Probability of a wrong certificate',
  },
  certificate: {
    type: 'choice',
    choices: ['strips', 'moments'],
    default: 'strips',
    description:
      'Bound of the disagreement: Chebyshev strip by strip, or moments of growing degree of all points',
  },
  width: {
    type: 'number',
    above: 0,
    max: 0.5,
    description: 'Width of the band for massart noise; searched for by default',
  },
  restarts: {
    type: 'integer',
    min: 0,
    max: 100,
    default: 4,
    description: 'Random starts beside Chow’s vector',
  },
  maxDegree: { type: 'integer', min: 2, max: 8, default: 8, description: 'Largest degree of moments' },
  calibrate: {
    type: 'boolean',
    default: false,
    description:
      'Simulate how far moments of Gaussian bands deviate, instead of taking the fitted tolerances; up to 11 columns',
  },
  rigorous: {
    type: 'boolean',
    default: false,
    description:
      'Add what uniform convergence allows to the excess, so that it holds for the law and not the sample',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the split and the starts' },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `testAndLearnHalfspace`. */
export type TestAndLearnHalfspaceOptions = OptionsOf<typeof testAndLearnHalfspaceOptions>;

/**
 * Learns a halfspace sign(w · x) and accepts it only if tests of the points around its boundary prove that it errs hardly
 * more often than the best one: for Massart noise err(w) <= opt + excess with probability 1 - delta, whatever the law of
 * the points; for adversarial labels err(w) <= bounds(o) if the best halfspace errs on a share o. If the points do have
 * the target law, acceptance is likely once there are enough of them. One half of the points learns, the other tests.
 *
 * O(n d) a step and O(n d² + m d^4) a test for m points in the band; d <= 40. `converged` means accepted; a rejected sample
 * is `stalled`, and the reason names the test: stationarity, band-mass, band-moments, strips, moments, disagreement,
 * noise-promise or insufficient-data.
 *
 * @param instance - points, labels -1 and 1, what is promised of the noise, and the target law
 * @throws {InvalidInputError} for labels other than -1 and 1, fewer than two columns or 100 rows a column, eta of 1/2 or
 *   more, and more than 40 columns
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { testAndLearnHalfspace } from '@infimum/verify';
 *
 * const random = new Random(1);
 * const values = random.normals(new Float64Array(60_000 * 3));
 * const labels = Int8Array.from({ length: 60_000 }, (_, i) => (values[3 * i] >= 0) === random.uniform() >= 0.1 ? 1 : -1);
 * const points = { rows: 60_000, cols: 3, values };
 * const { accepted, weights } = testAndLearnHalfspace({ points, labels, noise: 'massart', eta: 0.1 }, { excess: 0.3 });
 * console.log(accepted, Math.abs(weights[0]) > 0.99); // true true
 * ```
 */
export function testAndLearnHalfspace(
  instance: HalfspaceInstance,
  options: TestAndLearnHalfspaceOptions & RunOptions<HalfspaceIterate> = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return run(
    testAndLearnHalfspaceSteps(instance, options),
    runOptionsOf(testAndLearnHalfspaceOptions, options),
  );
}

/** Columns up to which fourth moments are flattened. */
const MOST_COLUMNS = 40;

/** The Gaussian density at 0. */
const PHI0 = 0.398942280401;

/** Error rates of the best halfspace for which bounds are reported. */
const RATES = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

/** Columns up to which tolerances are simulated. */
const MOST_SIMULATED = 11;

/** What the whole run shares. */
interface Trial {
  readonly second: Sample;
  readonly k: number;
  readonly instance: HalfspaceInstance;
  readonly delta: number;
  readonly isGaussian: boolean;
  readonly moments: readonly MomentTest[];
  readonly calibrate: boolean;
  operations: number;
}

/** A candidate at a width, with what is certified of it. */
interface Judged {
  readonly w: Float64Array;
  readonly width: number;
  readonly error: number;
  readonly band: BandMoments;
  readonly tangent: number;
  readonly disagreement: number;
  readonly largestStrip: number;
}

type Reason =
  | 'stationarity'
  | 'band-mass'
  | 'band-moments'
  | 'strips'
  | 'moments'
  | 'disagreement'
  | 'noise-promise'
  | 'insufficient-data';

/** The steps of `testAndLearnHalfspace`. */
function* testAndLearnHalfspaceSteps(
  instance: HalfspaceInstance,
  options: TestAndLearnHalfspaceOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  const settings = resolveOptions(testAndLearnHalfspaceOptions, options);
  const { excess, delta, certificate, restarts, seed } = settings;
  checkHalfspaceInstance(instance);
  const d = instance.points.cols;
  if (d > MOST_COLUMNS) {
    throw new InvalidInputError(`has ${d} columns; fourth moments are certified up to ${MOST_COLUMNS}`, {
      argument: 'points',
      code: 'too-large',
    });
  }
  if (settings.calibrate && d > MOST_SIMULATED) {
    throw new InvalidInputError(`simulates bands of up to ${MOST_SIMULATED} columns, the points have ${d}`, {
      argument: 'calibrate',
      code: 'too-large',
    });
  }
  const random = new Random(seed);
  const whole = wholeSample(instance);
  const [first, second] = halves(instance, random.permutation(whole.count));
  const slack = settings.rigorous ? uniformSlack(second, delta) : 0;
  let best = chowVector(first);
  let width = 0;
  let bestError = errorOf(second, best);
  let iteration = 0;
  const tests: TestResult[] = [];
  const trial: Trial = {
    second,
    k: d - 1,
    instance,
    delta,
    isGaussian: (instance.target ?? 'gaussian') === 'gaussian' && certificate === 'strips',
    moments: [],
    calibrate: settings.calibrate,
    operations: 0,
  };
  const solution = (more: Partial<HalfspaceSolution> = {}): HalfspaceSolution => ({
    ...plainSolution(whole, best),
    tests: tests.slice(),
    operations: trial.operations,
    ...more,
  });
  const iterate = (): HalfspaceIterate => ({ iteration: iteration++, width, error: bestError, solution });
  const reject = (reason: Reason, detail: string) => stalled(solution(), `${reason}: ${detail}`);
  yield iterate();

  const note = (name: string, statistic: number, threshold: number, passed: boolean): boolean => {
    tests.push({
      name,
      statistic: Number.isFinite(statistic) ? statistic : Number.MAX_VALUE,
      threshold,
      passed,
    });
    return passed;
  };
  if (certificate === 'moments') {
    const found = yield* allMoments(second, instance, excess, settings.maxDegree, iterate);
    (trial as { moments: readonly MomentTest[] }).moments = found.tests;
    for (const { half, deviation, threshold, operations } of found.tests) {
      trial.operations += operations;
      note(`moments of degree ${2 * half}`, deviation, threshold, deviation <= threshold);
    }
    note('odd moments', found.odd, 5, found.odd <= 5);
    if (tests.some(({ passed }) => !passed))
      return reject('moments', 'the points do not have the moments of the target');
  }

  let candidates = startVectors(first, restarts, random);
  if (instance.noise === 'massart') {
    const eta = instance.eta ?? 0;
    // A width that is given is reached as a searched one is: from wide bands to narrow ones.
    for (
      width = 0.5;
      settings.width !== undefined && width > settings.width;
      width = Math.max(width / 2, settings.width)
    ) {
      candidates = yield* ticking(descend(first, candidates, width), iterate);
    }
    for (let factor = 1; ; width /= factor) {
      candidates = yield* ticking(descend(first, candidates, width, settings.width !== undefined), iterate);
      const judged = candidates.map((w) =>
        judge(trial, w, width, (band) => massartTangent(band, eta, delta).tangent),
      );
      yield iterate();
      const withData = judged.filter(
        (found) => found !== undefined && found.band.effective >= 9 * trial.k ** 2,
      ) as Judged[];
      if (withData.length === 0) {
        note('points in the band', 0, 9 * trial.k ** 2, false);
        return reject('insufficient-data', `no candidate has 9 (d - 1)² points in a band of width ${width}`);
      }
      const still = withData.filter((found) => isStationary(trial, found));
      const order = (still.length > 0 ? still : withData).sort((a, b) => a.error - b.error);
      const chosen = order[0];
      best = chosen.w.slice();
      bestError = chosen.error;
      const isLast = settings.width !== undefined;
      // What is certified falls with the width until too few points are left: smaller steps near the goal.
      factor = chosen.disagreement + slack > 2 * excess ? 2 : Math.SQRT2;
      if (chosen.disagreement + slack > excess && !isLast) continue;
      const tested = testCandidate(trial, chosen, note, (found) =>
        note('disagreement', found.disagreement + slack, excess, found.disagreement + slack <= excess),
      );
      const reason = yield* ticking(tested, iterate);
      if (reason) return reject(reason, `at width ${width}`);
      const limit =
        eta + chosen.disagreement + 3 * Math.sqrt(Math.max(eta * (1 - eta), 1 / second.count) / second.count);
      if (!note('error', chosen.error, limit, chosen.error <= limit)) {
        return reject('noise-promise', `the error ${chosen.error} does not go with a noise rate of ${eta}`);
      }
      const certified = Math.min(1, chosen.disagreement + slack);
      return converged(
        solution({ accepted: true, certifiedExcess: certified, angle: Math.atan(chosen.tangent) }),
        `all tests passed at width ${width}: the error is at most ${certified.toPrecision(3)} above the best`,
      );
    }
  }

  // Adversarial labels: every level must pass, for nobody knows which one matters.
  const needed = trial.isGaussian ? pointsNeeded(trial.k) : 9 * trial.k ** 2;
  const enough = Math.max(excess / 4, (1.2 * needed) / (0.319 * second.count));
  yield iterate();
  if (enough > 0.5) {
    note('points', second.count, needed / 0.319 / 0.5, false);
    return reject('insufficient-data', `a band of width ${enough.toPrecision(3)} would be needed`);
  }
  const levels: Judged[] = [];
  const widths = [enough];
  while (2 * widths[widths.length - 1] <= 0.5) widths.push(2 * widths[widths.length - 1]);
  for (const level of widths.reverse()) {
    width = level;
    candidates = yield* ticking(descend(first, candidates, width, level === enough), iterate);
    const judged = candidates
      .map((w) => judge(trial, w, level, (band) => adversarialTangent(band, level, 0)))
      .filter((found) => found !== undefined) as Judged[];
    yield iterate();
    if (judged.length === 0) return reject('insufficient-data', `no point lies in a band of width ${level}`);
    const passing = judged.filter((found) => isStationary(trial, found)).sort((a, b) => a.error - b.error);
    const chosen = passing[0] ?? judged.sort((a, b) => a.error - b.error)[0];
    if (bestError > chosen.error || levels.length === 0) {
      best = chosen.w.slice();
      bestError = chosen.error;
    }
    const reason = yield* ticking(
      testCandidate(trial, chosen, note, () => true),
      iterate,
    );
    if (reason) return reject(reason, `at width ${level}`);
    levels.push(chosen);
  }
  // Output the candidate of the least error; its error is bounded through every level's candidate.
  const error = bestError;
  const boundAt = (rate: number): number =>
    levels.reduce((least, level) => {
      const tangent = adversarialTangent(level.band, level.width, rate);
      const { bound } = disagreementOf(trial, level.w, tangent);
      return Math.min(least, rate + bound + slack);
    }, 1);
  const floor = boundAt(0);
  let optLowerBound = 0;
  if (error > floor) {
    let [low, high] = [0, error];
    for (let step = 0; step < 12; step++) {
      const rate = (low + high) / 2;
      if (boundAt(rate) >= error) high = rate;
      else low = rate;
      yield iterate();
    }
    optLowerBound = low;
  }
  const bounds = Float64Array.from(RATES, boundAt);
  return converged(
    solution({
      accepted: true,
      certifiedExcess: Math.min(1, floor),
      angle: Math.min(...levels.map(({ tangent }) => Math.atan(tangent))),
      rates: Float64Array.from(RATES),
      bounds,
      optLowerBound,
    }),
    `all ${levels.length} levels passed: without errors of the best halfspace the error is at most ${floor.toPrecision(3)}`,
  );
}

/** Moments of all degrees up to the one that goes with the excess. */
function* allMoments(
  second: Sample,
  instance: HalfspaceInstance,
  excess: number,
  maxDegree: number,
  iterate: () => HalfspaceIterate,
): Generator<HalfspaceIterate, { tests: MomentTest[]; odd: number }> {
  const target = instance.target === 'quartic' || instance.target === 'log-concave' ? 'quartic' : 'gaussian';
  let half = Math.max(1, Math.min(Math.ceil(Math.log(1 / excess) / 2), Math.floor(maxDegree / 2), 4));
  const choose = (m: number) => {
    let count = 1;
    for (let i = 1; i <= m; i++) count = (count * (second.dimension + m - i)) / i;
    return count;
  };
  while (half > 1 && choose(half) > 2000) half--;
  const tests: MomentTest[] = [];
  for (let m = 1; m <= half; m++) {
    tests.push(testMoments(second, target, m));
    yield iterate();
  }
  const odd = oddMoments(second, 2 * half);
  yield iterate();
  return { tests, odd };
}

/** What uniform convergence over halfspaces allows between sample and law. */
function uniformSlack({ count, dimension }: Sample, delta: number): number {
  const log = 2 * dimension * Math.log((2 * Math.E * count) / dimension) + Math.log(8 / delta);
  return 4 * Math.sqrt(log / count);
}

/** Hands on pauses as iterates. */
function* ticking<Result>(
  computation: Generator<void, Result>,
  iterate: () => HalfspaceIterate,
): Generator<HalfspaceIterate, Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    yield iterate();
  }
}

/** Measures a candidate on the second half; of w and -w the better one. */
function judge(
  trial: Trial,
  candidate: Float64Array,
  width: number,
  tangentOf: (band: BandMoments) => number,
): Judged | undefined {
  const { second } = trial;
  const band = bandMoments(second, candidate, width);
  if (!band) return undefined;
  trial.operations += band.operations;
  const error = errorOf(second, candidate);
  const w = error > 0.5 ? candidate.map((x) => -x) : candidate.slice();
  const tangent = tangentOf(band);
  const { bound, largest } = disagreementOf(trial, w, tangent);
  return {
    w,
    width,
    error: Math.min(error, 1 - error),
    band,
    tangent,
    disagreement: bound,
    largestStrip: largest,
  };
}

function disagreementOf({ second, moments }: Trial, w: Float64Array, tangent: number) {
  if (moments.length === 0) return stripDisagreement(second, w, tangent);
  const distances = projections(second, w).map(Math.abs).sort();
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
function isStationary({ k }: Trial, { band }: Judged): boolean {
  return band.gradientNorm / band.mass <= 0.05 + 3 * Math.sqrt(k / band.effective);
}

/** All local tests of a candidate; the reason of the first that fails. */
function* testCandidate(
  trial: Trial,
  found: Judged,
  note: (name: string, statistic: number, threshold: number, passed: boolean) => boolean,
  last: (found: Judged) => boolean,
): Generator<void, Reason | undefined> {
  const { k, second, isGaussian } = trial;
  const { band, width, tangent, disagreement, largestStrip } = found;
  const alpha = 0.05 + 3 * Math.sqrt(k / band.effective);
  const still = band.gradientNorm / band.mass;
  if (!note('stationarity', still, alpha, still <= alpha)) return 'stationarity';
  if (isGaussian) {
    // The discriminating tests need more points than the certificate: they look at the smallest band that has them.
    const needed = pointsNeeded(k);
    let wide = band;
    let s = width;
    while (wide.effective < needed && 2 * s <= 0.5) {
      s *= 2;
      wide = bandMoments(second, found.w, s) ?? wide;
      trial.operations += wide.operations;
    }
    if (!note('points in the band', wide.effective, needed, wide.effective >= needed))
      return 'insufficient-data';
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
    // D is never above 1, so that a wide angle passes with room to spare.
    const isIdle = disagreement >= 1;
    const limit = isGaussian ? 3 : 10;
    if (!note('disagreement over angle', isIdle ? 0 : ratio, limit, isIdle || ratio <= limit))
      return 'disagreement';
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

/** Registration. */
export const testerLearnerSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/tester-learner',
  title: 'Tester-learner',
  summary:
    'Learns a halfspace and vouches for it only if local tests of the sample prove that it is nearly the best.',
  problem: testableHalfspaceProblem,
  role: 'paper',
  paper: { title: 'An Efficient Tester-Learner for Halfspaces', arxiv: '2302.14853', year: 2023 },
  cost: 'O(n d^2 + m d^4) \\text{ for } m \\text{ points in the band}',
  options: testAndLearnHalfspaceOptions,
  declines: ({ points }) =>
    points.cols > MOST_COLUMNS ? `fourth moments need at most ${MOST_COLUMNS} columns` : undefined,
  steps: testAndLearnHalfspaceSteps,
});
