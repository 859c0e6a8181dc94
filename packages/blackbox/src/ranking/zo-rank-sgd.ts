// ZO-RankSGD: descent from rankings alone, with steps by schedule, by ranked line searches, or by line searches that adapt.
//
// Z. Tang, D. Rybin, T.-H. Chang: Zeroth-order optimization meets human feedback (2023), arXiv 2303.03751.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, ResolvedOptions, Steps } from '@infimum/core';
import { defineSolver, exhausted, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { seed } from '../continuous/black-box.ts';
import { rankingPaper } from './papers.ts';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf, quarterGradient, rankGradient } from './rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, Judge, judgeOf, maxQueries, toSphere } from './ranking-oracle.ts';
import { rankingProblem } from './ranking-problem.ts';

const zoRankSgdOptions = {
  variant: {
    type: 'choice',
    choices: ['adaptive', 'line-search', 'plain'],
    default: 'adaptive',
    description: 'Line searches with adaptive radius and step, line searches with fixed radius, or scheduled steps',
  },
  population: { type: 'integer', was: 'm', min: 2, max: 100_000, default: 15, description: 'Points per ranking' },
  topK: { type: 'integer', was: 'k', min: 1, max: 100_000, description: 'Number of best points to rank; all by default' },
  estimator: {
    type: 'choice',
    choices: ['graph', 'quarters'],
    default: 'graph',
    description: 'Whether to use all ordered pairs, or only the best and the worst quarter of the points',
  },
  smoothingRadius: {
    type: 'number',
    was: 'mu',
    above: 0,
    default: 0.1,
    description: 'Radius of the perturbations, initial if adaptive',
  },
  stepSize: {
    type: 'number',
    was: 'eta',
    above: 0,
    description: 'Initial step along the direction; 4 for line-search, else 1',
  },
  lineSearchRatio: {
    type: 'number',
    was: 'gamma',
    above: 0,
    below: 1,
    description: 'Ratio of steps in a line search; 0.1 for line-search, else 0.5',
  },
  candidates: {
    type: 'integer',
    min: 2,
    max: 1000,
    description: 'Points per line search, including the current one; 5 for line-search, else 6',
  },
  averageDirections: {
    type: 'boolean',
    was: 'memory',
    default: true,
    description: 'Whether to average a failed direction into the next',
  },
  maxMemory: { type: 'integer', min: 1, description: 'Maximum number of averaged directions; 6 if adaptive, else 50' },
  includesBest: { type: 'boolean', default: false, description: 'Whether the line search includes the best perturbed point' },
  schedule: {
    type: 'choice',
    choices: ['sqrt', 'constant'],
    default: 'sqrt',
    description: 'Steps and radii of plain: over the root of d t, or constant',
  },
  minStepSize: {
    type: 'number',
    was: 'minStep',
    above: 0,
    default: 1e-12,
    description: 'Shortest step at which a line search gives up',
  },
  maxQueries,
  seed,
} as const satisfies OptionSpecs;

/** Options of `zoRankSgd`. */
export type ZoRankSgdOptions = OptionsOf<typeof zoRankSgdOptions> & LimitOptions<RankingQuestion>;

/**
 * Finds a better x only from answers to ‘which of these points are best?’: perturb x m times, take the mean of differences g = sum (xi_j -
 * xi_i) / |E| over all distinguished pairs, and step along -g with the length that the judge prefers. The same bits for every increasing
 * transformation of the judge's values; with a judge without errors and line searches x never becomes worse.
 *
 * Rankings cannot prove a minimum: it ends `stalled` when steps are short, else with its budget.
 *
 * @param search - `dimension`, `initial`, and `value` for a simulated judge; for a person use `RankSession`
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { zoRankSgd } from '@infimum/blackbox';
 *
 * const value = (x: Float64Array) => x.reduce((sum, entry) => sum + entry * entry, 0);
 * const { x } = zoRankSgd({ dimension: 3, initial: Float64Array.of(1, 2, 3), value }, { maxQueries: 2000 });
 * console.log(value(x) < 1e-8); // true
 * ```
 */
