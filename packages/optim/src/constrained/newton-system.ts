// The Newton system of the first-order conditions, K = [[B, G'], [G, 0]], with the Hessian modified where it is not positive on
// the null space of G, and the constants that the accuracy rule of the paper takes from it.
import type { DenseMatrix } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg';
import { norm } from '@infimum/linalg/numerics';

/** K and its constants. */
export interface NewtonSystem {
  /** K, N x N with N = n + m. */
  readonly matrix: DenseMatrix;
  /** |K|_F. */
  readonly size: number;
  /** Ψ, a bound of |K⁻¹|. */
  readonly inverseBound: number;
  /** Υ = max(|G|_F, |W|_F, 1). */
  readonly derivativeBound: number;
}

/** Least and largest eigenvalue of G G'. */
export function gramRange(jacobian: Float64Array, m: number, n: number): readonly [number, number] {
  if (m === 0) return [1, 1];
  const values = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += jacobian[i * n + k] * jacobian[j * n + k];
      values[i * m + j] = sum;
      values[j * m + i] = sum;
    }
  }
  if (!values.every(Number.isFinite)) return [Number.NaN, Number.NaN];
  const eigenvalues = symmetricEigen({ rows: m, cols: m, values }).values;
  return [eigenvalues[0], eigenvalues[m - 1]];
}

/** Builds K from W and G; `curvature` is the least eigenvalue that B has to have on the null space of G. */
export function newtonSystem(
  hessian: Float64Array,
  jacobian: Float64Array,
  m: number,
  { curvature, shift, leastGram }: { readonly curvature: number; readonly shift: number; readonly leastGram: number },
): NewtonSystem {
  const n = Math.round(Math.sqrt(hessian.length));
  const hessianSize = norm(hessian);
  const added = m < n && !isPositive(hessian, jacobian, m, n, curvature) ? shift + hessianSize : 0;
  const size = n + m;
  const values = new Float64Array(size * size);
  let square = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const entry = hessian[i * n + j] + (i === j ? added : 0);
      values[i * size + j] = entry;
      square += entry * entry;
    }
  }
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      values[(n + j) * size + i] = jacobian[j * n + i];
      values[i * size + n + j] = jacobian[j * n + i];
    }
  }
  const jacobianSize = norm(jacobian);
  return {
    matrix: { rows: size, cols: size, values },
    size: Math.sqrt(square + 2 * jacobianSize ** 2),
    inverseBound: (20 * Math.max(square, 1)) / (Math.min(leastGram, 1) * Math.min(shift, 1)),
    derivativeBound: Math.max(jacobianSize, hessianSize, 1),
  };
}

/** Whether Z'WZ - curvature I is positive definite, Z an orthonormal basis of the null space of G: by its Cholesky factor. */
export function isPositive(hessian: Float64Array, jacobian: Float64Array, m: number, n: number, curvature: number): boolean {
  const basis = nullSpace(jacobian, m, n);
  const k = n - m;
  const product = new Float64Array(k * n);
  for (let a = 0; a < k; a++) {
    for (let i = 0; i < n; i++) {
      const factor = basis[a * n + i];
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) product[a * n + j] += factor * hessian[i * n + j];
    }
  }
  const reduced = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = a === b ? -curvature : 0;
      for (let i = 0; i < n; i++) sum += product[a * n + i] * basis[b * n + i];
      for (let c = 0; c < b; c++) sum -= reduced[a * k + c] * reduced[b * k + c];
      if (a !== b) reduced[a * k + b] = sum / reduced[b * k + b];
      else if (sum > 0) reduced[a * k + a] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Rows that span the null space of G, orthonormal: the last ones of Q in G' = Q R by Householder's reflections. */
export function nullSpace(jacobian: Float64Array, m: number, n: number): Float64Array {
  const rest = jacobian.slice();
  const reflectors: Float64Array[] = [];
  for (let k = 0; k < m; k++) {
    const v = new Float64Array(n);
    v.set(rest.subarray(k * n + k, (k + 1) * n), k);
    const length = norm(v);
    v[k] += v[k] < 0 ? -length : length;
    const size = norm(v);
    if (size > 0) for (let i = k; i < n; i++) v[i] /= size;
    reflectors.push(v);
    for (let row = k + 1; row < m; row++) reflect(rest, row, v, k, n);
  }
  const basis = new Float64Array((n - m) * n);
  for (let a = 0; a < n - m; a++) {
    basis[a * n + m + a] = 1;
    for (let k = m - 1; k >= 0; k--) reflect(basis, a, reflectors[k], k, n);
  }
  return basis;
}

/** A row minus twice its part along v. */
function reflect(rows: Float64Array, row: number, v: Float64Array, from: number, n: number): void {
  let sum = 0;
  for (let i = from; i < n; i++) sum += rows[row * n + i] * v[i];
  for (let i = from; i < n; i++) rows[row * n + i] -= 2 * sum * v[i];
}
