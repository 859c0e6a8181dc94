// Sorts many scores fast: by the bits of the numbers, eleven at a time.

const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 6;

/**
 * Writes the places of scores of at least 0 in the order of falling scores; of equal ones the first comes first. O(n).
 *
 * Numbers of at least 0 are in the order of their bits, so a radix sort from the lowest bits on is exact.
 */
export function descendingOrder(scores: Float64Array, out: Int32Array): void {
  const n = scores.length;
  // Adding 0 turns -0 into 0, whose bits are the smallest.
  const words = new Uint32Array(Float64Array.from(scores, (score) => score + 0).buffer);
  let [from, to]: [Int32Array, Int32Array] = [new Int32Array(n), out];
  for (let i = 0; i < n; i++) from[i] = i;
  const starts = new Int32Array(BUCKETS);
  for (let pass = 0; pass < PASSES; pass++) {
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[digit(words, i, pass)]++;
    if (n > 0 && starts[digit(words, 0, pass)] === n) continue; // all the same
    let sum = 0;
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      const count = starts[bucket];
      starts[bucket] = sum;
      sum += count;
    }
    for (let k = 0; k < n; k++) to[starts[digit(words, from[k], pass)]++] = from[k];
    [from, to] = [to, from];
  }
  if (from !== out) out.set(from);
}

/** Eleven bits of the sortable 64, from low ones to high ones. */
function digit(words: Uint32Array, place: number, pass: number): number {
  const [low, high] = [words[2 * place], words[2 * place + 1]];
  switch (pass) {
    case 0:
      return low & (BUCKETS - 1);
    case 1:
      return (low >>> BITS) & (BUCKETS - 1);
    case 2:
      return ((low >>> (2 * BITS)) | (high << 10)) & (BUCKETS - 1);
    case 3:
      return (high >>> 1) & (BUCKETS - 1);
    case 4:
      return (high >>> 12) & (BUCKETS - 1);
    default:
      return high >>> 23;
  }
}
