// Alignments with affine gaps, by anti-diagonals of the table: their cells do not depend on each other, so that 8 scores of 16 bits or 4
// of 32 bits are found at once.
//
// O. Gotoh: An improved algorithm for matching biological sequences (1982); A. Wozniak: Using video-oriented instructions to speed up
// sequence comparison (1997), for the anti-diagonals.

const DELETION: i32 = 2;
const INSERTION: i32 = 3;
const EXTENDS_DELETION: i32 = 4;
const EXTENDS_INSERTION: i32 = 8;

/** As `src/edit/edit-kernels.ts` says. */
export function affine(
  wide: i32, scope: i32, columns: i32, rows: i32, match: i32, mismatch: i32, gapOpen: i32, gapExtend: i32,
  text: usize, pattern: usize, room: usize, stride: i32, best: usize, bestAt: usize, came: usize,
): void {
  if (wide) {
    align<i32>(scope, columns, rows, match, mismatch, gapOpen, gapExtend, text, pattern, room, stride, best, bestAt, came);
  } else {
    align<i16>(scope, columns, rows, match, mismatch, gapOpen, gapExtend, text, pattern, room, stride, best, bestAt, came);
  }
}

/** Sums that stop at the ends of 16 bits; those of 32 bits do not come near theirs. */
@inline
function plus<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 2) return i16x8.add_sat_s(a, b);
  return i32x4.add(a, b);
}

@inline
function less<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 2) return i16x8.sub_sat_s(a, b);
  return i32x4.sub(a, b);
}

@inline
function align<T>(
  scope: i32, columns: i32, rows: i32, match: i32, mismatch: i32, gapOpen: i32, gapExtend: i32,
  text: usize, pattern: usize, room: usize, stride: i32, best: usize, bestAt: usize, came: usize,
): void {
  const local = scope == 2;
  const width = sizeof<T>();
  const lanes: i32 = 16 / <i32>width;
  const lowest = <T>(width == 2 ? -32768 : -(1 << 30));
  const bytes = <usize>stride * width;
  // Values on this anti-diagonal and the two before; gaps in the pattern, and those in the text on this one and the one before.
  let values = room;
  let before = room + bytes;
  let twoBefore = room + 2 * bytes;
  const deleted = room + 3 * bytes;
  let inserted = room + 4 * bytes;
  let insertedBefore = room + 5 * bytes;
  const opening = v128.splat<T>(<T>(gapOpen + gapExtend));
  const extending = v128.splat<T>(<T>gapExtend);
  const matches = v128.splat<T>(<T>match);
  const mismatches = v128.splat<T>(<T>-mismatch);
  const zero = i64x2.splat(0);
  const iota = width == 2 ? i16x8(0, 1, 2, 3, 4, 5, 6, 7) : i32x4(0, 1, 2, 3);
  store<T>(before, 0);
  store<T>(insertedBefore, lowest);
  for (let d = 1; d <= columns + rows; d++) {
    const low = max(1, d - columns);
    const high = min(rows, d - 1);
    const row = came + <usize>d * <usize>stride;
    const end = v128.splat<T>(<T>high);
    const here = v128.splat<T>(<T>d);
    for (let i = low; i <= high; i += lanes) {
      const at = <usize>i * width;
      const above = v128.load(before + at - width);
      const opened = less<T>(above, opening);
      const longer = less<T>(v128.load(insertedBefore + at - width), extending);
      const insertion = v128.max<T>(opened, longer);
      const fresh = less<T>(v128.load(before + at), opening);
      const further = less<T>(v128.load(deleted + at), extending);
      const deletion = v128.max<T>(fresh, further);
      const same = v128.eq<T>(v128.load(pattern + at - width), v128.load(text + <usize>(columns - d) * width + at));
      let value = plus<T>(v128.load(twoBefore + at - width), v128.bitselect(matches, mismatches, same));
      let from = v128.splat<T>(1);
      from = v128.bitselect(v128.splat<T>(<T>DELETION), from, v128.gt<T>(deletion, value));
      value = v128.max<T>(value, deletion);
      from = v128.bitselect(v128.splat<T>(<T>INSERTION), from, v128.gt<T>(insertion, value));
      value = v128.max<T>(value, insertion);
      if (local) {
        from = v128.and(from, v128.gt<T>(value, zero));
        value = v128.max<T>(value, zero);
      }
      from = v128.or(from, v128.and(v128.gt<T>(longer, opened), v128.splat<T>(<T>EXTENDS_INSERTION)));
      from = v128.or(from, v128.and(v128.gt<T>(further, fresh), v128.splat<T>(<T>EXTENDS_DELETION)));
      v128.store(values + at, value);
      v128.store(deleted + at, deletion);
      v128.store(inserted + at, insertion);
      if (width == 2) v128.store64_lane(row + i, i8x16.narrow_i16x8_u(from, from), 0);
      else {
        const halves = i16x8.narrow_i32x4_u(from, from);
        v128.store32_lane(row + i, i8x16.narrow_i16x8_u(halves, halves), 0);
      }
      if (scope == 0) continue;
      // Lanes beyond the last row hold nothing.
      const inside = v128.le<T>(v128.add<T>(iota, v128.splat<T>(<T>i)), end);
      const known = v128.load(best + at);
      const better = v128.and(inside, v128.gt<T>(value, known));
      v128.store(best + at, v128.bitselect(value, known, better));
      v128.store(bestAt + at, v128.bitselect(here, v128.load(bestAt + at), better));
    }
    const gap = <T>(-gapOpen - d * gapExtend);
    if (d <= columns) {
      store<T>(values, scope == 0 ? gap : 0);
      store<T>(inserted, lowest);
    }
    if (d <= rows) {
      store<T>(values + <usize>d * width, local ? 0 : gap);
      store<T>(deleted + <usize>d * width, lowest);
    }
    const free = twoBefore;
    twoBefore = before;
    before = values;
    values = free;
    const other = insertedBefore;
    insertedBefore = inserted;
    inserted = other;
  }
  // The last value of the whole.
  if (scope == 0) store<T>(best, load<T>(before + <usize>rows * width));
}
