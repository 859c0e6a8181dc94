// The order of numbers: positions sorted by value, equal values by position.

/** Below this many numbers comparing them is quicker than four passes over tables of 65536 counts. */
const FEW = 4096;

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * The positions of the values in rising order; zeros of both signs are equal. O(n): four passes of a radix sort over the
 * bits of the numbers, in which negative ones are turned round (H. Seward, 1954).
 */
export function sortedOrder(values: Float64Array): Int32Array {
  const positions = Int32Array.from({ length: values.length }, (_, i) => i);
  if (values.length < FEW) return positions.sort((i, j) => values[i] - values[j]);
  // Adding zero makes both zeros the same.
  const bits = new Uint32Array(values.map((value) => value + 0).buffer);
  for (let k = 0; k < bits.length; k += 2) {
    const isNegative = bits[k + 1] >>> 31 === 1;
    bits[k] = isNegative ? ~bits[k] : bits[k];
    bits[k + 1] = isNegative ? ~bits[k + 1] : bits[k + 1] | 0x80000000;
  }
  const counts = new Int32Array(DIGITS + 1);
  let [from, to] = [positions, new Int32Array(values.length)];
  for (let pass = 0; pass < 4; pass++) {
    sortByDigit(bits, pass >> 1, (pass & 1) * DIGIT_BITS, from, to, counts);
    [from, to] = [to, from];
  }
  return from;
}

/** One stable pass, by 16 bits of the given half of every number. */
function sortByDigit(
  bits: Uint32Array,
  half: number,
  shift: number,
  from: Int32Array,
  to: Int32Array,
  counts: Int32Array,
): void {
  const mask = DIGITS - 1;
  counts.fill(0);
  for (let k = half; k < bits.length; k += 2) counts[((bits[k] >>> shift) & mask) + 1]++;
  for (let digit = 0; digit < DIGITS; digit++) counts[digit + 1] += counts[digit];
  for (let k = 0; k < from.length; k++) {
    const position = from[k];
    to[counts[(bits[2 * position + half] >>> shift) & mask]++] = position;
  }
}
