// Fourier transforms of a power of two of complex numbers, real and imaginary parts apart, two lanes at a time.
//
// x^{4L} - w^4 splits into the factors x^L - w, x^L + w, x^L - iw, x^L + iw: a radix-4 pass reduces four quarters
// modulo these, and all butterflies of a block share w. Blocks are transformed depth first, so that small ones
// stay in the cache. Spectra come out in an order of their own, which products and the inverse do not mind.
//
// Twiddles, by pairs of blocks b, b + 1: cos and sin of the angles of w (four numbers), then of w^2.
import { madd, nmadd } from '../../linalg/assembly/lanes';

/** The spectrum, in place. `length` >= 16. */
export function fourierForward(length: i32, re: usize, im: usize, twiddles: usize): void {
  if (ctz(length) & 1) {
    const half = length >> 1;
    halvesPass(half, re, im);
    forwardBlock(0, half, re, im, twiddles);
    forwardBlock(1, half, re + ((<usize>half) << 3), im + ((<usize>half) << 3), twiddles);
  } else {
    forwardBlock(0, length, re, im, twiddles);
  }
}

/** `length` times the values of a spectrum, in place. */
export function fourierInverse(length: i32, re: usize, im: usize, twiddles: usize): void {
  if (ctz(length) & 1) {
    const half = length >> 1;
    inverseBlock(0, half, re, im, twiddles);
    inverseBlock(1, half, re + ((<usize>half) << 3), im + ((<usize>half) << 3), twiddles);
    halvesPass(half, re, im);
  } else {
    inverseBlock(0, length, re, im, twiddles);
  }
}

/** x^{2L} - 1 = (x^L - 1)(x^L + 1); its own inverse up to the factor 2. */
function halvesPass(half: i32, re: usize, im: usize): void {
  const far = (<usize>half) << 3;
  for (let end = re + far; re < end; re += 16) {
    const a = v128.load(re);
    const b = v128.load(re + far);
    v128.store(re, f64x2.add(a, b));
    v128.store(re + far, f64x2.sub(a, b));
    const c = v128.load(im);
    const d = v128.load(im + far);
    v128.store(im, f64x2.add(c, d));
    v128.store(im + far, f64x2.sub(c, d));
    im += 16;
  }
}

function forwardBlock(block: i32, size: i32, re: usize, im: usize, twiddles: usize): void {
  const quarter = size >> 2;
  forwardPass(block, quarter, re, im, twiddles);
  const far = (<usize>quarter) << 3;
  block <<= 2;
  if (quarter == 4) {
    forwardPair(block, re, im, twiddles);
    forwardPair(block + 2, re + 64, im + 64, twiddles);
    return;
  }
  for (let child = 0; child < 4; child++) {
    forwardBlock(block + child, quarter, re, im, twiddles);
    re += far;
    im += far;
  }
}

function inverseBlock(block: i32, size: i32, re: usize, im: usize, twiddles: usize): void {
  const quarter = size >> 2;
  const far = (<usize>quarter) << 3;
  const child = block << 2;
  if (quarter == 4) {
    inversePair(child, re, im, twiddles);
    inversePair(child + 2, re + 64, im + 64, twiddles);
  } else {
    for (let i = 0; i < 4; i++) {
      inverseBlock(child + i, quarter, re + i * far, im + i * far, twiddles);
    }
  }
  inversePass(block, quarter, re, im, twiddles);
}

@inline
function twiddleOf(block: i32, twiddles: usize): usize {
  return twiddles + ((<usize>(block >> 1)) << 6) + ((<usize>(block & 1)) << 3);
}

function forwardPass(block: i32, quarter: i32, re: usize, im: usize, twiddles: usize): void {
  const table = twiddleOf(block, twiddles);
  const c1 = v128.load64_splat(table);
  const s1 = v128.load64_splat(table, 16);
  const c2 = v128.load64_splat(table, 32);
  const s2 = v128.load64_splat(table, 48);
  const c3 = nmadd(s1, s2, f64x2.mul(c1, c2));
  const s3 = madd(c1, s2, f64x2.mul(s1, c2));
  const far = (<usize>quarter) << 3;
  const far2 = 2 * far;
  const far3 = 3 * far;
  for (let end = re + far; re < end; re += 16) {
    const ar = v128.load(re);
    const ai = v128.load(im);
    let xr = v128.load(re + far);
    let xi = v128.load(im + far);
    const br = nmadd(xi, s1, f64x2.mul(xr, c1));
    const bi = madd(xr, s1, f64x2.mul(xi, c1));
    xr = v128.load(re + far2);
    xi = v128.load(im + far2);
    const cr = nmadd(xi, s2, f64x2.mul(xr, c2));
    const ci = madd(xr, s2, f64x2.mul(xi, c2));
    xr = v128.load(re + far3);
    xi = v128.load(im + far3);
    const dr = nmadd(xi, s3, f64x2.mul(xr, c3));
    const di = madd(xr, s3, f64x2.mul(xi, c3));
    const er = f64x2.add(ar, cr);
    const ei = f64x2.add(ai, ci);
    const fr = f64x2.add(br, dr);
    const fi = f64x2.add(bi, di);
    v128.store(re, f64x2.add(er, fr));
    v128.store(im, f64x2.add(ei, fi));
    v128.store(re + far, f64x2.sub(er, fr));
    v128.store(im + far, f64x2.sub(ei, fi));
    const gr = f64x2.sub(ar, cr);
    const gi = f64x2.sub(ai, ci);
    const hr = f64x2.sub(br, dr);
    const hi = f64x2.sub(bi, di);
    v128.store(re + far2, f64x2.sub(gr, hi));
    v128.store(im + far2, f64x2.add(gi, hr));
    v128.store(re + far3, f64x2.add(gr, hi));
    v128.store(im + far3, f64x2.sub(gi, hr));
    im += 16;
  }
}

