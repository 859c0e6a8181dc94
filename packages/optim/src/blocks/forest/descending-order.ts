// Sorts many scores fast: by the high words of the numbers, eleven bits at a time, and what is left one by one.

const BUCKETS = 1 << 11;
const MASK = BUCKETS - 1;

/** Of eleven, eleven and ten bits. */
const SHIFTS = [0, 11, 22];

/** Runs of equal high words from here on are worth a sort of their own. */
const LONG_RUN = 32;

/** Sorts so many scores again and again; its arrays are reused. */
export class DescendingOrder {
  readonly #scores: Float64Array;
  readonly #words: Uint32Array; // the same memory
  readonly #room: Int32Array;
  readonly #keys: readonly [Uint32Array, Uint32Array];
  readonly #starts = new Int32Array(BUCKETS);

  constructor(length: number) {
    this.#scores = new Float64Array(length);
    this.#words = new Uint32Array(this.#scores.buffer);
    this.#room = new Int32Array(length);
    this.#keys = [new Uint32Array(length), new Uint32Array(length)];
  }

  /**
   * Writes the places of scores of at least 0 in the order of falling scores; of equal ones the first comes first. O(n) unless very many
   * of them are nearly equal.
   *
   * Numbers of at least 0 are in the order of their bits, so a radix sort of the high words leaves only those to be compared
   * that agree in the first 20 bits of their fractions.
   */
  sort(scores: Float64Array, out: Int32Array): void {
    const [n, starts, room, keys] = [scores.length, this.#starts, this.#room, this.#keys];
    // Adding 0 turns -0 into 0, whose bits are the smallest.
    for (let i = 0; i < n; i++) this.#scores[i] = scores[i] + 0;
    for (let i = 0; i < n; i++) {
      keys[0][i] = this.#words[2 * i + 1];
      room[i] = i;
    }
    let [from, to]: [Int32Array, Int32Array] = [room, out];
    let [fromKeys, toKeys] = keys;
    for (const shift of SHIFTS) {
      starts.fill(0);
      for (let k = 0; k < n; k++) starts[(fromKeys[k] >>> shift) & MASK]++;
      let sum = 0;
      for (let bucket = MASK; bucket >= 0; bucket--) {
        const count = starts[bucket];
        starts[bucket] = sum;
        sum += count;
      }
      for (let k = 0; k < n; k++) {
        const place = starts[(fromKeys[k] >>> shift) & MASK]++;
        to[place] = from[k];
        toKeys[place] = fromKeys[k];
      }
      [from, to] = [to, from];
      [fromKeys, toKeys] = [toKeys, fromKeys];
    }
    this.#settleTies(from, fromKeys, n);
    if (from !== out) out.set(from);
  }

  /** Sorts the runs of equal high words by the whole numbers. */
  #settleTies(order: Int32Array, keys: Uint32Array, n: number): void {
    const scores = this.#scores;
    for (let start = 0; start < n; ) {
      let end = start + 1;
      while (end < n && keys[end] === keys[start]) end++;
      if (end - start > LONG_RUN) {
        order.subarray(start, end).sort((i, j) => scores[j] - scores[i] || i - j);
      } else {
        for (let k = start + 1; k < end; k++) {
          const place = order[k];
          let at = k;
          for (; at > start && scores[order[at - 1]] < scores[place]; at--) order[at] = order[at - 1];
          order[at] = place;
        }
      }
      start = end;
    }
  }
}
