// Handwritten digits of 43 people, 8 x 8 pixels.
import { bytesFromCharacters } from './decode.ts';
import { images, labels } from './fixtures/digits.ts';
import { digits } from './metadata.ts';
import type { LabeledImages } from './types.ts';

export type { DenseMatrix, LabeledImages, Provenance } from './types.ts';

/**
 * Loads 1797 handwritten digits of 8 x 8 pixels, each entry the number of dark pixels in a 4 x 4 block of a scan: 0
 * (white) to 16. About 180 of every class; new arrays with every call.
 *
 * Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (1998), the test set.
 *
 * @example
 * ```ts
 * import { loadDigits } from '@infimum/datasets/digits';
 *
 * const { images, labels, shape } = loadDigits();
 * console.log(images.rows, images.cols, shape.join('x'), labels[0]); // 1797 64 8x8 0
 * ```
 */
export function loadDigits(): LabeledImages {
  const { rows, cols, license, source } = digits;
  return {
    images: { rows, cols, values: Float64Array.from(bytesFromCharacters(images)) },
    labels: bytesFromCharacters(labels),
    shape: [8, 8],
    license,
    source,
  };
}
