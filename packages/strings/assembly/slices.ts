// Hamming distances of few symbols, 128 shifts at a time: where a pattern's symbol matches, the text has a bit of one, and the bits
// of all positions of the pattern are added up by full adders, so that a vector holds one binary digit of 128 counts.
//
// R. Baeza-Yates, G. Gonnet: A new approach to text searching (1992), for bits of matches; W. Muła, N. Kurz, D. Lemire: Faster
// population counts using AVX2 instructions (2018), for the adders.
import { fill, subtractBytes } from './compare';

/** Positions whose matches eight digits hold, in groups of eight. */
const MOST: i32 = 248;

/**
 * Bit i of plane s is whether symbol i + s is in a set, for s = 0 and what bits s = 1 … 7 of `wanted` say. `table` has a byte of ones for each of the 256 symbols in the
 * set; a plane has `stride` bytes, a multiple of 16, of which the last 16 hold nothing of use.
 */
export function matchPlanes(stride: i32, wanted: i32, symbols: usize, table: usize, out: usize): void {
  const end = out + stride;
  memory.fill(out, 0, stride);
  for (let chunk = 0; chunk < 256; chunk += 16) {
    const members = v128.load(table + chunk);
    if (!v128.any_true(members)) continue;
    const least = i8x16.splat(<i8>chunk);
    let at = symbols;
    for (let plane = out; plane < end; plane += 2) {
      const found = i8x16.swizzle(members, i8x16.sub(v128.load(at), least));
      store<u16>(plane, load<u16>(plane) | <u16>i8x16.bitmask(found));
      at += 16;
    }
  }
  for (let shift = 1; shift < 8; shift++) {
    if (!((wanted >> shift) & 1)) continue;
    let to = end + (shift - 1) * stride;
    for (let plane = out; plane < end - 16; plane += 16) {
      const low = i64x2.shr_u(v128.load(plane), shift);
      v128.store(to, v128.or(low, i64x2.shl(v128.load(plane, 8), 64 - shift)));
      to += 16;
    }
  }
}

/**
 * counts_i = total - #{j : bit i of the plane at places_j} for `from` <= i < `to`, both multiples of 128. Bytes where `narrow`, of at
 * most 255 matches, else words. `length` is a multiple of 8.
 */
export function countSlices(
  from: i32, to: i32, length: i32, places: usize, total: i32, counts: usize, narrow: i32,
): void {
  for (let i = from; i < to; i += 128) {
    const at = <usize>(i >> 3);
    const out = counts + (narrow ? <usize>i : (<usize>i) << 2);
    if (!narrow) fill(total, 128, out);
    const step = narrow ? length : MOST;
    for (let j = 0; j < length; j += step) {
      addSlices(places + ((<usize>j) << 2), places + ((<usize>min(length, j + step)) << 2), at, total, out, narrow);
    }
  }
}

