// Entropic transport with a group lasso on the labels of the sources: targets prefer sources of one class.
//
// N. Courty, R. Flamary, D. Tuia, A. Rakotomamonjy: Optimal transport for domain adaptation (2017), arXiv 1507.00504.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, converged, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { EntropicPlan } from '../entropic/state/normalized-problem.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { epsilon } from '../options.ts';
import { transportCostOf } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { asTransport } from '../transport.ts';
import { RelatedProblems } from './related-problems.ts';

const groupLassoTransportOptions = {
  epsilon,
  groupPenalty: { type: 'number', min: 0, required: true, unit: 'cost', description: 'Penalty weight' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Relative decrease of the objective' },
  maxIterations: { type: 'integer', min: 0, default: 100, description: 'Limit of entropic problems' },
} as const satisfies OptionSpecs;

/** Options of `groupLassoTransport`. */
export type GroupLassoTransportOptions = OptionsOf<typeof groupLassoTransportOptions> & RunOptions<GroupLassoIterate>;

/** News of a solved entropic problem. */
export interface GroupLassoIterate extends Iterate<GroupLassoPlan> {
  /** The objective; it never rises. */
  readonly regularizedCost: number;
  /** l1 error of the marginals. */
  readonly marginalError: number;
}

/** A plan of the regularised problem; its potentials belong to costs plus the last linearised penalty. */
export interface GroupLassoPlan extends EntropicPlan {
  /** The objective. */
  readonly regularizedCost: number;
}

/** Keeps the slope of the square root finite where a group sends nothing; the value of POT. */
const SMOOTHING = 1e-3;

/** l1 error of the marginals of every plan. */
const INNER_TOLERANCE = 1e-9;

/** Relative fall of the objective below which the next problem is like the last one. */
const SMALL_FALL = 0.1;

/**
 * Entropic transport whose targets receive mass from few classes of sources.
 *
 * Minimises `<C, P> + epsilon sum P log P + groupPenalty sum_j sum_c sqrt(s_cj + 0.001)` over the plans with marginals `a`
 * and `b`, where s_cj is the mass that target j receives from the sources of class c. The roots are concave, so each
 * iteration replaces them by their tangents at the last plan and solves the entropic problem with the costs that
 * result: the objective falls every time, towards a local minimum.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param labels - class of every source, length n: integers
 * @param options - `epsilon` and `groupPenalty` are required
 * @returns the plan, its transport cost, the objective and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: one entropic problem an iteration, about ten of them; O(nm) memory.
 *
 * Source: N. Courty et al., Optimal transport for domain adaptation (arXiv 1507.00504).
 *
 * @example
 * ```ts
 * import { groupLassoTransport } from '@infimum/ot/maps';
 *
 * // Both targets lie between the classes; the penalty gives each to one of them.
 * const half = [0.5, 0.5];
 * const cost = [[0, 0.1], [0.1, 0]];
 * const mixed = groupLassoTransport(half, half, cost, Int32Array.of(0, 1), { epsilon: 0.1, groupPenalty: 0 });
 * const pure = groupLassoTransport(half, half, cost, Int32Array.of(0, 1), { epsilon: 0.1, groupPenalty: 1 });
 * console.log(mixed.plan.values[1].toFixed(3), pure.plan.values[1].toFixed(3)); // 0.134 0.000
 * ```
 */
export function groupLassoTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  labels: VectorLike,
  options: GroupLassoTransportOptions,
): Outcome<GroupLassoPlan, GroupLassoIterate> {
  return runAdvised(groupLassoTransportOptions, options, groupLassoTransportSteps({ a, b, cost }, labels, options));
}

/** The iteration as steps, one entropic problem each. Limits among the options end that problem too. */
export function* groupLassoTransportSteps(
  problem: TransportLike,
  labels: VectorLike,
  options: GroupLassoTransportOptions & InnerLimits,
): Steps<GroupLassoPlan, GroupLassoIterate> {
  const { a, b, cost } = asTransport(problem);
  const { epsilon, groupPenalty, tolerance } = resolveOptions(groupLassoTransportOptions, options);
  const { classes, count } = classesOf(labels, cost.rows);
  const penalized = { ...cost, values: cost.values.slice() };
  const problems = new RelatedProblems(epsilon, options);
  let last = Infinity;
  let isClose = false;
  let slopes = new Float64Array(count * cost.cols);
  for (let iteration = 0; ; iteration++) {
    const inner = problems.solve({ a, b, cost: penalized }, { tolerance: INNER_TOLERANCE, isClose });
    const masses = classMasses(inner.plan, classes, count);
    const penalty = masses.reduce((sum, mass) => sum + Math.sqrt(mass + SMOOTHING), 0);
    // The inner objective, less the linearised penalty.
    const linear = slopes.reduce((sum, slope, k) => sum + slope * masses[k], 0);
    const regularizedCost = inner.regularizedCost - linear;
    const objective = regularizedCost + groupPenalty * penalty;
    const { plan, dualValue, sourcePotential, targetPotential, marginalError } = inner;
    const solution = () => ({
      plan: { ...plan, values: plan.values.slice() },
      cost: transportCostOf(plan, cost),
      regularizedCost: objective,
      dualValue,
      sourcePotential,
      targetPotential,
      marginalError,
      epsilon,
    });
    yield { iteration, regularizedCost: objective, marginalError, solution };
    if (last - objective <= tolerance * Math.max(Math.abs(objective), Math.abs(regularizedCost))) {
      const fall = `the objective fell by ${Math.max(0, last - objective).toExponential(1)}`;
      if (problems.unfinished === undefined) return converged(solution(), fall);
      return stalled(solution(), `${fall}, but the entropic problem ended unsolved: ${problems.unfinished}`);
    }
    isClose = last - objective <= SMALL_FALL * Math.abs(objective);
    last = objective;
    slopes = masses.map((mass) => groupPenalty / (2 * Math.sqrt(mass + SMOOTHING)));
    for (let i = 0, k = 0; i < cost.rows; i++) {
      for (let j = 0, at = classes[i] * cost.cols; j < cost.cols; j++, k++, at++)
        penalized.values[k] = cost.values[k] + slopes[at];
    }
  }
}

/** Mass that every target receives from every class, classes x m. */
function classMasses({ values, cols }: DenseMatrix, classes: Int32Array, count: number): Float64Array {
  const masses = new Float64Array(count * cols);
  for (let i = 0, k = 0; i < classes.length; i++) {
    for (let j = 0, at = classes[i] * cols; j < cols; j++, k++, at++) masses[at] += values[k];
  }
  return masses;
}

/** Labels as 0, 1, 2 …, in the order in which they first come. */
export function classesOf(labels: VectorLike, length: number) {
  const numbers = new Map<number, number>();
  const given = labels instanceof Int32Array ? Float64Array.from(labels) : labels;
  const classes = Int32Array.from(asVector(given, 'labels', length), (label) => {
    const known = numbers.get(label) ?? numbers.size;
    numbers.set(label, known);
    return known;
  });
  return { classes, count: numbers.size };
}
