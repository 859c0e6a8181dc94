// Whether a value function is near that of the optimal regulator, and its feedback stable, from a witness, for the doubles of the
// plant as they are.
//
// With C = A - BK and S = BᵀP - RK the residual F = AᵀP + PA - PBR⁻¹BᵀP + Q is CᵀP + PC + Q + KᵀRK - SᵀR⁻¹S. Lyapunov's theorem bounds
// the inverse of E -> CᵀE + EC by l; that of the loop A - BR⁻¹BᵀP, which is C - BR⁻¹S, by l' = l / (1 - 2 l |B||S|/ρ), with ρ at most
// the least eigenvalue of R. Where 4 l'² g |F| < 1, g = |B|²/ρ, Newton and Kantorovich's theorem gives a solution within 2 l' |F| of P,
// whose loop is stable.
import type { Verdict } from '@infimum/core/certificate';
import { down, ETA, leastEigenvalueBound, lyapunovBound, matrixProduct, U, up } from '@infimum/rigor';
import type { ControlInstance, ControlSolution } from './control-instance.ts';

/** Units, a gain, and a solution of Lyapunov's equation. Any numbers are valid; accurate ones give tighter bounds. */
export interface StabilizingWitness {
  /** States are counted in units of these powers of two. */
  readonly states: readonly number[];
  /** Inputs likewise. */
  readonly inputs: readonly number[];
  /** K = R⁻¹BᵀP in these units, m x n. */
  readonly gain: Float64Array;
  /** X of CᵀX + XC = -I in these units, symmetric, n x n. */
  readonly lyapunov: Float64Array;
  /** ρ, below the least eigenvalue of R in these units. */
  readonly inputCost: number;
}

/** A matrix between values - radii and values + radii, row by row. */
interface Enclosed {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
  readonly radii: Float64Array;
}

/**
 * The checker of `stabilizing`. Throws nothing, whatever the witness.
 *
 * @example
 * ```ts
 * import { checkStabilizing } from '@infimum/bandits-rl/checkers';
 * import { linearInstance } from '@infimum/bandits-rl/control';
 *
 * const one = { rows: 1, cols: 1, values: Float64Array.of(1) };
 * const instance = linearInstance({ a: one, b: one, q: one, r: one }, Float64Array.of(1));
 * const p = 1 + Math.SQRT2;
 * const witness = {
 *   states: [0], inputs: [0], gain: Float64Array.of(p), lyapunov: Float64Array.of(1 / (2 * Math.SQRT2)), inputCost: 0.9,
 * };
 * const verdict = checkStabilizing(instance, { weights: Float64Array.of(p) }, witness);
 * console.log(verdict.proved && verdict.figures.distance.upper < 1e-14); // true
 * ```
 */
export function check(instance: ControlInstance, solution: ControlSolution, witness: unknown): Verdict {
  const { linear } = instance;
  if (!linear) return refused('the system is not linear');
  const { states, inputs, gain, lyapunov, inputCost } = (witness ?? {}) as Partial<StabilizingWitness>;
  const [n, m] = [linear.a.rows, linear.b.cols];
  if (!areExponents(states, n) || !areExponents(inputs, m)) return refused('the units are not powers of two');
  if (!isTable(gain, m * n)) return refused('the gain does not consist of numbers');
  if (!isTable(lyapunov, n * n)) return refused('the solution of the Lyapunov equation does not consist of numbers');
  if (typeof inputCost !== 'number' || !(inputCost > 0)) return refused('the cost of inputs is not above 0');
  const p = matrixOf(solution.weights, n);
  if (!p) return refused('the weights are not those of a quadratic value function');
  const back = states.map((exponent) => -exponent);
  const a = inUnits(linear.a.values, n, n, back, states);
  const b = inUnits(linear.b.values, n, m, back, inputs);
  const q = inUnits(linear.q.values, n, n, states, states);
  const r = inUnits(linear.r.values, m, m, inputs, inputs);
  const value = inUnits(p, n, n, states, states);
  if (!a || !b || !q || !r || !value) return refused('the units make numbers overflow or underflow');
  if (!isSymmetric(q) || !isSymmetric(r)) return refused('the costs are not symmetric to the bit');
  const rho = leastEigenvalueBound(r.values, m, inputCost);
  if (!(rho > 0)) return refused('the cost of inputs is not shown to be positive definite');
  const k = exact(gain, m, n);
  const closed = sum(a, times(b, k), -1);
  const stale = sum(times(transposed(b), value), times(r, k), -1);
  const half = times(value, closed);
  const cost = sum(q, times(transposed(k), times(r, k)));
  const residual = sum(sum(half, transposed(half)), cost);
  const [staleSize, inputSize] = [spectral(stale), spectral(b)];
  const f = up(norm(residual) + up(up(staleSize * staleSize) / rho));
  const drift = up(up(up(inputSize * staleSize) / rho) + radius(closed));
  const l = lyapunovBound(closed.values, lyapunov, n);
  const room = down(1 - up(2 * up(l * drift)));
  if (!(room > 0)) return refused('the closed loop is not shown to be stable');
  const inverse = up(l / room);
  const g = up(up(inputSize * inputSize) / rho);
  if (!(up(4 * up(up(inverse * inverse) * up(g * f))) < 1)) {
    return refused('the residual is too large for the stability of the closed loop');
  }
  const size = down(largest(value) * (1 - 4 * U));
  const distance = up(up(2 * up(inverse * f)) / size);
  return size > 0 && distance < Infinity
    ? { proved: true, figures: { distance: { lower: 0, upper: distance } } }
    : refused('the value function is zero');
}

