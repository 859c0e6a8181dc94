// Checks a lower bound on the cost of two-layer ReLU networks of any width, without a list of patterns: for data of any size.
// Trusted: every sum has its radius.
//
// 2 nu . (X u)_+ = nu . X u + sum_k nu_k |x_k . u|, and for |u| <= 1 and any a_k > 0 |t| <= a_k / 2 + t² / (2 a_k), |t| >= t² / |x_k|:
// with p and q the positive and negative parts of nu, nu . (X u)_+ <= |X' nu| / 2 + (sum_k p_k a_k / 2 + m) / 2 where m >= 0 is no less
// than any eigenvalue of X' diag(p_k / (2 a_k) - q_k / |x_k|) X. The same for -nu.
import type { Verdict } from '@infimum/core/certificate';
import { dot, down, ETA, leastEigenvalueBound, rootOf, up } from '@infimum/rigor';
import type { ReluInstance, ReluNetwork } from './relu-network.ts';
import { combinationBound, conjugateBound, isNumbers, verdictOf } from './two-layer-relu-checker.ts';

/** The witness of the bound. */
export interface RelaxedWitness {
  /** The dual point, a number a sample. */
  readonly nu: ArrayLike<number>;
  /** a_k, a number a row, for nu and for -nu. */
  readonly majorants: readonly ArrayLike<number>[];
  /** Upper estimates of the largest eigenvalues of the two matrices. */
  readonly eigenvalues: ArrayLike<number>;
}

/** A lower bound of every network's loss plus penalty, by the witness; undefined where the witness does not fit the instance. */
export function relaxedLowerBound(instance: ReluInstance, witness: unknown): number | undefined {
  const { points, targets, beta, patches = 1 } = instance;
  const { nu, majorants, eigenvalues } = (witness ?? {}) as Partial<RelaxedWitness>;
  if (!isNumbers(nu, targets.length) || !isNumbers(eigenvalues, 2) || !Array.isArray(majorants)) return undefined;
  const parts = Float64Array.from({ length: points.rows }, (_, k) => nu[Math.floor(k / patches)] / patches);
  const nothing = { rows: [], values: [] };
  const along = combinationBound(points, new Uint8Array(points.rows).fill(1), parts, 1, nothing);
  let most = 0;
  for (const side of [0, 1]) {
    const a: unknown = majorants[side];
    if (!isNumbers(a, points.rows)) return undefined;
    const signed = parts.map((part) => (side === 0 ? part : -part));
    const positive = signed.map((part) => Math.max(0, part));
    const { value, radius } = dot(positive, a);
    const curved = up(up(up(value + radius) / 2) + Math.max(0, largestEigenvalue(points, signed, a, eigenvalues[side])));
    most = Math.max(most, up(up((along ?? Infinity) / 2) + up(curved / 2)));
  }
  if (!(most < Infinity)) return undefined;
  return conjugateBound(instance, parts, Math.max(0, most > beta ? down(beta / most) : 1), patches);
}

/** An upper bound of the eigenvalues of X' diag(w) X; Infinity if not proved. */
function largestEigenvalue(
  { rows, cols, values }: ReluInstance['points'],
  signed: Float64Array,
  a: ArrayLike<number>,
  guess: number,
): number {
  const weights = signed.map((part, k) => {
    if (part === 0) return 0;
    if (part > 0) return a[k] > 0 ? up(part / down(2 * a[k])) : Infinity;
    let squares = 0;
    for (let j = 0; j < cols; j++) squares = up(squares + up(values[k * cols + j] ** 2));
    return -Math.max(0, down(-part / rootOf(squares, 1)));
  });
  const minus = new Float64Array(cols * cols);
  const radii = new Float64Array(cols);
  for (let i = 0; i < cols; i++) {
    const scaled = weights.map((weight, k) => -weight * values[k * cols + i]);
    for (let j = 0; j <= i; j++) {
      const { value, radius } = dot(scaled, values, rows, 0, j, 1, cols);
      // The products that are scaled were rounded once each: no more than the radius again, and an underflow.
      let sizes = 0;
      for (let k = 0; k < rows; k++) sizes = up(sizes + up(ETA * Math.abs(values[k * cols + j])));
      const off = up(up(3 * radius) + sizes);
      minus[i * cols + j] = value;
      minus[j * cols + i] = value;
      radii[i] = up(radii[i] + off);
      if (i !== j) radii[j] = up(radii[j] + off);
    }
  }
  const least = leastEigenvalueBound(minus, cols, -guess);
  return least > -Infinity ? up(-least + Math.max(...radii)) : Infinity;
}

/** The checker of the relaxation: the cost of a network, a lower bound for all networks, and the gap over the cost. */
export function check(instance: ReluInstance, solution: ReluNetwork, witness: unknown): Verdict {
  return verdictOf(instance, solution, relaxedLowerBound(instance, witness));
}
