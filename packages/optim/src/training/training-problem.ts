// The registered problem of training: instances, metrics and file format of `optim/training`.
import type { Problem } from '@infimum/core';
import { checkInteger, defineProblem, fault } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import { mostLabels } from './classifier.ts';
import { perceptronLoss } from './multilayer-perceptron.ts';
import type { TrainingSolution } from './training.ts';
import { checkTraining } from './training.ts';
import { trainingFamilies } from './training-families.ts';
import type { TrainingProblem } from './training-instance.ts';
import { networkStart } from './training-instances.ts';
import type { TrainingModel, TrainingObjective } from './training-model.ts';
import { sizeOf } from './training-model.ts';

/** A small table, to be written in instance files. */
export const exclusiveOr = {
  features: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  labels: [0, 1, 1, 0],
} as const;

/** Training of models in batches. */
export const training: Problem<TrainingProblem, TrainingSolution> = /* @__PURE__ */ trainingProblem();

function trainingProblem(): Problem<TrainingProblem, TrainingSolution> {
  return defineProblem<TrainingProblem, TrainingSolution, 'trainingLoss' | 'testLoss' | 'testAccuracy' | 'derivatives'>({
    id: 'optim/training',
    title: 'Training in batches',
    statement: String.raw`Given a mean of many functions and a starting point $x_0$, find
$$\min_{x \in \mathbb{R}^d} \frac1n \sum_{i=1}^n f_i(x)$$
within a given number of epochs, using the loss, the gradient and Hessian products of one batch of terms at a time.`,
    families: trainingFamilies,
    metrics: {
      trainingLoss: {
        title: 'Training loss',
        description: 'The mean of all terms.',
        unit: '',
        direction: 'minimize',
        targets: [1, 0.1, 0.01],
        compute: ({ objective }, { x }) => objective.value(x),
      },
      testLoss: {
        title: 'Test loss',
        description: 'The mean loss on held-out data.',
        unit: '',
        direction: 'minimize',
        compute: ({ objective, heldOut = objective }, { x }) => heldOut.value(x),
      },
      testAccuracy: {
        title: 'Test accuracy',
        description: 'The share of held-out data classified correctly; 1 without classes.',
        unit: '',
        direction: 'maximize',
        compute: ({ heldOut }, { x }) => heldOut?.accuracy?.(x) ?? 1,
      },
      derivatives: {
        title: 'Derivatives',
        description: 'Batch gradients and Hessian products, as reported by the solution.',
        unit: '',
        direction: 'minimize',
        compute: (_, { evaluations }) => evaluations.gradient + evaluations.hessianVector,
      },
    },
    primaryMetric: 'trainingLoss',
    unproved: 'Losses are only measured: training stops after its steps, and better parameters are not ruled out.',
    validate: ({ objective, shapes, initial, warmUp = 0, ...budget }) => {
      checkTraining(objective, initial, budget);
      checkInteger(warmUp, 'warmUp', { min: 0 });
      checkModelShapes(shapes, objective.dimension);
    },
    badInstances: () => {
      const good = perceptronProblem(
        { rows: 2, cols: 1, values: Float64Array.of(0, 1) },
        { labels: Uint8Array.of(0, 1), hidden: 1, batchSize: 1, epochs: 1, heldOut: 0 },
      );
      const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
      return [
        bad('a start of another length', 'initial', { initial: new Float64Array(1) }),
        bad('a start that is not a number', 'initial', { initial: good.initial.map(() => Number.NaN) }),
        bad('no function', 'objective', { objective: {} as TrainingModel }),
        bad('shapes of another size', 'shapes', { shapes: [[3]] }),
        bad('empty batches', 'batchSize', { batchSize: 0 }),
        bad('no epochs', 'epochs', { epochs: 0 }),
        bad('half a step of warming up', 'warmUp', { warmUp: 0.5 }),
      ];
    },
    instanceFile: {
      description:
        'A JSON object with `features` (a list of rows, or the path of a two-dimensional `.npy` file) and `labels` (classes from 0), for a perceptron with `hidden` units (32); how many of the last rows are held out (`heldOut`, 0), `batchSize` (64) and `epochs` (20).',
      example: { ...exclusiveOr, hidden: 4, batchSize: 2, epochs: 50 },
      parse: (json) => readPerceptron(json).problem,
    },
    hardInstances: () => {
      const problem = (scale: number, labels: readonly number[]) =>
        perceptronProblem(
          { rows: 4, cols: 2, values: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1).map((entry) => scale * entry) },
          { labels: Uint8Array.from(labels), hidden: 2, batchSize: 2, epochs: 3, heldOut: 0 },
        );
      const good = problem(1, [0, 1, 1, 0]);
      let steps = 0;
      const evaluate: TrainingObjective['evaluate'] = (...call) =>
        ++steps > 3 ? Number.NaN : good.objective.evaluate(...call);
      return [
        { hardness: 'features of 1e150', instance: problem(1e150, [0, 1, 1, 0]) },
        { hardness: 'features of 1e-150', instance: problem(1e-150, [0, 1, 1, 0]) },
        { hardness: 'features that are all zero', instance: problem(0, [0, 1, 1, 0]) },
        { hardness: 'a single class', instance: problem(1, [1, 1, 1, 1]) },
        { hardness: 'a loss that becomes NaN', instance: { ...good, objective: { ...good.objective, evaluate } } },
        { hardness: 'a start of 1e300', instance: { ...good, initial: good.initial.map(() => 1e300) } },
      ];
    },
    // No solver of training claims to have converged: its budget is what ends it.
    success: { metric: 'trainingLoss', bound: () => -Infinity },
  });
}

