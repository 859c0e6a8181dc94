// Entropic transport with Euclidean norms of what every target receives from every class: the convex group lasso.
//
// N. Courty, R. Flamary, D. Tuia, A. Rakotomamonjy: Optimal transport for domain adaptation (2017), arXiv 1507.00504,
// section 4.2; the iteration after A. Rakotomamonjy, R. Flamary, N. Courty: Generalized conditional gradient: analysis of
// convergence and applications (2015), arXiv 1510.06567.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { InnerLimits } from '../inner-runs.ts';
import { epsilon } from '../options.ts';
import { entropicCostOf, marginalErrorOf, transportCostOf } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { asTransport } from '../transport.ts';
import { largestChange } from '../vectors.ts';
import type { GroupLassoIterate, GroupLassoPlan } from './group-lasso-transport.ts';
import { classesOf } from './group-lasso-transport.ts';
import { RelatedProblems } from './related-problems.ts';

const groupNormTransportOptions = {
  epsilon,
  groupPenalty: { type: 'number', min: 0, required: true, unit: 'cost', description: 'Penalty weight' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Gap relative to the objective' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of entropic problems' },
} as const satisfies OptionSpecs;

/** Options of `groupNormTransport`. */
export type GroupNormTransportOptions = OptionsOf<typeof groupNormTransportOptions> & RunOptions<GroupLassoIterate>;

/** l1 error of the marginals of every plan. */
const INNER_TOLERANCE = 1e-11;

/** Change of the costs, in units of epsilon, up to which the next problem is like the last one. */
const CLOSE = 10;

/** Sufficient decrease of the line search, and how often it halves. */
const ARMIJO = 1e-4;
const MOST_HALVINGS = 40;

/**
 * Entropic transport with a convex group lasso on the labels of the sources.
 *
 * Minimises `<C, P> + epsilon sum P log P + groupPenalty sum_j sum_c |P_cj|_2` over the plans with marginals `a` and `b`, where
 * P_cj is what target j receives from the sources of class c, as a vector. In contrast to `groupLassoTransport` the problem
 * is convex, so that the answer is the optimum; it keeps classes apart less strictly. Each iteration solves the entropic
 * problem with the norms replaced by their tangents, and goes from the last plan towards its plan as far as the objective
 * falls (generalised conditional gradients). The stopping test bounds the possible further decrease, relative to the objective.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param labels - class of every source, length n: integers
 * @param options - `epsilon` and `groupPenalty` are required
 * @returns the plan, its transport cost, the objective and how the run ended; potentials belong to costs plus the last tangents
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: one entropic problem an iteration, some tens of them; O(nm) memory.
 *
 * Source: N. Courty et al., Optimal transport for domain adaptation (arXiv 1507.00504).
 *
 * @example
 * ```ts
 * import { groupNormTransport } from '@infimum/ot/maps';
 *
 * const cost = [[0, 0.1], [0.1, 0]];
 * const [mixed, pure] = [0, 1].map((groupPenalty) =>
 *   groupNormTransport([0.5, 0.5], [0.5, 0.5], cost, Int32Array.of(0, 1), { epsilon: 0.1, groupPenalty }),
 * );
 * // The norm of a single entry is the entry: for classes of one source nothing changes.
 * console.log(mixed.plan.values[1].toFixed(3), pure.plan.values[1].toFixed(3)); // 0.134 0.134
 * ```
 */
export function groupNormTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  labels: VectorLike,
  options: GroupNormTransportOptions,
): Outcome<GroupLassoPlan, GroupLassoIterate> {
  const steps = groupNormTransportSteps({ a, b, cost }, labels, options);
  return runAdvised(groupNormTransportOptions, options, steps);
}

