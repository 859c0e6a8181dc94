// Generators used by papers for their instances, reproduced bit for bit; algorithms use `Random`.

/**
 * The generator mulberry32: uniform numbers in [0, 1) with 32 bits, the same in every language. For instance families and
 * tests whose numbers can be looked up; it is too weak for anything else.
 *
 * @example
 * ```ts
 * import { mulberry32 } from '@infimum/core/reference-generators';
 *
 * const next = mulberry32(1);
 * console.log(next().toFixed(6)); // 0.627074
 * ```
 */
export function mulberry32(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
