// The integer language model of `src/language/egg-model.ts`: what a text costs, plain or under a perturbation of rank one. Numbers
// are 16-bit lanes, sums 32-bit; `dim` is a power of 4, at least 16.


@inline
function clip(x: v128): v128 {
  return i16x8.max_s(i16x8.splat(-127), i16x8.min_s(i16x8.splat(127), x));
}

/** Four bytes as 32-bit lanes. */
@inline
function four(at: usize): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at)));
}

@inline
function eight(at: usize): v128 {
  return v128.load_ext<i8>(at);
}

/** The sum of the products of `length` bytes and numbers. */
@inline
function dot(length: i32, bytes: usize, x: usize): i32 {
  let sum = i32x4.splat(0);
  for (let j = 0; j < length; j += 8) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(eight(bytes + j), v128.load(x + (<usize>j << 1))));
  }
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/** out = clip((W x + ((x B) A sign >> noiseShift)) >> shift); `noise` is where B and then A begin. */
function product(
  rows: i32, cols: i32, weights: usize, x: usize, shift: i32, noise: usize, sign: i32, noiseShift: i32, out: usize,
): void {
  const stride = <usize>cols;
  const factor = i32x4.splat(sign == 0 ? 0 : sign * dot(cols, noise, x));
  for (let i = 0; i < rows; i += 4) {
    let s0 = i32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    const row = weights + <usize>i * stride;
    for (let j: usize = 0; j < stride; j += 8) {
      const entries = v128.load(x + (j << 1));
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(eight(row + j), entries));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(eight(row + stride + j), entries));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(eight(row + 2 * stride + j), entries));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(eight(row + 3 * stride + j), entries));
    }
    const left = i32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
    const right = i32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
    let sums = i32x4.add(v128.shuffle<i32>(left, right, 0, 1, 4, 5), v128.shuffle<i32>(left, right, 2, 3, 6, 7));
    if (sign != 0) sums = i32x4.add(sums, i32x4.shr_s(i32x4.mul(factor, four(noise + stride + i)), noiseShift));
    sums = i32x4.max_s(i32x4.splat(-127), i32x4.min_s(i32x4.splat(127), i32x4.shr_s(sums, shift)));
    v128.store64_lane(out + (<usize>i << 1), i16x8.narrow_i32x4_s(sums, sums), 0);
  }
}

/** y = clip(floor(x w / s)), s = floor(max(1, sum |x|) / dim). */
function norm(dim: i32, x: usize, w: usize, out: usize): void {
  let sums = i32x4.splat(0);
  const end = <usize>dim << 1;
  for (let j: usize = 0; j < end; j += 16) sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.abs(v128.load(x + j))));
  const sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  const s = max(1, sum) / dim;
  for (let j: usize = 0; j < end; j += 16) {
    const a = v128.load(x + j);
    const b = v128.load(w + j);
    let low = i32x4.extmul_low_i16x8_s(a, b);
    let high = i32x4.extmul_high_i16x8_s(a, b);
    if (s == 0) {
      low = i32x4.mul(low, i32x4.splat(127));
      high = i32x4.mul(high, i32x4.splat(127));
    } else {
      // Quotients of whole numbers below 2^15 by numbers below 2^7: the rounding of single precision crosses no whole number.
      const divisor = f32x4.splat(<f32>s);
      low = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.div(f32x4.convert_i32x4_s(low), divisor)));
      high = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.div(f32x4.convert_i32x4_s(high), divisor)));
    }
    v128.store(out + j, clip(i16x8.narrow_i32x4_s(low, high)));
  }
}

/** out = clip(w + (u v sign >> noiseShift)) for `dim` weights and the noise u, v behind one another. */
@inline
function vector(dim: i32, weights: usize, noise: usize, sign: i32, noiseShift: i32, out: usize): void {
  for (let j = 0; j < dim; j += 8) {
    let entries = eight(weights + j);
    if (sign != 0) {
      // Products of 127 by 127 fit 16 bits.
      const parts = i16x8.mul(i16x8.mul(eight(noise + j), eight(noise + dim + j)), i16x8.splat(<i16>sign));
      entries = i16x8.add(entries, i16x8.shr_s(parts, noiseShift));
    }
    v128.store(out + (<usize>j << 1), clip(entries));
  }
}

/** Writes the vectors of a member, of `dim` numbers each: the last norm, then both norms and both biases of every layer. */
export function eggVectors(
  dim: i32, layers: i32, sign: i32, noiseShift: i32, weights: usize, bank: usize, places: usize, out: usize,
): void {
  const size = <usize>dim << 1;
  let at = weights + (<usize>dim << 9);
  vector(dim, at, bank + load<i32>(places, 8), sign, noiseShift, out);
  at += dim;
  out += size;
  places += 12;
  for (let l = 0; l < layers; l++) {
    vector(dim, at, bank + load<i32>(places), sign, noiseShift, out);
    vector(dim, at + dim, bank + load<i32>(places, 4), sign, noiseShift, out + size);
    const biases = at + 2 * dim + 4 * dim * dim;
    vector(dim, biases, bank + load<i32>(places, 24), sign, noiseShift, out + 2 * size);
    vector(dim, biases + dim, bank + load<i32>(places, 28), sign, noiseShift, out + 3 * size);
    at = biases + 2 * dim + 8 * dim * dim;
    out += 4 * size;
    places += 40;
  }
}

