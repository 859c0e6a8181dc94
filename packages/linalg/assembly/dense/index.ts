// What reductions and iterations do to the rows of a matrix whose rows are `stride` numbers apart: products with vectors, updates of
// rank one, sequences of rotations, and reflections of two or three rows or columns.
import { addEightRows, addRow, eightRows, oneRow } from '../gemv';
import { madd, nmadd } from '../lanes';

/** y_i = sum_j A_ij x_j */
export function gemvRows(rows: i32, cols: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const bytes = (<usize>stride) << 3;
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    eightRows(cols, a, bytes, x, y);
    a += 8 * bytes;
    y += 64;
  }
  for (; i < rows; i++) {
    oneRow(cols, a, x, y);
    a += bytes;
    y += 8;
  }
}

/** y_j = sum_i x_i A_ij */
export function gemvColumns(rows: i32, cols: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const bytes = (<usize>stride) << 3;
  memory.fill(y, 0, (<usize>cols) << 3);
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    addEightRows(cols, a, bytes, x, y);
    a += 8 * bytes;
    x += 64;
  }
  for (; i < rows; i++) {
    addRow(cols, a, x, y);
    a += bytes;
    x += 8;
  }
}

/** A_ij += alpha x_i y_j, two rows at a time. */
export function ger(rows: i32, cols: i32, alpha: f64, x: usize, y: usize, a: usize, stride: i32): void {
  const bytes = (<usize>stride) << 3;
  let i = 0;
  for (; i + 2 <= rows; i += 2) {
    gerRows(cols, alpha * load<f64>(x), alpha * load<f64>(x, 8), y, a, a + bytes);
    a += 2 * bytes;
    x += 16;
  }
  if (i < rows) gerRow(cols, alpha * load<f64>(x), y, a);
}

@inline
function gerRows(cols: i32, first: f64, second: f64, y: usize, a: usize, b: usize): void {
  const f = f64x2.splat(first);
  const s = f64x2.splat(second);
  const end = y + ((<usize>(cols & ~1)) << 3);
  while (y < end) {
    const pair = v128.load(y);
    v128.store(a, madd(f, pair, v128.load(a)));
    v128.store(b, madd(s, pair, v128.load(b)));
    y += 16;
    a += 16;
    b += 16;
  }
  if (cols & 1) {
    const one = v128.load64_zero(y);
    v128.store64_lane(a, madd(f, one, v128.load64_zero(a)), 0);
    v128.store64_lane(b, madd(s, one, v128.load64_zero(b)), 0);
  }
}

@inline
function gerRow(cols: i32, factor: f64, y: usize, a: usize): void {
  const f = f64x2.splat(factor);
  const end = y + ((<usize>(cols & ~1)) << 3);
  while (y < end) {
    v128.store(a, madd(f, v128.load(y), v128.load(a)));
    y += 16;
    a += 16;
  }
  if (cols & 1) v128.store64_lane(a, madd(f, v128.load64_zero(y), v128.load64_zero(a)), 0);
}

/**
 * Sequences of rotations of neighbouring rows of Z, eight columns at a time, which stay in the first level of the cache. Sequence q
 * is three integers from `sequences` on: its first row, how many rotations it has, and whether they go down (1) or up (-1); the
 * cosine and sine of each follow one another from `rotations` on. A rotation takes the row it comes from to c row + s next, and what
 * it goes on with is c next - s row.
 */
export function rotateRows(cols: i32, z: usize, stride: i32, count: i32, sequences: usize, rotations: usize): void {
  const bytes = (<usize>stride) << 3;
  for (let j = 0; j < cols; j += 8) {
    let turn = rotations;
    for (let q = 0; q < count; q++) {
      const sequence = sequences + <usize>q * 12;
      const length = load<i32>(sequence, 4);
      let row = z + <usize>load<i32>(sequence) * bytes;
      const step: usize = load<i32>(sequence, 8) > 0 ? bytes : 0 - bytes;
      let k0 = v128.load(row);
      let k1 = v128.load(row, 16);
      let k2 = v128.load(row, 32);
      let k3 = v128.load(row, 48);
      for (let r = 0; r < length; r++) {
        const c = v128.load64_splat(turn);
        const s = v128.load64_splat(turn, 8);
        const next = row + step;
        const n0 = v128.load(next);
        const n1 = v128.load(next, 16);
        const n2 = v128.load(next, 32);
        const n3 = v128.load(next, 48);
        v128.store(row, madd(s, n0, f64x2.mul(c, k0)));
        v128.store(row, madd(s, n1, f64x2.mul(c, k1)), 16);
        v128.store(row, madd(s, n2, f64x2.mul(c, k2)), 32);
        v128.store(row, madd(s, n3, f64x2.mul(c, k3)), 48);
        k0 = nmadd(s, k0, f64x2.mul(c, n0));
        k1 = nmadd(s, k1, f64x2.mul(c, n1));
        k2 = nmadd(s, k2, f64x2.mul(c, n2));
        k3 = nmadd(s, k3, f64x2.mul(c, n3));
        row = next;
        turn += 16;
      }
      v128.store(row, k0);
      v128.store(row, k1, 16);
      v128.store(row, k2, 32);
      v128.store(row, k3, 48);
    }
    z += 64;
  }
}

