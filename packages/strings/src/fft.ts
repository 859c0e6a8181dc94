// The fast Fourier transform on separate arrays of real and imaginary parts; lengths are powers of two.
//
// The transform evaluates a polynomial at the N-th roots of unity by splitting x^{4L} - w^4 into the four factors
// x^L - w, x^L + w, x^L - iw, x^L + iw: all butterflies of a block share their twiddle factors, and spectra come
// out in bit-reversed order, which products and the inverse do not mind.
//
// J. Cooley, J. Tukey: An algorithm for the machine calculation of complex Fourier series (1965).

/** Tables for transforms of one length. */
export class FourierPlan {
  /** The length N, a power of two. */
  readonly length: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(length: number) {
    this.length = length;
    const blocks = Math.max(1, length / 2);
    this.#cos = new Float64Array(blocks);
    this.#sin = new Float64Array(blocks);
    for (let b = 0; b < blocks; b++) {
      const angle = Math.PI * radicalInverse(b);
      this.#cos[b] = Math.cos(angle);
      this.#sin[b] = Math.sin(angle);
    }
  }

  /** The spectrum, in bit-reversed order, in place of the values. */
  forward(re: Float64Array, im: Float64Array): void {
    for (let half = this.length / 2, blocks = 1; half >= 1; half /= 2, blocks *= 2) {
      for (let b = 0; b < blocks; b++) {
        const [c, s] = [this.#cos[b], this.#sin[b]];
        for (let j = 2 * b * half; j < (2 * b + 1) * half; j++) {
          const real = c * re[j + half] - s * im[j + half];
          const imaginary = c * im[j + half] + s * re[j + half];
          re[j + half] = re[j] - real;
          im[j + half] = im[j] - imaginary;
          re[j] += real;
          im[j] += imaginary;
        }
      }
    }
  }

  /** The values of a spectrum in bit-reversed order, in place of it. */
  inverse(re: Float64Array, im: Float64Array): void {
    for (let half = 1, blocks = this.length / 2; half < this.length; half *= 2, blocks /= 2) {
      for (let b = 0; b < blocks; b++) {
        const [c, s] = [this.#cos[b], this.#sin[b]];
        for (let j = 2 * b * half; j < (2 * b + 1) * half; j++) {
          const real = re[j] - re[j + half];
          const imaginary = im[j] - im[j + half];
          re[j] += re[j + half];
          im[j] += im[j + half];
          re[j + half] = c * real + s * imaginary;
          im[j + half] = c * imaginary - s * real;
        }
      }
    }
    const scale = 1 / this.length;
    for (let j = 0; j < this.length; j++) {
      re[j] *= scale;
      im[j] *= scale;
    }
  }
}

/** The binary digits of an integer mirrored at the point: 1 → 1/2, 2 → 1/4, 3 → 3/4. */
export function radicalInverse(integer: number): number {
  let value = 0;
  for (let digit = 0.5; integer > 0; digit /= 2, integer = Math.floor(integer / 2))
    value += digit * (integer % 2);
  return value;
}
