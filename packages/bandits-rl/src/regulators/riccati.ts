// The algebraic Riccati equations of optimal control in continuous and in discrete time: doubling, or the stable subspace of a
// balanced matrix by its ordered Schur form, then Newton's method until the residual stops falling.
//
// A. Laub: A Schur method for solving algebraic Riccati equations (IEEE Transactions on Automatic Control 24, 1979);
// C. Kenney, A. Laub, M. Wette: Error bounds for Newton refinement of solutions to algebraic Riccati equations (1990).
import type { MatrixLike } from '@infimum/core';
import { InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, identity, inverse, matmul, realSchur, solve, solveLyapunov, transpose } from '@infimum/linalg';
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
 * The Hamiltonian matrix is balanced, its stable invariant subspace gives P, or from 16 states on doubling, and Newton's method refines
 * it. P is returned only if a stabilizing solution is near beyond rounding: by the Newton-Kantorovich theorem there is one where
 * 4 |Ω⁻¹|² |G| |residual| < 1, with Ω the Lyapunov operator of the closed loop and norms in coordinates that suit it. Where that bound
 * misses by a few digits only, five plants that differ by rounding have to have the same solution. Time O(n³).
 *
 * @param a - n x n
 * @param b - n x m
 * @param q - symmetric, n x n
 * @param r - symmetric positive definite, m x m
 * @throws {InvalidInputError} as `lqr`
 *
 * Source: A. Laub (1979); E. Chu, H. Fan, W. Lin (2005).
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
  return continuousSolution(plant.a, plant.f, plant.q).p;
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
  return discreteSolution(plant.a, plant.f, plant.q).p;
}

/** The parts that differ between the equations, for a balanced one. */
interface Equation {
  /** A, G and Q of a discrete equation with the same solution. */
  discretized(): readonly [DenseMatrix, DenseMatrix, DenseMatrix];
  /** The matrix whose stable subspace [U₁; U₂] gives P = U₂U₁⁻¹. */
  stableMatrix(): DenseMatrix;
  /** The residual of P, the sum of its terms' norms, and the closed loop. */
  terms(p: DenseMatrix): Terms;
  /** A bound of the magnitudes that rounding of the residual comes from, entry by entry, and one of its norm. */
  sizes(p: DenseMatrix, terms: Terms): DenseMatrix;
  size(p: DenseMatrix, terms: Terms): number;
  /** The operator Ω of a closed loop. */
  loop(closed: DenseMatrix): Loop;
}

interface Terms {
  readonly residual: DenseMatrix;
  readonly size: number;
  readonly closed: DenseMatrix;
  /** K of the closed loop A - FK. */
  readonly gain: DenseMatrix;
  /** G, or (I + GP)⁻¹G. */
  readonly g: DenseMatrix;
}

interface Loop {
  /** The X with Ω(X) = C: AᵀX + XA = -C, or X - AᵀXA = C, for a closed loop A; undefined where there is none. */
  adjoint(c: DenseMatrix): DenseMatrix | undefined;
  /** An X and a bound of |Ω⁻¹| in coordinates in which X is I; undefined where the loop is not stable. */
  weight(): { readonly x: DenseMatrix; readonly bound: number } | undefined;
}

/** P of the continuous equation with G = FFᵀ = BR⁻¹Bᵀ. */
export function continuousSolution(a: DenseMatrix, f: DenseMatrix, q: DenseMatrix): RiccatiSolution {
  const equation = balanced(a, f, q);
  return stabilizing(equation, continuous);
}

/** P of the discrete equation. */
export function discreteSolution(a: DenseMatrix, f: DenseMatrix, q: DenseMatrix): RiccatiSolution {
  const equation = balanced(a, f, q, 1);
  return stabilizing(equation, discrete);
}

/** From so many states on doubling takes less time than a Schur form of twice as many rows. */
const MANY = 16;

type Build = (data: BalancedEquation) => Equation;

function stabilizing(data: BalancedEquation, build: Build): RiccatiSolution {
  const equation = build(data);
  const isSteady = (p: DenseMatrix, bound: number) => isSteadyUnder(data, build, p, bound);
  const start = data.a.rows < MANY ? undefined : attempt(() => doubled(...equation.discretized()));
  const quick = start && attempt(() => refined(equation, start, isSteady));
  const { p, residual } = quick ?? refined(equation, subspaceSolution(equation.stableMatrix()), isSteady);
  return { p: unbalanced(p, data.exponents), residual };
}

