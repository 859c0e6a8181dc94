// The auction algorithm for assignments, and linear assignment by it.
//
// Bidders bid for the object that is worth most to them after its price; an object with several copies keeps so many
// highest bids, and its price is the lowest of them. A bid leaves its bidder indifferent between the best object and
// the second best, but for epsilon; every bidder ends with an object within epsilon of its best, so that the value is
// within n epsilon of the optimum. Epsilon falls in phases that keep the prices.
//
// D. Bertsekas: A distributed algorithm for the assignment problem (1979); D. Bertsekas, D. Castanon: The auction
// algorithm for the transportation problem (1989).
import type { DenseLike, Iterate, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { transport } from '../transport-problem.ts';
import type { LinearAssignment } from './assignment-transport.ts';
import { assignmentTransportSteps, reasonToDecline } from './assignment-transport.ts';
import { BidHeap } from './bid-heap.ts';
import { asCosts, linearAssignmentOf, minimized } from './linear-assignment.ts';

/** The last of the falling epsilons. */
const epsilon = {
  type: 'number',
  above: 0,
  max: 1e300,
  unit: 'cost',
  description:
    'Final epsilon, positive: the cost is within min(n, m) epsilon of the optimum, and optimal for integer costs if that is below 1. By default 1e-6 times the range of the costs, divided by min(n, m)',
} as const;

const auctionAssignmentOptions = {
  epsilon,
  maximize: { type: 'boolean', default: false, description: 'Maximise the sum instead' },
} as const satisfies OptionSpecs;

/** Options of `auctionAssignment`. */
export type AuctionAssignmentOptions = OptionsOf<typeof auctionAssignmentOptions> & LimitOptions<AuctionIterate>;

/** A block of bids. */
export interface AuctionNews<Solution> extends Iterate<Solution> {
  /** Least gain of a bid, in units of the cost or score. */
  readonly epsilon: number;
  /** Bids so far. */
  readonly bids: number;
  /** Bidders that hold nothing. */
  readonly unassigned: number;
}

/** A block of bids for an assignment. */
export type AuctionIterate = AuctionNews<LinearAssignment>;

/** Bids between two iterates. */
const BIDS_PER_ITERATION = 4096;

/** Each phase divides epsilon by this. */
const PHASE_FACTOR = 5;

/**
 * Linear assignment by the auction algorithm with epsilon scaling.
 *
 * Gives each row a column, no column twice, at a total cost within min(n, m) epsilon of the least; if the matrix is not
 * square, surplus rows or columns stay unassigned. `linearAssignment` is exact and usually faster; an auction finds
 * rough answers quickly.
 *
 * @param cost - costs, n x m, finite, at most 2^500 in magnitude
 * @returns the assignment, its cost, dual potentials, and how the run ended; a limit leaves part of it unassigned
 * @throws {InvalidInputError} naming `cost` or `epsilon`
 *
 * Cost: O(m) a bid; the worst case has as many bids as n times range / epsilon. Matrices that are not square get no
 * benefit from scaling, because the prices of unassigned columns must be zero. Memory O(nm).
 *
 * Source: D. Bertsekas, A distributed algorithm for the assignment problem (1979).
 *
 * @example
 * ```ts
 * import { auctionAssignment } from '@infimum/ot/assignment';
 *
 * const cost = [[4, 1, 3], [2, 0, 5], [3, 2, 2]];
 * const { columnOfRow, cost: total } = auctionAssignment(cost);
 * console.log(columnOfRow.join(' '), total); // 1 0 2 5
 * ```
 */
export function auctionAssignment(
  cost: MatrixLike,
  options: AuctionAssignmentOptions = {},
): Outcome<LinearAssignment, AuctionIterate> {
  return runWith(auctionAssignmentOptions, options, auctionAssignmentSteps(cost, options));
}

/**
 * The steps of `auctionAssignment`: nothing assigned first, then one iterate every 4096 bids and at the end of every
 * phase.
 *
 * @throws {InvalidInputError} naming `cost` or `epsilon`
 */
export function* auctionAssignmentSteps(
  given: MatrixLike,
  options: AuctionAssignmentOptions = {},
): Steps<LinearAssignment, AuctionIterate> {
  const cost = asCosts(given);
  const { epsilon, maximize } = resolveOptions(auctionAssignmentOptions, options);
  const { rows, cols, values: costs, isTransposed } = minimized(cost, maximize);
  const values = { rows, cols, values: costs.map((value) => -value) };
  const auction = new Auction(values, new Int32Array(cols).fill(1));
  const last = epsilon ?? finalEpsilon(values);
  const solution = () => {
    const { prices } = auction;
    const sourcePotential = Float64Array.from({ length: rows }, (_, i) => {
      let least = Infinity;
      for (let j = 0; j < cols; j++) least = Math.min(least, costs[i * cols + j] + prices[j]);
      return least;
    });
    const targetPotential = prices.map((price) => -price);
    const columns = auction.assignment();
    return linearAssignmentOf(cost, { columns, sourcePotential, targetPotential }, isTransposed, maximize);
  };
  yield* auctionPhases(auction, rangeOf(values), last, solution);
  return converged(solution(), `the cost is within ${rows} epsilon of the least`);
}

/**
 * The phases of an auction, of decreasing epsilon: each begins with the prices of the last one, and ends when every bidder
 * holds an object.
 *
 * @param range - of the values; the first epsilon is a tenth of it
 * @param last - the last epsilon
 */
export function* auctionPhases<Solution>(
  auction: Auction,
  range: number,
  last: number,
  solution: () => Solution,
): Generator<AuctionNews<Solution>, void, undefined> {
  let iteration = 0;
  let current = Math.max(last, range / 10);
  const news = () => ({
    iteration: iteration++,
    epsilon: current,
    bids: auction.bids,
    unassigned: auction.unassigned,
    solution,
  });
  for (;;) {
    auction.begin();
    do {
      yield news();
      auction.bid(current, BIDS_PER_ITERATION);
    } while (auction.unassigned > 0);
    if (current <= last) break;
    current = Math.max(last, current / PHASE_FACTOR);
  }
  yield news();
}

/** The epsilon at which an auction ends by default: a millionth of the range over all bidders, if rounding allows. */
export function finalEpsilon(values: DenseLike): number {
  return Math.max((1e-6 * rangeOf(values)) / values.rows, 4 * Number.EPSILON * largest(values));
}

/** Prices, bids, and the bidders that hold nothing. */
export class Auction {
  /** Price of every object. */
  readonly prices: Float64Array;
  /** Bids so far. */
  bids = 0;
  readonly #values: DenseLike;
  readonly #capacities: Int32Array;
  readonly #hasSlack: boolean;
  readonly #held: BidHeap[];
  readonly #queue: Int32Array;
  #waiting = 0;

  /**
   * @param values - what each object, a column, is worth to each bidder, a row
   * @param capacities - copies of every object; no fewer than bidders in all
   */
  constructor(values: DenseLike, capacities: Int32Array) {
    this.#values = values;
    this.#capacities = capacities;
    this.#hasSlack = capacities.reduce((sum, capacity) => sum + capacity, 0) > values.rows;
    this.prices = new Float64Array(values.cols);
    this.#held = Array.from(capacities, (capacity) => new BidHeap(capacity));
    this.#queue = new Int32Array(values.rows);
  }

  /** Bidders that hold nothing. */
  get unassigned(): number {
    return this.#waiting;
  }

  /** Frees all bidders for the next phase, which begins with the prices of the last one. */
  begin(): void {
    const { rows } = this.#values;
    for (let k = 0; k < this.#held.length; k++) {
      // Where copies are left over their price must be zero, and which objects those are is not known before.
      if (this.#hasSlack) this.prices[k] = 0;
      this.#held[k].clear();
    }
    this.#waiting = rows;
    for (let i = 0; i < rows; i++) this.#queue[i] = rows - 1 - i;
  }

  /** Makes at most `limit` bids. */
  bid(epsilon: number, limit: number): void {
    const { cols, values } = this.#values;
    const prices = this.prices;
    const capacities = this.#capacities;
    for (let count = 0; count < limit && this.#waiting > 0; count++) {
      const bidder = this.#queue[--this.#waiting];
      let best = -1;
      let first = -Infinity;
      let second = -Infinity;
      for (let k = 0, entry = bidder * cols; k < cols; k++, entry++) {
        const value = values[entry] - prices[k];
        if (value <= second || capacities[k] === 0) continue;
        if (value > first) {
          second = first;
          first = value;
          best = k;
        } else second = value;
      }
      if (second === -Infinity) second = first;
      // The bid leaves the bidder indifferent between the two, but for epsilon.
      const bid = prices[best] + (first - second) + epsilon;
      const held = this.#held[best];
      if (held.size === capacities[best]) this.#queue[this.#waiting++] = held.popLowest();
      held.push(bid, bidder);
      if (held.size === capacities[best]) prices[best] = held.lowestBid;
      this.bids++;
    }
  }

  /** The object of every bidder; -1 for those that wait. */
  assignment(): Int32Array {
    const objectOf = new Int32Array(this.#values.rows).fill(-1);
    this.#held.forEach((held, k) => {
      for (let at = 0; at < held.size; at++) objectOf[held.bidders[at]] = k;
    });
    return objectOf;
  }
}

/** Largest minus smallest value, or 1 if they are the same. */
export function rangeOf({ values }: DenseLike): number {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? high - low : 1;
}

function largest({ values }: DenseLike): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

const transportOptions = { epsilon } as const satisfies OptionSpecs;

export const auctionSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/auction',
  title: 'Auction',
  summary: 'Assignment of equally many points of equal weight by bids at rising prices, as exact as epsilon is small.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: { title: 'A distributed algorithm for the assignment problem', year: 1979 },
  cost: 'O(n) \\text{ per bid}',
  options: transportOptions,
  declines: reasonToDecline,
  steps: (problem, options) => assignmentTransportSteps(problem, auctionAssignmentSteps(problem.cost, options)),
});
