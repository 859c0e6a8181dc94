// Every token to its K best experts, without regard to the loads.
import type { Iterate, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import type { ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asExpertAssignment } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { biasedRouting } from './expert-routing.ts';

/**
 * The greedy routing, in one step; O(T E).
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities`
 */
export function* expertGreedySteps(
  given: ExpertAssignmentLike,
  options: object = {},
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  const problem = asExpertAssignment(given);
  resolveOptions({}, options);
  const solution = () => biasedRouting(problem, new Float64Array(problem.scores.cols));
  yield { iteration: 0, solution };
  return converged(solution(), 'every token has its best experts, regardless of loads');
}

export const expertGreedySolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-greedy',
  title: 'Greedy routing',
  summary: 'Each token goes to its best experts, whatever their loads.',
  problem: expertAssignment,
  role: 'baseline',
  paper: {
    title: 'Outrageously large neural networks: the sparsely-gated mixture-of-experts layer',
    arxiv: '1701.06538',
    year: 2017,
  },
  cost: 'O(TE)',
  options: {},
  steps: (problem, options) => expertGreedySteps(problem, options),
});
