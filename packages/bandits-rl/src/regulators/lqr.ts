// Linear-quadratic regulators and steady-state estimators in continuous and discrete time.
import type { MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { asMatrix, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { eigen, matmul, solve, transpose } from '@infimum/linalg';
import { added, asShape, asSymmetric, product } from './matrices.ts';
import { continuousGain, notStabilizable, readPlant } from './plant.ts';
import { continuousSolution, discreteSolution } from './riccati.ts';

const lqrOptions = {
  cross: { type: 'value', check: checkCross, description: 'N of the cost xᵀQx + uᵀRu + 2 xᵀNu, n x m; zero by default' },
} as const satisfies OptionSpecs;

/** Options of `lqr` and `dlqr`. */
export type LqrOptions = OptionsOf<typeof lqrOptions>;

function checkCross(value: unknown, argument: string): asserts value is MatrixLike {
  asMatrix(value as MatrixLike, argument);
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
  /** The equation's residual over the sum of its terms' norms, in balanced units. */
  readonly residual: number;
}

/**
 * The feedback u = -K x that minimizes ∫ xᵀQx + uᵀRu + 2 xᵀNu dt along x' = Ax + Bu: K = R⁻¹(BᵀP + Nᵀ), with the stabilizing
 * solution P of the Riccati equation (`solveCare`). The states may have any units. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} for shapes that do not fit, R that is not definite, and `unsupported` where no solution stabilizes
 *   beyond rounding: a mode that B does not reach, or one on the imaginary axis that Q does not see
 *
 * Source: A. Laub, A Schur method for solving algebraic Riccati equations (1979).
 *
 * @example
 * ```ts
 * import { lqr } from '@infimum/bandits-rl';
 *
 * const { gain } = lqr([[0, 1], [0, 0]], [[0], [1]], [[1, 0], [0, 1]], [[1]]); // a double integrator
 * console.log(gain.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1.732050808
 * ```
 */
export function lqr(a: MatrixLike, b: MatrixLike, q: MatrixLike, r: MatrixLike, options: LqrOptions = {}): Regulator {
  const plant = readPlant(a, b, q, r, resolveOptions(lqrOptions, options).cross);
  const { p, residual } = continuousSolution(plant.freeA, plant.f, plant.freeQ);
  const gain = continuousGain(plant, p);
  return regulator(plant.a, plant.b, gain, p, residual, (real) => real < 0);
}

/**
 * The feedback u_k = -K x_k that minimizes Σ xᵀQx + uᵀRu + 2 xᵀNu along x_{k+1} = Ax + Bu: K = (R + BᵀPB)⁻¹(BᵀPA + Nᵀ), with the
 * stabilizing solution P of the discrete Riccati equation (`solveDare`). Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} as `lqr`, with the unit circle in the place of the imaginary axis
 *
 * Source: V. Mehrmann, A step toward a unified treatment of continuous and discrete time control problems (1996).
 *
 * @example
 * ```ts
 * import { dlqr } from '@infimum/bandits-rl';
 *
 * const { gain, p } = dlqr([[2]], [[1]], [[0]], [[1]]);
 * console.log(gain.values[0].toFixed(9), p.values[0].toFixed(9)); // 1.500000000 3.000000000
 * ```
 */
export function dlqr(a: MatrixLike, b: MatrixLike, q: MatrixLike, r: MatrixLike, options: LqrOptions = {}): Regulator {
  const plant = readPlant(a, b, q, r, resolveOptions(lqrOptions, options).cross);
  const { p, residual } = discreteSolution(plant.freeA, plant.f, plant.freeQ);
  const bp = matmul(transpose(plant.b), p);
  const wanted = added(matmul(bp, plant.a), plant.cross && transpose(plant.cross));
  const { x } = solve(added(plant.r, matmul(bp, plant.b)), wanted);
  const gain = { rows: wanted.rows, cols: wanted.cols, values: x.values };
  return regulator(plant.a, plant.b, gain, p, residual, (real, imaginary) => Math.hypot(real, imaginary) < 1);
}

function regulator(
  a: DenseMatrix,
  b: DenseMatrix,
  gain: DenseMatrix,
  p: DenseMatrix,
  residual: number,
  isStable: (real: number, imaginary: number) => boolean,
): Regulator {
  const { real, imaginary } = eigen(added(a, matmul(b, gain), -1));
  if (!real.every((part, i) => isStable(part, imaginary[i]))) {
    throw notStabilizable('the gain is beyond what doubles can express');
  }
  return { gain, p, polesReal: real, polesImaginary: imaginary, residual };
}

/** An estimator. */
export interface Estimator {
  /** L of the correction L (y - C x̂), n x p. */
  readonly gain: DenseMatrix;
  /** Covariance of the error of the estimate, before the measurement in discrete time, n x n. */
  readonly covariance: DenseMatrix;
  /** Real parts of the poles of the error. */
  readonly polesReal: Float64Array;
  /** Imaginary parts. */
  readonly polesImaginary: Float64Array;
}

/**
 * The steady-state estimator x̂' = Ax̂ + L(y - Cx̂) of x' = Ax + w, y = Cx + v, with white noises w and v of intensities W and V:
 * L = S Cᵀ V⁻¹ with AS + SAᵀ - S Cᵀ V⁻¹ C S + W = 0, the dual of `lqr`. Time O(n³).
 *
 * @param a - n x n
 * @param c - p x n
 * @param w - intensity of the process noise, symmetric, n x n
 * @param v - intensity of the measurement noise, symmetric positive definite, p x p
 * @throws {InvalidInputError} as `lqr`: here a mode that C does not see, or one on the axis that W does not excite
 *
 * @example
 * ```ts
 * import { lqe } from '@infimum/bandits-rl/control';
 *
 * console.log(lqe([[0]], [[1]], [[4]], [[1]]).gain.values[0].toFixed(9)); // 2.000000000
 * ```
 */
export function lqe(a: MatrixLike, c: MatrixLike, w: MatrixLike, v: MatrixLike): Estimator {
  const { gain, p, polesReal, polesImaginary } = lqr(...dual(a, c, w, v));
  return { gain: transpose(gain), covariance: p, polesReal, polesImaginary };
}

/**
 * The steady-state Kalman filter of x_{k+1} = Ax_k + w_k, y_k = Cx_k + v_k, with independent noises of covariances W and V:
 * x̂ <- x̂ + L(y - Cx̂), then x̂ <- Ax̂. L = S Cᵀ(C S Cᵀ + V)⁻¹, with S the covariance of the error before the measurement. Time O(n³).
 *
 * @param a - n x n
 * @param c - p x n
 * @param w - covariance of the process noise, symmetric, n x n
 * @param v - covariance of the measurement noise, symmetric positive definite, p x p
 * @throws {InvalidInputError} as `lqe`, with the unit circle in the place of the axis
 *
 * Source: R. Kalman, A new approach to linear filtering and prediction problems (1960).
 *
 * @example
 * ```ts
 * import { kalman } from '@infimum/bandits-rl/control';
 *
 * const { gain, covariance } = kalman([[1]], [[1]], [[1]], [[1]]); // a random walk
 * console.log(covariance.values[0].toFixed(6), gain.values[0].toFixed(6)); // 1.618034 0.618034
 * ```
 */
export function kalman(a: MatrixLike, c: MatrixLike, w: MatrixLike, v: MatrixLike): Estimator {
  const [adjoint, seen, , noise] = dual(a, c, w, v);
  const { p, polesReal, polesImaginary } = dlqr(adjoint, seen, w, noise);
  const innovation = added(product(transpose(seen), p, seen), noise);
  const { x } = solve(innovation, product(transpose(seen), p));
  const gain = transpose({ rows: seen.cols, cols: p.rows, values: x.values });
  return { gain, covariance: p, polesReal, polesImaginary };
}

function dual(
  a: MatrixLike,
  c: MatrixLike,
  w: MatrixLike,
  v: MatrixLike,
): [DenseMatrix, DenseMatrix, DenseMatrix, DenseMatrix] {
  const system = asMatrix(a, 'a');
  const n = system.rows;
  const seen = asMatrix(c, 'c');
  const measured = transpose(asShape(c, 'c', seen.rows, n));
  return [transpose(asShape(a, 'a', n, n)), measured, asSymmetric(w, 'w', n), asSymmetric(v, 'v', measured.cols)];
}
