// The discrete Fourier transform of lengths that are powers of two.

/** Transforms in place; the inverse divides by the length. */
export function fourier(real: Float64Array, imaginary: Float64Array, inverse: boolean): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j], real[i]];
    [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
  }
  const turn = ((inverse ? 2 : -2) * Math.PI) / size;
  const cosines = Float64Array.from({ length: size >> 1 }, (_, k) => Math.cos(turn * k));
  const sines = Float64Array.from({ length: size >> 1 }, (_, k) => Math.sin(turn * k));
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [a, b] = [start + k, start + k + half];
        const [c, s] = [cosines[k * stride], sines[k * stride]];
        const re = real[b] * c - imaginary[b] * s;
        const im = real[b] * s + imaginary[b] * c;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
  if (!inverse) return;
  for (let k = 0; k < size; k++) {
    real[k] /= size;
    imaginary[k] /= size;
  }
}
