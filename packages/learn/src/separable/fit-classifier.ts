// The main function of classification: any labels, scales and number of classes, and a model for predictions.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  fault,
  resolveOptions,
  run,
  runOptionsOf,
} from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Label } from '../data/classes.ts';
import { classesOf } from '../data/classes.ts';
import { batchPerceptronSteps } from './batch-perceptron.ts';
import { columnScaling } from './column-scaling.ts';
import type { LinearModelIterate, LinearWeights } from './linear-models.ts';
import { linearModelSteps } from './linear-models.ts';
import { logisticGradientDescentSteps } from './lr-gd.ts';
import { maxMarginSteps } from './max-margin.ts';
import { normalizedBatchPerceptronSteps, normalizedLogisticDescentSteps } from './normalized-lr-gd.ts';
import { perceptronSteps } from './perceptron.ts';
import type { Separation, SeparationIterate } from './separation.ts';
import { judged } from './separation.ts';
import type { LinearSeparator, PointsLike, SeparableInstance } from './signed-rows.ts';
import { asPoints, checkPoints, checkSampleWeights, decisionOf, isSparse } from './signed-rows.ts';
import { smoothPerceptronSteps } from './smooth-perceptron.ts';

/** Methods that search for a plane without errors, each class against the rest. */
const SEPARATORS = {
  'smooth-perceptron': smoothPerceptronSteps,
  'max-margin': (instance: SeparableInstance) =>
    maxMarginSteps(instance, { margin: instance.fitIntercept ? 'geometric' : 'with-intercept' }),
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
      'logistic',
      'svc',
      'max-margin',
      'smooth-perceptron',
      'perceptron',
      'lr-gd',
      'normalized-lr-gd',
      'batch-perceptron',
      'normalized-batch-perceptron',
    ],
    default: 'logistic',
    description:
      'logistic: regularised logistic regression, all classes at once; svc: the support vector machine with squared hinge; max-margin: the widest margin without errors; the others stop at the first planes without errors',
  },
  ridge: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ in Σ losses + λ|w|²/2 of logistic and svc; 1/C in other libraries',
  },
  fitIntercept: { type: 'boolean', default: true, description: 'Whether planes may miss the origin' },
  standardize: {
    type: 'boolean',
    description:
      'Scale every column internally to variance 1, and to mean 0 for dense points with an intercept; weights are returned in the data’s units. By default for logistic and svc; the others only move columns to mean 0, which keeps distances',
  },
  sampleWeights: {
    type: 'value',
    check: checkWeights,
    description: 'Weight of each point, above 0; not for max-margin and smooth-perceptron, which it would not affect',
  },
  balanced: {
    type: 'boolean',
    default: false,
    description:
      'Whether to weight classes equally: points of a class with m of n points get the weight n / (classes m), times their own',
  },
  tolerance: { type: 'number', min: 0, default: 1e-4, description: 'Gradient of the mean loss at which logistic and svc stop' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit for each plane, or for all of logistic' },
} as const satisfies OptionSpecs;

