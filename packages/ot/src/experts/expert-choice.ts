// Expert choice: every expert takes its highest-scoring tokens, up to its capacity.
//
// Y. Zhou et al.: Mixture-of-experts with expert choice routing (2022), arXiv 2202.09368.
import type { Iterate, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import type { ExpertAssignmentLike, ExpertRouting, Routing } from './expert-assignment.ts';
import { asExpertAssignment, capacitiesOf } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { solutionOf } from './expert-routing.ts';
import { keepBest } from './keep-best.ts';

/**
 * Expert choice, in one step; O(T E). Loads equal the capacities; a token may end with any number of experts,
 * none included. Of equal scores the earlier token comes first.
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities`
 */
export function* expertChoiceSteps(
  given: ExpertAssignmentLike,
  options: object = {},
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  const problem = asExpertAssignment(given);
  resolveOptions({}, options);
  const capacities = capacitiesOf(problem);
  let routing: Routing | undefined;
  const solution = () => {
    routing ??= keepBest(problem.scores, capacities, () => true);
    return solutionOf(problem, routing, new Float64Array(problem.scores.cols));
  };
  yield { iteration: 0, solution };
  return converged(solution(), 'every expert has taken its best tokens');
}

export const expertChoiceSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-choice',
  title: 'Expert choice',
  summary: 'Each expert takes its best tokens: balanced at once, but some tokens get no expert.',
  problem: expertAssignment,
  role: 'baseline',
  paper: { title: 'Mixture-of-experts with expert choice routing', arxiv: '2202.09368', year: 2022 },
  cost: 'O(TE)',
  options: {},
  steps: (problem, options) => expertChoiceSteps(problem, options),
});
