// The auction of tokens for experts, one expert a token: the balanced assignment of BASE layers.
//
// Tokens bid for the expert that is worth most to them after its price; an expert with room for L tokens keeps the L
// highest bids, and its price is the lowest of them. Every token ends with an expert within epsilon of its best, so
// that the affinity is within T epsilon of the optimum; epsilon falls in phases that keep the prices.
//
// D. Bertsekas, D. Castañón: The auction algorithm for the transportation problem (1989); M. Lewis et al.: BASE layers:
// simplifying training of large, sparse models (2021), arXiv 2103.16716.
import type { OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, resolveOptions } from '@infimum/core';
import type { AuctionNews } from '../assignment/auction.ts';
import { Auction, auctionPhases, finalEpsilon, rangeOf } from '../assignment/auction.ts';
import type { ExpertAssignmentLike, ExpertRouting, Routing } from './expert-assignment.ts';
import { asExpertAssignment, capacitiesOf, center } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { solutionOf } from './expert-routing.ts';

const expertAuctionOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    unit: 'score',
    description: 'Final epsilon, positive: the affinity is within T epsilon of the optimum. By default 1e-6 of the range / T',
  },
} as const satisfies OptionSpecs;

/** Options of `expertAuction`. */
export type ExpertAuctionStepsOptions = OptionsOf<typeof expertAuctionOptions>;

/** A block of bids by tokens. */
export type ExpertAuctionIterate = AuctionNews<ExpertRouting>;

/**
 * The steps of the auction: no token assigned first, then one iterate every 4096 bids and at the end of every phase.
 * A limit leaves tokens that have no expert yet without one.
 *
 * O(E) a bid; in the worst case as many bids as the range divided by epsilon. Memory O(T + E).
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` (which must be 1), `capacities` or `epsilon`
 */
export function* expertAuctionSteps(
  given: ExpertAssignmentLike,
  options: ExpertAuctionStepsOptions = {},
): Steps<ExpertRouting, ExpertAuctionIterate> {
  const problem = asExpertAssignment(given);
  const { epsilon } = resolveOptions(expertAuctionOptions, options);
  if (problem.expertsPerToken !== 1) {
    throw new InvalidInputError(`is ${problem.expertsPerToken}; tokens bid for one expert each`, {
      argument: 'expertsPerToken',
      code: 'unsupported',
    });
  }
  const { scores } = problem;
  const last = epsilon ?? finalEpsilon(scores);
  const auction = new Auction(scores, capacitiesOf(problem));
  const solution = () => solutionOf(problem, routingOf(auction), biasOf(auction));
  yield* auctionPhases(auction, rangeOf(scores), last, solution);
  return converged(solution(), `the affinity is within ${scores.rows} epsilon of the optimum`);
}

/** Minus the prices, the mean at zero. */
function biasOf({ prices }: Auction): Float64Array {
  const bias = prices.map((price) => -price);
  center(bias);
  return bias;
}

/** Who holds what; tokens that wait have no expert. */
function routingOf(auction: Auction): Routing {
  const expertOf = auction.assignment();
  const loads = new Int32Array(auction.prices.length);
  const tokenPointers = new Int32Array(expertOf.length + 1);
  for (let i = 0; i < expertOf.length; i++) {
    tokenPointers[i + 1] = tokenPointers[i] + (expertOf[i] < 0 ? 0 : 1);
    if (expertOf[i] >= 0) loads[expertOf[i]]++;
  }
  return { tokenPointers, experts: expertOf.filter((expert) => expert >= 0), loads };
}

export const expertAuctionSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-auction',
  title: 'Auction of experts',
  summary: 'Tokens bid for experts at rising prices, one expert per token: the assignment of BASE layers.',
  problem: expertAssignment,
  role: 'baseline',
  paper: { title: 'BASE layers: simplifying training of large, sparse models', arxiv: '2103.16716', year: 2021 },
  cost: 'O(E) \\text{ per bid}',
  options: expertAuctionOptions,
  declines: ({ expertsPerToken }) => (expertsPerToken > 1 ? 'tokens bid for one expert each' : undefined),
  steps: (problem, options) => expertAuctionSteps(problem, options),
});
