// Networks of tanh layers, forwards and backwards. `src/policy-gradient/network-kernels.ts` documents what is exported.
//
// Matrices lie so that lanes are neighbouring columns of the result: no sum goes across lanes. Rows are filled up to an even number of
// columns with zeros, which stay zeros. A sum runs in one chain over what is summed, four rows and four columns at a time; the last pair
// of an odd number of pairs has four chains, for it has no neighbours to hide their latency.
import { madd, nmadd } from '../../../linalg/assembly/lanes';

/** What a layer's record holds: 4 bytes each. */
const WIDTH: usize = 0;
const NEXT: usize = 4;
const FORWARD: usize = 8;
const BACKWARD: usize = 12;
const VALUES: usize = 16;
const OUTPUTS: usize = 20;
const SLOPES: usize = 24;
const OUTPUT_SLOPES: usize = 28;
const GRADIENT: usize = 32;
const RECORD: usize = 36;

/** Bytes of a row of so many numbers. */
@inline
function rowOf(count: i32): usize {
  return (<usize>((count + 1) & ~1)) << 3;
}

export function forwardNetwork(count: i32, layers: i32, records: usize, constants: usize): void {
  for (let l = 0; l < layers; l++) {
    const width = load<i32>(records, WIDTH);
    const next = load<i32>(records, NEXT);
    const out = <usize>load<u32>(records, OUTPUTS);
    affine(count, width, next, <usize>load<u32>(records, VALUES), <usize>load<u32>(records, FORWARD), out);
    if (l + 1 < layers) tanh(<usize>count * rowOf(next), out, constants);
    records += RECORD;
  }
}

export function backwardNetwork(count: i32, layers: i32, records: usize): void {
  records += <usize>(layers - 1) * RECORD;
  for (let l = layers - 1; l >= 0; l--) {
    const width = load<i32>(records, WIDTH);
    const next = load<i32>(records, NEXT);
    const values = <usize>load<u32>(records, VALUES);
    const slopes = <usize>load<u32>(records, OUTPUT_SLOPES);
    addProducts(count, width, next, values, slopes, <usize>load<u32>(records, GRADIENT));
    if (l > 0) {
      const before = <usize>load<u32>(records, SLOPES);
      affine(count, next, width, slopes, <usize>load<u32>(records, BACKWARD), before);
      flatten(<usize>count * rowOf(width), values, before);
    }
    records -= RECORD;
  }
}

/** Y = X W + 1 b', with b as the last row of W. */
function affine(count: i32, inner: i32, cols: i32, x: usize, weights: usize, y: usize): void {
  const stride = rowOf(inner);
  const row = rowOf(cols);
  let h = 0;
  for (; h + 4 <= count; h += 4) {
    fourRows(inner, x, stride, weights, row, y);
    x += stride << 2;
    y += row << 2;
  }
  for (; h < count; h++) {
    oneRow(inner, x, weights, row, y);
    x += stride;
    y += row;
  }
}

