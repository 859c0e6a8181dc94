// How the work of a sparse product is estimated and cut into tokens, pieces of about the same size that threads take one
// after another.
import type { CsrMatrix } from '../matrices.ts';

/** What a product will take, known without computing it. */
export interface WorkEstimate {
  /** Products of two entries that row i takes: p_i. */
  readonly rowProducts: Float64Array;
  /** At most so many entries has row i: u_i = min(p_i, columns), or the entries of the mask. */
  readonly rowBounds: Float64Array;
  /** P, the sum of all p_i. */
  readonly products: number;
  /** The largest p_i. */
  readonly mostProducts: number;
}

/** The symbolic upper bound, O(entries of A). */
export function estimateWork(a: CsrMatrix, b: CsrMatrix, mask?: CsrMatrix): WorkEstimate {
  const { rows, rowPointers, columnIndices } = a;
  const { cols, rowPointers: starts } = b;
  const rowProducts = new Float64Array(rows);
  const rowBounds = new Float64Array(rows);
  let products = 0;
  let mostProducts = 0;
  for (let i = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    let count = 0;
    for (let p = rowPointers[i]; p < end; p++) {
      const k = columnIndices[p];
      count += starts[k + 1] - starts[k];
    }
    rowProducts[i] = count;
    rowBounds[i] = Math.min(count, mask ? mask.rowPointers[i + 1] - mask.rowPointers[i] : cols);
    products += count;
    if (count > mostProducts) mostProducts = count;
  }
  return { rowProducts, rowBounds, products, mostProducts };
}

/** A piece of work: rows `from` <= i < `to`, or a range of columns of one heavy row. */
export interface Token {
  readonly from: number;
  readonly to: number;
  /** The columns `low` <= j < `high`. */
  readonly low: number;
  readonly high: number;
  /** Products that it takes. */
  readonly products: number;
  /** Entries that it has at most. */
  readonly bound: number;
  /** Whether the next token goes on with the same row. */
  readonly isContinued: boolean;
}

/** Products below which a token is not worth its overhead. */
const LEAST_PRODUCTS = 2 ** 13;
/** Products above which the entries of a token leave the cache before they are copied to the result. */
const MOST_PRODUCTS = 2 ** 16;

/**
 * Consecutive rows with about P / (64 threads) products a token, within limits. With several threads, a row with more than
 * an eighth of a thread's share is cut into ranges of columns.
 */
export function cutTokens(
  a: CsrMatrix,
  b: CsrMatrix,
  { rowProducts, rowBounds, products }: WorkEstimate,
  threads: number,
  canSplit: boolean,
): Token[] {
  const target = Math.min(MOST_PRODUCTS, Math.max(LEAST_PRODUCTS, products / (64 * threads)));
  const heavy = canSplit && threads > 1 ? Math.max(2 * target, products / (8 * threads)) : Infinity;
  const tokens: Token[] = [];
  for (let from = 0; from < a.rows; ) {
    if (rowProducts[from] > heavy) {
      tokens.push(...splitRow(a, b, from, Math.ceil(rowProducts[from] / target)));
      from++;
      continue;
    }
    let to = from;
    let size = 0;
    let bound = 0;
    while (to < a.rows && size < target && rowProducts[to] <= heavy) {
      size += rowProducts[to];
      bound += rowBounds[to++];
    }
    tokens.push({ from, to, low: 0, high: b.cols, products: size, bound, isContinued: false });
    from = to;
  }
  return tokens;
}

/** One token a thread, each with the same number of consecutive rows: what tokens are compared with. */
export function cutShares(rows: number, cols: number, { rowProducts, rowBounds }: WorkEstimate, threads: number): Token[] {
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  return Array.from({ length: Math.min(threads, rows) }, (_, t, count = Math.min(threads, rows)) => {
    const [from, to] = [t, t + 1].map((share) => Math.floor((share * rows) / count));
    const products = sumOf(rowProducts.subarray(from, to));
    const bound = sumOf(rowBounds.subarray(from, to));
    return { from, to, low: 0, high: cols, products, bound, isContinued: false };
  });
}

/** The number of columns that a row is looked at in when it is split. */
const BUCKETS = 1024;

/** A heavy row in ranges of columns with about the same number of products each. */
function splitRow(a: CsrMatrix, b: CsrMatrix, row: number, parts: number): Token[] {
  const width = Math.ceil(b.cols / BUCKETS);
  const buckets = new Float64Array(Math.ceil(b.cols / width));
  let products = 0;
  for (let p = a.rowPointers[row]; p < a.rowPointers[row + 1]; p++) {
    const k = a.columnIndices[p];
    for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
      buckets[Math.floor(b.columnIndices[q] / width)]++;
      products++;
    }
  }
  const tokens: Token[] = [];
  let low = 0;
  let size = 0;
  buckets.forEach((count, bucket) => {
    size += count;
    const isLast = bucket === buckets.length - 1;
    if (size < products / parts && !isLast) return;
    const high = Math.min(b.cols, (bucket + 1) * width);
    const bound = Math.min(size, high - low);
    tokens.push({ from: row, to: row + 1, low, high, products: size, bound, isContinued: !isLast });
    low = high;
    size = 0;
  });
  return tokens;
}

/** Products of a wave for each thread, after which an iteration ends: a wave is worth a millisecond, and fits the cache. */
const WAVE_PRODUCTS = 2 ** 18;

/** The numbers of tokens with which waves end, each of which has at most `mostTokens`. */
export function cutWaves(tokens: readonly Token[], threads: number, mostTokens: number): number[] {
  const ends: number[] = [];
  let products = 0;
  let count = 0;
  tokens.forEach((token, index) => {
    products += token.products;
    count++;
    if (products < threads * WAVE_PRODUCTS && count < mostTokens && index < tokens.length - 1) return;
    ends.push(index + 1);
    products = 0;
    count = 0;
  });
  return ends;
}
