// The batch perceptron: the limit of gradient descent on the logistic loss for an infinite step size.
//
// From logistic regression to the perceptron algorithm: exploring gradient descent with large step sizes (2024),
// arXiv 2412.08424.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { refuseZeroRows } from './lr-gd.ts';
import { largeStepPaper } from './papers.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { initialOption, iterationLimit, separationSteps, stepWeight } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const batchPerceptronOptions = { initial: initialOption, maxIterations: iterationLimit } as const satisfies OptionSpecs;

/** Options of `batchPerceptron`. */
export type BatchPerceptronOptions = OptionsOf<typeof batchPerceptronOptions> & RunOptions<SeparationIterate>;

/**
 * Separates two classes by h <- h + (1/n) sum b_i over the rows that are on the wrong side (half of those on the plane):
 * at most n R² / mu² iterations, and some data need n / 2.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { batchPerceptron } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, -1) };
 * const { iterations } = batchPerceptron({ points, labels: Int8Array.of(1, -1), fitIntercept: false });
 * console.log(iterations); // 1
 * ```
 */
export function batchPerceptron(instance: SeparableLike, options: BatchPerceptronOptions = {}): SeparationOutcome {
  return runWith(batchPerceptronOptions, options, batchPerceptronSteps(asSeparable(instance), options));
}

/** The steps of `batchPerceptron`. */
export function* batchPerceptronSteps(instance: SeparableInstance, options: BatchPerceptronOptions = {}): SeparationSteps {
  const { initial } = resolveOptions(batchPerceptronOptions, options);
  return yield* separationSteps(instance, initial, Infinity, ({ rows, h }) => {
    refuseZeroRows(rows);
    const weights = new Float64Array(rows.count);
    return (_, margins) => {
      for (let i = 0; i < margins.length; i++) weights[i] = stepWeight(margins[i]);
      rows.weigh(weights);
      rows.addAll(weights, 1 / rows.count, h);
    };
  });
}

export const batchPerceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/batch-perceptron',
  title: 'Batch perceptron',
  summary: 'Adds the mean of all misclassified rows: gradient descent with an infinite step.',
  problem: separable,
  role: 'paper',
  paper: largeStepPaper,
  cost: 'O(nd) \\text{ per iteration}',
  options: batchPerceptronOptions,
  steps: (instance, options) => batchPerceptronSteps(instance, options),
});