function oneRow(inner: i32, x: usize, weights: usize, row: usize, y: usize): void {
  const biases = weights + <usize>inner * row;
  const end = x + (<usize>inner << 3);
  let at: usize = 0;
  for (; at + 128 <= row; at += 128) {
    let b = biases + at;
    let s0 = v128.load(b);
    let s1 = v128.load(b, 16);
    let s2 = v128.load(b, 32);
    let s3 = v128.load(b, 48);
    let s4 = v128.load(b, 64);
    let s5 = v128.load(b, 80);
    let s6 = v128.load(b, 96);
    let s7 = v128.load(b, 112);
    let w = weights + at;
    for (let k = x; k < end; k += 8) {
      const factor = v128.load64_splat(k);
      s0 = madd(factor, v128.load(w), s0);
      s1 = madd(factor, v128.load(w, 16), s1);
      s2 = madd(factor, v128.load(w, 32), s2);
      s3 = madd(factor, v128.load(w, 48), s3);
      s4 = madd(factor, v128.load(w, 64), s4);
      s5 = madd(factor, v128.load(w, 80), s5);
      s6 = madd(factor, v128.load(w, 96), s6);
      s7 = madd(factor, v128.load(w, 112), s7);
      w += row;
    }
    b = y + at;
    v128.store(b, s0);
    v128.store(b, s1, 16);
    v128.store(b, s2, 32);
    v128.store(b, s3, 48);
    v128.store(b, s4, 64);
    v128.store(b, s5, 80);
    v128.store(b, s6, 96);
    v128.store(b, s7, 112);
  }
  for (; at + 32 <= row; at += 32) {
    let s0 = v128.load(biases + at);
    let s1 = v128.load(biases + at, 16);
    let w = weights + at;
    for (let k = x; k < end; k += 8) {
      const factor = v128.load64_splat(k);
      s0 = madd(factor, v128.load(w), s0);
      s1 = madd(factor, v128.load(w, 16), s1);
      w += row;
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
  }
  if (at < row) lastPair(inner, x, weights + at, row, y + at);
}

/** One pair of columns of one row. */
function lastPair(inner: i32, x: usize, w: usize, row: usize, y: usize): void {
  let s0 = v128.load(w + <usize>inner * row);
  let s1 = f64x2.splat(0);
  let s2 = s1;
  let s3 = s1;
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    s0 = madd(v128.load64_splat(x), v128.load(w), s0);
    w += row;
    s1 = madd(v128.load64_splat(x, 8), v128.load(w), s1);
    w += row;
    s2 = madd(v128.load64_splat(x, 16), v128.load(w), s2);
    w += row;
    s3 = madd(v128.load64_splat(x, 24), v128.load(w), s3);
    w += row;
    x += 32;
  }
  for (; k < inner; k++) {
    s0 = madd(v128.load64_splat(x), v128.load(w), s0);
    w += row;
    x += 8;
  }
  v128.store(y, f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

function fourRows(inner: i32, x: usize, stride: usize, weights: usize, row: usize, y: usize): void {
  const biases = weights + <usize>inner * row;
  const end = x + (<usize>inner << 3);
  let at: usize = 0;
  for (; at + 32 <= row; at += 32) {
    let a0 = v128.load(biases + at);
    let a1 = v128.load(biases + at, 16);
    let b0 = a0;
    let b1 = a1;
    let c0 = a0;
    let c1 = a1;
    let d0 = a0;
    let d1 = a1;
    let w = weights + at;
    for (let k = x; k < end; k += 8) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let from = k;
      let factor = v128.load64_splat(from);
      a0 = madd(factor, w0, a0);
      a1 = madd(factor, w1, a1);
      from += stride;
      factor = v128.load64_splat(from);
      b0 = madd(factor, w0, b0);
      b1 = madd(factor, w1, b1);
      from += stride;
      factor = v128.load64_splat(from);
      c0 = madd(factor, w0, c0);
      c1 = madd(factor, w1, c1);
      from += stride;
      factor = v128.load64_splat(from);
      d0 = madd(factor, w0, d0);
      d1 = madd(factor, w1, d1);
      w += row;
    }
    let to = y + at;
    v128.store(to, a0);
    v128.store(to, a1, 16);
    to += row;
    v128.store(to, b0);
    v128.store(to, b1, 16);
    to += row;
    v128.store(to, c0);
    v128.store(to, c1, 16);
    to += row;
    v128.store(to, d0);
    v128.store(to, d1, 16);
  }
  if (at == row) return;
  for (let h: usize = 0; h < 4; h++) lastPair(inner, x + h * stride, weights + at, row, y + h * row + at);
}

/** G += [X 1]' S. */
function addProducts(count: i32, width: i32, cols: i32, x: usize, slopes: usize, gradient: usize): void {
  const stride = rowOf(width);
  const row = rowOf(cols);
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    let at: usize = 0;
    for (; at + 32 <= row; at += 32) addFourByFour(count, x, stride, slopes + at, row, gradient + at);
    if (at < row) addFourByTwo(count, x, stride, slopes + at, row, gradient + at);
    x += 32;
    gradient += row << 2;
  }
  for (; i < width; i++) {
    for (let at: usize = 0; at < row; at += 16) addOneByTwo(count, x, stride, slopes + at, row, gradient + at);
    x += 8;
    gradient += row;
  }
  for (let at: usize = 0; at < row; at += 16) {
    let sum = v128.load(gradient + at);
    let s = slopes + at;
    for (let h = 0; h < count; h++) {
      sum = f64x2.add(sum, v128.load(s));
      s += row;
    }
    v128.store(gradient + at, sum);
  }
}

function addFourByFour(count: i32, x: usize, stride: usize, slopes: usize, row: usize, gradient: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  for (let h = 0; h < count; h++) {
    const s0 = v128.load(slopes);
    const s1 = v128.load(slopes, 16);
    let value = v128.load64_splat(x);
    a0 = madd(value, s0, a0);
    a1 = madd(value, s1, a1);
    value = v128.load64_splat(x, 8);
    b0 = madd(value, s0, b0);
    b1 = madd(value, s1, b1);
    value = v128.load64_splat(x, 16);
    c0 = madd(value, s0, c0);
    c1 = madd(value, s1, c1);
    value = v128.load64_splat(x, 24);
    d0 = madd(value, s0, d0);
    d1 = madd(value, s1, d1);
    x += stride;
    slopes += row;
  }
  addPairs(gradient, a0, a1);
  addPairs(gradient + row, b0, b1);
  addPairs(gradient + 2 * row, c0, c1);
  addPairs(gradient + 3 * row, d0, d1);
}