/** Checks the shapes of a model's tensors against the number of its parameters. */
export function checkModelShapes(shapes: TrainingModel['shapes'], dimension: number): void {
  const isShape = (shape: unknown) => Array.isArray(shape) && shape.every(Number.isSafeInteger);
  if (Array.isArray(shapes) && shapes.every(isShape) && sizeOf(shapes) === dimension) return;
  throw fault(`must have ${dimension} entries in total`, 'shapes', 'shape');
}

/** Reads a perceptron with its budget from JSON, and hands back all fields, those of these further names among them. */
export function readPerceptron(json: unknown, further: readonly string[] = []) {
  const names = ['features', 'labels', 'hidden', 'heldOut', 'batchSize', 'epochs', ...further];
  const fields = readObject(json, 'instance', names);
  const { hidden = 32, heldOut = 0, batchSize = 64, epochs = 20 } = fields;
  const features = readMatrix(fields['features'], 'features');
  const labels = readVector(fields['labels'], 'labels');
  labels.forEach((label, index) => {
    if (Number.isInteger(label) && label >= 0 && label < 1000) return;
    throw fault(`must be an integer from 0 to 999, is ${label} at index ${index}`, 'labels', 'out-of-range', index);
  });
  checkInteger(hidden, 'hidden', { min: 1, max: 10_000 });
  checkInteger(heldOut, 'heldOut', { min: 0, max: features.rows - 1 });
  checkInteger(batchSize, 'batchSize', { min: 1 });
  checkInteger(epochs, 'epochs', { min: 1 });
  const settings = { labels: Int32Array.from(labels), hidden, batchSize, epochs, heldOut };
  return { fields, problem: perceptronProblem(features, settings) };
}

interface PerceptronSettings {
  readonly labels: Uint8Array | Int32Array;
  readonly hidden: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly heldOut: number;
}

/** A perceptron on rows of features, the last ones held out. */
export function perceptronProblem(
  features: DenseMatrix,
  { labels, hidden, heldOut, ...budget }: PerceptronSettings,
): TrainingProblem {
  if (labels.length !== features.rows) {
    throw fault(`expected ${features.rows} entries, got ${labels.length}`, 'labels', 'shape');
  }
  const options = { hidden, classes: mostLabels(labels) };
  const part = (from: number, to: number) =>
    perceptronLoss(
      { rows: to - from, cols: features.cols, values: features.values.slice(from * features.cols, to * features.cols) },
      labels.slice(from, to),
      options,
    );
  const split = features.rows - heldOut;
  const objective = part(0, split);
  const { shapes } = objective;
  return {
    objective,
    shapes,
    initial: networkStart(shapes, 0),
    ...budget,
    ...(heldOut > 0 && { heldOut: part(split, features.rows) }),
  };
}
