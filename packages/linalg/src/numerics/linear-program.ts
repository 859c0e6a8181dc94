// Small dense linear programs with their duals: a condensed tableau in two phases.
//
// G. Dantzig: Linear programming and extensions (1963); R. Bland: New finite pivoting rules for the simplex method (1977).

/** Maximize c'x subject to A x <= b, x >= 0. */
export interface LinearProgram {
  /** c, one entry a variable. */
  readonly objective: Float64Array;
  /** A, row-major. */
  readonly matrix: Float64Array;
  /** b, one entry a row. */
  readonly bounds: Float64Array;
}

/** The result of the simplex method. */
export interface LinearProgramSolution {
  /** `iteration-limit`: too many pivots. */
  readonly status: 'converged' | 'infeasible' | 'unbounded' | 'iteration-limit';
  /** The variables. */
  readonly x: Float64Array;
  /** The multipliers of the rows, not negative. */
  readonly duals: Float64Array;
  /** c'x. */
  readonly value: number;
  /** Pivots done. */
  readonly pivots: number;
}

/** Entries below this are no pivots: programs are scaled to entries of order one. */
const PIVOT = 1e-10;
const REDUCED_COST = 1e-11;

/**
 * Solves a dense linear program by the simplex method: largest coefficient, Bland's rule after a row of degenerate pivots.
 * Time O(rows times variables) a pivot. Data of order one are expected; nothing is checked.
 *
 * @param program - maximize c'x subject to A x <= b, x >= 0
 * @param maxPivots - pivots after which it gives up
 *
 * @example
 * ```ts
 * import { solveLinearProgram } from '@infimum/linalg/numerics';
 *
 * // Maximize 3x + 2y subject to x + y <= 4, x + 3y <= 6.
 * const [objective, bounds] = [Float64Array.of(3, 2), Float64Array.of(4, 6)];
 * const { x, duals } = solveLinearProgram({ objective, matrix: Float64Array.of(1, 1, 1, 3), bounds });
 * console.log(x.join(' '), duals.join(' ')); // 4 0 3 0
 * ```
 */