export function zoRankSgd(search: RankedSearch, options: ZoRankSgdOptions = {}): Outcome<RankedPoint, RankingQuestion> {
  return runWith(zoRankSgdOptions, options, zoRankSgdSteps(search, options), judgeOf(search));
}

/** The steps of `zoRankSgd`. */
export function* zoRankSgdSteps(
  search: RankedSearch,
  options: ZoRankSgdOptions = {},
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const settings = resolveOptions(zoRankSgdOptions, options);
  checkRankedSearch(search);
  const { population, topK = population } = settings;
  if (topK > population) throw fault(`is more than the population ${population}`, 'topK', 'out-of-range');
  const descent = new RankedDescent(search, { ...settings, topK });
  if (settings.variant === 'plain') return yield* plainSteps(descent, settings);
  return yield* lineSearchSteps(descent, settings);
}

type Settings = ResolvedOptions<typeof zoRankSgdOptions>;

/** Algorithm 1: steps by a schedule. */
function* plainSteps(
  descent: RankedDescent,
  { stepSize = 1, smoothingRadius, schedule, maxQueries }: Settings,
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const { x } = descent;
  for (let t = 1; ; t++) {
    const slow = schedule === 'sqrt' ? Math.sqrt(x.length * t) : 1;
    yield* descent.estimate(smoothingRadius / slow);
    for (let j = 0; j < x.length; j++) x[j] -= (stepSize / slow) * descent.gradient[j];
    descent.retract(x);
    if (descent.judge.queries >= maxQueries) return descent.spent(maxQueries);
  }
}

/** Algorithm 2: the judge chooses among steps along the direction, the current point among them; adaptive or not. */
function* lineSearchSteps(descent: RankedDescent, settings: Settings): Steps<RankedPoint, RankingQuestion, Ranking> {
  const adapts = settings.variant === 'adaptive';
  const { averageDirections, maxQueries, minStepSize, includesBest } = settings;
  const gamma = settings.lineSearchRatio ?? (adapts ? 0.5 : 0.1);
  const count = settings.candidates ?? (adapts ? 6 : 5);
  const maxMemory = settings.maxMemory ?? (adapts ? 6 : 50);
  let { smoothingRadius } = settings;
  let eta = settings.stepSize ?? (adapts ? 1 : 4);
  const { x } = descent;
  const direction = new Float64Array(x.length);
  let [averaged, failures] = [0, 0];
  for (;;) {
    const best = yield* descent.estimate(smoothingRadius);
    for (let j = 0; j < x.length; j++) {
      direction[j] = (averaged * direction[j] + descent.gradient[j]) / (averaged + 1);
    }
    averaged++;
    if (descent.judge.queries >= maxQueries) return descent.spent(maxQueries);
    const points = lineCandidates(descent, direction, eta, gamma, count);
    if (includesBest) points.push(best);
    const choice = yield* descent.choose(points);
    if (descent.judge.queries >= maxQueries && choice === 0) return descent.spent(maxQueries);
    if (choice > 0) {
      x.set(points[choice]);
      const isOnLine = choice < count;
      const step = isOnLine ? eta * gamma ** (choice - 1) : eta;
      if (adapts && isOnLine) {
        eta = step / gamma;
        smoothingRadius = Math.max(1e-9, Math.min(1.5 * smoothingRadius, 0.3 * step));
      }
      failures = 0;
    } else {
      failures++;
      if (adapts) {
        eta *= gamma;
        if (failures > 1) smoothingRadius = Math.max(1e-9, smoothingRadius / 2);
      }
    }
    if (choice > 0 || !averageDirections || (adapts && averaged >= maxMemory)) averaged = 0;
    if (descent.judge.queries >= maxQueries) return descent.spent(maxQueries);
    const shortest = eta * gamma ** (count - 2) * norm(direction);
    if (choice === 0 && shortest < minStepSize) {
      return stalled(descent.solution(), 'the steps have become shorter than minStep');
    }
    if (!adapts && averaged >= maxMemory) {
      return stalled(descent.solution(), 'no step was preferred for maxMemory rankings; reduce smoothingRadius and stepSize');
    }
  }
}

