// Handwritten digits as distributions of ink, for the instance families of several problems.
import { importData } from '@infimum/core/data';
import { total } from './transport.ts';

/** Digits of 8 x 8 or 28 x 28 pixels, one a row. */
export async function loadImages(pixels: 8 | 28) {
  if (pixels === 8) return (await importData(() => import('@infimum/datasets/digits'))).loadDigits().images;
  return (await importData(() => import('@infimum/datasets/digits-28'))).loadDigits28().images;
}

/** One image as a distribution; a little ink everywhere keeps every weight positive. */
export function inkOf(values: Float64Array, image: number, pixels: number): Float64Array {
  const ink = values.slice(image * pixels, (image + 1) * pixels);
  const all = total(ink);
  const floored = ink.map((value) => value / all + 1e-6);
  const mass = total(floored);
  return floored.map((value) => value / mass);
}
