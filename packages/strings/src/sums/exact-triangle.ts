// Approximate Exact Triangle counting: sampled witnesses, then Fredman's trick and an equality product.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174; M. Fredman: New bounds on the complexity of the shortest path problem (1976).
// For study: with ordinary matrix multiplication the exponent is not reached; operations are counted.
import type { DenseLike } from '@infimum/core';
import { checkInteger, checkNumber, checkObject, fault, Random } from '@infimum/core';
import { addOperations } from '../operations.ts';
import type { CountMatrix, EqualityProductOperations } from './equality-product.ts';
import { checkEntries, equalityProduct } from './equality-product.ts';

/** Options of `approximateExactTriangleCounts`. */
export interface ApproximateExactTriangleCountsOptions {
  /** Probability with which some count may be off by more than n2 / kappa; 0.01 by default. */
  readonly delta?: number;
  /** Seed of the sample, 0 by default. */
  readonly seed?: number;
  /**
   * Run the inner index of the equality products over a sample too, where ⌈2·kappa²·ln(2·n1·n3/delta)⌉ < n2; the
   * error is then two-sided. Off by default.
   */
  readonly sampleInner?: boolean;
  /** Passed on to `equalityProduct`. */
  readonly parts?: number;
}

/** Operations of triangle counting, by kind. */
export interface TriangleOperations extends EqualityProductOperations {
  /** Tests whether a sampled index is a witness. */
  checks: number;
  /** Equality products. */
  equalityProducts: number;
}

/** Approximate counts of witnesses. */
export interface TriangleCounts {
  /** counts[i, j] ≈ #{k : a[i, k] + b[k, j] = c[i, j]}; fractions only with `sampleInner`. */
  readonly counts: CountMatrix;
  /** Sampled indices k. */
  readonly samples: number;
  /** Pairs (i, j) that a sampled witness decided; without `sampleInner` their counts are exact. */
  readonly decided: number;
  /** Counted operations. */
  readonly operations: TriangleOperations;
}

/**
 * Counts, for all pairs, the exact triangles through them: `#{k : a[i, k] + b[k, j] = c[i, j]}` to within n2 / kappa,
 * for all pairs at once with probability at least 1 − delta, and never too many.
 *
 * Pairs with more than n2 / kappa witnesses have one in a sample of kappa·ln(n1·n3/delta) indices. Once a witness k0 is known,
 * a second index k is one exactly if `a[i, k] − a[i, k0] = b[k0, j] − b[k, j]` (Fredman's trick), which no longer mentions c:
 * one equality product counts the witnesses of all pairs that k0 serves. Pairs without a sampled witness get 0.
 *
 * @param a - n1 x n2 integers of at most 2^51; NaN takes part in no triangle
 * @param b - n2 x n3, likewise
 * @param c - n1 x n3, likewise
 * @param kappa - at least 1
 * @returns counts (n1 x n3), the sample's size, how many pairs it decided, and the counted operations
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not integers, and options out of range
 *
 * Cost: at most min(n2, kappa·ln(n1·n3/delta)) equality products.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { approximateExactTriangleCounts } from '@infimum/strings';
 *
 * const a = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 2, 3) };
 * const b = { rows: 2, cols: 2, values: Float64Array.of(5, 4, 4, 3) };
 * const c = { rows: 2, cols: 2, values: Float64Array.of(5, 4, 7, 7) };
 * console.log(approximateExactTriangleCounts(a, b, c, 4).counts.values.join(' ')); // 2 2 2 0
 * ```
 */
export function approximateExactTriangleCounts(
  a: DenseLike,
  b: DenseLike,
  c: DenseLike,
  kappa: number,
  options: ApproximateExactTriangleCountsOptions = {},
): TriangleCounts {
  checkObject(options, 'options');
  const { delta = 0.01, seed = 0, sampleInner = false, parts } = options;
  checkTriangle(a, b, c);
  checkNumber(kappa, 'kappa', { min: 1 });
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
  const random = new Random(seed);
  const pairs = a.rows * b.cols;
  const samples = triangleSamples(a.cols, pairs, kappa, delta);
  const inner = Math.ceil(2 * kappa ** 2 * Math.log((2 * pairs) / delta));
  const operations = newTriangleOperations();
  const counts = { rows: a.rows, cols: b.cols, values: new Float64Array(pairs) };
  const decided = countTargets(a, b, targetsOf(c), counts.values, {
    order: random.sample(a.cols, samples),
    inner: sampleInner && inner < a.cols ? random.sample(a.cols, inner) : undefined,
    parts,
    operations,
  });
  return { counts, samples, decided, operations };
}

