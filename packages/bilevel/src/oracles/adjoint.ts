// The linear system of implicit differentiation, H v = ∇_y f with H the Hessian of the lower function: conjugate gradients
// that notice curvature that is not positive, and MINRES with the least-norm solution where H is singular or rows are active.
import type { DenseLike } from '@infimum/core';
import { minres } from '@infimum/linalg';
import { addScaled, dot, norm } from '@infimum/linalg/numerics';

/** Writes H v. */
export type Product = (v: Float64Array, out: Float64Array) => void;

/** A Cholesky factor of a Hessian nearby. */
export interface Factor {
  /** v <- about H⁻¹ v. */
  solve(v: Float64Array): void;
  /** The largest entry of the diagonal: no more than the largest curvature. */
  readonly curvature: number;
}

/** How a solve ended. */
export interface AdjointReport {
  /** |b − H v| over |b|, and with a factor at least about the relative error of v; 0 for b = 0. */
  readonly residual: number;
  /** Products with H. */
  readonly products: number;
  /** Whether a direction had no positive curvature: H is singular or indefinite, and v is the last value before. */
  readonly flat: boolean;
}

/** Further products for the error estimate with a factor: rounding errors require some. */
const REFINED = 4;

/** Curvature p'Hp over |p|² below this share of the largest seen counts as none. */
const FLAT = 1e-14;

/** When to stop, and a factor if available: two or three iterations then suffice. */
export interface AdjointLimits {
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly factor?: Factor | undefined;
}

/** Solves H v = b in place, from the v that is given. One product with H an iteration. */
export function conjugateGradients(
  product: Product,
  b: Float64Array,
  v: Float64Array,
  { tolerance, maxIterations, factor }: AdjointLimits,
): AdjointReport {
  const scale = norm(b);
  if (scale === 0) {
    v.fill(0);
    return { residual: 0, products: 0, flat: false };
  }
  const image = new Float64Array(b.length);
  const r = b.slice();
  let products = 0;
  if (v.some((entry) => entry !== 0)) {
    product(v, image);
    products++;
    addScaled(r, -1, image);
  }
  // In units of b: squares neither over- nor underflow.
  for (let i = 0; i < r.length; i++) r[i] /= scale;
  const w = factor ? r.slice() : r;
  factor?.solve(w);
  const p = w.slice();
  let squares = dot(r, w);
  let largest = factor?.curvature ?? 0;
  let flat = false;
  // With a factor w is about the error of v, which a small residual does not show where H is ill-conditioned.
  const error = () => (factor ? (norm(w) * scale) / (norm(v) || 1) : 0);
  while ((norm(r) > tolerance && products < maxIterations) || (error() > tolerance && products < REFINED)) {
    product(p, image);
    products++;
    const [curvature, length] = [dot(p, image), dot(p, p)];
    largest = Math.max(largest, Math.abs(curvature / length));
    if (!(curvature > FLAT * largest * length)) {
      flat = true;
      break;
    }
    const alpha = squares / curvature;
    addScaled(v, alpha * scale, p);
    addScaled(r, -alpha, image);
    if (factor) {
      w.set(r);
      factor.solve(w);
    }
    const next = dot(r, w);
    for (let i = 0; i < p.length; i++) p[i] = w[i] + (next / squares) * p[i];
    squares = next;
  }
  return { residual: Math.max(norm(r), error()), products, flat };
}

/**
 * The solution of least norm of H v = b, or of the system [[H, A'], [A, 0]] with rows A that are active: by MINRES. The part of b outside
 * the range remains as the residual.
 *
 * @returns v, and |H v + A'μ − b| over |b|
 */
export function leastNormSolution(
  product: Product,
  b: Float64Array,
  { tolerance, maxIterations, activeRows }: { tolerance: number; maxIterations: number; activeRows?: DenseLike | undefined },
): { v: Float64Array; residual: number } {
  const q = b.length;
  const rows = activeRows?.rows ?? 0;
  const scale = norm(b);
  if (scale === 0) return { v: new Float64Array(q), residual: 0 };
  const target = new Float64Array(q + rows);
  for (let j = 0; j < q; j++) target[j] = b[j] / scale;
  const system: Product = (from, to) => {
    product(from.subarray(0, q), to.subarray(0, q));
    if (!activeRows) return;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < q; j++) {
        const a = activeRows.values[i * q + j];
        sum += a * from[j];
        to[j] += a * from[q + i];
      }
      to[q + i] = sum;
    }
  };
  const left = new Float64Array(q + rows);
  const residualOf = (at: Float64Array) => {
    system(at, left);
    for (let j = 0; j < left.length; j++) left[j] = target[j] - left[j];
    return norm(left);
  };
  let { x } = minres(system, target, { tolerance, maxIterations });
  let residual = residualOf(x);
  // The residual of an inconsistent system spans the part of the Krylov space that H maps to zero; it is removed from v. If the residual is
  // only rounding, this would spoil v.
  if (residual > 1e-8) {
    const corrected = x.slice();
    addScaled(corrected, -dot(x, left) / (residual * residual), left);
    const after = residualOf(corrected);
    if (after <= residual * (1 + 1e-6)) [x, residual] = [corrected, after];
  }
  return { v: x.slice(0, q).map((entry) => entry * scale), residual };
}
