// The product of the layers' norms: the bound that knows nothing of the region.
//
// C. Szegedy, W. Zaremba, I. Sutskever, J. Bruna, D. Erhan, I. Goodfellow, R. Fergus: Intriguing properties of neural
// networks (2013), arXiv 1312.6199.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { most, prepareLipschitz, productOfNorms, solutionOf } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { spectralProduct } from './spectral-product.ts';

const naiveLipschitzOptions = {
  spectral: {
    type: 'boolean',
    default: false,
    description: 'For the l2 norm: largest singular values instead of Frobenius norms',
  },
} as const satisfies OptionSpecs;

/** Options of `naiveLipschitz`. */
export type NaiveLipschitzOptions = OptionsOf<typeof naiveLipschitzOptions> & LimitOptions<LipschitzIterate>;

/**
 * The product of the operator norms of all layers, which bounds how far outputs may move anywhere: largest sums of the
 * magnitudes of a row for `norm: 'inf'`, of a column for `l1`, and Frobenius norms (or, with `spectral`, singular values)
 * for `l2`. O(weights), singular values O(w³).
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, naiveLipschitz } from '@infimum/verify';
 *
 * const network = denseNetwork([Float64Array.of(1, 1, 1, -1), Float64Array.of(1, -1)], [new Float64Array(2), new Float64Array(1)]);
 * const region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };
 * console.log(naiveLipschitz({ network, region }).bound.toFixed(6)); // 4.000000
 * ```
 */
export function naiveLipschitz(
  instance: LipschitzInstance,
  options: NaiveLipschitzOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(naiveLipschitzOptions, options, naiveLipschitzSteps(instance, options));
}

/** The steps of `naiveLipschitz`. */
function* naiveLipschitzSteps(
  instance: LipschitzInstance,
  options: NaiveLipschitzOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const { spectral } = resolveOptions(naiveLipschitzOptions, options);
  const prepared = prepareLipschitz(instance);
  let perOutput = productOfNorms(prepared);
  const iterate = (iteration: number): LipschitzIterate => ({
    iteration,
    bound: most(perOutput),
    domains: 0,
    solution: () => solutionOf(perOutput, 0),
  });
  yield iterate(0);
  if (spectral && prepared.norm === 'l2') {
    const products = spectralProduct(prepared);
    perOutput = perOutput.map((bound, i) => Math.min(bound, products[i]));
    yield iterate(1);
  }
  const solution = solutionOf(perOutput, 0);
  if (solution.bound === Number.MAX_VALUE)
    return stalled(solution, 'the product overflows: scale the weights');
  return converged(solution, 'the product of the norms bounds the constant everywhere');
}

export const naiveLipschitzSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/naive-lipschitz',
  title: 'Product of norms',
  summary: 'Multiplies the norms of the layers: instant, global, and very loose for deep networks.',
  problem: localLipschitzProblem,
  role: 'baseline',
  paper: { title: 'Intriguing Properties of Neural Networks', arxiv: '1312.6199', year: 2013 },
  cost: 'O(\\text{weights})',
  options: naiveLipschitzOptions,
  steps: naiveLipschitzSteps,
});
