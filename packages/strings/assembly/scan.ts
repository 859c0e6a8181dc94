// Comparison that gives up on 64 neighbouring shifts as soon as all of them have more than k mismatches.

import { fill, matching } from './compare';

/** Pattern symbols between two looks at the counts. */
const STEP: i32 = 8;

/**
 * counts_i = min(#{j : text_{i+j} != pattern_j}, k + 1) for bytes, 64 shifts at a time.
 * Returns the number of symbol comparisons.
 */
export function scanBytes(shifts: i32, length: i32, k: i32, text: usize, pattern: usize, counts: usize): f64 {
  return scan(shifts, length, k, text, pattern, counts, false);
}

/** As `scanBytes`, where bytes are sets of bits that match if they have one in common. */
export function scanDisjoint(
  shifts: i32, length: i32, k: i32, text: usize, pattern: usize, counts: usize,
): f64 {
  return scan(shifts, length, k, text, pattern, counts, true);
}

@inline
function scan(
  shifts: i32, length: i32, k: i32, text: usize, pattern: usize, counts: usize, sets: bool,
): f64 {
  let compared: f64 = 0;
  const chunk = k < 240 ? 248 : 120;
  for (let i = 0; i < shifts; i += 64) {
    const out = counts + ((<usize>i) << 2);
    let j = 0;
    let far = false;
    while (j < length) {
      const done = different64(min(chunk, length - j), k, text + i + j, pattern + j, j == 0, out, sets);
      far = done < 0;
      j += abs(done);
      if (far || !lowered(k, out)) break;
    }
    if (far) fill(k + 1, 64, out);
    else clip(k, out);
    compared += 64 * <f64>j;
  }
  return compared;
}

/**
 * Compares up to `length` < 256 symbols and adds the mismatches to the counts, which the first chunk begins; returns how
 * many. If all shifts exceed k on the way, the counts do not matter any more: returns minus how many.
 */
@inline
function different64(
  length: i32, k: i32, text: usize, pattern: usize, first: bool, counts: usize, sets: bool,
): i32 {
  // Lanes count equal symbols; mismatches are what is left.
  let equal0 = i8x16.splat(0);
  let equal1 = equal0;
  let equal2 = equal0;
  let equal3 = equal0;
  let done = 0;
  while (done < length) {
    const steps = min(STEP, length - done);
    const end = pattern + steps;
    while (pattern < end) {
      const symbol = v128.load8_splat(pattern);
      equal0 = i8x16.sub(equal0, matching(symbol, v128.load(text), sets));
      equal1 = i8x16.sub(equal1, matching(symbol, v128.load(text, 16), sets));
      equal2 = i8x16.sub(equal2, matching(symbol, v128.load(text, 32), sets));
      equal3 = i8x16.sub(equal3, matching(symbol, v128.load(text, 48), sets));
      pattern += 1;
      text += 1;
    }
    done += steps;
    // All lanes have more than k mismatches when the largest number of matches is below done - k.
    if (done > k) {
      const most = i8x16.max_u(i8x16.max_u(equal0, equal1), i8x16.max_u(equal2, equal3));
      const limit = i8x16.splat(<i8>(done - k));
      if (i8x16.all_true(i8x16.lt_u(most, limit))) return -done;
    }
  }
  if (first) fill(0, 64, counts);
  const all = i8x16.splat(<i8>done);
  addBytes(i8x16.sub(all, equal0), counts);
  addBytes(i8x16.sub(all, equal1), counts + 64);
  addBytes(i8x16.sub(all, equal2), counts + 128);
  addBytes(i8x16.sub(all, equal3), counts + 192);
  return done;
}

/** Adds 16 unsigned bytes to 16 counts. */
@inline
function addBytes(bytes: v128, counts: usize): void {
  addHalves(i16x8.extend_low_i8x16_u(bytes), counts);
  addHalves(i16x8.extend_high_i8x16_u(bytes), counts + 32);
}

/** Adds 8 unsigned 16-bit numbers to 8 counts. */
@inline
function addHalves(halves: v128, counts: usize): void {
  v128.store(counts, i32x4.add(v128.load(counts), i32x4.extend_low_i16x8_u(halves)));
  v128.store(counts, i32x4.add(v128.load(counts, 16), i32x4.extend_high_i16x8_u(halves)), 16);
}

/** Whether any of 64 counts is at most k. */
@inline
function lowered(k: i32, counts: usize): bool {
  const limit = i32x4.splat(k);
  let any = i32x4.splat(0);
  for (let offset: usize = 0; offset < 256; offset += 16) {
    any = v128.or(any, i32x4.le_s(v128.load(counts + offset), limit));
  }
  return v128.any_true(any);
}

@inline
function clip(k: i32, counts: usize): void {
  const limit = i32x4.splat(k + 1);
  for (let offset: usize = 0; offset < 256; offset += 16) {
    v128.store(counts + offset, i32x4.min_s(v128.load(counts + offset), limit));
  }
}
