// Anderson's extrapolation of fixed-point iterations from their last few steps.
//
// D. Anderson: Iterative procedures for nonlinear integral equations (1965); in the form of H. Walker, P. Ni: Anderson
// acceleration for fixed-point iterations (2011).
import { powerOfTwoNear } from '../power-of-two.ts';
import { smallCholesky, solveSmallCholesky } from './small-cholesky.ts';
import { dot } from './vectors.ts';

/** The normal equations are damped by this share of their trace, below which directions of the differences are rounding. */
const DAMPING = 1e-12;

/**
 * Searches for x = g(x) from points and their images: g is modelled as affine between the stored points, and their affine
 * combination with the least |g(x) - x| is mapped. Time O(memory n) for each of `add` and `mix`, memory 2 memory n
 * numbers. Any scale of x will do.
 *
 * @example
 * ```ts
 * import { AndersonMixing } from '@infimum/linalg/numerics';
 *
 * const mixing = new AndersonMixing(1, 3);
 * let x = Float64Array.of(0);
 * for (let step = 0; step < 8; step++) x = mixing.next(x, x.map(Math.cos)).slice();
 * console.log(x[0].toFixed(10)); // 0.7390851332
 * ```
 */
export class AndersonMixing {
  readonly #memory: number;
  #size = 0;
  /** What residuals are divided by, so that their products neither over- nor underflow. */
  #scale = 1;
  /** Points since the last reset. */
  #count = 0;
  #residual = new Float64Array(0);
  #image = new Float64Array(0);
  #mixed = new Float64Array(0);
  /** Slot k: how residual and image changed from one point to the next. */
  #residualChanges: Float64Array[] = [];
  #imageChanges: Float64Array[] = [];
  readonly #gram: Float64Array;
  readonly #factor: Float64Array;
  readonly #shares: Float64Array;
  /** Lengths of the changes of the residuals, the newest first. */
  readonly #lengths: Float64Array;

  /**
   * @param size - length of the points
   * @param memory - how many steps are looked back on: memory + 1 points are combined
   */
  constructor(size: number, memory: number) {
    this.#memory = memory;
    this.#gram = new Float64Array(memory * memory);
    this.#factor = new Float64Array(memory * memory);
    this.#shares = new Float64Array(memory);
    this.#lengths = new Float64Array(memory);
    this.reset(size);
  }

