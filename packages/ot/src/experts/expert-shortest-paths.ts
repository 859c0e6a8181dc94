// The exact optimum of the assignment of tokens to experts by successive shortest paths.
import type { Iterate, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import { CapacitatedAssignment } from './capacitated-assignment.ts';
import type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asExpertAssignment, center, evenPointers } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { Router, solutionOf } from './expert-routing.ts';

/** A block of augmentations. */
export interface ExpertPathsIterate extends Iterate<ExpertRouting> {
  /** Tokens that are still above the capacities. */
  readonly overload: number;
}

/** Augmentations between two iterates. */
const PATHS_PER_ITERATION = 64;

/**
 * The steps of successive shortest paths: the greedy routing first, then one iterate every 64 augmentations.
 *
 * Each augmentation moves one token less than there are experts at most, and leaves the best routing for its loads.
 * Exact for all capacities, any K and ties. O(T K E) to begin with, O(E²) and a few scans of an expert's tokens an
 * augmentation; as many augmentations as the greedy routing has tokens above the capacities. Memory O(T E).
 *
 * Source: J. Edmonds and R. Karp, Theoretical improvements in algorithmic efficiency for network flow problems (1972).
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities`
 */
export function* expertShortestPathsSteps(
  given: ExpertAssignmentLike,
  options: object = {},
): Steps<ExpertRouting, ExpertPathsIterate> {
  const problem = asExpertAssignment(given);
  resolveOptions({}, options);
  const { scores, expertsPerToken } = problem;
  using router = new Router(scores.cols, expertsPerToken);
  const bias = new Float64Array(scores.cols);
  const assignment = new CapacitatedAssignment(problem, router.route(scores, bias), bias);
  const solution = () => exactSolution(problem, assignment);
  let iteration = 0;
  const iterate = () => ({ iteration: iteration++, overload: assignment.overload, solution });
  yield iterate();
  for (const _ of assignment.findMovers()) yield iterate();
  for (;;) {
    if (assignment.overload === 0) return converged(solution(), 'no expert is above its capacity');
    for (let path = 0; path < PATHS_PER_ITERATION && assignment.overload > 0; path++) assignment.augment();
    yield iterate();
  }
}

/** The routing of an assignment with its biases, centred where that is allowed. */
export function exactSolution(problem: ExpertAssignment, assignment: CapacitatedAssignment): ExpertRouting {
  const pointers = evenPointers(problem.scores.rows, problem.expertsPerToken);
  const bias = assignment.bias.slice();
  center(bias);
  return solutionOf(problem, assignment.routing(pointers), bias);
}

/** Registration. */
export const expertShortestPathsSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-shortest-paths',
  title: 'Successive shortest paths on the experts',
  summary: 'Moves one token at a time off the overloaded experts along a cheapest chain of moves: exact for any K.',
  problem: expertAssignment,
  role: 'baseline',
  paper: { title: 'Theoretical improvements in algorithmic efficiency for network flow problems', year: 1972 },
  cost: 'O(TKE), \\text{ then } O(E^2) \\text{ and a few scans of } TK/E \\text{ tokens per augmentation}',
  options: {},
  steps: (problem, options) => expertShortestPathsSteps(problem, options),
});
