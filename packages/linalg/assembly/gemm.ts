// Dense matrix products: C <- alpha A B + beta C, and the lower triangle of C <- alpha A A' + beta C.
//
// Blocks of A and B are packed into panels that the inner loop reads in order; a tile of C, four rows by four
// columns, stays in eight vector registers while it runs along the inner dimension. Sizes fit the caches: a
// panel of B lies in the first level, a block of A in the second.
//
// Every entry of C is summed along the inner dimension in one chain, block by block, wherever in the matrix its
// tile lies, so that any split of the rows gives the same bits.
//
// K. Goto, R. van de Geijn: Anatomy of high-performance matrix multiplication (2008).
import { madd } from './lanes';

const TILE: i32 = 4;
const ROW_BLOCK: i32 = 96;
const INNER_BLOCK: i32 = 256;
const COLUMN_BLOCK: i32 = 512;

/**
 * C <- alpha A B + beta C for rows `from` <= i < `to` of C; A has `inner` columns, B has `cols`.
 *
 * A_ik lies at a + 8 (i aRow + k aCol), B_kj at b + 8 (k bRow + j bCol), C_ij at c + 8 (i cRow + j), so that a
 * transposed matrix or a block of a larger one needs no copy. For beta = 0, C is not read.
 */
export function gemm(
  from: i32, to: i32, cols: i32, inner: i32, alpha: f64, a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32, beta: f64, c: usize, cRow: i32, scratch: usize,
): void {
  product(false, from, to, cols, inner, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, cRow, scratch);
}

/** The lower triangle of C <- alpha A A' + beta C, for rows `from` <= i < `to` of C; A_ik as in `gemm`. */
export function syrk(
  from: i32, to: i32, inner: i32, alpha: f64, a: usize, aRow: i32, aCol: i32,
  beta: f64, c: usize, cRow: i32, scratch: usize,
): void {
  product(true, from, to, to, inner, alpha, a, aRow, aCol, a, aCol, aRow, beta, c, cRow, scratch);
}

/** The lower triangle of C <- alpha A B + beta C, for rows `from` <= i < `to` of C; A_ik and B_kj as in `gemm`. */
export function lowerProduct(
  from: i32, to: i32, inner: i32, alpha: f64, a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32, beta: f64, c: usize, cRow: i32, scratch: usize,
): void {
  product(true, from, to, to, inner, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, cRow, scratch);
}

/** Scratch: a packed block of A, a packed block of B, one tile. */
const PACKED_A: usize = 0;
const PACKED_B: usize = PACKED_A + ((ROW_BLOCK * INNER_BLOCK) << 3);
const SPARE_TILE: usize = PACKED_B + ((INNER_BLOCK * COLUMN_BLOCK) << 3);

function product(
  lower: bool, from: i32, to: i32, cols: i32, inner: i32, alpha: f64, a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32, beta: f64, c: usize, cRow: i32, scratch: usize,
): void {
  for (let j = 0; j < cols; j += COLUMN_BLOCK) {
    const width = min(COLUMN_BLOCK, cols - j);
    let k = 0;
    do {
      const depth = min(INNER_BLOCK, inner - k);
      pack(width, depth, at(b, k, bRow, j, bCol), bCol, bRow, scratch + PACKED_B);
      // In a lower triangle, rows above the block's first column have nothing to the left of the diagonal.
      const first = lower ? max(from, from + (j - from) / ROW_BLOCK * ROW_BLOCK) : from;
      for (let i = first; i < to; i += ROW_BLOCK) {
        const height = min(ROW_BLOCK, to - i);
        pack(height, depth, at(a, i, aRow, k, aCol), aRow, aCol, scratch + PACKED_A);
        tiles(lower, i, j, height, width, depth, alpha, k == 0 ? beta : 1, at(c, i, cRow, j, 1), cRow, scratch);
      }
      k += INNER_BLOCK;
    } while (k < inner);
  }
}

@inline
function at(base: usize, i: i32, iStride: i32, j: i32, jStride: i32): usize {
  return base + ((<usize>i * <usize>iStride + <usize>j * <usize>jStride) << 3);
}

/**
 * Packs `count` vectors of length `depth` four at a time: entry k of the four, then entry k + 1, …
 * What is missing of the last four is zero.
 */
