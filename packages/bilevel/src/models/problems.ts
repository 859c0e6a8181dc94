// Common problems on the user's data: regularisation weights and wrong labels.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { allocateVector, asMatrix, asVector, checkNumbers, checkObject } from '@infimum/core';
import { indexOfLargest, norm } from '@infimum/linalg/numerics';
import type { SecondOrderProblem } from '../oracles/bilevel-problem.ts';
import { solveLower } from '../oracles/judge.ts';
import type { CleaningSource } from './cleaning.ts';
import { cleaningModel } from './cleaning.ts';
import { checkInstance, checkTrained } from './instance.ts';
import type { TargetRows } from './regularization.ts';
import { regularisationModel } from './regularization.ts';
import type { LabeledRows } from './softmax-rows.ts';
import { SoftmaxRows } from './softmax-rows.ts';

/** Samples with a number or a label −1, 1 each, as given by the caller. */
export interface TargetData {
  /** A sample a row. */
  readonly design: MatrixLike;
  /** Numbers, or −1 and 1. */
  readonly targets: VectorLike;
}

/** Samples with a class each, as given by the caller. */
export interface LabeledData {
  /** A sample a row. */
  readonly design: MatrixLike;
  /** Classes from 0. */
  readonly labels: VectorLike;
}

/** Samples in the form in which models compute. */
export function asTargetRows(part: TargetData, argument: string): TargetRows {
  checkObject(part, argument);
  const design = asMatrix(part.design, `${argument}.design`);
  return { design, targets: asVector(part.targets, `${argument}.targets`, design.rows) };
}

function asLabeledRows(part: LabeledData, argument: string): LabeledRows {
  checkObject(part, argument);
  const design = asMatrix(part.design, `${argument}.design`);
  const labels = asVector(Float64Array.from(checkedNumbers(part.labels, `${argument}.labels`)), `${argument}.labels`);
  return { design, labels: Int32Array.from(labels) };
}

function checkedNumbers(value: VectorLike, argument: string): VectorLike {
  checkNumbers(value, argument);
  return value;
}

/** The data of `regularizationProblem`. */
export interface RegularizationData {
  /** `logistic`: log(1 + e^{−t a·w}). `squares`: (a·w − t)²/2. */
  readonly loss: 'logistic' | 'squares';
  /** Training samples. */
  readonly train: TargetData;
  /** Samples that choose the weights. */
  readonly validation: TargetData;
  /** Whether one weight serves all coefficients; false by default. */
  readonly shared?: boolean;
  /** Bounds of x, the logarithms of the weights; −10 and 10 by default. */
  readonly lower?: number;
  /** Bounds of x, the logarithms of the weights; −10 and 10 by default. */
  readonly upper?: number;
}

/**
 * The problem of choosing regularisation weights e^x of a linear model by its loss on a validation part:
 * g = mean loss + Σ_j e^{x_j} w_j²/2, f = mean validation loss. q lower variables w, as many upper ones, or one.
 *
 * @throws {InvalidInputError} naming the part of the data at fault
 *
 * @example
 * ```ts
 * import { minimizeBilevel, regularizationProblem } from '@infimum/bilevel';
 *
 * // The second column is noise: its weight goes to its bound.
 * const problem = regularizationProblem({
 *   loss: 'squares',
 *   train: { design: [[1, 2], [2, -1], [3, 1], [4, 2]], targets: [1.4, 1.7, 3.2, 4.3] },
 *   validation: { design: [[1, -2], [2, 1], [3, -1]], targets: [1, 2, 3] },
 * });
 * const { x } = minimizeBilevel(problem, [0, 0]);
 * console.log(x[0] < 0, x[1] > 2); // true true
 * ```
 */
export function regularizationProblem(data: RegularizationData): SecondOrderProblem {
  checkObject(data, 'data');
  const { loss, shared = false, lower = -10, upper = 10 } = data;
  const [train, validation] = [asTargetRows(data.train, 'train'), asTargetRows(data.validation, 'validation')];
  const source = { kind: 'regularization', loss, shared, lower, upper, train, validation } as const;
  const q = train.design.cols;
  const [x, y] = [shared === true ? 1 : q, q].map((size) => allocateVector(size, 'train.design.cols'));
  checkInstance({ source, initial: { x, y } });
  return regularisationModel(source).problem;
}

/** The data of `cleaningProblem`. */
export type CleaningData = Pick<CleaningSource, 'classes' | 'trust'> & {
  /** μ, the weight of |Y|²/2, or `upper`; chosen in plain training if omitted. */
  readonly ridge?: CleaningSource['ridge'];
  /** Training samples, some with wrong labels. */
  readonly train: LabeledData;
  /** Clean samples. */
  readonly validation: LabeledData;
};

