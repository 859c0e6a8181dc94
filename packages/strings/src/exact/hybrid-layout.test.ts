import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hybridLayout, leastHybrid, pairBlock } from './hybrid-layout.ts';

const spread = (length: number, symbols: number) => new Int32Array(symbols).fill(length / symbols);

describe('the layout', () => {
  it('counts pairs in blocks whose counters fit in a second-level cache', () => {
    for (const [n, m, symbols] of [
      [2 ** 20, 2 ** 16, 256],
      [2 ** 24, 2 ** 10, 4096],
      [2 ** 18, 2 ** 16, 26],
    ]) {
      const block = pairBlock({ n, m, textCounts: spread(n, symbols), patternCounts: spread(m, symbols) });
      // 4 bytes a counter: 32 kB to 1 MB.
      expect(block).toBeGreaterThanOrEqual(2 ** 13);
      expect(block).toBeLessThanOrEqual(2 ** 18);
      expect(Math.log2(block) % 1).toBe(0);
    }
  });

  it('takes transforms no longer than a short text, and of 16 symbols at least', () => {
    for (const [n, m, length] of [
      [6, 3, 16],
      [100, 3, 128],
      [100, 99, 128],
      [1024, 600, 1024],
      [1025, 1000, 2048],
    ]) {
      const layout = hybridLayout({ n, m, textCounts: spread(n, 2), patternCounts: spread(m, 2) });
      expect(layout.length).toBe(length);
      expect(layout.step).toBeGreaterThanOrEqual(n - m + 1);
    }
  });

  it('never costs less than the bound that needs no frequencies', () => {
    const counts = fc.array(fc.nat(2000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 0, max: 200_000 }), (pattern, text, more) => {
        const patternCounts = Int32Array.from(pattern, (count) => count + 1);
        const textCounts = Int32Array.from(pattern, (_, c) => text[c % text.length]);
        const m = patternCounts.reduce((sum, count) => sum + count, 0);
        const n = m + more + textCounts.reduce((sum, count) => sum + count, 0);
        const { nanoseconds } = hybridLayout({ n, m, textCounts, patternCounts });
        expect(nanoseconds * (1 + 1e-12)).toBeGreaterThanOrEqual(leastHybrid(n, m, 1));
      }),
      { numRuns: 500 },
    );
  });
});
