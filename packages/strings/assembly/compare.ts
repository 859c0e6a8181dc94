// Naive comparison of a pattern with every shift of a text, many shifts at a time: a pattern symbol is spread over
// all lanes and compared with consecutive text symbols, so that nothing is ever summed across lanes.

/** Positions of the pattern that are compared while its symbols and the text stay in the first-level cache. */
const PATTERN_BLOCK: i32 = 4080; // 16 * 255

/** counts_i = #{j : text_{i+j} != pattern_j} for bytes, 64 shifts at a time; in bytes where `narrow`, else in words. */
export function differentBytes(shifts: i32, length: i32, text: usize, pattern: usize, counts: usize, narrow: i32): void {
  countBytes(shifts, length, text, pattern, counts, false, narrow);
}

/** counts_i = #{j : text_{i+j} & pattern_j == 0} for bytes, 64 shifts at a time. */
export function disjointBytes(shifts: i32, length: i32, text: usize, pattern: usize, counts: usize, narrow: i32): void {
  countBytes(shifts, length, text, pattern, counts, true, narrow);
}

@inline
function countBytes(shifts: i32, length: i32, text: usize, pattern: usize, counts: usize, sets: bool, narrow: i32): void {
  for (let start = 0; start < length; start += PATTERN_BLOCK) {
    const end = min(start + PATTERN_BLOCK, length);
    for (let i = 0; i < shifts; i += 64) {
      const out = counts + (narrow ? <usize>i : (<usize>i) << 2);
      if (start == 0 && !narrow) fill(length, 64, out);
      for (let j = start; j < end; j += 255) {
        bytes64(min(255, end - j), text + i + j, pattern + j, out, sets, narrow);
      }
    }
  }
}

/** -1 in the lanes that match: equal bytes, or sets with a bit in common. */
@inline
export function matching(symbol: v128, text: v128, sets: bool): v128 {
  return sets ? i8x16.ne(v128.and(symbol, text), i8x16.splat(0)) : i8x16.eq(symbol, text);
}

/** Sets `count` counts, a multiple of 4. */
@inline
export function fill(value: i32, count: i32, counts: usize): void {
  const values = i32x4.splat(value);
  for (let end = counts + ((<usize>count) << 2); counts < end; counts += 16) v128.store(counts, values);
}

/** At most 255 pattern symbols, so that a byte can count their matches. */
@inline
function bytes64(length: i32, text: usize, pattern: usize, counts: usize, sets: bool, narrow: i32): void {
  let equal0 = i8x16.splat(0);
  let equal1 = equal0;
  let equal2 = equal0;
  let equal3 = equal0;
  const end = pattern + length;
  while (pattern < end) {
    const symbol = v128.load8_splat(pattern);
    // Equal lanes are -1.
    equal0 = i8x16.sub(equal0, matching(symbol, v128.load(text), sets));
    equal1 = i8x16.sub(equal1, matching(symbol, v128.load(text, 16), sets));
    equal2 = i8x16.sub(equal2, matching(symbol, v128.load(text, 32), sets));
    equal3 = i8x16.sub(equal3, matching(symbol, v128.load(text, 48), sets));
    pattern += 1;
    text += 1;
  }
  if (narrow) {
    const all = i8x16.splat(<i8>length);
    v128.store(counts, i8x16.sub(all, equal0));
    v128.store(counts, i8x16.sub(all, equal1), 16);
    v128.store(counts, i8x16.sub(all, equal2), 32);
    v128.store(counts, i8x16.sub(all, equal3), 48);
    return;
  }
  subtractBytes(equal0, counts);
  subtractBytes(equal1, counts + 64);
  subtractBytes(equal2, counts + 128);
  subtractBytes(equal3, counts + 192);
}

/** Subtracts 16 unsigned bytes from 16 counts. */
@inline
export function subtractBytes(bytes: v128, counts: usize): void {
  subtractHalves(i16x8.extend_low_i8x16_u(bytes), counts);
  subtractHalves(i16x8.extend_high_i8x16_u(bytes), counts + 32);
}

