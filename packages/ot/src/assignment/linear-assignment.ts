// Linear assignment by shortest augmenting paths after Jonker and Volgenant.
//
// R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear assignment problems
// (1987); D. Crouse: On implementing 2D rectangular assignment algorithms (2016) for matrices that are not square.
import type { Iterate, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { asMatrix, converged, defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { largestOf } from '../exact/arc-costs.ts';
import { transport } from '../transport-problem.ts';
import type { LinearAssignment } from './assignment-transport.ts';
import { assignmentTransportSteps, reasonToDecline } from './assignment-transport.ts';

const linearAssignmentOptions = {
  maximize: { type: 'boolean', default: false, description: 'Maximise the sum instead' },
} as const satisfies OptionSpecs;

/** Options of `linearAssignment`. */
export type LinearAssignmentOptions = OptionsOf<typeof linearAssignmentOptions> & LimitOptions<LinearAssignmentIterate>;

/** A block of rows. */
export interface LinearAssignmentIterate extends Iterate<LinearAssignment> {
  /** Rows of the shorter side that have no partner yet. */
  readonly unassigned: number;
  /** Rows that shortest paths have been extended by so far; a row costs a pass over its costs. */
  readonly scanned: number;
}

/** Augmentations between two iterates. */
const ROWS_PER_ITERATION = 64;

/**
 * Exact linear assignment: each row gets a column, no column twice, at the least total cost.
 *
 * If the matrix is not square, surplus rows or columns stay unassigned. Column reduction (on
 * square matrices) and two rounds of augmenting row reduction assign most rows; each of the rest is assigned along a
 * shortest augmenting path.
 *
 * @param cost - costs, n x m, finite, at most 2^500 in magnitude; use large numbers for pairs that are not wanted
 * @returns the assignment, its cost, dual potentials that prove it optimal, and how the run ended; a limit leaves rows
 *   unassigned
 * @throws {InvalidInputError} naming `cost` and the first place at fault
 *
 * Cost: O(n² m) for n <= m in the worst case, mostly much less; memory O(n + m), and a copy of the costs for n > m.
 *
 * Source: R. Jonker and A. Volgenant, A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems (1987).
 *
 * @example
 * ```ts
 * import { linearAssignment } from '@infimum/ot';
 *
 * const cost = [[4, 1, 3], [2, 0, 5], [3, 2, 2]];
 * const { columnOfRow, cost: total } = linearAssignment(cost);
 * console.log(columnOfRow.join(' '), total); // 1 0 2 5
 * ```
 */
export function linearAssignment(
  cost: MatrixLike,
  options: LinearAssignmentOptions = {},
): Outcome<LinearAssignment, LinearAssignmentIterate> {
  return runWith(linearAssignmentOptions, options, linearAssignmentSteps(cost, options));
}

/**
 * The steps of `linearAssignment`: nothing assigned first, then what the reductions assign, then one iterate every 64
 * augmentations.
 *
 * @throws {InvalidInputError} naming `cost` and the first place at fault
 */
export function* linearAssignmentSteps(
  given: MatrixLike,
  options: LinearAssignmentOptions = {},
): Steps<LinearAssignment, LinearAssignmentIterate> {
  const { maximize } = resolveOptions(linearAssignmentOptions, options);
  return yield* shortestPathSteps(asCosts(given), maximize);
}

/** The same for costs that are checked. */
export function* shortestPathSteps(cost: DenseMatrix, maximize = false): Steps<LinearAssignment, LinearAssignmentIterate> {
  const { isTransposed, ...oriented } = minimized(cost, maximize);
  const state = new ShortestPaths(oriented);
  const solution = () => linearAssignmentOf(cost, state.duals(), isTransposed, maximize);
  let iteration = 0;
  yield { iteration, unassigned: oriented.rows, scanned: 0, solution };
  if (oriented.rows === oriented.cols) state.reduceColumns();
  state.reduceRows();
  for (;;) {
    const { free, scanned } = state;
    yield { iteration: ++iteration, unassigned: free.length, scanned, solution };
    if (state.free.length === 0) return converged(solution(), 'every row or every column has a partner');
    for (let row = 0; row < ROWS_PER_ITERATION && state.free.length > 0; row++) state.augment();
  }
}

/**
 * Costs whose sums and differences stay finite.
 *
 * @throws {InvalidInputError} naming `cost`
 */
export function asCosts(given: MatrixLike): DenseMatrix {
  const cost = asMatrix(given, 'cost');
  if (largestOf(cost.values) <= LARGEST_ASSIGNMENT_COST) return cost;
  const index = cost.values.findIndex((value) => Math.abs(value) > LARGEST_ASSIGNMENT_COST);
  throw fault(`is ${cost.values[index]} at index ${index}, more than 2^500`, 'cost', 'out-of-range', index);
}

/** Sums of larger costs could overflow. */
export const LARGEST_ASSIGNMENT_COST = 2 ** 500;

/** Costs to be minimised with no more rows than columns. */
export function minimized(
  { rows, cols, values }: DenseMatrix,
  maximize: boolean,
): DenseMatrix & { readonly isTransposed: boolean } {
  const sign = maximize ? -1 : 1;
  if (rows <= cols) {
    return { rows, cols, values: maximize ? values.map((value) => -value) : values, isTransposed: false };
  }
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) out[j * rows + i] = sign * values[i * cols + j];
  }
  return { rows: cols, cols: rows, values: out, isTransposed: true };
}

