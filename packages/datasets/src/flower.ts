// A photograph, for colour transfer.
import { pixels } from './fixtures/flower.ts';
import { flower } from './metadata.ts';
import { photograph } from './photograph.ts';
import type { Photograph } from './types.ts';

export type { DenseMatrix, Photograph, Provenance } from './types.ts';

/**
 * Loads a photograph of an orange dahlia before dark leaves: 128 x 85 pixels, a row a pixel, red, green and
 * blue from 0 to 255. New arrays with every call. If you show it, name the photographer: see `citation`.
 *
 * @example
 * ```ts
 * import { loadFlower } from '@infimum/datasets/flower';
 *
 * const { pixels, shape } = loadFlower();
 * console.log(pixels.rows, pixels.cols, shape.join('x')); // 10880 3 85x128
 * ```
 */
export function loadFlower(): Photograph {
  return photograph(pixels, flower);
}
