// Bounds of local Lipschitz constants by one pass: lines propagated through the backward pass, RecurJac, intervals, or the
// product of the layers' norms.
//
// Z. Shi, Y. Wang, H. Zhang, Z. Kolter, C.-J. Hsieh: Efficiently computing local Lipschitz constants of neural networks
// via bound propagation (2022), arXiv 2210.07394; H. Zhang, P. Zhang, C.-J. Hsieh: RecurJac (2018), arXiv 1810.11783.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Paper, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { forwardBounds } from '../bounds/output-bounds.ts';
import { RowProducts } from '../bounds/row-products.ts';
import { ticking } from '../ticking.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import type { LipschitzInstance, LipschitzInstanceLike, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { entrywiseProduct, finiteOrHuge, most, prepareLipschitz, productOfNorms, solutionOf, unit } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';
import { sampleGradients } from './sampled-gradient.ts';
import { spectralProduct } from './spectral-product.ts';

const localLipschitzOptions = {
  method: {
    type: 'choice',
    choices: ['linear', 'recurjac', 'interval', 'norms'],
    default: 'linear',
    description:
      'Lines through the backward pass; lines for entries of one sign and constants for others; intervals; or the product of the layers’ norms, which holds everywhere',
  },
  forward: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'crown',
    description: 'Bounds on the pre-activations',
  },
  envelope: {
    type: 'choice',
    was: 'relaxation',
    choices: ['chord', 'mccormick'],
    default: 'mccormick',
    description: 'Smooth activations of linear: chords in the gradient alone, or the least of these and McCormick’s planes',
  },
  spectral: {
    type: 'boolean',
    default: false,
    description: 'Norms for l2: largest singular values instead of Frobenius norms',
  },
} as const satisfies OptionSpecs;

/** Options of `localLipschitz`. */
export type LocalLipschitzOptions = OptionsOf<typeof localLipschitzOptions> & LimitOptions<LipschitzIterate>;

/**
 * A proven bound L of |f_i(x) - f_i(x')| <= L |x - x'| for all x, x' in a region: the largest dual norm of the
 * (generalised) gradient, bounded by lines through the backward pass. For `norm: 'inf'` that is the sum of the gradient's
 * magnitudes. Each kink counts with all slopes between those of its two sides.
 *
 * O(n² w³) an output for n dense layers of width w, O(n w²) with intervals, O(weights) with norms (singular values O(w³));
 * memory O(n w²). Convolutions are not expanded to matrices. The bound holds in real arithmetic, with all rounding errors of the
 * computation included; a network evaluated in single precision may violate it by the errors of that evaluation. `converged` when all
 * outputs are bounded, `stalled` where the network overflows.
 *
 * @param instance - network, region, norm and outputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, localLipschitz } from '@infimum/verify';
 *
 * const network = denseNetwork([[1, 1, 1, -1], [1, -1]], [[0, 0], [0]]);
 * const region = { lower: [-1, -1], upper: [1, 1] };
 * const { bound, lowerBound } = localLipschitz({ network, region });
 * console.log(bound.toFixed(6), lowerBound.toFixed(6)); // 3.000000 2.000000
 * console.log(localLipschitz({ network, region }, { method: 'norms' }).bound.toFixed(6)); // 4.000000
 * ```
 */
export function localLipschitz(
  instance: LipschitzInstanceLike,
  options: LocalLipschitzOptions = {},
): Outcome<LipschitzSolution, LipschitzIterate> {
  return runWith(localLipschitzOptions, options, localLipschitzSteps(instance, options));
}

/** Number of sampled gradients for the lower bound. */
const SAMPLES = 20;