/** x <- c x + s y, y <- c y - s x */
export function rotatePair(n: i32, cosine: f64, sine: f64, x: usize, y: usize): void {
  const c = f64x2.splat(cosine);
  const s = f64x2.splat(sine);
  const end = x + ((<usize>(n & ~1)) << 3);
  while (x < end) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, madd(s, b, f64x2.mul(c, a)));
    v128.store(y, nmadd(s, a, f64x2.mul(c, b)));
    x += 16;
    y += 16;
  }
  if (n & 1) {
    const a = v128.load64_zero(x);
    const b = v128.load64_zero(y);
    v128.store64_lane(x, madd(s, b, f64x2.mul(c, a)), 0);
    v128.store64_lane(y, nmadd(s, a, f64x2.mul(c, b)), 0);
  }
}

/** (I - factor v v') times three rows, v = (1, v1, v2); for v2 = 0 the third is not touched. */
export function reflectRows(cols: i32, v1: f64, v2: f64, factor: f64, a: usize, stride: i32): void {
  const b = a + ((<usize>stride) << 3);
  const c = v2 == 0 ? b : b + ((<usize>stride) << 3);
  const s1 = f64x2.splat(v1);
  const s2 = f64x2.splat(v2);
  const t = f64x2.splat(factor);
  let offset: usize = 0;
  const end = (<usize>(cols & ~1)) << 3;
  if (v2 == 0) {
    while (offset < end) {
      const x = v128.load(a + offset);
      const y = v128.load(b + offset);
      const sum = f64x2.mul(t, madd(s1, y, x));
      v128.store(a + offset, f64x2.sub(x, sum));
      v128.store(b + offset, nmadd(sum, s1, y));
      offset += 16;
    }
  } else {
    while (offset < end) {
      const x = v128.load(a + offset);
      const y = v128.load(b + offset);
      const z = v128.load(c + offset);
      const sum = f64x2.mul(t, madd(s2, z, madd(s1, y, x)));
      v128.store(a + offset, f64x2.sub(x, sum));
      v128.store(b + offset, nmadd(sum, s1, y));
      v128.store(c + offset, nmadd(sum, s2, z));
      offset += 16;
    }
  }
  if (cols & 1) {
    const x = load<f64>(a + offset);
    const y = load<f64>(b + offset);
    const z = load<f64>(c + offset);
    const sum = factor * (x + v1 * y + v2 * z);
    store<f64>(a + offset, x - sum);
    if (v2 != 0) store<f64>(c + offset, z - sum * v2);
    store<f64>(b + offset, y - sum * v1);
  }
}

/** Three neighbouring columns times (I - factor v v'); for v2 = 0 the third is not touched. */
export function reflectColumns(rows: i32, v1: f64, v2: f64, factor: f64, a: usize, stride: i32): void {
  const bytes = (<usize>stride) << 3;
  if (v2 == 0) {
    for (let i = 0; i < rows; i++) {
      const x = load<f64>(a);
      const y = load<f64>(a, 8);
      const sum = factor * (x + v1 * y);
      store<f64>(a, x - sum);
      store<f64>(a, y - sum * v1, 8);
      a += bytes;
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    const x = load<f64>(a);
    const y = load<f64>(a, 8);
    const z = load<f64>(a, 16);
    const sum = factor * (x + v1 * y + v2 * z);
    store<f64>(a, x - sum);
    store<f64>(a, y - sum * v1, 8);
    store<f64>(a, z - sum * v2, 16);
    a += bytes;
  }
}
