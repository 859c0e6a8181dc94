// The main function of balanced expert assignment, with several methods.
import type {
  DenseLike,
  Iterate,
  MatrixLike,
  OptionSpecs,
  OptionsOf,
  Outcome,
  ResolvedOptions,
  RunOptions,
  Steps,
} from '@infimum/core';
import { checkInteger, converged, fault, resolveOptions, runWith } from '@infimum/core';
import { checkIsVector } from '../options.ts';
import type { AlfLbStepsOptions } from './expert-alf-lb.ts';
import { alfLbSteps } from './expert-alf-lb.ts';
import type { ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asCapacities, isEmptyBatch } from './expert-assignment.ts';
import { expertAuctionSteps } from './expert-auction.ts';
import { expertChoiceSteps } from './expert-choice.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { expertShortestPathsSteps } from './expert-shortest-paths.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';

const assignExpertsOptions = {
  method: {
    type: 'choice',
    choices: ['coordinate-dual', 'shortest-paths', 'auction', 'alf-lb', 'sinkhorn', 'expert-choice'],
    default: 'coordinate-dual',
    description:
      "'coordinate-dual', the default, and 'shortest-paths' are exact; 'auction' is accurate to its epsilon and supports one expert per token; 'alf-lb' and 'sinkhorn' balance approximately; 'expert-choice' leaves tokens without experts",
  },
  capacities: {
    type: 'value',
    check: checkIsVector,
    description: 'Maximum number of tokens of every expert; equal by default',
  },
  initialBias: {
    type: 'value',
    check: checkIsVector,
    description: "Initial biases of 'coordinate-dual' and 'alf-lb', such as those of the previous batch",
  },
  alfLb: { type: 'value', check: checkIsOptions, description: "Updates of 'alf-lb'" },
  epsilon: { type: 'number', above: 0, max: 1e300, unit: 'score', description: "Final epsilon of 'auction'" },
  temperature: { type: 'number', above: 0, unit: 'score', description: "Temperature of 'sinkhorn'" },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `assignExperts`. */
export type AssignExpertsOptions = OptionsOf<typeof assignExpertsOptions> & RunOptions;

/** The methods of `assignExperts`. */
export type ExpertAssignmentMethod = 'coordinate-dual' | 'shortest-paths' | 'auction' | 'alf-lb' | 'sinkhorn' | 'expert-choice';

/**
 * Sends every token to K experts with the greatest total affinity such that no expert exceeds its capacity.
 *
 * Maximises sum_ik scores_ik x_ik over 0/1 matrices x with K ones a row and at most capacity_k ones in column k.
 *
 * @param scores - gate scores, T x E, finite, at most 2^500 in magnitude; without tokens the routing is empty
 * @param expertsPerToken - K, from 1 to E - 1
 * @returns the routing, its affinity, the biases (dual prices) with their dual value, and how the run ended; the dual value
 *   bounds every routing within the capacities, so that a routing whose affinity equals it is optimal
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * Cost: O(T E) a sweep of `coordinate-dual` and a few sweeps; memory O(T E).
 *
 * @example
 * ```ts
 * import { assignExperts } from '@infimum/ot';
 *
 * const scores = [[0.9, 0.8], [0.8, 0.5], [0.7, 0.1], [0.6, 0.55]];
 * const { experts, loads, affinity, dualValue } = assignExperts(scores, 1);
 * console.log(experts.join(' '), '|', loads.join(' ')); // 1 0 0 1 | 2 2
 * console.log(affinity.toFixed(6), dualValue.toFixed(6)); // 2.850000 2.850000
 * ```
 */
export function assignExperts(
  scores: MatrixLike,
  expertsPerToken: number,
  options: AssignExpertsOptions = {},
): Outcome<ExpertRouting> {
  const settings = resolveOptions(assignExpertsOptions, options);
  const { capacities } = settings;
  return runWith(assignExpertsOptions, options, stepsOf({ scores, expertsPerToken, capacities }, settings));
}

function stepsOf(
  problem: ExpertAssignmentLike,
  { method, initialBias, alfLb, epsilon, temperature }: ResolvedOptions<typeof assignExpertsOptions>,
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  const { scores } = problem;
  if (isEmptyBatch(scores)) return emptySteps({ ...problem, scores });
  const start = initialBias === undefined ? {} : { initialBias };
  switch (method) {
    case 'coordinate-dual':
      return coordinateDualSteps(problem, start);
    case 'shortest-paths':
      return expertShortestPathsSteps(problem);
    case 'auction':
      return expertAuctionSteps(problem, { epsilon });
    case 'alf-lb':
      return alfLbSteps(problem, { ...alfLb, ...start });
    case 'sinkhorn':
      return expertSinkhornSteps(problem, { temperature });
    case 'expert-choice':
      return expertChoiceSteps(problem);
  }
}

/** No tokens, nothing to do. */
function* emptySteps({
  scores,
  expertsPerToken,
  capacities,
}: ExpertAssignmentLike & { readonly scores: DenseLike }): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, below: scores.cols });
  if (capacities !== undefined) asCapacities(capacities, scores, expertsPerToken);
  const solution = () => ({
    tokenPointers: new Int32Array(1),
    experts: new Int32Array(0),
    loads: new Int32Array(scores.cols),
    bias: new Float64Array(scores.cols),
    affinity: 0,
    dualValue: 0,
    maxViolation: 0,
  });
  yield { iteration: 0, solution };
  return converged(solution(), 'there are no tokens');
}

/** Options of their own: `alfLbSteps` checks them. */
function checkIsOptions(value: unknown, argument: string): asserts value is Omit<AlfLbStepsOptions, 'initialBias'> {
  if (typeof value === 'object' && value !== null) return;
  throw fault('expected an object', argument, 'type');
}
