// Chooses which rows of a sparse product are hashed, by the times that both ways took on this machine so far. The result has the
// same bits in the same order for any choice, which may therefore depend on a clock.
import type { CsrMatrix } from '../matrices.ts';
import type { Token } from './spgemm-tokens.ts';

/** Rows are hashed whose columns are spread wider than so many times their products: none, thin ones, or nearly all. */
export const RATIOS = [2 ** 32 - 1, 64, 4] as const;
/** The share of columns that a hashed row has at most. */
export const HASHED_SHARE = 1 / RATIOS[2];

/** Seconds that a product takes in each way, as far as is known, by the class of tokens; zero before a way was tried. */
const known = new Map<number, Float64Array>();

/** How much more a way must take than it took before to be believed at once, and how soon the others are tried again. */
const [DOUBT, HOPE] = [1.1, 0.99];

/** What is known of tokens with about as many products a row, over about as many columns. */
export function knownOf({ from, to, products }: Token, a: CsrMatrix, b: CsrMatrix): Float64Array {
  const key = Math.round(Math.log2(1 + spread(from, to, a, b))) + 64 * Math.round(Math.log2(1 + products / (to - from)));
  const times = known.get(key) ?? new Float64Array(RATIOS.length);
  known.set(key, times);
  return times;
}

/** The fastest way so far. */
export function fastest(times: Float64Array): number {
  return times.indexOf(Math.min(...times));
}

/** Records the seconds a product that a way took. A smaller value is trusted; a larger one may come from other work on the machine. */
export function learn(times: Float64Array, way: number, seconds: number): void {
  const before = times[way] || Infinity;
  for (let other = 0; other < times.length; other++) times[other] *= HOPE;
  times[way] = Math.min(seconds, DOUBT * before);
}

/** Rows around the middle of a token by which its spread is judged. */
const JUDGED = 8;

/** Over how many columns the rows in the middle of a token are spread. */
function spread(from: number, to: number, a: CsrMatrix, b: CsrMatrix): number {
  const middle = (from + to) >>> 1;
  let first = b.cols;
  let last = 0;
  for (let i = Math.max(from, middle - JUDGED); i < Math.min(to, middle + JUDGED); i++) {
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const [start, end] = [b.rowPointers[a.columnIndices[p]], b.rowPointers[a.columnIndices[p] + 1]];
      if (start === end) continue;
      first = Math.min(first, b.columnIndices[start]);
      last = Math.max(last, b.columnIndices[end - 1]);
    }
  }
  return Math.max(0, last - first);
}
