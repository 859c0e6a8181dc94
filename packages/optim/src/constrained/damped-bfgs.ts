// The quasi-Newton matrix of the Lagrangian where no second derivatives are known.
//
// M. Powell: A fast algorithm for nonlinearly constrained optimization calculations (1978).
import { dot } from '@infimum/linalg/numerics';

/** Damping: curvature along a step is never below this part of the matrix's own. */
const DAMPING = 0.2;

/** B <- B - Bs(Bs)'/s'Bs + rr'/s'r with r = θ u + (1 - θ) B s, u the change of the gradient of the Lagrangian at new multipliers. */
export class DampedBfgs {
  readonly #matrix: Float64Array;
  /** R with R'R = B⁻¹, in the product form. */
  readonly root: Float64Array;
  readonly #n: number;
  readonly #scales: boolean;
  #isFirst = true;
  #x: Float64Array | undefined;
  #gradient = new Float64Array(0);
  #jacobian = new Float64Array(0);

  /** @param scales - whether the first step sets the size of the matrix: many directions are then learned at once. */
  constructor(n: number, scales = false) {
    this.#n = n;
    this.#scales = scales;
    this.#matrix = new Float64Array(n * n);
    this.root = new Float64Array(n * n);
    this.reset();
  }

  /** Whether nothing was learned yet. */
  get isFresh(): boolean {
    return this.#isFirst;
  }

  /** Forgets what was learned. */
  reset(): void {
    this.#isFirst = true;
    this.#fill(1);
  }

  /** B = size I. */
  #fill(size: number): void {
    const n = this.#n;
    this.#matrix.fill(0);
    this.root.fill(0);
    for (let i = 0; i < n; i++) {
      this.#matrix[i * n + i] = size;
      this.root[i * n + i] = 1 / Math.sqrt(size);
    }
  }

  /** Learns from the step to x, and writes B; zero for sigma = 0, where constraints alone are asked for. */
  write(
    x: Float64Array,
    gradient: Float64Array,
    jacobian: Float64Array,
    multipliers: Float64Array,
    sigma: number,
    out: Float64Array,
  ): void {
    if (sigma === 0) {
      out.fill(0);
      return;
    }
    if (this.#x) this.#learn(x, gradient, jacobian, multipliers);
    this.#x = x.slice();
    this.#gradient = gradient.slice();
    this.#jacobian = jacobian.slice();
    out.set(this.#matrix);
  }

  #learn(x: Float64Array, gradient: Float64Array, jacobian: Float64Array, multipliers: Float64Array): void {
    const n = this.#n;
    const [matrix, before] = [this.#matrix, this.#x as Float64Array];
    const step = x.map((value, i) => value - before[i]);
    const change = gradient.map((value, i) => value - this.#gradient[i]);
    for (let j = 0; j < multipliers.length; j++) {
      for (let i = 0; i < n; i++) {
        change[i] += multipliers[j] * (jacobian[j * n + i] - this.#jacobian[j * n + i]);
      }
    }
    const square = dot(step, step);
    if (!(square > 0)) return;
    let bend = dot(step, change);
    if (this.#scales && this.#isFirst && bend > square && bend < Infinity) this.#fill(bend / square);
    this.#isFirst = false;
    const product = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j] * step[j];
      product[i] = sum;
    }
    const own = dot(step, product);
    if (!(own > 0)) return;
    if (bend < DAMPING * own) {
      const theta = ((1 - DAMPING) * own) / (own - bend);
      for (let i = 0; i < n; i++) change[i] = theta * change[i] + (1 - theta) * product[i];
      bend = dot(step, change);
    }
    if (!(bend > 0) || !Number.isFinite(bend)) return;
    for (let i = 0; i < n; i++) {
      const [a, b] = [change[i] / bend, product[i] / own];
      for (let j = 0; j < n; j++) matrix[i * n + j] += a * change[j] - b * product[j];
    }
    // R <- R (I - v s') with v = r / s'r - Bs / √(s'r s'Bs).
    const root = this.root;
    const both = Math.sqrt(bend * own);
    const v = change.map((value, i) => value / bend - product[i] / both);
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += root[k * n + i] * v[i];
      for (let i = 0; i < n; i++) root[k * n + i] -= sum * step[i];
    }
  }
}
