// Activation patterns of a layer of ReLUs on given rows: all of them, or sampled ones.
import type { MatrixLike, OptionSpecs } from '@infimum/core';
import { asMatrix, checkInteger, InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { dot, norm } from '@infimum/linalg/numerics';

/** Patterns D_i, a byte a row of the data: whether x_k . u >= 0. */
export interface Patterns {
  /** How many. */
  readonly count: number;
  /** Rows of the data. */
  readonly rows: number;
  /** `count * rows` bytes of 0 and 1, a pattern after the other. */
  readonly bits: Uint8Array;
  /** Whether these are all that a unit can have: then a bound over them is a proof for every network. */
  readonly isComplete: boolean;
  /** A unit u of each pattern, `count * cols` numbers, where one is known. */
  readonly units?: Float64Array;
}

/** Which patterns are used; the entries of the options records. */
export const patternOptions = {
  patterns: {
    type: 'choice',
    choices: ['auto', 'exact', 'sampled'],
    default: 'auto',
    description: 'All patterns, sampled ones, or all where there are at most 3 columns and 60 rows',
  },
  patternCount: { type: 'integer', min: 1, max: 5000, default: 50, description: 'Patterns that are sampled' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of what is random' },
} as const satisfies OptionSpecs;

/** The patterns that the options ask for. */
export function patternsFor(
  points: DenseMatrix,
  {
    patterns,
    patternCount,
    seed,
  }: { patterns: 'auto' | 'exact' | 'sampled'; patternCount: number; seed: number },
): Patterns {
  const isExact = patterns === 'exact' || (patterns === 'auto' && points.cols <= 3 && points.rows <= 60);
  return isExact ? enumeratePatterns(points) : samplePatterns(points, patternCount, seed);
}

/** Cells beyond which enumeration is refused. */
const MOST_CELLS = 200_000;

/**
 * All patterns 1[X u >= 0] over u: the cells of the arrangement of the planes x_k . u = 0. With each plane the cells that it
 * cuts are found as the cells of the others on the plane itself, in one dimension less.
 *
 * At most 2 sum_{k<r} C(n - 1, k) for rank r: take it for 2 or 3 columns, or for few rows.
 *
 * @throws {InvalidInputError} for a matrix that is none, and `too-large` beyond 200 000 cells
 *
 * @example
 * ```ts
 * import { enumeratePatterns } from '@infimum/learn';
 *
 * const x = { rows: 3, cols: 2, values: Float64Array.of(1, 0, 0, 1, 1, 1) };
 * console.log(enumeratePatterns(x).count); // 6
 * ```
 */
export function enumeratePatterns(points: MatrixLike): Patterns {
  const x = asMatrix(points, 'points');
  const rows = Array.from({ length: x.rows }, (_, k) => unitOf(x.values.slice(k * x.cols, (k + 1) * x.cols)));
  return collect(x, cellsOf(rows, x.cols), true);
}

/**
 * Different patterns of random units u ~ N(0, I), with that of all ones first.
 *
 * @param count - how many are wanted; fewer come out if 20 draws in a row for each bring nothing new
 * @param seed - of the draws
 * @throws {InvalidInputError} naming the argument at fault
 */
export function samplePatterns(points: MatrixLike, count: number, seed = 0): Patterns {
  const x = asMatrix(points, 'points');
  checkInteger(count, 'count', { min: 1, max: 1_000_000 });
  checkInteger(seed, 'seed', { min: 0 });
  const random = new Random(seed);
  const units: Float64Array[] = [];
  for (let draw = 0; draw < 20 * count; draw++) units.push(random.normals(new Float64Array(x.cols)));
  return collect(x, units, false, count);
}

/** Patterns of units, each once, that of all ones first if some unit has it. */
function collect(
  x: DenseMatrix,
  units: readonly Float64Array[],
  isComplete: boolean,
  most = Infinity,
): Patterns {
  const found = new Map<string, readonly [Uint8Array, Float64Array]>();
  for (const unit of units) {
    const pattern = patternOf(x, unit);
    const key = String.fromCharCode(...packed(pattern));
    if (!found.has(key)) found.set(key, [pattern, unit]);
    if (found.size >= most) break;
  }
  const bits = new Uint8Array(found.size * x.rows);
  const first = new Float64Array(found.size * x.cols);
  [...found.values()].forEach(([pattern, unit], i) => {
    bits.set(pattern, i * x.rows);
    first.set(unit, i * x.cols);
  });
  return { count: found.size, rows: x.rows, bits, isComplete, units: first };
}

/** Bytes of 16 bits each, for keys. */
function packed(pattern: Uint8Array): number[] {
  const words: number[] = [];
  for (let k = 0; k < pattern.length; k++) {
    if (k % 15 === 0) words.push(0);
    words[words.length - 1] = 2 * words[words.length - 1] + pattern[k];
  }
  return words;
}

/** 1[X u >= 0]. */
export function patternOf(x: DenseMatrix, unit: Float64Array): Uint8Array {
  const pattern = new Uint8Array(x.rows);
  for (let k = 0; k < x.rows; k++) {
    let sum = 0;
    for (let j = 0; j < x.cols; j++) sum += x.values[k * x.cols + j] * unit[j];
    pattern[k] = sum >= 0 ? 1 : 0;
  }
  return pattern;
}

/** Patterns with further ones behind, each once. */
export function withPatterns(patterns: Patterns, more: readonly Uint8Array[]): Patterns {
  const key = (pattern: Uint8Array) => String.fromCharCode(...packed(pattern));
  const seen = new Set<string>();
  const kept: Uint8Array[] = [];
  const all = Array.from({ length: patterns.count }, (_, i) =>
    patterns.bits.subarray(i * patterns.rows, (i + 1) * patterns.rows),
  );
  for (const pattern of [...all, ...more]) {
    if (seen.has(key(pattern))) continue;
    seen.add(key(pattern));
    kept.push(pattern);
  }
  const bits = new Uint8Array(kept.length * patterns.rows);
  kept.forEach((pattern, i) => {
    bits.set(pattern, i * patterns.rows);
  });
  return { count: kept.length, rows: patterns.rows, bits, isComplete: patterns.isComplete };
}

/** A point inside every cell. */
function cellsOf(rows: readonly Float64Array[], dimension: number): Float64Array[] {
  const planes = rows.filter((row) => norm(row) > 0.5);
  if (planes.length === 0) return [new Float64Array(dimension).fill(1)];
  let cells: Float64Array[] = [];
  planes.forEach((plane, k) => {
    const before = planes.slice(0, k);
    const basis = complementOf(plane);
    const restricted = before.map((row) => unitOf(Float64Array.from(basis, (axis) => dot(axis, row))));
    const onPlane = basis.length === 0 ? [new Float64Array(0)] : cellsOf(restricted, basis.length);
    const cut: Float64Array[] = [];
    for (const point of onPlane) {
      const u = new Float64Array(dimension);
      basis.forEach((axis, a) => {
        for (let j = 0; j < dimension; j++) u[j] += point[a] * axis[j];
      });
      // Far enough from the plane to have left it, not so far as to cross another one.
      let step = 1;
      for (const row of before) {
        const [height, slope] = [Math.abs(dot(row, u)), Math.abs(dot(row, plane))];
        if (height > 1e-12 && slope > 0) step = Math.min(step, height / slope / 2);
      }
      for (const sign of [1, -1]) cut.push(u.map((value, j) => value + sign * step * plane[j]));
    }
    cells = unique([...cells, ...cut], planes.slice(0, k + 1));
    if (cells.length > MOST_CELLS) {
      const problem = `has more than ${MOST_CELLS} patterns; take sampled ones`;
      throw new InvalidInputError(problem, { argument: 'points', code: 'too-large' });
    }
  });
  return cells;
}

/** One point a cell. */
function unique(points: readonly Float64Array[], planes: readonly Float64Array[]): Float64Array[] {
  const found = new Map<string, Float64Array>();
  for (const point of points) {
    const signs = Uint8Array.from(planes, (plane) => (dot(plane, point) >= 0 ? 1 : 0));
    const key = String.fromCharCode(...packed(signs));
    if (!found.has(key)) found.set(key, point);
  }
  return [...found.values()];
}

/** An orthonormal basis of what is orthogonal to a unit vector. */
function complementOf(plane: Float64Array): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let j = 0; j < plane.length && basis.length < plane.length - 1; j++) {
    const axis = new Float64Array(plane.length);
    axis[j] = 1;
    for (let turn = 0; turn < 2; turn++) {
      for (const other of [plane, ...basis]) {
        const part = dot(axis, other);
        for (let i = 0; i < axis.length; i++) axis[i] -= part * other[i];
      }
    }
    const size = norm(axis);
    if (size > 1e-6) basis.push(axis.map((value) => value / size));
  }
  return basis;
}

/** A row of length 1, or zero where there is nothing but rounding. */
function unitOf(row: Float64Array): Float64Array {
  const size = norm(row);
  return size > 1e-12 ? row.map((value) => value / size) : row.map(() => 0);
}
