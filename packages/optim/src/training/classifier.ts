// Models with a score for every class, as losses of their weights: code shared by the small networks. Their derivatives are
// those of an expression, whose products of matrices go through a batch at once.
import type { Parameters, Tensor } from '@infimum/autodiff';
import {
  add,
  categoricalLogProbability,
  constant,
  equal,
  finiteSum,
  greater,
  inner,
  max,
  mul,
  neg,
  reshape,
  takeAlong,
  where,
} from '@infimum/autodiff';
import type { VectorLike } from '@infimum/core';
import { allocateVector, asVector, checkInteger, checkNumber, checkNumbers, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { RidgeOption, TrainingModel } from './training-model.ts';

/** Classes of the samples: integers from 0. */
export type ClassLabels = VectorLike;

/** Samples that are computed at a time, which bounds the memory. */
const MOST_AT_ONCE = 512;

/** The parts of a classifier. */
interface Classifier<Name extends string> {
  /** Its parameters, in order. */
  readonly layout: Parameters<Name>;
  /** A row for every sample. */
  readonly inputs: DenseMatrix;
  /** The class of every sample. */
  readonly labels: Float64Array;
  /** How many classes there are. */
  readonly classes: number;
  /** The scores of n samples, n rows, from the parameters and n rows of inputs. */
  readonly scores: (weights: Record<Name, Tensor>, inputs: Tensor) => Tensor;
}

/** The mean cross-entropy of softmax(scores), with the ridge (ridge / 2) |x|². */
export function classifierLoss<Name extends string>(
  { layout, inputs, labels, classes, scores }: Classifier<Name>,
  { ridge = 0 }: RidgeOption,
): TrainingModel {
  checkNumber(ridge, 'ridge', { min: 0 });
  const { dimension } = layout;
  allocateVector(dimension, 'options');
  const tables = [inputs, { rows: labels.length, cols: 1, values: labels }];
  const definition = { dimension, tables, mostAtOnce: MOST_AT_ONCE };
  const objective = finiteSum({
    ...definition,
    losses: (x, rows, truth) => {
      const named = reshape(truth, [truth.shape[0]]);
      const losses = neg(categoricalLogProbability(scores(layout.unpack(x), rows), named));
      return ridge === 0 ? losses : add(losses, mul(ridge / 2, inner(x, x)));
    },
  });
  const numbers = constant(Float64Array.from({ length: classes }, (_, c) => c));
  const right = finiteSum({
    ...definition,
    // Above all others: a tie is no decision, and NaN is none.
    losses: (x, rows, truth) => {
      const found = scores(layout.unpack(x), rows);
      const others = where(equal(truth, numbers), -Infinity, found);
      return greater(reshape(takeAlong(found, truth), [truth.shape[0]]), max(others, 1));
    },
  });
  return {
    ...objective,
    shapes: Object.values(layout.shapes),
    accuracy: (x) => Math.round(right.value(x) * labels.length) / labels.length,
  };
}

/**
 * Checks class labels, and gives them as numbers.
 *
 * @throws {InvalidInputError} naming `labels` and the first index at fault, or `classes`
 */
export function checkClassLabels(labels: ClassLabels, samples: number, classes: number): Float64Array {
  checkInteger(classes, 'classes', { min: 2 });
  const numbers = Float64Array.from(asVector(labels, 'labels', samples));
  const bad = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad >= 0) {
    throw fault(`must be an integer below ${classes}, is ${numbers[bad]} at index ${bad}`, 'labels', 'out-of-range', bad);
  }
  return numbers;
}

/** One more than the largest label, at least 2. */
export function mostLabels(labels: ClassLabels): number {
  checkNumbers(labels, 'labels');
  let most = 1;
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]);
  return most + 1;
}