function inversePass(block: i32, quarter: i32, re: usize, im: usize, twiddles: usize): void {
  const table = twiddleOf(block, twiddles);
  const c1 = v128.load64_splat(table);
  const s1 = v128.load64_splat(table, 16);
  const c2 = v128.load64_splat(table, 32);
  const s2 = v128.load64_splat(table, 48);
  const c3 = nmadd(s1, s2, f64x2.mul(c1, c2));
  const s3 = madd(c1, s2, f64x2.mul(s1, c2));
  const far = (<usize>quarter) << 3;
  const far2 = 2 * far;
  const far3 = 3 * far;
  for (let end = re + far; re < end; re += 16) {
    let xr = v128.load(re);
    let xi = v128.load(im);
    let yr = v128.load(re + far);
    let yi = v128.load(im + far);
    const er = f64x2.add(xr, yr);
    const ei = f64x2.add(xi, yi);
    const fr = f64x2.sub(xr, yr);
    const fi = f64x2.sub(xi, yi);
    xr = v128.load(re + far2);
    xi = v128.load(im + far2);
    yr = v128.load(re + far3);
    yi = v128.load(im + far3);
    const gr = f64x2.add(xr, yr);
    const gi = f64x2.add(xi, yi);
    // h = -i (x - y)
    const hr = f64x2.sub(xi, yi);
    const hi = f64x2.sub(yr, xr);
    v128.store(re, f64x2.add(er, gr));
    v128.store(im, f64x2.add(ei, gi));
    xr = f64x2.add(fr, hr);
    xi = f64x2.add(fi, hi);
    v128.store(re + far, madd(xi, s1, f64x2.mul(xr, c1)));
    v128.store(im + far, nmadd(xr, s1, f64x2.mul(xi, c1)));
    xr = f64x2.sub(er, gr);
    xi = f64x2.sub(ei, gi);
    v128.store(re + far2, madd(xi, s2, f64x2.mul(xr, c2)));
    v128.store(im + far2, nmadd(xr, s2, f64x2.mul(xi, c2)));
    xr = f64x2.sub(fr, hr);
    xi = f64x2.sub(fi, hi);
    v128.store(re + far3, madd(xi, s3, f64x2.mul(xr, c3)));
    v128.store(im + far3, nmadd(xr, s3, f64x2.mul(xi, c3)));
    im += 16;
  }
}

/** The last pass, of two blocks of four: lane 0 works on the first, lane 1 on the second. */
@inline
function forwardPair(block: i32, re: usize, im: usize, twiddles: usize): void {
  const table = twiddleOf(block, twiddles);
  const c1 = v128.load(table);
  const s1 = v128.load(table, 16);
  const c2 = v128.load(table, 32);
  const s2 = v128.load(table, 48);
  const c3 = nmadd(s1, s2, f64x2.mul(c1, c2));
  const s3 = madd(c1, s2, f64x2.mul(s1, c2));
  const r0 = v128.load(re);
  const r1 = v128.load(re, 16);
  const r2 = v128.load(re, 32);
  const r3 = v128.load(re, 48);
  const i0 = v128.load(im);
  const i1 = v128.load(im, 16);
  const i2 = v128.load(im, 32);
  const i3 = v128.load(im, 48);
  const ar = v128.shuffle<f64>(r0, r2, 0, 2);
  const ai = v128.shuffle<f64>(i0, i2, 0, 2);
  let xr = v128.shuffle<f64>(r0, r2, 1, 3);
  let xi = v128.shuffle<f64>(i0, i2, 1, 3);
  const br = nmadd(xi, s1, f64x2.mul(xr, c1));
  const bi = madd(xr, s1, f64x2.mul(xi, c1));
  xr = v128.shuffle<f64>(r1, r3, 0, 2);
  xi = v128.shuffle<f64>(i1, i3, 0, 2);
  const cr = nmadd(xi, s2, f64x2.mul(xr, c2));
  const ci = madd(xr, s2, f64x2.mul(xi, c2));
  xr = v128.shuffle<f64>(r1, r3, 1, 3);
  xi = v128.shuffle<f64>(i1, i3, 1, 3);
  const dr = nmadd(xi, s3, f64x2.mul(xr, c3));
  const di = madd(xr, s3, f64x2.mul(xi, c3));
  const er = f64x2.add(ar, cr);
  const ei = f64x2.add(ai, ci);
  const fr = f64x2.add(br, dr);
  const fi = f64x2.add(bi, di);
  v128.store(re, f64x2.add(er, fr));
  v128.store(im, f64x2.add(ei, fi));
  v128.store(re, f64x2.sub(er, fr), 16);
  v128.store(im, f64x2.sub(ei, fi), 16);
  const gr = f64x2.sub(ar, cr);
  const gi = f64x2.sub(ai, ci);
  const hr = f64x2.sub(br, dr);
  const hi = f64x2.sub(bi, di);
  v128.store(re, f64x2.sub(gr, hi), 32);
  v128.store(im, f64x2.add(gi, hr), 32);
  v128.store(re, f64x2.add(gr, hi), 48);
  v128.store(im, f64x2.sub(gi, hr), 48);
}