/** The digit of a sum of three bits, and what is carried. */
@inline
function sum(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

@inline
function carry(a: v128, b: v128, c: v128): v128 {
  return v128.xor(a, v128.and(v128.xor(a, b), v128.xor(a, c)));
}

@inline
function bits(place: usize, at: usize): v128 {
  return v128.load(<usize>load<u32>(place) + at);
}

/** Adds up the bits of 128 shifts at the places from `place` to `end`, and takes them off the counts. */
@inline
function addSlices(place: usize, end: usize, at: usize, total: i32, counts: usize, narrow: i32): void {
  let ones = i64x2.splat(0);
  let twos = ones;
  let fours = ones;
  let d3 = ones;
  let d4 = ones;
  let d5 = ones;
  let d6 = ones;
  let d7 = ones;
  for (; place < end; place += 32) {
    let x = bits(place, at);
    let y = bits(place + 4, at);
    const twoA = carry(ones, x, y);
    ones = sum(ones, x, y);
    x = bits(place + 8, at);
    y = bits(place + 12, at);
    const twoB = carry(ones, x, y);
    ones = sum(ones, x, y);
    const fourA = carry(twos, twoA, twoB);
    twos = sum(twos, twoA, twoB);
    x = bits(place + 16, at);
    y = bits(place + 20, at);
    const twoC = carry(ones, x, y);
    ones = sum(ones, x, y);
    x = bits(place + 24, at);
    y = bits(place + 28, at);
    const twoD = carry(ones, x, y);
    ones = sum(ones, x, y);
    const fourB = carry(twos, twoC, twoD);
    twos = sum(twos, twoC, twoD);
    let up = carry(fours, fourA, fourB);
    fours = sum(fours, fourA, fourB);
    let next = v128.and(d3, up);
    d3 = v128.xor(d3, up);
    up = v128.and(d4, next);
    d4 = v128.xor(d4, next);
    next = v128.and(d5, up);
    d5 = v128.xor(d5, up);
    up = v128.and(d6, next);
    d6 = v128.xor(d6, next);
    d7 = v128.xor(d7, up);
  }
  // Eight by eight bits are transposed in every byte of the eight digits: byte b of c_k is the count of shift 8b + k.
  const a0 = lower(ones, d4, 4, 0x0f);
  const a1 = lower(twos, d5, 4, 0x0f);
  const a2 = lower(fours, d6, 4, 0x0f);
  const a3 = lower(d3, d7, 4, 0x0f);
  const a4 = upper(ones, d4, 4, 0x0f);
  const a5 = upper(twos, d5, 4, 0x0f);
  const a6 = upper(fours, d6, 4, 0x0f);
  const a7 = upper(d3, d7, 4, 0x0f);
  const c0 = lower(a0, a2, 2, 0x33);
  const c1 = lower(a1, a3, 2, 0x33);
  const c2 = upper(a0, a2, 2, 0x33);
  const c3 = upper(a1, a3, 2, 0x33);
  const c4 = lower(a4, a6, 2, 0x33);
  const c5 = lower(a5, a7, 2, 0x33);
  const c6 = upper(a4, a6, 2, 0x33);
  const c7 = upper(a5, a7, 2, 0x33);
  putHalf(c0, c1, c2, c3, c4, c5, c6, c7, 0, total, counts, narrow);
  putHalf(c0, c1, c2, c3, c4, c5, c6, c7, 1, total, counts, narrow);
}

/** The counts of 64 shifts, of bytes 0 … 7 or 8 … 15, in order. */
function putHalf(
  c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128, c7: v128,
  half: i32, total: i32, counts: usize, narrow: i32,
): void {
  const k01 = bytesOf(lower(c0, c1, 1, 0x55), upper(c0, c1, 1, 0x55), half);
  const k23 = bytesOf(lower(c2, c3, 1, 0x55), upper(c2, c3, 1, 0x55), half);
  const k45 = bytesOf(lower(c4, c5, 1, 0x55), upper(c4, c5, 1, 0x55), half);
  const k67 = bytesOf(lower(c6, c7, 1, 0x55), upper(c6, c7, 1, 0x55), half);
  const low03 = v128.shuffle<i16>(k01, k23, 0, 8, 1, 9, 2, 10, 3, 11);
  const high03 = v128.shuffle<i16>(k01, k23, 4, 12, 5, 13, 6, 14, 7, 15);
  const low47 = v128.shuffle<i16>(k45, k67, 0, 8, 1, 9, 2, 10, 3, 11);
  const high47 = v128.shuffle<i16>(k45, k67, 4, 12, 5, 13, 6, 14, 7, 15);
  put(v128.shuffle<i32>(low03, low47, 0, 4, 1, 5), 64 * half, total, counts, narrow);
  put(v128.shuffle<i32>(low03, low47, 2, 6, 3, 7), 64 * half + 16, total, counts, narrow);
  put(v128.shuffle<i32>(high03, high47, 0, 4, 1, 5), 64 * half + 32, total, counts, narrow);
  put(v128.shuffle<i32>(high03, high47, 2, 6, 3, 7), 64 * half + 48, total, counts, narrow);
}

function put(matches: v128, shift: i32, total: i32, counts: usize, narrow: i32): void {
  if (narrow) v128.store(counts + shift, i8x16.sub(i8x16.splat(<i8>total), matches));
  else subtractBytes(matches, counts + 4 * <usize>shift);
}

/** The lower bits of both in every field of twice `shift` bits; the upper ones. */
@inline
function lower(a: v128, b: v128, shift: i32, mask: u8): v128 {
  const fields = i8x16.splat(mask);
  return v128.or(v128.and(a, fields), i16x8.shl(v128.and(b, fields), shift));
}

@inline
function upper(a: v128, b: v128, shift: i32, mask: u8): v128 {
  const fields = i8x16.splat(mask);
  return v128.or(v128.and(i16x8.shr_u(a, shift), fields), v128.andnot(b, fields));
}

@inline
function bytesOf(a: v128, b: v128, half: i32): v128 {
  return half
    ? v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    : v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
