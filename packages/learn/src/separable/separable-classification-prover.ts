// Finds why two classes can be separated or not, in whole numbers: a plane, or rows whose multiples cancel.
//
// Wolfe's nearest point in doubles selects the relevant rows; among them exact pivots decide, by R. G. Bland's rule (1977), and rows on the
// wrong side of the plane found are added. The checker verifies the result.
import { bitLength, gcd, integers, roundDyadic } from '@infimum/rigor';
import type { Vertex } from './min-norm-point.ts';
import { nearestPoints } from './min-norm-point.ts';
import type { FarkasSupport, IntegerPlane, SeparabilityWitness } from './separable-classification-checker.ts';
import { separabilityOf } from './separable-classification-checker.ts';
import type { LinearSeparator, SeparableInstance } from './signed-rows.ts';
import { SignedRows } from './signed-rows.ts';

/** Entries up to which points are written in whole numbers. */
const MOST_ENTRIES = 4_000_000;

/** Products of 64-bit words after which exact pivots are given up: some ten seconds. */
const MOST_WORK = 3e8;

/** A witness for a solution: its own plane, if that separates, or what `separabilityWitness` finds. */
export function certify(instance: SeparableInstance, solution: LinearSeparator): SeparabilityWitness | string {
  return ownPlane(instance, solution) ?? separabilityWitness(instance);
}

/** The plane as a witness if it separates exactly. */
function ownPlane(instance: SeparableInstance, { weights, intercept }: LinearSeparator): SeparabilityWitness | undefined {
  if (!weights.every(Number.isFinite) || !Number.isFinite(intercept)) return undefined;
  const { mantissas } = integers([...weights, intercept]);
  const plane = reduced({ weights: mantissas.slice(0, -1), intercept: mantissas.at(-1) as bigint });
  return 'kind' in separabilityOf(instance, { plane }) ? { plane } : undefined;
}

/**
 * A plane, or a support, or both; a text if none is found within the limits.
 *
 * @param maxPivots - exact exchanges of rows
 */
export function separabilityWitness(instance: SeparableInstance, maxPivots = 10_000): SeparabilityWitness | string {
  const { points, fitIntercept } = instance;
  if (points.rows * (points.cols + 1) > MOST_ENTRIES) {
    return (
      ownPlane(instance, nearestPlane(instance)) ??
      'the points have too many entries for integer arithmetic, and the plane of the largest margin in doubles does not separate them'
    );
  }
  const { rows, toPoints } = wholeRows(instance);
  const limit = { pivots: maxPivots, work: MOST_WORK };
  const first = decide(rows, limit);
  if (typeof first === 'string') return first;
  const planeOf = (h: readonly bigint[]) => {
    const form = toPoints(h);
    return fitIntercept
      ? reduced({ weights: form.slice(0, -1), intercept: form.at(-1) as bigint })
      : reduced({ weights: form, intercept: 0n });
  };
  if ('plane' in first) return { plane: planeOf(first.plane) };
  let support = first;
  // Planes with no row on the wrong side hold the support. Of the rest of the rows, among those planes, some are separated, or
  // they have a support of their own, which joins the first one: at most d times.
  for (;;) {
    const tableau = new Tableau(rows[0].length, limit);
    for (const i of support.rows) tableau.add(rows[i]);
    const kernel = tableau.kernel();
    const projected = rows.map((row) => kernel.map((vector) => product(vector, row)));
    const open = projected.flatMap((row, i) => (row.some((entry) => entry !== 0n) ? [i] : []));
    if (open.length === 0) return { support, kernel: kernel.map(toPoints) };
    const next = decide(
      open.map((i) => projected[i]),
      limit,
    );
    if (typeof next === 'string') return next;
    if ('plane' in next) {
      const h = rows[0].map((_, j) => kernel.reduce((sum, vector, k) => sum + next.plane[k] * vector[j], 0n));
      return { support, plane: planeOf(h) };
    }
    support = joined(support, { ...next, rows: next.rows.map((k) => open[k]) }, rows, tableau);
  }
}