/** Whether plants that differ by more than rounding have the same solution and the same bound |Ω⁻¹|, tested by random draws. */
function isSteadyUnder(data: BalancedEquation, build: Build, p: DenseMatrix, bound: number): boolean {
  const random = new Random(0);
  const noisy = (matrix: DenseMatrix): DenseMatrix => ({
    ...matrix,
    values: matrix.values.map((value) => value * (1 + 8 * Number.EPSILON * (2 * random.uniform() - 1))),
  });
  for (let draw = 0; draw < 5; draw++) {
    const f = noisy(data.f);
    const equation = build({ ...data, a: noisy(data.a), f, g: matmul(f, transpose(f)), q: symmetrized(noisy(data.q)) });
    const moved = attempt(() => refined(equation, p, () => true).p);
    const weight = moved && attempt(() => equation.loop(equation.terms(moved).closed).weight());
    if (!moved || !weight || !(norm(added(moved, p, -1)) <= 1e-6 * norm(p))) return false;
    if (!(Math.abs(weight.bound / bound - 1) <= 0.01)) return false;
  }
  return true;
}

const REFINEMENTS = 8;
/** Ratio up to which a bound may only be coarse. */
const COARSE = 1e4;
/** Largest residual of a solution. */
const ACCEPTED = 1e-10;

/** Newton's method until the residual stops falling; a closed loop serves for as many steps as make it fall fast. */
function refined(
  equation: Equation,
  start: DenseMatrix,
  isSteady: (p: DenseMatrix, bound: number) => boolean,
): RiccatiSolution {
  let p = start;
  const first = attempt(() => equation.terms(start));
  if (!first) throw notStabilizable('its cost is beyond the largest number');
  let terms = first;
  let residual = norm(terms.residual) / terms.size || 0;
  // Below this, a residual is indistinguishable from rounding.
  const floor = Number.EPSILON * Math.sqrt(p.rows);
  for (let k = 0; ; ) {
    const [base, loop] = [{ p, terms }, equation.loop(terms.closed)];
    for (let isFast = true; isFast && k < REFINEMENTS && residual > floor; k++) {
      const step = loop.adjoint(terms.residual);
      const next = step && symmetrized(added(p, step));
      const better = next && attempt(() => equation.terms(next));
      const left = better ? norm(better.residual) / better.size || 0 : Infinity;
      if (!next || !better || !(left < residual)) break;
      isFast = left <= residual / 4;
      [p, terms, residual] = [next, better, left];
    }
    const canMove = p !== base.p && k < REFINEMENTS;
    if (canMove && residual > floor) continue;
    if (!(residual <= ACCEPTED)) throw notStabilizable(`the residual is ${residual.toExponential(1)}`);
    const weight = loop.weight();
    const ratio = kantorovich(equation, base.terms, base.p, weight);
    if (ratio < 1) return { p, residual };
    if (canMove) continue;
    // The bound grows with the square of a condition number: where it is too coarse by a few digits, draws decide.
    if (weight && ratio < COARSE && isSteady(p, weight.bound)) return { p, residual };
    const problem = Number.isNaN(ratio) ? 'the closed loop is not stable' : 'rounding decides whether the loop is stable';
    throw notStabilizable(problem);
  }
}

/**
 * P of a discrete equation by doubling: A <- A(I + GP)⁻¹A, G <- G + A(I + GP)⁻¹GAᵀ, P <- P + AᵀP(I + GP)⁻¹A from P = Q, whose error is
 * squared by each step. Stabilizing where Q sees all unstable modes. Products of matrices make up most of the 18 n³ operations a step.
 *
 * E. Chu, H. Fan, W. Lin: A structure-preserving doubling algorithm for continuous-time algebraic Riccati equations (2005).
 */
function doubled(a: DenseMatrix, g: DenseMatrix, q: DenseMatrix): DenseMatrix | undefined {
  const unit = identity(a.rows);
  let [power, reach, p] = [a, g, q];
  for (let k = 0; k < 40; k++) {
    const back = inverse(added(unit, matmul(reach, p)));
    const moved = matmul(back, power);
    const change = symmetrized(product(transpose(power), matmul(p, moved)));
    p = added(p, change);
    if (norm(change) <= 1e-7 * norm(p)) return p;
    reach = added(reach, symmetrized(product(power, matmul(back, reach), transpose(power))));
    power = matmul(power, moved);
  }
  return undefined;
}

