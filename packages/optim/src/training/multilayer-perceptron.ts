// A network with one hidden layer as a loss of its weights.
import type { Tensor } from '@infimum/autodiff';
import { add, matmul, parameters, tanh, transpose } from '@infimum/autodiff';
import type { MatrixLike } from '@infimum/core';
import { asMatrix, checkInteger, checkObject } from '@infimum/core';
import type { ClassLabels } from './classifier.ts';
import { checkClassLabels, classifierLoss, mostLabels } from './classifier.ts';
import type { RidgeOption, TrainingModel } from './training-model.ts';

/** Options of the perceptron. */
export interface PerceptronLossOptions extends RidgeOption {
  /** Units of the hidden layer; 32 by default. */
  readonly hidden?: number;
  /** Number of classes; one more than the largest label by default. */
  readonly classes?: number;
}

/**
 * The mean cross-entropy of a perceptron with one hidden layer, p = softmax(W₂ tanh(W₁ x + b₁) + b₂), as a function of its
 * weights: W₁ (hidden by inputs), b₁, W₂ (classes by hidden), b₂, one after the other. Gradients, products with the Hessian
 * and gradients of single samples are exact.
 *
 * A gradient costs about three passes through the network; a product after `evaluate` as much as a gradient.
 *
 * @param inputs - samples by features
 * @param labels - the class of every sample, from 0
 * @throws {InvalidInputError} for shapes that do not fit, inputs that are not finite, labels beyond the classes and options
 *   out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { perceptronLoss } from '@infimum/optim/training';
 *
 * const exclusiveOr = matrixFromRows([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * const loss = perceptronLoss(exclusiveOr, Uint8Array.of(0, 1, 1, 0), { hidden: 3 });
 * console.log(loss.dimension, loss.value(new Float64Array(17)).toFixed(4)); // 17 0.6931
 * ```
 */
export function perceptronLoss(inputs: MatrixLike, labels: ClassLabels, options: PerceptronLossOptions = {}): TrainingModel {
  checkObject(options, 'options');
  const table = asMatrix(inputs, 'inputs');
  const { hidden = 32, classes = mostLabels(labels) } = options;
  checkInteger(hidden, 'hidden', { min: 1 });
  const checked = checkClassLabels(labels, table.rows, classes);
  const layout = parameters({
    hidden: [hidden, table.cols],
    hiddenBias: [hidden],
    output: [classes, hidden],
    outputBias: [classes],
  });
  const classifier = {
    layout,
    inputs: table,
    labels: checked,
    classes,
    scores: (weights: ReturnType<typeof layout.unpack>, rows: Tensor) => {
      const units = tanh(add(matmul(rows, transpose(weights.hidden)), weights.hiddenBias));
      return add(matmul(units, transpose(weights.output)), weights.outputBias);
    },
  };
  return classifierLoss(classifier, options);
}
