// The front door to balanced expert assignment: one function, several methods.
import {
  checkChoice,
  checkInteger,
  converged,
  type Iterate,
  type MatrixLike,
  type Outcome,
  type RunOptions,
  run,
  type Steps,
} from '@infimum/core';
import { type AlfLbOptions, alfLbSteps } from './expert-alf-lb.ts';
import {
  checkCapacities,
  type ExpertAssignment,
  type ExpertRouting,
  isEmptyBatch,
} from './expert-assignment.ts';
import { expertAuctionSteps } from './expert-auction.ts';
import { expertChoiceSteps } from './expert-choice.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { expertShortestPathsSteps } from './expert-shortest-paths.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';

/** The methods of `assignExperts`. */
export type ExpertAssignmentMethod =
  | 'coordinate-dual'
  | 'shortest-paths'
  | 'auction'
  | 'alf-lb'
  | 'sinkhorn'
  | 'expert-choice';

/** Options of `assignExperts`. */
export interface AssignExpertsOptions extends RunOptions {
  /**
   * `coordinate-dual`, the default, and `shortest-paths` are exact; `auction` is as exact as its epsilon and takes one
   * expert a token; `alf-lb` and `sinkhorn` balance nearly; `expert-choice` leaves tokens without experts.
   */
  readonly method?: ExpertAssignmentMethod;
  /** Most tokens of every expert, E integers; equal loads by default. */
  readonly capacities?: Int32Array;
  /** Biases that `coordinate-dual` and `alf-lb` start from, such as those of the batch before. */
  readonly initialBias?: Float64Array;
  /** Updates of `alf-lb`. */
  readonly alfLb?: Omit<AlfLbOptions, 'initialBias'>;
  /** Final epsilon of `auction`. */
  readonly epsilon?: number;
  /** Temperature of `sinkhorn`. */
  readonly temperature?: number;
  /** Iteration limit; 10 000 by default. */
  readonly maxIterations?: number;
}

/**
 * Sends every token to K experts at the greatest affinity such that no expert has more tokens than it has room for.
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
 * const scores = { rows: 4, cols: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.7, 0.1, 0.6, 0.55) };
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
  const { capacities } = options;
  const problem = { scores, expertsPerToken, ...(capacities !== undefined && { capacities }) };
  return run(stepsOf(problem, options), { maxIterations: 10_000, ...options });
}

function stepsOf(
  problem: ExpertAssignment,
  { method = 'coordinate-dual', initialBias, alfLb, epsilon, temperature }: AssignExpertsOptions,
): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkChoice(method, 'method', methods);
  if (isEmptyBatch(problem.scores)) return emptySteps(problem);
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
}: ExpertAssignment): Steps<ExpertRouting, Iterate<ExpertRouting>> {
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, below: scores.cols });
  if (capacities !== undefined) checkCapacities(capacities, scores, expertsPerToken);
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

const methods = [
  'coordinate-dual',
  'shortest-paths',
  'auction',
  'alf-lb',
  'sinkhorn',
  'expert-choice',
] as const;