/** Columns and potentials of a problem with no more rows than columns. */
export interface AssignmentDuals {
  /** Column of every row, or -1. */
  readonly columns: Int32Array;
  /** Potentials of the rows. */
  readonly sourcePotential: Float64Array;
  /** Potentials of the columns. */
  readonly targetPotential: Float64Array;
}

/** The assignment in terms of the original problem. */
export function linearAssignmentOf(
  { rows, cols, values }: DenseMatrix,
  { columns, sourcePotential, targetPotential }: AssignmentDuals,
  isTransposed: boolean,
  maximize: boolean,
): LinearAssignment {
  const columnOfRow = new Int32Array(rows).fill(-1);
  const rowOfColumn = new Int32Array(cols).fill(-1);
  let cost = 0;
  for (let short = 0; short < columns.length; short++) {
    if (columns[short] < 0) continue;
    const [row, column] = isTransposed ? [columns[short], short] : [short, columns[short]];
    columnOfRow[row] = column;
    rowOfColumn[column] = row;
    cost += values[row * cols + column];
  }
  // Adding zero makes no negative zeros.
  const signed = (potential: Float64Array) => potential.map((value) => (maximize ? -value : value) + 0);
  const [source, target] = isTransposed ? [targetPotential, sourcePotential] : [sourcePotential, targetPotential];
  return { columnOfRow, rowOfColumn, cost, sourcePotential: signed(source), targetPotential: signed(target) };
}

/** The method's state: for n <= m. Potentials of columns are never positive where a column has no row. */
class ShortestPaths {
  /** Rows without a column. */
  free: number[];
  /** Rows that paths have been extended by. */
  scanned = 0;
  readonly #n: number;
  readonly #m: number;
  readonly #costs: Float64Array;
  readonly #columnOf: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #potential: Float64Array;
  readonly #distance: Float64Array;
  readonly #previous: Int32Array;
  readonly #columns: Int32Array;

  constructor({ rows, cols, values }: DenseMatrix) {
    this.#n = rows;
    this.#m = cols;
    this.#costs = values;
    this.#columnOf = new Int32Array(rows).fill(-1);
    this.#rowOf = new Int32Array(cols).fill(-1);
    this.#potential = new Float64Array(cols);
    this.#distance = new Float64Array(cols);
    this.#previous = new Int32Array(cols);
    this.#columns = Int32Array.from({ length: cols }, (_, j) => j);
    this.free = Array.from({ length: rows }, (_, i) => rows - 1 - i);
  }

