// The order of numbers: positions sorted by value, equal values by position; and numbers in order.

/** Below this many numbers comparing them is quicker than four passes over tables of 65536 counts. */
const FEW = 4096;

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * The positions of the values in rising order; zeros of both signs are equal. O(n): four passes of a radix sort over the
 * bits of the numbers, in which negative ones are turned round (H. Seward, 1954).
 *
 * @param values - no NaN among them
 */
export function sortedOrder(values: Float64Array): Int32Array {
  const positions = new Int32Array(values.length);
  for (let i = 0; i < positions.length; i++) positions[i] = i;
  if (values.length < FEW) return positions.sort((i, j) => values[i] - values[j]);
  const copy = new Float64Array(values.length);
  // Adding zero makes both zeros the same.
  for (let i = 0; i < copy.length; i++) copy[i] = values[i] + 0;
  return sortByDigits(copy, positions).positions;
}

/**
 * The values in rising order, in an array of its own; O(n).
 *
 * @param values - no NaN among them
 */
export function sortedValues(values: Float64Array): Float64Array {
  if (values.length < FEW) return values.toSorted();
  return sortByDigits(values.slice(), undefined).values;
}

/** Numbers in order, and where they came from if that was given; both arrays are used up. */
function sortByDigits<Positions extends Int32Array | undefined>(
  values: Float64Array,
  positions: Positions,
): { values: Float64Array; positions: Positions } {
  const counts = new Int32Array(DIGITS + 1);
  let from: Pass = { values, positions };
  let to: Pass = {
    values: new Float64Array(values.length),
    positions: positions && new Int32Array(values.length),
  };
  for (let pass = 0; pass < 4; pass++) {
    moveByDigit(from, to, pass >> 1, (pass & 1) * DIGIT_BITS, counts);
    [from, to] = [to, from];
  }
  return from as { values: Float64Array; positions: Positions };
}

interface Pass {
  readonly values: Float64Array;
  readonly positions: Int32Array | undefined;
}

/** One stable pass over the numbers, by 16 bits of the given half, turned round where the sign says so. */
function moveByDigit(from: Pass, to: Pass, half: number, shift: number, counts: Int32Array): void {
  const bits = new Int32Array(from.values.buffer);
  const mask = DIGITS - 1;
  // Negative numbers are turned round as a whole; of the others only the sign, in the upper half.
  const turn = half === 1 ? 0x80000000 | 0 : 0;
  counts.fill(0);
  for (let k = 0; k < bits.length; k += 2) {
    const sign = bits[k + 1] >> 31;
    counts[(((bits[k + half] ^ (sign | turn)) >>> shift) & mask) + 1]++;
  }
  for (let digit = 0; digit < DIGITS; digit++) counts[digit + 1] += counts[digit];
  for (let i = 0, k = 0; k < bits.length; i++, k += 2) {
    const sign = bits[k + 1] >> 31;
    const place = counts[((bits[k + half] ^ (sign | turn)) >>> shift) & mask]++;
    to.values[place] = from.values[i];
    if (from.positions && to.positions) to.positions[place] = from.positions[i];
  }
}
