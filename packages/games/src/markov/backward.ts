// Backward induction over the steps of a Markov game with an equilibrium of the stage game in every state.
import type { Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';
import type { MarkovPolicyIterate, MarkovPolicySolution } from './markov-cce-problem.ts';
import { policySolution, uniformPolicy } from './markov-cce-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { cellsOf, continuation, lifted } from './markov-game.ts';

/**
 * From the last step to the first: payoffs of the stage games are rewards plus values of the next step, their equilibria are the policy.
 *
 * @param stage - an equilibrium of a game in normal form, as a joint distribution
 */
export function* backwardSteps(
  game: MarkovGame,
  concept: 'coarse' | 'correlated',
  tolerance: number,
  stage: (game: NormalFormGame) => Float64Array,
): Steps<MarkovPolicySolution, MarkovPolicyIterate> {
  const { states, horizon, actions } = game;
  const cells = cellsOf(game);
  const inner = lifted(game);
  const policy = uniformPolicy(game);
  const solution = () => policySolution(game, policy, concept);
  let iteration = 0;
  yield { iteration, solution };
  let values = actions.map(() => new Float64Array(states));
  for (let step = horizon - 1; step >= 0; step--) {
    const before = actions.map(() => new Float64Array(states));
    for (let state = 0; state < states; state++) {
      const payoffs = actions.map((_, i) => continuation(inner, i, step, state, values[i]));
      const joint = stage({ actions, payoffs });
      policy.set(joint, (step * states + state) * cells);
      for (const [i, q] of payoffs.entries()) {
        for (let a = 0; a < cells; a++) before[i][state] += joint[a] * q[a];
      }
      iteration++;
      yield { iteration, solution };
    }
    values = before;
  }
  const found = solution();
  return found.gap <= tolerance
    ? converged(found, `no deviation gains more than ${tolerance} of the range of rewards`)
    : stalled(found, `a stage game was not solved: a deviation gains ${found.gap} of the range of rewards`);
}
