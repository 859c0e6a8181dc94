// Coordinate descent for the lasso on few columns, with Anderson extrapolation, until the dual gap on them is small.
//
// Q. Bertrand, M. Massias: Anderson acceleration of coordinate descent (arXiv 2011.10065).
import { factorInPlace, Room, solveFactored } from './small-dense.ts';

/** The columns that may be used, with the residual b - A x that follows the changes of x. */
export interface CompactColumns {
  /** Number of columns. */
  readonly size: number;
  /** |a_j|² of each. */
  readonly squares: Float64Array;
  /** b - A x */
  readonly residual: Float64Array;
  /** a_j . residual */
  correlation(column: number): number;
  /** out_j <- a_j . residual for all columns. */
  correlations(out: Float64Array): void;
  /** residual <- residual - d a_j */
  change(column: number, d: number): void;
}

/** A restricted problem and how far it is to be solved. */
export interface RestrictedLasso {
  readonly targets: Float64Array;
  readonly l1: number;
  /** The dual gap of the restricted problem to reach. */
  readonly goal: number;
  /** A number for every column, replaced by a better one. */
  readonly point: Float64Array;
}

/** Passes over the columns that are not zero between two over all of them: enough for two extrapolations. */
const ACTIVE_SWEEPS = 12;

/** Passes after which their points are combined. */
const MEMORY = 5;

/** Rounds without a smaller gap after which all that is left is rounding. */
const PATIENCE = 20;

/** Rounds at most. */
const MOST_ROUNDS = 10_000;

/** A solver of restricted problems; its arrays are reused. */
export function createLassoDescent(): (columns: CompactColumns, problem: RestrictedLasso) => void {
  const correlationRoom = new Room();
  const extrapolation = new Extrapolation();
  let active = new Int32Array(0);

  /** Sets a coordinate to its best value; twice what F falls by at least. */
  const improve = (columns: CompactColumns, { point, l1 }: RestrictedLasso, b: number): number => {
    const square = columns.squares[b];
    if (!(square > 0)) return 0;
    const aim = square * point[b] + columns.correlation(b);
    const next = (aim > l1 ? aim - l1 : aim < -l1 ? aim + l1 : 0) / square;
    const d = next - point[b];
    if (d === 0) return 0;
    point[b] = next;
    columns.change(b, d);
    return square * d * d;
  };

  const sweepActive = (columns: CompactColumns, problem: RestrictedLasso) => {
    const { point } = problem;
    let count = 0;
    for (let b = 0; b < columns.size; b++) if (point[b] !== 0) active[count++] = b;
    extrapolation.begin();
    for (let sweep = 0; sweep < ACTIVE_SWEEPS; sweep++) {
      let fall = 0;
      for (let k = 0; k < count; k++) fall += improve(columns, problem, active[k]);
      if (fall === 0) return;
      extrapolation.follow(columns, problem, active.subarray(0, count));
    }
  };

  return (columns, problem) => {
    if (active.length < columns.size) active = new Int32Array(columns.size);
    const correlations = correlationRoom.of(columns.size);
    let [least, idle] = [Infinity, 0];
    for (let round = 0; round < MOST_ROUNDS && idle < PATIENCE; round++) {
      for (let b = 0; b < columns.size; b++) improve(columns, problem, b);
      sweepActive(columns, problem);
      renew(columns, problem);
      columns.correlations(correlations);
      const gap = gapOf(columns, problem, correlations);
      if (gap <= problem.goal) return;
      idle = gap < least ? 0 : idle + 1;
      least = Math.min(least, gap);
    }
  };
}

/** Computes the residual anew, against drift. */
function renew(columns: CompactColumns, { point, targets }: RestrictedLasso): void {
  columns.residual.set(targets);
  for (let b = 0; b < columns.size; b++) if (point[b] !== 0) columns.change(b, point[b]);
}

