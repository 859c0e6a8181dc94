// A photograph, for colour transfer.
import { pixels } from './fixtures/china.ts';
import { china } from './metadata.ts';
import { photograph } from './photograph.ts';
import type { Photograph } from './types.ts';

export type { DenseMatrix, Photograph, Provenance } from './types.ts';

/**
 * Loads a photograph of a red pavilion above trees, under a pale sky: 128 x 85 pixels, a row a pixel, red, green and
 * blue from 0 to 255. New arrays with every call. If you show it, name the photographer: see `citation`.
 *
 * @example
 * ```ts
 * import { loadChina } from '@infimum/datasets/china';
 *
 * const { pixels, shape } = loadChina();
 * console.log(pixels.rows, pixels.cols, shape.join('x')); // 10880 3 85x128
 * ```
 */
export function loadChina(): Photograph {
  return photograph(pixels, china);
}