/** Subtracts 8 unsigned 16-bit numbers from 8 counts. */
@inline
function subtractHalves(halves: v128, counts: usize): void {
  v128.store(counts, i32x4.sub(v128.load(counts), i32x4.extend_low_i16x8_u(halves)));
  v128.store(counts, i32x4.sub(v128.load(counts, 16), i32x4.extend_high_i16x8_u(halves)), 16);
}

/** As `differentBytes` for 16-bit symbols, 32 shifts at a time. */
export function differentHalves(shifts: i32, length: i32, text: usize, pattern: usize, counts: usize): void {
  for (let start = 0; start < length; start += PATTERN_BLOCK) {
    const end = min(start + PATTERN_BLOCK, length);
    for (let i = 0; i < shifts; i += 32) {
      const out = counts + ((<usize>i) << 2);
      if (start == 0) fill(length, 32, out);
      halves32(end - start, text + ((<usize>(i + start)) << 1), pattern + ((<usize>start) << 1), out);
    }
  }
}

@inline
function halves32(length: i32, text: usize, pattern: usize, counts: usize): void {
  let equal0 = i16x8.splat(0);
  let equal1 = equal0;
  let equal2 = equal0;
  let equal3 = equal0;
  const end = pattern + ((<usize>length) << 1);
  while (pattern < end) {
    const symbol = v128.load16_splat(pattern);
    equal0 = i16x8.sub(equal0, i16x8.eq(symbol, v128.load(text)));
    equal1 = i16x8.sub(equal1, i16x8.eq(symbol, v128.load(text, 16)));
    equal2 = i16x8.sub(equal2, i16x8.eq(symbol, v128.load(text, 32)));
    equal3 = i16x8.sub(equal3, i16x8.eq(symbol, v128.load(text, 48)));
    pattern += 2;
    text += 2;
  }
  subtractHalves(equal0, counts);
  subtractHalves(equal1, counts + 32);
  subtractHalves(equal2, counts + 64);
  subtractHalves(equal3, counts + 96);
}

/** As `differentBytes` for 32-bit symbols, 16 shifts at a time. */
export function differentWords(shifts: i32, length: i32, text: usize, pattern: usize, counts: usize): void {
  for (let start = 0; start < length; start += PATTERN_BLOCK) {
    const end = min(start + PATTERN_BLOCK, length);
    for (let i = 0; i < shifts; i += 16) {
      const out = counts + ((<usize>i) << 2);
      if (start == 0) fill(length, 16, out);
      words16(end - start, text + ((<usize>(i + start)) << 2), pattern + ((<usize>start) << 2), out);
    }
  }
}

@inline
function words16(length: i32, text: usize, pattern: usize, counts: usize): void {
  // Equal lanes are -1.
  let equal0 = v128.load(counts);
  let equal1 = v128.load(counts, 16);
  let equal2 = v128.load(counts, 32);
  let equal3 = v128.load(counts, 48);
  const end = pattern + ((<usize>length) << 2);
  while (pattern < end) {
    const symbol = v128.load32_splat(pattern);
    equal0 = i32x4.add(equal0, i32x4.eq(symbol, v128.load(text)));
    equal1 = i32x4.add(equal1, i32x4.eq(symbol, v128.load(text, 16)));
    equal2 = i32x4.add(equal2, i32x4.eq(symbol, v128.load(text, 32)));
    equal3 = i32x4.add(equal3, i32x4.eq(symbol, v128.load(text, 48)));
    pattern += 4;
    text += 4;
  }
  v128.store(counts, equal0);
  v128.store(counts, equal1, 16);
  v128.store(counts, equal2, 32);
  v128.store(counts, equal3, 48);
}

/** The double loop as it stands, for 32-bit symbols; counts as in `differentBytes`. */
export function comparePlain(
  shifts: i32, length: i32, text: usize, pattern: usize, counts: usize, narrow: i32,
): void {
  const end = (<usize>length) << 2;
  for (let i = 0; i < shifts; i++) {
    let count = 0;
    for (let j: usize = 0; j < end; j += 4) count += i32(load<i32>(text + j) != load<i32>(pattern + j));
    if (narrow) store<u8>(counts + i, <u8>count);
    else store<i32>(counts + ((<usize>i) << 2), count);
    text += 4;
  }
}
