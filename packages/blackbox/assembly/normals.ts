// Standard normal numbers from a counter: Philox4x32-10 in four lanes, and the Box-Muller transform in two, by polynomials and the
// operations that IEEE 754 defines exactly, never fused: the same bits on every machine.
//
// Constants come from a table in memory (`src/kernels.ts` writes it), which costs one instruction instead of three.

@inline
function constant(table: usize, index: usize): v128 {
  return v128.load64_splat(table + (index << 3));
}

/** One half of a constant, at byte 0 or 4, in all lanes. */
@inline
function word(table: usize, index: usize, half: usize): v128 {
  return v128.load32_splat(table + (index << 3) + half);
}

/** Sixteen words of the counters (block … block + 3, blockHigh, stream0, stream1), four for each of four registers. */
@inline
function philox(block: i32, blockHigh: i32, stream0: i32, stream1: i32, key0: i32, key1: i32, words: usize, table: usize): void {
  const m0 = word(table, 28, 0);
  const m1 = word(table, 28, 4);
  const step0 = word(table, 29, 0);
  const step1 = word(table, 29, 4);
  let x0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(blockHigh);
  let x2 = i32x4.splat(stream0);
  let x3 = i32x4.splat(stream1);
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    // Whole products of two lanes at a time; their halves are taken apart, which is cheaper than to multiply again.
    const first0 = i64x2.extmul_low_i32x4_u(m0, x0);
    const last0 = i64x2.extmul_high_i32x4_u(m0, x0);
    const first1 = i64x2.extmul_low_i32x4_u(m1, x2);
    const last1 = i64x2.extmul_high_i32x4_u(m1, x2);
    x0 = v128.xor(v128.xor(v128.shuffle<i32>(first1, last1, 1, 3, 5, 7), x1), k0);
    x1 = v128.shuffle<i32>(first1, last1, 0, 2, 4, 6);
    x2 = v128.xor(v128.xor(v128.shuffle<i32>(first0, last0, 1, 3, 5, 7), x3), k1);
    x3 = v128.shuffle<i32>(first0, last0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, step0);
    k1 = i32x4.add(k1, step1);
  }
  v128.store(words, x0);
  v128.store(words, x1, 16);
  v128.store(words, x2, 32);
  v128.store(words, x3, 48);
}

/** log x for 2^-33 <= x < 1: FreeBSD's e_log.c (K. C. Ng, 1993). */
@inline
function logarithm(x: v128, table: usize): v128 {
  const bits = i64x2.add(x, constant(table, 31));
  const exponents = i64x2.shr_u(bits, 52);
  const k = f64x2.sub(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponents, exponents, 0, 2, 0, 2)), constant(table, 0));
  const fraction = i64x2.add(v128.and(bits, constant(table, 32)), constant(table, 33));
  const f = f64x2.sub(fraction, constant(table, 1));
  const s = f64x2.div(f, f64x2.add(constant(table, 2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let even = f64x2.add(constant(table, 4), f64x2.mul(w, constant(table, 3)));
  even = f64x2.mul(w, f64x2.add(constant(table, 5), f64x2.mul(w, even)));
  let odd = f64x2.add(constant(table, 7), f64x2.mul(w, constant(table, 6)));
  odd = f64x2.add(constant(table, 8), f64x2.mul(w, odd));
  odd = f64x2.mul(z, f64x2.add(constant(table, 9), f64x2.mul(w, odd)));
  const half = f64x2.mul(constant(table, 10), f64x2.mul(f, f));
  const rest = f64x2.add(f64x2.mul(s, f64x2.add(half, f64x2.add(even, odd))), f64x2.mul(k, constant(table, 12)));
  return f64x2.sub(f64x2.mul(k, constant(table, 11)), f64x2.sub(f64x2.sub(half, rest), f));
}

/** Four normal numbers of two words for radii, two for angles. */
@inline
function boxMuller(radii: v128, angles: v128, table: usize, out: usize): void {
  // (w + 1/2) / 2^32, in (0, 1).
  const u = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(radii), constant(table, 10)), constant(table, 13));
  const r = f64x2.sqrt(f64x2.mul(constant(table, 14), logarithm(u, table)));
  // The low 30 bits are an angle in [-pi/4, pi/4); one bit more says whether sine and cosine change places, one the sign.
  const parts = i32x4.sub(v128.and(angles, word(table, 30, 0)), word(table, 30, 4));
  const a = f64x2.mul(f64x2.convert_low_i32x4_s(parts), constant(table, 15));
  const z = f64x2.mul(a, a);
  let sine = f64x2.add(constant(table, 17), f64x2.mul(z, constant(table, 16)));
  sine = f64x2.add(constant(table, 18), f64x2.mul(z, sine));
  sine = f64x2.add(constant(table, 19), f64x2.mul(z, sine));
  sine = f64x2.add(constant(table, 20), f64x2.mul(z, sine));
  sine = f64x2.add(constant(table, 21), f64x2.mul(z, sine));
  sine = f64x2.add(a, f64x2.mul(f64x2.mul(a, z), sine));
  let cosine = f64x2.add(constant(table, 23), f64x2.mul(z, constant(table, 22)));
  cosine = f64x2.add(constant(table, 24), f64x2.mul(z, cosine));
  cosine = f64x2.add(constant(table, 25), f64x2.mul(z, cosine));
  cosine = f64x2.add(constant(table, 26), f64x2.mul(z, cosine));
  cosine = f64x2.add(constant(table, 27), f64x2.mul(z, cosine));
  cosine = f64x2.add(f64x2.sub(constant(table, 1), f64x2.mul(constant(table, 10), z)), f64x2.mul(f64x2.mul(z, z), cosine));
  const wide = v128.shuffle<i32>(angles, angles, 0, 0, 1, 1);
  const signed = v128.xor(r, v128.and(wide, constant(table, 34)));
  const swap = i32x4.shr_s(i32x4.shl(wide, 1), 31);
  const change = v128.and(v128.xor(sine, cosine), swap);
  v128.store(out, f64x2.mul(signed, v128.xor(cosine, change)));
  v128.store(out, f64x2.mul(signed, v128.xor(sine, change)), 16);
}

/** Sixteen normal numbers of the blocks `block` to `block` + 3; `words` holds 64 bytes. */
@inline
export function sixteen(
  block: i32, blockHigh: i32, stream0: i32, stream1: i32, key0: i32, key1: i32, words: usize, table: usize, out: usize,
): void {
  philox(block, blockHigh, stream0, stream1, key0, key1, words, table);
  boxMuller(v128.load64_zero(words), v128.load64_zero(words, 16), table, out);
  boxMuller(v128.load64_zero(words, 8), v128.load64_zero(words, 24), table, out + 32);
  boxMuller(v128.load64_zero(words, 32), v128.load64_zero(words, 48), table, out + 64);
  boxMuller(v128.load64_zero(words, 40), v128.load64_zero(words, 56), table, out + 96);
}

/** Writes `count` normal numbers, rounded up to a multiple of 16. */
export function normals(
  count: i32, blockHigh: i32, stream0: i32, stream1: i32, key0: i32, key1: i32, words: usize, table: usize, out: usize,
): void {
  for (let i = 0; i < count; i += 16) {
    sixteen(i >> 2, blockHigh, stream0, stream1, key0, key1, words, table, out + ((<usize>i) << 3));
  }
}