/** The plane of Wolfe's nearest point, in doubles. */
function nearestPlane(instance: SeparableInstance): LinearSeparator {
  using rows = new SignedRows(instance);
  const nearest = (x: Float64Array): Vertex => {
    let [key, least] = [0, Infinity];
    for (let i = 0; i < rows.count; i++) {
      const value = rows.dot(i, x);
      if (value < least) [key, least] = [i, value];
    }
    const point = new Float64Array(rows.dimension);
    rows.add(key, 1, point);
    return { key, point };
  };
  return rows.plane(lastOf(nearestPoints(nearest, rows.dimension, 1e-14)).point);
}

/** Exchanges of vertices after which the search in doubles ends. */
const MOST_EXCHANGES = 5000;

function lastOf<T>(states: Generator<T, T>): T {
  let state = states.next();
  for (let step = 0; !state.done && step < MOST_EXCHANGES; step++) state = states.next();
  return state.value;
}

/**
 * The rows y_i (x_i, 1) in whole numbers: a column less a number in its middle, which the intercept makes up for, over a power
 * of two. `toPoints` gives a multiple of a linear form of these rows as one of the rows themselves.
 */
function wholeRows({ points, labels, fitIntercept }: SeparableInstance) {
  const { rows: count, cols } = points;
  const rows = Array.from({ length: count }, () => new Array<bigint>(cols).fill(0n));
  const middles: bigint[] = [];
  const exponents: number[] = [];
  const column = new Float64Array(count + 1);
  const entries = columnsOf(points);
  for (let j = 0; j < cols; j++) {
    column.fill(0);
    entries(j, column);
    const ends = column
      .subarray(0, count)
      .reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    column[count] = fitIntercept ? ends[0] / 2 + ends[1] / 2 : 0;
    const { mantissas, exponent } = integers(column);
    middles.push(mantissas[count]);
    exponents.push(exponent);
    for (let i = 0; i < count; i++) rows[i][j] = BigInt(labels[i]) * (mantissas[i] - mantissas[count]);
  }
  if (fitIntercept) for (let i = 0; i < count; i++) rows[i].push(BigInt(labels[i]));
  const most = Math.max(0, ...exponents);
  const toPoints = (form: readonly bigint[]): bigint[] => {
    const weights = exponents.map((exponent, j) => form[j] << BigInt(most - exponent));
    if (!fitIntercept) return weights;
    const shift = middles.reduce((sum, middle, j) => sum + form[j] * middle, 0n);
    return [...weights, (form[cols] - shift) << BigInt(most)];
  };
  return { rows, toPoints };
}

/** Writes the entries of a column to their places. */
function columnsOf(points: SeparableInstance['points']): (j: number, out: Float64Array) => void {
  const { rows, cols, values } = points;
  if (!('rowPointers' in points)) {
    return (j, out) => {
      for (let i = 0; i < rows; i++) out[i] = values[i * cols + j];
    };
  }
  const lists = Array.from({ length: cols }, (): [number, number][] => []);
  for (let i = 0; i < rows; i++) {
    for (let k = points.rowPointers[i]; k < points.rowPointers[i + 1]; k++) {
      lists[points.columnIndices[k]].push([i, values[k]]);
    }
  }
  return (j, out) => {
    for (const [i, value] of lists[j]) out[i] = value;
  };
}

interface Limit {
  pivots: number;
  work: number;
}