/** The steps of `localLipschitz`. */
export function* localLipschitzSteps(
  instance: LipschitzInstanceLike,
  options: LocalLipschitzOptions = {},
): Steps<LipschitzSolution, LipschitzIterate> {
  const { method, forward, envelope, spectral } = resolveOptions(localLipschitzOptions, options);
  const prepared = prepareLipschitz(instance);
  const { network, region, norm, outputs, counted } = prepared;
  // Bounds that hold without any propagation; later bounds only tighten them.
  const naive = productOfNorms(prepared);
  const isNaive = method === 'norms';
  const perOutput = isNaive ? naive : entrywiseProduct(prepared).map((size, i) => Math.min(size, naive[i]));
  let lowerBound = 0;
  let iteration = 0;
  const iterate = (): LipschitzIterate => ({
    iteration: iteration++,
    bound: most(perOutput),
    domains: 0,
    solution: () => solutionOf(perOutput, lowerBound),
  });
  yield iterate();
  if (isNaive) {
    if (spectral && norm === 'l2') {
      spectralProduct(prepared).forEach((bound, i) => {
        perOutput[i] = Math.min(perOutput[i], bound);
      });
      yield iterate();
    }
  } else {
    lowerBound = most((yield* ticking(sampleGradients(prepared, SAMPLES), iterate)).norms);
    const products = new RowProducts(network);
    try {
      const bounds = forwardBounds(products, region, forward, undefined, network.layers.length - 1);
      let step = bounds.next();
      for (; !step.done; step = bounds.next()) yield iterate();
      for (const [index, output] of outputs.entries()) {
        const backward = boundJacobian(products, region, step.value, {
          method,
          relaxation: envelope,
          norm,
          counted,
          selector: unit(network.outputs, output),
        });
        let part = backward.next();
        for (; !part.done; part = backward.next()) yield iterate();
        perOutput[index] = Math.min(perOutput[index], finiteOrHuge(part.value.norm));
        yield iterate();
      }
    } finally {
      products.release();
    }
  }
  const solution = solutionOf(perOutput, lowerBound);
  return solution.bound === Number.MAX_VALUE
    ? stalled(solution, 'the network overflows: scale its weights')
    : converged(solution, `the bound holds ${isNaive ? 'everywhere' : 'for every input of the region'}`);
}

function propagationSolver<Specs extends OptionSpecs>(
  method: 'linear' | 'recurjac' | 'interval' | 'norms',
  id: string,
  title: string,
  summary: string,
  paper: Paper,
  cost: string,
  options: Specs,
) {
  return defineSolver({
    id: `verify/${id}`,
    title,
    summary,
    problem: localLipschitzProblem,
    role: method === 'linear' ? 'paper' : 'baseline',
    paper,
    cost,
    options,
    steps: (instance: LipschitzInstance, given) =>
      localLipschitzSteps(instance, { ...(given as LocalLipschitzOptions), method }),
  });
}

/** The registered methods in the order of tightness. */
export const propagationSolvers = /* @__PURE__ */ (({ forward, envelope, spectral }: typeof localLipschitzOptions) => [
  propagationSolver(
    'norms',
    'naive-lipschitz',
    'Product of norms',
    'Multiplies the norms of the layers: instant, global, and very loose for deep networks.',
    { title: 'Intriguing Properties of Neural Networks', arxiv: '1312.6199', year: 2013 },
    'O(\\text{weights})',
    { spectral },
  ),
  propagationSolver(
    'interval',
    'interval-lipschitz',
    'Interval arithmetic',
    'Bounds the backward pass by interval arithmetic: the cheapest bound that uses the region.',
    { title: 'Interval Analysis', year: 1966 },
    'O(n w^2) \\text{ per output}',
    { forward },
  ),
  propagationSolver(
    'recurjac',
    'recurjac',
    'RecurJac',
    'Bounds the Jacobian layer by layer, with constants where signs are mixed.',
    {
      title: 'RecurJac: An Efficient Recursive Algorithm for Bounding Jacobian Matrix of Neural Networks and Its Applications',
      arxiv: '1810.11783',
      year: 2018,
    },
    'O(n^2 w^3) \\text{ per output}',
    { forward },
  ),
  propagationSolver(
    'linear',
    'linear-lipschitz',
    'Linear bounds of the Jacobian',
    'Propagates lines through the backward pass: the tightest bound for the cost of a few matrix products.',
    {
      title: 'Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound Propagation',
      arxiv: '2210.07394',
      year: 2022,
    },
    'O(n^2 w^3) \\text{ per output}',
    { forward, envelope },
  ),
])(localLipschitzOptions);
