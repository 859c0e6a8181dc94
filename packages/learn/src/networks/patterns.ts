// Activation patterns of a layer of ReLUs on given rows: all of them, or sampled ones.
import type { MatrixLike, OptionSpecs } from '@infimum/core';
import { asMatrix, checkInteger, fault, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { dot, norm, rowDot } from '@infimum/linalg/numerics';
import { activationCells, MOST_CELLS } from './two-layer-relu-checker.ts';

/** Patterns D_i, a byte a row of the data: whether x_k . u >= 0. */
export interface Patterns {
  /** How many. */
  readonly count: number;
  /** Rows of the data. */
  readonly rows: number;
  /** `count * rows` bytes of 0 and 1, a pattern after the other. */
  readonly bits: Uint8Array;
  /** Whether these are all patterns that a unit can have: then a bound over them holds for every network. */
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
    description: 'All patterns, sampled ones, or all for at most 3 columns and 60 rows',
  },
  patternCount: { type: 'integer', min: 1, max: 5000, default: 50, description: 'Number of sampled patterns' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

/** The patterns that the options ask for. */
export function patternsFor(
  points: DenseMatrix,
  { patterns, patternCount, seed }: { patterns: 'auto' | 'exact' | 'sampled'; patternCount: number; seed: number },
): Patterns {
  const isExact = patterns === 'exact' || (patterns === 'auto' && points.cols <= 3 && points.rows <= 60);
  return isExact ? enumeratePatterns(points) : samplePatterns(points, patternCount, seed);
}

/**
 * All patterns 1[X u >= 0] over u: the cells of the arrangement of the planes x_k . u = 0. For each plane, the cells that it cuts are the
 * cells of the other planes on the plane itself, in one dimension less, all in whole numbers.
 *
 * At most 2 sum_{k<r} C(n - 1, k) for rank r: use it for 2 or 3 columns, or for few rows.
 *
 * @throws {InvalidInputError} for an invalid matrix, and `too-large` where so many planes of that dimension may have more than
 *   200 000 cells
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
  const cells = activationCells(x);
  if (!cells) throw fault(`may have more than ${MOST_CELLS} patterns; use sampled ones`, 'points', 'too-large');
  const bits = new Uint8Array(cells.length * x.rows);
  const units = new Float64Array(cells.length * x.cols);
  cells.forEach(({ pattern, unit }, i) => {
    bits.set(pattern, i * x.rows);
    units.set(centered(x, pattern, unit), i * x.cols);
  });
  return { count: cells.length, rows: x.rows, bits, isComplete: true, units };
}

/**
 * Different patterns of random units u ~ N(0, I), with that of all ones first.
 *
 * @param count - number of patterns; fewer are returned if 20 consecutive draws for one bring nothing new
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
  return collect(x, units, count);
}

/** Patterns of units, each once, that of all ones first if some unit has it. */
function collect(x: DenseMatrix, units: readonly Float64Array[], most: number): Patterns {
  const found = new Map<string, readonly [Uint8Array, Float64Array]>();
  for (const unit of units) {
    const pattern = patternOf(x, unit);
    const key = pattern.join('');
    if (!found.has(key)) found.set(key, [pattern, unit]);
    if (found.size >= most) break;
  }
  const bits = new Uint8Array(found.size * x.rows);
  const first = new Float64Array(found.size * x.cols);
  [...found.values()].forEach(([pattern, unit], i) => {
    bits.set(pattern, i * x.rows);
    first.set(unit, i * x.cols);
  });
  return { count: found.size, rows: x.rows, bits, isComplete: false, units: first };
}

/** 1[X u >= 0]. */
export function patternOf(x: DenseMatrix, unit: Float64Array): Uint8Array {
  const pattern = new Uint8Array(x.rows);
  for (let k = 0; k < x.rows; k++) {
    pattern[k] = rowDot(x.values, k * x.cols, unit, 0, x.cols) >= 0 ? 1 : 0;
  }
  return pattern;
}

/** A unit of a pattern that is farther from its planes than the known one: steps towards the nearest plane's side. */
function centered(x: DenseMatrix, pattern: Uint8Array, unit: Float64Array): Float64Array {
  const { rows, cols, values } = x;
  const norms = Float64Array.from({ length: rows }, (_, k) => norm(values.subarray(k * cols, (k + 1) * cols) as Float64Array));
  const u = unit.slice();
  let [best, least] = [unit, -Infinity];
  for (let step = 0; step < 60; step++) {
    const length = norm(u);
    let [nearest, height] = [-1, Infinity];
    for (let k = 0; k < rows; k++) {
      if (!(norms[k] > 0)) continue;
      const own =
        (dot(u, values.subarray(k * cols, (k + 1) * cols) as Float64Array) / norms[k] / length) * (pattern[k] ? 1 : -1);
      if (own < height) [nearest, height] = [k, own];
    }
    if (height > least) [best, least] = [u.map((entry) => entry / length), height];
    if (nearest < 0) break;
    const pull = ((pattern[nearest] ? 1 : -1) * length) / norms[nearest] / (2 + step);
    for (let j = 0; j < cols; j++) u[j] += pull * values[nearest * cols + j];
  }
  return best;
}

/** Patterns with further ones behind, each once. */
export function withPatterns(patterns: Patterns, more: readonly Uint8Array[]): Patterns {
  const all = Array.from({ length: patterns.count }, (_, i) =>
    patterns.bits.subarray(i * patterns.rows, (i + 1) * patterns.rows),
  );
  const kept = [...new Map([...all, ...more].map((pattern) => [pattern.join(''), pattern])).values()];
  const bits = new Uint8Array(kept.length * patterns.rows);
  kept.forEach((pattern, i) => {
    bits.set(pattern, i * patterns.rows);
  });
  return { count: kept.length, rows: patterns.rows, bits, isComplete: patterns.isComplete };
}
