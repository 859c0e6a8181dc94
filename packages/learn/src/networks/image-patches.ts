// The patches of images, for convolutions: every place of a square window, a row each.
import { checkInteger, checkMatrix, checkNumbers, checkObject, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** Which patches are extracted. */
export interface ImagePatchesOptions {
  /** Height and width of the images, in pixels; their product is the width of a row. */
  readonly imageSize: readonly [number, number];
  /** Height and width of a patch, in pixels. */
  readonly patchSize: number;
  /** Pixels from a patch to the next, down and across; the patch's size by default, so that none overlap. */
  readonly stride?: number;
}

/** Patches of images, in the form used for training. */
export interface ImagePatches {
  /** A row a patch, row by row of the image and those of an image one after the other: its pixels, and a one for the bias. */
  readonly points: DenseMatrix;
  /** Patches of an image. */
  readonly patches: number;
}

/**
 * Cuts images into the patches that a convolution sees: p² pixels row by row, and a one.
 *
 * @param images - a row an image, its pixels row by row
 * @throws {InvalidInputError} naming the argument at fault; pixels that no patch covers are silently ignored
 *
 * @example
 * ```ts
 * import { convexReluAdmm, imagePatches } from '@infimum/learn';
 *
 * // Which of two images of 2 x 4 pixels has an edge, wherever it is.
 * const images = { rows: 2, cols: 8, values: Float64Array.of(0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1) };
 * const { points, patches } = imagePatches(images, { imageSize: [2, 4], patchSize: 2, stride: 1 });
 * console.log(patches, points.rows, points.cols); // 3 6 5
 * const network = convexReluAdmm({ points, patches, targets: Float64Array.of(1, -1), loss: 'hinge', beta: 1e-3 });
 * console.log(network.status, network.patches); // converged 3
 * ```
 */
export function imagePatches(images: DenseMatrix, options: ImagePatchesOptions): ImagePatches {
  checkMatrix(images, 'images');
  checkObject(options, 'options');
  const { imageSize, patchSize, stride = patchSize } = options;
  checkNumbers(imageSize, 'imageSize');
  const [height, width] = imageSize;
  checkInteger(height, 'imageSize', { min: 1 });
  checkInteger(width, 'imageSize', { min: 1 });
  checkInteger(patchSize, 'patchSize', { min: 1 });
  checkInteger(stride, 'stride', { min: 1 });
  if (height * width !== images.cols) {
    throw fault(`${height} x ${width} pixels are not the ${images.cols} of a row`, 'imageSize', 'shape');
  }
  if (patchSize > Math.min(height, width)) {
    throw fault(`${patchSize} is larger than the images, ${height} x ${width}`, 'patchSize', 'out-of-range');
  }
  const [down, across] = [height, width].map((size) => Math.floor((size - patchSize) / stride) + 1);
  const patches = down * across;
  const cols = patchSize * patchSize + 1;
  const values = new Float64Array(images.rows * patches * cols);
  let at = 0;
  for (let image = 0; image < images.rows; image++) {
    for (let patch = 0; patch < patches; patch++) {
      const [top, left] = [stride * Math.floor(patch / across), stride * (patch % across)];
      for (let i = 0; i < patchSize; i++) {
        const from = image * images.cols + (top + i) * width + left;
        values.set(images.values.subarray(from, from + patchSize), at);
        at += patchSize;
      }
      values[at++] = 1;
    }
  }
  return { points: { rows: images.rows * patches, cols, values }, patches };
}