/** The iteration as steps, one entropic problem each. Limits among the options end that problem too. */
export function* groupNormTransportSteps(
  problem: TransportLike,
  labels: VectorLike,
  options: GroupNormTransportOptions & InnerLimits,
): Steps<GroupLassoPlan, GroupLassoIterate> {
  const { a, b, cost } = asTransport(problem);
  const { epsilon, groupPenalty, tolerance } = resolveOptions(groupNormTransportOptions, options);
  const { classes, count } = classesOf(labels, cost.rows);
  const norms = new Float64Array(count * cost.cols);
  const objectiveOf = (plan: DenseMatrix) =>
    entropicCostOf(plan, cost, epsilon) + groupPenalty * sumOfNorms(plan, classes, norms);
  const penalized = { ...cost, values: cost.values.slice() };
  const problems = new RelatedProblems(epsilon, options);
  let last = problems.solve({ a, b, cost }, { tolerance: INNER_TOLERANCE, isClose: false });
  let plan = last.plan;
  let regularizedCost = objectiveOf(plan);
  for (let iteration = 0; ; iteration++) {
    const marginalError = marginalErrorOf(plan, a, b);
    const current = { plan, last, regularizedCost };
    const solution = () => ({
      ...current.last,
      plan: { ...current.plan, values: current.plan.values.slice() },
      cost: transportCostOf(current.plan, cost),
      regularizedCost: current.regularizedCost,
      marginalError,
    });
    yield { iteration, regularizedCost, marginalError, solution };
    sumOfNorms(plan, classes, norms);
    const before = penalized.values.slice();
    setTangents(penalized.values, cost, plan, classes, norms, groupPenalty);
    const isClose = largestChange(before, penalized.values) <= CLOSE * epsilon;
    last = problems.solve({ a, b, cost: penalized }, { tolerance: INNER_TOLERANCE, isClose });
    // What the tangent model promises; the objective is convex, so no plan is better by more than this.
    const gain = entropicCostOf(plan, penalized, epsilon) - entropicCostOf(last.plan, penalized, epsilon);
    const promise = `at most ${Math.max(0, gain).toExponential(1)} of the objective is left to gain`;
    if (problems.unfinished !== undefined) {
      return stalled(solution(), `${promise}, but the entropic problem ended unsolved: ${problems.unfinished}`);
    }
    if (gain <= tolerance * Math.abs(regularizedCost)) return converged(solution(), promise);
    const next = lineSearch(plan, last.plan, regularizedCost, gain, objectiveOf);
    if (next === undefined) return stalled(solution(), `${promise}, below rounding; raise the tolerance`);
    ({ plan, regularizedCost } = next);
  }
}

/** The plan on the way from one to another whose objective is low enough; nothing if rounding hides every decrease. */
function lineSearch(
  from: DenseMatrix,
  to: DenseMatrix,
  before: number,
  gain: number,
  objectiveOf: (plan: DenseMatrix) => number,
): { plan: DenseMatrix; regularizedCost: number } | undefined {
  for (let halving = 0, step = 1; halving < MOST_HALVINGS; halving++, step /= 2) {
    const values = from.values.map((mass, k) => mass + step * (to.values[k] - mass));
    const plan = { ...from, values };
    const regularizedCost = objectiveOf(plan);
    if (regularizedCost <= before - ARMIJO * step * gain) return { plan, regularizedCost };
  }
  return undefined;
}

/** Sets the norms of what every target receives from every class, classes x m; returns their sum. */
function sumOfNorms({ values, cols }: DenseMatrix, classes: Int32Array, norms: Float64Array): number {
  norms.fill(0);
  for (let i = 0, k = 0; i < classes.length; i++) {
    for (let j = 0, at = classes[i] * cols; j < cols; j++, k++, at++) norms[at] += values[k] * values[k];
  }
  let sum = 0;
  for (let at = 0; at < norms.length; at++) {
    norms[at] = Math.sqrt(norms[at]);
    sum += norms[at];
  }
  return sum;
}

/** Costs plus the slopes of the norms. */
function setTangents(
  out: Float64Array,
  cost: DenseMatrix,
  plan: DenseMatrix,
  classes: Int32Array,
  norms: Float64Array,
  penalty: number,
): void {
  for (let i = 0, k = 0; i < cost.rows; i++) {
    for (let j = 0, at = classes[i] * cost.cols; j < cost.cols; j++, k++, at++) {
      out[k] = cost.values[k] + (norms[at] > 0 ? (penalty * plan.values[k]) / norms[at] : 0);
    }
  }
}
