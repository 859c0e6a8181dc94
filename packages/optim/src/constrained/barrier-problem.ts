// The problem of the primal-dual barrier method: min f(w) subject to c(w) = 0 and bounds on w, inequalities having been turned into
// equalities with bounded slacks, and the factorised systems of its steps.
import type { LdlFactors } from '@infimum/linalg';
import { ldl, solveLdl } from '@infimum/linalg';

/** min f(w) subject to c(w) = 0, lower <= w <= upper, with lower < upper everywhere; functions with `out` write the result there. */
export interface BarrierProblem {
  /** Number of variables N. */
  readonly variables: number;
  /** Number of equalities M. */
  readonly equalities: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  value(w: Float64Array): number;
  gradient(w: Float64Array, out: Float64Array): void;
  constraints(w: Float64Array, out: Float64Array): void;
  /** M x N numbers row by row. */
  jacobian(w: Float64Array, out: Float64Array): void;
  /** The Hessian of sigma f + y'c, N x N numbers row by row. */
  hessian(w: Float64Array, y: Float64Array, sigma: number, out: Float64Array): void;
}

/** A point with the multipliers of equalities, L = f + y'c, and of bounds, both at least zero. */
export interface BarrierPoint {
  readonly w: Float64Array;
  readonly y: Float64Array;
  readonly lowerMultipliers: Float64Array;
  readonly upperMultipliers: Float64Array;
}

/** Moves a start inside the bounds, by a hundredth of the distance between them or of their size. */
export function pushInside({ lower, upper }: BarrierProblem, start: Float64Array): Float64Array {
  return start.map((value, i) => {
    const width = upper[i] - lower[i];
    const below = lower[i] + 0.01 * Math.min(Math.max(1, Math.abs(lower[i])), width);
    const above = upper[i] - 0.01 * Math.min(Math.max(1, Math.abs(upper[i])), width);
    let moved = value;
    if (lower[i] > -Infinity) moved = Math.max(moved, below);
    if (upper[i] < Infinity) moved = Math.min(moved, above);
    return moved;
  });
}

/** First and last curvature that is added where the Hessian is not positive on the null space. */
const [FIRST_SHIFT, LEAST_SHIFT, MOST_SHIFT] = [1e-4, 1e-20, 1e40];

/** A pivot below this counts as zero, in the scale where rows have entries up to about 1. */
const ZERO_PIVOT = 1e-15;

/** Rounds of iterative refinement. */
const REFINEMENTS = 3;

/**
 * The system [[W + Σ + δ I, A'], [A, -δc I]] (dw, dy) = r of a step. δ is raised until the factors have N positive and M negative
 * pivots: W is positive on the null space of A then. δc > 0 only where A has no full rank.
 */
export class StepSystem {
  /** δ of the last system. */
  shift = 0;
  readonly #n: number;
  readonly #m: number;
  readonly #matrix: Float64Array;
  readonly #base: Float64Array;
  readonly #scaled: Float64Array;
  readonly #scale: Float64Array;
  #factors: LdlFactors | undefined;
  #lastShift = 0;

  constructor(n: number, m: number) {
    this.#n = n;
    this.#m = m;
    this.#matrix = new Float64Array((n + m) ** 2);
    this.#base = new Float64Array((n + m) ** 2);
    this.#scaled = new Float64Array((n + m) ** 2);
    this.#scale = new Float64Array(n + m);
  }

  /** Takes W with Σ on its diagonal, and A; false where no shift makes the matrix right. */
  factor(hessian: Float64Array, sigma: Float64Array, jacobian: Float64Array, mu: number): boolean {
    const [n, m, size] = [this.#n, this.#m, this.#n + this.#m];
    const base = this.#base;
    base.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) base[i * size + j] = hessian[i * n + j];
      base[i * size + i] += sigma[i];
    }
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) {
        base[(n + j) * size + i] = jacobian[j * n + i];
        base[i * size + n + j] = jacobian[j * n + i];
      }
    }
    if (!base.every(Number.isFinite)) return false;
    let softening = 0;
    let verdict = this.#try(0, 0);
    if (verdict === 'right') return true;
    if (verdict === 'singular') softening = 1e-8 * mu ** 0.25;
    let shift = this.#lastShift === 0 ? FIRST_SHIFT : Math.max(LEAST_SHIFT, this.#lastShift / 3);
    if (verdict === 'singular' && this.#try(0, softening) === 'right') return true;
    while (shift <= MOST_SHIFT) {
      verdict = this.#try(shift, softening);
      if (verdict === 'right') {
        this.#lastShift = shift;
        return true;
      }
      if (verdict === 'singular' && softening === 0) softening = 1e-8 * mu ** 0.25;
      shift *= this.#lastShift === 0 ? 100 : 8;
    }
    return false;
  }

  #try(shift: number, softening: number): 'right' | 'wrong' | 'singular' {
    const [n, m, size] = [this.#n, this.#m, this.#n + this.#m];
    const matrix = this.#matrix;
    matrix.set(this.#base);
    for (let i = 0; i < n; i++) matrix[i * size + i] += shift;
    for (let j = n; j < size; j++) matrix[j * size + j] -= softening;
    // Barriers make entries of all sizes: rows and columns are brought to 1, by powers of two.
    const [scaled, scale] = [this.#scaled, this.#scale];
    for (let i = 0; i < size; i++) {
      let most = 0;
      for (let j = 0; j < size; j++) most = Math.max(most, Math.abs(matrix[i * size + j]));
      scale[i] = most > 0 ? 2 ** -Math.round(Math.log2(most) / 2) : 1;
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) scaled[i * size + j] = matrix[i * size + j] * scale[i] * scale[j];
    }
    const factors = ldl({ rows: size, cols: size, values: scaled });
    const { diagonal, offDiagonal } = factors;
    let negative = 0;
    for (let k = 0; k < size; k++) {
      if (offDiagonal[k] !== 0) {
        negative++;
        k++;
        continue;
      }
      if (!(Math.abs(diagonal[k]) > ZERO_PIVOT)) return 'singular';
      if (diagonal[k] < 0) negative++;
    }
    if (negative !== m) return negative < m ? 'singular' : 'wrong';
    this.#factors = factors;
    this.shift = shift;
    return 'right';
  }

  /** Solves, and refines; undefined where numbers overflow. */
  solve(right: Float64Array): Float64Array | undefined {
    const factors = this.#factors as LdlFactors;
    const size = right.length;
    const matrix = this.#matrix;
    const scale = this.#scale;
    const apply = (r: Float64Array) =>
      solveLdl(
        factors,
        r.map((value, i) => value * scale[i]),
      ).map((value, i) => value * scale[i]);
    const solution = apply(right);
    let last = Infinity;
    for (let round = 0; round < REFINEMENTS; round++) {
      let most = 0;
      const rest = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        let sum = right[i];
        for (let j = 0; j < size; j++) sum -= matrix[i * size + j] * solution[j];
        rest[i] = sum;
        most = Math.max(most, Math.abs(sum));
      }
      if (!Number.isFinite(most)) return undefined;
      if (most === 0 || most >= 0.5 * last) break;
      last = most;
      const correction = apply(rest);
      for (let i = 0; i < size; i++) solution[i] += correction[i];
    }
    return solution.every(Number.isFinite) ? solution : undefined;
  }
}
