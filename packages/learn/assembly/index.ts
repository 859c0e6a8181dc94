// The two loops of separable classification: products of all rows with a vector, and weighted sums of some rows. Nothing is fused and
// every number is summed in one order, from the first entry on, so that every build gives the same bits as plain loops: iterations
// that come near ties must not depend on the machine.

/** y_i = sum_j a_ij x_j for `count` rows, each summed from its first column on. */
export function rowProducts(count: i32, cols: i32, a: usize, x: usize, y: usize): void {
  const stride = (<usize>cols) << 3;
  const end = x + ((<usize>(cols & ~1)) << 3);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let at = a;
    let from = x;
    for (; from < end; from += 16, at += 16) {
      const x0 = v128.load64_splat(from);
      const x1 = v128.load64_splat(from, 8);
      // Two rows a vector, so that a lane is one row's sum.
      let row = at;
      let first = v128.load(row);
      row += stride;
      let second = v128.load(row);
      s0 = f64x2.add(s0, f64x2.mul(v128.shuffle<f64>(first, second, 0, 2), x0));
      s0 = f64x2.add(s0, f64x2.mul(v128.shuffle<f64>(first, second, 1, 3), x1));
      row += stride;
      first = v128.load(row);
      row += stride;
      second = v128.load(row);
      s1 = f64x2.add(s1, f64x2.mul(v128.shuffle<f64>(first, second, 0, 2), x0));
      s1 = f64x2.add(s1, f64x2.mul(v128.shuffle<f64>(first, second, 1, 3), x1));
      row += stride;
      first = v128.load(row);
      row += stride;
      second = v128.load(row);
      s2 = f64x2.add(s2, f64x2.mul(v128.shuffle<f64>(first, second, 0, 2), x0));
      s2 = f64x2.add(s2, f64x2.mul(v128.shuffle<f64>(first, second, 1, 3), x1));
      row += stride;
      first = v128.load(row);
      row += stride;
      second = v128.load(row);
      s3 = f64x2.add(s3, f64x2.mul(v128.shuffle<f64>(first, second, 0, 2), x0));
      s3 = f64x2.add(s3, f64x2.mul(v128.shuffle<f64>(first, second, 1, 3), x1));
    }
    if (cols & 1) {
      const last = v128.load64_splat(from);
      s0 = f64x2.add(s0, f64x2.mul(pairAt(at, stride), last));
      at += 2 * stride;
      s1 = f64x2.add(s1, f64x2.mul(pairAt(at, stride), last));
      at += 2 * stride;
      s2 = f64x2.add(s2, f64x2.mul(pairAt(at, stride), last));
      at += 2 * stride;
      s3 = f64x2.add(s3, f64x2.mul(pairAt(at, stride), last));
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    a += 8 * stride;
    y += 64;
  }
  for (; i < count; i++) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < stride; j += 8) sum += load<f64>(a + j) * load<f64>(x + j);
    store<f64>(y, sum);
    a += stride;
    y += 8;
  }
}

/** A number of a row and the one below it. */
@inline
function pairAt(at: usize, stride: usize): v128 {
  return v128.load64_lane(at + stride, v128.load64_zero(at), 1);
}

/**
 * h_j += sum_i p_i a_ij for `count` rows, four at a time, (p0 a0 + p1 a1) + (p2 a2 + p3 a3) on top of h, the rest one by one. Four rows
 * without weight are not read.
 */
export function addRows(count: i32, cols: i32, a: usize, p: usize, h: usize): void {
  const stride = (<usize>cols) << 3;
  const end = (<usize>(cols & ~1)) << 3;
  let i = 0;
  for (; i + 4 <= count; i += 4, a += 4 * stride, p += 32) {
    const none = f64x2.splat(0);
    const isThere = v128.or(f64x2.ne(v128.load(p), none), f64x2.ne(v128.load(p, 16), none));
    if (!v128.any_true(isThere)) continue;
    const second = a + stride;
    const third = second + stride;
    const fourth = third + stride;
    const p0 = v128.load64_splat(p);
    const p1 = v128.load64_splat(p, 8);
    const p2 = v128.load64_splat(p, 16);
    const p3 = v128.load64_splat(p, 24);
    for (let at: usize = 0; at < end; at += 16) {
      const left = f64x2.add(f64x2.mul(p0, v128.load(a + at)), f64x2.mul(p1, v128.load(second + at)));
      const right = f64x2.add(f64x2.mul(p2, v128.load(third + at)), f64x2.mul(p3, v128.load(fourth + at)));
      v128.store(h + at, f64x2.add(v128.load(h + at), f64x2.add(left, right)));
    }
    if (cols & 1) {
      const left = load<f64>(p) * load<f64>(a + end) + load<f64>(p, 8) * load<f64>(second + end);
      const right = load<f64>(p, 16) * load<f64>(third + end) + load<f64>(p, 24) * load<f64>(fourth + end);
      store<f64>(h + end, load<f64>(h + end) + (left + right));
    }
  }
  for (; i < count; i++, a += stride, p += 8) {
    for (let j: usize = 0; j < stride; j += 8) store<f64>(h + j, load<f64>(h + j) + load<f64>(p) * load<f64>(a + j));
  }
}
