// Checks a lower bound on the cost of two-layer ReLU networks of any width, from a dual point and a combination of rows for each
// activation pattern. Trusted: all patterns are enumerated here, in whole numbers, and every sum has its radius.
//
// For nu with |nu . S (X u)_+| <= beta for all |u| <= 1 no network costs less than -l*(-nu). Where u has a pattern, any coefficients
// c_k >= w_k of its active rows and c_k <= 0 of the others have nu . S (X u)_+ <= sum_k c_k x_k . u <= |sum_k c_k x_k|, w the parts
// of nu that belong to the rows.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import {
  add,
  bitLength,
  divide,
  dot,
  down,
  ETA,
  exp,
  gcd,
  integers,
  interval,
  log,
  multiply,
  negate,
  powerOfTwo,
  rootOf,
  roundDyadic,
  subtract,
  up,
} from '@infimum/rigor';
import type { ReluInstance, ReluNetwork } from './relu-network.ts';

/** Coefficients of some rows, replacing those of the dual point. */
export interface RowCoefficients {
  /** Rows, each once. */
  readonly rows: readonly number[];
  /** Their coefficients. */
  readonly values: readonly number[];
}

/** The witness of a bound. */
export interface ReluWitness {
  /** The dual point, a number a sample. */
  readonly nu: ArrayLike<number>;
  /** For every pattern, in the order of `activationCells`, coefficients that bound nu . S (X u)_+ and -nu . S (X u)_+. */
  readonly cells: readonly (readonly [RowCoefficients, RowCoefficients])[];
}

/** A cell of the arrangement of planes x_k . u = 0. */
export interface ActivationCell {
  /** A point inside of it, in doubles, of length about 1. */
  readonly unit: Float64Array;
  /** Whether x_k . u >= 0 there, exactly; 1 for rows of zeros. */
  readonly pattern: Uint8Array;
}

/** Most cells that are enumerated. */
export const MOST_CELLS = 200_000;

/** An upper bound on the number of cells of so many planes through the origin: 2 sum_{k < d} C(n - 1, k). */
export function mostCells(planes: number, dimension: number): number {
  let [sum, term] = [0, 1];
  for (let k = 0; k < dimension && k < planes; k++) {
    sum += term;
    term *= (planes - 1 - k) / (k + 1);
  }
  return planes === 0 ? 1 : 2 * Math.round(sum);
}

/** The cells of the last enumerated points, with a copy of these: the prover needs the same. */
let latest: { readonly key: string; readonly values: Float64Array; readonly cells: ActivationCell[] } | undefined;

/** All cells, by exact arithmetic; undefined where there may be more than `most`. */
export function activationCells(
  { rows, cols, values }: ReluInstance['points'],
  most = MOST_CELLS,
): ActivationCell[] | undefined {
  const key = `${rows} ${cols}`;
  if (latest?.key === key && latest.values.every((value, k) => value === values[k])) return latest.cells;
  const exact = Array.from({ length: rows }, (_, k) =>
    formOf(reduced(integers(values.slice(k * cols, (k + 1) * cols)).mantissas)),
  );
  const planes = distinct(exact.map((row) => row.exact));
  if (mostCells(planes.length, cols) > most) return undefined;
  const cells = cellsOf(planes, cols).map((entries) => {
    const point = formOf(entries);
    return { unit: point.rounded, pattern: Uint8Array.from(exact, (row) => (sideOf(row, point) >= 0 ? 1 : 0)) };
  });
  latest = { key, values: Float64Array.from(values), cells };
  return cells;
}

/** Whole numbers, and doubles of length about 1 in the same direction, each rounded once. */
interface Form {
  readonly exact: readonly bigint[];
  readonly rounded: Float64Array;
}

function formOf(exact: readonly bigint[]): Form {
  let longest = 0;
  for (const entry of exact) longest = Math.max(longest, bitLength(entry));
  return { exact, rounded: Float64Array.from(exact, (entry) => roundDyadic(entry, -longest, 0)) };
}

