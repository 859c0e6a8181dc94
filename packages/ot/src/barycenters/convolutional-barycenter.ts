// Entropic Wasserstein barycentres of images: on a grid the Gibbs kernel is a convolution, one axis after the other.
//
// J. Solomon, F. de Goes, G. Peyré, M. Cuturi, A. Butscher, A. Nguyen, T. Du, L. Guibas: Convolutional Wasserstein
// distances (2015).
import {
  checkMatrix,
  checkNumber,
  InvalidInputError,
  type Outcome,
  type RunOptions,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { GridKernel } from '../geometry/grid-kernel.ts';
import { runEntropic } from '../progress.ts';
import {
  type Barycenter,
  type BarycenterIterate,
  bregmanProjections,
  checkHistograms,
  type EntropicBarycenterStepsOptions,
} from './barycenter.ts';

/** Options of `convolutionalBarycenter`. */
export interface ConvolutionalBarycenterOptions
  extends EntropicBarycenterStepsOptions,
    RunOptions<BarycenterIterate> {
  /** Iteration limit; 10 000 by default. */
  readonly maxIterations?: number;
}

/**
 * The entropic barycentre of images of one size, for squared distances between pixels.
 *
 * Solves the problem of `entropicBarycenter` with costs |p - q|^2 between the pixels of `gridPoints`, whose longer side
 * has length one, without ever forming them: exp(-|p - q|^2 / epsilon) is a product of a factor for either axis.
 *
 * @param images - at least one, rows x cols, non-negative, of equal totals
 * @param options - `epsilon`, in units of squared side lengths, is required
 * @returns `barycenter`, row by row, and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(rows cols (rows + cols)) exponentials an image and iteration, instead of O(rows^2 cols^2).
 *
 * Source: J. Solomon et al., Convolutional Wasserstein distances (2015).
 *
 * @example
 * ```ts
 * import { convolutionalBarycenter } from '@infimum/ot';
 *
 * const image = (...values: number[]) => ({ rows: 1, cols: 3, values: Float64Array.from(values) });
 * const { barycenter } = convolutionalBarycenter([image(1, 0, 0), image(0, 0, 1)], { epsilon: 0.02 });
 * console.log(barycenter.map((mass) => +mass.toFixed(3)).join(' ')); // 0 1 0
 * ```
 */
export function convolutionalBarycenter(
  images: readonly DenseMatrix[],
  options: ConvolutionalBarycenterOptions,
): Outcome<Barycenter, BarycenterIterate> {
  return runEntropic(convolutionalBarycenterSteps(images, options), { maxIterations: 10_000, ...options });
}

/**
 * The iteration as steps.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* convolutionalBarycenterSteps(
  images: readonly DenseMatrix[],
  options: EntropicBarycenterStepsOptions,
): Steps<Barycenter, BarycenterIterate> {
  const histograms = checkImages(images);
  checkNumber(options.epsilon, 'epsilon', { above: 0 });
  const shape = [images[0].rows, images[0].cols];
  const kernel = new GridKernel({ shape, power: 2 }, options.epsilon);
  try {
    return yield* bregmanProjections(histograms, kernel, options);
  } finally {
    kernel.release();
  }
}

/** The images as histograms, one a row. */
function checkImages(images: readonly DenseMatrix[]): DenseMatrix {
  if (!Array.isArray(images) || images.length === 0) {
    throw new InvalidInputError('must not be empty', { argument: 'images', code: 'empty' });
  }
  const { rows, cols } = images[0];
  images.forEach((image: DenseMatrix, k) => {
    checkMatrix(image, `images[${k}]`);
    if (image.rows !== rows || image.cols !== cols) {
      throw new InvalidInputError(`is ${image.rows} x ${image.cols}, images[0] is ${rows} x ${cols}`, {
        argument: `images[${k}]`,
        code: 'shape',
      });
    }
  });
  const histograms = {
    rows: images.length,
    cols: rows * cols,
    values: Float64Array.from(images.flatMap((image: DenseMatrix) => [...image.values])),
  };
  checkHistograms(histograms);
  return histograms;
}
