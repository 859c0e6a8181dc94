// The constants that kernels find in the first bytes of every workspace; `assembly/constants.ts` has the addresses.

/** Units in the last place by which a root of a root is less than 2^(i/64), correctly rounded; 0 where nothing stands. */
const LAST_BITS: Readonly<Record<number, number>> = { 6: 1, 29: -1, 31: 1, 38: 1, 39: 1, 46: 1, 48: -1, 60: 1, 61: -1, 62: -1 };

/** Writes 2^(i/64), i = 0 … 63, correctly rounded: square roots are the same in every engine, powers are not. */
function writePowers(powers: Float64Array): void {
  powers[0] = 1;
  for (let step = 32; step >= 1; step /= 2) {
    for (let i = step; i < 64; i += 2 * step) {
      const square = i < 32 ? powers[2 * i] : 2 * powers[2 * i - 64];
      powers[i] = Math.sqrt(square) + (LAST_BITS[i] ?? 0) * 2 ** -52;
    }
  }
}

/** What follows the table, in the order of the addresses from 512 on. */
const NUMBERS = [
  92.33248261689366, // 64 / ln 2
  1.5 * 2 ** 52,
  0.010830417275428772, // the high bits of ln 2 / 64
  7.420820373486988e-9, // the rest of ln 2 / 64
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
  -700,
  -Number.MAX_VALUE,
  708,
];

/** Room for the constants at the start of a workspace. */
export const CONSTANT_BYTES = 640;

/** Writes the constants to the start of a memory. */
export function writeConstants(buffer: ArrayBufferLike): void {
  writePowers(new Float64Array(buffer, 0, 64));
  const words = new BigUint64Array(buffer, 0, 64);
  // Less i 2^46: the kernel adds k 2^46 for k = i mod 64, which leaves the exponent's share of k.
  words.forEach((word, i) => {
    words[i] = word - (BigInt(i) << 46n);
  });
  new Float64Array(buffer, words.byteLength, NUMBERS.length).set(NUMBERS);
}