/** The sign of a product of two forms: by doubles if rounding cannot change it, otherwise exactly. */
function sideOf(a: Form, b: Form): number {
  const { value, radius } = dot(a.rounded, b.rounded);
  // Rounding of the entries: at most three more units of what `dot` sums, and an underflow each.
  if (Math.abs(value) > 8 * radius + 8 * a.exact.length * ETA) return value;
  const height = product(a.exact, b.exact);
  return height > 0n ? 1 : height < 0n ? -1 : 0;
}

const product = (a: readonly bigint[], b: readonly bigint[]): bigint => {
  let sum = 0n;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
};

const magnitude = (entry: bigint): bigint => (entry < 0n ? -entry : entry);

/** Divided by the greatest common divisor. */
function reduced(row: readonly bigint[]): bigint[] {
  const common = row.reduce((divisor, entry) => gcd(divisor, entry), 0n);
  const divisor = magnitude(common);
  return divisor > 1n ? row.map((entry) => entry / divisor) : [...row];
}

/** Different planes among the rows that are not zero. */
function distinct(rows: readonly (readonly bigint[])[]): bigint[][] {
  const found = new Map<string, bigint[]>();
  for (const row of rows) {
    const first = row.find((entry) => entry !== 0n);
    if (first === undefined) continue;
    const least = reduced(first < 0n ? row.map((entry) => -entry) : row);
    found.set(least.join(), least);
  }
  return [...found.values()];
}

/** A point inside every cell. With each plane the cells that it cuts are those of the planes before on the plane itself. */
function cellsOf(planes: readonly bigint[][], dimension: number): bigint[][] {
  if (planes.length === 0) return [Array.from({ length: dimension }, () => 1n)];
  if (dimension === 1) return [[1n], [-1n]];
  if (dimension === 2) return sectorsOf(planes);
  let cells = new Map<string, Form>([['', formOf(Array.from({ length: dimension }, () => 1n))]]);
  const forms = planes.map(formOf);
  planes.forEach((plane, k) => {
    const before = planes.slice(0, k);
    const pivot = plane.findIndex((entry) => entry !== 0n);
    const across = (row: readonly bigint[]) =>
      row.map((entry, j) => entry * plane[pivot] - row[pivot] * plane[j]).filter((_, j) => j !== pivot);
    const onPlane = cellsOf(distinct(before.map(across)), dimension - 1);
    const cut = new Map(
      onPlane.map((onIt) => {
        const lifted = onIt.map((entry) => entry * plane[pivot]);
        const rest = plane.filter((_, j) => j !== pivot);
        lifted.splice(pivot, 0, -product(rest, onIt));
        const point = formOf(lifted);
        return [before.map((_, i) => signOf(sideOf(forms[i], point))).join(''), lifted] as const;
      }),
    );
    const next = new Map<string, Form>();
    for (const [key, point] of cells) {
      const lifted = cut.get(key);
      if (!lifted) {
        next.set(key + signOf(sideOf(forms[k], point)), point);
        continue;
      }
      // Near enough to the plane that no other one lies between.
      let stretch = 1n;
      for (const row of before) {
        const needed = magnitude(product(row, plane)) / magnitude(product(row, lifted)) + 1n;
        if (needed > stretch) stretch = needed;
      }
      for (const side of [1n, -1n]) {
        const point = lifted.map((entry, j) => stretch * entry + side * plane[j]);
        next.set(key + (side > 0n ? '+' : '-'), formOf(point));
      }
    }
    cells = next;
  });
  return Array.from(cells.values(), ({ exact }) => [...exact]);
}

const signOf = (height: number): string => (height > 0 ? '+' : height < 0 ? '-' : '0');

/** Between every two neighboring lines of the plane a sum of their directions, on both sides. */
function sectorsOf(planes: readonly bigint[][]): bigint[][] {
  const directions = planes.map(([a, b]) => (a < 0n || (a === 0n && b > 0n) ? [b, -a] : [-b, a]));
  directions.sort(([a, b], [c, d]) => {
    const turn = a * d - b * c;
    return turn > 0n ? -1 : turn < 0n ? 1 : 0;
  });
  const last = directions.length - 1;
  const sums = directions.map(([a, b], i) => {
    if (last === 0) return [-b, a];
    const [c, d] = i < last ? directions[i + 1] : directions[0].map((entry) => -entry);
    return [a + c, b + d];
  });
  return sums.flatMap((point) => [point, point.map((entry) => -entry)]);
}

