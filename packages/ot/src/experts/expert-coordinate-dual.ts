// Exact coordinate descent on the dual of the assignment of tokens to experts.
//
// The dual function is convex and piecewise linear; in one bias, all others fixed, token i takes expert k exactly
// when p_k exceeds t_i = (the K-th best biased score of the other experts) - gamma_ik. The midpoint between the
// capacity-th smallest t_i and the next is a minimiser: exactly as many tokens as there is room for then take k.
// Where descent ends short of balanced loads, at a kink or at ties, shortest augmenting paths finish exactly.
//
// Related to Y. Sun: Binary-integer-programming based algorithm for expert load balancing in mixture-of-experts
// models (2025), arXiv 2502.15451, which updates all biases at once by order statistics.
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import { checkIsVector } from '../options.ts';
import { CapacitatedAssignment, transposed } from './capacitated-assignment.ts';
import type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting, Routing } from './expert-assignment.ts';
import {
  asExpertAssignment,
  biasOf,
  capacitiesOf,
  center,
  evenPointers,
  maxViolationOf,
  priceOfCapacities,
  targetLoads,
} from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { Router, solutionOf } from './expert-routing.ts';
import { exactSolution } from './expert-shortest-paths.ts';
import { selectSmallest } from './select.ts';

const coordinateDualOptions = {
  initialBias: { type: 'value', check: checkIsVector, description: 'Initial biases, length E' },
  maxSweeps: { type: 'integer', min: 0, default: 50, description: 'Sweeps before shortest paths take over' },
  finishBelow: {
    type: 'integer',
    min: 0,
    description:
      'Number of tokens above the capacities below which shortest paths finish if they cost less than a sweep, by default the number of experts; 0 uses them only when the descent stalls',
  },
} as const satisfies OptionSpecs;

/** Options of `coordinateDual`. */
export type CoordinateDualStepsOptions = OptionsOf<typeof coordinateDualOptions>;

/** One sweep over all experts, a piece of one where there are millions of scores, or a block of augmentations. */
export interface CoordinateDualIterate extends Iterate<ExpertRouting> {
  /** d(p); falls from sweep to sweep. */
  readonly dualValue: number;
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
  /** Tokens above the capacities. */
  readonly overload: number;
}

/** Augmentations between two iterates of the finish. */
const PATHS_PER_ITERATION = 64;

/** Tokens that experts look at between two iterates of a sweep: some tenths of a second. */
const TOKENS_PER_PIECE = 2 ** 21;

/**
 * The steps of exact coordinate descent: the starting point, then one iterate a sweep, or a piece of it where there are
 * millions of scores, then, if loads are not yet balanced when sweeps stop paying, one every 64 augmentations. Ends with an
 * optimal routing.
 *
 * O(T E) a sweep beside the rows whose list of best experts has to be made afresh; memory O(T E).
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken`, `capacities`, `initialBias`, `maxSweeps` or `finishBelow`
 */
export function* coordinateDualSteps(
  given: ExpertAssignmentLike,
  options: CoordinateDualStepsOptions = {},
): Steps<ExpertRouting, CoordinateDualIterate> {
  const problem = asExpertAssignment(given);
  const settings = resolveOptions(coordinateDualOptions, options);
  const { initialBias, maxSweeps, finishBelow = problem.scores.cols } = settings;
  const targets = targetLoads(problem);
  const descent = new CoordinateDescent(problem, biasOf(initialBias, problem.scores.cols));
  const { rows, cols } = problem.scores;
  const piece = Math.max(1, Math.floor(TOKENS_PER_PIECE / rows));
  let iteration = 0;
  const iterate = (): CoordinateDualIterate => ({
    iteration: iteration++,
    dualValue: descent.dualValue(),
    maxViolation: maxViolationOf(descent.loads, targets),
    overload: descent.overload,
    solution: () => descent.solution(),
  });
  for (let sweep = 0; ; sweep++) {
    const start = iterate();
    yield start;
    if (start.overload === 0) {
      return converged(descent.solution(), 'loads meet the capacities, and every token has its best experts');
    }
    if (sweep === maxSweeps) break;
    descent.sweep(0, piece);
    for (let from = piece; from < cols; from += piece) {
      yield iterate();
      descent.sweep(from, from + piece);
    }
    const { dualValue: before } = start;
    // At a kink no single bias improves anything.
    const stands = before - descent.dualValue() <= 1e-12 * Math.abs(before);
    if (descent.overload > 0 && (stands || descent.overload <= finishBelow)) break;
  }
  const assignment = descent.assignment();
  for (const _ of assignment.findMovers()) yield iterate();
  const solution = () => exactSolution(problem, assignment);
  while (assignment.overload > 0) {
    for (let path = 0; path < PATHS_PER_ITERATION && assignment.overload > 0; path++) assignment.augment();
    const { overload } = assignment;
    const result = solution();
    const { maxViolation } = result;
    yield { iteration: iteration++, dualValue: result.dualValue, maxViolation, overload, solution };
  }
  return converged(solution(), 'shortest paths brought every load within its capacity');
}

