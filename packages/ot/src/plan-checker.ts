// Code shared by checkers of plans: the entries of a plan, its marginals with radii, and enclosures of e^x in doubles.
import type { Enclosure } from '@infimum/core/certificate';
import { down, ETA, radiusOfSum, U, up } from '@infimum/rigor';

/** Masses of a dense plan or one in compressed rows, at least 0 and finite, and sums of rows and columns with bounds of their errors. */
export interface PlanEntries
  extends Readonly<Record<'values' | 'rowSums' | 'rowRadii' | 'columnSums' | 'columnRadii', Float64Array>> {
  /** Where the entries of a row begin. */
  readonly starts: ArrayLike<number>;
  /** Column of every entry; of dense plans undefined. */
  readonly columns: Int32Array | undefined;
  /** The same, or the numbers of all columns. */
  readonly index: Int32Array;
}

/** The entries of a plan; undefined for what is no plan of this size without negative masses. */
export function planEntries(plan: unknown, rows: number, cols: number): PlanEntries | undefined {
  const given = (plan ?? {}) as Record<'rows' | 'cols' | 'values' | 'rowPointers' | 'columnIndices', unknown>;
  const { values, rowPointers, columnIndices } = given;
  if (given.rows !== rows || given.cols !== cols || !(values instanceof Float64Array)) return undefined;
  const isSparse = rowPointers instanceof Int32Array && columnIndices instanceof Int32Array;
  if (!isSparse && (rowPointers !== undefined || values.length !== rows * cols)) return undefined;
  if (isSparse && (columnIndices.length !== values.length || rowPointers.length !== rows + 1)) return undefined;
  if (isSparse && (rowPointers[0] !== 0 || rowPointers[rows] !== values.length)) return undefined;
  const starts = isSparse ? rowPointers : Float64Array.from({ length: rows + 1 }, (_, i) => i * cols);
  const columns = isSparse ? columnIndices : undefined;
  if (columns && !columns.every((j) => j >= 0 && j < cols)) return undefined;
  const index = columns ?? Int32Array.from({ length: cols }, (_, j) => j);
  const [rowSums, columnSums] = [new Float64Array(rows), new Float64Array(cols)];
  const [rowRadii, counts] = [new Float64Array(rows), new Float64Array(cols).fill(columns ? 0 : rows)];
  for (const j of columns ?? []) counts[j]++;
  for (let i = 0; i < rows; i++) {
    const [start, end] = [starts[i], starts[i + 1]];
    if (!(start <= end)) return undefined;
    let sum = 0;
    // Twice, as dense plans are read three times as fast without columns.
    for (let k = start; columns && k < end; k++) {
      if (!(values[k] >= 0)) return undefined;
      sum += values[k];
      columnSums[columns[k]] += values[k];
    }
    for (let j = 0, k = start; !columns && j < cols; j++, k++) {
      const mass = values[k];
      if (!(mass >= 0)) return undefined;
      sum += mass;
      columnSums[j] += mass;
    }
    if (!(sum < Infinity)) return undefined;
    rowSums[i] = sum;
    rowRadii[i] = radiusOfSum(end - start, sum);
  }
  return {
    starts,
    columns,
    index,
    values,
    rowSums,
    rowRadii,
    columnSums,
    columnRadii: columnSums.map((sum, j) => radiusOfSum(counts[j], sum)),
  };
}

/** Encloses the sum of the absolute differences between the marginals of a plan and weights. */
export function marginalError(plan: PlanEntries, a: Float64Array, b: Float64Array): Enclosure {
  let [lower, upper] = [0, 0];
  const add = (sums: Float64Array, radii: Float64Array, weights: Float64Array) => {
    for (let i = 0; i < sums.length; i++) {
      const distance = Math.abs(sums[i] - weights[i]);
      lower = Math.max(0, down(lower + Math.max(0, down(down(distance) - radii[i]))));
      upper = up(upper + up(up(distance) + radii[i]));
    }
  };
  add(plan.rowSums, plan.rowRadii, a);
  add(plan.columnSums, plan.columnRadii, b);
  return { lower, upper };
}

/** What a plan costs, and how much more than the cheapest with its marginals. */
export interface TransportBound {
  /** At least the excess; Infinity or NaN where nothing is proved. */
  readonly gap: number;
  /** Holds the sum of P_ij C_ij. */
  readonly cost: Enclosure;
}

/**
 * Bounds <C, P> - sum_i f_i r_i - sum_j g_j c_j = sum_ij P_ij (C_ij - f_i - g_j) from above, r and c the marginals of P and
 * g_j <= min_i C_ij - f_i: no plan with these marginals is cheaper by more. One pass over C, and one over both.
 *
 * @param f - n finite numbers
 */
