// Strictly convex quadratic programs by the dual active-set method: constraints are added one by one to the minimum without any, so that
// few active ones cost little.
//
// D. Goldfarb, A. Idnani: A numerically stable dual method for solving strictly convex quadratic programs (1983).
import { dot, norm } from '@infimum/linalg/numerics';

/** min p'Bp/2 + g'p subject to low <= Ap <= high and lower <= p <= upper. */
export interface StepProgram {
  /** B, n x n, positive definite. */
  readonly hessian: Float64Array;
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

/** Why there is no solution. */
export type NoStep = 'infeasible' | 'not-convex';

/** Solves it in O(n³ + n (n + m)) operations and O(n²) for every active constraint. */
export function solveActiveSet({ hessian, linear, rows, low, high, lower, upper }: StepProgram): StepSolution | NoStep {
  const [n, m] = [linear.length, low.length];
  const basis = inverseCholesky(hessian, n); // J', whose rows from q on are orthogonal, in B, to the active normals
  if (!basis) return 'not-convex';
  const part = (k: number) => basis.subarray(k * n, (k + 1) * n);
  const triangle = new Float64Array(n * n); // R, column by column
  const x = new Float64Array(n);
  for (let k = 0; k < n; k++) axpy(-dot(part(k), linear), part(k), x);
  const active: Active[] = [];
  const [image, move, duals] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const isActive = new Int8Array(m + n);

  const apply = (index: number) => (index < m ? dot(rows.subarray(index * n, (index + 1) * n), x) : x[index - m]);
  const limits = (index: number): [number, number] =>
    index < m ? [low[index], high[index]] : [lower[index - m], upper[index - m]];
  /** J'n, the primal and the dual direction of a constraint. */
  const directions = (index: number, sign: number): void => {
    if (index < m) {
      const row = rows.subarray(index * n, (index + 1) * n);
      for (let k = 0; k < n; k++) image[k] = sign * dot(part(k), row);
    } else for (let k = 0; k < n; k++) image[k] = sign * basis[k * n + index - m];
    const q = active.length;
    move.fill(0);
    for (let k = q; k < n; k++) axpy(image[k], part(k), move);
    for (let k = q - 1; k >= 0; k--) {
      let sum = image[k];
      for (let l = k + 1; l < q; l++) sum -= triangle[l * n + k] * duals[l];
      duals[k] = sum / triangle[k * n + k];
    }
  };
  const rotate = (k: number, c: number, s: number): void => {
    const [above, below] = [part(k), part(k + 1)];
    for (let i = 0; i < n; i++) {
      const [a, b] = [above[i], below[i]];
      above[i] = c * a + s * b;
      below[i] = c * b - s * a;
    }
  };
  /** Makes a constraint active whose image is J'n. */
  const add = (constraint: Active): void => {
    const q = active.length;
    for (let k = n - 2; k >= q; k--) {
      if (image[k + 1] === 0) continue;
      const length = Math.hypot(image[k], image[k + 1]);
      rotate(k, image[k] / length, image[k + 1] / length);
      image[k] = length;
      image[k + 1] = 0;
    }
    for (let k = 0; k <= q; k++) triangle[q * n + k] = image[k];
    active.push(constraint);
    isActive[constraint.index] = 1;
  };
  const drop = (place: number): void => {
    isActive[active[place].index] = 0;
    active.splice(place, 1);
    for (let l = place; l < active.length; l++) {
      for (let k = 0; k <= l + 1; k++) triangle[l * n + k] = triangle[(l + 1) * n + k];
    }
    for (let k = place; k < active.length; k++) {
      const [a, b] = [triangle[k * n + k], triangle[k * n + k + 1]];
      if (b === 0) continue;
      const length = Math.hypot(a, b);
      const [c, s] = [a / length, b / length];
      for (let l = k; l < active.length; l++) {
        const [high, low] = [triangle[l * n + k], triangle[l * n + k + 1]];
        triangle[l * n + k] = c * high + s * low;
        triangle[l * n + k + 1] = c * low - s * high;
      }
      rotate(k, c, s);
    }
  };
  /** Moves until a constraint is met and active; false where that is impossible. */
  const meet = (index: number, sign: 1 | -1, isEquality: boolean): boolean => {
    const bound = limits(index)[sign === 1 ? 0 : 1];
    const constraint: Active = { index, sign, isEquality, weight: 0 };
    for (;;) {
      directions(index, sign);
      let [longest, blocking] = [Infinity, -1];
      for (const [k, { weight, isEquality }] of active.entries()) {
        if (isEquality || !(duals[k] > 0) || weight / duals[k] >= longest) continue;
        [longest, blocking] = [weight / duals[k], k];
      }
      let outside = 0;
      for (let k = active.length; k < n; k++) outside += image[k] * image[k];
      const isSpanned = Math.sqrt(outside) <= DEPENDENT * norm(image);
      const gap = sign * (bound - apply(index));
      const full = isSpanned ? Infinity : gap / outside;
      const step = Math.min(longest, full);
      if (step === Infinity) {
        isActive[index] = 1; // it follows from the others, to rounding
        return Math.abs(gap) <= 1e-9 * (1 + Math.abs(bound));
      }
      if (!isSpanned) axpy(step, move, x);
      for (const [k, one] of active.entries()) one.weight -= step * duals[k];
      constraint.weight += step;
      if (step === full) {
        add(constraint);
        return true;
      }
      drop(blocking);
    }
  };

  const equal = (index: number) => {
    const [least, most] = limits(index);
    return least === most;
  };
  for (let index = 0; index < m + n; index++) {
    if (!equal(index)) continue;
    const [bound] = limits(index);
    const sign = apply(index) <= bound ? 1 : -1;
    if (!meet(index, sign, true)) return 'infeasible';
  }
  const lengths = Float64Array.from({ length: m }, (_, j) => norm(rows.subarray(j * n, (j + 1) * n)));
  for (let round = 0; round < 20 * (m + n) + 100; round++) {
    let [worst, index, sign]: [number, number, 1 | -1] = [0, -1, 1];
    const size = norm(x);
    for (let k = 0; k < m + n; k++) {
      const [least, most] = limits(k);
      if (isActive[k] === 1 || least === most) continue;
      const value = apply(k);
      const length = k < m ? lengths[k] : 1;
      for (const side of [1, -1] as const) {
        const bound = side === 1 ? least : most;
        const gap = side * (bound - value);
        if (!(gap > MET * (length * size + Math.abs(bound))) || gap / (length || 1) <= worst) continue;
        [worst, index, sign] = [gap / (length || 1), k, side];
      }
    }
    if (index < 0) {
      const [multipliers, boundMultipliers] = [new Float64Array(m), new Float64Array(n)];
      for (const { index, sign, weight } of active) {
        if (index < m) multipliers[index] = -sign * weight;
        else boundMultipliers[index - m] = -sign * weight;
      }
      return x.every(Number.isFinite) ? { step: x, multipliers, boundMultipliers } : 'infeasible';
    }
    if (!meet(index, sign, false)) return 'infeasible';
  }
  return 'infeasible';
}

function axpy(factor: number, from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}

/** L⁻¹ of B = LL', row by row; undefined where B is not positive definite to rounding. */
function inverseCholesky(b: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = l.subarray(i * n, i * n + n);
    for (let j = 0; j <= i; j++) {
      const other = l.subarray(j * n, j * n + n);
      let sum = b[i * n + j];
      for (let k = 0; k < j; k++) sum -= row[k] * other[k];
      if (j < i) row[j] = sum / other[j];
      else if (sum > 1e-15 * b[i * n + i]) row[i] = Math.sqrt(sum);
      else return undefined;
    }
    const out = inverse.subarray(i * n, i * n + i + 1);
    out[i] = 1;
    for (let k = 0; k < i; k++) {
      const factor = row[k];
      if (factor === 0) continue;
      for (let j = 0; j <= k; j++) out[j] -= factor * inverse[k * n + j];
    }
    for (let j = 0; j <= i; j++) out[j] /= row[i];
  }
  return inverse;
}
