// The dense loops of Lemke-Howson's basis: rows are read in vectors of two, eight of them at a time, so that additions overlap.
import { laneSum, madd, nmadd } from '../../linalg/assembly/lanes';

export { axpy } from '../../linalg/assembly/blas1';

/** y <- from - sum_t factors_t a[index_t], over rows of `stride` numbers of which `count` are taken, a multiple of 8. */
export function combine(
  count: i32,
  terms: i32,
  a: usize,
  stride: i32,
  index: usize,
  factors: usize,
  from: usize,
  y: usize,
): void {
  const width = (<usize>stride) << 3;
  const end = (<usize>count) << 3;
  let at: usize = 0;
  for (; at + 128 <= end; at += 128) {
    const start = a + at;
    let s0 = v128.load(from + at);
    let s1 = v128.load(from + at, 16);
    let s2 = v128.load(from + at, 32);
    let s3 = v128.load(from + at, 48);
    let s4 = v128.load(from + at, 64);
    let s5 = v128.load(from + at, 80);
    let s6 = v128.load(from + at, 96);
    let s7 = v128.load(from + at, 112);
    for (let t: usize = 0; t < <usize>terms; t++) {
      const row = start + <usize>load<i32>(index + (t << 2)) * width;
      const factor = v128.load64_splat(factors + (t << 3));
      s0 = nmadd(factor, v128.load(row), s0);
      s1 = nmadd(factor, v128.load(row, 16), s1);
      s2 = nmadd(factor, v128.load(row, 32), s2);
      s3 = nmadd(factor, v128.load(row, 48), s3);
      s4 = nmadd(factor, v128.load(row, 64), s4);
      s5 = nmadd(factor, v128.load(row, 80), s5);
      s6 = nmadd(factor, v128.load(row, 96), s6);
      s7 = nmadd(factor, v128.load(row, 112), s7);
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
    v128.store(y + at, s2, 32);
    v128.store(y + at, s3, 48);
    v128.store(y + at, s4, 64);
    v128.store(y + at, s5, 80);
    v128.store(y + at, s6, 96);
    v128.store(y + at, s7, 112);
  }
  if (at < end) {
    const start = a + at;
    let s0 = v128.load(from + at);
    let s1 = v128.load(from + at, 16);
    let s2 = v128.load(from + at, 32);
    let s3 = v128.load(from + at, 48);
    for (let t: usize = 0; t < <usize>terms; t++) {
      const row = start + <usize>load<i32>(index + (t << 2)) * width;
      const factor = v128.load64_splat(factors + (t << 3));
      s0 = nmadd(factor, v128.load(row), s0);
      s1 = nmadd(factor, v128.load(row, 16), s1);
      s2 = nmadd(factor, v128.load(row, 32), s2);
      s3 = nmadd(factor, v128.load(row, 48), s3);
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
    v128.store(y + at, s2, 32);
    v128.store(y + at, s3, 48);
  }
}

/** y <- a x for rows of `stride` numbers of which `count` are taken, a multiple of 8. */
export function times(rows: i32, count: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const width = (<usize>stride) << 3;
  const end = (<usize>count) << 3;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const b = a + width;
    const c = b + width;
    const d = c + width;
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    for (let at: usize = 0; at < end; at += 32) {
      const x0 = v128.load(x + at);
      const x1 = v128.load(x + at, 16);
      s0 = madd(v128.load(a + at), x0, s0);
      s1 = madd(v128.load(a + at, 16), x1, s1);
      s2 = madd(v128.load(b + at), x0, s2);
      s3 = madd(v128.load(b + at, 16), x1, s3);
      s4 = madd(v128.load(c + at), x0, s4);
      s5 = madd(v128.load(c + at, 16), x1, s5);
      s6 = madd(v128.load(d + at), x0, s6);
      s7 = madd(v128.load(d + at, 16), x1, s7);
    }
    store<f64>(y, laneSum(f64x2.add(s0, s1)));
    store<f64>(y, laneSum(f64x2.add(s2, s3)), 8);
    store<f64>(y, laneSum(f64x2.add(s4, s5)), 16);
    store<f64>(y, laneSum(f64x2.add(s6, s7)), 24);
    y += 32;
    a = d + width;
  }
  for (; i < rows; i++) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    for (let at: usize = 0; at < end; at += 32) {
      s0 = madd(v128.load(a + at), v128.load(x + at), s0);
      s1 = madd(v128.load(a + at, 16), v128.load(x + at, 16), s1);
    }
    store<f64>(y, laneSum(f64x2.add(s0, s1)));
    y += 8;
    a += width;
  }
}

