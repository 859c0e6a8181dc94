// Routing of tokens to the K experts of highest biased score.
import type { DenseLike, MatrixLike, VectorLike } from '@infimum/core';
import { asVector, checkInteger } from '@infimum/core';
import type { Workspace } from '@infimum/linalg/kernels';
import { int32, layout, scratch } from '@infimum/linalg/kernels';
import type { ExpertAssignment, ExpertRouting, Routing } from './expert-assignment.ts';
import {
  affinityOf,
  asBatch,
  capacitiesOf,
  evenPointers,
  maxViolationOf,
  priceOfCapacities,
  targetLoads,
} from './expert-assignment.ts';
import { expertKernels } from './expert-kernels.ts';

/**
 * Sends every token to the K experts with the largest `score + bias`; of equal ones to those of smaller index.
 *
 * @param scores - gate scores, T x E, finite; T may be zero
 * @param expertsPerToken - K, from 1 to E
 * @param bias - added to the scores of every expert for the choice alone; zero by default
 * @returns K experts a token, the best first, and the load of every expert
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `bias`
 *
 * Cost: O(T E) additions and comparisons, eight at a time, and for K > 1 O(T K (E / 8 + 8)) to take out the best.
 *
 * @example
 * ```ts
 * import { topKRoute } from '@infimum/ot';
 *
 * const { experts, loads } = topKRoute([[0.9, 0.6, 0.3], [0.8, 0.7, 0.1]], 2);
 * console.log(experts.join(' '), '|', loads.join(' ')); // 0 1 0 1 | 2 2 0
 * ```
 */
export function topKRoute(given: MatrixLike, expertsPerToken: number, bias?: VectorLike): Routing {
  const scores = asBatch(given);
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, max: scores.cols });
  using router = new Router(scores.cols, expertsPerToken);
  const added = bias === undefined ? new Float64Array(scores.cols) : asVector(bias, 'bias', scores.cols);
  return router.route(scores, added);
}

/** Rows that are copied to the kernel at a time: what fits the second-level cache. */
const BLOCK_BYTES = 2 ** 17;

/** A routing with the sum of the biased scores that it chose. */
export interface BiasedRouting extends Routing {
  /** Sum of the K largest biased scores of all tokens. */
  readonly biasedAffinity: number;
}

/** Top-K selection for one number of experts, with the memory that it needs. Not cleared until released. */
export class Router {
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #scores: Float64Array;
  readonly #bias: Float64Array;
  readonly #scratch: number;
  readonly #chosen: Int32Array;

  constructor(experts: number, expertsPerToken: number) {
    this.experts = experts;
    this.expertsPerToken = expertsPerToken;
    this.#rows = Math.max(1, Math.floor(BLOCK_BYTES / (8 * experts)));
    const { workspace, ...arrays } = layout({
      scores: this.#rows * experts,
      bias: experts,
      best: scratch(9 * Math.ceil(experts / 8)),
      chosen: int32(this.#rows * expertsPerToken),
    });
    this.#workspace = workspace;
    this.#scores = arrays.scores;
    this.#bias = arrays.bias;
    this.#scratch = arrays.best.byteOffset;
    this.#chosen = arrays.chosen;
  }

  /** Routes all rows of the scores. */
  route(scores: DenseLike, bias: Float64Array): BiasedRouting {
    const { experts, expertsPerToken } = this;
    const { topExperts } = this.#workspace.kernels(expertKernels);
    const all = new Int32Array(scores.rows * expertsPerToken);
    const loads = new Int32Array(experts);
    let biasedAffinity = 0;
    this.#bias.set(bias);
    for (let from = 0; from < scores.rows; from += this.#rows) {
      const rows = Math.min(this.#rows, scores.rows - from);
      this.#scores.set(scores.values.subarray(from * experts, (from + rows) * experts));
      biasedAffinity += topExperts(
        rows,
        experts,
        expertsPerToken,
        this.#scores.byteOffset,
        this.#bias.byteOffset,
        this.#scratch,
        this.#chosen.byteOffset,
      );
      const chosen = this.#chosen.subarray(0, rows * expertsPerToken);
      all.set(chosen, from * expertsPerToken);
      for (let at = 0; at < chosen.length; at++) loads[chosen[at]]++;
    }
    return { tokenPointers: evenPointers(scores.rows, expertsPerToken), experts: all, loads, biasedAffinity };
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** The routing by biased scores as a solution of its problem. */
export function biasedRouting(problem: ExpertAssignment, bias: Float64Array): ExpertRouting {
  using router = new Router(problem.scores.cols, problem.expertsPerToken);
  return withValues(problem, router.route(problem.scores, bias), bias);
}

/** A solution from a top-K routing and the biases that it was made with. */
export function withValues(
  problem: ExpertAssignment,
  { tokenPointers, experts, loads, biasedAffinity }: BiasedRouting,
  bias: Float64Array,
): ExpertRouting {
  const slots = problem.scores.rows * problem.expertsPerToken;
  const routing = copyOf({ tokenPointers, experts, loads });
  return {
    ...routing,
    bias: bias.slice(),
    affinity: affinityOf(problem.scores, routing),
    dualValue: biasedAffinity - priceOfCapacities(capacitiesOf(problem), slots, bias),
    maxViolation: maxViolationOf(loads, targetLoads(problem)),
  };
}

/** Any routing as a solution, with the dual value of the given biases. */
export function solutionOf(problem: ExpertAssignment, routing: Routing, bias: Float64Array): ExpertRouting {
  const { dualValue } = biasedRouting(problem, bias);
  return {
    ...copyOf(routing),
    bias: bias.slice(),
    affinity: affinityOf(problem.scores, routing),
    dualValue,
    maxViolation: maxViolationOf(routing.loads, targetLoads(problem)),
  };
}

/** A solution is in arrays of its own; those of a routing go on into the next step. */
function copyOf({ tokenPointers, experts, loads }: Routing): Routing {
  return { tokenPointers: tokenPointers.slice(), experts: experts.slice(), loads: loads.slice() };
}