function checkWeights(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/** Options of `fitClassifier`. */
export type FitClassifierOptions = OptionsOf<typeof fitClassifierOptions> & RunOptions<SeparationIterate | LinearModelIterate>;

/** The plane of a class against the others. */
export interface ClassPlane extends Separation {
  /** Whether it separates the class from the others. */
  readonly separates: boolean;
}

/** Planes that separate classes; `JSON.stringify` writes plain lists, which all functions accept again. */
export interface LinearClassifier {
  /** The classes in ascending order; with two, the larger one is the positive one. */
  readonly classes: readonly Label[];
  /** A plane for each class; a single one, for the larger class, if there are two. */
  readonly planes: readonly ClassPlane[];
  /** `probabilities` if decision values are logits of probabilities, `margins` if they are distances up to a factor. */
  readonly scores: 'probabilities' | 'margins';
}

/**
 * Fits a classifier. The default is ridge-penalised logistic regression on standardised columns, for all classes jointly: it handles any
 * scale and offset and overlapping classes, and gives calibrated probabilities. `converged` refers to the fit, not to the points: see
 * `errors` and `separates` of each plane. Methods that search for planes without errors converge when every plane classifies all points
 * correctly.
 *
 * Cost: O(n d classes) an iteration.
 *
 * @param data - n x d points, dense or sparse
 * @param labels - n numbers or texts; any values, of which at least two differ
 * @param options - method, ridge, intercept, scaling and limits; `maxSeconds` and `signal` are for all planes together
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { classProbabilities, fitClassifier, predictClassifier, scoreClassifier } from '@infimum/learn';
 *
 * const points = [[1], [2], [4], [3], [8], [9]];
 * const labels = ['low', 'low', 'low', 'high', 'high', 'high'];
 * const model = fitClassifier(points, labels);
 * console.log(model.status, model.classes.join(' '), scoreClassifier(model, points, labels).toFixed(2)); // converged high low 0.83
 * console.log(predictClassifier(model, [[6.5]])[0], classProbabilities(model, [[6.5]]).values.some((p) => p > 0.6)); // high true
 * ```
 */
export function fitClassifier(
  data: PointsLike,
  labels: ArrayLike<Label>,
  options: FitClassifierOptions = {},
): Outcome<LinearClassifier, SeparationIterate | LinearModelIterate> {
  const settings = resolveOptions(fitClassifierOptions, options);
  const points = asPoints(data);
  checkPoints(points);
  const { classes, codes } = classesOf(labels, points.rows);
  const { method, standardize, fitIntercept } = settings;
  const isModel = method === 'logistic' || method === 'svc';
  const sampleWeights = weightsOf(settings, codes, classes.length);
  const scaling = columnScaling(points, { centers: fitIntercept && !isSparse(points), scales: standardize ?? isModel });
  const fit: Fit = { points, inner: scaling.apply(points), codes, sampleWeights, fitIntercept, back: scaling.back };
  const limits = runOptionsOf(fitClassifierOptions, options) as Limits;
  const wanted = classes.length === 2 ? [1] : classes.map((_, k) => k);
  const found =
    method === 'logistic' ? logisticPlanes(fit, wanted, settings, limits) : eachPlane(fit, wanted, settings, limits);
  const { planes, ...report } = found;
  const scores = method === 'logistic' ? ('probabilities' as const) : ('margins' as const);
  return withJson({ classes, planes, scores, ...report });
}

type Settings = ReturnType<typeof resolveOptions<typeof fitClassifierOptions>>;
type Limits = RunOptions<SeparationIterate | LinearModelIterate> & { readonly maxIterations?: number };

/** The points to which planes are fitted. */
interface Fit {
  /** The points as given, by which planes are judged. */
  readonly points: DenseMatrix | CsrMatrix;
  /** Moved and scaled. */
  readonly inner: DenseMatrix | CsrMatrix;
  readonly codes: Int32Array;
  readonly sampleWeights: Float64Array | undefined;
  readonly fitIntercept: boolean;
  readonly back: (weights: Float64Array, intercept: number) => LinearSeparator;
}

type Planes = Omit<Outcome<LinearClassifier, SeparationIterate | LinearModelIterate>, 'classes' | 'scores'>;

/** Labels of one class against the rest. */
const against = (codes: Int32Array, k: number) => Int8Array.from(codes, (code) => (code === k ? 1 : -1));

function planeOf({ points, codes, fitIntercept }: Fit, k: number, plane: LinearSeparator, updates: number): ClassPlane {
  const judgement = judged({ points, labels: against(codes, k), fitIntercept }, plane, updates);
  return { ...judgement, separates: judgement.errors === 0 };
}

/** All classes at once. */
function logisticPlanes(fit: Fit, wanted: readonly number[], { ridge, tolerance }: Settings, limits: Limits): Planes {
  const { inner, codes, sampleWeights, fitIntercept } = fit;
  const outputs = wanted.length;
  const steps = linearModelSteps(
    { points: inner, codes, outputs, sampleWeights, fitIntercept },
    { loss: 'logistic', ridge, tolerance },
  );
  const { weights, intercepts, ...report } = run(steps, limits as RunOptions<LinearModelIterate>);
  const planes = wanted.map((k, c) =>
    planeOf(fit, k, fit.back(column({ weights, intercepts }, c), intercepts[c]), report.iterations),
  );
  return { planes, ...report };
}

function column({ weights, intercepts }: LinearWeights, c: number): Float64Array {
  const outputs = intercepts.length;
  return Float64Array.from({ length: weights.length / outputs }, (_, j) => weights[j * outputs + c]);
}

/** One class after the other against the rest. */
function eachPlane(fit: Fit, wanted: readonly number[], settings: Settings, limits: Limits): Planes {
  const { maxSeconds = Infinity, ...rest } = limits;
  const planes: ClassPlane[] = [];
  let [iterations, seconds] = [0, 0];
  let ended: Planes | undefined;
  for (const k of wanted) {
    const left = { ...rest, ...(maxSeconds < Infinity && { maxSeconds: Math.max(0, maxSeconds - seconds) }) };
    const { plane, updates, report } = onePlane(fit, k, settings, left);
    planes.push(planeOf(fit, k, plane, updates));
    iterations += report.iterations;
    seconds += report.seconds;
    if (report.status !== 'converged') ended ??= { planes, ...report };
  }
  const together = planes.filter(({ separates }) => separates).length;
  const reason = ended
    ? `${together} of ${planes.length} planes separate; the first unfinished one: ${ended.reason}`
    : `all planes were found; ${together} of ${planes.length} separate`;
  return { planes, status: ended?.status ?? 'converged', reason, iterations, seconds };
}

function onePlane(fit: Fit, k: number, { method, ridge, tolerance }: Settings, limits: Limits) {
  const { inner, codes, sampleWeights, fitIntercept } = fit;
  if (method === 'svc') {
    const own = { points: inner, codes: codes.map((code) => (code === k ? 1 : 0)), outputs: 1, sampleWeights, fitIntercept };
    const steps = linearModelSteps(own, { loss: 'squared-hinge', ridge: ridge / 2, tolerance });
    const { weights, intercepts, ...report } = run(steps, limits as RunOptions<LinearModelIterate>);
    return { plane: fit.back(weights, intercepts[0]), updates: report.iterations, report };
  }
  const instance: SeparableInstance = {
    points: inner,
    labels: against(codes, k),
    fitIntercept,
    ...(sampleWeights && { sampleWeights }),
  };
  const steps: Steps<Separation, SeparationIterate> = SEPARATORS[method as keyof typeof SEPARATORS](instance);
  const { weights, intercept, updates, ...report } = run(steps, limits as RunOptions<SeparationIterate>);
  return { plane: fit.back(weights, intercept), updates, report };
}

/** Typed arrays as plain lists in JSON; not enumerable, so that models are still plain data. */
function withJson<T extends LinearClassifier>(model: T): T {
  const toJSON = () => ({ ...model, planes: model.planes.map((plane) => ({ ...plane, weights: Array.from(plane.weights) })) });
  return Object.defineProperty(model, 'toJSON', { value: toJSON });
}

/**
 * The decision values of points: w . x + c of every plane, a row a point; one column where there are two classes.
 *
 * @param model - of `fitClassifier`, or read from its JSON
 * @throws {InvalidInputError} for points of another width than the model's
 */
export function decisionValues(model: LinearClassifier, data: PointsLike): DenseMatrix {
  const points = asPoints(data);
  checkPoints(points);
  const planes = checkClassifier(model);
  const width = planes[0].weights.length;
  if (points.cols !== width) {
    throw fault(`expected ${width} columns, as the model was fitted with, got ${points.cols}`, 'points', 'shape');
  }
  const values = new Float64Array(points.rows * planes.length);
  for (let i = 0; i < points.rows; i++) {
    for (let k = 0; k < planes.length; k++) values[i * planes.length + k] = decisionOf(points, i, planes[k]);
  }
  return { rows: points.rows, cols: planes.length, values };
}

/** Models may come from files. */
function checkClassifier(model: unknown): LinearSeparator[] {
  checkObject(model, 'model');
  const { planes, classes } = model as LinearClassifier;
  checkList(classes, 'model.classes');
  checkList(planes, 'model.planes');
  if (planes.length === 0) throw fault('must not be empty', 'model.planes', 'empty');
  return planes.map((plane, k) => {
    checkObject(plane, `model.planes[${k}]`);
    checkNumber(plane.intercept, `model.planes[${k}].intercept`);
    const weights = asVector(plane.weights, `model.planes[${k}].weights`, planes[0].weights?.length);
    return { weights, intercept: plane.intercept };
  });
}

/**
 * The probability of every class for every point, a row a point, by a model of logistic regression: e^{s_k} / Σ e^{s_l}.
 *
 * @throws {InvalidInputError} `unsupported` for a model of another method, whose decision values are not logits
 */
export function classProbabilities(model: LinearClassifier, points: PointsLike): DenseMatrix {
  const { rows, cols, values } = decisionValues(model, points);
  if (model.scores !== 'probabilities') throw fault("needs a model fitted with method 'logistic'", 'model', 'unsupported');
  const classes = cols === 1 ? 2 : cols;
  const chances = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    const scores = cols === 1 ? [0, values[i]] : Array.from(values.subarray(i * cols, (i + 1) * cols));
    const most = Math.max(...scores);
    let total = 0;
    for (let k = 0; k < classes; k++) {
      chances[i * classes + k] = Math.exp(scores[k] - most);
      total += chances[i * classes + k];
    }
    for (let k = 0; k < classes; k++) chances[i * classes + k] /= total;
  }
  return { rows, cols: classes, values: chances };
}

