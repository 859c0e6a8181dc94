// Bayesian search: a Gaussian process of f at the points tried; the next point is where the expected improvement is largest.
//
// J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian optimization of machine learning algorithms (2012), arXiv 1206.2944.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { dot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { startOf } from '../oracles/bilevel-problem.ts';
import { declinesWithoutValue, searchOptions, searchSteps } from './search.ts';

const bayesianSearchOptions = {
  ...searchOptions,
  points: { ...searchOptions.points, max: 1000 },
  initialPoints: {
    type: 'integer',
    was: 'firstPoints',
    min: 1,
    max: 1000,
    default: 8,
    description: 'Random points before the process is used',
  },
  candidates: { type: 'integer', min: 1, max: 100_000, default: 500, description: 'Candidate points per step' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the points' },
} as const satisfies OptionSpecs;

/** Options of `bayesianSearch`. */
export type BayesianSearchOptions = OptionsOf<typeof bayesianSearchOptions> & RunOptions<BilevelIterate>;

/**
 * Tries points of the box: some at random, then each where a Gaussian process of the values so far (Matérn 5/2, one length for all
 * coordinates, by marginal likelihood) expects the largest improvement, among drawn candidates, half of them around the best point.
 * Each has the lower level solved, warm-started. Ends as `stalled` when all are tried, since a search proves nothing.
 *
 * Cost: a solve of the lower level, and O(n³ + n² candidates), for the n-th point.
 *
 * @param problem - with f; its products with Hessians are used where it has them
 * @param initial - x, kept if no point is tried, and where y starts; x alone for y = 0
 * @throws {InvalidInputError} for a problem without f, and options out of range
 */
export function bayesianSearch(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: BayesianSearchOptions = {},
): BilevelOutcome {
  return runWith(bayesianSearchOptions, options, bayesianSearchSteps(problem, initial, options));
}

/** The steps of `bayesianSearch`. */
export function* bayesianSearchSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: BayesianSearchOptions = {},
): BilevelSteps {
  const settings = resolveOptions(bayesianSearchOptions, options);
  const { lower, upper, initialPoints, candidates, seed } = settings;
  const random = new Random(seed);
  const size = startOf(problem, initial).x.length;
  const tried: Float64Array[] = [];
  const values: number[] = [];
  return yield* searchSteps(problem, initial, settings, {
    *next(k, news) {
      const unit = k < initialPoints ? drawn() : yield* promising(news);
      tried.push(unit);
      return (i) => lower + (upper - lower) * unit[i];
    },
    learn: (value) => void values.push(value),
  });

  function drawn(): Float64Array {
    return Float64Array.from({ length: size }, () => random.uniform());
  }

  /** The candidate of the largest expected improvement; yields now and then. */
  function* promising<News>(news: () => News): Generator<News, Float64Array> {
    // A value that is not a number counts as the worst value so far.
    const worst = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), -Infinity);
    const heights = Float64Array.from(values, (value) => (Number.isFinite(value) ? value : worst));
    const process = fitted(tried, heights);
    if (!process) return drawn();
    const best = tried[heights.reduce((least, value, i) => (value < heights[least] ? i : least), 0)];
    let [chosen, most] = [drawn(), -Infinity];
    for (let c = 0; c < candidates; c++) {
      if (c % 64 === 63) yield news();
      const near = 0.3 * random.uniform() ** 2;
      const point = c % 2 === 0 ? drawn() : best.map((t) => Math.min(1, Math.max(0, t + near * random.normal())));
      const gain = process(point);
      if (gain > most) [chosen, most] = [point, gain];
    }
    return chosen;
  }
}

/** Lengths that are tried, in units of the box, times the root of the dimension. */
const LENGTHS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];

/** Noise of the values, over their variance: lower levels are solved to a tolerance. */
const NUGGET = 1e-6;

/** The expected improvement of a process through the values, with the length of the largest likelihood; undefined for flat values. */
function fitted(points: readonly Float64Array[], values: Float64Array): ((point: Float64Array) => number) | undefined {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!(deviation > 1e-12 * Math.abs(mean) && deviation < Infinity)) return undefined;
  const scaled = values.map((value) => (value - mean) / deviation);
  const root = Math.sqrt(points[0].length);
  let best: { readonly factor: Float64Array; readonly weights: Float64Array; readonly length: number } | undefined;
  let most = -Infinity;
  for (const share of LENGTHS) {
    const length = share * root;
    const factor = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) factor[i * n + j] = matern(points[i], points[j], length) + (i === j ? NUGGET : 0);
    }
    if (!smallCholesky(factor, n)) continue;
    const weights = scaled.slice();
    solveSmallCholesky(factor, n, weights);
    let likelihood = -0.5 * dot(scaled, weights);
    for (let i = 0; i < n; i++) likelihood -= Math.log(factor[i * n + i]);
    if (likelihood > most) [best, most] = [{ factor, weights, length }, likelihood];
  }
  if (!best) return undefined;
  const { factor, weights, length } = best;
  const least = scaled.reduce((low, value) => Math.min(low, value), Infinity);
  const [likeness, solved] = [new Float64Array(n), new Float64Array(n)];
  return (point) => {
    for (let i = 0; i < n; i++) likeness[i] = matern(points[i], point, length);
    solved.set(likeness);
    solveSmallCholesky(factor, n, solved);
    const spread = Math.sqrt(Math.max(0, 1 + NUGGET - dot(likeness, solved)));
    const gain = least - dot(likeness, weights);
    if (!(spread > 1e-9)) return Math.max(0, gain);
    const z = gain / spread;
    return gain * normalShare(z) + (spread * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  };
}

/** (1 + r + r²/3) e^−r with r = √5 |a − b| / length. */
function matern(a: Float64Array, b: Float64Array, length: number): number {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += (a[i] - b[i]) ** 2;
  const r = Math.sqrt(5 * square) / length;
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Phi(z) to 1e-7 (Abramowitz and Stegun 26.2.17): sufficient for improvements. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z > 0 ? 1 - tail : tail;
}

export const bayesianSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bayesian-search',
  title: 'Bayesian search',
  summary: 'A Gaussian process fitted to the values so far suggests the next point: for a few upper variables.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Practical Bayesian optimization of machine learning algorithms', arxiv: '1206.2944', year: 2012 },
  cost: 'O(\\text{points}) \\text{ solves of the lower level, and } O(\\text{points}^4) \\text{ for the process}',
  options: bayesianSearchOptions,
  declines: declinesWithoutValue,
  steps: (instance, options) => bayesianSearchSteps(modelOf(instance).problem, instance.initial, options),
});
