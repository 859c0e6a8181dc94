// Anderson extrapolation: combines the last points of an iteration so that the same combination of its steps is shortest.
//
// D. Anderson: Iterative procedures for nonlinear integral equations (1965); for coordinate descent: Q. Bertrand, M. Massias:
// Anderson acceleration of coordinate descent (arXiv 2011.10065).
import { factorInPlace, GrowingArray, solveFactored } from '../state/small-dense.ts';

/** Points less one that are combined. */
const MEMORY = 5;

/** Whether the combined values of the active coordinates are better than what they are now. */
export type Comparison = (active: Int32Array, combined: Float64Array, combinedImage: Float64Array) => boolean;

/** Extrapolates x on some coordinates along with its image, an affine function of x; its arrays are reused. */
export class Extrapolation {
  #count = 0;
  readonly #points = new GrowingArray();
  readonly #images = new GrowingArray();
  readonly #point = new GrowingArray();
  readonly #image = new GrowingArray();
  readonly #system = new Float64Array(MEMORY * MEMORY);
  readonly #weights = new Float64Array(MEMORY);

  /** Forgets everything: other coordinates come next. */
  begin(): void {
    this.#count = 0;
  }

  /**
   * Notes x and its image after a step, and when enough is noted replaces them by c_1 x_1 + … + c_K x_K, sum c = 1, with the
   * shortest sum of c_k (x_k - x_k-1), if that is better. Whether it was.
   */
  follow(x: Float64Array, image: Float64Array, active: Int32Array, isBetter: Comparison): boolean {
    const size = active.length;
    const points = this.#points.of((MEMORY + 1) * size);
    const images = this.#images.of((MEMORY + 1) * image.length);
    for (let k = 0, at = this.#count * size; k < size; k++) points[at + k] = x[active[k]];
    images.set(image, this.#count * image.length);
    if (this.#count++ < MEMORY) return false;
    this.#count = 0;
    if (!this.#weigh(points, size)) return false;
    const point = this.#combine(points, size, this.#point.of(size));
    const combinedImage = this.#combine(images, image.length, this.#image.of(image.length));
    if (!isBetter(active, point, combinedImage)) return false;
    for (let k = 0; k < size; k++) x[active[k]] = point[k];
    for (let i = 0; i < image.length; i++) image[i] = combinedImage[i];
    return true;
  }

  /** The weights c of the points 1 to K, from U'U z = 1 with the steps as columns of U; false if these are dependent. */
  #weigh(points: Float64Array, size: number): boolean {
    const [system, weights] = [this.#system, this.#weights];
    for (let k = 0; k < MEMORY; k++) {
      for (let l = 0; l <= k; l++) {
        let sum = 0;
        for (let i = 0, a = k * size, b = l * size; i < size; i++, a++, b++)
          sum += (points[a + size] - points[a]) * (points[b + size] - points[b]);
        system[k * MEMORY + l] = sum;
      }
    }
    if (!factorInPlace(system, MEMORY)) return false;
    weights.fill(1);
    solveFactored(system, MEMORY, weights);
    let total = 0;
    for (let k = 0; k < MEMORY; k++) total += weights[k];
    for (let k = 0; k < MEMORY; k++) weights[k] /= total;
    return Number.isFinite(total) && total !== 0;
  }

  #combine(all: Float64Array, size: number, out: Float64Array): Float64Array {
    out.fill(0, 0, size);
    for (let k = 0; k < MEMORY; k++) {
      const weight = this.#weights[k];
      for (let i = 0, at = (k + 1) * size; i < size; i++) out[i] += weight * all[at + i];
    }
    return out;
  }
}
