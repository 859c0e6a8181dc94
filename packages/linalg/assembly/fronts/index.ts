// The fronts of sparse factorizations: dense matrices, row-major without gaps, of which the first columns are eliminated, and which are
// then added to the front of their parent in the elimination tree.
import { solveLowerRows } from '../cholesky';
import { gemm, lowerProduct } from '../gemm';
import { nmadd } from '../lanes';
import { solveUnitLower } from '../lu';

/** Columns of L D L' that are eliminated before the rest is updated by a product, and of L U. */
const LDL_PANEL: i32 = 32;
const LU_PANEL: i32 = 16;

/** A_map(i),map(j) += B_ij for the count x count matrix B, or its lower triangle alone. */
export function addFront(count: i32, lower: i32, map: usize, b: usize, a: usize, stride: i32): void {
  for (let i = 0; i < count; i++) {
    const row = a + ((<usize>load<i32>(map + ((<usize>i) << 2)) * <usize>stride) << 3);
    const end = map + ((<usize>(lower ? i + 1 : count)) << 2);
    let entry = b;
    for (let place = map; place < end; place += 4) {
      const target = row + ((<usize>load<i32>(place)) << 3);
      store<f64>(target, load<f64>(target) + load<f64>(entry));
      entry += 8;
    }
    b += (<usize>count) << 3;
  }
}

/** `rows` rows of `cols` numbers from where they are `fromStride` numbers apart to where they are `toStride` apart. */
export function copyRows(rows: i32, cols: i32, from: usize, fromStride: i32, to: usize, toStride: i32): void {
  for (let i = 0; i < rows; i++) {
    if (cols > 8) memory.copy(to, from, (<usize>cols) << 3);
    else for (let j: usize = 0; j < (<usize>cols) << 3; j += 8) store<f64>(to + j, load<f64>(from + j));
    from += (<usize>fromStride) << 3;
    to += (<usize>toStride) << 3;
  }
}

/**
 * The columns from `from` to `to` of the m x m front A = L D L', those before them being done, of which the lower triangle is read and
 * written: L below its diagonal of ones, D on it, and what is left of A. A pivot that has not the sign that the integers at `signs` want, or its own where that is 0, or
 * is smaller than `least`, is replaced by it. How many were replaced, or -1 - k for a pivot k that is zero or not finite.
 * `room` is for 32 (m + 32) numbers and what a product takes.
 */
export function factorLdl(m: i32, from: i32, to: i32, a: usize, least: f64, signs: usize, room: usize): i32 {
  const bytes = (<usize>m) << 3;
  const images = room + ((LDL_PANEL * LDL_PANEL) << 3);
  const scratch = images + ((<usize>(LDL_PANEL * m)) << 3);
  let replaced = 0;
  for (let start = from; start < to; start += LDL_PANEL) {
    const count = min(LDL_PANEL, to - start);
    const block = a + <usize>start * bytes + ((<usize>start) << 3);
    for (let k = 0; k < count; k++) {
      const column = block + ((<usize>k) << 3);
      const place = column + <usize>k * bytes;
      let pivot = load<f64>(place);
      if (least > 0) {
        let sign = signs ? load<i32>(signs + ((<usize>(start + k)) << 2)) : 0;
        if (sign == 0) sign = pivot < 0 ? -1 : 1;
        if (!(<f64>sign * pivot >= least)) {
          pivot = <f64>sign * least;
          replaced++;
          store<f64>(place, pivot);
        }
      }
      if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Infinity)) return -1 - (start + k);
      for (let i = k + 1; i < count; i++) {
        const row = column + <usize>i * bytes;
        const image = load<f64>(row);
        const entry = image / pivot;
        let other = column + <usize>(k + 1) * bytes;
        for (let j: usize = 8; j <= (<usize>(i - k)) << 3; j += 8) {
          // Column k of the rows above is divided by the pivot already, that of this row not yet.
          const factor = j == (<usize>(i - k)) << 3 ? entry : load<f64>(other);
          store<f64>(row + j, load<f64>(row + j) - image * factor);
          other += bytes;
        }
        store<f64>(row, entry);
      }
    }
    const rest = m - start - count;
    if (rest == 0) break;
    // The rows below times L^-T, which are those of L D.
    for (let i = 0; i < count; i++) {
      const row = room + ((<usize>(i * LDL_PANEL)) << 3);
      for (let j = 0; j < i; j++) store<f64>(row + ((<usize>j) << 3), load<f64>(block + <usize>i * bytes + ((<usize>j) << 3)));
      store<f64>(row + ((<usize>i) << 3), 1);
    }
    const below = block + <usize>count * bytes;
    solveLowerRows(0, rest, count, room, LDL_PANEL, below, m);
    copyRows(rest, count, below, m, images, LDL_PANEL);
    for (let k = 0; k < count; k++) {
      const place = (<usize>k) << 3;
      const pivot = load<f64>(block + <usize>k * bytes + place);
      for (let row = below + place; row < below + <usize>rest * bytes; row += bytes) store<f64>(row, load<f64>(row) / pivot);
    }
    lowerProduct(0, rest, count, -1, images, LDL_PANEL, 1, below, 1, m, 1, below + ((<usize>count) << 3), m, scratch);
  }
  return replaced;
}

