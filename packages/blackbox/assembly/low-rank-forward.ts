// The forward pass of members that share a matrix, never fused: out_i = W x_i for four members by four rows
// at a time, so that W and the inputs are read once for several.

/**
 * out_ia = sum_b W_ab x_ib for `members` inputs of `cols` numbers, a multiple of 2, `rows` outputs each; members padded by the
 * caller to a multiple of 4, rows to one of 2. Sums run in two chains, one a lane, added at the end, so that no tile changes a bit.
 */
export function lowRankForward(rows: i32, cols: i32, members: i32, weights: usize, x: usize, out: usize): void {
  const row = (<usize>cols) << 3;
  const outRow = (<usize>rows) << 3;
  // Blocks of members whose inputs stay in the second level of the cache while all rows go by.
  const block = max(4, min(members, (65536 / max(cols, 1)) & ~3));
  for (let first = 0; first < members; first += block) {
    const last = min(members, first + block);
    for (let a = 0; a < rows; a += 2) {
      const w = weights + <usize>a * row;
      for (let i = first; i < last; i += 4) {
        tile(row, w, x + <usize>i * row, out + <usize>i * outRow + ((<usize>a) << 3), outRow);
      }
    }
  }
}

@inline
function sum(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

/** Two rows by four members: eight accumulators. */
function tile(row: usize, w: usize, x: usize, out: usize, outRow: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s03 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s13 = s00;
  const x1 = x + row;
  const x2 = x1 + row;
  const x3 = x2 + row;
  const w1 = w + row;
  for (let k: usize = 0; k < row; k += 16) {
    const a0 = v128.load(w + k);
    const a1 = v128.load(w1 + k);
    let b = v128.load(x + k);
    s00 = f64x2.add(s00, f64x2.mul(a0, b));
    s10 = f64x2.add(s10, f64x2.mul(a1, b));
    b = v128.load(x1 + k);
    s01 = f64x2.add(s01, f64x2.mul(a0, b));
    s11 = f64x2.add(s11, f64x2.mul(a1, b));
    b = v128.load(x2 + k);
    s02 = f64x2.add(s02, f64x2.mul(a0, b));
    s12 = f64x2.add(s12, f64x2.mul(a1, b));
    b = v128.load(x3 + k);
    s03 = f64x2.add(s03, f64x2.mul(a0, b));
    s13 = f64x2.add(s13, f64x2.mul(a1, b));
  }
  store<f64>(out, sum(s00));
  store<f64>(out, sum(s10), 8);
  store<f64>(out + outRow, sum(s01));
  store<f64>(out + outRow, sum(s11), 8);
  store<f64>(out + 2 * outRow, sum(s02));
  store<f64>(out + 2 * outRow, sum(s12), 8);
  store<f64>(out + 3 * outRow, sum(s03));
  store<f64>(out + 3 * outRow, sum(s13), 8);
}
