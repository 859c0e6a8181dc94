// The steps of an LU factorisation that are not matrix products: narrow panels, swaps of rows, and substitution. Matrices are
// row-major, `stride` numbers from row to row.
import { eightRows, oneRow } from '../gemv';
import { laneSum, nmadd } from '../lanes';

/** Columns of a panel. */
const WIDTH: i32 = 8;
const LINE: usize = 64;

/**
 * P A = L U in place for `rows` rows of `width` <= 8 columns, rows >= width, with the largest entry of each column as its pivot. The
 * row that was swapped with row k is pivots_k, counted from `first`. The rows lie side by side in `packed` meanwhile, room for
 * 8 (rows + 1) numbers.
 */
export function luPanel(
  first: i32, rows: i32, width: i32, a: usize, stride: i32, pivots: usize, packed: usize,
): void {
  if (width < WIDTH) memory.fill(packed, 0, <usize>rows * LINE);
  copyPanel(rows, width, a, (<usize>stride) << 3, packed, LINE);
  const masked = packed + <usize>rows * LINE;
  let pivotRow = largestOf(rows, 0, packed, 0);
  for (let k = 0; k < width; k++) {
    store<i32>(pivots + ((<usize>k) << 2), first + pivotRow);
    const row = packed + <usize>k * LINE;
    if (pivotRow != k) swap(WIDTH, row, packed + <usize>pivotRow * LINE);
    const place = (<usize>k) << 3;
    const pivot = load<f64>(row + place);
    // Under a pivot of zero, there are zeros.
    if (pivot == 0) {
      if (k + 1 < width) pivotRow = largestOf(rows, k + 1, packed, k + 1);
      continue;
    }
    memory.copy(masked, row, LINE);
    memory.fill(masked, 0, place + 8);
    pivotRow = eliminate(rows, k, pivot, packed, masked);
  }
  copyPanel(rows, width, packed, LINE, a, (<usize>stride) << 3);
}

/** Rows below k minus multiples of row k, whose entries up to column k are zeros in `masked`; the next pivot's row. */
function eliminate(rows: i32, k: i32, pivot: f64, packed: usize, masked: usize): i32 {
  const place = (<usize>k) << 3;
  const next = k + 1 < WIDTH ? place + 8 : place;
  const p0 = v128.load(masked);
  const p1 = v128.load(masked, 16);
  const p2 = v128.load(masked, 32);
  const p3 = v128.load(masked, 48);
  let largest = -1.0;
  let largestRow = k + 1;
  let row = packed + <usize>(k + 1) * LINE;
  for (let i = k + 1; i < rows; i++) {
    const factor = load<f64>(row + place) / pivot;
    const f = f64x2.splat(factor);
    if (k < 1) v128.store(row, nmadd(f, p0, v128.load(row)));
    if (k < 3) v128.store(row, nmadd(f, p1, v128.load(row, 16)), 16);
    if (k < 5) v128.store(row, nmadd(f, p2, v128.load(row, 32)), 32);
    v128.store(row, nmadd(f, p3, v128.load(row, 48)), 48);
    store<f64>(row + place, factor);
    const size = Math.abs(load<f64>(row + next));
    if (size > largest) {
      largest = size;
      largestRow = i;
    }
    row += LINE;
  }
  return largestRow;
}

/** The row from `from` on with the largest entry in a column. */
function largestOf(rows: i32, from: i32, packed: usize, column: i32): i32 {
  let address = packed + <usize>from * LINE + ((<usize>column) << 3);
  let largest = -1.0;
  let largestRow = from;
  for (let i = from; i < rows; i++) {
    const size = Math.abs(load<f64>(address));
    if (size > largest) {
      largest = size;
      largestRow = i;
    }
    address += LINE;
  }
  return largestRow;
}

/** Rows of `width` numbers from where they are `fromBytes` apart to where they are `toBytes` apart. */
function copyPanel(rows: i32, width: i32, from: usize, fromBytes: usize, to: usize, toBytes: usize): void {
  for (let i = 0; i < rows; i++) {
    if (width == WIDTH) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    } else {
      memory.copy(to, from, (<usize>width) << 3);
    }
    from += fromBytes;
    to += toBytes;
  }
}

/** Swaps row k of `cols` numbers with row pivots_k for `from` <= k < `to`, one after the other. */
export function swapRows(from: i32, to: i32, cols: i32, a: usize, stride: i32, pivots: usize): void {
  const bytes = (<usize>stride) << 3;
  for (let k = from; k < to; k++) {
    const other = load<i32>(pivots + ((<usize>k) << 2));
    if (other != k) swap(cols, a + <usize>k * bytes, a + <usize>other * bytes);
  }
}

function swap(cols: i32, x: usize, y: usize): void {
  const end = x + ((<usize>(cols & ~1)) << 3);
  while (x < end) {
    const pair = v128.load(x);
    v128.store(x, v128.load(y));
    v128.store(y, pair);
    x += 16;
    y += 16;
  }
  if (cols & 1) {
    const one = load<f64>(x);
    store<f64>(x, load<f64>(y));
    store<f64>(y, one);
  }
}

