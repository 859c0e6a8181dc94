// Counts of bytes, and the bits per byte of a text under them.

/** Counts of bytes (order 0), or of bytes after each byte (order 1), a row a byte before. */
export function byteCounts(text: Uint8Array, order: number): Uint32Array {
  const counts = new Uint32Array(order === 0 ? 256 : 65_536);
  let before = 0;
  for (const byte of text) {
    counts[order === 0 ? byte : 256 * before + byte]++;
    before = byte;
  }
  return counts;
}

/** Bits a byte of a text under counts of another, half a count added to each: (c + 1/2) / (n + 128). */
export function countedBits(counts: Uint32Array, text: Uint8Array): number {
  const sums = new Float64Array(counts.length / 256);
  for (let i = 0; i < counts.length; i++) sums[i >> 8] += counts[i];
  let [bits, before] = [0, 0];
  for (const byte of text) {
    const row = sums.length === 1 ? 0 : before;
    bits -= Math.log2((counts[256 * row + byte] + 0.5) / (sums[row] + 128));
    before = byte;
  }
  return bits / text.length;
}
