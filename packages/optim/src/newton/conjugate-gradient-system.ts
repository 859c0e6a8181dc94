// H known by its products: (H + lambda B) d = r by conjugate gradients, preconditioned by B.
import { addScaled, dot } from '@infimum/linalg/numerics';
import type { Metric } from '../smooth/metric.ts';
import type { ShiftedSystem } from './shifted-system.ts';

/** One product with H an iteration; the residual's dual norm falls to min(0.1, |r|*) |r|* / 100. */
export class ConjugateGradientSystem implements ShiftedSystem {
  /** A factorisation is a system that was solved. */
  readonly counts = { factorizations: 0, failedFactorizations: 0 };
  readonly #size: number;
  readonly #metric: Metric;
  readonly #product: (x: Float64Array, v: Float64Array, out: Float64Array) => void;
  readonly #x: Float64Array;
  readonly #residual: Float64Array;
  readonly #raised: Float64Array;
  readonly #direction: Float64Array;
  readonly #image: Float64Array;
  readonly #metricImage: Float64Array;
  #lambda = 0;

  constructor(size: number, metric: Metric, product: (x: Float64Array, v: Float64Array, out: Float64Array) => void) {
    this.#size = size;
    this.#metric = metric;
    this.#product = product;
    [this.#x, this.#residual, this.#raised, this.#direction, this.#image, this.#metricImage] = Array.from(
      { length: 6 },
      () => new Float64Array(size),
    );
  }

  prepare(x: Float64Array): void {
    this.#x.set(x);
  }

  factor(lambda: number): boolean {
    this.#lambda = lambda;
    return true;
  }

  solve(right: Float64Array, raised: Float64Array, out: Float64Array): boolean {
    const succeeded = this.#iterate(right, raised, out);
    if (succeeded) this.counts.factorizations++;
    else this.counts.failedFactorizations++;
    return succeeded;
  }

  multiply(v: Float64Array, out: Float64Array): void {
    this.#product(this.#x, v, out);
  }

  [Symbol.dispose](): void {}

  #iterate(right: Float64Array, raised: Float64Array, out: Float64Array): boolean {
    const residual = this.#residual;
    const direction = this.#direction;
    const image = this.#image;
    residual.set(right);
    this.#raised.set(raised);
    direction.set(raised);
    out.fill(0);
    let energy = dot(right, raised);
    const norm = Math.sqrt(energy);
    const target = (Math.min(0.1, norm) * norm) / 100;
    // Rounding may keep the residual above a target that is far below its start.
    for (let iteration = 0; iteration < 10 * this.#size && Math.sqrt(energy) > target; iteration++) {
      this.#multiplyShifted(direction, image);
      const curvature = dot(direction, image);
      if (!(curvature > 0)) return false;
      const step = energy / curvature;
      addScaled(out, step, direction);
      addScaled(residual, -step, image);
      this.#metric.solve(residual, this.#raised);
      const next = dot(residual, this.#raised);
      if (!(next >= 0)) return false;
      for (let i = 0; i < direction.length; i++) direction[i] = this.#raised[i] + (next / energy) * direction[i];
      energy = next;
    }
    return true;
  }

  #multiplyShifted(v: Float64Array, out: Float64Array): void {
    this.#product(this.#x, v, out);
    this.#metric.multiply(v, this.#metricImage);
    addScaled(out, this.#lambda, this.#metricImage);
  }
}
