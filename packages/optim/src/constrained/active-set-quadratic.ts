// Strictly convex quadratic programs by the dual active-set method: constraints are added one by one to the minimum without any, so that
// few active ones cost little.
//
// D. Goldfarb, A. Idnani: A numerically stable dual method for solving strictly convex quadratic programs (1983).
import { norm } from '@infimum/linalg/numerics';

/** min p'Bp/2 + g'p subject to low <= Ap <= high and lower <= p <= upper. */
export interface StepProgram {
  /** R with R'R = B⁻¹, n x n row by row; is changed. */
  readonly root: Float64Array;
  /** g. */
  readonly linear: Float64Array;
  /** A, m x n row by row. */
  readonly rows: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** p, and the multipliers of g + Bp + A'λ + μ = 0: at least 0 at a largest value, at most 0 at a least one. */
export interface StepSolution {
  readonly step: Float64Array;
  readonly multipliers: Float64Array;
  readonly boundMultipliers: Float64Array;
}

/** Parts of a normal outside of the span of the active ones below this are rounding. */
const DEPENDENT = 1e-11;

/** Violations below this, over the terms of a constraint, are rounding. */
const MET = 1e-13;

/** An active constraint: number (rows, then bounds), 1 at its least value and -1 at its largest, multiplier. */
interface Active {
  readonly index: number;
  readonly sign: 1 | -1;
  readonly isEquality: boolean;
  weight: number;
}

/** Solves it in O(n m) operations and O(n²) for every active constraint; undefined where nothing is feasible. */
export function solveActiveSet({ root, linear, rows, low, high, lower, upper }: StepProgram): StepSolution | undefined {
  const [n, m] = [linear.length, low.length];
  const triangle = new Float64Array(n * n); // of the images R n of active normals, column by column; rows of R beyond are free
  const x = new Float64Array(n);
  for (let k = 0; k < n; k++) axpy(-product(root, k * n, linear, 0, n), root, k * n, x, 0, n);
  const active: Active[] = [];
  const [image, sums, duals] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const isActive = new Int8Array(m + n);

  const apply = (index: number) => (index < m ? product(rows, index * n, x, 0, n) : x[index - m]);
  const bound = (index: number, sign: number) =>
    index < m ? (sign > 0 ? low : high)[index] : (sign > 0 ? lower : upper)[index - m];
  /** R n and the dual direction; rows of R that are free are reflected so that one of them has all that is outside of the span. */
  const directions = (index: number, sign: number): void => {
    for (let k = 0; k < n; k++) {
      image[k] = sign * (index < m ? product(root, k * n, rows, index * n, n) : root[k * n + index - m]);
    }
    const q = active.length;
    reflect(root, image, sums, q, n);
    for (let k = q - 1; k >= 0; k--) {
      let sum = image[k];
      for (let l = k + 1; l < q; l++) sum -= triangle[l * n + k] * duals[l];
      duals[k] = sum / triangle[k * n + k];
    }
  };
  const drop = (place: number): void => {
    isActive[active[place].index] = 0;
    active.splice(place, 1);
    for (let l = place; l < active.length; l++) triangle.copyWithin(l * n, (l + 1) * n, (l + 1) * n + l + 2);
    for (let k = place; k < active.length; k++) {
      const [a, b] = [triangle[k * n + k], triangle[k * n + k + 1]];
      if (b === 0) continue;
      const length = Math.hypot(a, b);
      const [c, s] = [a / length, b / length];
      for (let l = k; l < active.length; l++) rotate(triangle, l * n + k, l * n + k + 1, 1, c, s);
      rotate(root, k * n, (k + 1) * n, n, c, s);
    }
  };
  /** Moves until a constraint is satisfied and active; false where that is impossible. */
  const meet = (index: number, sign: 1 | -1, isEquality: boolean): boolean => {
    const target = bound(index, sign);
    const constraint: Active = { index, sign, isEquality, weight: 0 };
    for (;;) {
      directions(index, sign);
      const q = active.length;
      let [longest, blocking] = [Infinity, -1];
      for (let k = 0; k < q; k++) {
        const { weight, isEquality } = active[k];
        if (isEquality || !(duals[k] > 0) || weight / duals[k] >= longest) continue;
        [longest, blocking] = [weight / duals[k], k];
      }
      const outside = q < n ? image[q] : 0;
      const isSpanned = !(Math.abs(outside) > DEPENDENT * norm(image));
      const gap = sign * (target - apply(index));
      const full = isSpanned ? Infinity : gap / (outside * outside);
      const step = Math.min(longest, full);
      if (step === Infinity) {
        isActive[index] = 1; // it follows from the others, to rounding
        return Math.abs(gap) <= 1e-9 * (1 + Math.abs(target));
      }
      if (!isSpanned) axpy(step * outside, root, q * n, x, 0, n);
      for (let k = 0; k < q; k++) active[k].weight -= step * duals[k];
      constraint.weight += step;
      if (step === full) {
        triangle.set(image.subarray(0, q + 1), q * n);
        active.push(constraint);
        isActive[index] = 1;
        return true;
      }
      drop(blocking);
    }
  };

  /** Moves x to where active constraints are met again: the minimum without any may have been far, and its digits are lost. */
  const polish = (): void => {
    for (let l = 0; l < active.length; l++) {
      const { index, sign } = active[l];
      duals[l] = sign * (bound(index, sign) - apply(index));
      for (let k = 0; k < l; k++) duals[l] -= triangle[l * n + k] * duals[k];
      duals[l] /= triangle[l * n + l];
    }
    for (let l = 0; l < active.length; l++) axpy(duals[l], root, l * n, x, 0, n);
  };

  for (let index = 0; index < m + n; index++) {
    if (bound(index, 1) !== bound(index, -1)) continue;
    if (!meet(index, apply(index) <= bound(index, 1) ? 1 : -1, true)) return undefined;
  }
  const lengths = new Float64Array(m + n).fill(1);
  for (let j = 0; j < m; j++) lengths[j] = Math.sqrt(product(rows, j * n, rows, j * n, n)) || 1;
  for (let round = 0; round < 20 * (m + n) + 100; round++) {
    let [worst, index, sign]: [number, number, 1 | -1] = [0, -1, 1];
    const size = norm(x);
    for (let k = 0; k < m + n; k++) {
      if (isActive[k] === 1) continue;
      const value = apply(k);
      const [least, most] = [bound(k, 1), bound(k, -1)];
      const isBelow = value < least;
      const gap = isBelow ? least - value : value - most;
      const rounding = MET * (lengths[k] * size + Math.abs(isBelow ? least : most));
      if (!(gap > rounding) || gap <= worst * lengths[k]) continue;
      [worst, index, sign] = [gap / lengths[k], k, isBelow ? 1 : -1];
    }
    if (index < 0) {
      polish();
      const [multipliers, boundMultipliers] = [new Float64Array(m), new Float64Array(n)];
      for (const { index, sign, weight } of active) {
        if (index < m) multipliers[index] = -sign * weight;
        else boundMultipliers[index - m] = -sign * weight;
      }
      return x.every(Number.isFinite) ? { step: x, multipliers, boundMultipliers } : undefined;
    }
    if (!meet(index, sign, false)) return undefined;
  }
  return undefined;
}

function axpy(factor: number, from: Float64Array, i: number, to: Float64Array, k: number, length: number): void {
  if (factor === 0) return;
  for (let j = 0; j < length; j++) to[k + j] += factor * from[i + j];
}

function product(a: Float64Array, i: number, b: Float64Array, k: number, length: number): number {
  let [even, odd] = [0, 0];
  let j = 0;
  for (; j + 1 < length; j += 2) {
    even += a[i + j] * b[k + j];
    odd += a[i + j + 1] * b[k + j + 1];
  }
  return j < length ? even + odd + a[i + j] * b[k + j] : even + odd;
}

function rotate(list: Float64Array, i: number, k: number, length: number, c: number, s: number): void {
  for (let j = 0; j < length; j++) {
    const [a, b] = [list[i + j], list[k + j]];
    list[i + j] = c * a + s * b;
    list[k + j] = c * b - s * a;
  }
}

/** Reflects rows of R from q on so that of their images only that of row q is left. */
function reflect(root: Float64Array, image: Float64Array, sums: Float64Array, q: number, n: number): void {
  let square = 0;
  for (let k = q + 1; k < n; k++) square += image[k] * image[k];
  if (square === 0) return;
  const length = (image[q] > 0 ? -1 : 1) * Math.sqrt(image[q] * image[q] + square);
  image[q] -= length; // now the vector v of I - 2 vv'/v'v
  const factor = -2 / (square + image[q] * image[q]);
  sums.fill(0);
  let k = q;
  for (; k + 3 < n; k += 4) {
    const [a, b, c, d] = [image[k], image[k + 1], image[k + 2], image[k + 3]];
    const [r, s, t, u] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n];
    for (let j = 0; j < n; j++) sums[j] += a * root[r + j] + b * root[s + j] + (c * root[t + j] + d * root[u + j]);
  }
  for (; k < n; k++) axpy(image[k], root, k * n, sums, 0, n);
  for (let k = q; k < n; k++) axpy(factor * image[k], sums, 0, root, k * n, n);
  image[q] = length;
  image.fill(0, q + 1);
}
