// Gradient descent on the logistic loss with steps of one length, or with steps that grow as the loss falls.
//
// M. S. Nacson, J. D. Lee, S. Gunasekar, P. H. P. Savarese, N. Srebro, D. Soudry: Convergence of gradient descent on
// separable data (2019), arXiv 1803.01905; Z. Ji, M. Telgarsky: Characterizing the implicit bias via a primal-dual
// analysis (2021), arXiv 1906.04540.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { refuseZeroRows } from './lr-gd.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { initialOption, iterationLimit, logisticWeight, separationSteps } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const normalizedGradientDescentOptions = {
  normalize: {
    type: 'choice',
    choices: ['gradient', 'loss'],
    default: 'gradient',
    description: 'Divide the gradient by its norm or by the loss',
  },
  stepSize: { type: 'number', was: 'step', above: 0, default: 1, description: 'Length of a step, for rows of norm at most 1' },
  initial: initialOption,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `normalizedGradientDescent`. */
export type NormalizedGradientDescentOptions = OptionsOf<typeof normalizedGradientDescentOptions> &
  RunOptions<SeparationIterate>;

/**
 * Separates two classes by gradient descent on the mean logistic loss f with the steps `step` / |grad f| or `step` / f:
 * h <- h + step g / |g|, g = (1/n) sum_i s(b_i . h) b_i with rows divided by the largest norm R.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { normalizedGradientDescent } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0.5, 1, -1) };
 * const instance = { points, labels: Int8Array.of(1, -1), fitIntercept: false };
 * console.log(normalizedGradientDescent(instance).errors); // 0
 * ```
 */
export function normalizedGradientDescent(
  instance: SeparableLike,
  options: NormalizedGradientDescentOptions = {},
): SeparationOutcome {
  return runWith(normalizedGradientDescentOptions, options, normalizedGradientDescentSteps(asSeparable(instance), options));
}

/** The steps of `normalizedGradientDescent`. */
export function* normalizedGradientDescentSteps(
  instance: SeparableInstance,
  options: NormalizedGradientDescentOptions = {},
): SeparationSteps {
  const { normalize, stepSize, initial } = resolveOptions(normalizedGradientDescentOptions, options);
  return yield* separationSteps(instance, initial, Infinity, ({ rows, h }) => {
    refuseZeroRows(rows);
    const weights = new Float64Array(rows.count);
    const gradient = new Float64Array(h.length);
    return (_, margins) => {
      let loss = 0;
      for (let i = 0; i < margins.length; i++) {
        weights[i] = logisticWeight(margins[i]);
        const own = Math.log1p(Math.exp(-Math.abs(margins[i]))) + Math.max(-margins[i], 0);
        loss += rows.weightOf(i) * own;
      }
      rows.weigh(weights);
      gradient.fill(0);
      rows.addAll(weights, 1 / rows.count, gradient);
      const length = normalize === 'gradient' ? norm(gradient) : loss / rows.count;
      // A gradient of 0 is a minimum, of data that no plane separates.
      if (length > 0) for (let j = 0; j < h.length; j++) h[j] += (stepSize * gradient[j]) / length;
    };
  });
}

export const normalizedGradientDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/normalized-gd',
  title: 'Normalised gradient descent',
  summary: 'Logistic gradient steps of constant length, or divided by the loss.',
  problem: separable,
  role: 'baseline',
  paper: { title: 'Convergence of gradient descent on separable data', arxiv: '1803.01905', year: 2019 },
  cost: 'O(nd) \\text{ per iteration}',
  options: normalizedGradientDescentOptions,
  steps: (instance, options) => normalizedGradientDescentSteps(instance, options),
});