  /** How many points the next `mix` combines. */
  get points(): number {
    return Math.min(this.#count, this.#memory + 1);
  }

  /** Forgets all points; those that come next may be of another length. */
  reset(size = this.#size): void {
    this.#count = 0;
    if (size === this.#size) return;
    this.#size = size;
    this.#residual = new Float64Array(size);
    this.#image = new Float64Array(size);
    this.#mixed = new Float64Array(size);
    this.#residualChanges = [];
    this.#imageChanges = [];
  }

  /** `add` and `mix`: the next point; an array that is valid until the next call. */
  next(point: Float64Array, image: Float64Array, lookBack = this.#memory): Float64Array {
    this.add(point, image);
    return this.mix(lookBack);
  }

  /** Remembers a point and its image g(point). */
  add(point: Float64Array, image: Float64Array): void {
    if (this.#count > 0) this.#remember(point, image);
    else this.#scale = powerOfTwoNear(image.map((value, i) => value - point[i]));
    for (let i = 0; i < image.length; i++) {
      this.#residual[i] = (image[i] - point[i]) / this.#scale;
      this.#image[i] = image[i];
    }
    this.#count++;
  }

  /**
   * The combination of the images; the newest image where nothing better is to be had. Valid until the next call.
   *
   * @param lookBack - how many of the steps that are remembered count, all by default
   */
  mix(lookBack = this.#memory): Float64Array {
    const out = this.#mixed;
    out.set(this.#image);
    const kept = this.#solve(lookBack);
    for (let age = 0; age < kept; age++) {
      const [change, share] = [this.#imageChanges[this.#slotOf(age)], this.#shares[age]];
      for (let i = 0; i < out.length; i++) out[i] -= share * change[i];
    }
    return out;
  }

  /**
   * The weights of the images in what `mix` returns, the oldest first; they add up to one. For combining what depends on the
   * points by an affine function.
   */
  weights(): Float64Array {
    const weights = new Float64Array(this.points);
    if (weights.length === 0) return weights;
    const kept = this.#solve(this.#memory);
    const last = weights.length - 1;
    // g - sum of s_k (g_k+1 - g_k), over the changes from the newest on
    weights[last] = 1;
    for (let age = 0; age < kept; age++) {
      weights[last - age - 1] += this.#shares[age];
      weights[last - age] -= this.#shares[age];
    }
    return weights;
  }

  /** Writes the changes since the last point into the oldest slot, and their products with the others. */
  #remember(point: Float64Array, image: Float64Array): void {
    const [memory, gram] = [this.#memory, this.#gram];
    const slot = (this.#count - 1) % memory;
    this.#residualChanges[slot] ??= new Float64Array(this.#size);
    this.#imageChanges[slot] ??= new Float64Array(this.#size);
    const [residualChange, imageChange] = [this.#residualChanges[slot], this.#imageChanges[slot]];
    for (let i = 0; i < image.length; i++) {
      residualChange[i] = (image[i] - point[i]) / this.#scale - this.#residual[i];
      imageChange[i] = image[i] - this.#image[i];
    }
    for (let other = 0; other < Math.min(this.#count, memory); other++) {
      const product = dot(residualChange, this.#residualChanges[other]);
      gram[slot * memory + other] = product;
      gram[other * memory + slot] = product;
    }
  }

  /** Where the change of so many steps ago is. */
  #slotOf(age: number): number {
    return (this.#count - 2 - age) % this.#memory;
  }

  /**
   * Least squares for the shares of the changes, the newest first, by the damped normal equations of changes of unit length: where
   * the residual falls quickly the newest are as small as the rounding of the oldest. Returns how many there are.
   */
  #solve(lookBack: number): number {
    const kept = Math.min(this.points - 1, lookBack);
    if (kept <= 0) return 0;
    const [memory, gram, lengths] = [this.#memory, this.#gram, this.#lengths];
    for (let k = 0; k < kept; k++) {
      const slot = this.#slotOf(k);
      lengths[k] = Math.sqrt(gram[slot * memory + slot]);
      if (!(lengths[k] > 0 && lengths[k] < Infinity)) return 0;
    }
    for (let damping = DAMPING; damping < 1; damping *= 10) {
      if (this.#factorize(kept, damping)) return this.#share(kept);
    }
    return 0;
  }

  /** Factors the normal equations; returns whether they are positive definite beyond rounding. */
  #factorize(kept: number, damping: number): boolean {
    const [memory, gram, lengths, factor] = [this.#memory, this.#gram, this.#lengths, this.#factor];
    for (let k = 0; k < kept; k++) {
      const row = this.#slotOf(k) * memory;
      for (let l = 0; l <= k; l++) factor[k * kept + l] = gram[row + this.#slotOf(l)] / (lengths[k] * lengths[l]);
    }
    return smallCholesky(factor, kept, damping);
  }

  /** The shares by the factor; returns how many, none where they are no numbers. */
  #share(kept: number): number {
    const [shares, lengths] = [this.#shares, this.#lengths];
    for (let k = 0; k < kept; k++) {
      shares[k] = dot(this.#residualChanges[this.#slotOf(k)], this.#residual) / lengths[k];
    }
    solveSmallCholesky(this.#factor, kept, shares);
    for (let k = 0; k < kept; k++) {
      shares[k] /= lengths[k];
      if (!Number.isFinite(shares[k])) return 0;
    }
    return kept;
  }
}