export function transportGap(plan: PlanEntries, costs: Float64Array, f: ArrayLike<number>): TransportBound {
  const { starts, columns, index, values, rowSums, columnSums } = plan;
  const [n, m] = [rowSums.length, columnSums.length];
  const g = new Float64Array(m).fill(Infinity);
  for (let i = 0, k = 0; i < n; i++) {
    const potential = f[i];
    for (let j = 0; j < m; j++, k++) {
      const slack = costs[k] - potential;
      if (slack < g[j]) g[j] = slack;
    }
  }
  for (let j = 0; j < m; j++) g[j] = down(g[j]);
  let [excess, value, magnitude, sizes] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [start, end, row, potential] = [starts[i], starts[i + 1], i * m, f[i]];
    // Not below 0, as this slack is that of above and g is below the least.
    const shift = columns ? 0 : start;
    let [ofRow, worth, size] = [0, 0, 0];
    for (let k = start; k < end; k++) {
      const mass = values[k];
      const j = index[k - shift];
      const cost = costs[row + j];
      const product = mass * cost;
      if (mass > 0) ofRow += mass * (cost - potential - g[j]);
      worth += product;
      size += Math.abs(product);
    }
    excess += ofRow;
    value += worth;
    magnitude += size;
    sizes += Math.abs(potential) * rowSums[i];
  }
  for (let j = 0; j < m; j++) sizes += Math.abs(g[j]) * columnSums[j];
  // Of a slack two differences were rounded: at most 3 u of its three sizes, and the rest is that of the sums.
  const count = values.length;
  const rounding = 4 * U * (magnitude + sizes) * (1 + 8 * (count + 4) * U) + 2 * (count + n + m) * ETA;
  const radius = radiusOfSum(count, magnitude);
  const cost = { lower: down(value - radius), upper: up(value + radius) };
  return { gap: up(up(excess + radiusOfSum(count, excess)) + up(rounding)), cost };
}

/** ln 2 in two doubles; the first has 21 zeros at its end, so that its products with whole numbers below 2^20 are exact. */
const LN2 = 0.6931471803691238;
const LN2_REST = 1.9082149292705877e-10;

/** 1/k!, from k = 15 on down: the rest of the series is below 2^-60 for |r| < 0.36. */
const SERIES = [
  7.647163731819816e-13, 1.1470745597729725e-11, 1.6059043836821613e-10, 2.08767569878681e-9, 2.505210838544172e-8,
  2.755731922398589e-7, 2.7557319223985893e-6, 2.48015873015873e-5, 1.984126984126984e-4, 1.388888888888889e-3,
  8.333333333333333e-3, 4.1666666666666664e-2, 0.16666666666666666, 0.5, 1, 1,
];

/** e^x lies within this share of `exponential(x)`: of the argument 4 u, of the series 16 roundings of at most 2 u each. */
export const EXPONENTIAL_SHARE = 64 * U;

/** e^x in doubles up to `EXPONENTIAL_SHARE`, for |x| <= 700: x = k ln 2 + r, and a series for r. */
export function exponential(x: number): number {
  const k = Math.round(x * Math.LOG2E);
  const r = x - k * LN2 - k * LN2_REST;
  let sum = SERIES[0];
  for (let j = 1; j < 16; j++) sum = sum * r + SERIES[j];
  let [power, base] = [1, k < 0 ? 0.5 : 2];
  for (let rest = Math.abs(k); rest > 0; rest >>= 1) {
    if (rest & 1) power *= base;
    base *= base;
  }
  return sum * power;
}

/**
 * At least p log(p / q) - p + q for q = w e^x, by log z <= z - 1: (p - q)² / q, of second order where p is near q.
 *
 * @param p - at least 0, known up to `radius`
 * @param x - known up to `xRadius`
 * @param w - above 0, known up to `wShare` of it
 */
export function divergence(p: number, radius: number, x: number, xRadius: number, w: number, wShare: number): number {
  if (!(xRadius < 0.5 && x <= 700)) return Infinity;
  if (x < -600) {
    // log(p / w) < 1500, and q is next to nothing.
    const most = up(p + radius);
    return up(up(most * up(1500 - x + xRadius)) + up(w * 1e-260));
  }
  const q = w * exponential(x);
  // e^xRadius <= 1 + 2 xRadius; the factors' shares add up to at most twice their sum, and q's rounding is one more.
  const share = up(2 * (up(2 * xRadius) + EXPONENTIAL_SHARE + wShare + 2 * U));
  const error = up(q * share) + 2 * ETA;
  const least = down(q - error);
  if (!(least > 0 && share < 0.5)) return Infinity;
  if (p === 0 && radius === 0) return up(q + error);
  const distance = up(up(Math.abs(p - q)) + up(error + radius));
  return up(up(distance / least) * distance);
}
