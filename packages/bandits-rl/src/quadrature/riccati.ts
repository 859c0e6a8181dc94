// The algebraic Riccati equation of optimal control, AᵀP + PA - P B R⁻¹ Bᵀ P + Q = 0, by the stable subspace of its
// Hamiltonian matrix, and with it the linear-quadratic regulators in continuous and in discrete time.
//
// A. Laub: A Schur method for solving algebraic Riccati equations (IEEE Transactions on Automatic Control 24, 1979).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkMatrix, InvalidInputError, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { eigen, identity, inverse, matmul, realSchur, solve, transpose } from '@infimum/linalg';
import { checkSquare, solveLyapunov, symmetrized } from './lyapunov.ts';

const lqrOptions = {
  cross: {
    type: 'value',
    check: checkCross,
    description: 'N of the cost xᵀQx + uᵀRu + 2 xᵀNu, n x m; zero by default',
  },
} as const satisfies OptionSpecs;

/** Options of `lqr` and `dlqr`. */
export type LqrOptions = OptionsOf<typeof lqrOptions>;

function checkCross(value: unknown, argument: string): asserts value is DenseMatrix {
  checkMatrix(value, argument);
}

/** A regulator. */
export interface Regulator {
  /** K of u = -K x, m x n. */
  readonly gain: DenseMatrix;
  /** P of the optimal cost xᵀPx, n x n. */
  readonly p: DenseMatrix;
  /** Real parts of the poles of the closed loop. */
  readonly polesReal: Float64Array;
  /** Imaginary parts. */
  readonly polesImaginary: Float64Array;
  /** The equation's residual over the sum of its terms' norms. */
  readonly residual: number;
}

/**
 * The feedback u = -K x that minimises ∫ xᵀQx + uᵀRu + 2 xᵀNu dt along x' = Ax + Bu: K = R⁻¹(BᵀP + Nᵀ), with the stabilising
 * solution P of the Riccati equation. Computed from the stable invariant subspace of the Hamiltonian matrix, scaled, then bettered
 * by one step of Newton's method where that lessens the residual. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric positive semi-definite, n x n
 * @param r - symmetric positive definite, m x m
 * @param options - cross term
 * @throws {InvalidInputError} for shapes that do not fit, R that is not definite, and `unsupported` where no solution stabilises:
 *   a mode that B does not reach, or one on the imaginary axis that Q does not see
 *
 * Source: A. Laub (1979).
 *
 * @example
 * ```ts
 * import { lqr } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const doubleIntegrator = matrixFromRows([[0, 1], [0, 0]]);
 * const { gain } = lqr(doubleIntegrator, matrixFromRows([[0], [1]]), matrixFromRows([[1, 0], [0, 1]]), matrixFromRows([[1]]));
 * console.log(gain.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1.732050808
 * ```
 */
export function lqr(
  a: DenseMatrix,
  b: DenseMatrix,
  q: DenseMatrix,
  r: DenseMatrix,
  options: LqrOptions = {},
): Regulator {
  const { cross } = resolveOptions(lqrOptions, options);
  checkPlant(a, b, q, r, cross);
  const inverseR = inverseOfCost(r);
  const shifted = withoutCross(a, b, q, inverseR, cross);
  const p = solveCare(shifted.a, b, shifted.q, r);
  const gain = matmul(inverseR, added(matmul(transpose(b), p), cross && transpose(cross)));
  return regulatorOf(a, b, gain, p, riccatiResidual(shifted.a, outer(b, inverseR), shifted.q, p));
}

/** The cost without cross term: x' = (A - BR⁻¹Nᵀ)x + Bv with the cost Q - NR⁻¹Nᵀ. */
function withoutCross(
  a: DenseMatrix,
  b: DenseMatrix,
  q: DenseMatrix,
  inverseR: DenseMatrix,
  cross: DenseMatrix | undefined,
): { a: DenseMatrix; q: DenseMatrix } {
  if (!cross) return { a, q };
  const feedback = matmul(inverseR, transpose(cross));
  return { a: added(a, matmul(b, feedback), -1), q: added(q, matmul(cross, feedback), -1) };
}

/**
 * The stabilising solution of AᵀP + PA - P B R⁻¹ Bᵀ P + Q = 0, symmetric. As `lqr`, which gives the gain too.
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} as `lqr`
 *
 * @example
 * ```ts
 * import { solveCare } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const one = matrixFromRows([[1]]);
 * console.log((solveCare(one, one, one, one).values[0] - Math.SQRT2).toFixed(9)); // 1.000000000
 * ```
 */
export function solveCare(a: DenseMatrix, b: DenseMatrix, q: DenseMatrix, r: DenseMatrix): DenseMatrix {
  checkPlant(a, b, q, r);
  const g = outer(b, inverseOfCost(r));
  const p = stableSubspaceSolution(a, g, q);
  const residual = riccatiResidual(a, g, q, p);
  // What rounding leaves anyway.
  if (residual <= 1e-13) return p;
  const better = newtonStep(a, g, q, p);
  if (!better) return p;
  const isBetter = riccatiResidual(a, g, q, better) < residual;
  return isBetter ? better : p;
}

