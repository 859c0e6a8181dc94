// The discrete Fourier transform of real numbers whose count is a power of two.
//
// J. W. Cooley, J. W. Tukey (1965). Halves are transformed one after the other, so that what fits a cache stays in it.

/** The first half of a transform: entries 0 to n/2 of n, of which the others are the conjugates. */
export interface HalfSpectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Points up to which a transform goes through all of them level by level. */
const CACHED = 2048;

/** Σ_j values_j e^(-2πi jk/n) for k up to n/2; n >= 2. */
export function realTransform(values: Float64Array): HalfSpectrum {
  const half = values.length >> 1;
  const turns = unitRoots(2 * half);
  // Neighbours as one complex number: their transforms are the symmetric and the antisymmetric part.
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  for (let k = 0; k < half; k++) {
    re[k] = values[2 * k];
    im[k] = values[2 * k + 1];
  }
  complexTransform(re, im, turns);
  const real = new Float64Array(half + 1);
  const imaginary = new Float64Array(half + 1);
  for (let k = 0; k <= half; k++) {
    const [a, b] = [k & (half - 1), (half - k) & (half - 1)];
    const evenRe = (re[a] + re[b]) / 2;
    const evenIm = (im[a] - im[b]) / 2;
    const oddRe = (im[a] + im[b]) / 2;
    const oddIm = (re[b] - re[a]) / 2;
    const c = k < half ? turns.cosines[k] : -1;
    const s = k < half ? turns.sines[k] : 0;
    real[k] = evenRe + oddRe * c - oddIm * s;
    imaginary[k] = evenIm + oddRe * s + oddIm * c;
  }
  return { real, imaginary };
}

/** The real numbers with this transform. */
export function inverseTransform({ real, imaginary }: HalfSpectrum): Float64Array {
  const half = real.length - 1;
  const turns = unitRoots(2 * half);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  for (let k = 0; k < half; k++) {
    const other = half - k;
    const evenRe = (real[k] + real[other]) / 2;
    const evenIm = (imaginary[k] - imaginary[other]) / 2;
    const turnedRe = (real[k] - real[other]) / 2;
    const turnedIm = (imaginary[k] + imaginary[other]) / 2;
    const [c, s] = [turns.cosines[k], turns.sines[k]];
    const oddRe = turnedRe * c + turnedIm * s;
    const oddIm = turnedIm * c - turnedRe * s;
    // The conjugate: its transform is the conjugate of the inverse's.
    re[k] = evenRe - oddIm;
    im[k] = -(evenIm + oddRe);
  }
  complexTransform(re, im, turns);
  const values = new Float64Array(2 * half);
  for (let k = 0; k < half; k++) {
    values[2 * k] = re[k] / half;
    values[2 * k + 1] = -im[k] / half;
  }
  return values;
}

/** e^(-2πi k/n) for k < n/2. */
interface UnitRoots {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function unitRoots(n: number): UnitRoots {
  const half = n >> 1;
  const [cosines, sines] = [new Float64Array(half), new Float64Array(half)];
  // The first eighth of the circle has all there is.
  const eighth = n >> 3;
  for (let k = 0; k <= eighth; k++) {
    const angle = (-2 * Math.PI * k) / n;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    cosines[k] = c;
    sines[k] = s;
    if (n < 8) continue;
    cosines[2 * eighth - k] = -s;
    sines[2 * eighth - k] = -c;
    cosines[2 * eighth + k] = s;
    sines[2 * eighth + k] = -c;
    if (k > 0) cosines[half - k] = -c;
    if (k > 0) sines[half - k] = s;
  }
  // Of fewer than eight points there is no eighth: a quarter of the circle is left of four.
  if (n === 4) sines[1] = -1;
  return { cosines, sines };
}

/** Transforms in place; `turns` are the roots of twice as many points. */
function complexTransform(re: Float64Array, im: Float64Array, turns: UnitRoots): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const [a, b] = [re[i], im[i]];
    re[i] = re[j];
    im[i] = im[j];
    re[j] = a;
    im[j] = b;
  }
  const transform = (from: number, count: number): void => {
    if (count > CACHED) {
      transform(from, count / 2);
      transform(from + count / 2, count / 2);
      join(re, im, turns, from, count / 2, from + count);
      return;
    }
    for (let half = 1; half < count; half *= 2) join(re, im, turns, from, half, from + count);
  };
  transform(0, size);
}

/** Joins transforms of `half` points, pair by pair, from one place to another. */
function join(re: Float64Array, im: Float64Array, { cosines, sines }: UnitRoots, from: number, half: number, to: number): void {
  const stride = cosines.length / half;
  for (let start = from; start < to; start += 2 * half) {
    for (let k = 0, turn = 0; k < half; k++, turn += stride) {
      const a = start + k;
      const b = a + half;
      const c = cosines[turn];
      const s = sines[turn];
      const x = re[b] * c - im[b] * s;
      const y = re[b] * s + im[b] * c;
      re[b] = re[a] - x;
      im[b] = im[a] - y;
      re[a] += x;
      im[a] += y;
    }
  }
}
