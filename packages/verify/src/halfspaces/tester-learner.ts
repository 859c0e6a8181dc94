// An efficient tester-learner for halfspaces: learns by descent on a smoothed ramp, and certifies the halfspace only if local tests of the
// sample around its boundary prove it.
//
// A. Gollakota, A. R. Klivans, K. Stavropoulos, A. Vasilyan: An efficient tester-learner for halfspaces (2023), arXiv
// 2302.14853. The certificate is computed from the sample, not only by thresholds.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CertifyingRun, Choice } from './certify-halfspace.ts';
import { certifyAdversarial, certifyMassart } from './certify-halfspace.ts';
import { startVectors } from './halfspace-candidates.ts';
import type {
  HalfspaceInstance,
  HalfspaceInstanceLike,
  HalfspaceIterate,
  HalfspaceSolution,
  Sample,
} from './halfspace-samples.ts';
import { asHalfspaceInstance, chowVector, errorOf, halves, plainSolution, wholeSample } from './halfspace-samples.ts';
import type { Reason } from './local-tests.ts';
import { Trial } from './local-tests.ts';
import type { MomentTest } from './moment-matching.ts';
import { oddMoments, testMoments } from './moment-matching.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const testAndLearnHalfspaceOptions = {
  excess: {
    type: 'number',
    above: 0,
    max: 1,
    default: 0.1,
    description:
      'Error above the best halfspace’s that may be certified; for adversarial labels the scale of the smallest band',
  },
  delta: { type: 'number', above: 0, below: 1, default: 0.05, description: 'Probability of a wrong certificate' },
  certificate: {
    type: 'choice',
    choices: ['strips', 'moments'],
    default: 'strips',
    description: 'Bound on the disagreement: Chebyshev strip by strip, or moments of increasing degree of all points',
  },
  bandWidth: {
    type: 'number',
    was: 'width',
    above: 0,
    max: 0.5,
    description: 'Width of the band for Massart noise; searched for by default',
  },
  starts: {
    type: 'integer',
    was: 'restarts',
    min: 0,
    max: 100,
    default: 4,
    description: 'Random starts in addition to Chow’s vector',
  },
  maxDegree: { type: 'integer', min: 2, max: 8, default: 8, description: 'Largest degree of moments' },
  calibrate: {
    type: 'boolean',
    default: false,
    description: 'Simulate how far moments of Gaussian bands deviate, instead of using the fitted tolerances; up to 11 columns',
  },
  rigorous: {
    type: 'boolean',
    default: false,
    description: 'Add the uniform convergence term to the excess, so that it holds for the law rather than the sample',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the split and the starts' },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `testAndLearnHalfspace`. */
export type TestAndLearnHalfspaceOptions = OptionsOf<typeof testAndLearnHalfspaceOptions> & RunOptions<HalfspaceIterate>;

/**
 * Learns a halfspace sign(w · x) and accepts it only if tests of the points around its boundary prove that its error is close to that of
 * the best one: for Massart noise err(w) <= opt + excess with probability 1 - delta, whatever the law of the points; for adversarial labels
 * err(w) <= bounds(o) if the best halfspace errs on a share o. If the points do have the target law, acceptance is likely once there are
 * enough of them. One half of the points is for training, the other for tests.
 *
 * O(n d) a step and O(n d² + m d^4) a test for m points in the band; d <= 40. `converged` means accepted; a rejected sample
 * is `stalled`, and the reason names the test: stationarity, band-mass, band-moments, strips, moments, disagreement,
 * noise-promise or insufficient-data.
 *
 * @param instance - points, labels -1 and 1, the noise assumption, and the target law
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
 * const labels = Int8Array.from({ length: 60_000 }, (_, i) => ((values[3 * i] ?? 0) >= 0) === random.uniform() >= 0.1 ? 1 : -1);
 * const points = { rows: 60_000, cols: 3, values };
 * const { accepted, weights } = testAndLearnHalfspace({ points, labels, noise: 'massart', eta: 0.1 }, { excess: 0.3 });
 * console.log(accepted, Math.abs(weights[0] ?? 0) > 0.99); // true true
 * ```
 */
export function testAndLearnHalfspace(
  instance: HalfspaceInstanceLike,
  options: TestAndLearnHalfspaceOptions = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return runWith(testAndLearnHalfspaceOptions, options, testAndLearnHalfspaceSteps(instance, options));
}

/** Columns up to which fourth moments are flattened. */
const MOST_COLUMNS = 40;

/** Columns up to which tolerances are simulated. */
const MOST_SIMULATED = 11;

/** The steps of `testAndLearnHalfspace`. */
export function* testAndLearnHalfspaceSteps(
  given: HalfspaceInstanceLike,
  options: TestAndLearnHalfspaceOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  const settings = resolveOptions(testAndLearnHalfspaceOptions, options);
  const { excess, delta, certificate, starts, seed } = settings;
  const instance = asHalfspaceInstance(given);
  checkColumns(instance.points.cols, settings.calibrate);
  const random = new Random(seed);
  const whole = wholeSample(instance);
  const [first, second] = halves(instance, random.permutation(whole.count));
  const slack = settings.rigorous ? uniformSlack(second, delta) : 0;
  const trial = new Trial(second, instance, settings);
  const best = chowVector(first);
  const choice: Choice = { best, error: errorOf(second, best), width: 0 };
  let iteration = 0;
  const solution = (more: Partial<HalfspaceSolution> = {}): HalfspaceSolution => ({
    ...plainSolution(whole, choice.best),
    tests: trial.tests.slice(),
    operations: trial.operations,
    ...more,
  });
  const iterate = (): HalfspaceIterate => ({ iteration: iteration++, width: choice.width, error: choice.error, solution });
  const reject = (reason: Reason, detail: string) => stalled(solution(), `${reason}: ${detail}`);
  yield iterate();
  if (certificate === 'moments') {
    yield* allMoments(trial, instance, excess, settings.maxDegree, iterate);
    if (trial.tests.some(({ passed }) => !passed)) return reject('moments', 'the points do not have the moments of the target');
  }
  const candidates = startVectors(first, starts, random);
  const shared: CertifyingRun = { trial, first, candidates, choice, excess, slack, iterate, solution, reject };
  return instance.noise === 'massart'
    ? yield* certifyMassart(shared, instance.eta ?? 0, settings.bandWidth)
    : yield* certifyAdversarial(shared);
}

/** Fourth moments of many columns take too long. */
function checkColumns(d: number, calibrate: boolean): void {
  if (d > MOST_COLUMNS) {
    throw fault(`has ${d} columns; fourth moments are certified up to ${MOST_COLUMNS}`, 'points', 'too-large');
  }
  if (calibrate && d > MOST_SIMULATED) {
    throw fault(`simulates bands of up to ${MOST_SIMULATED} columns, the points have ${d}`, 'calibrate', 'too-large');
  }
}

/** Tests moments of all degrees up to the one required by the excess. */
function* allMoments(
  trial: Trial,
  instance: HalfspaceInstance,
  excess: number,
  maxDegree: number,
  iterate: () => HalfspaceIterate,
): Generator<HalfspaceIterate, void> {
  const { second } = trial;
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
  trial.moments = tests;
  for (const { half: m, deviation, threshold, operations } of tests) {
    trial.operations += operations;
    trial.note(`moments of degree ${2 * m}`, deviation, threshold, deviation <= threshold);
  }
  trial.note('odd moments', odd, 5, odd <= 5);
}

/** The deviation between sample and law by uniform convergence over halfspaces. */
function uniformSlack({ count, dimension }: Sample, delta: number): number {
  const log = 2 * dimension * Math.log((2 * Math.E * count) / dimension) + Math.log(8 / delta);
  return 4 * Math.sqrt(log / count);
}

export const testerLearnerSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/tester-learner',
  title: 'Tester-learner',
  summary: 'Learns a halfspace and certifies it only if local tests of the sample prove that it is nearly optimal.',
  problem: testableHalfspaceProblem,
  role: 'paper',
  paper: { title: 'An Efficient Tester-Learner for Halfspaces', arxiv: '2302.14853', year: 2023 },
  cost: 'O(n d^2 + m d^4) \\text{ for } m \\text{ points in the band}',
  options: testAndLearnHalfspaceOptions,
  declines: ({ points }: HalfspaceInstance) =>
    points.cols > MOST_COLUMNS ? `fourth moments need at most ${MOST_COLUMNS} columns` : undefined,
  steps: testAndLearnHalfspaceSteps,
});
