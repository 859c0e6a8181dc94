// The algebraic Riccati equations of optimal control in continuous and in discrete time: the stable subspace of a balanced matrix
// by its ordered Schur form, then Newton's method until the residual stops falling.
//
// A. Laub: A Schur method for solving algebraic Riccati equations (IEEE Transactions on Automatic Control 24, 1979);
// C. Kenney, A. Laub, M. Wette: Error bounds for Newton refinement of solutions to algebraic Riccati equations (1990).
import type { MatrixLike } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, eigen, identity, inverse, matmul, realSchur, solve, solveLyapunov, transpose } from '@infimum/linalg';
import type { BalancedEquation } from './balancing.ts';
import { balanced, unbalanced } from './balancing.ts';
import { added, norm, product, symmetrized } from './matrices.ts';
import { notStabilizable, readPlant } from './plant.ts';

/** A stabilizing solution. */
export interface RiccatiSolution {
  readonly p: DenseMatrix;
  /** The equation's residual over the sum of its terms' norms, in balanced units. */
  readonly residual: number;
}

/**
 * The stabilizing solution of AᵀP + PA - P B R⁻¹ Bᵀ P + Q = 0: symmetric, with A - BR⁻¹BᵀP stable. As `lqr`, which gives the gain.
 *
 * The Hamiltonian matrix is balanced, its stable invariant subspace gives P, and Newton's method refines it. P is returned only if
 * a stabilizing solution is near beyond rounding: by the Newton-Kantorovich theorem there is one where 4 |Ω⁻¹|² |G| |residual| < 1,
 * with Ω the Lyapunov operator of the closed loop and norms in coordinates that suit it. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} as `lqr`
 *
 * Source: A. Laub (1979).
 *
 * @example
 * ```ts
 * import { solveCare } from '@infimum/bandits-rl';
 *
 * console.log((solveCare([[1]], [[1]], [[1]], [[1]]).values[0] - Math.SQRT2).toFixed(9)); // 1.000000000
 * ```
 */
export function solveCare(a: MatrixLike, b: MatrixLike, q: MatrixLike, r: MatrixLike): DenseMatrix {
  const plant = readPlant(a, b, q, r);
  return continuousSolution(plant.a, plant.g, plant.q).p;
}

/**
 * The stabilizing solution of P = AᵀPA - AᵀPB(R + BᵀPB)⁻¹BᵀPA + Q: symmetric, with A - B(R + BᵀPB)⁻¹BᵀPA stable. As `dlqr`, which
 * gives the gain. A may be singular, and may have unstable modes that Q does not see. Time O(n³).
 *
 * The symplectic pencil is turned into a matrix by Cayley's transform (z - 1)/(z + 1), whose stable subspace gives P; P is
 * refined and accepted as by `solveCare`.
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} as `dlqr`
 *
 * Source: A. Laub (1979); V. Mehrmann, A step toward a unified treatment of continuous and discrete time control problems (1996).
 *
 * @example
 * ```ts
 * import { solveDare } from '@infimum/bandits-rl/control';
 *
 * console.log(solveDare([[2]], [[1]], [[0]], [[1]]).values[0].toFixed(9)); // 3.000000000
 * ```
 */
export function solveDare(a: MatrixLike, b: MatrixLike, q: MatrixLike, r: MatrixLike): DenseMatrix {
  const plant = readPlant(a, b, q, r);
  return discreteSolution(plant.a, plant.g, plant.q).p;
}

/** What differs between the equations; all of a balanced one. */
interface Equation {
  /** The matrix whose stable subspace [U₁; U₂] gives P = U₂U₁⁻¹. */
  stableMatrix(): DenseMatrix;
  /** The residual of P, the sum of its terms' norms, and the closed loop. */
  terms(p: DenseMatrix): Terms;
  /** The X with Ω(X) = C: AᵀX + XA = -C, or X - AᵀXA = C, for a closed loop A; undefined where there is none. */
  adjoint(closed: DenseMatrix, c: DenseMatrix): DenseMatrix | undefined;
  /**
   * Below 1 where a stabilizing solution is near P, whatever rounding did; NaN where the closed loop is not stable.
   */
  kantorovich(terms: Terms, p: DenseMatrix): number;
}

interface Terms {
  readonly residual: DenseMatrix;
  readonly size: number;
  readonly closed: DenseMatrix;
  /** (I + GP)⁻¹G, or G. */
  readonly g: DenseMatrix;
}

/** P of the continuous equation with G = BR⁻¹Bᵀ. */
export function continuousSolution(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix): RiccatiSolution {
  const equation = balanced(a, g, q);
  return stabilizing(equation, continuous(equation));
}

/** P of the discrete equation. */
export function discreteSolution(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix): RiccatiSolution {
  const equation = balanced(a, g, q, 1);
  return stabilizing(equation, discrete(equation));
}

const REFINEMENTS = 8;
/** Largest residual of a solution. */
const ACCEPTED = 1e-10;

