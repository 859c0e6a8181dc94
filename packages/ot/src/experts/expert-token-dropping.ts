// Greedy routing with a capacity factor: experts drop what exceeds their capacity.
//
// W. Fedus, B. Zoph, N. Shazeer: Switch transformers (2022), arXiv 2101.03961; D. Lepikhin et al.: GShard (2021).
import { checkNumber, converged, type Iterate, type Steps } from '@infimum/core';
import {
  capacitiesOf,
  checkExpertAssignment,
  type ExpertAssignment,
  type ExpertRouting,
  type Routing,
} from './expert-assignment.ts';
import { keepBest } from './expert-choice.ts';
import { solutionOf, topKRoute } from './expert-routing.ts';

/** Options of `expertTokenDroppingSteps`. */
export interface TokenDroppingOptions {
  /** Capacities are multiplied by this and rounded up; positive, 1 by default. */
  readonly capacityFactor?: number;
}

/**
 * Greedy routing with dropped tokens, in one step; O(T (E + log T)). An expert keeps the tokens that score highest
 * with it; those that it drops lose the slot.
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken`, `capacities` or `capacityFactor`
 */
export function* expertTokenDroppingSteps(
  problem: ExpertAssignment,
  { capacityFactor = 1 }: TokenDroppingOptions = {},
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkExpertAssignment(problem);
  checkNumber(capacityFactor, 'capacityFactor', { above: 0 });
  const capacities = capacitiesOf(problem).map((capacity) =>
    Math.min(problem.scores.rows, Math.ceil(capacityFactor * capacity)),
  );
  const solution = () => {
    const greedy = topKRoute(problem.scores, problem.expertsPerToken);
    return solutionOf(
      problem,
      withoutOverflow(problem, greedy, capacities),
      new Float64Array(problem.scores.cols),
    );
  };
  yield { iteration: 0, solution };
  return converged(solution(), 'experts have dropped what exceeded their capacities');
}

/** The routing once every expert has dropped the tokens of lowest score that exceed its capacity. */
export function withoutOverflow(
  { scores }: ExpertAssignment,
  { tokenPointers, experts }: Routing,
  capacities: Int32Array,
): Routing {
  const isRouted = new Uint8Array(scores.rows * scores.cols);
  for (let i = 0; i < scores.rows; i++) {
    for (let at = tokenPointers[i]; at < tokenPointers[i + 1]; at++)
      isRouted[i * scores.cols + experts[at]] = 1;
  }
  return keepBest(scores, capacities, (token, expert) => isRouted[token * scores.cols + expert] === 1);
}
