// Expert choice: every expert takes the tokens that score highest with it, as many as it has room for.
//
// Y. Zhou et al.: Mixture-of-experts with expert choice routing (2022), arXiv 2202.09368.
import { converged, type Iterate, type MatrixLike, type Steps } from '@infimum/core';
import {
  capacitiesOf,
  checkExpertAssignment,
  type ExpertAssignment,
  type ExpertRouting,
  type Routing,
} from './expert-assignment.ts';
import { solutionOf } from './expert-routing.ts';

/**
 * Expert choice, in one step; O(T E log T). Loads equal the capacities; a token may end with any number of experts,
 * none included. Of equal scores the earlier token comes first.
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities`
 */
export function* expertChoiceSteps(problem: ExpertAssignment): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkExpertAssignment(problem);
  const capacities = capacitiesOf(problem);
  const solution = () =>
    solutionOf(
      problem,
      keepBest(problem.scores, capacities, () => true),
      new Float64Array(problem.scores.cols),
    );
  yield { iteration: 0, solution };
  return converged(solution(), 'every expert has taken its best tokens');
}

/** The routing in which every expert keeps the best of the tokens that it is offered. */
export function keepBest(
  { rows, cols, values }: MatrixLike,
  capacities: Int32Array,
  isOffered: (token: number, expert: number) => boolean,
): Routing {
  const taken = new Uint8Array(rows * cols);
  const loads = new Int32Array(cols);
  const tokenPointers = new Int32Array(rows + 1);
  for (let k = 0; k < cols; k++) {
    const offered: number[] = [];
    for (let i = 0; i < rows; i++) if (isOffered(i, k)) offered.push(i);
    offered.sort((i, j) => values[j * cols + k] - values[i * cols + k] || i - j);
    loads[k] = Math.min(offered.length, capacities[k]);
    for (const i of offered.slice(0, loads[k])) {
      taken[i * cols + k] = 1;
      tokenPointers[i + 1]++;
    }
  }
  for (let i = 0; i < rows; i++) tokenPointers[i + 1] += tokenPointers[i];
  const experts = new Int32Array(tokenPointers[rows]);
  for (let entry = 0, at = 0; entry < taken.length; entry++) if (taken[entry]) experts[at++] = entry % cols;
  return { tokenPointers, experts, loads };
}