/**
 * A lower bound of every network's loss plus penalty, by the witness; undefined where the witness does not fit the instance.
 *
 * @param instance - a valid one with at most 200 000 cells
 */
export function reluLowerBound(instance: ReluInstance, witness: unknown): number | undefined {
  const { points, targets, beta, patches = 1 } = instance;
  const { nu, cells } = (witness ?? {}) as Partial<ReluWitness>;
  if (!isNumbers(nu, targets.length) || !Array.isArray(cells)) return undefined;
  const found = activationCells(points);
  if (!found || found.length !== cells.length) return undefined;
  const parts = Float64Array.from({ length: points.rows }, (_, k) => nu[Math.floor(k / patches)] / patches);
  let most = 0;
  for (const [i, { pattern }] of found.entries()) {
    for (const side of [0, 1] as const) {
      const bound = combinationBound(points, pattern, parts, side === 0 ? 1 : -1, cells[i]?.[side]);
      if (bound === undefined) return undefined;
      most = Math.max(most, bound);
    }
  }
  if (!(most < Infinity)) return undefined;
  const share = most > beta ? down(beta / most) : 1;
  return conjugateBound(instance, parts, Math.max(0, share), patches);
}

export function isNumbers(value: unknown, length: number): value is ArrayLike<number> {
  if (typeof value !== 'object' || value === null || (value as ArrayLike<number>).length !== length) return false;
  for (let k = 0; k < length; k++) if (!Number.isFinite((value as ArrayLike<number>)[k])) return false;
  return true;
}

/** At least |sum_k c_k x_k|. */
export function combinationBound(
  { rows, cols, values }: ReluInstance['points'],
  pattern: Uint8Array,
  parts: Float64Array,
  sign: 1 | -1,
  given: RowCoefficients | undefined,
): number | undefined {
  const c = Float64Array.from(parts, (part, k) => (pattern[k] === 1 ? sign * part : 0));
  if (!Array.isArray(given?.rows) || !isNumbers(given.values, given.rows.length)) return undefined;
  for (const [i, k] of given.rows.entries()) {
    const value = given.values[i];
    if (!(k >= 0 && k < rows && Number.isInteger(k))) return undefined;
    if (!(pattern[k] === 1 ? value >= sign * parts[k] : value <= 0)) return undefined;
    c[k] = value;
  }
  let largest = 0;
  const entries = Array.from({ length: cols }, (_, j) => {
    const { value, radius } = dot(c, values, rows, 0, j, 1, cols);
    const entry = up(Math.abs(value) + radius);
    largest = Math.max(largest, entry);
    return entry;
  });
  if (!(largest < Infinity)) return undefined;
  // Squares in units in which they neither over- nor underflow.
  const unit = powerOfTwo(Math.max(-1000, Math.min(1000, Math.ceil(Math.log2(largest || 1)))));
  let squares = 0;
  for (const entry of entries) squares = up(squares + up(up(entry / unit) ** 2));
  return up(rootOf(squares, 1) * unit);
}

/** At most -l*(-t nu). */
export function conjugateBound(
  { targets, loss }: ReluInstance,
  parts: Float64Array,
  share: number,
  patches: number,
): number | undefined {
  const count = targets.length;
  let sum = interval(0);
  for (let k = 0; k < count; k++) {
    const nu = multiply(interval(share), multiply(interval(patches), interval(parts[k * patches])));
    const along = multiply(interval(targets[k]), nu);
    if (loss === 'squared') sum = add(sum, subtract(along, multiply(interval(0.5), multiply(nu, nu))));
    else if (loss === 'logistic') sum = add(sum, entropy(divide(along, interval(2))));
    else {
      // Within the domain of the conjugate, or moved to its end: a shorter nu satisfies the constraints too where one sign is meant.
      if (!(along.lower >= 0) || !(along.upper <= down(1 / count))) return undefined;
      sum = add(sum, along);
    }
    if (!(sum.lower > -Infinity)) return undefined;
  }
  return sum.lower;
}

