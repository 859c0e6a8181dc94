// The order of numbers: positions sorted by value, equal values by position; and numbers in order.

/** Below this many numbers comparing them is quicker than passes over tables of 2048 counts. */
const FEW = 128;

/** Digits of 11, 11 and 10 bits, in the lower half of a number and in the upper. */
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;
const PASSES = 6;

/** More moves a number than this by insertion take as long as six passes. */
const MOVES = 2;

/**
 * The positions of the values in rising order; zeros of both signs are equal. O(n): two passes of a radix sort over where
 * numbers lie in their range, and insertion; or, where many lie too near each other for that, six passes over their
 * bits, in which negative ones are turned round (H. Seward, 1954).
 *
 * @param values - no NaN among them
 */
export function sortedOrder(values: Float64Array): Int32Array {
  return sortedWithOrder(values).positions;
}

/** The same with the values in that order; O(n). */
export function sortedWithOrder(values: Float64Array): Sorted {
  const positions = new Int32Array(values.length);
  const sorted = values.length < FEW ? undefined : sortByPlace(values, positions);
  if (sorted) return { values: sorted, positions };
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
 * The values in rising order, in an array of its own; zeros of both signs are equal. O(n).
 *
 * @param values - no NaN among them
 */
export function sortedValues(values: Float64Array): Float64Array {
  return values.length < FEW ? values.toSorted() : sortedWithOrder(values).values;
}

/**
 * Numbers in order, and their positions: by 22 bits of where each lies between the least and the largest, lower digit
 * first, and by insertion among those of one place. Nothing if that takes many moves.
 */
function sortByPlace(values: Float64Array, positions: Int32Array): Float64Array | undefined {
  const { length } = values;
  let [least, largest] = [values[0], values[0]];
  for (let i = 1; i < length; i++) {
    least = Math.min(least, values[i]);
    largest = Math.max(largest, values[i]);
  }
  const scale = (DIGITS * DIGITS - 1) / (largest - least);
  if (!(scale > 0 && scale < Infinity)) return undefined;
  const mask = DIGITS - 1;
  const low = new Int32Array(DIGITS);
  const high = new Int32Array(DIGITS);
  for (let i = 0; i < length; i++) {
    const place = ((values[i] - least) * scale) | 0;
    low[place & mask]++;
    high[place >> DIGIT_BITS]++;
  }
  // Of two numbers with equal higher digit about one pair in 2048 has equal places, and every second one is to be turned.
  let turns = 0;
  for (let digit = 0; digit < DIGITS; digit++) turns += high[digit] * (high[digit] / (4 * DIGITS));
  if (turns > MOVES * length) return undefined;
  toStarts(low);
  toStarts(high);
  const byLow = new Int32Array(length);
  const highDigits = new Int16Array(length);
  for (let i = 0; i < length; i++) {
    const place = ((values[i] - least) * scale) | 0;
    const k = low[place & mask]++;
    byLow[k] = i;
    highDigits[k] = place >> DIGIT_BITS;
  }
  for (let k = 0; k < length; k++) positions[high[highDigits[k]]++] = byLow[k];
  return insertInOrder(values, positions);
}

/** The values in order, whose positions are almost; those are put in order, too. Nothing if that takes many moves. */
function insertInOrder(values: Float64Array, positions: Int32Array): Float64Array | undefined {
  const sorted = new Float64Array(values.length);
  let moves = MOVES * values.length;
  for (let k = 0; k < sorted.length; k++) {
    const position = positions[k];
    // Adding zero makes both zeros the same.
    const value = values[position] + 0;
    let to = k;
    for (; to > 0 && sorted[to - 1] > value; to--) {
      sorted[to] = sorted[to - 1];
      positions[to] = positions[to - 1];
    }
    sorted[to] = value;
    positions[to] = position;
    moves -= k - to;
    if (moves < 0) return undefined;
  }
  return sorted;
}

/** Turns counts into where the first of each goes. */
function toStarts(counts: Int32Array): void {
  let before = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit];
    counts[digit] = before;
    before += count;
  }
}

interface Sorted {
  readonly values: Float64Array;
  readonly positions: Int32Array;
}

/** Numbers in order, and where they came from; both arrays are used up. */
function sortByDigits(values: Float64Array, positions: Int32Array): Sorted {
  let from: Sorted = { values, positions };
  let to: Sorted = { values: new Float64Array(values.length), positions: new Int32Array(values.length) };
  const counts = countDigits(values);
  for (let pass = 0; pass < PASSES; pass++) {
    const digits = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    // Where all have the digit of the first nothing moves.
    if (digits[digitOf(from.values, pass)] === values.length) continue;
    toStarts(digits);
    moveByDigit(from, to, pass, digits);
    [from, to] = [to, from];
  }
  return from;
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
function moveByDigit(from: Sorted, to: Sorted, pass: number, places: Int32Array): void {
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
    toPositions[place] = positions[i];
  }
}
