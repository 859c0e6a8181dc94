// Linear systems x' = Ax + Bu, y = Cx: controllability, observability, sampling, and pole placement.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkNumber, fault, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, matrixExponential, solve, solveSylvester, svd, transpose } from '@infimum/linalg';
import { asShape } from './matrices.ts';

/**
 * The controllability matrix [B, AB, …, A^(n-1)B], n x nm: all states can be reached exactly where it has rank n. For decisions in
 * doubles prefer `lqr`, which says whether there is a stabilizing feedback.
 *
 * @param a - n x n
 * @param b - n x m
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { ctrb } from '@infimum/bandits-rl/control';
 *
 * console.log(ctrb([[0, 1], [0, 0]], [[0], [1]]).values.join(' ')); // 0 1 1 0
 * ```
 */
export function ctrb(a: MatrixLike, b: MatrixLike): DenseMatrix {
  const { system, input } = asSystem(a, b);
  const [n, m] = [system.rows, input.cols];
  const values = new Float64Array(n * n * m);
  let power = input;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) values.set(power.values.subarray(i * m, (i + 1) * m), (i * n + k) * m);
    if (k + 1 < n) power = matmul(system, power);
  }
  return { rows: n, cols: n * m, values };
}

/**
 * The observability matrix [C; CA; …; CA^(n-1)], np x n: outputs tell all states apart exactly where it has rank n.
 *
 * @param a - n x n
 * @param c - p x n
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { obsv } from '@infimum/bandits-rl/control';
 *
 * console.log(obsv([[0, 1], [0, 0]], [[1, 0]]).values.join(' ')); // 1 0 0 1
 * ```
 */
export function obsv(a: MatrixLike, c: MatrixLike): DenseMatrix {
  const output = asMatrix(c, 'c');
  const system = asMatrix(a, 'a');
  const [n, p] = [system.rows, output.rows];
  asShape(a, 'a', n, n);
  asShape(c, 'c', p, n);
  const values = new Float64Array(n * n * p);
  let power: DenseMatrix = output;
  for (let k = 0; k < n; k++) {
    values.set(power.values, k * n * p);
    if (k + 1 < n) power = matmul(power, system);
  }
  return { rows: n * p, cols: n, values };
}

/**
 * x' = Ax + Bu with inputs that are held constant for a time: x_{k+1} = e^(A t) x_k + ∫₀ᵗ e^(A s) ds B u_k, from one matrix
 * exponential of n + m rows. Time O((n + m)³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param timeStep - t, above 0
 * @throws {InvalidInputError} for shapes that do not fit, and an exponential beyond the largest number
 *
 * Source: C. Van Loan, Computing integrals involving the matrix exponential (1978).
 *
 * @example
 * ```ts
 * import { c2d } from '@infimum/bandits-rl/control';
 *
 * const { a, b } = c2d([[0, 1], [0, 0]], [[0], [1]], 0.5);
 * console.log(a.values.join(' '), b.values.join(' ')); // 1 0.5 0 1 0.125 0.5
 * ```
 */
export function c2d(a: MatrixLike, b: MatrixLike, timeStep: number): { readonly a: DenseMatrix; readonly b: DenseMatrix } {
  const { system, input } = asSystem(a, b);
  checkNumber(timeStep, 'timeStep', { above: 0 });
  const [n, m] = [system.rows, input.cols];
  const size = n + m;
  const values = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) values[i * size + j] = timeStep * system.values[i * n + j];
    for (let j = 0; j < m; j++) values[i * size + n + j] = timeStep * input.values[i * m + j];
  }
  const { values: e } = matrixExponential({ rows: size, cols: size, values });
  const part = (from: number, cols: number): DenseMatrix => ({
    rows: n,
    cols,
    values: Float64Array.from({ length: n * cols }, (_, k) => e[Math.floor(k / cols) * size + from + (k % cols)]),
  });
  return { a: part(0, n), b: part(n, m) };
}

/** Matrices of eigenvectors that are tried. */
const DRAWS = 20;

/**
 * A gain K such that A - BK has given eigenvalues: with the poles in Λ, AX - XΛ = BG for a random G, and K = G X⁻¹; of several
 * draws the one with the best conditioned X. With one input K is unique. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param real - real parts of the n poles, none of them an eigenvalue of A
 * @param imaginary - imaginary parts, 0 by default; a pair of conjugates stands side by side
 * @throws {InvalidInputError} for poles that are not conjugate pairs; `unsupported` where B does not reach all states
 *
 * Source: S. Bhattacharyya, E. de Souza, Pole assignment via Sylvester's equation (1982).
 *
 * @example
 * ```ts
 * import { place } from '@infimum/bandits-rl/control';
 *
 * const gain = place([[0, 1], [0, 0]], [[0], [1]], [-1, -2]);
 * console.log(gain.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 2 3
 * ```
 */
export function place(a: MatrixLike, b: MatrixLike, real: VectorLike, imaginary?: VectorLike): DenseMatrix {
  const { system, input } = asSystem(a, b);
  const [n, m] = [system.rows, input.cols];
  const minus = minusPoles(asVector(real, 'real', n), imaginary && asVector(imaginary, 'imaginary', n));
  const random = new Random(0);
  let best: { condition: number; gain: DenseMatrix } | undefined;
  for (let draw = 0; draw < (m === 1 ? 1 : DRAWS); draw++) {
    const g = { rows: m, cols: n, values: Float64Array.from({ length: m * n }, () => random.normal()) };
    if (m === 1) g.values.fill(1);
    const x = solveSylvester(system, minus, matmul(input, g));
    const sizes = svd(x).values;
    const condition = sizes[0] / sizes[n - 1];
    if (!(condition < 1e14) || (best && best.condition <= condition)) continue;
    // Xᵀ Kᵀ = Gᵀ.
    const { x: solved } = solve(transpose(x), transpose(g));
    best = { condition, gain: transpose({ rows: n, cols: m, values: solved.values }) };
  }
  if (best) return best.gain;
  throw fault('does not reach all states', 'b', 'unsupported');
}

/** -Λ, with blocks of two for pairs. */
function minusPoles(real: Float64Array, imaginary: Float64Array | undefined): DenseMatrix {
  const n = real.length;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = -real[i];
    const part = imaginary?.[i] ?? 0;
    if (part === 0) continue;
    if (i + 1 >= n || imaginary?.[i + 1] !== -part || real[i + 1] !== real[i]) {
      throw fault(`pole ${i} has no conjugate next to it`, 'imaginary', 'out-of-range', i);
    }
    values[i * n + i + 1] = -part;
    values[(i + 1) * n + i] = part;
    values[++i * n + i] = -real[i];
  }
  return { rows: n, cols: n, values };
}

function asSystem(a: MatrixLike, b: MatrixLike): { system: DenseMatrix; input: DenseMatrix } {
  const { rows: n } = asMatrix(a, 'a');
  return { system: asShape(a, 'a', n, n), input: asShape(b, 'b', n) };
}
