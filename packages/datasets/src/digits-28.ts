// Handwritten digits in the usual format: grey, 28 x 28 pixels.
import { bytesFromBase64 } from './decode.ts';
import { images } from './fixtures/digits-28.ts';
import { digits28 } from './metadata.ts';
import type { LabeledImages } from './types.ts';

export type { DenseMatrix, LabeledImages, Provenance } from './types.ts';

const side = 28;
/** The digits come in boxes of 20 x 20 pixels and are laid in the middle. */
const box = 20;
const margin = (side - box) / 2;
const perClass = 20;

/**
 * Loads 200 handwritten digits, 20 of every class in order, of 28 x 28 pixels from 0 (background) to 255 (ink). New
 * arrays with every call.
 *
 * Source: `digits.png` of OpenCV's samples, whose boxes of 20 x 20 pixels get a margin of 4.
 *
 * @example
 * ```ts
 * import { loadDigits28 } from '@infimum/datasets/digits-28';
 *
 * const { images, labels, shape } = loadDigits28();
 * console.log(images.rows, images.cols, shape.join('x'), labels[199]); // 200 784 28x28 9
 * ```
 */
export function loadDigits28(): LabeledImages {
  const { rows, cols, license, source } = digits28;
  return {
    images: { rows, cols, values: withMargins(bytesFromBase64(images), rows) },
    labels: Uint8Array.from({ length: rows }, (_, index) => Math.floor(index / perClass)),
    shape: [side, side],
    license,
    source,
  };
}

function withMargins(boxes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count * side * side);
  for (let line = 0; line < count * box; line++) {
    const image = Math.floor(line / box);
    const start = (image * side + margin + (line % box)) * side + margin;
    values.set(boxes.subarray(line * box, (line + 1) * box), start);
  }
  return values;
}