/** -s log s - (1 - s) log(1 - s), which is concave: over an interval it is least at an end. */
function entropy(s: Interval): Interval {
  if (!(s.lower >= 0 && s.upper <= 1)) return { lower: -Infinity, upper: Infinity };
  const at = (end: number): Interval => {
    const rest = subtract(interval(1), interval(end));
    const part = (p: Interval) => (p.lower > 0 ? negate(multiply(p, log(p))) : interval(0, 1));
    return add(part(interval(end)), part(rest));
  };
  const [a, b] = [at(s.lower), at(s.upper)];
  return { lower: Math.min(a.lower, b.lower), upper: 1 };
}

/** An enclosure of loss and penalty of a network; unknown where its shapes do not fit. */
export function objectiveOf({ points, targets, loss, beta, patches = 1 }: ReluInstance, network: unknown): Interval {
  const { hidden, output } = (network ?? {}) as Partial<ReluNetwork>;
  const { rows, cols, values } = points;
  const units = (output as ArrayLike<number> | undefined)?.length ?? -1;
  if (!isNumbers(output, units) || !isNumbers(hidden?.values, units * cols)) return interval(-Infinity, Infinity);
  let sum = interval(0);
  for (let sample = 0; sample < targets.length; sample++) {
    let prediction = interval(0);
    for (let k = sample * patches; k < (sample + 1) * patches && k < rows; k++) {
      for (let u = 0; u < units; u++) {
        const { value, radius } = dot(values, hidden?.values ?? [], cols, k * cols, u * cols);
        const [low, high] = [down(value - radius), up(value + radius)];
        const height = interval(Math.max(0, low), Math.max(0, high));
        prediction = add(prediction, multiply(interval(output[u]), height));
      }
    }
    sum = add(sum, lossOf(loss, divide(prediction, interval(patches)), targets[sample], targets.length));
  }
  let squares = interval(0);
  for (const entries of [output, hidden?.values ?? []])
    for (let k = 0; k < entries.length; k++) squares = add(squares, multiply(interval(entries[k]), interval(entries[k])));
  return add(sum, multiply(multiply(interval(beta), interval(0.5)), squares));
}

function lossOf(loss: ReluInstance['loss'], f: Interval, y: number, count: number): Interval {
  if (loss === 'squared') {
    const off = subtract(f, interval(y));
    const most = Math.max(Math.abs(off.lower), Math.abs(off.upper));
    return multiply(interval(0.5), interval(0, up(most * most)));
  }
  const margin = multiply(interval(y), f);
  if (loss === 'hinge') {
    const { lower, upper } = subtract(interval(1), margin);
    return divide(interval(Math.max(0, lower), Math.max(0, upper)), interval(count));
  }
  // log(1 + e^t) falls with the margin; for large t it is slightly above t.
  const at = (t: Interval) =>
    t.upper > 700 ? add(interval(Math.max(0, t.lower), t.upper), interval(0, 1)) : log(add(interval(1), exp(t)));
  return at(multiply(interval(-2), margin));
}

/** The checker of `two-layer-relu`: the cost of a network, a lower bound for all networks, and the gap relative to the cost. */
export function check(instance: ReluInstance, solution: ReluNetwork, witness: unknown): Verdict {
  return verdictOf(instance, solution, reluLowerBound(instance, witness));
}

/** The figures of a network, given a lower bound. */
export function verdictOf(instance: ReluInstance, solution: ReluNetwork, lower: number | undefined): Verdict {
  if (lower === undefined) return { proved: false, reason: 'the witness does not fit the patterns of the instance' };
  const objective = objectiveOf(instance, solution);
  const least = Math.max(0, lower);
  if (!(objective.upper < Infinity)) return { proved: false, reason: 'the cost of the network is not enclosed' };
  const gap = objective.upper > 0 ? Math.max(0, up(1 - down(least / objective.upper))) : 0;
  return {
    proved: true,
    figures: { gap: { lower: 0, upper: gap }, objective, leastObjective: { lower: least, upper: objective.upper } },
  };
}