/** P = U₂U₁⁻¹ of the subspace [U₁; U₂] of the eigenvalues with negative real parts. */
function subspaceSolution(matrix: DenseMatrix): DenseMatrix {
  const n = matrix.rows / 2;
  const { q: basis, leading } = realSchur(matrix, { first: (part) => part < 0 });
  if (leading !== n) throw notStabilizable(`${leading} of ${n} modes can be stable`);
  const [top, bottom] = [0, n].map((from) => block(basis, from, 0, n));
  // U₁ᵀ Pᵀ = U₂ᵀ.
  const p = attempt(() => solve(transpose(top), transpose(bottom)));
  if (!p || !isProper(p.x)) throw notStabilizable('the stable subspace has no graph');
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

/** The result of a computation; undefined where its matrix is singular or its numbers are not finite. */
function attempt<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

const isProper = (matrix: DenseMatrix): boolean => Number.isFinite(norm(matrix));
const absolute = (matrix: DenseMatrix): DenseMatrix => ({ ...matrix, values: matrix.values.map((value) => Math.abs(value)) });

/** Below 1 where a stabilizing solution is near P, whatever rounding did; NaN where the closed loop is not stable. */
function kantorovich(equation: Equation, terms: Terms, p: DenseMatrix, weight: ReturnType<Loop['weight']>): number {
  const { residual, g } = terms;
  const factor = weight && isProper(weight.x) ? attempt(() => cholesky(weight.x)) : undefined;
  const back = factor && attempt(() => inverse(factor));
  if (!weight || !factor || !back) return Number.NaN;
  const epsilon = Number.EPSILON * (4 + Math.sqrt(p.rows));
  const ratio = (error: number, size: number) => 4 * error * size * weight.bound ** 2;
  const crude = ratio(norm(residual) + epsilon * equation.size(p, terms), norm(g)) * (norm(back) * norm(factor)) ** 2;
  if (crude < 1) return crude;
  const rounding = product(absolute(back), equation.sizes(p, terms), absolute(transpose(back)));
  const error = norm(product(back, residual, transpose(back))) + epsilon * norm(rounding);
  return ratio(error, norm(product(transpose(factor), g, factor)));
}

// Residuals and loops are made with F: in G P the numbers that cancel would be larger by a factor |F|.
function continuous({ a, f, g, q }: Omit<BalancedEquation, 'exponents'>): Equation {
  const [unit, adjoint, inputs] = [identity(a.rows), transpose(a), transpose(f)];
  return {
    discretized() {
      // Cayley's transform about a point of the magnitude of the eigenvalues.
      const shift = Math.sqrt((2 * norm(a) ** 2 + norm(g) ** 2 + norm(q) ** 2) / (2 * a.rows));
      const back = inverse(added(a, unit, -shift));
      const [backG, qBack] = [matmul(back, g), matmul(q, back)];
      const w = inverse(added(added(adjoint, unit, -shift), matmul(q, backG)));
      const twice = (matrix: DenseMatrix) => times(matrix, 2 * shift);
      return [added(unit, twice(transpose(w))), symmetrized(twice(matmul(backG, w))), symmetrized(twice(matmul(w, qBack)))];
    },
    stableMatrix: () => blocks(a, times(g, -1), times(q, -1), times(adjoint, -1)),
    terms(p) {
      const [pa, gain] = [matmul(p, a), matmul(inputs, p)];
      const square = matmul(transpose(gain), gain);
      const residual = added(added(added(pa, transpose(pa)), square, -1), q);
      const size = 2 * norm(pa) + norm(square) + norm(q);
      return { residual, size, closed: added(a, matmul(f, gain), -1), gain, g };
    },
    sizes(p, { gain }) {
      const [pa, reach] = [matmul(absolute(p), absolute(a)), matmul(absolute(inputs), absolute(p))];
      const square = times(matmul(transpose(absolute(gain)), reach), 1.5);
      return added(added(added(pa, transpose(pa)), added(square, transpose(square))), absolute(q));
    },
    size: (p, { gain }) => 2 * norm(p) * norm(a) + 3 * norm(gain) * norm(f) * norm(p) + norm(q),
    loop(closed) {
      const { q: basis, t, real } = realSchur(closed);
      const solved = (form: DenseMatrix, c: DenseMatrix) => {
        const x = attempt(() => solveLyapunov({ q: basis, t: form }, c));
        return x && isProper(x) ? x : undefined;
      };
      return {
        adjoint: (c) => solved(t, c),
        weight() {
          const margin = real.reduce((least, part) => Math.min(least, -part), Infinity);
          if (!(margin > 0)) return undefined;
          // AᵀX + XA <= -margin X.
          const x = solved(added(t, unit, margin / 2), unit);
          return x && { x, bound: 1 / margin };
        },
      };
    },
  };
}

function discrete({ a, f, g, q }: BalancedEquation): Equation {
  const n = a.rows;
  const [unit, adjoint, inputs] = [identity(n), transpose(a), transpose(f)];
  return {
    discretized: () => [a, g, q],
    stableMatrix() {
      const plus = blocks(added(a, unit), g, times(q, -1), added(unit, adjoint));
      const minus = blocks(added(a, unit, -1), times(g, -1), times(q, -1), added(unit, adjoint, -1));
      const cayley = attempt(() => solve(plus, minus));
      if (!cayley || !isProper(cayley.x)) throw notStabilizable('a mode has the multiplier -1');
      return { rows: 2 * n, cols: 2 * n, values: cayley.x.values };
    },
    terms(p) {
      // P = CᵀPC + KᵀK + Q along the closed loop C, where errors of K count twice.
      const reach = matmul(inputs, p);
      const back = inverse(added(identity(f.cols), symmetrized(matmul(reach, f))));
      const gain = product(back, reach, a);
      const closed = added(a, matmul(f, gain), -1);
      const [moved, square] = [symmetrized(product(transpose(closed), p, closed)), matmul(transpose(gain), gain)];
      const residual = added(added(added(moved, square), p, -1), q);
      const size = norm(moved) + norm(square) + norm(p) + norm(q);
      return { residual, size, closed, gain, g: product(f, back, inputs) };
    },
    sizes(p, { closed, gain }) {
      const loop = times(added(absolute(a), matmul(absolute(f), absolute(gain))), 2);
      const moved = product(transpose(absolute(closed)), absolute(p), added(absolute(closed), loop));
      const square = matmul(transpose(absolute(gain)), absolute(gain));
      return symmetrized(added(added(added(moved, square), absolute(p)), absolute(q)));
    },
    size: (p, { closed, gain }) =>
      norm(closed) * norm(p) * (norm(closed) + 2 * norm(a) + 2 * norm(f) * norm(gain)) + norm(gain) ** 2 + norm(p) + norm(q),
    loop: (closed) => ({
      adjoint: (c) => stein(closed, c),
      weight() {
        const { real, imaginary } = realSchur(closed);
        const radius = real.reduce((most, part, i) => Math.max(most, Math.hypot(part, imaginary[i])), 0);
        if (!(radius < 1)) return undefined;
        // AᵀXA <= contraction² X; the derivative of what follows P changes by twice G.
        const contraction = (1 + radius) / 2;
        const x = stein(times(closed, 1 / contraction), unit);
        return x && { x, bound: Math.SQRT2 / (1 - contraction ** 2) };
      },
    }),
  };
}

/** Σ (Aᵀ)^k C A^k, by squaring A; undefined where the sum does not converge. */
function stein(closed: DenseMatrix, c: DenseMatrix): DenseMatrix | undefined {
  let [power, sum] = [closed, c];
  for (let k = 0; k < 64; k++) {
    const change: DenseMatrix | undefined = attempt(() => product(transpose(power), sum, power));
    if (!change || !isProper(change)) return undefined;
    sum = added(sum, change);
    const size = norm(change);
    if (size <= 1e-17 * norm(sum)) return symmetrized(sum);
    const square = attempt(() => matmul(power, power));
    if (!square) return undefined;
    power = square;
  }
  return undefined;
}

/** Kleinman's step: the cost of the feedback FᵀP; undefined where that has no finite cost. */
export function newtonStep(a: DenseMatrix, f: DenseMatrix, q: DenseMatrix, p: DenseMatrix): DenseMatrix | undefined {
  const equation = continuous({ a, f, g: f, q });
  return attempt(() => {
    const { gain, closed } = equation.terms(p);
    return equation.loop(closed).adjoint(added(q, matmul(transpose(gain), gain)));
  });
}

/** |AᵀP + PA - PFFᵀP + Q| over the sum of the terms' norms; 0 for 0/0. */
export function riccatiResidual(a: DenseMatrix, f: DenseMatrix, q: DenseMatrix, p: DenseMatrix): number {
  const { residual, size } = continuous({ a, f, g: f, q }).terms(p);
  return norm(residual) / size || 0;
}
