// Squared distances between blocks of points, computed where they are needed and never stored. A block has 64 points, one
// coordinate after the other; `src/geometry/cloud-kernels.ts` documents the kernels.
import { expNonPositive } from '../../../linalg/assembly/exp';
import { laneMax, laneSum, madd, nmadd } from '../../../linalg/assembly/lanes';
import { massOf } from '../gibbs';

const BLOCK: i32 = 64;
const BLOCK_BYTES: usize = 512;

/** Exponents shift_j - scale c(x_i, y_j) of eight columns, into `out`; returns the largest of each lane. */
@inline
function eightExponents(d: i32, root: i32, x: usize, y: usize, shift: usize, scale: v128, out: usize): v128 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let k = 0; k < d; k++) {
    const at = v128.load64_splat(x);
    const d0 = f64x2.sub(at, v128.load(y));
    const d1 = f64x2.sub(at, v128.load(y, 16));
    const d2 = f64x2.sub(at, v128.load(y, 32));
    const d3 = f64x2.sub(at, v128.load(y, 48));
    s0 = madd(d0, d0, s0);
    s1 = madd(d1, d1, s1);
    s2 = madd(d2, d2, s2);
    s3 = madd(d3, d3, s3);
    x += BLOCK_BYTES;
    y += BLOCK_BYTES;
  }
  if (root) {
    s0 = f64x2.sqrt(s0);
    s1 = f64x2.sqrt(s1);
    s2 = f64x2.sqrt(s2);
    s3 = f64x2.sqrt(s3);
  }
  const e0 = nmadd(scale, s0, v128.load(shift));
  const e1 = nmadd(scale, s1, v128.load(shift, 16));
  const e2 = nmadd(scale, s2, v128.load(shift, 32));
  const e3 = nmadd(scale, s3, v128.load(shift, 48));
  v128.store(out, e0);
  v128.store(out, e1, 16);
  v128.store(out, e2, 32);
  v128.store(out, e3, 48);
  return f64x2.pmax(f64x2.pmax(e0, e1), f64x2.pmax(e2, e3));
}

export function cloudLogSums(
  from: i32, to: i32, d: i32, root: i32, x: usize, y: usize, shift: usize, scale: f64, reach: f64,
  pointers: usize, tiles: usize, maxima: usize, sums: usize, scratch: usize,
): void {
  const scales = f64x2.splat(scale);
  const stride = <usize>d * BLOCK_BYTES;
  for (let block = from; block < to; block++) {
    const first = load<i32>(pointers + ((<usize>block) << 2));
    const last = load<i32>(pointers + ((<usize>block) << 2), 4);
    for (let tile = first; tile < last; tile++) {
      const j = <usize>load<i32>(tiles + ((<usize>tile) << 2));
      const others = y + j * stride;
      const shifts = shift + j * BLOCK_BYTES;
      for (let row = 0; row < BLOCK; row++) {
        const at = (<usize>block * <usize>BLOCK + <usize>row) << 3;
        const point = x + <usize>block * stride + ((<usize>row) << 3);
        let top = f64x2.splat(-Infinity);
        for (let k: usize = 0; k < BLOCK_BYTES; k += 64) {
          top = f64x2.pmax(top, eightExponents(d, root, point, others + k, shifts + k, scales, scratch + k));
        }
        const found = laneMax(top);
        let largest = load<f64>(maxima + at);
        if (found <= largest - reach || found == -Infinity) continue;
        let sum = load<f64>(sums + at);
        if (found > largest) {
          sum *= f64x2.extract_lane(expNonPositive(f64x2.splat(largest - found)), 0);
          largest = found;
          store<f64>(maxima + at, largest);
        }
        store<f64>(sums + at, sum + rowSum(scratch, f64x2.splat(largest), f64x2.splat(-reach)));
      }
    }
  }
}

