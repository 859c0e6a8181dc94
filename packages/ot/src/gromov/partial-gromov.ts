// Partial Gromov-Wasserstein matching: only a given mass is matched, in the parts that fit best.
//
// L. Chapel, M. Alaya, G. Gasso: Partial optimal transport with applications on positive-unlabeled learning (2020), arXiv
// 2002.08276, Algorithm 1.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, fault, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { RepeatedSimplex } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { a, b } from '../options.ts';
import { withoutLast } from '../plan-entries.ts';
import { distance } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import { asWeights, total } from '../transport.ts';
import { checkMass, entropicPartialTransportSteps, withDummies } from '../unbalanced/partial-transport.ts';
import type { GromovPlan } from './gromov-objective.ts';
import { asStartingPlan } from './gromov-objective.ts';
import { asSpace } from './gromov-terms.ts';
import type { RelaxedGromovIterate } from './relaxed-gromov-objective.ts';
import {
  RelaxedGromovObjective,
  relaxedConditionalGradients,
  relaxedGromovOptions,
  sumsOf,
} from './relaxed-gromov-objective.ts';

const mass = {
  type: 'number',
  above: 0,
  required: true,
  unit: 'mass',
  description: 'Mass to match, above 0, at most the smaller of the two totals',
} as const;

const partialGromovOptions = {
  a,
  b: { ...b, description: 'Weights of the second space, length m, of any total; 1/m each by default' },
  mass,
  ...relaxedGromovOptions,
} as const satisfies OptionSpecs;

/** Options of `partialGromovWasserstein`. */
export type PartialGromovWassersteinOptions = OptionsOf<typeof partialGromovOptions> & RunOptions<PartialGromovIterate>;

const entropicPartialGromovOptions = {
  ...partialGromovOptions,
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    required: true,
    unit: 'distortion over mass',
    description: 'Strength of the entropic regularisation, in units of the gradient; positive',
  },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'l1 change of the plan over the mass' },
} as const satisfies OptionSpecs;

/** Options of `entropicPartialGromovWasserstein`. */
export type EntropicPartialGromovWassersteinOptions = OptionsOf<typeof entropicPartialGromovOptions> &
  RunOptions<PartialGromovIterate>;

/** A matching of part of the mass; its marginal error is what sums exceed the weights by and the total misses. */
export interface PartialGromovPlan extends GromovPlan {
  /** Mass that is matched. */
  readonly mass: number;
}

/** News of an iteration. */
export type PartialGromovIterate = RelaxedGromovIterate<PartialGromovPlan>;

/**
 * Partial Gromov-Wasserstein matching, and fused.
 *
 * Minimises `(1 - alpha) <M, T> + alpha sum_ijkl L(C_ik, D_jl) T_ij T_kl` over non-negative plans T of total `mass` with row
 * sums at most `a` and column sums at most `b`: outliers and parts without a counterpart stay out. The `loss` L is
 * `(x - y)^2`, or `x log(x / y) - x + y` between similarities; M is the optional `cost` between the spaces. Not convex: the
 * answer is a stationary point, found from the product of the weights, or the plan given as `initial`, by conditional
 * gradients with exact partial plans and exact line search. The residual is the gap of the linearisation, relative to the
 * size of its terms.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @param options - `mass` is required; weights, cost and share for the fused problem, loss, plan to start from, accuracy and
 * limits
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) and one `partialTransport` an iteration, O(nm) memory.
 *
 * Source: L. Chapel, M. Alaya, G. Gasso, Partial optimal transport (arXiv 2002.08276).
 *
 * @example
 * ```ts
 * import { costMatrix } from '@infimum/ot';
 * import { partialGromovWasserstein } from '@infimum/ot/gromov';
 *
 * const line = (...x: number[]) => {
 *   const points = { rows: x.length, cols: 1, values: Float64Array.from(x) };
 *   return costMatrix(points, points, 'euclidean');
 * };
 * // Two points of either line fit up to half a unit.
 * const { plan, distortion } = partialGromovWasserstein(line(1, 2, 100, 200), line(3, 2, 98, 199), { mass: 0.5 });
 * console.log(distortion.toFixed(3), plan.values[0], plan.values[15]); // 0.125 0 0.25
 * ```
 */
export function partialGromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: PartialGromovWassersteinOptions,
): Outcome<PartialGromovPlan, PartialGromovIterate> {
  const steps = partialGromovWassersteinSteps(first, second, options);
  return runAdvised(partialGromovOptions, options, steps, 'tolerance');
}

/** Conditional gradients as steps. Limits among the options end the exact plan of a step too. */
export function* partialGromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: PartialGromovWassersteinOptions & InnerLimits,
): Steps<PartialGromovPlan, PartialGromovIterate> {
  const settings = resolveOptions(partialGromovOptions, options);
  const { mass, tolerance } = settings;
  const { a, b, plan } = startOf(first, second, settings);
  const objective = new RelaxedGromovObjective(first, second, settings);
  const inner = new InnerRuns(options);
  let simplex: RepeatedSimplex | undefined;
  const least = (gradient: DenseMatrix) => {
    const extended = withDummies({ a, b, cost: gradient }, mass);
    simplex ??= new RepeatedSimplex(extended.a, extended.b);
    const found = inner.run(simplex.steps(extended.cost));
    return { plan: withoutLast(found.plan), unfinished: found.status === 'converged' ? undefined : found.reason };
  };
  try {
    return yield* relaxedConditionalGradients(objective, plan, tolerance, least, describe(a, b, mass));
  } finally {
    objective.release();
  }
}

