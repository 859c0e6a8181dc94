// The plane of the largest margin (the hard-margin support vector machine), as a nearest point.
//
// P. Wolfe: Finding the nearest point in a polytope (1976); S. S. Keerthi, S. K. Shevade, C. Bhattacharyya, K. R. K. Murthy:
// A fast iterative nearest point algorithm for support vector machine classifier design (2000).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { refuseZeroRows } from './lr-gd.ts';
import type { Vertex } from './min-norm-point.ts';
import { nearestPoints } from './min-norm-point.ts';
import { separable } from './separable-problem.ts';
import type { Separation, SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { iterationLimit, judged } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable, checkSeparable, SignedRows } from './signed-rows.ts';

const maxMarginOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Relative distance from the largest margin at which to stop',
  },
  margin: {
    type: 'choice',
    choices: ['with-intercept', 'geometric'],
    default: 'with-intercept',
    description:
      'Largest distance of points (x, 1) from a plane through the origin, or of the points themselves from any plane',
  },
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `maxMargin`. */
export type MaxMarginOptions = OptionsOf<typeof maxMarginOptions> & RunOptions<SeparationIterate>;

/**
 * Finds the plane with the largest margin: mu = max over |v| = 1 of min_i b_i . v, which is the distance of the origin from
 * the convex hull of the rows b_i; with `margin: 'geometric'` half the distance between the hulls of the two classes, whose plane has an
 * intercept outside the norm. Wolfe's algorithm: finite, an exchange of vertices an iteration.
 *
 * `converged` when the margin of the plane, computed on the points, is within `tolerance` of the upper bound by the nearest point;
 * `stalled` when no plane separates the points, or rounding prevents a decision.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault; `margin: 'geometric'` needs both classes and
 *   an intercept
 *
 * Cost: O(nd + k³) an iteration with k <= d + 2 vertices.
 *
 * @example
 * ```ts
 * import { maxMargin } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(0, 0, 3, 4) };
 * const instance = { points, labels: Int8Array.of(-1, 1), fitIntercept: true };
 * console.log(maxMargin(instance, { margin: 'geometric' }).geometricMargin); // 2.5
 * ```
 */
export function maxMargin(instance: SeparableLike, options: MaxMarginOptions = {}): SeparationOutcome {
  return runWith(maxMarginOptions, options, maxMarginSteps(asSeparable(instance), options));
}

/** The steps of `maxMargin`. */
export function* maxMarginSteps(instance: SeparableInstance, options: MaxMarginOptions = {}): SeparationSteps {
  const { tolerance, margin } = resolveOptions(maxMarginOptions, options);
  checkSeparable(instance);
  const isGeometric = margin === 'geometric';
  if (isGeometric) checkGeometric(instance);
  // Without the 1 the rows of the two classes span the difference of their hulls.
  using rows = new SignedRows(isGeometric ? { ...instance, fitIntercept: false } : instance);
  if (!isGeometric) refuseZeroRows(rows);
  const margins = new Float64Array(rows.count);
  const nearest = (x: Float64Array): Vertex => {
    rows.margins(x, margins);
    return isGeometric ? pairOf(rows, instance.labels, margins) : rowOf(rows, indexOfLeast(margins));
  };
  const planeOf = (x: Float64Array): Separation => {
    const plane = isGeometric ? between(instance, rows.plane(x).weights) : rows.plane(x);
    return judged(instance, plane, iteration);
  };
  let iteration = 0;
  const states = nearestPoints(nearest, rows.dimension, tolerance);
  for (let state = states.next(); ; state = states.next(), iteration++) {
    const { point, gap } = state.value;
    rows.margins(point, margins);
    const size = norm(point);
    yield {
      iteration,
      errors: margins.reduce((count, z) => count + (z > 0 ? 0 : 1), 0),
      minMargin: margins.reduce((least, z) => Math.min(least, z), Infinity) / (size || 1),
      loss: gap,
      solution: () => planeOf(point),
    };
    if (!state.done) continue;
    const solution = planeOf(point);
    if (solution.errors > 0) {
      return stalled(
        solution,
        `the origin is ${size.toExponential(2)} of the points’ size from the hull: no plane separates them, or the margin is below rounding`,
      );
    }
    // |x| is the largest margin up to rounding, and the plane's own is |x| - gap / |x|.
    const bound = Math.max(tolerance, 1e-9);
    return gap <= bound * size * size
      ? converged(solution, `the margin is within ${bound} of the largest`)
      : stalled(
          solution,
          `rounding allows no further exchange; the margin is within ${(gap / (size * size)).toExponential(1)} of the largest`,
        );
  }
}

function checkGeometric({ labels, fitIntercept }: SeparableInstance): void {
  const fail = (problem: string, argument: string) => {
    throw fault(problem, argument, 'unsupported');
  };
  if (!fitIntercept) fail("the geometric margin needs an intercept; without one use 'with-intercept'", 'margin');
  if (!labels.includes(1) || !labels.includes(-1)) fail('the geometric margin needs points of both classes', 'labels');
}

/** The row with the least product. */
function rowOf(rows: SignedRows, index: number): Vertex {
  const point = new Float64Array(rows.dimension);
  rows.add(index, 1, point);
  return { key: index, point };
}

/** The least difference of a positive and a negative point along x: the sum of the least signed row of each class. */
function pairOf(rows: SignedRows, labels: Int8Array, margins: Float64Array): Vertex {
  let [positive, negative] = [-1, -1];
  for (let i = 0; i < margins.length; i++) {
    if (labels[i] > 0) positive = positive < 0 || margins[i] < margins[positive] ? i : positive;
    else negative = negative < 0 || margins[i] < margins[negative] ? i : negative;
  }
  const point = new Float64Array(rows.dimension);
  rows.add(positive, 1, point);
  rows.add(negative, 1, point);
  return { key: positive * margins.length + negative, point };
}

/** The intercept in the middle between the classes. */
function between({ points, labels }: SeparableInstance, weights: Float64Array): { weights: Float64Array; intercept: number } {
  using rows = new SignedRows({ points, labels: new Int8Array(labels.length).fill(1), fitIntercept: false });
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < labels.length; i++) {
    const value = rows.dot(i, weights) * rows.scale;
    if (labels[i] > 0) low = Math.min(low, value);
    else high = Math.max(high, value);
  }
  return { weights, intercept: -(low / 2 + high / 2) };
}

function indexOfLeast(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  return least;
}

export const maxMarginSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/max-margin',
  title: 'Largest margin',
  summary: 'The hard-margin support vector machine by Wolfe’s nearest point: the best plane, up to rounding.',
  problem: separable,
  role: 'baseline',
  paper: { title: 'Finding the nearest point in a polytope', year: 1976 },
  cost: 'O(nd + k^3) \\text{ per exchange of } k \\le d + 2 \\text{ vertices}',
  options: maxMarginOptions,
  steps: (instance, options) => maxMarginSteps(instance, options),
});
