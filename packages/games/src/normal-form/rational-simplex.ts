// The simplex method with whole numbers: optima of linear programs, exactly, with exact multipliers.
//
// Integer pivoting: Edmonds; R. Bland: New finite pivoting rules for the simplex method (1977).
import type { Fraction } from '@infimum/rigor';
import { fraction } from '@infimum/rigor';

/** Maximize c'x subject to A x <= b, x >= 0, in whole numbers. */
export interface IntegerProgram {
  /** c. */
  readonly objective: readonly bigint[];
  /** A, a list a row. */
  readonly matrix: readonly (readonly bigint[])[];
  /** b. */
  readonly bounds: readonly bigint[];
}

/** How it ended; x, multipliers and value are those of an optimum if `converged`. */
export interface RationalSolution {
  readonly status: 'converged' | 'infeasible' | 'unbounded' | 'iteration-limit';
  readonly x: readonly Fraction[];
  /** Multipliers of the rows: not negative, A'y >= c, b'y = c'x. */
  readonly duals: readonly Fraction[];
  readonly value: Fraction;
  readonly pivots: number;
}

/** Entries are whole numbers over a common denominator; right-hand sides come last. */
export interface Tableau {
  readonly t: bigint[][];
  readonly basic: number[];
  readonly free: number[];
  denominator: bigint;
}

/**
 * Solves a linear program exactly. Largest coefficients enter, by Bland's rule where pivots are degenerate, so that it ends. O(rows cols)
 * products of whole numbers a pivot, which grow with the number of pivots.
 */
export function solveRationally({ objective, matrix, bounds }: IntegerProgram, maxPivots: number): RationalSolution {
  const [rows, cols] = [bounds.length, objective.length];
  // A column for the artificial variable, then the right-hand sides.
  const t = matrix.map((row, i) => [...row, -1n, bounds[i]]);
  t.push([...objective.map((c) => -c), 0n, 0n], [...objective.map(() => 0n), 1n, 0n]);
  // Variables 0 to cols - 1, the artificial one, then slacks.
  const basic = Array.from({ length: rows }, (_, i) => cols + 1 + i);
  const free = Array.from({ length: cols + 1 }, (_, j) => j);
  const tableau = { t, basic, free, denominator: 1n };
  // The last two rows are the objective and the artificial one.
  const limit = { pivots: 0, maxPivots };
  let status: RationalSolution['status'] = 'converged';
  let least = 0;
  for (let i = 1; i < rows; i++) if (bounds[i] < bounds[least]) least = i;
  if (bounds[least] < 0n) {
    pivot(tableau, least, cols);
    status = maximize(tableau, rows + 1, -1, limit);
    const place = basic.indexOf(cols);
    if (status === 'converged' && place >= 0) {
      if (t[place][cols + 1] !== 0n) status = 'infeasible';
      else
        pivot(
          tableau,
          place,
          t[place].findIndex((entry, j) => j <= cols && entry !== 0n),
        );
    }
  }
  if (status === 'converged') status = maximize(tableau, rows, cols, limit);
  const over = (num: bigint) => fraction(num, tableau.denominator);
  const x = objective.map(() => over(0n));
  const duals = bounds.map(() => over(0n));
  for (let i = 0; i < rows; i++) if (basic[i] < cols) x[basic[i]] = over(t[i][cols + 1]);
  for (let j = 0; j <= cols; j++) if (free[j] > cols) duals[free[j] - cols - 1] = over(t[rows][j]);
  return { status, x, duals, value: over(t[rows][cols + 1]), pivots: limit.pivots };
}

/** Pivots until no reduced cost of a row is negative; the `barred` variable never enters. */
function maximize(
  tableau: Tableau,
  objective: number,
  barred: number,
  limit: { pivots: number; readonly maxPivots: number },
): 'converged' | 'unbounded' | 'iteration-limit' {
  const { t, basic, free } = tableau;
  const [rows, right] = [t.length - 2, free.length];
  for (let degenerate = 0; ; limit.pivots++) {
    let enter = -1;
    for (const [j, cost] of t[objective].slice(0, right).entries()) {
      if (cost >= 0n || free[j] === barred) continue;
      const isBetter = degenerate > rows ? free[j] < free[enter] : cost < t[objective][enter];
      if (enter < 0 || isBetter) enter = j;
    }
    if (enter < 0) return 'converged';
    if (limit.pivots >= limit.maxPivots) return 'iteration-limit';
    let leave = -1;
    for (let i = 0; i < rows; i++) {
      if (t[i][enter] <= 0n) continue;
      // Ratios b_i / a_i compared without division.
      const difference = leave < 0 ? -1n : t[i][right] * t[leave][enter] - t[leave][right] * t[i][enter];
      if (difference < 0n || (difference === 0n && basic[i] < basic[leave])) leave = i;
    }
    if (leave < 0) return 'unbounded';
    degenerate = t[leave][right] === 0n ? degenerate + 1 : 0;
    pivot(tableau, leave, enter);
  }
}

/** Exchanges a basic and a free variable; all divisions are exact. */
export function pivot(tableau: Tableau, row: number, col: number): void {
  const { t, basic, free, denominator } = tableau;
  const own = t[row];
  const sign = own[col] < 0n ? -1n : 1n;
  const entry = own[col];
  for (const [i, other] of t.entries()) {
    if (i === row) continue;
    const factor = other[col];
    for (let j = 0; j < other.length; j++)
      other[j] = j === col ? -sign * factor : (sign * (other[j] * entry - factor * own[j])) / denominator;
  }
  for (let j = 0; j < own.length; j++) own[j] = sign * (j === col ? denominator : own[j]);
  tableau.denominator = sign * entry;
  [basic[row], free[col]] = [free[col], basic[row]];
}