export function solveLinearProgram(program: LinearProgram, maxPivots = 50_000): LinearProgramSolution {
  const steps = simplexSteps(program, maxPivots);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As `solveLinearProgram`, with a pause every few milliseconds. */
export function* simplexSteps(
  { objective, matrix, bounds }: LinearProgram,
  maxPivots = 50_000,
): Generator<void, LinearProgramSolution, void> {
  const rows = bounds.length;
  const cols = objective.length;
  const width = cols + 2; // a column for the artificial variable, and the right-hand sides
  const t = new Float64Array((rows + 2) * width); // rows, the objective, the artificial objective
  const rhs = cols + 1;
  for (let i = 0; i < rows; i++) {
    t.set(matrix.subarray(i * cols, (i + 1) * cols), i * width);
    t[i * width + cols] = -1;
    t[i * width + rhs] = bounds[i];
  }
  for (let j = 0; j < cols; j++) t[rows * width + j] = -objective[j];
  t[(rows + 1) * width + cols] = 1;
  // Variables 0 to cols - 1, the artificial one, then slacks.
  const basic = Int32Array.from({ length: rows }, (_, i) => cols + 1 + i);
  const free = Int32Array.from({ length: cols + 1 }, (_, j) => j);
  const tableau: Tableau = { t, rows, cols: cols + 1, width, basic, free };
  let pivots = 0;
  let status: LinearProgramSolution['status'] = 'converged';
  let least = 0;
  for (let i = 1; i < rows; i++) if (bounds[i] < bounds[least]) least = i;
  if (bounds[least] < 0) {
    pivot(tableau, least, cols);
    const first = yield* maximize(tableau, rows + 1, -1, maxPivots);
    pivots = first.pivots + 1;
    if (first.status === 'iteration-limit') status = 'iteration-limit';
    const place = basic.indexOf(cols);
    if (place >= 0) {
      if (Math.abs(t[place * width + rhs]) > 1e-9) status = 'infeasible';
      // At zero: leaves the basis for any variable that can replace it.
      let best = -1;
      for (let j = 0; j <= cols; j++) {
        const size = Math.abs(t[place * width + j]);
        if (size > PIVOT && (best < 0 || size > Math.abs(t[place * width + best]))) best = j;
      }
      if (best >= 0) pivot(tableau, place, best);
    }
  }
  if (status === 'converged') {
    const second = yield* maximize(tableau, rows, cols, maxPivots - pivots);
    pivots += second.pivots;
    status = second.status;
  }
  const x = new Float64Array(cols);
  const duals = new Float64Array(rows);
  for (let i = 0; i < rows; i++) if (basic[i] < cols) x[basic[i]] = Math.max(0, t[i * width + rhs]);
  for (let j = 0; j <= cols; j++) {
    if (free[j] > cols) duals[free[j] - cols - 1] = Math.max(0, t[rows * width + j]);
  }
  let value = 0;
  for (let j = 0; j < cols; j++) value += objective[j] * x[j];
  return { status, x, duals, value, pivots };
}

interface Tableau {
  readonly t: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  readonly basic: Int32Array;
  readonly free: Int32Array;
}

/** Pivots until no reduced cost of the objective's row is negative; the `barred` variable never enters. */
function* maximize(
  tableau: Tableau,
  objective: number,
  barred: number,
  maxPivots: number,
): Generator<void, { status: 'converged' | 'unbounded' | 'iteration-limit'; pivots: number }, void> {
  const { t, rows, cols, width, basic, free } = tableau;
  let degenerate = 0;
  let work = 0;
  for (let pivots = 0; pivots < maxPivots; pivots++) {
    const isBland = degenerate > 2 * (rows + 2);
    let enter = -1;
    for (let j = 0; j < cols; j++) {
      const cost = t[objective * width + j];
      if (!(cost < -REDUCED_COST) || free[j] === barred) continue;
      if (enter < 0) enter = j;
      else if (isBland ? free[j] < free[enter] : cost < t[objective * width + enter]) enter = j;
    }
    if (enter < 0) return { status: 'converged', pivots };
    let leave = -1;
    let least = Infinity;
    for (let i = 0; i < rows; i++) {
      const entry = t[i * width + enter];
      if (!(entry > PIVOT)) continue;
      const ratio = Math.max(0, t[i * width + cols]) / entry;
      const isTie = leave >= 0 && Math.abs(ratio - least) <= 1e-13 * (1 + least);
      // Ties: by Bland the smallest index, else the largest pivot.
      const wins = isTie ? (isBland ? basic[i] < basic[leave] : entry > t[leave * width + enter]) : ratio < least;
      if (wins) {
        leave = i;
        least = ratio;
      }
    }
    if (leave < 0) return { status: 'unbounded', pivots };
    degenerate = least > 1e-13 ? 0 : degenerate + 1;
    pivot(tableau, leave, enter);
    work += rows * width;
    if (work > 5e6) {
      work = 0;
      yield;
    }
  }
  return { status: 'iteration-limit', pivots: maxPivots };
}

/** Exchanges a basic and a free variable. */
function pivot({ t, rows, width, basic, free }: Tableau, row: number, col: number): void {
  const start = row * width;
  const inverse = 1 / t[start + col];
  t[start + col] = 1;
  for (let j = 0; j < width; j++) t[start + j] *= inverse;
  for (let i = 0; i < rows + 2; i++) {
    if (i === row) continue;
    const at = i * width;
    const factor = t[at + col];
    if (factor === 0) continue;
    t[at + col] = 0;
    for (let j = 0; j < width; j++) t[at + j] -= factor * t[start + j];
  }
  const left = basic[row];
  basic[row] = free[col];
  free[col] = left;
}