/** x and the steps eta gamma^(j-1) along the negative direction. */
function lineCandidates(
  descent: RankedDescent,
  direction: Float64Array,
  eta: number,
  gamma: number,
  count: number,
): Float64Array[] {
  return Array.from({ length: count }, (_, c) => {
    const step = c === 0 ? 0 : eta * gamma ** (c - 1);
    const point = descent.x.map((entry, j) => entry - step * direction[j]);
    if (c > 0) descent.retract(point);
    return point;
  });
}

/** The point, the judge and the estimate. */
class RankedDescent {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly judge = new Judge();
  readonly #population: number;
  readonly #topK: number;
  readonly #radius: number | undefined;
  readonly #random: Random;
  readonly #noise: Float64Array;
  readonly #gradientOf: typeof rankGradient;

  constructor(
    search: RankedSearch,
    { population, topK, estimator, seed }: { population: number; topK: number; estimator: 'graph' | 'quarters'; seed: number },
  ) {
    this.#gradientOf = estimator === 'graph' ? rankGradient : quarterGradient;
    this.x = search.initial.slice();
    this.gradient = new Float64Array(search.dimension);
    this.#population = population;
    this.#topK = topK;
    this.#radius = search.sphere ? norm(search.initial) : undefined;
    this.#random = new Random(seed, 0x72616e6b);
    this.#noise = new Float64Array(population * search.dimension);
  }

  /** Ranks perturbed points and writes the estimate; asks again while no pair is distinguished. Returns the best point. */
  *estimate(mu: number): Generator<RankingQuestion, Float64Array, Ranking> {
    const d = this.x.length;
    // A judge who skips everything ends the search by its budget.
    for (let trial = 0; trial < 100; trial++) {
      this.#random.normals(this.#noise);
      const points = Array.from({ length: this.#population }, (_, i) => {
        const point = this.x.map((entry, j) => entry + mu * this.#noise[i * d + j]);
        this.retract(point);
        return point;
      });
      const ranking = yield* this.judge.ask('gradient', points, this.#topK, () => this.solution());
      if (this.#gradientOf(this.#noise, ranking, this.gradient) === 0) continue;
      const levels = levelsOf(ranking, this.#population);
      return points[levels.indexOf(0)];
    }
    return this.x.slice();
  }

  /** The index of the preferred point; 0, the current one, if the judge does not say or it is as good. */
  *choose(points: readonly Float64Array[]): Generator<RankingQuestion, number, Ranking> {
    const ranking = yield* this.judge.ask('line-search', points, 1, () => this.solution());
    const levels = levelsOf(ranking, points.length);
    return levels[0] === 0 ? 0 : levels.indexOf(0);
  }

  retract(point: Float64Array): void {
    if (this.#radius !== undefined) toSphere(point, this.#radius);
  }

  solution(): RankedPoint {
    return { x: this.x.slice(), queries: this.judge.queries };
  }

  spent(maxQueries: number) {
    return exhausted(this.solution(), `maxQueries = ${maxQueries} was reached`);
  }
}

export const zoRankSgdSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/zo-rank-sgd',
  title: 'ZO-RankSGD',
  summary: 'Descent along a direction estimated from rankings, with steps that the judge chooses.',
  problem: rankingProblem,
  role: 'paper',
  paper: rankingPaper,
  cost: 'm + l \\text{ points shown and } O((m + l) d) \\text{ per step}',
  options: zoRankSgdOptions,
  steps: (instance, options) => zoRankSgdSteps(instance, options),
});
