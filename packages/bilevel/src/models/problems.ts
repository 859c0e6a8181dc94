// The problems that people come with, from their own data: regularisation weights and wrong labels.
import { allocateVector } from '@infimum/core';
import type { SecondOrderProblem } from '../oracles/bilevel-problem.ts';
import { type CleaningSource, cleaningModel } from './cleaning.ts';
import { checkInstance } from './instance.ts';
import { type RegularisationSource, regularisationModel } from './regularisation.ts';

/** The data of `regularisationProblem`. */
export type RegularisationData = Omit<
  RegularisationSource,
  'kind' | 'shared' | 'lower' | 'upper' | 'test'
> & {
  /** Whether one weight serves all coefficients; false by default. */
  readonly shared?: boolean;
  /** Bounds of x, the logarithms of the weights; −10 and 10 by default. */
  readonly lower?: number;
  /** Bounds of x, the logarithms of the weights; −10 and 10 by default. */
  readonly upper?: number;
};

/**
 * The problem of choosing regularisation weights e^x of a linear model by its loss on a validation part:
 * g = mean loss + Σ_j e^{x_j} w_j²/2, f = mean validation loss. q lower variables w, as many upper ones, or one.
 *
 * @throws {InvalidInputError} naming the part of the data at fault
 *
 * @example
 * ```ts
 * import { bilevelMinimize, regularisationProblem } from '@infimum/bilevel';
 *
 * const rows = (values: number[], targets: number[]) => ({
 *   design: { rows: targets.length, cols: 2, values: Float64Array.from(values) },
 *   targets: Float64Array.from(targets),
 * });
 * // The second column is noise: its weight goes to its bound.
 * const problem = regularisationProblem({
 *   loss: 'squares',
 *   train: rows([1, 2, 2, -1, 3, 1, 4, 2], [1.4, 1.7, 3.2, 4.3]),
 *   validation: rows([1, -2, 2, 1, 3, -1], [1, 2, 3]),
 * });
 * const { x } = bilevelMinimize(problem, new Float64Array(2), new Float64Array(2));
 * console.log(x[0] < 0, x[1] > 2); // true true
 * ```
 */
export function regularisationProblem(data: RegularisationData): SecondOrderProblem {
  const { shared = false, lower = -10, upper = 10, ...rest } = data ?? {};
  const source: RegularisationSource = { kind: 'regularisation', shared, lower, upper, ...rest };
  const q = source.train?.design?.cols ?? 1;
  const [x0, y0] = [shared === true ? 1 : q, q].map((size) => allocateVector(size, 'train.design.cols'));
  checkInstance({ source, x0, y0 });
  return regularisationModel(source).problem;
}

/** The data of `cleaningProblem`. */
export type CleaningData = Omit<CleaningSource, 'kind' | 'wrong' | 'test'>;

/**
 * The problem of finding training samples with wrong labels by a small clean part: each has the weight sig(x_i) in the training
 * of a softmax classifier; x_i < 0 is found bad. n upper variables, classes x features lower ones, row by row.
 *
 * Many weights overfit a small clean part: without `trust`, samples that are only unusual lose their weight too. With `trust` λ the
 * upper level adds `λ mean log(1 + e^−x_i)`, and a sample falls below the half only where its harm by unit of weight is above 2λ/n;
 * 0.05 is a good beginning.
 *
 * @throws {InvalidInputError} naming the part of the data at fault
 */
export function cleaningProblem(data: CleaningData): SecondOrderProblem {
  const source: CleaningSource = { kind: 'cleaning', ...data };
  const { rows = 1, cols = 1 } = source.train?.design ?? {};
  const q = Math.max(1, (Number.isInteger(source.classes) ? source.classes : 1) * cols);
  const x0 = allocateVector(rows, 'train.design.rows');
  checkInstance({ source, x0, y0: allocateVector(q, 'train.design.cols') });
  return cleaningModel(source).problem;
}
