// Residues of primes below 2^30, and their transform as kernels have it.

/** Decimation in frequency: natural order in, bit-reversed order out. */
export function forwardModulo(values: Int32Array, roots: Int32Array, prime: number): void {
  const [{ length }, inversePrime] = [values, 1 / prime];
  for (let half = length >> 1, stride = 1; half >= 1; half >>= 1, stride <<= 1) {
    for (let block = 0; block < length; block += 2 * half) {
      for (let j = 0; j < half; j++) {
        const a = values[block + j];
        const b = values[block + j + half];
        values[block + j] = raised(a + b - prime, prime);
        values[block + j + half] = multiply(raised(a - b, prime), roots[j * stride], prime, inversePrime);
      }
    }
  }
}

/** a b mod prime for residues of a prime below 2^30: the quotient from floating point is off by at most one. */
export function multiply(a: number, b: number, prime: number, inversePrime: number): number {
  const quotient = (a * b * inversePrime) | 0;
  const remainder = (Math.imul(a, b) - Math.imul(quotient, prime)) | 0;
  return raised(raised(remainder, prime) - prime, prime);
}

/** The residue of a number of at least -prime and below it, without an unpredictable branch. */
export function raised(value: number, prime: number): number {
  return value + ((value >> 31) & prime);
}
