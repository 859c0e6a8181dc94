// Gradientless descent: the best of random points at radii from large to small.
//
// D. Golovin and others: Gradientless descent: high-dimensional zeroth-order optimization (2020), arXiv 1911.06317.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, exhausted, Random, resolveOptions, runWith } from '@infimum/core';
import { seed } from '../continuous/black-box.ts';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf } from './rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, Judge, judgeOf, maxQueries } from './ranking-oracle.ts';
import { rankingProblem } from './ranking-problem.ts';

const gradientlessDescentOptions = {
  variant: {
    type: 'choice',
    choices: ['search', 'fast'],
    default: 'search',
    description: 'All radii every time, or a window of them around one that is halved by a schedule',
  },
  maxRadius: { type: 'number', was: 'largest', above: 0, default: 4, description: 'Largest radius' },
  minRadius: { type: 'number', was: 'least', above: 0, default: 1e-6, description: 'Least radius' },
  condition: { type: 'number', min: 1, default: 16, description: 'Condition number assumed by fast' },
  maxQueries,
  seed,
} as const satisfies OptionSpecs;

/** Options of `gradientlessDescent`. */
export type GradientlessDescentOptions = OptionsOf<typeof gradientlessDescentOptions> & LimitOptions<RankingQuestion>;

/**
 * Keeps the best of x and x + v_k, v_k normal of length about 2^-k R for all radii between the largest and the least.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { gradientlessDescent } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => x * x + y * y;
 * const { x } = gradientlessDescent({ dimension: 2, initial: Float64Array.of(3, 4), value });
 * console.log(value(x) < 1e-6); // true
 * ```
 */
export function gradientlessDescent(
  search: RankedSearch,
  options: GradientlessDescentOptions = {},
): Outcome<RankedPoint, RankingQuestion> {
  return runWith(gradientlessDescentOptions, options, gradientlessDescentSteps(search, options), judgeOf(search));
}

/** New points shown to the judge at once. */
const PIECE = 100;

/** The steps of `gradientlessDescent`. */
export function* gradientlessDescentSteps(
  search: RankedSearch,
  options: GradientlessDescentOptions = {},
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const { variant, maxRadius, minRadius, condition, maxQueries, seed } = resolveOptions(gradientlessDescentOptions, options);
  checkRankedSearch(search);
  const random = new Random(seed, 0x676c64);
  const judge = new Judge();
  const d = search.dimension;
  let x = search.initial.slice();
  /** The best of the points of a step so far. */
  let best = x;
  const noise = new Float64Array(d);
  const all = Math.max(1, Math.ceil(Math.log2(maxRadius) - Math.log2(minRadius)) + 1);
  const window = variant === 'fast' ? Math.max(1, Math.ceil(Math.log2(condition)) + 1) : all;
  let middle = maxRadius;
  const solution = () => ({ x: best.slice(), queries: judge.queries });
  for (let t = 1; ; t++) {
    const first = variant === 'fast' ? middle * 2 ** Math.floor(window / 2) : maxRadius;
    // Few pieces at usual radii; if they span all doubles, limits are checked between two of them.
    for (let k = 1; k <= window; k += PIECE) {
      const points = Array.from({ length: Math.min(PIECE, window + 1 - k) + 1 }, (_, i) => {
        if (i === 0) return best.slice();
        random.normals(noise);
        const radius = (first * 2 ** (2 - k - i)) / Math.sqrt(d);
        return x.map((entry, j) => entry + radius * noise[j]);
      });
      const ranking = yield* judge.ask('comparison', points, 1, solution);
      const levels = levelsOf(ranking, points.length);
      best = points[levels[0] === 0 ? 0 : levels.indexOf(0)].slice();
      if (judge.queries >= maxQueries) break;
    }
    x = best;
    if (variant === 'fast' && t % Math.ceil(d * condition) === 0) middle = Math.max(minRadius, middle / 2);
    if (judge.queries >= maxQueries) return exhausted(solution(), `maxQueries = ${maxQueries} was reached`);
  }
}

export const gradientlessDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/gradientless-descent',
  title: 'Gradientless descent',
  summary: 'The best of random points at radii from large to small.',
  problem: rankingProblem,
  role: 'baseline',
  paper: { title: 'Gradientless descent: high-dimensional zeroth-order optimization', arxiv: '1911.06317', year: 2020 },
  cost: '\\log_2(R / r) \\text{ points shown per step}',
  options: gradientlessDescentOptions,
  steps: (instance, options) => gradientlessDescentSteps(instance, options),
});
