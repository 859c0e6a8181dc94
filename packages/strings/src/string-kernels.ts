// The specification of the kernels of this package, for all builds.

/**
 * The kernels: arrays are given by their byte offsets on the workspace's memory. Nothing is checked here; the caller does it.
 */
export interface StringKernels {
  /**
   * counts_i = #{j : text_{i+j} != pattern_j} for i < `shifts`, `length` symbols of a byte each.
   *
   * Works on groups of 64 shifts: counts of whole groups are written, and text is read 63 symbols beyond what the last shift needs.
   *
   * @param narrow - 1 for counts of a byte each, which hold patterns of up to 255 symbols; 0 for counts of 32 bits
   */
  differentBytes(shifts: number, length: number, text: number, pattern: number, counts: number, narrow: number): void;
  /** As `differentBytes` for 16-bit symbols, in groups of 32 shifts. */
  differentHalves(shifts: number, length: number, text: number, pattern: number, counts: number): void;
  /** As `differentBytes` for 32-bit symbols, in groups of 16 shifts. */
  differentWords(shifts: number, length: number, text: number, pattern: number, counts: number): void;
  /** As `differentWords`, one symbol after the other. */
  comparePlain(shifts: number, length: number, text: number, pattern: number, counts: number, narrow: number): void;
  /**
   * (from, to, length, most, bits, words, text, additions, counters, out): out_i = min(`most`, #{j : symbols differ}) for `from` ≤ i < `to`, by counters of so many bits in so many words.
   *
   * @param text - numbers of symbols; what number c adds to the counters is `words` words of `additions` from c `words` on
   * @param counters - two words for each word
   */
  shiftAdd(...values: number[]): void;
  /** The number-theoretic transform of residues of 32 bits, in place; `roots` has the first `length` / 2 powers of a root of unity. */
  modularForward(length: number, values: number, roots: number, prime: number): void;
  /**
   * counts_i = min(#{j : text_{i+j} != pattern_j}, k + 1) for i < `shifts`; groups as in `differentBytes`.
   *
   * @returns the number of symbols compared
   */
  scanBytes(shifts: number, length: number, k: number, text: number, pattern: number, counts: number): number;
  /** counts_i = #{j : text_{i+j} & pattern_j = 0} for bytes that are sets of bits; groups and counts as in `differentBytes`. */
  disjointBytes(shifts: number, length: number, text: number, pattern: number, counts: number, narrow: number): void;
  /** As `scanBytes` for bytes that are sets of bits and match if they have one in common. */
  scanDisjoint(shifts: number, length: number, k: number, text: number, pattern: number, counts: number): number;
  /**
   * Bit i of plane s is whether symbol i + s is in a set, for s = 0 … 7.
   *
   * @param wanted - bit s says whether plane s is needed; plane 0 is always written
   * @param stride - bytes of a plane, a multiple of 16, the last 16 of which hold nothing of use; 8 `stride` symbols are read
   * @param table - 255 for the symbols, of a byte each, that are in the set, 0 for the others
   */
  matchPlanes(stride: number, wanted: number, symbols: number, table: number, out: number): void;
  /**
   * counts_i = total - #{j < `length` : bit i of the plane at places_j is set} for `from` ≤ i < `to`, both multiples of 128.
   *
   * @param length - a multiple of 8
   * @param narrow - as in `differentBytes`; then at most 255 bits of a shift are set
   */
  countSlices(from: number, to: number, length: number, places: number, total: number, counts: number, narrow: number): void;
  /**
   * matches_{y-x} += 1 for all positions x of `pattern` and y of `text`, both ascending, with 0 ≤ y-x < `shifts`.
   *
   * @returns the number of pairs
   */
  countPairs(shifts: number, patternCount: number, pattern: number, textCount: number, text: number, matches: number): number;
  /**
   * (from, shifts, count, symbols, patternStart, pattern, textStart, text, hints, matches): matches_{y-x-from} += 1 for all positions x
   * of the pattern and y of the text that have one of `count` symbols c in `symbols`, with from ≤ y-x < from + `shifts`. Positions of c
   * are those from patternStart_c up to patternStart_{c+1} of `pattern`, ascending; likewise in the text. `hints` is a copy of
   * `textStart` at first: where calls with ascending `from` go on. Returns the number of pairs.
   */
  countPairsOf(...values: number[]): number;
  /** out_j = 1 where the 32-bit number_j is `symbol`, else 0, for j < `length` rounded up to a multiple of 4. */
  indicator(length: number, symbol: number, numbers: number, out: number): void;
  /** out_j = table_{number_j + 1}, so that the number -1 takes the first entry. */
  coordinates(length: number, table: number, numbers: number, out: number): void;
  /**
   * matches_i += round(scale values_i + share known_i) for i < `count`; `known` and `matches` are 32-bit.
   *
   * @returns the largest distance of a sum from an integer
   */
  addRounded(count: number, scale: number, values: number, share: number, known: number, matches: number): number;
  /**
   * The Fourier transform, in place; `length` is a power of two, at least 16. The order of the spectrum is the
   * build's own: only products and `fourierInverse` of the same build understand it.
   *
   * @param twiddles - the table of `FourierPlan`
   */
  fourierForward(length: number, re: number, im: number, twiddles: number): void;
  /** `length` times the inverse of `fourierForward`, in place. */
  fourierInverse(length: number, re: number, im: number, twiddles: number): void;
  /** sum += x conj(y), complex, element by element. */
  multiplyConjugate(length: number, xRe: number, xIm: number, yRe: number, yIm: number, sumRe: number, sumIm: number): void;
  /** x <- x², complex, element by element. */
  squareParts(length: number, re: number, im: number): void;
}
