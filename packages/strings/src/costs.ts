// The costs of basic operations, in nanoseconds, by which the planner and the hybrid choose.
//
// Measured by `bench/kernels.ts` and `bench/crossovers.ts` on one core of an AMD EPYC at about 3 GHz; only ratios
// matter, and these differ little between machines.

/** One symbol comparison of the plain double loop. */
export const NAIVE_COMPARISON = 0.5;

/** One symbol comparison of the SIMD kernel by bytes of a symbol. */
export const SIMD_COMPARISON = { 1: 0.0123, 2: 0.0232, 4: 0.047 } as const;

/** One comparison of two sets of bits. */
export const SIMD_SETS = 0.016;

/** One text symbol written as a set of bits. */
export const SET_SYMBOL = 1.5;

/** One text symbol marked as wild or not, and counted in its windows. */
export const WILD_SYMBOL = 8;

/** One bit of matches added. */
export const BIT_COMPARISON = 0.0059;

/** One pair of equal symbols enumerated, with counters in the first-level cache or in the second-level one. */
export const PAIR = { near: 0.5, far: 0.62 } as const;

/** One position of the pattern in a block of shifts: finding where its pairs begin and end. */
export const POSITION = 14;

/** One text symbol replaced by its number. */
export const NUMBER = 4;

/** The same by hashing. */
export const HASH = 8;

/** One numbered text symbol sorted into the list of its kind. */
export const SORT = 6.8;

/** The bits of one text symbol for one of the pattern, and one more copy of them that is shifted. */
export const PLANE = 0.075;
export const PLANE_COPY = 0.011;

/** One result of transforms rounded and added. */
export const ROUND = 5;

/** One number of a transform's input written. */
export const FILL = 0.6;

/** Memory, tables and calls of any method except the naive one. */
export const FIXED = 15_000;

/** One shift of a search for bounded distances: copying text and counts, and searching for close shifts. */
export const SHIFT = 0.6;

/** One text symbol hashed and looked up among the pieces of many patterns. */
export const INDEX_SYMBOL = 4.5;

/** One place verified where a piece fits. */
export const INDEX_CANDIDATE = 60;

/** One piece hashed and stored. */
export const INDEX_PIECE = 100;

/** A complex Fourier transform of length N. */
export function transformCost(length: number): number {
  // Beyond the second-level cache every pass waits for memory.
  const perButterfly = length <= 2 ** 14 ? 0.19 : length <= 2 ** 16 ? 0.21 : 0.29;
  return perButterfly * length * Math.log2(length);
}

/** One product of spectra of length N. */
export function productCost(length: number): number {
  return (length <= 2 ** 16 ? 0.42 : length <= 2 ** 18 ? 0.5 : 1.1) * length;
}
