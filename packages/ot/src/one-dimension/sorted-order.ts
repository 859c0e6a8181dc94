// The order of numbers: positions sorted by value, equal values by position; and numbers in order.

/** Below this many numbers comparing them is quicker than six passes over tables of 2048 counts. */
const FEW = 128;

/** Numbers alone are compared quickly. */
const FEW_VALUES = 2048;

/** Digits of 11, 11 and 10 bits, in the lower half of a number and in the upper. */
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;
const PASSES = 6;

/**
 * The positions of the values in rising order; zeros of both signs are equal. O(n): six passes of a radix sort over the
 * bits of the numbers, in which negative ones are turned round (H. Seward, 1954).
 *
 * @param values - no NaN among them
 */
export function sortedOrder(values: Float64Array): Int32Array {
  return sortedWithOrder(values).positions;
}

/** The same with the values in that order; O(n). */
export function sortedWithOrder(values: Float64Array): { values: Float64Array; positions: Int32Array } {
  const positions = new Int32Array(values.length);
  for (let i = 0; i < positions.length; i++) positions[i] = i;
  if (values.length < FEW) {
    positions.sort((i, j) => values[i] - values[j]);
    return { values: Float64Array.from(positions, (i) => values[i]), positions };
  }
  const copy = new Float64Array(values.length);
  // Adding zero makes both zeros the same.
  for (let i = 0; i < copy.length; i++) copy[i] = values[i] + 0;
  return sortByDigits(copy, positions);
}

/**
 * The values in rising order, in an array of its own; O(n).
 *
 * @param values - no NaN among them
 */
export function sortedValues(values: Float64Array): Float64Array {
  if (values.length < FEW_VALUES) return values.toSorted();
  return sortByDigits(values.slice(), undefined).values;
}

/** Numbers in order, and where they came from if that was given; both arrays are used up. */
function sortByDigits<Positions extends Int32Array | undefined>(
  values: Float64Array,
  positions: Positions,
): { values: Float64Array; positions: Positions } {
  let from: Pass = { values, positions };
  let to: Pass = {
    values: new Float64Array(values.length),
    positions: positions && new Int32Array(values.length),
  };
  const counts = countDigits(values);
  for (let pass = 0; pass < PASSES; pass++) {
    const digits = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    // Where all have the digit of the first nothing moves.
    if (digits[digitOf(from.values, pass)] === values.length) continue;
    let before = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = digits[digit];
      digits[digit] = before;
      before += count;
    }
    moveByDigit(from, to, pass, digits);
    [from, to] = [to, from];
  }
  return from as { values: Float64Array; positions: Positions };
}

interface Pass {
  readonly values: Float64Array;
  readonly positions: Int32Array | undefined;
}

/** How often each digit occurs in each pass. Negative numbers are turned round as a whole, of the others only the sign. */
function countDigits(values: Float64Array): Int32Array {
  const bits = new Int32Array(values.buffer);
  const counts = new Int32Array(PASSES * DIGITS);
  const mask = DIGITS - 1;
  for (let k = 0; k < bits.length; k += 2) {
    const sign = bits[k + 1] >> 31;
    const low = bits[k] ^ sign;
    const high = bits[k + 1] ^ (sign | SIGN);
    counts[low & mask]++;
    counts[DIGITS + ((low >>> DIGIT_BITS) & mask)]++;
    counts[2 * DIGITS + (low >>> (2 * DIGIT_BITS))]++;
    counts[3 * DIGITS + (high & mask)]++;
    counts[4 * DIGITS + ((high >>> DIGIT_BITS) & mask)]++;
    counts[5 * DIGITS + (high >>> (2 * DIGIT_BITS))]++;
  }
  return counts;
}

const SIGN = 0x80000000 | 0;

/** The digit of the first number in a pass. */
function digitOf(values: Float64Array, pass: number): number {
  const [low, high] = new Int32Array(values.buffer, 0, 2);
  const sign = high >> 31;
  const turned = pass < 3 ? low ^ sign : high ^ (sign | SIGN);
  return (turned >>> ((pass % 3) * DIGIT_BITS)) & (DIGITS - 1);
}

/** One stable pass over the numbers, by one of their digits; `places` says where the first of each goes. */
function moveByDigit(from: Pass, to: Pass, pass: number, places: Int32Array): void {
  const bits = new Int32Array(from.values.buffer);
  const mask = DIGITS - 1;
  const half = pass < 3 ? 0 : 1;
  const shift = (pass % 3) * DIGIT_BITS;
  const turn = half === 1 ? SIGN : 0;
  const { values, positions } = from;
  const { values: toValues, positions: toPositions } = to;
  for (let i = 0, k = 0; k < bits.length; i++, k += 2) {
    const sign = bits[k + 1] >> 31;
    const place = places[((bits[k + half] ^ (sign | turn)) >>> shift) & mask]++;
    toValues[place] = values[i];
    if (positions && toPositions) toPositions[place] = positions[i];
  }
}
