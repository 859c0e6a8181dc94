// The tables of the fast Fourier transform, whose passes are kernels (`assembly/fft.ts`).
//
// J. Cooley, J. Tukey: An algorithm for the machine calculation of complex Fourier series (1965).

/** The shortest transform that the kernels do. */
const MIN_FOURIER_LENGTH = 16;

/** The shortest transform length of at least `size`. */
export function fourierLength(size: number): number {
  return Math.max(MIN_FOURIER_LENGTH, 2 ** Math.ceil(Math.log2(size)));
}

/** The longest table that is kept, 4 MB. */
const MAX_KEPT = 2 ** 19;

/** The longest table so far: all shorter ones are its beginnings. */
let kept: Float64Array = new Float64Array(0);

/** The twiddle factors for transforms of a length N: `length` numbers, to be copied into a workspace and not changed. */
export function fourierTwiddles(length: number): Float64Array {
  if (length > MAX_KEPT) return twiddleTable(length);
  if (kept.length < length) kept = twiddleTable(length);
  return kept.subarray(0, length);
}

/**
 * Block b of a radix-4 pass splits x^{4L} - w^4 by w = exp(i pi phi(b) / 2), where phi mirrors the binary digits of b
 * at the point. Pairs of blocks are stored together: cos w, sin w, cos w², sin w², two lanes each.
 */
function twiddleTable(length: number): Float64Array {
  const table = new Float64Array(length);
  const blocks = length / 4;
  for (let b = 0; b < blocks; b++) {
    const angle = (Math.PI / 2) * radicalInverse(b);
    const place = 8 * (b >> 1) + (b & 1);
    table[place] = Math.cos(angle);
    table[place + 2] = Math.sin(angle);
  }
  // phi(2b) = phi(b)/2 and phi(2b+1) = phi(2b) + 1/2, so w² of block 2b is w of block b, and that of 2b+1 is i times it.
  for (let b = 0; 2 * b < blocks; b++) {
    const from = 8 * (b >> 1) + (b & 1);
    table[8 * b + 4] = table[from];
    table[8 * b + 6] = table[from + 2];
    table[8 * b + 5] = -table[from + 2];
    table[8 * b + 7] = table[from];
  }
  return table;
}

/** The binary digits of an integer mirrored at the point: 1 → 1/2, 2 → 1/4, 3 → 3/4. */
function radicalInverse(integer: number): number {
  let value = 0;
  for (let digit = 0.5; integer > 0; digit /= 2, integer >>= 1) if (integer & 1) value += digit;
  return value;
}