/** Biases, and for every token its K + 1 best experts under them. */
export class CoordinateDescent {
  readonly bias: Float64Array;
  readonly loads: Int32Array;
  readonly #problem: ExpertAssignment;
  readonly #capacities: Int32Array;
  readonly #slack: number;
  /** Experts and biased scores of the best K + 1, descending, of equal ones the smaller index first. */
  readonly #best: Int32Array;
  readonly #scores: Float64Array;
  readonly #width: number;
  readonly #thresholds: Float64Array;
  readonly #columns: Float64Array;

  constructor(problem: ExpertAssignment, bias: Float64Array) {
    const { rows, cols } = problem.scores;
    this.#problem = problem;
    this.bias = bias.slice();
    this.#capacities = capacitiesOf(problem);
    this.#slack = this.#capacities.reduce((sum, capacity) => sum + capacity, 0) - rows * problem.expertsPerToken;
    this.#width = problem.expertsPerToken + 1;
    this.#thresholds = new Float64Array(rows);
    this.#columns = transposed(problem.scores);
    using router = new Router(cols, this.#width);
    this.#best = router.route(problem.scores, bias).experts;
    this.#scores = new Float64Array(rows * this.#width);
    this.loads = new Int32Array(cols);
    const { values } = problem.scores;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let rank = 0; rank < this.#width; rank++, at++) {
        this.#scores[at] = values[i * cols + this.#best[at]] + bias[this.#best[at]];
        if (rank < problem.expertsPerToken) this.loads[this.#best[at]]++;
      }
    }
  }

  /** Tokens above the capacities; with room to spare, also room above them at biases that are not the dearest. */
  get overload(): number {
    let over = 0;
    let dearest = -Infinity;
    for (const value of this.bias) dearest = Math.max(dearest, value);
    let idle = 0;
    for (let k = 0; k < this.bias.length; k++) {
      const excess = this.loads[k] - this.#capacities[k];
      over += Math.max(0, excess);
      if (this.bias[k] < dearest) idle += Math.max(0, -excess);
    }
    return Math.max(over, idle);
  }

  /** Minimises the dual function in every bias in turn, or in those of a range. */
  sweep(from = 0, to = this.bias.length): void {
    for (let k = from; k < Math.min(to, this.bias.length); k++) this.#minimize(k);
  }

