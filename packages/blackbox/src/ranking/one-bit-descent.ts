// SCOBO: descent from single comparisons, one bit each; dense, or for gradients with few large entries.
//
// H. Cai, D. McKenzie, W. Yin, Z. Zhang: A one-bit, comparison-based gradient estimator (2022), arXiv 2010.02479.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, exhausted, Random, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { seed } from '../continuous/black-box.ts';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf } from './rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, Judge, judgeOf, maxQueries } from './ranking-oracle.ts';
import { rankingProblem } from './ranking-problem.ts';

const oneBitDescentOptions = {
  comparisons: { type: 'integer', min: 1, max: 100_000, default: 8, description: 'Comparisons per direction' },
  smoothingRadius: { type: 'number', was: 'mu', above: 0, default: 0.01, description: 'Radius of the perturbations' },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 1, description: 'Initial step of the line search' },
  nonzeros: {
    type: 'integer',
    was: 'sparsity',
    min: 1,
    description: 'Assumed number of nonzero gradient entries; dense by default',
  },
  maxQueries,
  seed,
} as const satisfies OptionSpecs;

/** Options of `oneBitDescent`. */
export type OneBitDescentOptions = OptionsOf<typeof oneBitDescentOptions> & LimitOptions<RankingQuestion>;

/**
 * Goes along -g, g = sum sign(f(x + mu xi) - f(x)) xi / m of norm one, with step halving guided by comparisons. With `nonzeros` s the
 * direction is the v of |v|_1 <= sqrt(s), |v|_2 <= 1 with the largest <g, v>: entries below a threshold vanish.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { oneBitDescent } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => x * x + y * y;
 * const { x } = oneBitDescent({ dimension: 2, initial: Float64Array.of(3, 4), value });
 * console.log(value(x) < 1e-2); // true
 * ```
 */
export function oneBitDescent(search: RankedSearch, options: OneBitDescentOptions = {}): Outcome<RankedPoint, RankingQuestion> {
  return runWith(oneBitDescentOptions, options, oneBitDescentSteps(search, options), judgeOf(search));
}

/** The steps of `oneBitDescent`. */
export function* oneBitDescentSteps(
  search: RankedSearch,
  options: OneBitDescentOptions = {},
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const { comparisons, smoothingRadius, nonzeros, maxQueries, seed, ...start } = resolveOptions(oneBitDescentOptions, options);
  checkRankedSearch(search);
  const random = new Random(seed, 0x73636f62);
  const judge = new Judge();
  const d = search.dimension;
  let x = search.initial.slice();
  let { stepSize } = start;
  const noise = new Float64Array(d);
  const solution = () => ({ x: x.slice(), queries: judge.queries });
  for (;;) {
    const direction = new Float64Array(d);
    for (let i = 0; i < comparisons; i++) {
      random.normals(noise);
      const moved = x.map((entry, j) => entry + smoothingRadius * noise[j]);
      const levels = levelsOf(yield* judge.ask('comparison', [x.slice(), moved], 1, solution), 2);
      const sign = Math.sign(levels[1] - levels[0]);
      for (let j = 0; j < d; j++) direction[j] += sign * noise[j];
    }
    shape(direction, nonzeros);
    // Steps 2 eta, eta, …: the first that is preferred.
    const points = Array.from({ length: 6 }, (_, c) => {
      const step = c === 0 ? 0 : stepSize * 2 ** (2 - c);
      return x.map((entry, j) => entry - step * direction[j]);
    });
    const levels = levelsOf(yield* judge.ask('line-search', points, 1, solution), points.length);
    const choice = levels[0] === 0 ? 0 : levels.indexOf(0);
    x = points[choice].slice();
    stepSize = Math.max(1e-12, choice === 0 ? stepSize / 4 : stepSize * 2 ** (2 - choice));
    if (judge.queries >= maxQueries) return exhausted(solution(), `maxQueries = ${maxQueries} was reached`);
  }
}

/** Norm one; entries below the threshold at which |v|_1 = sqrt(s) |v|_2 vanish, by bisection. */
function shape(g: Float64Array, nonzeros: number | undefined): void {
  if (nonzeros !== undefined && nonzeros < g.length) {
    const shrunk = (threshold: number) => g.map((e) => Math.sign(e) * Math.max(0, Math.abs(e) - threshold));
    let [low, high] = [0, g.reduce((most, e) => Math.max(most, Math.abs(e)), 0)];
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      const v = shrunk(middle);
      const sum = v.reduce((total, e) => total + Math.abs(e), 0);
      if (sum > Math.sqrt(nonzeros) * norm(v)) low = middle;
      else high = middle;
    }
    g.set(shrunk(low));
  }
  const length = norm(g);
  if (length > 0) for (let j = 0; j < g.length; j++) g[j] /= length;
}

export const oneBitDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/one-bit-descent',
  title: 'One-bit descent (SCOBO)',
  summary: 'Directions from comparisons of two points, one bit each.',
  problem: rankingProblem,
  role: 'baseline',
  paper: { title: 'A one-bit, comparison-based gradient estimator', arxiv: '2010.02479', year: 2022 },
  cost: '2 m \\text{ points shown per step}',
  options: oneBitDescentOptions,
  steps: (instance, options) => oneBitDescentSteps(instance, options),
});
