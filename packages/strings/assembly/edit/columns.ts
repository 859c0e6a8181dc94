// Columns of the table of edit distances as bit vectors of vertical differences, 64 rows a block.
//
// G. Myers: A fast bit-vector algorithm for approximate string matching based on dynamic programming (Journal of the ACM 46, 1999),
// with the blocks of H. Hyyrö: A bit-vector algorithm for computing Levenshtein and Damerau edit distances (2003).

/** Bytes of a block: the rows that rise by one, those that fall, and the value at the last row. */
const BLOCK: usize = 24;

/** Rows of block b of a pattern. */
@inline
function rowsOf(b: i32, length: i32): i32 {
  return min(64, length - (b << 6));
}

/** Starts a block below one that ends with a value: it rises by one a row, which is an upper bound. */
@inline
function open(block: usize, above: i32, rows: i32): void {
  store<i64>(block, -1);
  store<i64>(block, 0, 8);
  store<i32>(block, above + rows, 16);
}

@inline
function valueOf(blocks: usize, b: i32): i32 {
  return load<i32>(blocks + <usize>b * BLOCK, 16);
}

/**
 * Moves the blocks from `first` to `last` to the next column, where `equal` has the rows of its symbol. The row above rises by
 * `over` from the last column to this one; returns by how much the last row does.
 */
@inline
function advance(blocks: usize, equal: usize, first: i32, last: i32, end: i32, length: i32, over: i32): i32 {
  for (let b = first; b <= last; b++) {
    const block = blocks + <usize>b * BLOCK;
    const up = load<u64>(block);
    const down = load<u64>(block, 8);
    let same = load<u64>(equal + ((<usize>b) << 3));
    const vertical = same | down;
    const falls = <u64>(over < 0);
    same |= falls;
    const horizontal = (((same & up) + up) ^ up) | same;
    let plus = down | ~(horizontal | up);
    let minus = up & horizontal;
    const top = <u64>(b == end ? (length - 1) & 63 : 63);
    const rise = <u64>(over > 0);
    over = <i32>((plus >> top) & 1) - <i32>((minus >> top) & 1);
    plus = (plus << 1) | rise;
    minus = (minus << 1) | falls;
    store<u64>(block, minus | ~(vertical | plus));
    store<u64>(block, plus & vertical, 8);
    store<i32>(block, load<i32>(block, 16) + over, 16);
  }
  return over;
}

/**
 * out_j = min(k + 1, the last row's value in column j) for `columns` text symbols, in row 0 of which the table rises by `carry` a
 * column: 0 where a part of the text may begin anywhere. `last` tells where the blocks end that are kept up; it is left for the
 * columns that follow. `text` has symbols' numbers, by which `masks` has a row of words for each.
 */
export function editColumns(
  columns: i32, length: i32, k: i32, carry: i32, text: usize, masks: usize, blocks: usize, last: usize, out: usize,
): void {
  const end = (length - 1) >> 6;
  const row = (<usize>end + 1) << 3;
  let b = load<i32>(last);
  for (let j = 0; j < columns; j++) {
    const equal = masks + row * <usize>load<u32>(text + ((<usize>j) << 2));
    const before = valueOf(blocks, b);
    advance(blocks, equal, 0, b, end, length, carry);
    const above = valueOf(blocks, b);
    // A row below is at most one more than the one above it in this column or the last.
    if (b < end && min(before, above) <= k) {
      b++;
      open(blocks + <usize>b * BLOCK, before, rowsOf(b, length));
      advance(blocks, equal, b, b, end, length, above - before);
    }
    while (b > 0 && valueOf(blocks, b) >= k + rowsOf(b, length)) b--;
    store<i32>(out + ((<usize>j) << 2), b == end ? min(k + 1, valueOf(blocks, end)) : k + 1);
  }
  store<i32>(last, b);
}

/**
 * Fills the table within k diagonals of the main one, whose last value goes to `out`; more than k where the band misses it. Where `width` is positive the vectors of each column are kept, `width` words that rise and as many that fall, and in
 * `firsts` the block that they begin with.
 */
export function editBand(
  columns: i32, length: i32, k: i32, text: usize, masks: usize, blocks: usize, width: i32, kept: usize, firsts: usize,
  out: usize,
): void {
  const end = (length - 1) >> 6;
  const row = (<usize>end + 1) << 3;
  let first = 0;
  let last = min(end, k >> 6);
  for (let b = 0; b <= last; b++) open(blocks + <usize>b * BLOCK, b << 6, rowsOf(b, length));
  for (let j = 0; j < columns; j++) {
    // Rows from j - k to j + k are within reach, row 0 being before the first symbol.
    const lowest = min(end, min(length - 1, j + k) >> 6);
    for (; last < lowest; last++) {
      open(blocks + <usize>(last + 1) * BLOCK, valueOf(blocks, last), rowsOf(last + 1, length));
    }
    while (first < last && (first + 1) << 6 < j + 1 - k) first++;
    advance(blocks, masks + row * <usize>load<u32>(text + ((<usize>j) << 2)), first, last, end, length, 1);
    if (width == 0) continue;
    store<i32>(firsts + ((<usize>j) << 2), first);
    for (let b = first; b <= last; b++) {
      const block = blocks + <usize>b * BLOCK;
      const place = kept + ((<usize>(b - first)) << 3);
      store<u64>(place, load<u64>(block));
      store<u64>(place + ((<usize>width) << 3), load<u64>(block, 8));
    }
    kept += (<usize>width) << 4;
  }
  store<i32>(out, last == end ? valueOf(blocks, end) : k + 1);
}