/** A vector with positive products with all rows, or multipliers that make rows cancel: one or the other exists. */
function decide(rows: readonly (readonly bigint[])[], limit: Limit): { plane: bigint[] } | FarkasSupport | string {
  const dimension = rows[0].length;
  const lengths = Array.from({ length: dimension }, (_, j) => rows.reduce((most, row) => Math.max(most, bitLength(row[j])), 0));
  const doubles = rows.map((row) => Float64Array.from(row, (entry, j) => roundDyadic(entry, -lengths[j], 0)));
  const nearest = (x: Float64Array): Vertex => {
    let [key, least] = [0, Infinity];
    for (let i = 0; i < doubles.length; i++) {
      let value = 0;
      for (let j = 0; j < dimension; j++) value += doubles[i][j] * x[j];
      if (value < least) [key, least] = [i, value];
    }
    return { key, point: doubles[key] };
  };
  const { point, weights } = lastOf(nearestPoints(nearest, dimension, 1e-14));
  const longest = Math.max(...lengths);
  const size = point.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const guess = Array.from(point, (value, j) => BigInt(Math.round((value / size) * 2 ** 60)) << BigInt(longest - lengths[j]));
  if (rows.every((row) => product(guess, row) > 0n)) return { plane: guess };
  const tableau = new Tableau(dimension, limit);
  const chosen = [...weights].sort(([, p], [, q]) => q - p).map(([key]) => key);
  for (const i of chosen) tableau.add(rows[i]);
  for (;;) {
    const answer = tableau.decide();
    if (typeof answer === 'string') return answer;
    if ('rows' in answer) {
      return { rows: answer.rows.map((column) => chosen[column]), multipliers: answer.multipliers };
    }
    limit.work -= rows.length * dimension * (1 + bitLength(answer.plane[0]) / 64);
    const sides = rows.map((row, i) => ({ i, side: product(answer.plane, row) }));
    const wrong = sides.filter(({ side }) => side <= 0n);
    if (wrong.length === 0) return answer;
    wrong.sort((a, b) => (a.side < b.side ? -1 : a.side > b.side ? 1 : 0));
    for (const { i } of wrong.slice(0, 4)) {
      chosen.push(i);
      tableau.add(rows[i]);
    }
  }
}

/**
 * Rows b_c as combinations of independent ones, the basis: den b_c = sum_q cells[q][c] b_basis[q], all in whole numbers
 * (J. Edmonds' pivots). A vector h that has the product den with every row of the basis has sum_q cells[q][c] with row c.
 */
class Tableau {
  readonly #cells: bigint[][];
  /** With a row as a column of the identity before it: products with it give the cells of any row. */
  readonly #transforms: bigint[][];
  readonly #basis: number[];
  readonly #limit: Limit;
  #count = 0;
  #den = 1n;

  constructor(dimension: number, limit: Limit) {
    this.#cells = Array.from({ length: dimension }, () => []);
    this.#transforms = this.#cells.map((_, q) => this.#cells.map((__, j) => (j === q ? 1n : 0n)));
    this.#basis = new Array<number>(dimension).fill(-1);
    this.#limit = limit;
  }

  /** Adds a row; it joins the basis if it is independent of it. */
  add(row: readonly bigint[]): void {
    const column = this.#count++;
    this.#cells.forEach((cells, q) => {
      cells.push(product(this.#transforms[q], row));
    });
    const q = this.#cells.findIndex((cells, k) => this.#basis[k] < 0 && cells[column] !== 0n);
    if (q < 0) return;
    if (this.#cells[q][column] < 0n) {
      this.#cells[q] = this.#cells[q].map((cell) => -cell);
      this.#transforms[q] = this.#transforms[q].map((entry) => -entry);
    }
    this.#pivot(q, column);
  }

  /** Independent vectors that are orthogonal to all rows, as many as there are. */
  kernel(): bigint[][] {
    return this.#transforms.filter((_, q) => this.#basis[q] < 0).map(primitive);
  }

