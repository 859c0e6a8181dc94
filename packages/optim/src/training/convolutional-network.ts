// A small convolutional network as a loss of its weights.
import type { Tensor } from '@infimum/autodiff';
import { add, averagePool, convolution, matmul, parameters, reshape, tanh, transpose } from '@infimum/autodiff';
import type { MatrixLike } from '@infimum/core';
import { asMatrix, checkInteger, checkNumbers, checkObject, fault } from '@infimum/core';
import type { ClassLabels } from './classifier.ts';
import { checkClassLabels, classifierLoss, mostLabels } from './classifier.ts';
import type { RidgeOption, TrainingModel } from './training-model.ts';

/** Options of the convolutional network. */
export interface ConvolutionalLossOptions extends RidgeOption {
  /** Height and width of an image; square images by default. */
  readonly shape?: readonly [height: number, width: number];
  /** Kernels; 8 by default. */
  readonly channels?: number;
  /** Side of a kernel, odd; 3 by default. */
  readonly kernel?: number;
  /** Side of the squares whose means are passed on; 2 by default. */
  readonly pool?: number;
  /** Number of classes; one more than the largest label by default. */
  readonly classes?: number;
}

/**
 * The mean cross-entropy of a network with one convolution (zeros around the image), tanh, means over squares, and a dense
 * layer with a softmax, as a function of its weights: kernels (channels by 1 by side by side), a bias a channel, weights
 * (classes by features) and biases of the dense layer. All derivatives are exact, as those of `perceptronLoss`.
 *
 * @param images - one grey image a row, its pixels row by row
 * @param labels - the class of every image, from 0
 * @throws {InvalidInputError} for shapes that do not fit, pixels that are not finite, labels beyond the classes and options
 *   out of range
 *
 * @example
 * ```ts
 * import { convolutionalLoss } from '@infimum/optim/training';
 *
 * const images = { rows: 2, cols: 16, values: new Float64Array(32).fill(1, 16) };
 * const loss = convolutionalLoss(images, Uint8Array.of(0, 1), { channels: 2 });
 * console.log(loss.shapes.map((shape) => shape.join('x')).join(' ')); // 2x1x3x3 2 2x8 2
 * ```
 */
export function convolutionalLoss(
  images: MatrixLike,
  labels: ClassLabels,
  options: ConvolutionalLossOptions = {},
): TrainingModel {
  checkObject(options, 'options');
  const table = asMatrix(images, 'images');
  const side = Math.round(Math.sqrt(table.cols));
  const { shape = [side, side], channels = 8, kernel = 3, pool = 2, classes = mostLabels(labels) } = options;
  checkNumbers(shape, 'shape', 2);
  for (const axis of [0, 1]) checkInteger(shape[axis], `shape[${axis}]`, { min: 1 });
  const [height, width] = shape;
  if (height * width !== table.cols) {
    throw fault(`${height}x${width} does not fit images of ${table.cols} pixels`, 'shape', 'shape');
  }
  checkInteger(channels, 'channels', { min: 1 });
  checkInteger(kernel, 'kernel', { min: 1 });
  if (kernel % 2 === 0) throw fault('must be odd', 'kernel', 'out-of-range');
  checkInteger(pool, 'pool', { min: 1 });
  if (height % pool !== 0 || width % pool !== 0) {
    throw fault(`must divide the image's ${height}x${width}`, 'pool', 'out-of-range');
  }
  const checked = checkClassLabels(labels, table.rows, classes);
  const features = (channels * height * width) / (pool * pool);
  const layout = parameters({
    kernels: [channels, 1, kernel, kernel],
    kernelBias: [channels],
    output: [classes, features],
    outputBias: [classes],
  });
  const classifier = {
    layout,
    inputs: table,
    labels: checked,
    classes,
    scores: (weights: ReturnType<typeof layout.unpack>, rows: Tensor) => {
      const count = rows.shape[0];
      const pixels = reshape(rows, [count, 1, height, width]);
      const filtered = convolution(pixels, weights.kernels, { padding: (kernel - 1) / 2 });
      const units = tanh(add(filtered, reshape(weights.kernelBias, [channels, 1, 1])));
      const pooled = reshape(averagePool(units, pool), [count, features]);
      return add(matmul(pooled, transpose(weights.output)), weights.outputBias);
    },
  };
  return classifierLoss(classifier, options);
}
