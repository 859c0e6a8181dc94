// Greedy routing with a capacity factor: experts drop what exceeds their capacity.
//
// W. Fedus, B. Zoph, N. Shazeer: Switch transformers (2022), arXiv 2101.03961; D. Lepikhin et al.: GShard (2021).
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import type { ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asExpertAssignment, capacitiesOf } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { solutionOf, topKRoute } from './expert-routing.ts';
import { withoutOverflow } from './keep-best.ts';

const expertTokenDroppingOptions = {
  capacityFactor: { type: 'number', above: 0, default: 1, description: 'Multiplies capacities, rounded up' },
} as const satisfies OptionSpecs;

/** Options of `expertTokenDropping`. */
export type ExpertTokenDroppingStepsOptions = OptionsOf<typeof expertTokenDroppingOptions>;

/**
 * Greedy routing with dropped tokens, in one step; O(T E). An expert keeps the tokens that score highest
 * with it; those that it drops lose the slot.
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken`, `capacities` or `capacityFactor`
 */
export function* expertTokenDroppingSteps(
  given: ExpertAssignmentLike,
  options: ExpertTokenDroppingStepsOptions = {},
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  const problem = asExpertAssignment(given);
  const { capacityFactor } = resolveOptions(expertTokenDroppingOptions, options);
  const capacities = capacitiesOf(problem).map((capacity) =>
    Math.min(problem.scores.rows, Math.ceil(capacityFactor * capacity)),
  );
  const solution = () => {
    const greedy = topKRoute(problem.scores, problem.expertsPerToken);
    return solutionOf(problem, withoutOverflow(problem, greedy, capacities), new Float64Array(problem.scores.cols));
  };
  yield { iteration: 0, solution };
  return converged(solution(), 'experts have dropped what exceeded their capacities');
}

export const expertTokenDroppingSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-token-dropping',
  title: 'Capacity factor with token dropping',
  summary: 'Greedy routing after which experts drop what exceeds their capacity.',
  problem: expertAssignment,
  role: 'baseline',
  paper: {
    title: 'Switch transformers: scaling to trillion parameter models with simple and efficient sparsity',
    arxiv: '2101.03961',
    year: 2022,
  },
  cost: 'O(TE)',
  options: expertTokenDroppingOptions,
  steps: (problem, options) => expertTokenDroppingSteps(problem, options),
});
