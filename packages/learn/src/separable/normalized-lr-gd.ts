// Normalised gradient descent on the logistic loss: a mean over the rows that are wrong, not over all rows.
//
// From logistic regression to the perceptron algorithm: exploring gradient descent with large step sizes (2024),
// arXiv 2412.08424.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { checkStepSize, refuseZeroRows } from './lr-gd.ts';
import { largeStepPaper } from './papers.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { initialOption, iterationLimit, scaledStep, separationSteps, weightFor } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const stepSize = {
  type: 'value',
  check: checkStepSize,
  description:
    'Step size gamma, in units of one over squared data; Infinity averages only the misclassified rows. By default n / R²',
} as const;

const relativeStepSize = {
  type: 'number',
  was: 'relativeStep',
  above: 0,
  description: 'Step size times R² / n, independent of units, used if stepSize is not given; by default 1',
} as const;

const normalizedLogisticDescentOptions = {
  stepSize,
  relativeStepSize,
  initial: initialOption,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `normalizedLogisticDescent`. */
export type NormalizedLogisticDescentOptions = OptionsOf<typeof normalizedLogisticDescentOptions> &
  RunOptions<SeparationIterate>;

/**
 * Separates two classes by h <- h + sum_i p_i b_i, p_i = s(gamma b_i . h) / sum_j s(gamma b_j . h), s(z) = 1 / (1 + e^z):
 * at most (R² + 4 c0 n / gamma) / mu² iterations, without the factor n that plain gradient descent has, since it averages over rows that
 * are already correct. Where points have weights omega_i of mean 1, p_i is in proportion to omega_i s(gamma b_i . h), and n in the bound is
 * n over the least of them.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { normalizedLogisticDescent } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0.5, 1, -1) };
 * const { status, margin } = normalizedLogisticDescent({ points, labels: Int8Array.of(1, -1), fitIntercept: false });
 * console.log(status, margin > 0); // converged true
 * ```
 */
export function normalizedLogisticDescent(
  instance: SeparableLike,
  options: NormalizedLogisticDescentOptions = {},
): SeparationOutcome {
  return runWith(normalizedLogisticDescentOptions, options, normalizedLogisticDescentSteps(asSeparable(instance), options));
}

/** The steps of `normalizedLogisticDescent`. */
export function* normalizedLogisticDescentSteps(
  instance: SeparableInstance,
  options: NormalizedLogisticDescentOptions = {},
): SeparationSteps {
  const { stepSize, relativeStepSize = 1, initial } = resolveOptions(normalizedLogisticDescentOptions, options);
  return yield* separationSteps(instance, initial, stepSize ?? Infinity, ({ rows, h }) => {
    refuseZeroRows(rows);
    const gamma = stepSize ? scaledStep(stepSize, rows) : (relativeStepSize * rows.count) / rows.radius ** 2;
    // A row that is wrong has at least 1/2: with equal row weights, n weights below 2^-54 / n are lost in rounding.
    const negligible = instance.sampleWeights ? Infinity : 54 * Math.LN2 + Math.log(rows.count);
    const limit = negligible / gamma;
    const weightOf = weightFor(gamma);
    const weights = new Float64Array(rows.count);
    const list = new Int32Array(rows.count);
    return (_, margins) => {
      weights.fill(0);
      const count = rows.upTo(limit, margins, list);
      for (let k = 0; k < count; k++) weights[list[k]] = weightOf(margins[list[k]]);
      rows.weigh(weights);
      let total = 0;
      for (let k = 0; k < count; k++) total += weights[list[k]];
      // A row that is wrong has at least 1/2, and without one the run is over.
      if (total > 0) rows.addAll(weights, 1 / total, h);
    };
  });
}

export const normalizedLogisticDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/normalized-lr-gd',
  title: 'Normalised logistic gradient descent',
  summary: 'Gradient steps divided by the mean weight of the rows: the perceptron’s rate without the factor n.',
  problem: separable,
  role: 'paper',
  paper: largeStepPaper,
  cost: 'O(nd) \\text{ per iteration}',
  options: normalizedLogisticDescentOptions,
  steps: (instance, options) => normalizedLogisticDescentSteps(instance, options),
});