function pack(count: i32, depth: i32, source: usize, vectorStride: i32, entryStride: i32, out: usize): void {
  const step = (<usize>entryStride) << 3;
  const next = (<usize>vectorStride) << 3;
  for (; count >= TILE; count -= TILE) {
    let entry = source;
    for (let k = 0; k < depth; k++) {
      store<f64>(out, load<f64>(entry));
      store<f64>(out, load<f64>(entry + next), 8);
      store<f64>(out, load<f64>(entry + 2 * next), 16);
      store<f64>(out, load<f64>(entry + 3 * next), 24);
      entry += step;
      out += 32;
    }
    source += TILE * next;
  }
  if (count > 0) {
    for (let k = 0; k < depth; k++) {
      for (let i = 0; i < TILE; i++) {
        store<f64>(out, i < count ? load<f64>(source + <usize>i * next) : 0);
        out += 8;
      }
      source += step;
    }
  }
}

/** All tiles of one block of C, which begins at row `top` and column `left` of the matrix. */
function tiles(
  lower: bool, top: i32, left: i32, height: i32, width: i32, depth: i32,
  alpha: f64, beta: f64, c: usize, cRow: i32, scratch: usize,
): void {
  const stride = (<usize>cRow) << 3;
  const spare = scratch + SPARE_TILE;
  let b = scratch + PACKED_B;
  for (let j = 0; j < width; j += TILE) {
    let a = scratch + PACKED_A;
    for (let i = 0; i < height; i += TILE) {
      const target = at(c, i, cRow, j, 1);
      // How far the tile's rows lie below its columns: whole tiles above the diagonal are left out.
      const below = top + i - (left + j);
      if (!lower || below > -TILE) {
        if (i + TILE <= height && j + TILE <= width && (!lower || below >= TILE - 1)) {
          tile(depth, a, b, alpha, beta, target, stride);
        } else {
          tile(depth, a, b, alpha, 0, spare, TILE << 3);
          partOfTile(min(TILE, height - i), min(TILE, width - j), lower, below, beta, spare, target, stride);
        }
      }
      a += (<usize>(depth * TILE)) << 3;
    }
    b += (<usize>(depth * TILE)) << 3;
  }
}

/** Adds the part of a tile that lies in the matrix, and in its lower triangle if that is wanted. */
function partOfTile(
  height: i32, width: i32, lower: bool, below: i32, beta: f64, spare: usize, target: usize, stride: usize,
): void {
  for (let i = 0; i < height; i++) {
    const end = lower ? min(width, below + i + 1) : width;
    for (let j = 0; j < end; j++) {
      const address = target + <usize>i * stride + ((<usize>j) << 3);
      const value = load<f64>(spare + ((<usize>(i * TILE + j)) << 3));
      store<f64>(address, beta == 0 ? value : f64x2.extract_lane(madd(f64x2.splat(beta), v128.load64_zero(address), f64x2.splat(value)), 0));
    }
  }
}

/** One tile: C <- alpha (packed A) (packed B) + beta C. */
function tile(depth: i32, a: usize, b: usize, alpha: f64, beta: f64, c: usize, stride: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + ((<usize>(depth * TILE)) << 3);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let ai = v128.load64_splat(a);
    c00 = madd(ai, b0, c00);
    c01 = madd(ai, b1, c01);
    ai = v128.load64_splat(a, 8);
    c10 = madd(ai, b0, c10);
    c11 = madd(ai, b1, c11);
    ai = v128.load64_splat(a, 16);
    c20 = madd(ai, b0, c20);
    c21 = madd(ai, b1, c21);
    ai = v128.load64_splat(a, 24);
    c30 = madd(ai, b0, c30);
    c31 = madd(ai, b1, c31);
    a += 32;
    b += 32;
  }
  const factor = f64x2.splat(alpha);
  storeRow(c, f64x2.mul(factor, c00), f64x2.mul(factor, c01), beta);
  storeRow(c + stride, f64x2.mul(factor, c10), f64x2.mul(factor, c11), beta);
  storeRow(c + 2 * stride, f64x2.mul(factor, c20), f64x2.mul(factor, c21), beta);
  storeRow(c + 3 * stride, f64x2.mul(factor, c30), f64x2.mul(factor, c31), beta);
}

@inline
function storeRow(c: usize, first: v128, second: v128, beta: f64): void {
  if (beta != 0) {
    first = madd(f64x2.splat(beta), v128.load(c), first);
    second = madd(f64x2.splat(beta), v128.load(c, 16), second);
  }
  v128.store(c, first);
  v128.store(c, second, 16);
}
