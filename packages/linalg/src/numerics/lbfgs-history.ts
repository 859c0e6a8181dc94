// The last steps and gradient changes of a quasi-Newton method, and the inverse Hessian that they describe.
//
// D. C. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989).
import { powerOfTwoNear } from '../power-of-two.ts';
import { addScaled, dot } from './vectors.ts';

/**
 * The limited-memory inverse Hessian H. Steps and gradient changes are scaled by powers of two, so that products neither over- nor
 * underflow for any scale of f and x. Time O(memory n) a direction, 2 memory n numbers.
 *
 * @example
 * ```ts
 * import { LbfgsHistory } from '@infimum/linalg/numerics';
 *
 * // f = (x² + 10 y²) / 2: after two steps along the axes H is the inverse Hessian.
 * const history = new LbfgsHistory(2, 5);
 * history.add(Float64Array.of(1, 0), Float64Array.of(1, 0));
 * history.add(Float64Array.of(0, 1), Float64Array.of(0, 10));
 * console.log(history.direction(Float64Array.of(3, 20), new Float64Array(2)).join(' ')); // -3 -2
 * ```
 */
export class LbfgsHistory {
  readonly #memory: number;
  readonly #steps: Float64Array[];
  readonly #changes: Float64Array[];
  /** s . y of the scaled pairs. */
  readonly #curvatures: Float64Array;
  /** The scale of s over that of y. */
  readonly #ratios: Float64Array;
  readonly #weights: Float64Array;
  readonly #metric: Float64Array | undefined;
  /** Where the next pair is written, before it is known whether it will do. */
  #step: Float64Array;
  #change: Float64Array;
  #count = 0;

  /**
   * @param size - length of the points
   * @param memory - how many pairs are remembered
   * @param metric - the diagonal of the first inverse Hessian, up to a factor that the newest pair gives; ones by default
   */
  constructor(size: number, memory: number, metric?: Float64Array) {
    this.#memory = memory;
    this.#steps = Array.from({ length: memory }, () => new Float64Array(size));
    this.#changes = Array.from({ length: memory }, () => new Float64Array(size));
    this.#curvatures = new Float64Array(memory);
    this.#ratios = new Float64Array(memory);
    this.#weights = new Float64Array(memory);
    this.#metric = metric;
    this.#step = new Float64Array(size);
    this.#change = new Float64Array(size);
  }

  /** Whether nothing is remembered. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Forgets all pairs. */
  clear(): void {
    this.#count = 0;
  }

  /**
   * Remembers a step and the change of the gradient along it, unless its curvature s . y is not positive beyond rounding, as
   * the Wolfe conditions would make it.
   *
   * @returns whether it was remembered
   */
  add(step: Float64Array, change: Float64Array): boolean {
    const [stepScale, changeScale] = [powerOfTwoNear(step), powerOfTwoNear(change)];
    const [s, y] = [this.#step, this.#change];
    for (let i = 0; i < s.length; i++) {
      s[i] = step[i] / stepScale;
      y[i] = change[i] / changeScale;
    }
    const curvature = dot(s, y);
    const ratio = stepScale / changeScale;
    const bound = Number.EPSILON * Math.sqrt(dot(s, s) * dot(y, y));
    if (!(curvature > bound && ratio > 0 && ratio < Infinity)) return false;
    const k = this.#count % this.#memory;
    [this.#steps[k], this.#step] = [s, this.#steps[k]];
    [this.#changes[k], this.#change] = [y, this.#changes[k]];
    this.#curvatures[k] = curvature;
    this.#ratios[k] = ratio;
    this.#count++;
    return true;
  }

  /** out <- -H g, by the two loops over the pairs; -D g with the metric D where there are none. Returns `out`. */
  direction(gradient: Float64Array, out: Float64Array): Float64Array {
    const metric = this.#metric;
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i];
    if (this.isEmpty) {
      if (metric) for (let i = 0; i < out.length; i++) out[i] *= metric[i];
      return out;
    }
    const memory = this.#memory;
    const oldest = Math.max(0, this.#count - memory);
    for (let age = this.#count - 1; age >= oldest; age--) {
      const k = age % memory;
      this.#weights[k] = dot(this.#steps[k], out) / this.#curvatures[k];
      addScaled(out, -this.#weights[k], this.#changes[k]);
    }
    const newest = (this.#count - 1) % memory;
    const y = this.#changes[newest];
    let squares = 0;
    for (let i = 0; i < y.length; i++) squares += y[i] * y[i] * (metric ? metric[i] : 1);
    const scale = this.#ratios[newest] * (this.#curvatures[newest] / squares);
    for (let i = 0; i < out.length; i++) out[i] *= metric ? scale * metric[i] : scale;
    for (let age = oldest; age < this.#count; age++) {
      const k = age % memory;
      const share = dot(this.#changes[k], out) / this.#curvatures[k];
      addScaled(out, this.#ratios[k] * this.#weights[k] - share, this.#steps[k]);
    }
    return out;
  }
}