/**
 * The problem of finding training samples with wrong labels with the help of a small clean part: each has the weight sig(x_i) in the
 * training of a softmax classifier; x_i < 0 marks a bad sample. n upper variables, classes x features lower ones, row by row.
 *
 * The ridge matters. If omitted, it is the one of 1, 10^−½, …, 10^−4 with which plain training has the least loss on the clean part, found
 * by nine trainings. `upper` makes its logarithm one more upper variable, behind the weights: jointly they overfit a clean part that has
 * not many more samples than there are weights.
 *
 * Many weights overfit a small clean part: without `trust`, unusual but correct samples lose their weight too. With `trust` λ the
 * upper level adds `λ mean log(1 + e^−x_i)`, and a weight falls below one half only where the harm of the sample per unit of weight is
 * above 2λ/n; 0.05 is a good first value. `wrongLabels` says which labels the cleaned model contradicts: it finds more of the wrong ones.
 *
 * @throws {InvalidInputError} naming the part of the data at fault
 */
export function cleaningProblem(data: CleaningData): SecondOrderProblem {
  checkObject(data, 'data');
  const parts = { train: asLabeledRows(data.train, 'train'), validation: asLabeledRows(data.validation, 'validation') };
  const { ridge = 1 } = data;
  const source: CleaningSource = { kind: 'cleaning', ...data, ridge, ...parts };
  const { rows, cols } = parts.train.design;
  const q = Math.max(1, (Number.isInteger(source.classes) ? source.classes : 1) * cols);
  const x = allocateVector(rows + (ridge === 'upper' ? 1 : 0), 'train.design.rows');
  checkInstance({ source, initial: { x, y: allocateVector(q, 'train.design.cols') } });
  return cleaningModel(data.ridge === undefined ? { ...source, ridge: plainRidge(source) } : source).problem;
}

/** The ridge with which plain training does best on the clean part, of nine. */
function plainRidge(source: CleaningSource): number {
  const weights = new Float64Array(source.train.design.rows).fill(40);
  const y = new Float64Array(source.classes * source.train.design.cols);
  let [least, chosen] = [Infinity, 1];
  for (let k = 0; k <= 8; k++) {
    const ridge = 10 ** (-k / 2);
    const { problem } = cleaningModel({ ...source, ridge });
    const slope = new Float64Array(y.length);
    problem.gradGy(weights, slope.slice(), slope);
    solveLower(problem, weights, y, 1e-4 * norm(slope), 200);
    const loss = problem.f?.(weights, y) ?? 0;
    if (loss < least) [least, chosen] = [loss, ridge];
  }
  return chosen;
}

/**
 * Marks with 1 the samples whose label differs from the model's prediction: after hyper-cleaning, the wrong labels. The model was trained
 * with the weights, so it has not learnt from harmful labels. It finds more wrong labels than weights below one half do, which also mark
 * samples that are only unusual.
 *
 * @param data - the samples and the number of classes, as for `cleaningProblem`
 * @param y - the model, classes x features, row by row: the `y` of the solution
 * @returns one entry for every training sample
 * @throws {InvalidInputError} naming the part of the data at fault, and for a model of another size
 *
 * @example
 * ```ts
 * import { cleaningProblem, minimizeBilevel, wrongLabels } from '@infimum/bilevel';
 *
 * // Points of a line with a bias; the third of six has the label of the others.
 * const rows = (points: number[], labels: number[]) => ({
 *   design: points.map((point) => [point, 1]),
 *   labels,
 * });
 * const data = { train: rows([-3, -2, -1, 1, 2, 3], [0, 0, 1, 1, 1, 1]), classes: 2 };
 * const problem = cleaningProblem({ ...data, validation: rows([-1.5, -0.5, 0.5, 1.5], [0, 0, 1, 1]), ridge: 0.01 });
 * const { y } = minimizeBilevel(problem, new Float64Array(6));
 * console.log(wrongLabels(data, y).join(' ')); // 0 0 1 0 0 0
 * ```
 */
export function wrongLabels(data: Pick<CleaningData, 'train' | 'classes'>, y: VectorLike): Uint8Array {
  checkObject(data, 'data');
  const { classes } = data;
  const train = asLabeledRows(data.train, 'train');
  checkTrained(train, classes);
  const { labels, chances } = new SoftmaxRows(train, classes).at(asVector(y, 'y', classes * train.design.cols));
  return Uint8Array.from(labels, (label, k) =>
    indexOfLargest(chances.subarray(k * classes, (k + 1) * classes)) === label ? 0 : 1,
  );
}