  /** Square matrices: every column takes its cheapest row if that is free; rows then hand slack on. */
  reduceColumns(): void {
    const n = this.#n;
    const costs = this.#costs;
    const potential = this.#potential;
    const timesCheapest = new Int32Array(n);
    const cheapest = new Int32Array(n);
    potential.fill(Infinity);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (costs[i * n + j] < potential[j]) {
          potential[j] = costs[i * n + j];
          cheapest[j] = i;
        }
      }
    }
    for (let j = n - 1; j >= 0; j--) {
      if (timesCheapest[cheapest[j]]++ === 0) this.#assign(cheapest[j], j);
    }
    for (let i = 0; i < n; i++) {
      if (timesCheapest[i] !== 1) continue;
      // The second cheapest column is no worse for the row when its own one gets dearer by the difference.
      let slack = Infinity;
      for (let j = 0; j < n; j++) {
        if (j !== this.#columnOf[i]) slack = Math.min(slack, costs[i * n + j] - potential[j]);
      }
      if (slack < Infinity) potential[this.#columnOf[i]] -= slack;
    }
    this.free = this.free.filter((i) => this.#columnOf[i] < 0);
  }

  /** Free rows take their best column, lower its potential to the second best, and free the row that had it. */
  reduceRows(): void {
    if (this.#m === 1) return;
    for (let round = 0; round < 2; round++) {
      const waiting = this.free;
      this.free = [];
      // Rounding could make rows take columns from each other without end.
      for (let turns = this.#n * 8; waiting.length > 0; turns--) {
        const row = waiting.pop() as number;
        if (turns <= 0) this.free.push(row);
        else this.#reduceRow(row, waiting);
      }
    }
  }

  #reduceRow(row: number, waiting: number[]): void {
    const m = this.#m;
    const costs = this.#costs;
    const potential = this.#potential;
    let first = Infinity;
    let second = Infinity;
    let best = 0;
    let next = 0;
    for (let j = 0, entry = row * m; j < m; j++, entry++) {
      const reduced = costs[entry] - potential[j];
      if (reduced >= second) continue;
      if (reduced >= first) {
        second = reduced;
        next = j;
      } else {
        second = first;
        next = best;
        first = reduced;
        best = j;
      }
    }
    const lowered = potential[best] - (second - first);
    const isLowered = lowered < potential[best];
    if (isLowered) potential[best] = lowered;
    const column = !isLowered && this.#rowOf[best] >= 0 ? next : best;
    const evicted = this.#rowOf[column];
    this.#assign(row, column);
    if (evicted < 0) return;
    this.#columnOf[evicted] = -1;
    if (isLowered) waiting.push(evicted);
    else this.free.push(evicted);
  }

  /** Assigns one more row along a shortest path of alternating pairs (Dijkstra's algorithm). */
  augment(): void {
    const start = this.free.pop() as number;
    const m = this.#m;
    const costs = this.#costs;
    const potential = this.#potential;
    const distance = this.#distance;
    const previous = this.#previous;
    const columns = this.#columns;
    const rowOf = this.#rowOf;
    for (let j = 0; j < m; j++) {
      distance[j] = costs[start * m + j] - potential[j];
      previous[j] = start;
    }
    // Columns before `ready` are done, those up to `scanned` lie at the distance of `least`.
    let ready = 0;
    let scanned = 0;
    let least = 0;
    let end = -1;
    while (end < 0) {
      if (ready === scanned) {
        least = distance[columns[scanned]];
        for (let at = ready; at < m; at++) {
          const j = columns[at];
          if (distance[j] > least) continue;
          if (distance[j] < least) {
            least = distance[j];
            scanned = ready;
          }
          columns[at] = columns[scanned];
          columns[scanned++] = j;
        }
        for (let at = ready; at < scanned && end < 0; at++) if (rowOf[columns[at]] < 0) end = columns[at];
        if (end >= 0) break;
      }
      const column = columns[ready++];
      const row = rowOf[column];
      const offset = row * m;
      const base = costs[offset + column] - potential[column] - least;
      for (let at = scanned; at < m; at++) {
        const j = columns[at];
        const reached = costs[offset + j] - potential[j] - base;
        if (reached >= distance[j]) continue;
        distance[j] = reached;
        previous[j] = row;
        if (reached > least) continue;
        if (rowOf[j] < 0) {
          end = j;
          break;
        }
        columns[at] = columns[scanned];
        columns[scanned++] = j;
      }
    }
    this.scanned += ready;
    for (let at = 0; at < ready; at++) potential[columns[at]] += distance[columns[at]] - least;
    for (let column = end; ; ) {
      const row = previous[column];
      const before = this.#columnOf[row];
      this.#assign(row, column);
      if (row === start) return;
      column = before;
    }
  }

  /** Potentials of the rows are what makes their pairs tight, or all columns no cheaper. */
  duals(): AssignmentDuals {
    const m = this.#m;
    const columns = this.#columnOf.slice();
    const targetPotential = this.#potential.slice();
    const sourcePotential = Float64Array.from(columns, (column, i) => {
      if (column >= 0) return this.#costs[i * m + column] - targetPotential[column];
      let least = Infinity;
      for (let j = 0; j < m; j++) least = Math.min(least, this.#costs[i * m + j] - targetPotential[j]);
      return least;
    });
    return { columns, sourcePotential, targetPotential };
  }

  #assign(row: number, column: number): void {
    this.#columnOf[row] = column;
    this.#rowOf[column] = row;
  }
}

export const jonkerVolgenantSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/jonker-volgenant',
  title: 'Jonker-Volgenant',
  summary: 'The exact optimal assignment of equally many points of equal weight, by shortest augmenting paths.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: { title: 'A shortest augmenting path algorithm for dense and sparse linear assignment problems', year: 1987 },
  cost: 'O(n^3) \\text{ at worst}',
  options: {},
  declines: reasonToDecline,
  steps: (problem) => assignmentTransportSteps(problem, linearAssignmentSteps(problem.cost)),
});
