// Semi-relaxed Gromov-Wasserstein matching: a space finds its best weighted part of another, whose weights are free.
//
// C. Vincent-Cuaz, R. Flamary, M. Corneli, T. Vayer, N. Courty: Semi-relaxed Gromov-Wasserstein divergence with
// applications on graphs (2022), arXiv 2110.02753, Algorithms 1 and 2.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, fault, resolveOptions, stalled } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { a } from '../options.ts';
import { distance } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import { asWeights } from '../transport.ts';
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

const semiRelaxedGromovOptions = { a, ...relaxedGromovOptions } as const satisfies OptionSpecs;

/** Options of `semiRelaxedGromovWasserstein`. */
export type SemiRelaxedGromovWassersteinOptions = OptionsOf<typeof semiRelaxedGromovOptions> &
  RunOptions<SemiRelaxedGromovIterate>;

const entropicSemiRelaxedGromovOptions = {
  ...semiRelaxedGromovOptions,
  epsilon: {
    type: 'number',
    above: 0,
    required: true,
    unit: 'distortion over mass',
    description: 'Divisor of the steps, in units of the gradient, positive: the smaller, the longer the steps',
  },
  tolerance: { ...semiRelaxedGromovOptions.tolerance, default: 1e-6 },
  maxIterations: { ...semiRelaxedGromovOptions.maxIterations, default: 10_000 },
} as const satisfies OptionSpecs;

/** Options of `entropicSemiRelaxedGromovWasserstein`. */
export type EntropicSemiRelaxedGromovWassersteinOptions = OptionsOf<typeof entropicSemiRelaxedGromovOptions> &
  RunOptions<SemiRelaxedGromovIterate>;

/** A matching that chooses the weights of the second space. */
export interface SemiRelaxedGromovPlan extends GromovPlan {
  /** The weights of the second space that the plan has chosen: its column sums, length m. */
  readonly targetWeights: Float64Array;
}

/** News of an iteration; the residual is the gap of the linearisation, relative to the size of its terms. */
export type SemiRelaxedGromovIterate = RelaxedGromovIterate<SemiRelaxedGromovPlan>;

/**
 * Semi-relaxed Gromov-Wasserstein matching, and fused.
 *
 * Minimises `(1 - alpha) <M, T> + alpha sum_ijkl L(C_ik, D_jl) T_ij T_kl` over plans T with row sums `a` and any column
 * sums: only the part of the second space that fits is used. The `loss` L is `(x - y)^2`, or `x log(x / y) - x + y`
 * between similarities; M is the optional `cost` between the spaces. Not convex: the answer is a stationary point, found
 * from the plan that spreads every weight evenly, or the one given as `initial`, by conditional gradients, whose linearised
 * problems send each row to one column, with exact line search. The residual is the gap of the linearisation, relative to
 * the size of its terms; marginal errors are those of the rows.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @param options - weights of the first space, equal by default, cost and share for the fused problem, loss, plan to start
 * from, accuracy and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) an iteration, O(nm) memory.
 *
 * Source: C. Vincent-Cuaz et al., Semi-relaxed Gromov-Wasserstein divergence (arXiv 2110.02753).
 *
 * @example
 * ```ts
 * import { semiRelaxedGromovWasserstein } from '@infimum/ot/gromov';
 *
 * const path = [[0, 1, 4], [1, 0, 3], [4, 3, 0]];
 * const { distortion, targetWeights } = semiRelaxedGromovWasserstein([[0, 1], [1, 0]], path);
 * console.log(distortion <= 0.5, targetWeights.length); // true 3
 * ```
 */
export function semiRelaxedGromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: SemiRelaxedGromovWassersteinOptions = {},
): Outcome<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  const steps = semiRelaxedGromovWassersteinSteps(first, second, options);
  return runAdvised(semiRelaxedGromovOptions, options, steps, 'tolerance');
}

/** Conditional gradients as steps. */
export function* semiRelaxedGromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: SemiRelaxedGromovWassersteinOptions,
): Steps<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  const settings = resolveOptions(semiRelaxedGromovOptions, options);
  const { a, plan } = startOf(first, second, settings);
  const objective = new RelaxedGromovObjective(first, second, settings);
  try {
    const least = (gradient: DenseMatrix) => ({ plan: toLeast(gradient, a) });
    const { tolerance } = settings;
    return yield* relaxedConditionalGradients(objective, plan, tolerance, least, describe(a));
  } finally {
    objective.release();
  }
}

/**
 * Semi-relaxed Gromov-Wasserstein matching by mirror descent.
 *
 * The problem of `semiRelaxedGromovWasserstein`, from the same start, with plans that stay dense: every
 * step multiplies the plan by exp(-gradient / epsilon) and scales its rows to `a`, which is the best plan for the
 * linearised problem plus `epsilon` KL(T | last plan). It often finds a better stationary point. An `epsilon` below
 * the curvature of the objective may make it cycle; then the iteration limit ends it. Entries that have vanished stay zero: if
 * the gap of the linearisation shows that some should be positive, and nothing changes any more, it stalls.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @param options - `epsilon` is required; the others as for `semiRelaxedGromovWasserstein`
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) an iteration, O(nm) memory.
 *
 * Source: C. Vincent-Cuaz et al., Semi-relaxed Gromov-Wasserstein divergence (arXiv 2110.02753), Algorithm 2.
 *
 * @example
 * ```ts
 * import { entropicSemiRelaxedGromovWasserstein } from '@infimum/ot/gromov';
 *
 * const pair = [[0, 1], [1, 0]];
 * const path = [[0, 1, 4], [1, 0, 3], [4, 3, 0]];
 * const { status, distortion } = entropicSemiRelaxedGromovWasserstein(pair, path, { epsilon: 1 });
 * console.log(status, distortion < 0.51); // converged true
 * ```
 */
export function entropicSemiRelaxedGromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicSemiRelaxedGromovWassersteinOptions,
): Outcome<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  const steps = entropicSemiRelaxedGromovWassersteinSteps(first, second, options);
  return runAdvised(entropicSemiRelaxedGromovOptions, options, steps);
}

/** Mirror descent as steps. */
export function* entropicSemiRelaxedGromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicSemiRelaxedGromovWassersteinOptions,
): Steps<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  const settings = resolveOptions(entropicSemiRelaxedGromovOptions, options);
  const { a, plan } = startOf(first, second, settings);
  const objective = new RelaxedGromovObjective(first, second, settings);
  try {
    let last = new Float64Array(0);
    for (let iteration = 0; ; iteration++) {
      const distortion = objective.at(plan, objective.crossOf(plan.values));
      const gap = gapOf(plan, objective.gradient.values, a);
      const residual = objective.size > 0 ? Math.max(0, gap) / objective.size : 0;
      const current = { ...plan, values: plan.values.slice() };
      const solution = () => describe(a)(current, distortion);
      yield { iteration, distortion, residual, solution };
      const promise = `the linearisation promises ${residual.toExponential(1)} of its terms`;
      if (residual <= settings.tolerance) return converged(solution(), promise);
      if (last.length > 0 && distance(last, plan.values) === 0) {
        return stalled(solution(), `the plan no longer changes, but ${promise}; raise epsilon`);
      }
      last = current.values;
      scaleRows(plan, objective.gradient.values, a, settings.epsilon);
    }
  } finally {
    objective.release();
  }
}

/** The weights, and the plan to begin with. */
function startOf(
  first: MatrixLike,
  second: MatrixLike,
  { a: weights, initial }: Pick<SemiRelaxedGromovWassersteinOptions, 'a' | 'initial'>,
): { a: Float64Array; plan: DenseMatrix } {
  const [n, m] = [asSpace(first, 'first').rows, asSpace(second, 'second').rows];
  const a = asWeights(weights ?? new Float64Array(n).fill(1 / n), 'a', n);
  const values = new Float64Array(n * m);
  if (initial === undefined) for (let i = 0; i < n; i++) values.fill(a[i] / m, i * m, (i + 1) * m);
  else values.set(withRows(initial, a, m));
  return { a, plan: { rows: n, cols: m, values } };
}

/** Relative difference of a row's sum from its weight that is taken for rounding. */
const ROW_ERROR = 1e-6;

/** The entries of a plan, its rows scaled to the weights that they nearly have. */
function withRows(given: MatrixLike, a: Float64Array, cols: number): Float64Array {
  const plan = asStartingPlan(given, a.length, cols);
  const [sums] = sumsOf(plan);
  const wrong = a.findIndex((weight, i) => !(Math.abs(sums[i] - weight) <= ROW_ERROR * weight));
  if (wrong >= 0) {
    throw fault(`row ${wrong} sums to ${sums[wrong]}, its weight is ${a[wrong]}`, 'initial', 'mass', wrong * cols);
  }
  return plan.values.map((mass, k) => {
    const i = Math.floor(k / cols);
    return sums[i] > 0 ? (mass / sums[i]) * a[i] : 0;
  });
}

/** All of a row's weight to the column whose gradient is least, the first of them. */
function toLeast({ rows, cols, values }: DenseMatrix, a: Float64Array) {
  const columnIndices = new Int32Array(rows);
  for (let i = 0; i < rows; i++) columnIndices[i] = leastOf(values, i * cols, cols) - i * cols;
  return { rows, cols, rowPointers: Int32Array.from({ length: rows + 1 }, (_, i) => i), columnIndices, values: a };
}

/** The place of the first least entry of a row. */
function leastOf(values: Float64Array, from: number, count: number): number {
  let least = from;
  for (let k = from + 1; k < from + count; k++) if (values[k] < values[least]) least = k;
  return least;
}

/** <T, G> less its least value for the row sums. */
function gapOf({ rows, cols, values }: DenseMatrix, gradient: Float64Array, a: Float64Array): number {
  let gap = 0;
  for (let i = 0; i < rows; i++) {
    const least = gradient[leastOf(gradient, i * cols, cols)];
    if (a[i] === 0) continue;
    for (let k = i * cols; k < (i + 1) * cols; k++) gap += values[k] * (gradient[k] - least);
  }
  return gap;
}

/** T <- diag(a / sums) (T exp(-G / epsilon)). */
function scaleRows({ rows, cols, values }: DenseMatrix, gradient: Float64Array, a: Float64Array, epsilon: number): void {
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * cols, (i + 1) * cols];
    let least = Infinity;
    for (let k = from; k < to; k++) if (values[k] > 0) least = Math.min(least, gradient[k]);
    let sum = 0;
    for (let k = from; k < to; k++) {
      if (!(values[k] > 0)) continue;
      values[k] *= portableExp((least - gradient[k]) / epsilon);
      sum += values[k];
    }
    for (let k = from; k < to; k++) if (sum > 0) values[k] *= a[i] / sum;
  }
}

/** Figures of a plan. */
function describe(a: Float64Array): (plan: DenseMatrix, distortion: number) => SemiRelaxedGromovPlan {
  return (plan, distortion) => {
    const [rows, targetWeights] = sumsOf(plan);
    return { plan, distortion, marginalError: distance(rows, a), targetWeights };
  };
}
