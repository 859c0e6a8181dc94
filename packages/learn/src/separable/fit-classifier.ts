// The front door: any labels, several classes, and a model to predict with.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkVector,
  InvalidInputError,
  resolveOptions,
  run,
  runOptionsOf,
} from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Label } from '../data/classes.ts';
import { classesOf } from '../data/classes.ts';
import { batchPerceptronSteps } from './batch-perceptron.ts';
import { logisticGradientDescentSteps } from './lr-gd.ts';
import { maxMarginSteps } from './max-margin.ts';
import { normalizedBatchPerceptronSteps, normalizedLogisticDescentSteps } from './normalized-lr-gd.ts';
import { perceptronSteps } from './perceptron.ts';
import type { Separation, SeparationIterate } from './separation.ts';
import type { PointsLike, SeparableInstance } from './signed-rows.ts';
import { asPoints, checkPoints, checkSampleWeights, decisionOf, isSparse } from './signed-rows.ts';
import { smoothPerceptronSteps } from './smooth-perceptron.ts';

const METHODS = {
  'smooth-perceptron': smoothPerceptronSteps,
  'max-margin': maxMarginSteps,
  perceptron: perceptronSteps,
  'lr-gd': logisticGradientDescentSteps,
  'normalized-lr-gd': normalizedLogisticDescentSteps,
  'batch-perceptron': batchPerceptronSteps,
  'normalized-batch-perceptron': normalizedBatchPerceptronSteps,
} as const;

