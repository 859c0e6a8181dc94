// Independent learners in a repeated game: every step has its own no-regret learners, the episodes are a sparse mixture, from which a Nash
// equilibrium is extracted.
//
// Foster, Golowich, Kakade, "Hardness of independent learning and sparse equilibrium computation in Markov games",
// arXiv 2303.12287 (2023).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import type { LearnerRule } from '../normal-form/learner.ts';
import { banditGains, drawn, Learner } from '../normal-form/learner.ts';
import { bestResponses, unitPayoffs } from '../normal-form/normal-form-game.ts';
import type { RepeatedGame, SparseCceIterate, SparseCceSolution } from './sparse-cce-problem.ts';
import { checkRepeatedGame, sparseCceProblem } from './sparse-cce-problem.ts';

/** The paper. */
export const sparsePaper = {
  title: 'Hardness of independent learning and sparse equilibrium computation in Markov games',
  arxiv: '2303.12287',
  year: 2023,
};

const independentLearnersOptions = {
  rule: {
    type: 'choice',
    choices: [
      'hedge',
      'optimistic-hedge',
      'regret-matching',
      'regret-matching-plus',
      'optimistic-regret-matching-plus',
      'optimistic-gradient',
      'exp3-ix',
    ],
    default: 'hedge',
    description: 'Learning rule; with `exp3-ix`, players see only their own payoffs',
  },
  learningRate: {
    type: 'number',
    was: 'rate',
    above: 0,
    default: 0.1,
    description: 'Learning rate of Hedge, EXP3-IX and gradients; 2 sqrt(ln A / T) for T episodes in the paper’s setting',
  },
  tolerance: { type: 'number', min: 0, default: 0.05, description: 'Regret of the extracted equilibrium at which to stop' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the starts' },
  maxIterations: { type: 'integer', min: 0, default: 500, description: 'T: episodes' },
} as const satisfies OptionSpecs;

/** Options of `independentLearners`. */
export type IndependentLearnersOptions = OptionsOf<typeof independentLearnersOptions> & RunOptions<SparseCceIterate>;

/**
 * T episodes of a repeated game of H steps, in which both players learn independently in every step from the payoff of each choice, from
 * random starts (Hedge: logits of Dirichlet(1, …, 1)). The episodes' policies are a T-sparse mixture: its Markov gap vanishes, but
 * deviations that depend on the history still gain, unless a Nash equilibrium of the stage game is near. Of all episodes and steps the
 * strategies of smallest regret are extracted.
 *
 * O(H A²) an episode. `converged` when the regret of the extracted strategies is below the tolerance.
 *
 * @param instance - `stage`: a game of two players; `horizon`: steps
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix } from '@infimum/games';
 * import { independentLearners } from '@infimum/games/markov';
 *
 * const { status, regret } = independentLearners({ stage: bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]), horizon: 3 });
 * console.log(status, regret <= 0.05); // converged true
 * ```
 */
export function independentLearners(
  instance: RepeatedGame,
  options: IndependentLearnersOptions = {},
): Outcome<SparseCceSolution, SparseCceIterate> {
  return runWith(independentLearnersOptions, options, independentLearnersSteps(instance, options));
}

/** The steps of `independentLearners`. */
export function* independentLearnersSteps(
  instance: RepeatedGame,
  options: IndependentLearnersOptions = {},
): Steps<SparseCceSolution, SparseCceIterate> {
  const { rule, learningRate, tolerance, seed } = resolveOptions(independentLearnersOptions, options);
  checkRepeatedGame(instance);
  const { stage, horizon } = instance;
  const [a, b] = unitPayoffs(stage);
  const [rows, cols] = stage.actions;
  const scaled = { actions: stage.actions, payoffs: [a, b] };
  const learners = stage.actions.map((count, i) => {
    const random = new Random(seed, i);
    return Array.from(
      { length: horizon },
      () => new Learner(count, rule as LearnerRule, learningRate, dirichletLogits(count, random)),
    );
  });
  const random = new Random(seed, stage.actions.length);
  const episodes: (readonly [Float64Array, Float64Array])[] = [];
  let best = { regret: Number.MAX_VALUE, pair: learners.map(([{ strategy }]) => strategy) };
  for (let iteration = 0; ; iteration++) {
    const current = learners.map((list) => list.map(({ strategy }) => strategy));
    for (let step = 0; step < horizon; step++) {
      const pair = [current[0][step], current[1][step]];
      const { regret } = bestResponses(scaled, pair);
      if (regret < best.regret) best = { regret, pair };
    }
    episodes.push([joined(current[0]), joined(current[1])]);
    const { regret, pair } = best;
    const solution = (): SparseCceSolution => ({
      count: episodes.length,
      tables: [joined(episodes.map(([x]) => x)), joined(episodes.map(([, y]) => y))],
      strategies: [pair[0].slice(), pair[1].slice()],
      regret,
    });
    yield { iteration, regret, solution };
    if (regret <= tolerance) return converged(solution(), `an element of the mixture has regret ${regret.toExponential(2)}`);
    for (let step = 0; step < horizon; step++) {
      const [x, y] = [current[0][step], current[1][step]];
      const gainsX = Float64Array.from({ length: rows }, (_, i) => y.reduce((sum, w, j) => sum + w * a[i * cols + j], 0));
      const gainsY = Float64Array.from({ length: cols }, (_, j) => x.reduce((sum, w, i) => sum + w * b[i * cols + j], 0));
      if (rule === 'exp3-ix') {
        const [i, j] = [drawn(x, random), drawn(y, random)];
        learners[0][step].learn(banditGains(x, i, a[i * cols + j], learningRate), 0);
        learners[1][step].learn(banditGains(y, j, b[i * cols + j], learningRate), 0);
        continue;
      }
      learners[0][step].learn(
        gainsX,
        x.reduce((sum, w, i) => sum + w * gainsX[i], 0),
      );
      learners[1][step].learn(
        gainsY,
        y.reduce((sum, w, j) => sum + w * gainsY[j], 0),
      );
    }
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

/** The logarithms of a uniform draw from the simplex. */
function dirichletLogits(count: number, random: Random): Float64Array {
  const weights = Float64Array.from({ length: count }, () => -Math.log(1 - random.uniform()) + 1e-300);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.log(weight / sum));
}

export const independentLearnersSolver = /* @__PURE__ */ defineSolver({
  id: 'games/independent-learners',
  title: 'Independent learners',
  summary:
    'No-regret learners in every step: a sparse mixture of policies, from which an approximate Nash equilibrium is extracted.',
  problem: sparseCceProblem,
  role: 'paper',
  paper: sparsePaper,
  cost: 'O(H A^2) \\text{ per episode}',
  options: independentLearnersOptions,
  steps: (instance, options) => independentLearnersSteps(instance, options),
});