/**
 * As many of the first `width` columns of the m x m front P A Q = L U as have a pivot in the first `width` rows that is at least
 * `tolerance` times the largest entry of the column, that on the diagonal before others; columns without come behind those that are
 * eliminated. Rows and columns are swapped along with the integers at `rows` and `columns`. How many were eliminated; `scratch` is for
 * products.
 */
export function factorLu(m: i32, width: i32, a: usize, tolerance: f64, rows: usize, columns: usize, scratch: usize): i32 {
  const bytes = (<usize>m) << 3;
  let last = width; // columns from here to `width` have no pivot
  let start = 0;
  let before = -1; // pivots when columns were tried again
  while (true) {
    const stop = min(start + LU_PANEL, last);
    let end = start;
    for (; end < stop; end++) {
      const row = pivotRow(m, width, a, end, tolerance);
      if (row < 0) break;
      if (row != end) {
        swapRow(m, a + <usize>end * bytes, a + <usize>row * bytes);
        swapIntegers(rows, end, row);
      }
      eliminate(m, a, end, stop);
    }
    if (end > start) {
      const count = end - start;
      const block = a + <usize>start * bytes + ((<usize>start) << 3);
      const right = (<usize>count) << 3;
      // Columns of the panel behind the one without a pivot are up to date.
      const from = stop - start;
      const offset = (<usize>from) << 3;
      solveUnitLower(count, m - stop, block, m, block + offset, m);
      if (end < m) {
        const below = block + <usize>count * bytes;
        gemm(0, m - end, m - stop, count, -1, below, m, 1, block + offset, m, 1, 1, below + offset, m, scratch);
      }
    }
    start = end;
    if (end < stop) {
      last--;
      if (end != last) {
        swapColumn(m, a, end, last);
        swapIntegers(columns, end, last);
      }
    }
    if (start == last) {
      if (last == width || start == before) return start;
      before = start;
      last = width;
    }
  }
}

/** The row of the pivot of column k, or -1. */
function pivotRow(m: i32, width: i32, a: usize, k: i32, tolerance: f64): i32 {
  const bytes = (<usize>m) << 3;
  const first = a + <usize>k * bytes + ((<usize>k) << 3);
  let place = first;
  let row = k;
  let largest = -1.0;
  for (let i = k; i < width; i++) {
    const size = Math.abs(load<f64>(place));
    if (size > largest) {
      largest = size;
      row = i;
    }
    place += bytes;
  }
  let bound = largest;
  for (let i = width; i < m; i++) {
    bound = Math.max(bound, Math.abs(load<f64>(place)));
    place += bytes;
  }
  if (!(bound > 0 && bound < Infinity)) return -1;
  if (Math.abs(load<f64>(first)) >= tolerance * bound) return k;
  return largest >= tolerance * bound ? row : -1;
}

/** Rows below k minus multiples of row k, in the columns up to `stop`. */
function eliminate(m: i32, a: usize, k: i32, stop: i32): void {
  const bytes = (<usize>m) << 3;
  const pivotPlace = a + <usize>k * bytes + ((<usize>k) << 3);
  const pivot = load<f64>(pivotPlace);
  const length = (<usize>(stop - k)) << 3;
  let row = pivotPlace + bytes;
  for (let i = k + 1; i < m; i++) {
    const factor = load<f64>(row) / pivot;
    store<f64>(row, factor);
    if (factor != 0) {
      const pair = f64x2.splat(factor);
      let j: usize = 8;
      for (; j + 16 <= length; j += 16) v128.store(row + j, nmadd(pair, v128.load(pivotPlace + j), v128.load(row + j)));
      if (j < length) store<f64>(row + j, f64x2.extract_lane(nmadd(pair, v128.load64_zero(pivotPlace + j), v128.load64_zero(row + j)), 0));
    }
    row += bytes;
  }
}

function swapRow(m: i32, x: usize, y: usize): void {
  for (let j: usize = 0; j < (<usize>m) << 3; j += 8) {
    const kept = load<f64>(x + j);
    store<f64>(x + j, load<f64>(y + j));
    store<f64>(y + j, kept);
  }
}

function swapColumn(m: i32, a: usize, j: i32, k: i32): void {
  for (let i = 0; i < m; i++) {
    const row = a + ((<usize>i * <usize>m) << 3);
    const kept = load<f64>(row + ((<usize>j) << 3));
    store<f64>(row + ((<usize>j) << 3), load<f64>(row + ((<usize>k) << 3)));
    store<f64>(row + ((<usize>k) << 3), kept);
  }
}

function swapIntegers(list: usize, j: i32, k: i32): void {
  const kept = load<i32>(list + ((<usize>j) << 2));
  store<i32>(list + ((<usize>j) << 2), load<i32>(list + ((<usize>k) << 2)));
  store<i32>(list + ((<usize>k) << 2), kept);
}