/** P = U₂U₁⁻¹ of the subspace [U₁; U₂] of the eigenvalues with negative real parts. */
function stableSubspaceSolution(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix): DenseMatrix {
  const n = a.rows;
  // P = ρ P̂ makes the off-diagonal blocks equally large, without a rounding error for a power of two.
  const [normG, normQ] = [norm(g), norm(q)];
  const ratio = normG > 0 && normQ > 0 ? Math.sqrt(normQ) / Math.sqrt(normG) : 1;
  const rho = 2 ** Math.min(1000, Math.max(-1000, Math.round(Math.log2(ratio))));
  const hamiltonian = { rows: 2 * n, cols: 2 * n, values: new Float64Array(4 * n * n) };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const at = i * n + j;
      hamiltonian.values[i * 2 * n + j] = a.values[at];
      hamiltonian.values[i * 2 * n + n + j] = -g.values[at] * rho;
      hamiltonian.values[(n + i) * 2 * n + j] = -q.values[at] / rho;
      hamiltonian.values[(n + i) * 2 * n + n + j] = -a.values[j * n + i];
    }
  }
  const { q: basis, leading, real } = realSchur(hamiltonian, { first: (part) => part < 0 });
  const axis = 1e-12 * norm(hamiltonian);
  if (leading !== n || real.some((part) => !(Math.abs(part) > axis * Number.EPSILON))) {
    throw notStabilizable();
  }
  const [top, bottom] = [0, n].map((from) => ({
    rows: n,
    cols: n,
    values: Float64Array.from(
      { length: n * n },
      (_, k) => basis.values[(from + Math.floor(k / n)) * 2 * n + (k % n)],
    ),
  }));
  try {
    // U₁ᵀ Pᵀ = U₂ᵀ.
    const { x } = solve(transpose(top), transpose(bottom));
    return symmetrized({ rows: n, cols: n, values: x.values.map((value) => value * rho) });
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') throw notStabilizable();
    throw error;
  }
}

function notStabilizable(): InvalidInputError {
  return new InvalidInputError(
    'no feedback stabilises and is optimal: a mode is out of reach of b, or on the axis and unseen by q',
    { argument: 'a', code: 'unsupported' },
  );
}

