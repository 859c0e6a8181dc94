// Second-order cones |x_1| <= x_0 of an interior-point method: products, steps, and the scaling of Nesterov and Todd.
//
// L. Vandenberghe: The CVXOPT linear and quadratic cone program solvers (2010), sections 2 and 4.
import { norm } from '@infimum/linalg/numerics';

/** The symmetric matrix W of two inner points s and z with W z = W^-1 s. */
export class SecondOrderScaling {
  /** The hyperbolic unit vector w: W = eta (2 r r' - J), where r is the root of w. */
  readonly w: Float64Array;
  /** eta². */
  square = 1;
  /** W z = W^-1 s. */
  readonly middle: Float64Array;

  constructor(size: number) {
    this.w = new Float64Array(size);
    this.middle = new Float64Array(size);
  }

  /** Sets it to that of s and z; false where rounding has put one of them outside. */
  set(s: Float64Array, z: Float64Array): boolean {
    const { w } = this;
    const [a, b] = [heightOf(s), heightOf(z)];
    if (!(a > 0 && b > 0)) return false;
    let product = 0;
    for (let j = 0; j < w.length; j++) product += (s[j] / a) * (z[j] / b);
    const twice = Math.sqrt(2 + 2 * product);
    let squares = 0;
    for (let j = 1; j < w.length; j++) {
      w[j] = (s[j] / a - z[j] / b) / twice;
      squares += w[j] * w[j];
    }
    w[0] = Math.sqrt(1 + squares);
    this.square = a / b;
    this.times(z, this.middle);
    return true;
  }

  /** out <- W x. */
  times(x: Float64Array, out: Float64Array): void {
    this.#reflect(x, out, 1, Math.sqrt(this.square));
  }

  /** out <- W^-1 x. */
  over(x: Float64Array, out: Float64Array): void {
    this.#reflect(x, out, -1, 1 / Math.sqrt(this.square));
  }

  /** c <- W^-1 (middle \ (target e - W^-1 ds o W dz)), ds and dz being a step made before. */
  aim(target: number, before: readonly [Float64Array, Float64Array] | undefined, c: Float64Array): void {
    const aim = new Float64Array(c.length);
    if (before) {
      const [a, b] = [new Float64Array(c.length), new Float64Array(c.length)];
      this.over(before[0], a);
      this.times(before[1], b);
      coneProduct(a, b, aim);
    }
    for (let j = 0; j < aim.length; j++) aim[j] *= -1;
    aim[0] += target;
    coneQuotient(this.middle, aim);
    this.over(aim, c);
  }

  /** c <- c - W^-2 ds - z: the step of the multiplier z. */
  finish(ds: Float64Array, z: Float64Array, c: Float64Array): void {
    const [once, twice] = [new Float64Array(c.length), new Float64Array(c.length)];
    this.over(ds, once);
    this.over(once, twice);
    for (let j = 0; j < c.length; j++) c[j] -= twice[j] + z[j];
  }

  #reflect(x: Float64Array, out: Float64Array, sign: 1 | -1, factor: number): void {
    const { w } = this;
    let along = 0;
    for (let j = 1; j < w.length; j++) along += w[j] * x[j];
    const share = sign * x[0] + along / (1 + w[0]);
    out[0] = factor * (w[0] * x[0] + sign * along);
    for (let j = 1; j < w.length; j++) out[j] = factor * (x[j] + share * w[j]);
  }
}

/** sqrt(x_0² - |x_1|²); 0 or NaN outside of the cone. */
function heightOf(x: Float64Array): number {
  const length = norm(x.subarray(1));
  return x[0] > length ? Math.sqrt((x[0] - length) * (x[0] + length)) : 0;
}

/** The product x o y = (x . y, x_0 y_1 + y_0 x_1). */
function coneProduct(x: Float64Array, y: Float64Array, out: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j];
  for (let j = 1; j < x.length; j++) out[j] = x[0] * y[j] + y[0] * x[j];
  out[0] = sum;
}

/** right <- y of x o y = right, for an inner point x. */
function coneQuotient(x: Float64Array, right: Float64Array): void {
  const height = heightOf(x);
  let first = x[0] * right[0];
  for (let j = 1; j < x.length; j++) first -= x[j] * right[j];
  first /= height * height;
  for (let j = 1; j < x.length; j++) right[j] = (right[j] - first * x[j]) / x[0];
  right[0] = first;
}

/** The longest step from an inner point x along a move that stays inside. */
export function longestConeStep(x: Float64Array, move: Float64Array): number {
  const [inner, outer] = [norm(x.subarray(1)), norm(move.subarray(1))];
  const c = (x[0] - inner) * (x[0] + inner);
  const a = (move[0] - outer) * (move[0] + outer);
  let b = x[0] * move[0];
  for (let j = 1; j < x.length; j++) b -= x[j] * move[j];
  // The least positive root of a t² + 2 b t + c.
  const pole = Math.sqrt(Math.max(0, b * b - a * c)) - b;
  return pole > 0 && b * b >= a * c ? c / pole : Infinity;
}
