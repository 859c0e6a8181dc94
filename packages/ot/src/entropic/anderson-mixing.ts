// Anderson's extrapolation of fixed-point iterations from their last few steps.
//
// D. Anderson: Iterative procedures for nonlinear integral equations (1965); in the form of H. Walker, P. Ni: Anderson
// acceleration for fixed-point iterations (2011).

import { dot } from '../vectors.ts';

/** Singular directions of the differences count as nothing below this share of the largest. */
const REGULARIZATION = 1e-12;

/** Looks for x = g(x), from points and their images. */
export class AndersonMixing {
  readonly #memory: number;
  readonly #residual: Float64Array;
  readonly #image: Float64Array;
  readonly #point: Float64Array;
  readonly #residualChanges: Float64Array[];
  readonly #imageChanges: Float64Array[];
  readonly #gram: Float64Array;
  #steps = 0;

  /**
   * @param size - length of the points
   * @param memory - how many steps are remembered
   */
  constructor(size: number, memory: number) {
    const vectors = () => Array.from({ length: memory }, () => new Float64Array(size));
    this.#memory = memory;
    this.#residual = new Float64Array(size);
    this.#image = new Float64Array(size);
    this.#point = new Float64Array(size);
    this.#residualChanges = vectors();
    this.#imageChanges = vectors();
    this.#gram = new Float64Array(memory * memory);
  }

  /** Forgets all steps. */
  reset(): void {
    this.#steps = 0;
  }

  /**
   * The next point: g is taken for affine between the remembered points, and the combination of them with the least
   * |g(x) - x| is mapped. O(memory n).
   *
   * @returns an array that is valid until the next call
   */
  next(point: Float64Array, image: Float64Array): Float64Array {
    const kept = Math.min(this.#steps, this.#memory);
    if (kept > 0) this.#remember((this.#steps - 1) % this.#memory, point, image, kept);
    for (let k = 0; k < image.length; k++) {
      this.#residual[k] = image[k] - point[k];
      this.#image[k] = image[k];
    }
    this.#steps++;
    const out = this.#point;
    out.set(image);
    const weights = this.#weights(kept);
    for (let step = 0; step < kept; step++) {
      const change = this.#imageChanges[step];
      const weight = weights[step];
      for (let k = 0; k < out.length; k++) out[k] -= weight * change[k];
    }
    return out;
  }

  /** Writes the changes since the last step into a slot, and their products with the other slots. */
  #remember(slot: number, point: Float64Array, image: Float64Array, kept: number): void {
    const residualChange = this.#residualChanges[slot];
    const imageChange = this.#imageChanges[slot];
    for (let k = 0; k < image.length; k++) {
      residualChange[k] = image[k] - point[k] - this.#residual[k];
      imageChange[k] = image[k] - this.#image[k];
    }
    for (let other = 0; other < kept; other++) {
      const product = dot(residualChange, this.#residualChanges[other]);
      this.#gram[slot * this.#memory + other] = product;
      this.#gram[other * this.#memory + slot] = product;
    }
  }

  /** Least squares by Cholesky's factorisation of the damped normal equations. */
  #weights(count: number): Float64Array {
    const memory = this.#memory;
    const weights = new Float64Array(count);
    const lower = new Float64Array(count * count);
    let trace = 0;
    for (let i = 0; i < count; i++) {
      trace += this.#gram[i * memory + i];
      weights[i] = dot(this.#residualChanges[i], this.#residual);
    }
    if (!(trace > 0)) return weights.fill(0);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = this.#gram[i * memory + j] + (i === j ? REGULARIZATION * trace : 0);
        for (let k = 0; k < j; k++) sum -= lower[i * count + k] * lower[j * count + k];
        lower[i * count + j] =
          i === j ? Math.sqrt(Math.max(sum, REGULARIZATION * trace)) : sum / lower[j * count + j];
      }
    }
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < i; k++) weights[i] -= lower[i * count + k] * weights[k];
      weights[i] /= lower[i * count + i];
    }
    for (let i = count - 1; i >= 0; i--) {
      for (let k = i + 1; k < count; k++) weights[i] -= lower[k * count + i] * weights[k];
      weights[i] /= lower[i * count + i];
    }
    return weights;
  }
}