/** B <- L^-1 B for a small n x n triangle L whose diagonal is one. */
export function solveUnitLower(n: i32, cols: i32, l: usize, lStride: i32, b: usize, bStride: i32): void {
  const lBytes = (<usize>lStride) << 3;
  const bBytes = (<usize>bStride) << 3;
  for (let i = 1; i < n; i++) {
    const factors = l + <usize>i * lBytes;
    const row = b + <usize>i * bBytes;
    let offset: usize = 0;
    const end = (<usize>(cols & ~3)) << 3;
    for (; offset < end; offset += 32) {
      let first = v128.load(row + offset);
      let second = v128.load(row + offset, 16);
      let above = b + offset;
      for (let k = 0; k < i; k++) {
        const factor = v128.load64_splat(factors + ((<usize>k) << 3));
        first = nmadd(factor, v128.load(above), first);
        second = nmadd(factor, v128.load(above, 16), second);
        above += bBytes;
      }
      v128.store(row + offset, first);
      v128.store(row + offset, second, 16);
    }
    for (; offset < (<usize>cols) << 3; offset += 8) {
      let one = v128.load64_zero(row + offset);
      let above = b + offset;
      for (let k = 0; k < i; k++) {
        one = nmadd(v128.load64_splat(factors + ((<usize>k) << 3)), v128.load64_zero(above), one);
        above += bBytes;
      }
      v128.store64_lane(row + offset, one, 0);
    }
  }
}

/** x <- L^-1 x for the lower triangle of A with ones on its diagonal, eight rows at a time; `sums` is room for 8 numbers. */
export function substituteUnitLower(n: i32, a: usize, stride: i32, x: usize, sums: usize): void {
  const bytes = (<usize>stride) << 3;
  for (let i = 0; i < n; i += 8) {
    const count = min(8, n - i);
    products(count, i, a, bytes, x, sums);
    for (let r = 0; r < count; r++) {
      const place = x + ((<usize>(i + r)) << 3);
      const row = a + ((<usize>i) << 3);
      let rest = load<f64>(place) - load<f64>(sums + ((<usize>r) << 3));
      for (let c = 0; c < r; c++) {
        rest -= load<f64>(row + ((<usize>c) << 3)) * load<f64>(x + ((<usize>(i + c)) << 3));
      }
      store<f64>(place, rest);
      a += bytes;
    }
  }
}

/** x <- U^-1 x for the upper triangle of A, eight rows at a time from the last; `sums` is room for 8 numbers. */
export function substituteUpper(n: i32, a: usize, stride: i32, x: usize, sums: usize): void {
  const bytes = (<usize>stride) << 3;
  for (let end = n; end > 0; end -= 8) {
    const start = max(0, end - 8);
    const right = a + <usize>start * bytes + ((<usize>end) << 3);
    products(end - start, n - end, right, bytes, x + ((<usize>end) << 3), sums);
    for (let i = end - 1; i >= start; i--) {
      const place = x + ((<usize>i) << 3);
      const row = a + <usize>i * bytes;
      let rest = load<f64>(place) - load<f64>(sums + ((<usize>(i - start)) << 3));
      for (let j = i + 1; j < end; j++) {
        rest -= load<f64>(row + ((<usize>j) << 3)) * load<f64>(x + ((<usize>j) << 3));
      }
      store<f64>(place, rest / load<f64>(row + ((<usize>i) << 3)));
    }
  }
}

/** products_i = sum_j A_ij x_j and sizes_i = sum_j |A_ij x_j|, two rows at a time where there are two. */
export function productsAndSizes(rows: i32, cols: i32, a: usize, x: usize, products: usize, sizes: usize): void {
  const bytes = (<usize>cols) << 3;
  const end = x + ((<usize>(cols & ~1)) << 3);
  const odd = (cols & 1) != 0;
  for (let i = 0; i < rows; i += 2) {
    // The last row of an odd number is added up twice.
    const other = i + 1 < rows ? bytes : 0;
    let sum = f64x2.splat(0);
    let size = sum;
    let otherSum = sum;
    let otherSize = sum;
    let row = a;
    for (let entry = x; entry < end; entry += 16) {
      const pair = v128.load(entry);
      const term = f64x2.mul(v128.load(row), pair);
      const otherTerm = f64x2.mul(v128.load(row + other), pair);
      sum = f64x2.add(sum, term);
      size = f64x2.add(size, f64x2.abs(term));
      otherSum = f64x2.add(otherSum, otherTerm);
      otherSize = f64x2.add(otherSize, f64x2.abs(otherTerm));
      row += 16;
    }
    const last = odd ? load<f64>(row) * load<f64>(end) : 0;
    const otherLast = odd ? load<f64>(row + other) * load<f64>(end) : 0;
    store<f64>(products, laneSum(sum) + last);
    store<f64>(sizes, laneSum(size) + Math.abs(last));
    if (other != 0) {
      store<f64>(products, laneSum(otherSum) + otherLast, 8);
      store<f64>(sizes, laneSum(otherSize) + Math.abs(otherLast), 8);
    }
    a += bytes + other;
    products += 16;
    sizes += 16;
  }
}

/** out_i = sum_j A_ij x_j for up to eight rows. */
function products(count: i32, cols: i32, a: usize, bytes: usize, x: usize, out: usize): void {
  if (count == 8) {
    eightRows(cols, a, bytes, x, out);
    return;
  }
  for (let r = 0; r < count; r++) {
    oneRow(cols, a, x, out);
    a += bytes;
    out += 8;
  }
}