function stabilizing({ exponents }: BalancedEquation, equation: Equation): RiccatiSolution {
  let p = subspaceSolution(equation.stableMatrix());
  let terms = attempt(() => equation.terms(p));
  if (!terms) throw notStabilizable('its cost is beyond the largest number');
  let residual = norm(terms.residual) / terms.size || 0;
  for (let k = 0; k < REFINEMENTS && residual > Number.EPSILON; k++) {
    const step = equation.adjoint(terms.closed, terms.residual);
    if (!step) break;
    const next = symmetrized(added(p, step));
    const better = attempt(() => equation.terms(next));
    if (!better) break;
    const left = norm(better.residual) / better.size || 0;
    if (!(left < residual)) break;
    const enough = left > residual / 4;
    [p, terms, residual] = [next, better, left];
    if (enough) break;
  }
  if (!(residual <= ACCEPTED)) throw notStabilizable(`the residual is ${residual.toExponential(1)}`);
  const ratio = equation.kantorovich(terms, p);
  if (!(ratio < 1)) {
    const problem = Number.isNaN(ratio) ? 'the closed loop is not stable' : 'rounding decides whether the loop is stable';
    throw notStabilizable(problem);
  }
  return { p: unbalanced(p, exponents), residual };
}

/** P = U₂U₁⁻¹ of the subspace [U₁; U₂] of the eigenvalues with negative real parts. */
function subspaceSolution(matrix: DenseMatrix): DenseMatrix {
  const n = matrix.rows / 2;
  const { q: basis, leading } = realSchur(matrix, { first: (part) => part < 0 });
  if (leading !== n) throw notStabilizable(`${leading} of ${n} modes can be stable`);
  const [top, bottom] = [0, n].map((from) => block(basis, from, 0, n));
  // U₁ᵀ Pᵀ = U₂ᵀ.
  const p = attempt(() => solve(transpose(top), transpose(bottom)));
  if (!p?.x.values.every(Number.isFinite)) throw notStabilizable('the stable subspace has no graph');
  return symmetrized({ rows: n, cols: n, values: p.x.values });
}

function block({ cols, values }: DenseMatrix, row: number, col: number, n: number): DenseMatrix {
  const at = (k: number) => (row + Math.floor(k / n)) * cols + col + (k % n);
  return { rows: n, cols: n, values: Float64Array.from({ length: n * n }, (_, k) => values[at(k)]) };
}

/** [A, B; C, D], all n x n. */
function blocks(a: DenseMatrix, b: DenseMatrix, c: DenseMatrix, d: DenseMatrix): DenseMatrix {
  const n = a.rows;
  const values = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i++) {
    values.set(a.values.subarray(i * n, (i + 1) * n), 2 * i * n);
    values.set(b.values.subarray(i * n, (i + 1) * n), (2 * i + 1) * n);
    values.set(c.values.subarray(i * n, (i + 1) * n), 2 * (n + i) * n);
    values.set(d.values.subarray(i * n, (i + 1) * n), (2 * (n + i) + 1) * n);
  }
  return { rows: 2 * n, cols: 2 * n, values };
}

const times = (matrix: DenseMatrix, factor: number): DenseMatrix => ({
  ...matrix,
  values: matrix.values.map((value) => factor * value),
});

/** What a computation gives; undefined where its matrix is singular or its numbers are not finite. */
function attempt<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

const absolute = (matrix: DenseMatrix): DenseMatrix => ({ ...matrix, values: matrix.values.map(Math.abs) });

/**
 * Norms of the residual, with what rounding may have hidden of it, and of G in coordinates in which X = L Lᵀ is I.
 *
 * @param sizes - the sums of the magnitudes of the terms, entry by entry
 */
function inCoordinates(
  x: DenseMatrix,
  residual: DenseMatrix,
  sizes: DenseMatrix,
  g: DenseMatrix,
): { readonly residual: number; readonly g: number } | undefined {
  if (!x.values.every(Number.isFinite)) return undefined;
  const factor = attempt(() => cholesky(x));
  const back = factor && attempt(() => inverse(factor));
  if (!factor || !back) return undefined;
  const rounding = product(absolute(back), sizes, absolute(transpose(back)));
  const epsilon = Number.EPSILON * (4 + Math.sqrt(x.rows));
  return {
    residual: norm(product(back, residual, transpose(back))) + epsilon * norm(rounding),
    g: norm(product(transpose(factor), g, factor)),
  };
}