/** Kleinman's step: the cost of the feedback that P means. Undefined where that is not stable, or has no finite cost. */
export function newtonStep(
  a: DenseMatrix,
  g: DenseMatrix,
  q: DenseMatrix,
  p: DenseMatrix,
): DenseMatrix | undefined {
  const gp = matmul(g, p);
  const closed = added(a, gp, -1);
  const constant = added(q, matmul(p, gp));
  if (![...closed.values, ...constant.values].every(Number.isFinite)) return undefined;
  try {
    const next = solveLyapunov(closed, constant);
    return next.values.every(Number.isFinite) ? next : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

/** ‖AᵀP + PA - PGP + Q‖ over the sum of the terms' norms; 0 for 0/0. */
export function riccatiResidual(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix, p: DenseMatrix): number {
  const pa = matmul(p, a);
  const pgp = matmul(matmul(p, g), p);
  const total = added(added(added(pa, transpose(pa)), pgp, -1), q);
  const scale = 2 * norm(pa) + norm(pgp) + norm(q);
  return scale === 0 ? 0 : norm(total) / scale;
}

/**
 * The feedback u_k = -K x_k that minimises Σ xᵀQx + uᵀRu + 2 xᵀNu along x_{k+1} = Ax + Bu, by doubling: with G = BR⁻¹Bᵀ,
 * W = (I + GH)⁻¹, A <- A W A, G <- G + A W G Aᵀ, H <- H + Aᵀ H W A, and H tends to P quadratically. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric positive semi-definite, n x n
 * @param r - symmetric positive definite, m x m
 * @param options - cross term
 * @throws {InvalidInputError} as `lqr`
 *
 * Source: E. Chu, H. Fan, W. Lin, C. Wang: Structure-preserving algorithms for periodic discrete-time algebraic Riccati equations
 * (International Journal of Control 77, 2004).
 *
 * @example
 * ```ts
 * import { dlqr } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const one = matrixFromRows([[1]]);
 * console.log(dlqr(one, one, one, one).p.values[0].toFixed(9)); // 1.618033989
 * ```
 */
export function dlqr(
  a: DenseMatrix,
  b: DenseMatrix,
  q: DenseMatrix,
  r: DenseMatrix,
  options: LqrOptions = {},
): Regulator {
  const { cross } = resolveOptions(lqrOptions, options);
  checkPlant(a, b, q, r, cross);
  const n = a.rows;
  const inverseR = inverseOfCost(r);
  const shifted = withoutCross(a, b, q, inverseR, cross);
  let transition = shifted.a;
  let g = outer(b, inverseR);
  let h = shifted.q;
  let change = Infinity;
  for (let k = 0; k < 60 && !(change <= 4 * Number.EPSILON * norm(h)); k++) {
    const w = inverse(added(identity(n), matmul(g, h)));
    const aw = matmul(transition, w);
    const hwa = matmul(matmul(transpose(transition), matmul(h, w)), transition);
    g = symmetrized(added(g, matmul(matmul(aw, g), transpose(transition))));
    h = symmetrized(added(h, hwa));
    transition = matmul(aw, transition);
    change = norm(hwa);
    if (!Number.isFinite(change) || !g.values.every(Number.isFinite)) throw notStabilizable();
  }
  const bp = matmul(transpose(b), h);
  const gain = matmul(inverse(added(r, matmul(bp, b))), added(matmul(bp, a), cross && transpose(cross)));
  const closed = added(a, matmul(b, gain), -1);
  const { real, imaginary } = eigen(closed);
  if (!real.every((part, i) => Math.hypot(part, imaginary[i]) < 1)) throw notStabilizable();
  // Residual of the discrete equation in the closed loop's form: P = (A - BK)ᵀP(A - BK) + Q + KᵀRK - NK - (NK)ᵀ.
  const moved = matmul(matmul(transpose(closed), h), closed);
  const cost = added(q, matmul(matmul(transpose(gain), r), gain));
  const crossed = cross && matmul(cross, gain);
  const costOfCross = crossed ? added(added(cost, crossed, -1), transpose(crossed), -1) : cost;
  const scale = norm(h) + norm(moved) + norm(costOfCross);
  const residual = norm(added(added(moved, costOfCross), h, -1)) / (scale || 1);
  return { gain, p: h, polesReal: real, polesImaginary: imaginary, residual };
}

function regulatorOf(
  a: DenseMatrix,
  b: DenseMatrix,
  gain: DenseMatrix,
  p: DenseMatrix,
  residual: number,
): Regulator {
  const { real, imaginary } = eigen(added(a, matmul(b, gain), -1));
  if (!real.every((part) => part < 0)) throw notStabilizable();
  return { gain, p, polesReal: real, polesImaginary: imaginary, residual };
}

function checkPlant(
  a: DenseMatrix,
  b: DenseMatrix,
  q: DenseMatrix,
  r: DenseMatrix,
  cross?: DenseMatrix,
): void {
  checkMatrix(a, 'a');
  checkSquare(a, 'a', a.rows);
  checkMatrix(b, 'b');
  if (b.rows !== a.rows) {
    throw new InvalidInputError(`expected ${a.rows} rows, got ${b.rows}`, { argument: 'b', code: 'shape' });
  }
  checkMatrix(q, 'q');
  checkSquare(q, 'q', a.rows);
  checkSymmetric(q, 'q');
  checkMatrix(r, 'r');
  checkSquare(r, 'r', b.cols);
  checkSymmetric(r, 'r');
  if (cross && (cross.rows !== a.rows || cross.cols !== b.cols)) {
    throw new InvalidInputError(`expected ${a.rows}x${b.cols}, got ${cross.rows}x${cross.cols}`, {
      argument: 'cross',
      code: 'shape',
    });
  }
}

/** Refuses a matrix that is not its own transpose, up to rounding. */
function checkSymmetric({ rows, values }: DenseMatrix, argument: string): void {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      if (!(Math.abs(values[i * rows + j] - values[j * rows + i]) <= 1e-10 * largest)) {
        throw new InvalidInputError(`is not symmetric at (${i}, ${j})`, {
          argument,
          code: 'out-of-range',
          index: i * rows + j,
        });
      }
    }
  }
}

/** R⁻¹ of a definite R. */
export function inverseOfCost(r: DenseMatrix): DenseMatrix {
  const n = r.rows;
  const factor = r.values.slice();
  for (let j = 0; j < n; j++) {
    let pivot = factor[j * n + j];
    for (let k = 0; k < j; k++) pivot -= factor[j * n + k] ** 2;
    if (!(pivot > 0)) {
      throw new InvalidInputError('is not positive definite', {
        argument: 'r',
        code: 'out-of-range',
        index: j,
      });
    }
    factor[j * n + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < n; i++) {
      let sum = factor[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = sum / factor[j * n + j];
    }
  }
  const inverted = inverse(r);
  if (!inverted.values.every(Number.isFinite)) {
    throw new InvalidInputError('has an inverse beyond the largest number', {
      argument: 'r',
      code: 'out-of-range',
    });
  }
  return inverted;
}

/** B R⁻¹ Bᵀ. */
export function outer(b: DenseMatrix, inverseR: DenseMatrix): DenseMatrix {
  return symmetrized(matmul(matmul(b, inverseR), transpose(b)));
}

/** A + s B; A where there is no B. */
export function added(a: DenseMatrix, b: DenseMatrix | undefined, scale = 1): DenseMatrix {
  if (!b) return a;
  return { rows: a.rows, cols: a.cols, values: a.values.map((value, i) => value + scale * b.values[i]) };
}

/** Frobenius norm, without overflow on the way. */
export function norm({ values }: { values: Float64Array }): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