const refused = (reason: string): Verdict => ({ proved: false, reason });

function areExponents(value: unknown, length: number): value is readonly number[] {
  return (
    Array.isArray(value) && value.length === length && value.every((entry) => Number.isInteger(entry) && Math.abs(entry) <= 500)
  );
}

function isTable(value: unknown, length: number): value is Float64Array {
  return value instanceof Float64Array && value.length === length && value.every(Number.isFinite);
}

/** P of the weights P_ii and 2 P_ij; halves are exact but for the smallest numbers. */
function matrixOf(weights: unknown, n: number): Float64Array | undefined {
  if (!isTable(weights, (n * (n + 1)) / 2)) return undefined;
  const values = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = i; j < n; j++, at++) {
      const entry = i === j ? weights[at] : weights[at] / 2;
      if (i !== j && 2 * entry !== weights[at]) return undefined;
      values[i * n + j] = values[j * n + i] = entry;
    }
  }
  return values;
}

/** Entries times powers of two; undefined where that is not exact. */
function inUnits(
  given: ArrayLike<number>,
  rows: number,
  cols: number,
  left: readonly number[],
  right: readonly number[],
): Enclosed | undefined {
  if (given.length !== rows * cols) return undefined;
  const values = new Float64Array(rows * cols);
  const [row, col] = [left, right].map((exponents) => Float64Array.from(exponents, (exponent) => 2 ** exponent));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const k = i * cols + j;
      values[k] = given[k] * row[i] * col[j];
      if (!Number.isFinite(values[k]) || values[k] / col[j] / row[i] !== given[k]) return undefined;
      // Below the normal numbers a product of powers may have been rounded twice.
      if (given[k] !== 0 && Math.abs(values[k]) < 2 ** -1000) return undefined;
    }
  }
  return exact(values, rows, cols);
}

const exact = (values: Float64Array, rows: number, cols: number): Enclosed => ({
  rows,
  cols,
  values,
  radii: new Float64Array(values.length),
});

function transposed({ rows, cols, values, radii }: Enclosed): Enclosed {
  const turned = exact(new Float64Array(values.length), cols, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      turned.values[j * rows + i] = values[i * cols + j];
      turned.radii[j * rows + i] = radii[i * cols + j];
    }
  }
  return turned;
}

function times(a: Enclosed, b: Enclosed): Enclosed {
  const [rows, inner, cols] = [a.rows, a.cols, b.cols];
  const { values, radii } = matrixProduct(a.values, b.values, rows, inner, cols);
  // |a| b.radii + a.radii (|b| + b.radii).
  const add = (x: Float64Array, y: Float64Array) => {
    const spread = matrixProduct(x, y, rows, inner, cols);
    for (let k = 0; k < radii.length; k++) radii[k] = up(radii[k] + up(spread.values[k] + spread.radii[k]));
  };
  if (isSpread(b)) add(Float64Array.from(a.values, Math.abs), b.radii);
  if (isSpread(a))
    add(
      a.radii,
      Float64Array.from(b.values, (value, k) => up(Math.abs(value) + b.radii[k])),
    );
  return { rows, cols, values, radii };
}

function sum(a: Enclosed, b: Enclosed, sign = 1): Enclosed {
  const total = exact(new Float64Array(a.values.length), a.rows, a.cols);
  for (let k = 0; k < a.values.length; k++) {
    const value = a.values[k] + sign * b.values[k];
    total.values[k] = value;
    total.radii[k] = up(up(a.radii[k] + b.radii[k]) + up(U * Math.abs(value) + ETA));
  }
  return total;
}

const isSpread = ({ radii }: Enclosed): boolean => radii.some((value) => value !== 0);

const isSymmetric = ({ rows, values }: Enclosed): boolean =>
  values.every((value, k) => value === values[(k % rows) * rows + Math.floor(k / rows)]);

/** At least a sum of n numbers >= 0 that was made in doubles. */
const above = (total: number, n: number): number => up(total * (1 + 4 * (n + 4) * U) + 4 * (n + 4) * ETA);

/** At least the row-sum norm, which is at least the spectral norm of a symmetric matrix. */
function norm({ rows, cols, values, radii }: Enclosed): number {
  let most = 0;
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let k = i * cols; k < (i + 1) * cols; k++) total += Math.abs(values[k]) + radii[k];
    const bound = above(total, cols);
    if (!(bound <= most)) most = bound;
  }
  return most;
}

/** At least the spectral norm: the root of the product of the row-sum norms of a matrix and its transpose. */
function spectral(matrix: Enclosed): number {
  const bound = Math.sqrt(up(norm(matrix) * norm(transposed(matrix))));
  return up(up(bound));
}

/** At least the spectral norm of what lies within the radii. */
const radius = (matrix: Enclosed): number => spectral({ ...matrix, values: new Float64Array(matrix.values.length) });

const largest = ({ values }: Enclosed): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
