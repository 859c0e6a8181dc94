// The running moments of Adam and the direction that they give, for every method that takes its steps.
//
// D. Kingma, J. Ba: Adam: a method for stochastic optimization (2015), arXiv 1412.6980.

/**
 * Running means m of gradients and v of their squares, freed of their bias towards zero: d = m̂ / (sqrt(v̂) + epsilon). A step of
 * Adam is x <- x - learningRate d. Time O(n) a direction, 2 n numbers.
 *
 * @example
 * ```ts
 * import { AdamMoments } from '@infimum/linalg/numerics';
 *
 * const moments = new AdamMoments(2);
 * const direction = moments.direction(Float64Array.of(100, 0), new Float64Array(2));
 * console.log(direction[0].toFixed(6), direction[1]); // 1.000000 0
 * ```
 */
export class AdamMoments {
  /** m, the running mean of gradients. */
  readonly mean: Float64Array;
  /** v, the running mean of squared gradients. */
  readonly square: Float64Array;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  /** Gradients taken in so far. */
  steps = 0;

  /**
   * @param size - number of parameters
   */
  constructor(size: number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}) {
    this.mean = new Float64Array(size);
    this.square = new Float64Array(size);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  /** Takes in a gradient and writes d to `out`, which may be the gradient; an entry that never had a gradient stays at 0. Returns `out`. */
  direction(gradient: Float64Array, out: Float64Array): Float64Array {
    const [mean, square, beta1, beta2, epsilon] = [this.mean, this.square, this.#beta1, this.#beta2, this.#epsilon];
    this.steps++;
    const [meanScale, squareScale] = [1 - beta1 ** this.steps, 1 - beta2 ** this.steps];
    for (let i = 0; i < mean.length; i++) {
      const g = gradient[i];
      mean[i] = beta1 * mean[i] + (1 - beta1) * g;
      square[i] = beta2 * square[i] + (1 - beta2) * g * g;
      const root = Math.sqrt(square[i] / squareScale) + epsilon;
      out[i] = root > 0 ? mean[i] / meanScale / root : 0;
    }
    return out;
  }
}
