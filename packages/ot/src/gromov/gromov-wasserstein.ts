// Gromov-Wasserstein transport, and fused: matching of two spaces by their own distances, by conditional gradients.
//
// T. Vayer, L. Chapel, R. Flamary, R. Tavenard, N. Courty: Optimal transport for structured data with application on graphs
// (2019), arXiv 1805.09114, Algorithm 1; spaces that are not symmetric after S. Chowdhury, F. Mémoli: The Gromov-Wasserstein
// distance between networks and stable network invariants (2019), arXiv 1808.04337.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { RepeatedSimplex } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { a, b } from '../options.ts';
import { runAdvised } from '../progress.ts';
import type { GromovIterate, GromovPlan } from './gromov-objective.ts';
import { alpha, fusedCost, GromovObjective, initialPlan as initial } from './gromov-objective.ts';
import { gromov } from './gromov-problem.ts';
import { loss } from './gromov-terms.ts';
import { setDifference } from './vertex-direction.ts';

const gromovWassersteinOptions = {
  a,
  b,
  cost: fusedCost,
  alpha,
  loss,
  initial,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Gap over the distortion' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `gromovWasserstein`. */
export type GromovWassersteinOptions = OptionsOf<typeof gromovWassersteinOptions> & RunOptions<GromovIterate>;

/**
 * Gromov-Wasserstein transport, and fused Gromov-Wasserstein transport.
 *
 * Minimises `(1 - alpha) <M, T> + alpha sum_ijkl L(C_ik, D_jl) T_ij T_kl` over plans T with marginals `a` and `b`; C and
 * D are the distances within the two spaces, which need not have anything in common, M the optional `cost` between
 * them. The `loss` L is `(x - y)^2`, or `x log(x / y) - x + y` between similarities. Distances may differ with the
 * direction, as those of directed graphs do. The problem is not convex: the answer is a stationary point, found from the
 * product plan, or the one given as `initial`, by conditional gradients with exact plans and exact line search. The
 * residual is the gap of the linearisation, relative to the distortion.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) and one `emd` an iteration, O(nm) memory.
 *
 * Source: T. Vayer et al., Optimal transport for structured data (arXiv 1805.09114).
 *
 * @example
 * ```ts
 * import { gromovWasserstein } from '@infimum/ot';
 *
 * const path = [[0, 1, 3], [1, 0, 2], [3, 2, 0]];
 * console.log(gromovWasserstein(path, [[0, 2, 3], [2, 0, 1], [3, 1, 0]]).distortion.toFixed(6)); // 0.000000
 * ```
 */
export function gromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: GromovWassersteinOptions = {},
): Outcome<GromovPlan, GromovIterate> {
  const steps = gromovWassersteinSteps(first, second, options);
  return runAdvised(gromovWassersteinOptions, options, steps, 'tolerance');
}

/** Conditional gradients as steps. Limits among the options end the exact plan of a step too. */
export function* gromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: GromovWassersteinOptions & InnerLimits,
): Steps<GromovPlan, GromovIterate> {
  const objective = new GromovObjective(first, second, resolveOptions(gromovWassersteinOptions, options));
  try {
    return yield* conditionalGradients(objective, new InnerRuns(options));
  } finally {
    objective.release();
  }
}

/** Iterations after which S T is computed anew, against rounding. */
const REFRESH_EVERY = 20;

function* conditionalGradients(objective: GromovObjective, inner: InnerRuns): Steps<GromovPlan, GromovIterate> {
  const { a, b, gradient, tolerance } = objective;
  const plan = objective.start();
  const { values } = plan;
  const cross = new Float64Array(values.length);
  const direction = new Float64Array(values.length);
  const simplex = new RepeatedSimplex(a, b);
  for (let iteration = 0; ; iteration++) {
    // S T follows the plan; products of the sparse plans are all that is needed.
    if (iteration % REFRESH_EVERY === 0) cross.set(objective.productOf(values));
    const value = objective.atProduct(values, cross);
    if (iteration === 0 && !Number.isFinite(value)) {
      const problem = 'has entries whose squares, or products with those of the first, overflow';
      throw new InvalidInputError(problem, { argument: 'second', code: 'out-of-range' });
    }
    const linear = inner.run(simplex.steps(gradient));
    setDifference(direction, linear.plan, values);
    const slope = dot(direction, gradient.values);
    const scale = Math.max(Math.abs(value), weightedSize(values, gradient.values));
    const residual = scale > 0 ? Math.max(0, -slope) / scale : 0;
    const solution = () => objective.describe(plan, value);
    yield { iteration, distortion: value, residual, solution };
    if (linear.status !== 'converged') {
      return stalled(solution(), `the plan of the linearisation is not exact: ${linear.reason}`);
    }
    if (residual <= tolerance) {
      return converged(solution(), `the linearisation promises ${residual.toExponential(1)} of the distortion`);
    }
    const change = objective.sparseProductOf(linear.plan);
    for (let k = 0; k < cross.length; k++) change[k] -= cross[k];
    const step = bestStep(slope, objective.curvature(direction, change));
    for (let k = 0; k < values.length; k++) {
      values[k] += step * direction[k];
      cross[k] += step * change[k];
    }
  }
}

/** The t in [0, 1] where slope t + curvature t^2 is least. */
function bestStep(slope: number, curvature: number): number {
  if (curvature > 0) return Math.min(1, -slope / (2 * curvature));
  return slope + curvature < 0 ? 1 : 0;
}

/** <|G|, T>: the size of the terms whose difference the gap is. */
function weightedSize(plan: Float64Array, gradient: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < plan.length; k++) sum += plan[k] * Math.abs(gradient[k]);
  return sum;
}

export const gromovWassersteinSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/gromov-wasserstein',
  title: 'Conditional gradients',
  summary: 'A sequence of exact plans for the linearised problem, with an exact line search between them.',
  problem: gromov,
  variant: 'exact',
  role: 'baseline',
  paper: { title: 'Optimal transport for structured data with application on graphs', arxiv: '1805.09114', year: 2019 },
  cost: 'O(nm (n + m)) \\text{ and an exact plan an iteration}',
  options: gromovWassersteinOptions,
  steps: ({ first, second, a, b }, options) => gromovWassersteinSteps(first, second, { ...options, a, b }),
});