  /** Coefficients of a vector that depends on the rows: den v = sum of them times the rows of the basis. */
  expand(vector: readonly bigint[]): { den: bigint; coefficients: Map<number, bigint> } {
    const coefficients = new Map<number, bigint>();
    this.#basis.forEach((column, q) => {
      if (column >= 0) coefficients.set(column, product(this.#transforms[q], vector));
    });
    return { den: this.#den, coefficients };
  }

  /**
   * Requires b_c . h >= den for all rows. A row that violates this under the basis is exchanged for a row of the basis in which it has a
   * positive share; if there is none, its shares are the support. The first admissible one is always taken, which prevents cycling.
   */
  decide(): { plane: bigint[] } | FarkasSupport | string {
    for (;;) {
      const held = this.#basis.flatMap((column, q) => (column < 0 ? [] : [q]));
      let wrong = -1;
      let isAbove = true;
      for (let column = 0; column < this.#count; column++) {
        const value = held.reduce((sum, q) => sum + this.#cells[q][column], 0n);
        if (wrong < 0 && value < this.#den) wrong = column;
        if (value <= 0n) isAbove = false;
      }
      if (isAbove) {
        const dimension = this.#transforms.length;
        return {
          plane: primitive(
            Array.from({ length: dimension }, (_, j) => held.reduce((sum, q) => sum + this.#transforms[q][j], 0n)),
          ),
        };
      }
      let leaving = -1;
      for (const q of held) {
        const isEarlier = leaving < 0 || this.#basis[q] < this.#basis[leaving];
        if (this.#cells[q][wrong] > 0n && isEarlier) leaving = q;
      }
      if (leaving < 0) {
        const shares = held.filter((q) => this.#cells[q][wrong] < 0n);
        const multipliers = [this.#den, ...shares.map((q) => -this.#cells[q][wrong])];
        return { rows: [wrong, ...shares.map((q) => this.#basis[q])], multipliers: primitive(multipliers) };
      }
      if (--this.#limit.pivots < 0 || this.#limit.work < 0) {
        return 'exact pivots take longer than the limit';
      }
      this.#pivot(leaving, wrong);
    }
  }

  #pivot(leaving: number, column: number): void {
    const [pivotCells, pivotTransforms] = [this.#cells[leaving], this.#transforms[leaving]];
    const pivot = pivotCells[column];
    const eliminate = (entries: bigint[], factor: bigint, pivots: readonly bigint[]) => {
      for (let k = 0; k < entries.length; k++) {
        entries[k] = (pivot * entries[k] - factor * pivots[k]) / this.#den;
      }
    };
    for (let q = 0; q < this.#cells.length; q++) {
      if (q === leaving) continue;
      const factor = this.#cells[q][column];
      eliminate(this.#cells[q], factor, pivotCells);
      eliminate(this.#transforms[q], factor, pivotTransforms);
    }
    const words = 1 + bitLength(pivot) / 64;
    this.#limit.work -= this.#cells.length * (this.#count + this.#cells.length) * words * words;
    this.#den = pivot;
    this.#basis[leaving] = column;
  }
}

/** Two supports as one: the remainder of the second depends on the rows of the first, of which enough is added. */
function joined(
  first: FarkasSupport,
  second: FarkasSupport,
  rows: readonly (readonly bigint[])[],
  tableau: Tableau,
): FarkasSupport {
  const rest = rows[0].map((_, j) => second.rows.reduce((sum, i, k) => sum + second.multipliers[k] * rows[i][j], 0n));
  const { den, coefficients } = tableau.expand(rest);
  let times = 1n;
  for (const [column, coefficient] of coefficients) {
    const needed = coefficient / first.multipliers[column] + 1n;
    if (needed > times) times = needed;
  }
  const multipliers = [
    ...first.multipliers.map((p, column) => times * p - (coefficients.get(column) ?? 0n)),
    ...second.multipliers.map((p) => den * p),
  ];
  return { rows: [...first.rows, ...second.rows], multipliers: primitive(multipliers) };
}

function product(a: readonly bigint[], b: readonly bigint[]): bigint {
  let sum = 0n;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Without common factors. */
function primitive(values: readonly bigint[]): bigint[] {
  const common = values.reduce(gcd, 0n);
  return common > 1n ? values.map((value) => value / common) : [...values];
}

function reduced({ weights, intercept }: IntegerPlane): IntegerPlane {
  const form = primitive([...weights, intercept]);
  return { weights: form.slice(0, -1), intercept: form.at(-1) as bigint };
}
