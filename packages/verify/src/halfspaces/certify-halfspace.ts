// Choice and certification of a halfspace: descents on bands of falling width, and local tests of the candidates, for Massart noise and for
// adversarial labels.
//
// A. Gollakota, A. R. Klivans, K. Stavropoulos, A. Vasilyan: An efficient tester-learner for halfspaces (2023), arXiv 2302.14853.
import type { Conclusion, Steps } from '@infimum/core';
import { converged } from '@infimum/core';
import { ticking } from '../ticking.ts';
import { descend } from './halfspace-candidates.ts';
import { adversarialTangent, massartTangent } from './halfspace-certificate.ts';
import type { HalfspaceIterate, HalfspaceSolution, Sample } from './halfspace-samples.ts';
import type { Judged, Reason, Trial } from './local-tests.ts';
import { disagreementOf, isStationary, judge, testCandidate } from './local-tests.ts';
import { pointsNeeded } from './tolerances.ts';

/** Error rates of the best halfspace for which bounds are reported. */
const RATES = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

/** The halfspace that a run has chosen so far. */
export interface Choice {
  /** Its unit normal. */
  best: Float64Array;
  error: number;
  width: number;
}

/** The input of both certification methods. */
export interface CertifyingRun {
  readonly trial: Trial;
  /** The training points, and the starts of descents. */
  readonly first: Sample;
  readonly candidates: Float64Array[];
  readonly choice: Choice;
  readonly excess: number;
  /** The allowance added to the excess for the law of the points. */
  readonly slack: number;
  iterate(): HalfspaceIterate;
  solution(more?: Partial<HalfspaceSolution>): HalfspaceSolution;
  reject(reason: Reason, detail: string): Conclusion<HalfspaceSolution>;
}

/** Massart noise: the width falls until the disagreement is proved to be below the excess. */
export function* certifyMassart(
  { trial, first, candidates: starts, choice, excess, slack, iterate, solution, reject }: CertifyingRun,
  eta: number,
  given: number | undefined,
): Steps<HalfspaceSolution, HalfspaceIterate> {
  let candidates = starts;
  // Densities of the targets across a plane are at most 1: in a narrower band too few of their points would remain.
  const narrowest = (9 * trial.k ** 2) / trial.second.count;
  // A given width is reached like a searched one: from wide bands to narrow ones.
  choice.width = 0.5;
  while (given !== undefined && choice.width > given) {
    candidates = yield* ticking(descend(first, candidates, choice.width), iterate);
    choice.width = Math.max(choice.width / 2, given);
  }
  for (let factor = 1; ; choice.width /= factor) {
    const { width } = choice;
    candidates = yield* ticking(descend(first, candidates, width, given !== undefined), iterate);
    const judged = candidates.map((w) => judge(trial, w, width, (band) => massartTangent(band, eta, trial.delta).tangent));
    yield iterate();
    const withData = judged.filter((found) => found !== undefined && found.band.effective >= 9 * trial.k ** 2) as Judged[];
    if (withData.length === 0) {
      trial.note('points in the band', 0, 9 * trial.k ** 2, false);
      return reject('insufficient-data', `no candidate has 9 (d - 1)² points in a band of width ${width}`);
    }
    const still = withData.filter((found) => isStationary(trial, found));
    const order = (still.length > 0 ? still : withData).sort((a, b) => a.error - b.error);
    const chosen = order[0];
    choice.best = chosen.w.slice();
    choice.error = chosen.error;
    // The certified bound falls with the width until too few points are left: smaller steps near the goal.
    factor = chosen.disagreement + slack > 2 * excess ? 2 : Math.SQRT2;
    if (chosen.disagreement + slack > excess && given === undefined) {
      if (width / factor >= narrowest) continue;
      trial.note('disagreement', chosen.disagreement + slack, excess, false);
      return reject('disagreement', `not proved down to the width ${width}, where points would have run out`);
    }
    const tested = testCandidate(trial, chosen, (found) =>
      trial.note('disagreement', found.disagreement + slack, excess, found.disagreement + slack <= excess),
    );
    const reason = yield* ticking(tested, iterate);
    if (reason) return reject(reason, `at width ${width}`);
    const { count } = trial.second;
    const limit = eta + chosen.disagreement + 3 * Math.sqrt(Math.max(eta * (1 - eta), 1 / count) / count);
    if (!trial.note('error', chosen.error, limit, chosen.error <= limit)) {
      return reject('noise-promise', `the error ${chosen.error} is not consistent with a noise rate of ${eta}`);
    }
    const certified = Math.min(1, chosen.disagreement + slack);
    return converged(
      solution({ accepted: true, certifiedExcess: certified, angle: Math.atan(chosen.tangent) }),
      `all tests passed at width ${width}: the error is at most ${certified.toPrecision(3)} above the best`,
    );
  }
}

/** Adversarial labels: every level must pass, since the relevant one is unknown. */
export function* certifyAdversarial({
  trial,
  first,
  candidates: starts,
  choice,
  excess,
  slack,
  iterate,
  solution,
  reject,
}: CertifyingRun): Steps<HalfspaceSolution, HalfspaceIterate> {
  const needed = trial.isGaussian ? pointsNeeded(trial.k) : 9 * trial.k ** 2;
  const enough = Math.max(excess / 4, (1.2 * needed) / (0.319 * trial.second.count));
  yield iterate();
  if (enough > 0.5) {
    trial.note('points', trial.second.count, needed / 0.319 / 0.5, false);
    return reject('insufficient-data', `a band of width ${enough.toPrecision(3)} would be needed`);
  }
  let candidates = starts;
  const levels: Judged[] = [];
  const widths = [enough];
  while (2 * widths[widths.length - 1] <= 0.5) widths.push(2 * widths[widths.length - 1]);
  for (const level of widths.reverse()) {
    choice.width = level;
    candidates = yield* ticking(descend(first, candidates, level, level === enough), iterate);
    const judged = candidates
      .map((w) => judge(trial, w, level, (band) => adversarialTangent(band, level, 0)))
      .filter((found) => found !== undefined) as Judged[];
    yield iterate();
    if (judged.length === 0) return reject('insufficient-data', `no point lies in a band of width ${level}`);
    const passing = judged.filter((found) => isStationary(trial, found)).sort((a, b) => a.error - b.error);
    const chosen = passing[0] ?? judged.sort((a, b) => a.error - b.error)[0];
    if (choice.error > chosen.error || levels.length === 0) {
      choice.best = chosen.w.slice();
      choice.error = chosen.error;
    }
    const reason = yield* ticking(
      testCandidate(trial, chosen, () => true),
      iterate,
    );
    if (reason) return reject(reason, `at width ${level}`);
    levels.push(chosen);
  }
  // Output the candidate of the least error; its error is bounded through every level's candidate.
  const { error } = choice;
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
  return converged(
    solution({
      accepted: true,
      certifiedExcess: Math.min(1, floor),
      angle: Math.min(...levels.map(({ tangent }) => Math.atan(tangent))),
      rates: Float64Array.from(RATES),
      bounds: Float64Array.from(RATES, boundAt),
      optLowerBound,
    }),
    `all ${levels.length} levels passed: without errors of the best halfspace the error is at most ${floor.toPrecision(3)}`,
  );
}
