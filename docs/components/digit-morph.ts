// Displacement interpolation between two images: the ink moves on straight lines along the optimal plan.
import type { CsrMatrix } from '@infimum/linalg';
import { costMatrix, emd, gridPoints } from '@infimum/ot';

/** The plan between two images, for interpolation at any time. */
export interface Morph {
  readonly side: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Indices of the pixels that have ink. */
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  readonly plan: CsrMatrix;
  /** Transport cost: the squared Wasserstein distance. */
  readonly cost: number;
}

/** The optimal transport of one square image onto another. */
export function morphBetween(first: Float64Array, second: Float64Array): Morph {
  const side = Math.sqrt(first.length);
  const points = gridPoints(side);
  const [a, b] = [inked(first), inked(second)];
  const at = (pixels: readonly number[]) => ({
    rows: pixels.length,
    cols: 2,
    values: Float64Array.from(pixels.flatMap((pixel) => [points.values[2 * pixel], points.values[2 * pixel + 1]])),
  });
  const [sources, targets] = [a, b].map(({ pixels }) => pixels);
  const { plan, cost } = emd(a.weights, b.weights, costMatrix(at(sources), at(targets)));
  return { side, first: a.all, second: b.all, sources, targets, plan, cost };
}

/** The image at time `t` from 0 to 1. */
export function imageAt({ side, sources, targets, plan }: Morph, t: number): Float64Array {
  const image = new Float64Array(side * side);
  const between = (from: number, to: number) => from + (to - from) * t;
  for (let i = 0; i < plan.rows; i++) {
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      const [from, to] = [sources[i], targets[plan.columnIndices[k]]];
      const y = between(Math.floor(from / side), Math.floor(to / side));
      const x = between(from % side, to % side);
      const [top, left] = [Math.min(Math.floor(y), side - 2), Math.min(Math.floor(x), side - 2)];
      const [down, right] = [y - top, x - left];
      const mass = plan.values[k];
      image[top * side + left] += mass * (1 - down) * (1 - right);
      image[top * side + left + 1] += mass * (1 - down) * right;
      image[(top + 1) * side + left] += mass * down * (1 - right);
      image[(top + 1) * side + left + 1] += mass * down * right;
    }
  }
  return image;
}

/** The two images faded into each other, for comparison. */
export function fadeAt({ first, second }: Morph, t: number): Float64Array {
  return first.map((value, k) => (1 - t) * value + t * second[k]);
}

/** An image as a distribution of ink, on all pixels and on those that have any. */
function inked(image: Float64Array) {
  const total = image.reduce((sum, value) => sum + value, 0);
  const all = image.map((value) => value / total);
  const pixels = Array.from(all.keys()).filter((k) => all[k] > 0);
  return { all, pixels, weights: Float64Array.from(pixels, (k) => all[k]) };
}
