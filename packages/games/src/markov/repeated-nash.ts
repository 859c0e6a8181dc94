// The sparsest equilibrium of a repeated game: a Nash equilibrium of the stage game in every step, T = 1.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { uniformStrategies } from '../normal-form/equilibrium.ts';
import { lemkeHowsonSteps } from '../normal-form/lemke-howson.ts';
import { bestResponses } from '../normal-form/normal-form-game.ts';
import type { RepeatedGame, SparseCceIterate, SparseCceSolution } from './sparse-cce-problem.ts';
import { checkRepeatedGame, sparseCceProblem } from './sparse-cce-problem.ts';

const repeatedNashOptions = {
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest regret of an equilibrium' },
} as const satisfies OptionSpecs;

/** Options of `repeatedNash`. */
export type RepeatedNashOptions = OptionsOf<typeof repeatedNashOptions> & LimitOptions<SparseCceIterate>;

/**
 * A Nash equilibrium of the stage game by Lemke-Howson, played in every step: no player gains by any deviation. One policy is enough, but
 * the number of pivots may be exponential.
 *
 * @param instance - `stage`: a game of two players; `horizon`: steps
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix } from '@infimum/games';
 * import { repeatedNash } from '@infimum/games/markov';
 *
 * const { count, tables } = repeatedNash({ stage: bimatrix([[1, -1], [-1, 1]]), horizon: 2 });
 * console.log(count, [...tables[0]].map((weight) => weight.toFixed(2)).join(' ')); // 1 0.50 0.50 0.50 0.50
 * ```
 */
export function repeatedNash(
  instance: RepeatedGame,
  options: RepeatedNashOptions = {},
): Outcome<SparseCceSolution, SparseCceIterate> {
  return runWith(repeatedNashOptions, options, repeatedNashSteps(instance, options));
}

/** The steps of `repeatedNash`. */
export function* repeatedNashSteps(
  instance: RepeatedGame,
  options: RepeatedNashOptions = {},
): Steps<SparseCceSolution, SparseCceIterate> {
  const { tolerance } = resolveOptions(repeatedNashOptions, options);
  checkRepeatedGame(instance);
  const { stage, horizon } = instance;
  const solutionOf = ([x, y]: readonly Float64Array[]): SparseCceSolution => ({
    count: 1,
    tables: [repeated(x, horizon), repeated(y, horizon)],
    strategies: [x.slice(), y.slice()],
    regret: bestResponses(stage, [x, y]).regret,
  });
  const uniform = uniformStrategies(stage.actions);
  const { regret } = solutionOf(uniform);
  const steps = lemkeHowsonSteps(stage);
  let iteration = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    yield { iteration, regret, solution: () => solutionOf(uniform) };
    iteration++;
  }
  const found = solutionOf(step.value.solution.strategies);
  return found.regret <= tolerance ? converged(found, step.value.reason) : stalled(found, step.value.reason);
}

function repeated(weights: Float64Array, times: number): Float64Array {
  return Float64Array.from({ length: weights.length * times }, (_, k) => weights[k % weights.length]);
}

export const repeatedNashSolver = /* @__PURE__ */ defineSolver({
  id: 'games/repeated-nash',
  title: 'A Nash equilibrium, repeated',
  summary: 'The Lemke-Howson equilibrium of the stage game in every step: an exact equilibrium with one policy.',
  problem: sparseCceProblem,
  role: 'baseline',
  paper: { title: 'Equilibrium points of bimatrix games', year: 1964 },
  cost: 'O(m n) \\text{ per pivot}',
  options: repeatedNashOptions,
  steps: (instance, options) => repeatedNashSteps(instance, options),
});
