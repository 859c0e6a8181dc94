// H = w g g' with the gradient g itself: of rank one; the only solve needed is that for the gradient's norm.
//
// With a = g . B^-1 r / |g|*², the share of g in r:
// (w g g' + lambda B)^-1 r = a / (lambda + w |g|*²) B^-1 g + (B^-1 r - a B^-1 g) / lambda.
import { dot } from '@infimum/linalg/numerics';
import type { ShiftedSystem } from './shifted-system.ts';

/** O(d) for every lambda. */
export class GradientSystem implements ShiftedSystem {
  /** A factorisation is a check of the sign. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #weightAt: (x: Float64Array) => number;
  readonly #gradient: Float64Array;
  readonly #raised: Float64Array;
  #weight = 0;
  #square = 0; // |g|*²
  #lambda = 0;

  constructor(size: number, weightAt: (x: Float64Array) => number) {
    this.#weightAt = weightAt;
    this.#gradient = new Float64Array(size);
    this.#raised = new Float64Array(size);
  }

  prepare(x: Float64Array, gradient: Float64Array, raised: Float64Array): void {
    this.#weight = this.#weightAt(x);
    this.#gradient.set(gradient);
    this.#raised.set(raised);
    this.#square = dot(gradient, raised);
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    const positive = lambda > 0 && lambda + this.#weight * this.#square > 0;
    if (positive) this.counts.factorizations++;
    else this.counts.failedFactorizations++;
    return positive;
  }

  solve(_: Float64Array, raised: Float64Array, out: Float64Array): boolean {
    const lambda = this.#lambda;
    // The part along B^-1 g and the rest apart: as a difference of both over lambda, the former would cancel.
    const share = this.#square > 0 ? dot(this.#gradient, raised) / this.#square : 0;
    const along = share / (lambda + this.#weight * this.#square);
    for (let i = 0; i < out.length; i++) {
      out[i] = along * this.#raised[i] + (raised[i] - share * this.#raised[i]) / lambda;
    }
    return true;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    const factor = this.#weight * dot(this.#gradient, v);
    for (let i = 0; i < out.length; i++) out[i] = factor * this.#gradient[i];
  }

  [Symbol.dispose](): void {}
}