function continuous({ a, g, q }: BalancedEquation): Equation {
  return {
    stableMatrix: () => blocks(a, times(g, -1), times(q, -1), times(transpose(a), -1)),
    terms(p) {
      const [pa, gp] = [matmul(p, a), matmul(g, p)];
      const pgp = matmul(p, gp);
      const residual = added(added(added(pa, transpose(pa)), pgp, -1), q);
      return { residual, size: 2 * norm(pa) + norm(pgp) + norm(q), closed: added(a, gp, -1), g };
    },
    adjoint: (closed, c) => {
      const x = attempt(() => solveLyapunov(closed, c));
      return x?.values.every(Number.isFinite) ? x : undefined;
    },
    kantorovich({ residual, closed }, p) {
      const { real } = eigen(closed);
      const margin = real.reduce((least, part) => Math.min(least, -part), Infinity);
      if (!(margin > 0)) return Number.NaN;
      // X with Aᵀ X + X A <= -margin X: in coordinates where it is I, |Ω⁻¹| <= 1 / margin.
      const shifted = added(closed, identity(a.rows), margin / 2);
      const weight = this.adjoint(shifted, identity(a.rows));
      const [pa, pg] = [matmul(absolute(p), absolute(a)), matmul(absolute(p), absolute(g))];
      const sizes = added(added(added(pa, transpose(pa)), matmul(pg, absolute(p))), absolute(q));
      const bounds = weight && inCoordinates(weight, residual, sizes, g);
      return bounds ? (4 * bounds.residual * bounds.g) / margin ** 2 : Number.NaN;
    },
  };
}

function discrete({ a, g, q }: BalancedEquation): Equation {
  const n = a.rows;
  const unit = identity(n);
  const adjoint = transpose(a);
  return {
    stableMatrix() {
      const plus = blocks(added(a, unit), g, times(q, -1), added(unit, adjoint));
      const minus = blocks(added(a, unit, -1), times(g, -1), times(q, -1), added(unit, adjoint, -1));
      const cayley = attempt(() => solve(plus, minus));
      if (!cayley?.x.values.every(Number.isFinite)) throw notStabilizable('a mode has the multiplier -1');
      return { rows: 2 * n, cols: 2 * n, values: cayley.x.values };
    },
    terms(p) {
      const solved = solve(added(unit, matmul(g, p)), joined(a, g));
      const both = { rows: n, cols: 2 * n, values: solved.x.values };
      const [closed, reduced] = [columns(both, 0, n), columns(both, n, n)];
      const moved = symmetrized(product(adjoint, p, closed));
      const residual = added(added(moved, p, -1), q);
      return { residual, size: norm(moved) + norm(p) + norm(q), closed, g: reduced };
    },
    adjoint: stein,
    kantorovich({ residual, closed, g: reduced }, p) {
      const { real, imaginary } = eigen(closed);
      const radius = real.reduce((most, part, i) => Math.max(most, Math.hypot(part, imaginary[i])), 0);
      if (!(radius < 1)) return Number.NaN;
      // X with AᵀXA <= contraction² X.
      const contraction = (1 + radius) / 2;
      const weight = stein(times(closed, 1 / contraction), unit);
      const moved = product(absolute(adjoint), absolute(p), absolute(closed));
      const sizes = added(added(moved, absolute(p)), absolute(q));
      const bounds = weight && inCoordinates(weight, residual, symmetrized(sizes), reduced);
      return bounds ? (8 * bounds.residual * bounds.g) / (1 - contraction ** 2) ** 2 : Number.NaN;
    },
  };
}

function joined(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const n = a.rows;
  const values = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    values.set(a.values.subarray(i * n, (i + 1) * n), 2 * i * n);
    values.set(b.values.subarray(i * n, (i + 1) * n), (2 * i + 1) * n);
  }
  return { rows: n, cols: 2 * n, values };
}

function columns(matrix: DenseMatrix, from: number, n: number): DenseMatrix {
  return block(matrix, 0, from, n);
}

/** Σ (Aᵀ)^k C A^k, by squaring A; undefined where the sum does not converge. */
function stein(closed: DenseMatrix, c: DenseMatrix): DenseMatrix | undefined {
  let [power, sum] = [closed, c];
  for (let k = 0; k < 64; k++) {
    const change: DenseMatrix | undefined = attempt(() => product(transpose(power), sum, power));
    if (!change?.values.every(Number.isFinite)) return undefined;
    sum = added(sum, change);
    const size = norm(change);
    if (size <= 1e-17 * norm(sum)) return symmetrized(sum);
    const square = attempt(() => matmul(power, power));
    if (!square) return undefined;
    power = square;
  }
  return undefined;
}

/** Kleinman's step: the cost of the feedback that P means; undefined where that has no finite cost. */
export function newtonStep(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix, p: DenseMatrix): DenseMatrix | undefined {
  const gp = matmul(g, p);
  const constant = added(q, matmul(p, gp));
  if (!constant.values.every(Number.isFinite)) return undefined;
  return continuous({ a, g, q, exponents: new Int32Array(a.rows) }).adjoint(added(a, gp, -1), constant);
}

/** |AᵀP + PA - PGP + Q| over the sum of the terms' norms; 0 for 0/0. */
export function riccatiResidual(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix, p: DenseMatrix): number {
  const { residual, size } = continuous({ a, g, q, exponents: new Int32Array(a.rows) }).terms(p);
  return norm(residual) / size || 0;
}