/** a <- a + x y' for rows of `stride` numbers of which `count` are taken, a multiple of 8. */
export function rankOne(rows: i32, count: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const width = (<usize>stride) << 3;
  const end = (<usize>count) << 3;
  let i = 0;
  for (; i + 2 <= rows; i += 2) {
    const b = a + width;
    const x0 = v128.load64_splat(x);
    const x1 = v128.load64_splat(x, 8);
    for (let at: usize = 0; at < end; at += 64) {
      const y0 = v128.load(y + at);
      const y1 = v128.load(y + at, 16);
      const y2 = v128.load(y + at, 32);
      const y3 = v128.load(y + at, 48);
      v128.store(a + at, madd(x0, y0, v128.load(a + at)));
      v128.store(a + at, madd(x0, y1, v128.load(a + at, 16)), 16);
      v128.store(a + at, madd(x0, y2, v128.load(a + at, 32)), 32);
      v128.store(a + at, madd(x0, y3, v128.load(a + at, 48)), 48);
      v128.store(b + at, madd(x1, y0, v128.load(b + at)));
      v128.store(b + at, madd(x1, y1, v128.load(b + at, 16)), 16);
      v128.store(b + at, madd(x1, y2, v128.load(b + at, 32)), 32);
      v128.store(b + at, madd(x1, y3, v128.load(b + at, 48)), 48);
    }
    x += 16;
    a = b + width;
  }
  if (i < rows) {
    const factor = v128.load64_splat(x);
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(a + at, madd(factor, v128.load(y + at), v128.load(a + at)));
    }
  }
}

/** The least values_k / entries_k over entries beyond `pivot`; infinite if there is none. */
export function leastRatio(n: i32, pivot: f64, entries: usize, values: usize): f64 {
  const beyond = f64x2.splat(pivot);
  const none = f64x2.splat(Infinity);
  let m0 = none;
  let m1 = none;
  let k = 4;
  for (; k <= n; k += 4) {
    const e0 = v128.load(entries);
    const e1 = v128.load(entries, 16);
    m0 = f64x2.pmin(m0, v128.bitselect(f64x2.div(v128.load(values), e0), none, f64x2.gt(e0, beyond)));
    m1 = f64x2.pmin(m1, v128.bitselect(f64x2.div(v128.load(values, 16), e1), none, f64x2.gt(e1, beyond)));
    entries += 32;
    values += 32;
  }
  m0 = f64x2.pmin(m0, m1);
  let least = f64x2.extract_lane(m0, 0);
  if (f64x2.extract_lane(m0, 1) < least) least = f64x2.extract_lane(m0, 1);
  for (k -= 4; k < n; k++) {
    const entry = load<f64>(entries);
    if (entry > pivot && load<f64>(values) / entry < least) least = load<f64>(values) / entry;
    entries += 8;
    values += 8;
  }
  return least;
}

/** The first k from `start` on with entries_k > pivot and values_k <= bound entries_k; n if there is none. */
export function nextWithin(n: i32, start: i32, pivot: f64, bound: f64, entries: usize, values: usize): i32 {
  const beyond = f64x2.splat(pivot);
  const factor = f64x2.splat(bound);
  let k = start;
  entries += <usize>k << 3;
  values += <usize>k << 3;
  for (; k + 4 <= n; k += 4) {
    const e0 = v128.load(entries);
    const e1 = v128.load(entries, 16);
    const w0 = v128.and(f64x2.gt(e0, beyond), f64x2.le(v128.load(values), f64x2.mul(factor, e0)));
    const w1 = v128.and(f64x2.gt(e1, beyond), f64x2.le(v128.load(values, 16), f64x2.mul(factor, e1)));
    const found = i64x2.bitmask(w0) | (i64x2.bitmask(w1) << 2);
    if (found) return k + ctz(found);
    entries += 32;
    values += 32;
  }
  for (; k < n; k++) {
    const entry = load<f64>(entries);
    if (entry > pivot && load<f64>(values) <= bound * entry) break;
    entries += 8;
    values += 8;
  }
  return k;
}

/** Widens least and most, two numbers at `bounds`, to those of n values; whether none is beyond `limit` in size or NaN. */
export function widen(n: i32, values: usize, limit: f64, bounds: usize): i32 {
  const most = f64x2.splat(limit);
  let l0 = v128.load64_splat(bounds);
  let m0 = v128.load64_splat(bounds, 8);
  let l1 = l0;
  let m1 = m0;
  let inside = i64x2.splat(-1);
  let k = 4;
  for (; k <= n; k += 4) {
    const v0 = v128.load(values);
    const v1 = v128.load(values, 16);
    inside = v128.and(inside, f64x2.le(f64x2.abs(v0), most));
    inside = v128.and(inside, f64x2.le(f64x2.abs(v1), most));
    l0 = f64x2.pmin(l0, v0);
    l1 = f64x2.pmin(l1, v1);
    m0 = f64x2.pmax(m0, v0);
    m1 = f64x2.pmax(m1, v1);
    values += 32;
  }
  l0 = f64x2.pmin(l0, l1);
  m0 = f64x2.pmax(m0, m1);
  let least = min(f64x2.extract_lane(l0, 0), f64x2.extract_lane(l0, 1));
  let greatest = max(f64x2.extract_lane(m0, 0), f64x2.extract_lane(m0, 1));
  let isInside = i64x2.all_true(inside);
  for (k -= 4; k < n; k++) {
    const value = load<f64>(values);
    isInside = isInside && abs(value) <= limit;
    least = min(least, value);
    greatest = max(greatest, value);
    values += 8;
  }
  store<f64>(bounds, least);
  store<f64>(bounds, greatest, 8);
  return isInside ? 1 : 0;
}