const fitClassifierOptions = {
  method: {
    type: 'choice',
    choices: [
      'smooth-perceptron',
      'max-margin',
      'perceptron',
      'lr-gd',
      'normalized-lr-gd',
      'batch-perceptron',
      'normalized-batch-perceptron',
    ],
    default: 'smooth-perceptron',
    description: 'How the planes are found; `max-margin` is slower and gives the best one',
  },
  fitIntercept: {
    type: 'boolean',
    default: true,
    description: 'Whether planes need not go through the origin',
  },
  standardize: {
    type: 'boolean',
    default: false,
    description:
      'Scale every column to mean 0 and variance 1 on the inside; weights are given in the data’s units. Dense points only',
  },
  sampleWeights: {
    type: 'value',
    check: checkWeights,
    description:
      'How much each point counts, above 0; for gradient methods and perceptrons, since the widest margin does not depend on it',
  },
  balanced: {
    type: 'boolean',
    default: false,
    description:
      'Whether every class counts alike: points of a class with m of n points have the weight n / (classes m), times their own',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit for each plane' },
} as const satisfies OptionSpecs;

function checkWeights(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/** What callers of `fitClassifier` give. */
export type FitClassifierOptions = OptionsOf<typeof fitClassifierOptions> & RunOptions<SeparationIterate>;

/** The plane of a class against the others. */
export interface ClassPlane extends Separation {
  /** Whether it separates the class from the others. */
  readonly separates: boolean;
  /** Points on the wrong side of it. */
  readonly errors: number;
}

/** Planes that tell classes apart; plain data, ready for JSON but for the typed arrays. */
export interface LinearClassifier {
  /** The classes in ascending order; of two the larger one is the positive one. */
  readonly classes: readonly Label[];
  /** A plane for each class against the others; one alone, of the larger class, where there are two. */
  readonly planes: readonly ClassPlane[];
}

/**
 * Learns to tell classes apart by planes, one for each class against the rest, and says of each whether it separates.
 * Two classes need one plane. `converged` when every plane has all points on their side.
 *
 * @param data - n x d points, dense or sparse
 * @param labels - n numbers or texts; any values, of which at least two differ
 * @param options - method, intercept, scaling and limits; `maxSeconds` and `signal` are for all planes together
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { fitClassifier, predictClassifier, scoreClassifier } from '@infimum/learn';
 *
 * const points = { rows: 6, cols: 1, values: Float64Array.of(1, 2, 3, 7, 8, 9) };
 * const labels = ['low', 'low', 'low', 'high', 'high', 'high'];
 * const model = fitClassifier(points, labels);
 * console.log(model.status, model.classes.join(' ')); // converged high low
 * console.log(scoreClassifier(model, points, labels)); // 1
 * console.log(predictClassifier(model, { rows: 1, cols: 1, values: Float64Array.of(6.5) })[0]); // high
 * ```
 */
export function fitClassifier(
  data: PointsLike,
  labels: ArrayLike<Label>,
  options: FitClassifierOptions = {},
): Outcome<LinearClassifier, SeparationIterate> {
  const settings = resolveOptions(fitClassifierOptions, options);
  const { method, fitIntercept, standardize, maxIterations } = settings;
  const points = asPoints(data);
  checkPoints(points);
  const { classes, codes } = classesOf(labels, points.rows);
  const sampleWeights = weightsOf(settings, codes, classes.length);
  const scaling = standardize ? columnScaling(points) : undefined;
  const inner = scaling ? scaling.apply(points as DenseMatrix) : points;
  const wanted = classes.length === 2 ? [1] : classes.map((_, k) => k);
  const planes: ClassPlane[] = [];
  let iterations = 0;
  let seconds = 0;
  let ended: Outcome<Separation, SeparationIterate> | undefined;
  const { maxSeconds = Infinity, ...rest } = runOptionsOf(fitClassifierOptions, options);
  for (const k of wanted) {
    const instance: SeparableInstance = {
      points: inner,
      labels: Int8Array.from(codes, (code) => (code === k ? 1 : -1)),
      fitIntercept,
      ...(sampleWeights && { sampleWeights }),
    };
    const steps: Steps<Separation, SeparationIterate> = METHODS[method](instance);
    const left = Math.max(0, maxSeconds - seconds);
    const outcome = run(steps, {
      ...rest,
      maxIterations,
      ...(maxSeconds < Infinity && { maxSeconds: left }),
    });
    iterations += outcome.iterations;
    seconds += outcome.seconds;
    if (outcome.status !== 'converged') ended ??= outcome;
    const { weights, intercept, updates, errors, margin, geometricMargin } = outcome;
    const plane = scaling ? scaling.back(weights, intercept) : { weights, intercept };
    planes.push({ ...plane, updates, errors, margin, geometricMargin, separates: errors === 0 });
  }
  const together = planes.filter(({ separates }) => separates).length;
  return {
    classes,
    planes,
    status: ended?.status ?? 'converged',
    reason: ended
      ? `${together} of ${planes.length} planes separate; the first that does not: ${ended.reason}`
      : 'every plane has all points on their side',
    iterations,
    seconds,
  };
}

/**
 * The decision values of points: w . x + c of every plane, a row a point; one column where there are two classes.
 *
 * @throws {InvalidInputError} for points of another width than the model's
 */
export function decisionValues(model: LinearClassifier, data: PointsLike): DenseMatrix {
  const points = asPoints(data);
  checkPoints(points);
  checkClassifier(model);
  const { planes } = model;
  const width = planes[0].weights.length;
  if (points.cols !== width) {
    const problem = `expected ${width} columns, as the model was fitted with, got ${points.cols}`;
    throw new InvalidInputError(problem, { argument: 'points', code: 'shape' });
  }
  const values = new Float64Array(points.rows * planes.length);
  for (let i = 0; i < points.rows; i++) {
    for (let k = 0; k < planes.length; k++) values[i * planes.length + k] = decisionOf(points, i, planes[k]);
  }
  return { rows: points.rows, cols: planes.length, values };
}

/** Models come from files too. */
function checkClassifier(model: unknown): asserts model is LinearClassifier {
  checkObject(model, 'model');
  const { planes, classes } = model as LinearClassifier;
  checkList(classes, 'model.classes');
  checkList(planes, 'model.planes');
  if (planes.length === 0) {
    throw new InvalidInputError('must not be empty', { argument: 'model.planes', code: 'empty' });
  }
  for (let k = 0; k < planes.length; k++) {
    checkObject(planes[k], `model.planes[${k}]`);
    checkVector(planes[k].weights, `model.planes[${k}].weights`, planes[0].weights?.length);
    checkNumber(planes[k].intercept, `model.planes[${k}].intercept`);
  }
}

/** The class of each point: the plane with the largest decision value over its weights' norm decides. */
export function predictClassifier(model: LinearClassifier, points: PointsLike): Label[] {
  const { rows, cols, values } = decisionValues(model, points);
  const { classes, planes } = model;
  const norms = planes.map(({ weights }) => Math.hypot(...weights) || 1);
  return Array.from({ length: rows }, (_, i) => {
    if (cols === 1) return classes[values[i] > 0 ? 1 : 0];
    let best = 0;
    for (let k = 1; k < cols; k++) {
      if (values[i * cols + k] / norms[k] > values[i * cols + best] / norms[best]) best = k;
    }
    return classes[best];
  });
}

/** The share of points whose class is predicted right. */
export function scoreClassifier(
  model: LinearClassifier,
  points: PointsLike,
  labels: ArrayLike<Label>,
): number {
  checkList(labels, 'labels');
  const predicted = predictClassifier(model, points);
  if (labels.length !== predicted.length) {
    const problem = `expected ${predicted.length} labels, got ${labels.length}`;
    throw new InvalidInputError(problem, { argument: 'labels', code: 'shape' });
  }
  return predicted.filter((label, i) => label === labels[i]).length / predicted.length;
}

/** Weights of the points: their own times those of their classes. */
function weightsOf(
  { method, sampleWeights, balanced }: FitClassifierOptions,
  codes: Int32Array,
  classes: number,
): Float64Array | undefined {
  if (sampleWeights === undefined && !balanced) return undefined;
  if (method === 'smooth-perceptron' || method === 'max-margin') {
    const argument = sampleWeights === undefined ? 'balanced' : 'sampleWeights';
    const problem = `${method} looks for a wide margin, which weights do not change; take another method`;
    throw new InvalidInputError(problem, { argument, code: 'unsupported' });
  }
  if (sampleWeights !== undefined) checkSampleWeights(sampleWeights, codes.length);
  const counts = new Float64Array(classes);
  for (const code of codes) counts[code]++;
  return Float64Array.from(codes, (code, i) => {
    const own = sampleWeights ? sampleWeights[i] : 1;
    return balanced ? (own * codes.length) / (classes * counts[code]) : own;
  });
}

/** Means and deviations of columns, and the way back from planes for scaled points. */
function columnScaling(points: DenseMatrix | CsrMatrix) {
  if (isSparse(points)) {
    const problem = 'would fill sparse points; scale the columns before, without moving them';
    throw new InvalidInputError(problem, { argument: 'standardize', code: 'unsupported' });
  }
  const { rows, cols, values } = points;
  const means = new Float64Array(cols);
  const deviations = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) means[j] += values[i * cols + j] / rows;
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (values[i * cols + j] - means[j]) ** 2 / rows;
    deviations[j] = Math.sqrt(variance);
    if (!(deviations[j] > 0) || !Number.isFinite(deviations[j])) deviations[j] = 1;
  }
  return {
    apply: (matrix: DenseMatrix): DenseMatrix => ({
      rows,
      cols,
      values: matrix.values.map((value, k) => (value - means[k % cols]) / deviations[k % cols]),
    }),
    back: (weights: Float64Array, intercept: number) => {
      const unscaled = weights.map((weight, j) => weight / deviations[j]);
      return {
        weights: unscaled,
        intercept: unscaled.reduce((sum, weight, j) => sum - weight * means[j], intercept),
      };
    },
  };
}
