// Local Lipschitz constants by interval arithmetic through the backward pass.
//
// R. E. Moore: Interval analysis (1966).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { propagatedSteps } from './propagated-bound.ts';

const intervalLipschitzOptions = {
  forward: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'crown',
    description: 'How the pre-activations are bounded',
  },
} as const satisfies OptionSpecs;

/** Options of `intervalLipschitz`. */
export type IntervalLipschitzOptions = OptionsOf<typeof intervalLipschitzOptions> &
  LimitOptions<LipschitzIterate>;

/**
 * As `localLipschitz`, with intervals instead of lines through the backward pass. O(n w²) an output after the bounds of the
 * pre-activations.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, intervalLipschitz } from '@infimum/verify';
 *
 * const network = denseNetwork([Float64Array.of(1, 1, 1, -1), Float64Array.of(1, -1)], [new Float64Array(2), new Float64Array(1)]);
 * const region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };
 * console.log(intervalLipschitz({ network, region }).bound.toFixed(6)); // 3.000000
 * ```
 */
export function intervalLipschitz(
  instance: LipschitzInstance,
  options: IntervalLipschitzOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(intervalLipschitzOptions, options, intervalLipschitzSteps(instance, options));
}

/** The steps of `intervalLipschitz`. */
function* intervalLipschitzSteps(
  instance: LipschitzInstance,
  options: IntervalLipschitzOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const { forward } = resolveOptions(intervalLipschitzOptions, options);
  return yield* propagatedSteps(instance, { method: 'interval', forward });
}

export const intervalLipschitzSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/interval-lipschitz',
  title: 'Interval arithmetic',
  summary: 'Bounds the backward pass by interval arithmetic: the cheapest bound that knows the region.',
  problem: localLipschitzProblem,
  role: 'baseline',
  paper: { title: 'Interval Analysis', year: 1966 },
  cost: 'O(n w^2) \\text{ an output}',
  options: intervalLipschitzOptions,
  steps: intervalLipschitzSteps,
});