/** The class of each point: the plane with the largest logit, or the largest distance, decides. */
export function predictClassifier(model: LinearClassifier, points: PointsLike): Label[] {
  const { rows, cols, values } = decisionValues(model, points);
  const { classes, planes, scores } = model;
  const norms = planes.map(({ weights }) => (scores === 'probabilities' ? 1 : Math.hypot(...weights) || 1));
  return Array.from({ length: rows }, (_, i) => {
    if (cols === 1) return classes[values[i] > 0 ? 1 : 0];
    let best = 0;
    for (let k = 1; k < cols; k++) {
      if (values[i * cols + k] / norms[k] > values[i * cols + best] / norms[best]) best = k;
    }
    return classes[best];
  });
}

/** The share of points whose class is predicted correctly. */
export function scoreClassifier(model: LinearClassifier, points: PointsLike, labels: ArrayLike<Label>): number {
  checkList(labels, 'labels');
  const predicted = predictClassifier(model, points);
  if (labels.length !== predicted.length) {
    throw fault(`expected ${predicted.length} labels, got ${labels.length}`, 'labels', 'shape');
  }
  return predicted.filter((label, i) => label === labels[i]).length / predicted.length;
}

/** Weights of the points: their own times those of their classes. */
function weightsOf({ method, sampleWeights, balanced }: Settings, codes: Int32Array, classes: number) {
  if (sampleWeights === undefined && !balanced) return undefined;
  if (method === 'smooth-perceptron' || method === 'max-margin') {
    const argument = sampleWeights === undefined ? 'balanced' : 'sampleWeights';
    throw fault(`${method} maximises the margin, which weights do not affect; use another method`, argument, 'unsupported');
  }
  const given = sampleWeights && asVector(sampleWeights, 'sampleWeights');
  if (given) checkSampleWeights(given, codes.length);
  const counts = new Float64Array(classes);
  for (const code of codes) counts[code]++;
  return Float64Array.from(codes, (code, i) => {
    const own = given ? given[i] : 1;
    return balanced ? (own * codes.length) / (classes * counts[code]) : own;
  });
}
