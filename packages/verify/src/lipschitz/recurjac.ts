// RecurJac: bounds of the Jacobian by recursion, with lines for entries of one sign and constants for mixed ones.
//
// H. Zhang, P. Zhang, C.-J. Hsieh: RecurJac: an efficient recursive algorithm for bounding Jacobian matrix of neural
// networks and its applications (2018), arXiv 1810.11783; as a special case of linear bounds in arXiv 2210.07394.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { propagatedSteps } from './propagated-bound.ts';

const recurjacOptions = {
  forward: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'crown',
    description: 'How the pre-activations are bounded',
  },
} as const satisfies OptionSpecs;

/** Options of `recurjac`. */
export type RecurjacOptions = OptionsOf<typeof recurjacOptions> & LimitOptions<LipschitzIterate>;

/**
 * As `localLipschitz`, but where an entry of the gradient may have both signs, its product with the activation's slope and
 * its magnitude are bounded by constants instead of chords. O(n² w³) an output.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, recurjac } from '@infimum/verify';
 *
 * const network = denseNetwork([Float64Array.of(1, 1, 1, -1), Float64Array.of(1, -1)], [new Float64Array(2), new Float64Array(1)]);
 * const region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };
 * console.log(recurjac({ network, region }).bound.toFixed(6)); // 3.000000
 * ```
 */
export function recurjac(
  instance: LipschitzInstance,
  options: RecurjacOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(recurjacOptions, options, recurjacSteps(instance, options));
}

/** The steps of `recurjac`. */
function* recurjacSteps(
  instance: LipschitzInstance,
  options: RecurjacOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const { forward } = resolveOptions(recurjacOptions, options);
  return yield* propagatedSteps(instance, { method: 'recurjac', forward });
}

export const recurjacSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/recurjac',
  title: 'RecurJac',
  summary: 'Bounds the Jacobian layer by layer, with constants where signs are mixed.',
  problem: localLipschitzProblem,
  role: 'baseline',
  paper: {
    title:
      'RecurJac: An Efficient Recursive Algorithm for Bounding Jacobian Matrix of Neural Networks and Its Applications',
    arxiv: '1810.11783',
    year: 2018,
  },
  cost: 'O(n^2 w^3) \\text{ an output}',
  options: recurjacOptions,
  steps: recurjacSteps,
});