/** How many indices are sampled: s = min(n2, ⌈kappa·ln(pairs/delta)⌉). */
export function triangleSamples(n2: number, pairs: number, kappa: number, delta: number): number {
  return Math.min(n2, Math.max(1, Math.ceil(kappa * Math.log(pairs / delta))));
}

/** Zeroed counters. */
export function newTriangleOperations(): TriangleOperations {
  return { checks: 0, equalityProducts: 0, lightPairs: 0, multiplyAdds: 0 };
}

/** Sums to be counted: target `t` is `value[t]` in the pair (`row[t]`, `col[t]`); pairs may have several. */
export interface TriangleTargets {
  readonly row: Int32Array;
  readonly col: Int32Array;
  readonly value: Float64Array;
}

/** Settings of `countTargets`. */
export interface TargetSearch {
  /** The sampled indices, in the order of use. */
  readonly order: Int32Array;
  /** The sample over which the equality products run; all indices by default. */
  readonly inner?: Int32Array | undefined;
  /** Passed on to `equalityProduct`. */
  readonly parts?: number | undefined;
  /** Incremented by the work done. */
  readonly operations: TriangleOperations;
}

/** Adds to `counts[t]` the witnesses of every target that a sampled index serves; returns how many those are. */
export function countTargets(
  a: DenseLike,
  b: DenseLike,
  targets: TriangleTargets,
  counts: Float64Array,
  { order, inner, parts, operations }: TargetSearch,
): number {
  const { row, col, value } = targets;
  // Open targets stand in front, in their order.
  const open = Int32Array.from({ length: value.length }, (_, t) => t);
  const served = new Int32Array(value.length);
  // The column and the row of a sampled index, where all targets look.
  const [left, right] = [new Float64Array(a.rows), new Float64Array(b.cols)];
  let remaining = open.length;
  for (const witness of order) {
    if (remaining === 0) break;
    operations.checks += remaining;
    let kept = 0;
    let serving = 0;
    for (let i = 0; i < a.rows; i++) left[i] = a.values[i * a.cols + witness];
    for (let j = 0; j < b.cols; j++) right[j] = b.values[witness * b.cols + j];
    for (let position = 0; position < remaining; position++) {
      const t = open[position];
      if (left[row[t]] + right[col[t]] === value[t]) served[serving++] = t;
      else open[kept++] = t;
    }
    remaining = kept;
    if (serving === 0) continue;
    const differences = fredmanDifferences(a, b, witness, inner);
    const product = equalityProduct(differences.left, differences.right, parts === undefined ? {} : { parts });
    operations.equalityProducts++;
    addOperations(operations, product.operations);
    const scale = inner ? a.cols / inner.length : 1;
    for (const t of served.subarray(0, serving)) {
      counts[t] += scale * product.counts.values[row[t] * b.cols + col[t]];
    }
  }
  return value.length - remaining;
}

/** `a[i, k] − a[i, witness]` and `b[witness, j] − b[k, j]`, for all k or for the given ones. */
export function fredmanDifferences(
  a: DenseLike,
  b: DenseLike,
  witness: number,
  inner?: Int32Array,
): { readonly left: CountMatrix; readonly right: CountMatrix } {
  const size = inner?.length ?? a.cols;
  const left = { rows: a.rows, cols: size, values: new Float64Array(a.rows * size) };
  const right = { rows: size, cols: b.cols, values: new Float64Array(size * b.cols) };
  for (let position = 0; position < size; position++) {
    const k = inner?.[position] ?? position;
    for (let i = 0; i < a.rows; i++) {
      left.values[i * size + position] = a.values[i * a.cols + k] - a.values[i * a.cols + witness];
    }
    for (let j = 0; j < b.cols; j++) {
      right.values[position * b.cols + j] = b.values[witness * b.cols + j] - b.values[k * b.cols + j];
    }
  }
  return { left, right };
}

/** One target a pair. */
function targetsOf(c: DenseLike): TriangleTargets {
  const row = new Int32Array(c.values.length);
  const col = new Int32Array(c.values.length);
  for (let t = 0; t < row.length; t++) {
    row[t] = Math.floor(t / c.cols);
    col[t] = t % c.cols;
  }
  return { row, col, value: Float64Array.from(c.values) };
}

function checkTriangle(a: DenseLike, b: DenseLike, c: DenseLike): void {
  checkEntries(a, 'a', true);
  checkEntries(b, 'b', true);
  checkEntries(c, 'c', true);
  if (a.cols !== b.rows) throw fault(`expected ${a.cols} rows for the columns of a, got ${b.rows}`, 'b', 'shape');
  if (c.rows !== a.rows || c.cols !== b.cols) {
    throw fault(`expected ${a.rows}x${b.cols} entries, got ${c.rows}x${c.cols}`, 'c', 'shape');
  }
}
