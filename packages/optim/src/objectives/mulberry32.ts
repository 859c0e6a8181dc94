// The small generator that instances of the literature's tables are made with; methods use `Random` of core.

/** Numbers in [0, 1) from a 32-bit state. */
export function mulberry32(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers in [-1, 1). */
export function symmetricUniforms(next: () => number, length: number): Float64Array {
  return Float64Array.from({ length }, () => 2 * next() - 1);
}