/**
 * Entropic partial Gromov-Wasserstein matching, and fused.
 *
 * Finds a stationary point of the objective of `partialGromovWasserstein` plus `epsilon sum T log T`: each step takes the
 * plan of `entropicPartialTransport` whose costs are the gradient at the last plan. The residual is the l1 change of the
 * plan, relative to the mass. Small `epsilon` may make it cycle; then the iteration limit ends it.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @param options - `epsilon` and `mass` are required; the others as for `partialGromovWasserstein`
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) and one `entropicPartialTransport` an iteration, O(nm) memory.
 *
 * Source: G. Peyré, M. Cuturi, J. Solomon, Gromov-Wasserstein averaging of kernel and distance matrices (2016); L. Chapel
 * et al. (arXiv 2002.08276).
 *
 * @example
 * ```ts
 * import { entropicPartialGromovWasserstein } from '@infimum/ot/gromov';
 *
 * const path = [[0, 1, 3], [1, 0, 2], [3, 2, 0]];
 * const { status, mass } = entropicPartialGromovWasserstein(path, path, { epsilon: 1, mass: 0.5 });
 * console.log(status, mass.toFixed(6)); // converged 0.500000
 * ```
 */
export function entropicPartialGromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicPartialGromovWassersteinOptions,
): Outcome<PartialGromovPlan, PartialGromovIterate> {
  const steps = entropicPartialGromovWassersteinSteps(first, second, options);
  return runAdvised(entropicPartialGromovOptions, options, steps);
}

/** Iterations of the plan of one step. */
const MOST_INNER = 100_000;

/** Accuracy of the potentials of a plan, as a share of its change, and at the most. */
const INNER_SHARE = 1e-2;
const COARSE = 1e-4;
const FINE = 1e-13;

/** The iteration as steps, one entropic partial problem each. Limits among the options end that problem too. */
export function* entropicPartialGromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicPartialGromovWassersteinOptions & InnerLimits,
): Steps<PartialGromovPlan, PartialGromovIterate> {
  const settings = resolveOptions(entropicPartialGromovOptions, options);
  const { epsilon, mass } = settings;
  const { a, b, plan } = startOf(first, second, settings);
  const objective = new RelaxedGromovObjective(first, second, settings);
  const inner = new InnerRuns(options);
  try {
    let residual = Infinity;
    let unfinished: string | undefined;
    let current = plan;
    // Errors of a plan are not to hide its change.
    let accuracy = COARSE;
    for (let iteration = 0; ; iteration++) {
      const reached = current;
      const distortion = objective.at(reached, objective.crossOf(reached.values));
      const solution = () => describe(a, b, mass)(reached, distortion);
      yield { iteration, distortion, residual, solution };
      if (residual <= settings.tolerance && accuracy <= Math.max(FINE, settings.tolerance)) {
        const change = `the plan changes by ${residual.toExponential(1)} of the mass`;
        if (unfinished === undefined) return converged(solution(), change);
        return stalled(solution(), `${change}, but its own problem ended unsolved: ${unfinished}`);
      }
      accuracy = Math.max(FINE, settings.tolerance * INNER_SHARE, Math.min(COARSE, residual * INNER_SHARE));
      const cost = { ...objective.gradient, values: objective.gradient.values.slice() };
      const found = inner.run(
        entropicPartialTransportSteps({ a, b, cost }, { epsilon, mass, tolerance: accuracy }),
        MOST_INNER,
      );
      unfinished = found.status === 'converged' ? undefined : found.reason;
      current = found.plan;
      residual = distance(current.values, reached.values) / mass;
    }
  } finally {
    objective.release();
  }
}

/** The weights, and the plan to begin with. */
function startOf(
  first: MatrixLike,
  second: MatrixLike,
  { a: sources, b: targets, mass, initial }: Pick<PartialGromovWassersteinOptions, 'a' | 'b' | 'mass' | 'initial'>,
) {
  const [n, m] = [asSpace(first, 'first').rows, asSpace(second, 'second').rows];
  const a = asWeights(sources ?? new Float64Array(n).fill(1 / n), 'a', n);
  const b = asWeights(targets ?? new Float64Array(m).fill(1 / m), 'b', m);
  checkMass(mass, a, b);
  const share = mass / total(a) / total(b);
  const values =
    initial === undefined
      ? Float64Array.from({ length: n * m }, (_, k) => a[Math.floor(k / m)] * b[k % m] * share)
      : withMass(initial, a, b, mass);
  return { a, b, plan: { rows: n, cols: m, values } };
}

/** Relative rounding of a plan to start from. */
const START_ERROR = 1e-6;

/** The entries of a plan, scaled to the mass that it nearly has. */
function withMass(given: MatrixLike, a: Float64Array, b: Float64Array, mass: number): Float64Array {
  const plan = asStartingPlan(given, a.length, b.length);
  const sum = total(plan.values);
  const error = constraintError(plan, a, b, mass);
  if (error <= START_ERROR * mass) return plan.values.map((value) => (value / sum) * mass);
  throw fault(`breaks the weights or the mass by ${error.toExponential(1)}`, 'initial', 'mass');
}

/** What sums exceed the weights by, and what the total misses. */
function constraintError(plan: DenseMatrix, a: Float64Array, b: Float64Array, mass: number): number {
  const [rows, columns] = sumsOf(plan);
  const excess = (sums: Float64Array, weights: Float64Array) =>
    sums.reduce((error, sum, i) => error + Math.max(0, sum - weights[i]), 0);
  return excess(rows, a) + excess(columns, b) + Math.abs(total(rows) - mass);
}

/** Figures of a plan. */
function describe(
  a: Float64Array,
  b: Float64Array,
  mass: number,
): (plan: DenseMatrix, distortion: number) => PartialGromovPlan {
  return (plan, distortion) => ({
    plan,
    distortion,
    marginalError: constraintError(plan, a, b, mass),
    mass: total(plan.values),
  });
}
