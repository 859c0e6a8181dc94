// Local Lipschitz constants by linear bounds propagated through the backward pass.
//
// Z. Shi, Y. Wang, H. Zhang, Z. Kolter, C.-J. Hsieh: Efficiently computing local Lipschitz constants of neural networks
// via bound propagation (2022), arXiv 2210.07394.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { propagatedSteps } from './propagated-bound.ts';

const linearLipschitzOptions = {
  forward: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'crown',
    description: 'How the pre-activations are bounded',
  },
  envelope: {
    type: 'choice',
    was: 'relaxation',
    choices: ['chord', 'mccormick'],
    default: 'mccormick',
    description:
      'Smooth activations: chords in the gradient alone, or the least of these and McCormick’s planes',
  },
} as const satisfies OptionSpecs;

/** Options of `localLipschitz`. */
export type LinearLipschitzOptions = OptionsOf<typeof linearLipschitzOptions> &
  LimitOptions<LipschitzIterate>;

/**
 * A proven bound L of |f_i(x) - f_i(x')| <= L |x - x'| for all x, x' in a region: the largest dual norm of the
 * (generalised) gradient, bounded by lines through the backward pass. For `norm: 'inf'` that is the sum of the gradient's
 * magnitudes. Each kink counts with all slopes between those of its two sides.
 *
 * O(n² w³) an output for n dense layers of width w; memory O(n w²). Convolutions are not written out. The bound holds in
 * real arithmetic whatever rounding did on the way; a network that is evaluated in single precision may violate it by the
 * errors of that evaluation. `converged` when all outputs are bounded.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, localLipschitz } from '@infimum/verify';
 *
 * const network = denseNetwork([Float64Array.of(1, 1, 1, -1), Float64Array.of(1, -1)], [new Float64Array(2), new Float64Array(1)]);
 * const region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };
 * const { bound, lowerBound } = localLipschitz({ network, region });
 * console.log(bound.toFixed(6), lowerBound); // 3.000000 2
 * ```
 */
export function localLipschitz(
  instance: LipschitzInstance,
  options: LinearLipschitzOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(linearLipschitzOptions, options, linearLipschitzSteps(instance, options));
}

/** The steps of `localLipschitz`. */
function* linearLipschitzSteps(
  instance: LipschitzInstance,
  options: LinearLipschitzOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const { forward, envelope } = resolveOptions(linearLipschitzOptions, options);
  return yield* propagatedSteps(instance, { method: 'linear', forward, relaxation: envelope });
}

export const linearLipschitzSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/linear-lipschitz',
  title: 'Linear bounds of the Jacobian',
  summary:
    'Propagates lines through the backward pass: the tightest bound at the price of a few matrix products.',
  problem: localLipschitzProblem,
  role: 'paper',
  paper: {
    title: 'Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound Propagation',
    arxiv: '2210.07394',
    year: 2022,
  },
  cost: 'O(n^2 w^3) \\text{ an output}',
  options: linearLipschitzOptions,
  steps: linearLipschitzSteps,
});