/** The dual gap on the columns, with the residual as dual point, scaled until it is feasible. */
function gapOf(
  { size, residual }: CompactColumns,
  { point, targets, l1 }: RestrictedLasso,
  correlations: Float64Array,
): number {
  let [most, norm] = [l1, 0];
  for (let b = 0; b < size; b++) {
    most = Math.max(most, Math.abs(correlations[b]));
    norm += Math.abs(point[b]);
  }
  let [squared, inner] = [0, 0];
  for (let i = 0; i < residual.length; i++) {
    squared += residual[i] * residual[i];
    inner += residual[i] * targets[i];
  }
  const factor = l1 / most;
  return squared / 2 + l1 * norm - factor * inner + (factor * factor * squared) / 2;
}

/**
 * Combines the last points c_0 x_0 + … + c_K x_K, sum c = 1, so that the same combination of their steps is shortest, and takes
 * the result if F is less there. The residual is affine in x, so it is combined in the same way.
 */
class Extrapolation {
  #count = 0;
  readonly #points = new Room();
  readonly #residuals = new Room();
  readonly #combined = new Room();
  readonly #system = new Float64Array(MEMORY * MEMORY);
  readonly #weights = new Float64Array(MEMORY);

  /** Forgets everything. */
  begin(): void {
    this.#count = 0;
  }

  /** Notes where the point is, and moves it when enough is noted. */
  follow(columns: CompactColumns, problem: RestrictedLasso, active: Int32Array): void {
    const { residual } = columns;
    const points = this.#points.of((MEMORY + 1) * active.length);
    const residuals = this.#residuals.of((MEMORY + 1) * residual.length);
    const from = this.#count * active.length;
    for (let k = 0; k < active.length; k++) points[from + k] = problem.point[active[k]];
    residuals.set(residual, this.#count * residual.length);
    if (this.#count++ < MEMORY) return;
    this.#count = 0;
    if (this.#solve(points, active.length)) this.#take(columns, problem, active);
  }

  /** The weights of the points 1 to K; false if the steps are dependent. */
  #solve(points: Float64Array, size: number): boolean {
    const [system, weights] = [this.#system, this.#weights];
    for (let k = 0; k < MEMORY; k++) {
      for (let l = 0; l <= k; l++) {
        let sum = 0;
        const [a, b] = [k * size, l * size];
        for (let i = 0; i < size; i++)
          sum += (points[a + size + i] - points[a + i]) * (points[b + size + i] - points[b + i]);
        system[k * MEMORY + l] = sum;
      }
    }
    weights.fill(1);
    if (!factorInPlace(system, MEMORY)) return false;
    solveFactored(system, MEMORY, weights);
    let total = 0;
    for (let k = 0; k < MEMORY; k++) total += weights[k];
    for (let k = 0; k < MEMORY; k++) weights[k] /= total;
    return Number.isFinite(total) && total !== 0;
  }

  #take({ residual }: CompactColumns, { point, l1 }: RestrictedLasso, active: Int32Array): void {
    const [rows, size] = [residual.length, active.length];
    const [points, residuals] = [this.#points.of(0), this.#residuals.of(0)];
    const combined = this.#combined.of(size + rows);
    combined.fill(0);
    for (let k = 0; k < MEMORY; k++) {
      const weight = this.#weights[k];
      for (let i = 0; i < size; i++) combined[i] += weight * points[(k + 1) * size + i];
      for (let i = 0; i < rows; i++) combined[size + i] += weight * residuals[(k + 1) * rows + i];
    }
    let [before, after] = [0, 0];
    for (let i = 0; i < rows; i++) {
      before += residual[i] * residual[i];
      after += combined[size + i] * combined[size + i];
    }
    for (let i = 0; i < size; i++) {
      before += 2 * l1 * Math.abs(point[active[i]]);
      after += 2 * l1 * Math.abs(combined[i]);
    }
    if (!(after < before)) return;
    for (let i = 0; i < size; i++) point[active[i]] = combined[i];
    for (let i = 0; i < rows; i++) residual[i] = combined[size + i];
  }
}
