// Largest curvature of a function of y at a point, by power iterations on products with its Hessian or on differences of its
// gradients: used to scale steps if no constant is given.
import { norm } from '@infimum/linalg/numerics';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';

/** Largest curvature of g(x, ·) at y: ten power iterations. */
export function lowerCurvature(problem: BilevelProblem, x: Float64Array, y: Float64Array): number {
  const { hvpGyy } = problem;
  if (hvpGyy) return power(y.length, (v, out) => hvpGyy(x, y, v, out));
  return power(y.length, differences(problem.gradGy, x, y));
}

/** Largest curvature of f(x, ·) at y. */
export function upperCurvature(problem: BilevelProblem, x: Float64Array, y: Float64Array): number {
  return power(y.length, differences(problem.gradFy, x, y));
}

/** Largest curvature of g in x and y together, at (x, y). */
export function jointCurvature(problem: BilevelProblem, x: Float64Array, y: Float64Array): number {
  const [p, q] = [x.length, y.length];
  const step = 1e-5 * (norm(x) + norm(y) || 1);
  const [movedX, movedY, below] = [new Float64Array(p), new Float64Array(q), new Float64Array(p + q)];
  const gradientAt = (v: Float64Array, t: number, out: Float64Array) => {
    for (let i = 0; i < p; i++) movedX[i] = x[i] + t * v[i];
    for (let j = 0; j < q; j++) movedY[j] = y[j] + t * v[p + j];
    problem.gradGx(movedX, movedY, out.subarray(0, p));
    problem.gradGy(movedX, movedY, out.subarray(p));
  };
  return power(p + q, (v, out) => {
    gradientAt(v, -step, below);
    gradientAt(v, step, out);
    for (let i = 0; i < p + q; i++) out[i] = (out[i] - below[i]) / (2 * step);
  });
}

function differences(gradient: BilevelProblem['gradGy'], x: Float64Array, y: Float64Array) {
  const step = 1e-5 * (norm(y) || 1);
  const moved = new Float64Array(y.length);
  const below = new Float64Array(y.length);
  return (v: Float64Array, out: Float64Array) => {
    for (let j = 0; j < y.length; j++) moved[j] = y[j] - step * v[j];
    gradient(x, moved, below);
    for (let j = 0; j < y.length; j++) moved[j] = y[j] + step * v[j];
    gradient(x, moved, out);
    for (let j = 0; j < y.length; j++) out[j] = (out[j] - below[j]) / (2 * step);
  };
}

function power(size: number, product: (v: Float64Array, out: Float64Array) => void): number {
  // A start with all frequencies, the same every time.
  let v = Float64Array.from({ length: size }, (_, j) => 1 + 0.5 * Math.sin(1.7 * j + 0.3));
  let out = new Float64Array(size);
  let length = norm(v);
  let curvature = 0;
  for (let k = 0; k < 10; k++) {
    for (let j = 0; j < size; j++) v[j] /= length;
    product(v, out);
    length = norm(out);
    curvature = Math.max(curvature, length);
    if (!(length > 0 && length < Infinity)) break;
    [v, out] = [out, v];
  }
  return curvature;
}

/** A largest curvature that is estimated again at iterations 1, 2, 4, 8, … and never falls. */
export class CurvatureWatch {
  #next = 0;
  #largest = 0;
  readonly #measure: (() => number) | undefined;

  /** @param given - a known constant; measured if missing */
  constructor(given: number | undefined, measure: () => number) {
    if (given === undefined) this.#measure = measure;
    else this.#largest = given;
  }

  /** The constant of this iteration; 1 where there is no curvature at all. */
  at(iteration: number): number {
    if (this.#measure && iteration >= this.#next) {
      const measured = this.#measure();
      if (measured < Infinity) this.#largest = Math.max(this.#largest, measured);
      this.#next = Math.max(1, 2 * iteration);
    }
    return this.#largest || 1;
  }
}
