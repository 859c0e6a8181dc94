// Every token to its K best experts, whatever the loads.
import { converged, type Iterate, type Steps } from '@infimum/core';
import { checkExpertAssignment, type ExpertAssignment, type ExpertRouting } from './expert-assignment.ts';
import { biasedRouting } from './expert-routing.ts';

/**
 * The greedy routing, in one step; O(T E).
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities`
 */
export function* expertGreedySteps(problem: ExpertAssignment): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkExpertAssignment(problem);
  const solution = () => biasedRouting(problem, new Float64Array(problem.scores.cols));
  yield { iteration: 0, solution };
  return converged(solution(), 'every token has its best experts; loads are what they are');
}