@inline
function addPairs(at: usize, first: v128, second: v128): void {
  v128.store(at, f64x2.add(v128.load(at), first));
  v128.store(at, f64x2.add(v128.load(at, 16), second), 16);
}

function addFourByTwo(count: i32, x: usize, stride: usize, slopes: usize, row: usize, gradient: usize): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let h = 0; h < count; h++) {
    const s = v128.load(slopes);
    a = madd(v128.load64_splat(x), s, a);
    b = madd(v128.load64_splat(x, 8), s, b);
    c = madd(v128.load64_splat(x, 16), s, c);
    d = madd(v128.load64_splat(x, 24), s, d);
    x += stride;
    slopes += row;
  }
  addPair(gradient, a);
  addPair(gradient + row, b);
  addPair(gradient + 2 * row, c);
  addPair(gradient + 3 * row, d);
}

@inline
function addPair(at: usize, sum: v128): void {
  v128.store(at, f64x2.add(v128.load(at), sum));
}

function addOneByTwo(count: i32, x: usize, stride: usize, slopes: usize, row: usize, gradient: usize): void {
  let sum = f64x2.splat(0);
  for (let h = 0; h < count; h++) {
    sum = madd(v128.load64_splat(x), v128.load(slopes), sum);
    x += stride;
    slopes += row;
  }
  addPair(gradient, sum);
}

/** slopes *= 1 - values². */
function flatten(bytes: usize, values: usize, slopes: usize): void {
  const one = f64x2.splat(1);
  for (const end = values + bytes; values < end; values += 16) {
    const value = v128.load(values);
    v128.store(slopes, f64x2.mul(v128.load(slopes), nmadd(value, value, one)));
    slopes += 16;
  }
}

/** Constants by their place. */
const INVERSE_LN2: usize = 0;
const ROUND: usize = 8;
const LN2_HIGH: usize = 16;
const LN2_LOW: usize = 24;
const TWO: usize = 32;
const P1: usize = 40;
const P2: usize = 48;
const P3: usize = 56;
const P4: usize = 64;
const P5: usize = 72;
const ONE: usize = 80;
const HIGHEST: usize = 88;

function tanh(bytes: usize, x: usize, constants: usize): void {
  const end = x + bytes;
  for (; x + 64 <= end; x += 64) {
    const first = tanhLanes(v128.load(x), constants);
    const second = tanhLanes(v128.load(x, 16), constants);
    const third = tanhLanes(v128.load(x, 32), constants);
    const fourth = tanhLanes(v128.load(x, 48), constants);
    v128.store(x, first);
    v128.store(x, second, 16);
    v128.store(x, third, 32);
    v128.store(x, fourth, 48);
  }
  for (; x < end; x += 16) v128.store(x, tanhLanes(v128.load(x), constants));
}

/**
 * With 2|x| = k ln2 + r and exp(r) = (R + r)/(R - r), R = r coth(r/2) even in r:
 * tanh|x| = ((2^k - 1) R + (2^k + 1) r) / ((2^k + 1) R + (2^k - 1) r). R is the polynomial of fdlibm's exponential.
 */
@inline
function tanhLanes(x: v128, constants: usize): v128 {
  const size = f64x2.abs(x);
  // Beyond 22 it is 1; what is no number stays so.
  const twice = f64x2.pmin(f64x2.add(size, size), v128.load64_splat(constants, HIGHEST));
  const shifted = madd(twice, v128.load64_splat(constants, INVERSE_LN2), v128.load64_splat(constants, ROUND));
  const steps = f64x2.sub(shifted, v128.load64_splat(constants, ROUND));
  const r = nmadd(
    steps,
    v128.load64_splat(constants, LN2_LOW),
    nmadd(steps, v128.load64_splat(constants, LN2_HIGH), twice),
  );
  const s = f64x2.mul(r, r);
  let sum = madd(s, v128.load64_splat(constants, P5), v128.load64_splat(constants, P4));
  sum = madd(s, sum, v128.load64_splat(constants, P3));
  sum = madd(s, sum, v128.load64_splat(constants, P2));
  sum = madd(s, sum, v128.load64_splat(constants, P1));
  sum = madd(s, sum, v128.load64_splat(constants, TWO));
  const one = v128.load64_splat(constants, ONE);
  // The lowest bits of what was shifted are k.
  const power = i64x2.add(i64x2.shl(shifted, 52), one);
  const low = f64x2.sub(power, one);
  const high = f64x2.add(power, one);
  const value = f64x2.div(madd(low, sum, f64x2.mul(high, r)), madd(high, sum, f64x2.mul(low, r)));
  return v128.or(value, v128.xor(x, size));
}