const normalizedBatchPerceptronOptions = {
  initial: initialOption,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `normalizedBatchPerceptron`. */
export type NormalizedBatchPerceptronOptions = OptionsOf<typeof normalizedBatchPerceptronOptions> &
  RunOptions<SeparationIterate>;

/**
 * The limit of `normalizedLogisticDescent` for an infinite step size: h moves by the mean of the rows on the wrong side
 * (half of those on the plane); at most R² / mu² iterations.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { normalizedBatchPerceptron } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, -1) };
 * const { iterations } = normalizedBatchPerceptron({ points, labels: Int8Array.of(1, -1), fitIntercept: false });
 * console.log(iterations); // 1
 * ```
 */
export function normalizedBatchPerceptron(
  instance: SeparableLike,
  options: NormalizedBatchPerceptronOptions = {},
): SeparationOutcome {
  return runWith(normalizedBatchPerceptronOptions, options, normalizedBatchPerceptronSteps(asSeparable(instance), options));
}

/** The steps of `normalizedBatchPerceptron`. */
export function* normalizedBatchPerceptronSteps(
  instance: SeparableInstance,
  options: NormalizedBatchPerceptronOptions = {},
): SeparationSteps {
  const { initial } = resolveOptions(normalizedBatchPerceptronOptions, options);
  return yield* normalizedLogisticDescentSteps(instance, { initial, stepSize: Infinity });
}

export const normalizedBatchPerceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/normalized-batch-perceptron',
  title: 'Normalised batch perceptron',
  summary: 'Adds the mean of the misclassified rows: at most R²/mu² iterations for any number of rows.',
  problem: separable,
  role: 'paper',
  paper: largeStepPaper,
  cost: 'O(nd) \\text{ per iteration}',
  options: normalizedBatchPerceptronOptions,
  steps: (instance, options) => normalizedBatchPerceptronSteps(instance, options),
});

const stochasticLogisticDescentOptions = {
  batchSize: { type: 'integer', min: 1, default: 32, description: 'Rows per batch; all if there are fewer' },
  stepSize,
  relativeStepSize,
  initial: initialOption,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the batches' },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Limit of passes over the points, of batches each' },
} as const satisfies OptionSpecs;

/** Options of `stochasticLogisticDescent`. */
export type StochasticLogisticDescentOptions = OptionsOf<typeof stochasticLogisticDescentOptions> &
  RunOptions<SeparationIterate>;

/**
 * `normalizedLogisticDescent` on random batches of rows. An iteration is ceil(n / batchSize) batches, after which all points are checked.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { stochasticLogisticDescent } from '@infimum/learn';
 *
 * const points = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 3, 4) };
 * const instance = { points, labels: Int8Array.of(-1, -1, 1, 1), fitIntercept: true };
 * console.log(stochasticLogisticDescent(instance, { batchSize: 2, seed: 5 }).errors); // 0
 * ```
 */
export function stochasticLogisticDescent(
  instance: SeparableLike,
  options: StochasticLogisticDescentOptions = {},
): SeparationOutcome {
  return runWith(stochasticLogisticDescentOptions, options, stochasticLogisticDescentSteps(asSeparable(instance), options));
}

/** The steps of `stochasticLogisticDescent`. */
export function* stochasticLogisticDescentSteps(
  instance: SeparableInstance,
  options: StochasticLogisticDescentOptions = {},
): SeparationSteps {
  const {
    batchSize,
    stepSize,
    relativeStepSize = 1,
    initial,
    seed,
  } = resolveOptions(stochasticLogisticDescentOptions, options);
  return yield* separationSteps(instance, initial, stepSize ?? Infinity, ({ rows, h }) => {
    refuseZeroRows(rows);
    const gamma = stepSize ? scaledStep(stepSize, rows) : (relativeStepSize * rows.count) / rows.radius ** 2;
    const weightOf = weightFor(gamma);
    const size = Math.min(batchSize, rows.count);
    const weights = new Float64Array(size);
    const batch = new Int32Array(size);
    const random = new Random(seed);
    return () => {
      for (let drawn = 0; drawn < rows.count; drawn += size) {
        let total = 0;
        for (let k = 0; k < size; k++) {
          batch[k] = random.integer(rows.count);
          weights[k] = rows.weightOf(batch[k]) * weightOf(rows.dot(batch[k], h));
          total += weights[k];
        }
        for (let k = 0; k < size && total > 0; k++) {
          if (weights[k] > 0) rows.add(batch[k], weights[k] / total, h);
        }
      }
    };
  });
}

export const stochasticLogisticDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/stochastic-normalized-lr-gd',
  title: 'Stochastic normalised logistic descent',
  summary: 'Normalised logistic steps on random batches, for many points.',
  problem: separable,
  role: 'paper',
  paper: largeStepPaper,
  cost: 'O(nd) \\text{ per iteration of } n/m \\text{ batches}',
  options: stochasticLogisticDescentOptions,
  steps: (instance, options) => stochasticLogisticDescentSteps(instance, options),
});
