// Entropic Gromov-Wasserstein transport, and fused: every step is an entropic transport problem.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016), Algorithm 1.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { AndersonMixing } from '@infimum/linalg/numerics';
import type { InnerLimits } from '../inner-runs.ts';
import { RelatedProblems } from '../maps/related-problems.ts';
import { a, b } from '../options.ts';
import { distance } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import { largestChange } from '../vectors.ts';
import type { GromovIterate, GromovPlan } from './gromov-objective.ts';
import { alpha, fusedCost, GromovObjective, initialPlan as initial } from './gromov-objective.ts';
import { gromov } from './gromov-problem.ts';
import { loss } from './gromov-terms.ts';

const entropicGromovOptions = {
  a,
  b,
  cost: fusedCost,
  alpha,
  loss,
  initial,
  epsilon: {
    type: 'number',
    above: 0,
    required: true,
    unit: 'distortion',
    description: 'Strength of the entropic regularisation, in units of the distortion; positive',
  },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Change of the plan at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `entropicGromovWasserstein`. */
export type EntropicGromovWassersteinOptions = OptionsOf<typeof entropicGromovOptions> & RunOptions<GromovIterate>;

/** Change of the plan below which the next problem is like the last one: its potentials are where to begin. */
const SMALL_CHANGE = 0.1;

/** Error of the marginals of an intermediate plan: at most this, and this share of its change. */
const COARSE = 1e-3;
const INNER_SHARE = 1e-3;

/** Change of the plan, and falls of it in a row, from which on steps are extrapolated. */
const SETTLED_CHANGE = 1e-2;
const SETTLED_STEPS = 10;

/** Plans that an extrapolation looks back on. */
const MEMORY = 5;

/**
 * Entropic Gromov-Wasserstein transport, and fused.
 *
 * Finds a stationary point of the objective of `gromovWasserstein` plus `epsilon sum T log T`: each step solves the
 * entropic transport problem whose costs are the gradient at the last plan, by `sinkhorn` or, where that is slow, by
 * `sinkhornNewtonSparse`. Once the plan changes little, gradients are extrapolated from the last few (Anderson mixing). The
 * residual is the l1 change of the plan. Small `epsilon` may make it cycle; then the iteration limit ends it.
 *
 * @param first - distances within the first space, n x n, symmetric or not
 * @param second - distances within the second space, m x m, symmetric or not
 * @param options - `epsilon` is required; weights, cost and share for the fused problem, loss, plan to start from, accuracy
 * and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) and one entropic problem an iteration, O(nm) memory.
 *
 * Source: G. Peyré, M. Cuturi, J. Solomon, Gromov-Wasserstein averaging of kernel and distance matrices (2016).
 *
 * @example
 * ```ts
 * import { entropicGromovWasserstein } from '@infimum/ot';
 *
 * const path = [[0, 1, 3], [1, 0, 2], [3, 2, 0]];
 * const { plan } = entropicGromovWasserstein(path, path, { epsilon: 0.1 });
 * console.log(plan.values[0].toFixed(4)); // 0.3333
 * ```
 */
export function entropicGromovWasserstein(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicGromovWassersteinOptions,
): Outcome<GromovPlan, GromovIterate> {
  const steps = entropicGromovWassersteinSteps(first, second, options);
  return runAdvised(entropicGromovOptions, options, steps);
}

/** The iteration as steps, one entropic problem each. Limits among the options end that problem too. */
export function* entropicGromovWassersteinSteps(
  first: MatrixLike,
  second: MatrixLike,
  options: EntropicGromovWassersteinOptions & InnerLimits,
): Steps<GromovPlan, GromovIterate> {
  const settings = resolveOptions(entropicGromovOptions, options);
  const objective = new GromovObjective(first, second, settings);
  try {
    return yield* projectedGradients(objective, new RelatedProblems(settings.epsilon, options));
  } finally {
    objective.release();
  }
}

function* projectedGradients(objective: GromovObjective, problems: RelatedProblems): Steps<GromovPlan, GromovIterate> {
  const { a, b, gradient, tolerance } = objective;
  let plan = objective.start();
  // S T at the plan, and at the point whose gradient is next: the plan itself, or one between the last few plans.
  const cross = objective.productOf(plan.values).slice();
  const point = cross.slice();
  const mixing = new AndersonMixing(cross.length, MEMORY);
  let isMixed = false;
  let residual = Infinity;
  let gap = Infinity;
  let falls = 0;
  // Errors of a plan are not to hide its change.
  let accuracy = COARSE;
  for (let iteration = 0; ; iteration++) {
    const current = plan;
    const value = objective.atProduct(current.values, cross);
    const solution = () => objective.describe(current, value);
    yield { iteration, distortion: value, residual, solution };
    const change = `the plan changes by ${residual.toExponential(1)}`;
    if (residual <= tolerance && !isMixed && accuracy <= tolerance) {
      if (problems.unfinished === undefined) return converged(solution(), change);
      return stalled(solution(), `${change}, but its own problem ended unsolved: ${problems.unfinished}`);
    }
    objective.atProduct(current.values, point);
    accuracy = Math.max(tolerance / 10, Math.min(COARSE, INNER_SHARE * residual));
    const isClose = residual < SMALL_CHANGE;
    plan = problems.solve({ a, b, cost: gradient }, { tolerance: accuracy, isClose }).plan;
    residual = distance(plan.values, current.values);
    cross.set(objective.productOf(plan.values));
    const before = gap;
    gap = largestChange(point, cross);
    falls = gap < before ? falls + 1 : isMixed && gap < 2 * before ? falls : 0;
    // Extrapolation finds saddles as well as minima: it waits until the plan has been settling for a while. In the end
    // it is the plan itself that has to stay where it is.
    isMixed = residual > tolerance && (isMixed || residual <= SETTLED_CHANGE) && falls >= SETTLED_STEPS;
    if (!isMixed) mixing.reset();
    point.set(isMixed ? mixing.next(point, cross) : cross);
  }
}

export const entropicGromovSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/entropic-gromov-wasserstein',
  title: 'Entropic Gromov-Wasserstein',
  summary: 'A sequence of entropic plans for the linearised problem: smoother, and less dependent on the start.',
  problem: gromov,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Gromov-Wasserstein averaging of kernel and distance matrices', year: 2016 },
  cost: 'O(nm (n + m)) \\text{ and an entropic plan an iteration}',
  options: entropicGromovOptions,
  steps: ({ first, second, a, b, epsilon }, options) =>
    entropicGromovWassersteinSteps(first, second, { ...options, a, b, epsilon: options.epsilon ?? epsilon }),
});