@inline
function inversePair(block: i32, re: usize, im: usize, twiddles: usize): void {
  const table = twiddleOf(block, twiddles);
  const c1 = v128.load(table);
  const s1 = v128.load(table, 16);
  const c2 = v128.load(table, 32);
  const s2 = v128.load(table, 48);
  const c3 = nmadd(s1, s2, f64x2.mul(c1, c2));
  const s3 = madd(c1, s2, f64x2.mul(s1, c2));
  let xr = v128.load(re);
  let xi = v128.load(im);
  let yr = v128.load(re, 16);
  let yi = v128.load(im, 16);
  const er = f64x2.add(xr, yr);
  const ei = f64x2.add(xi, yi);
  const fr = f64x2.sub(xr, yr);
  const fi = f64x2.sub(xi, yi);
  xr = v128.load(re, 32);
  xi = v128.load(im, 32);
  yr = v128.load(re, 48);
  yi = v128.load(im, 48);
  const gr = f64x2.add(xr, yr);
  const gi = f64x2.add(xi, yi);
  const hr = f64x2.sub(xi, yi);
  const hi = f64x2.sub(yr, xr);
  const ar = f64x2.add(er, gr);
  const ai = f64x2.add(ei, gi);
  xr = f64x2.add(fr, hr);
  xi = f64x2.add(fi, hi);
  const br = madd(xi, s1, f64x2.mul(xr, c1));
  const bi = nmadd(xr, s1, f64x2.mul(xi, c1));
  xr = f64x2.sub(er, gr);
  xi = f64x2.sub(ei, gi);
  const cr = madd(xi, s2, f64x2.mul(xr, c2));
  const ci = nmadd(xr, s2, f64x2.mul(xi, c2));
  xr = f64x2.sub(fr, hr);
  xi = f64x2.sub(fi, hi);
  const dr = madd(xi, s3, f64x2.mul(xr, c3));
  const di = nmadd(xr, s3, f64x2.mul(xi, c3));
  v128.store(re, v128.shuffle<f64>(ar, br, 0, 2));
  v128.store(re, v128.shuffle<f64>(cr, dr, 0, 2), 16);
  v128.store(re, v128.shuffle<f64>(ar, br, 1, 3), 32);
  v128.store(re, v128.shuffle<f64>(cr, dr, 1, 3), 48);
  v128.store(im, v128.shuffle<f64>(ai, bi, 0, 2));
  v128.store(im, v128.shuffle<f64>(ci, di, 0, 2), 16);
  v128.store(im, v128.shuffle<f64>(ai, bi, 1, 3), 32);
  v128.store(im, v128.shuffle<f64>(ci, di, 1, 3), 48);
}

/** sum += x conj(y), complex, element by element. */
export function multiplyConjugate(
  length: i32, xRe: usize, xIm: usize, yRe: usize, yIm: usize, sumRe: usize, sumIm: usize,
): void {
  for (let end = xRe + ((<usize>length) << 3); xRe < end; xRe += 16) {
    const ar = v128.load(xRe);
    const ai = v128.load(xIm);
    const br = v128.load(yRe);
    const bi = v128.load(yIm);
    v128.store(sumRe, madd(ar, br, madd(ai, bi, v128.load(sumRe))));
    v128.store(sumIm, madd(ai, br, nmadd(ar, bi, v128.load(sumIm))));
    xIm += 16;
    yRe += 16;
    yIm += 16;
    sumRe += 16;
    sumIm += 16;
  }
}

/** x <- x^2, complex, element by element. */
export function squareParts(length: i32, re: usize, im: usize): void {
  for (let end = re + ((<usize>length) << 3); re < end; re += 16) {
    const a = v128.load(re);
    const b = v128.load(im);
    v128.store(re, nmadd(b, b, f64x2.mul(a, a)));
    v128.store(im, f64x2.mul(f64x2.add(a, a), b));
    im += 16;
  }
}
