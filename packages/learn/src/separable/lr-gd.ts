// Logistic regression by gradient descent with steps of any size.
//
// From logistic regression to the perceptron algorithm: exploring gradient descent with large step sizes (2024),
// arXiv 2412.08424.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { checkNumber, defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { largeStepPaper } from './papers.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { initialOption, iterationLimit, scaledStep, separationSteps, weightFor } from './separation.ts';
import type { SeparableInstance, SeparableLike, SignedRows } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

/** Checks a step size: positive, infinite ones included. */
export const checkStepSize: (value: unknown, argument: string) => asserts value is number = (value, argument) => {
  if (value === Infinity) return;
  checkNumber(value, argument, { above: 0 });
};

const logisticGradientDescentOptions = {
  stepSize: {
    type: 'value',
    check: checkStepSize,
    description:
      'Step size gamma, in units of one over squared data; Infinity is the batch perceptron. By default 1 / L, L the largest eigenvalue of B’B / (4n)',
  },
  relativeStepSize: {
    type: 'number',
    was: 'relativeStep',
    above: 0,
    description: 'Step size times R², R the largest norm of a row: independent of units; used if stepSize is not given',
  },
  initial: initialOption,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `logisticGradientDescent`. */
export type LogisticGradientDescentOptions = OptionsOf<typeof logisticGradientDescentOptions> & RunOptions<SeparationIterate>;

/**
 * Separates two classes by gradient descent on the mean logistic loss (1/n) sum_i log(1 + exp(-b_i . theta)), b_i the
 * points times their labels, and stops at the first plane without errors. Any step size gamma > 0 succeeds on separable data, within 2 n
 * (R² + 4 c0 n / gamma) / mu² iterations (c0 = 0.278…, mu the margin): the loss may rise on the way, and large steps need fewer iterations.
 * It iterates h = theta / gamma, which has the same signs and does not overflow.
 *
 * Two passes over the points an iteration. On data that no plane separates, the run ends at the iteration limit with the best plane so far.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault, with the index of a row of zeros
 *
 * @example
 * ```ts
 * import { logisticGradientDescent } from '@infimum/learn';
 *
 * const points = { rows: 4, cols: 2, values: Float64Array.of(0, 0, 1, 0, 0, 3, 1, 3) };
 * const labels = Int8Array.of(-1, -1, 1, 1);
 * const { status, errors } = logisticGradientDescent({ points, labels, fitIntercept: true }, { stepSize: 1e6 });
 * console.log(status, errors); // converged 0
 * ```
 */
export function logisticGradientDescent(
  instance: SeparableLike,
  options: LogisticGradientDescentOptions = {},
): SeparationOutcome {
  return runWith(logisticGradientDescentOptions, options, logisticGradientDescentSteps(asSeparable(instance), options));
}

/** The steps of `logisticGradientDescent`. */
export function* logisticGradientDescentSteps(
  instance: SeparableInstance,
  options: LogisticGradientDescentOptions = {},
): SeparationSteps {
  const { stepSize, relativeStepSize, initial } = resolveOptions(logisticGradientDescentOptions, options);
  return yield* separationSteps(instance, initial, stepSize ?? 1, ({ rows, h }) => {
    refuseZeroRows(rows);
    const gamma = stepSize
      ? scaledStep(stepSize, rows)
      : relativeStepSize
        ? relativeStepSize / rows.radius ** 2
        : 1 / smoothness(rows);
    const weightOf = weightFor(gamma);
    const weights = new Float64Array(rows.count);
    return (_, margins) => {
      for (let i = 0; i < margins.length; i++) weights[i] = weightOf(margins[i]);
      rows.weigh(weights);
      rows.addAll(weights, 1 / rows.count, h); // h += (1/n) sum_i s(gamma z_i) b_i
    };
  });
}

/** Throws for a row without a direction, which no plane has on either side. */
export function refuseZeroRows(rows: SignedRows): void {
  const index = rows.firstZero();
  if (index < 0) return;
  throw fault(`row ${index} is zero: every plane through the origin contains it`, 'points', 'out-of-range', index);
}

/** L = lambda_max(B'WB) / (4n), W the weights, by power iteration, an upper end of it: enough for a step size. */
function smoothness(rows: SignedRows): number {
  let v = Float64Array.from({ length: rows.dimension }, (_, j) => 1 + 0.1 * Math.sin(j + 1));
  const margins = new Float64Array(rows.count);
  let largest = 0;
  for (let iteration = 0; iteration < 30; iteration++) {
    const size = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    if (!(size > 0)) break;
    v = v.map((value) => value / size);
    rows.margins(v, margins);
    largest = margins.reduce((sum, z, i) => sum + rows.weightOf(i) * z * z, 0);
    rows.weigh(margins);
    v.fill(0);
    rows.addAll(margins, 1, v);
  }
  // Power iteration comes from below; the Frobenius norm bounds from above.
  let frobenius = 0;
  for (let i = 0; i < rows.count; i++) frobenius += rows.weightOf(i) * rows.squaredNorm(i);
  return Math.min(1.01 * largest || frobenius, frobenius) / (4 * rows.count);
}

export const logisticGradientDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/lr-gd',
  title: 'Logistic regression by gradient descent',
  summary: 'Gradient steps of any size on the logistic loss until no point is misclassified.',
  problem: separable,
  role: 'paper',
  paper: largeStepPaper,
  cost: 'O(nd) \\text{ per iteration}',
  options: logisticGradientDescentOptions,
  steps: (instance, options) => logisticGradientDescentSteps(instance, options),
});