/**
 * The sum of log-probabilities of a text in sixteenths of a bit, each byte from those before it, `before` before the first. `states`,
 * 16-bit, are moved; the last 256 numbers of `scratch` become the logits of the last byte. `tables`: 256 words floor(16 2^(i/16)), then 448 words, the least S with floor(16 log2(S / 16)) >= i.
 */
export function eggScore(
  dim: i32, layers: i32, half: i32, sign: i32, noiseShift: i32, before: i32, length: i32, text: usize, weights: usize,
  bank: usize, places: usize, vectors: usize, tables: usize, states: usize, scratch: usize,
): i32 {
  const size = <usize>dim << 1;
  const x = scratch;
  const a = x + size;
  const f = a + size;
  const g = f + size;
  const h = g + size;
  const wide = h + size;
  const logits = wide + 4 * size;
  const shift = 4 + half;
  let total = 0;
  for (let t = 0; t < length; t++) {
    embed(dim, before, sign, noiseShift, weights, bank + load<i32>(places), x);
    let at = weights + (<usize>dim << 9) + dim;
    let own = vectors + size;
    let place = places + 12;
    let s = states;
    for (let l = 0; l < layers; l++) {
      const matrix = <usize>(dim * dim);
      const maps = at + 2 * dim;
      norm(dim, x, own, a);
      product(dim, dim, maps, a, shift, bank + load<i32>(place, 8), sign, noiseShift, f);
      product(dim, dim, maps + matrix, s, shift, bank + load<i32>(place, 12), sign, noiseShift, g);
      for (let j: usize = 0; j < size; j += 16) {
        const gate = clip(i16x8.add(i16x8.add(v128.load(f + j), v128.load(g + j)), v128.load(own + 2 * size + j)));
        v128.store(f + j, gate);
        const opened = i16x8.mul(i16x8.add(gate, i16x8.splat(127)), v128.load(s + j));
        v128.store(g + j, i16x8.shr_s(opened, 8));
      }
      product(dim, dim, maps + 2 * matrix, a, shift, bank + load<i32>(place, 16), sign, noiseShift, h);
      product(dim, dim, maps + 3 * matrix, g, shift, bank + load<i32>(place, 20), sign, noiseShift, a);
      for (let j: usize = 0; j < size; j += 16) {
        const proposed = clip(i16x8.add(i16x8.add(v128.load(h + j), v128.load(a + j)), v128.load(own + 3 * size + j)));
        const state = v128.load(s + j);
        const open = i16x8.add(v128.load(f + j), i16x8.splat(127));
        const way = i16x8.sub(proposed, state);
        const low = i32x4.shr_s(i32x4.extmul_low_i16x8_s(open, way), 8);
        const high = i32x4.shr_s(i32x4.extmul_high_i16x8_s(open, way), 8);
        const next = i16x8.add(state, i16x8.narrow_i32x4_s(low, high));
        v128.store(s + j, next);
        v128.store(x + j, clip(i16x8.add(v128.load(x + j), next)));
      }
      norm(dim, x, own + size, a);
      const first = maps + 4 * matrix + 2 * dim;
      product(4 * dim, dim, first, a, shift, bank + load<i32>(place, 32), sign, noiseShift, wide);
      product(dim, 4 * dim, first + 4 * matrix, wide, shift + 1, bank + load<i32>(place, 36), sign, noiseShift, a);
      for (let j: usize = 0; j < size; j += 16) v128.store(x + j, clip(i16x8.add(v128.load(x + j), v128.load(a + j))));
      at = first + 8 * matrix;
      own += 4 * size;
      place += 40;
      s += size;
    }
    norm(dim, x, vectors, a);
    product(256, dim, weights + (<usize>dim << 8), a, shift, bank + load<i32>(places, 4), sign, noiseShift, logits);
    before = <i32>load<u8>(text + t);
    total += scoreOf(logits, before, tables);
  }
  return total;
}

@inline
function embed(dim: i32, token: i32, sign: i32, noiseShift: i32, weights: usize, noise: usize, out: usize): void {
  const row = weights + <usize>(token * dim);
  const factor = i16x8.splat(sign == 0 ? 0 : <i16>(sign * <i32>load<i8>(noise + dim + token)));
  for (let j = 0; j < dim; j += 8) {
    let entries = eight(row + j);
    if (sign != 0) entries = i16x8.add(entries, i16x8.shr_s(i16x8.mul(factor, eight(noise + j)), noiseShift));
    v128.store(out + (<usize>j << 1), clip(entries));
  }
}

/** y_t + 128 - floor(16 log2(S / 16)), S = sum table_(y + 128). */
function scoreOf(logits: usize, target: i32, tables: usize): i32 {
  let even = 0;
  let odd = 0;
  for (let i: usize = 0; i < 512; i += 4) {
    even += load<i32>(tables + 512 + (<isize>load<i16>(logits + i) << 2));
    odd += load<i32>(tables + 512 + (<isize>load<i16>(logits + i, 2) << 2));
  }
  const sum = even + odd;
  let low = 0;
  let high = 448;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<i32>(tables + 1024 + (<usize>middle << 2)) <= sum) low = middle;
    else high = middle;
  }
  return <i32>load<i16>(logits + (<usize>target << 1)) + 128 - low;
}
