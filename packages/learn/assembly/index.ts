// The two loops of separable classification: products of all rows with a vector, and weighted sums of some rows. Nothing is fused and
// every number is summed in one order, the reference's, so that every build gives the same bits: iterations that come near ties must
// not depend on the machine.

/**
 * y_i = sum_j a_ij x_j for `count` rows of an even number of columns, the sum over even columns plus that over odd ones, each from its
 * first column on; how many of them are above 0.
 */
export function rowProducts(count: i32, cols: i32, a: usize, x: usize, y: usize): i32 {
  const stride = (<usize>cols) << 3;
  const quads = x + ((<usize>(cols & ~3)) << 3);
  const end = x + stride;
  const none = f64x2.splat(0);
  let pairs = i64x2.splat(0);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    let s0 = none;
    let s1 = none;
    let s2 = none;
    let s3 = none;
    let s4 = none;
    let s5 = none;
    let s6 = none;
    let s7 = none;
    let at = a;
    let from = x;
    for (; from < quads; from += 32, at += 32) {
      const first = v128.load(from);
      const second = v128.load(from, 16);
      let row = at;
      s0 = f64x2.add(s0, f64x2.mul(v128.load(row), first));
      s0 = f64x2.add(s0, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s1 = f64x2.add(s1, f64x2.mul(v128.load(row), first));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s2 = f64x2.add(s2, f64x2.mul(v128.load(row), first));
      s2 = f64x2.add(s2, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s3 = f64x2.add(s3, f64x2.mul(v128.load(row), first));
      s3 = f64x2.add(s3, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s4 = f64x2.add(s4, f64x2.mul(v128.load(row), first));
      s4 = f64x2.add(s4, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s5 = f64x2.add(s5, f64x2.mul(v128.load(row), first));
      s5 = f64x2.add(s5, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s6 = f64x2.add(s6, f64x2.mul(v128.load(row), first));
      s6 = f64x2.add(s6, f64x2.mul(v128.load(row, 16), second));
      row += stride;
      s7 = f64x2.add(s7, f64x2.mul(v128.load(row), first));
      s7 = f64x2.add(s7, f64x2.mul(v128.load(row, 16), second));
    }
    if (from < end) {
      const first = v128.load(from);
      let row = at;
      s0 = f64x2.add(s0, f64x2.mul(v128.load(row), first));
      row += stride;
      s1 = f64x2.add(s1, f64x2.mul(v128.load(row), first));
      row += stride;
      s2 = f64x2.add(s2, f64x2.mul(v128.load(row), first));
      row += stride;
      s3 = f64x2.add(s3, f64x2.mul(v128.load(row), first));
      row += stride;
      s4 = f64x2.add(s4, f64x2.mul(v128.load(row), first));
      row += stride;
      s5 = f64x2.add(s5, f64x2.mul(v128.load(row), first));
      row += stride;
      s6 = f64x2.add(s6, f64x2.mul(v128.load(row), first));
      row += stride;
      s7 = f64x2.add(s7, f64x2.mul(v128.load(row), first));
    }
    // Two rows a vector: a lane is one row's sum.
    const y0 = sumsOf(s0, s1);
    const y1 = sumsOf(s2, s3);
    const y2 = sumsOf(s4, s5);
    const y3 = sumsOf(s6, s7);
    v128.store(y, y0);
    v128.store(y, y1, 16);
    v128.store(y, y2, 32);
    v128.store(y, y3, 48);
    // A lane of a comparison is -1 where it holds.
    const first = i64x2.add(f64x2.gt(y0, none), f64x2.gt(y1, none));
    const second = i64x2.add(f64x2.gt(y2, none), f64x2.gt(y3, none));
    pairs = i64x2.sub(pairs, i64x2.add(first, second));
    a += 8 * stride;
    y += 64;
  }
  let above = <i32>(i64x2.extract_lane(pairs, 0) + i64x2.extract_lane(pairs, 1));
  for (; i < count; i++) {
    let even: f64 = 0;
    let odd: f64 = 0;
    let at = a;
    let from = x;
    for (; from < end; from += 16, at += 16) {
      even += load<f64>(at) * load<f64>(from);
      odd += load<f64>(at, 8) * load<f64>(from, 8);
    }
    store<f64>(y, even + odd);
    above += <i32>(even + odd > 0);
    a += stride;
    y += 8;
  }
  return above;
}

/** The sums of two vectors' lanes, the first on top. */
@inline
function sumsOf(first: v128, second: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
}

/** The numbers of the rows with y_i <= limit or NaN, in ascending order; how many they are. */
export function rowsUpTo(count: i32, y: usize, limit: f64, list: usize): i32 {
  const start = list;
  for (let i = 0; i < count; i++, y += 8) {
    store<i32>(list, i);
    list += (<usize>!(load<f64>(y) > limit)) << 2;
  }
  return <i32>((list - start) >> 2);
}

/** Rows of a chunk: as many as stay in the nearest cache while their columns are gone through. */
const CHUNK: usize = 48 << 2;

/**
 * h_j += sum_i alpha p_i a_ij over the rows of weights other than 0, one after the other, for an even number of columns. `list` is
 * room for `count` row numbers.
 */
export function addRows(count: i32, cols: i32, a: usize, alpha: f64, p: usize, h: usize, list: usize): void {
  const width = (<usize>cols) << 3;
  let end = list;
  for (let i = 0; i < count; i++) {
    store<i32>(end, i);
    end += (<usize>(load<f64>(p + ((<usize>i) << 3)) != 0)) << 2;
  }
  for (let chunk = list; chunk < end; chunk += CHUNK) {
    const last = chunk + CHUNK < end ? chunk + CHUNK : end;
    let at: usize = 0;
    for (; at + 128 <= width; at += 128) {
      const to = h + at;
      let s0 = v128.load(to);
      let s1 = v128.load(to, 16);
      let s2 = v128.load(to, 32);
      let s3 = v128.load(to, 48);
      let s4 = v128.load(to, 64);
      let s5 = v128.load(to, 80);
      let s6 = v128.load(to, 96);
      let s7 = v128.load(to, 112);
      for (let k = chunk; k < last; k += 4) {
        const i = <usize>load<i32>(k);
        const weight = f64x2.splat(alpha * load<f64>(p + (i << 3)));
        const row = a + i * width + at;
        s0 = f64x2.add(s0, f64x2.mul(weight, v128.load(row)));
        s1 = f64x2.add(s1, f64x2.mul(weight, v128.load(row, 16)));
        s2 = f64x2.add(s2, f64x2.mul(weight, v128.load(row, 32)));
        s3 = f64x2.add(s3, f64x2.mul(weight, v128.load(row, 48)));
        s4 = f64x2.add(s4, f64x2.mul(weight, v128.load(row, 64)));
        s5 = f64x2.add(s5, f64x2.mul(weight, v128.load(row, 80)));
        s6 = f64x2.add(s6, f64x2.mul(weight, v128.load(row, 96)));
        s7 = f64x2.add(s7, f64x2.mul(weight, v128.load(row, 112)));
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
      v128.store(to, s4, 64);
      v128.store(to, s5, 80);
      v128.store(to, s6, 96);
      v128.store(to, s7, 112);
    }
    for (; at < width; at += 16) {
      let sum = v128.load(h + at);
      for (let k = chunk; k < last; k += 4) {
        const i = <usize>load<i32>(k);
        const weight = f64x2.splat(alpha * load<f64>(p + (i << 3)));
        sum = f64x2.add(sum, f64x2.mul(weight, v128.load(a + i * width + at)));
      }
      v128.store(h + at, sum);
    }
  }
}