/** The sum of exp(e - largest) over a row of exponents; groups of four that are all far below are left out. */
@inline
function rowSum(exponents: usize, largest: v128, far: v128): f64 {
  let even = f64x2.splat(0);
  let odd = even;
  for (let k: usize = 0; k < BLOCK_BYTES; k += 32) {
    const first = f64x2.sub(v128.load(exponents + k), largest);
    const second = f64x2.sub(v128.load(exponents + k, 16), largest);
    if (!v128.any_true(f64x2.gt(f64x2.pmax(first, second), far))) continue;
    even = f64x2.add(even, expNonPositive(first));
    odd = f64x2.add(odd, expNonPositive(second));
  }
  return laneSum(f64x2.add(even, odd));
}

export function cloudPass(
  from: i32, to: i32, d: i32, root: i32, x: usize, y: usize, shift: usize, scale: f64, far: f64, own: usize, inverse: i32,
  pointers: usize, tiles: usize, rows: usize, rowStride: usize, columns: usize, columnStride: usize, scratch: usize,
): void {
  const scales = f64x2.splat(scale);
  const lowest = f64x2.splat(far);
  const stride = <usize>d * BLOCK_BYTES;
  for (let block = from; block < to; block++) {
    const first = load<i32>(pointers + ((<usize>block) << 2));
    const last = load<i32>(pointers + ((<usize>block) << 2), 4);
    for (let tile = first; tile < last; tile++) {
      const j = <usize>load<i32>(tiles + ((<usize>tile) << 2));
      const others = y + j * stride;
      const shifts = shift + j * BLOCK_BYTES;
      for (let row = 0; row < BLOCK; row++) {
        const at = (<usize>block * <usize>BLOCK + <usize>row) << 3;
        const point = x + <usize>block * stride + ((<usize>row) << 3);
        const rowShift = load<f64>(own + at);
        if (rowShift == -Infinity) continue;
        let top = f64x2.splat(-Infinity);
        for (let k: usize = 0; k < BLOCK_BYTES; k += 64) {
          top = f64x2.pmax(top, eightExponents(d, root, point, others + k, shifts + k, scales, scratch + k));
        }
        if (!(laneMax(top) + rowShift > far)) continue;
        let mass = f64x2.splat(0);
        let cost = mass;
        const column = columns + j * BLOCK_BYTES;
        for (let k: usize = 0; k < BLOCK_BYTES; k += 16) {
          const bare = v128.load(scratch + k);
          const exponent = f64x2.add(bare, f64x2.splat(rowShift));
          if (!v128.any_true(f64x2.gt(exponent, lowest))) {
            v128.store(scratch + k, f64x2.splat(0));
            continue;
          }
          // What is not there is left out: its exponent is no number that a cost could be had from.
          const there = f64x2.gt(exponent, lowest);
          const costs = v128.and(f64x2.sub(v128.load(shifts + k), bare), there);
          let p = v128.and(massOf(exponent), there);
          if (inverse) p = v128.and(f64x2.div(f64x2.mul(p, scales), costs), f64x2.gt(costs, f64x2.splat(0)));
          mass = f64x2.add(mass, p);
          v128.store(column + k, f64x2.add(v128.load(column + k), p));
          cost = madd(p, costs, cost);
          v128.store(scratch + k, p);
        }
        store<f64>(rows + at, load<f64>(rows + at) + laneSum(mass));
        store<f64>(rows + rowStride + at, load<f64>(rows + rowStride + at) + laneSum(cost));
        for (let c = 0; c < d; c++) {
          const coordinate = v128.load64_splat(point + <usize>c * BLOCK_BYTES);
          const ends = others + <usize>c * BLOCK_BYTES;
          const pulled = column + <usize>(1 + c) * columnStride;
          let moved = f64x2.splat(0);
          for (let k: usize = 0; k < BLOCK_BYTES; k += 16) {
            const p = v128.load(scratch + k);
            moved = madd(p, v128.load(ends + k), moved);
            v128.store(pulled + k, madd(p, coordinate, v128.load(pulled + k)));
          }
          const sum = rows + <usize>(2 + c) * rowStride + at;
          store<f64>(sum, load<f64>(sum) + laneSum(moved));
        }
      }
    }
  }
}