  /** d(p) at the present biases. */
  dualValue(): number {
    const { scores, expertsPerToken } = this.#problem;
    const width = this.#width;
    let sum = 0;
    for (let i = 0; i < scores.rows; i++) {
      for (let at = i * width, end = at + expertsPerToken; at < end; at++) sum += this.#scores[at];
    }
    return sum - priceOfCapacities(this.#capacities, scores.rows * expertsPerToken, this.bias);
  }

  /** The routing of the present biases. */
  solution(): ExpertRouting {
    const bias = this.bias.slice();
    center(bias);
    return solutionOf(this.#problem, this.#routing(), bias);
  }

  /** The routing as it stands, ready for augmentations. */
  assignment(): CapacitatedAssignment {
    return new CapacitatedAssignment(this.#problem, this.#routing(), this.bias);
  }

  /** From the lists: what centred biases would choose can differ from it by rounding. */
  #routing(): Routing {
    const { scores, expertsPerToken } = this.#problem;
    const experts = new Int32Array(scores.rows * expertsPerToken);
    for (let i = 0, at = 0; i < scores.rows; i++) {
      for (let rank = 0; rank < expertsPerToken; rank++) experts[at++] = this.#best[i * this.#width + rank];
    }
    const tokenPointers = evenPointers(scores.rows, expertsPerToken);
    return { tokenPointers, experts, loads: this.loads.slice() };
  }

  #minimize(k: number): void {
    const { scores, expertsPerToken } = this.#problem;
    const { rows } = scores;
    const thresholds = this.#thresholds;
    const column = this.#columns.subarray(k * rows, (k + 1) * rows);
    const bias = this.bias[k];
    for (let i = 0, last = expertsPerToken - 1; i < rows; i++, last += this.#width) {
      const score = column[i];
      // The K-th best of the others: the worst one included, or, if k is included itself, the best excluded one.
      const kth = this.#scores[last];
      const isIncluded = score + bias > kth || (score + bias === kth && k <= this.#best[last]);
      thresholds[i] = (isIncluded ? this.#scores[last + 1] : kth) - score;
    }
    const next = this.#slack > 0 ? this.#minimizerWithSlack(k) : minimizer(thresholds, this.#capacities[k]);
    if (next === bias) return;
    this.bias[k] = next;
    for (let i = 0; i < rows; i++) {
      const worst = i * this.#width + expertsPerToken;
      const now = column[i] + next;
      if (now >= this.#scores[worst] || column[i] + bias >= this.#scores[worst]) this.#update(i, k, now);
    }
  }

  /** Spare room counts as tokens whose threshold is the dearest of the other biases. */
  #minimizerWithSlack(k: number): number {
    const thresholds = this.#thresholds;
    let dearest = -Infinity;
    for (let j = 0; j < this.bias.length; j++) {
      if (j !== k && this.bias[j] > dearest) dearest = this.bias[j];
    }
    const smallest = (rank: number) => {
      const low = rank - this.#slack > 0 ? selectSmallest(thresholds, rank - this.#slack - 1) : -Infinity;
      const high = rank <= thresholds.length ? selectSmallest(thresholds, rank - 1) : Infinity;
      return Math.max(low, Math.min(high, dearest));
    };
    const capacity = this.#capacities[k];
    return between(capacity > 0 ? smallest(capacity) : -Infinity, smallest(capacity + 1));
  }

  /** Puts an expert's new score in its place among the best of a token. */
  #update(token: number, k: number, score: number): void {
    const best = this.#best;
    const scores = this.#scores;
    const first = token * this.#width;
    const worst = first + this.#width - 1;
    const border = first + this.#problem.expertsPerToken;
    let at = first;
    while (at <= worst && best[at] !== k) at++;
    const wasIncluded = at < border;
    if (at > worst) {
      if (!precedes(score, k, scores[worst], best[worst])) return;
      at = worst;
    }
    // The excluded expert that comes next is not known, so one that falls to the end is weighed against all.
    const falls = best[at] === k && score < scores[at];
    const lost = best[border - 1];
    while (at > first && precedes(score, k, scores[at - 1], best[at - 1])) {
      best[at] = best[at - 1];
      scores[at] = scores[at - 1];
      at--;
    }
    while (at < worst && precedes(scores[at + 1], best[at + 1], score, k)) {
      best[at] = best[at + 1];
      scores[at] = scores[at + 1];
      at++;
    }
    best[at] = k;
    scores[at] = score;
    if (falls && at === worst) this.#findWorst(token);
    const isIncluded = at < border;
    if (isIncluded && !wasIncluded) {
      this.loads[k]++;
      this.loads[lost]--;
    } else if (wasIncluded && !isIncluded) {
      this.loads[k]--;
      this.loads[best[border - 1]]++;
    }
  }

  /** Finds the best expert that is not among the first K of a token. */
  #findWorst(token: number): void {
    const { cols, values } = this.#problem.scores;
    const first = token * this.#width;
    const worst = first + this.#width - 1;
    const best = this.#best;
    const limit = this.#scores[worst - 1];
    const limitExpert = best[worst - 1];
    let found = -1;
    let highest = -Infinity;
    for (let k = 0, entry = token * cols; k < cols; k++, entry++) {
      const score = values[entry] + this.bias[k];
      // Those of the first K come before the last of them.
      if (score > highest && precedes(limit, limitExpert, score, k)) {
        highest = score;
        found = k;
      }
    }
    best[worst] = found;
    this.#scores[worst] = highest;
  }
}

/** Whether a score comes before another one: it is larger, or belongs to the smaller index. */
function precedes(score: number, expert: number, other: number, otherExpert: number): boolean {
  return score > other || (score === other && expert < otherExpert);
}

/** The middle between the thresholds of the last token that is to take an expert and the first that is not. */
function minimizer(thresholds: Float64Array, capacity: number): number {
  const tokens = thresholds.length;
  if (capacity === tokens) return between(selectSmallest(thresholds, tokens - 1), Infinity);
  const high = selectSmallest(thresholds, capacity);
  // Selection leaves everything smaller in front.
  let low = -Infinity;
  for (let i = 0; i < capacity; i++) if (thresholds[i] > low) low = thresholds[i];
  return between(low, high);
}

/** A number between the two, which may be infinite. */
function between(low: number, high: number): number {
  if (low === -Infinity) return high - 1;
  if (high === Infinity) return low + 1;
  return low === high ? low : low + (high - low) / 2;
}

export const coordinateDualSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-coordinate-dual',
  title: 'Coordinate dual descent',
  summary:
    'Minimises the dual in one bias after the other, then finishes by shortest paths: the exact optimum in a few sweeps.',
  problem: expertAssignment,
  role: 'baseline',
  paper: {
    title: 'Binary-integer-programming based algorithm for expert load balancing in mixture-of-experts models',
    arxiv: '2502.15451',
    year: 2025,
  },
  cost: 'O(TE) \\text{ per sweep}',
  options: coordinateDualOptions,
  steps: (problem, options) => coordinateDualSteps(problem, options),
});
