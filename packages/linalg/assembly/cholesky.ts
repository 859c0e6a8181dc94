// The two steps of a blocked Cholesky factorisation that are not matrix products. All matrices are row-major,
// `stride` doubles from row to row; L is the lower triangle.
import { laneSum, madd } from './lanes';

/**
 * Factors the n x n matrix A = L L' in place, row by row (Cholesky-Banachiewicz); only the lower triangle is
 * read and written. The index of the first pivot that is not positive, or -1.
 */
export function choleskyBlock(n: i32, a: usize, stride: i32): i32 {
  const step = (<usize>stride) << 3;
  for (let i = 0; i < n; i++) {
    const row = a + <usize>i * step;
    substituteRow(i, a, step, row);
    const diagonal = row + ((<usize>i) << 3);
    const pivot = load<f64>(diagonal) - rowProduct(i, row, row);
    if (!(pivot > 0)) return i;
    store<f64>(diagonal, Math.sqrt(pivot));
  }
  return -1;
}

/** B_i <- B_i L^-T for rows `from` <= i < `to` of B, with the n x n triangle L. */
export function solveLowerRows(from: i32, to: i32, n: i32, l: usize, lStride: i32, b: usize, bStride: i32): void {
  const lStep = (<usize>lStride) << 3;
  const bStep = (<usize>bStride) << 3;
  let i = from;
  for (; i + 4 <= to; i += 4) substituteFourRows(n, l, lStep, b + <usize>i * bStep, bStep);
  for (; i < to; i++) substituteRow(n, l, lStep, b + <usize>i * bStep);
}

/** Forward substitution: x_j <- (x_j - sum_{k<j} x_k L_jk) / L_jj. */
function substituteRow(n: i32, l: usize, lStep: usize, x: usize): void {
  for (let j = 0; j < n; j++) {
    const place = (<usize>j) << 3;
    store<f64>(x + place, (load<f64>(x + place) - rowProduct(j, l, x)) / load<f64>(l + place));
    l += lStep;
  }
}

/** sum_{k<n} x_k y_k, in the order of `substituteFourRows`. */
function rowProduct(n: i32, x: usize, y: usize): f64 {
  let sum = f64x2.splat(0);
  const end = x + ((<usize>(n & ~1)) << 3);
  while (x < end) {
    sum = madd(v128.load(x), v128.load(y), sum);
    x += 16;
    y += 16;
  }
  return n & 1 ? laneSum(sum) + load<f64>(x) * load<f64>(y) : laneSum(sum);
}

/** `substituteRow` for four rows side by side. */
function substituteFourRows(n: i32, l: usize, lStep: usize, x: usize, xStep: usize): void {
  for (let j = 0; j < n; j++) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let x0 = x;
    let entry = l;
    const end = x + ((<usize>(j & ~1)) << 3);
    while (x0 < end) {
      const pair = v128.load(entry);
      let row = x0;
      s0 = madd(pair, v128.load(row), s0);
      row += xStep;
      s1 = madd(pair, v128.load(row), s1);
      row += xStep;
      s2 = madd(pair, v128.load(row), s2);
      row += xStep;
      s3 = madd(pair, v128.load(row), s3);
      x0 += 16;
      entry += 16;
    }
    const odd = (j & 1) != 0;
    const pivot = load<f64>(l + ((<usize>j) << 3));
    const place = x + ((<usize>j) << 3);
    storeQuotient(place, s0, odd, entry, x0, pivot);
    storeQuotient(place + xStep, s1, odd, entry, x0 + xStep, pivot);
    storeQuotient(place + 2 * xStep, s2, odd, entry, x0 + 2 * xStep, pivot);
    storeQuotient(place + 3 * xStep, s3, odd, entry, x0 + 3 * xStep, pivot);
    l += lStep;
  }
}

@inline
function storeQuotient(place: usize, sums: v128, odd: bool, entry: usize, x: usize, pivot: f64): void {
  const sum = odd ? laneSum(sums) + load<f64>(entry) * load<f64>(x) : laneSum(sums);
  store<f64>(place, (load<f64>(place) - sum) / pivot);
}
