// The figures of the specification, on matrices of up to sixteen thousand rows.
import { describe, expect, test, vi } from 'vitest';
import type { CsrMatrix } from '../matrices.ts';
import { G12, rmatPair, sameBits, T14 } from '../testing/sparse.ts';
import { simulateSmash } from './simulate-smash.ts';
import { smashWindows } from './smash-windows.ts';
import { spgemm } from './spgemm.ts';
import { estimateWork } from './spgemm-tokens.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('the specified figures', () => {
  test.each([
    ['G12', G12, 200, 1, [56.2, 2501], [0.389, 37]],
    ['T14', T14, 428, 0, [114.6, 8706], [0.807, 52]],
  ] as const)(
    'windows and probes of %s',
    (_, shape, fitting, oversizedRows, high, low) => {
      const [a, b] = rmatPair(shape);
      const windows = smashWindows(a, b, estimateWork(a, b), 2 ** 14);
      const oversized = new Set(windows.filter(({ isOversized }) => isOversized).map(({ from }) => from));
      expect([windows.filter(({ isOversized }) => !isOversized).length, oversized.size]).toEqual([fitting, oversizedRows]);
      const { matrix } = spgemm(a, b);
      for (const [kernel, [mean, longest]] of [
        ['smash-v1', high],
        ['smash-v2', low],
        ['smash-v3', low],
      ] as const) {
        const outcome = spgemm(a, b, { kernel });
        expect(outcome.windows).toBe(fitting);
        expect(Number((outcome.probesPerInsert ?? 0).toPrecision(mean > 100 ? 4 : 3))).toBe(mean);
        expect(outcome.longestProbe).toBe(longest);
        expect(sameBits(outcome.matrix, matrix)).toBe(true);
        // Counted by the kernels. Each range of columns of an oversized row reads the row of A anew.
        const again = windows
          .filter(({ isContinued }) => isContinued)
          .reduce((sum, { from }) => sum + a.rowPointers[from + 1] - a.rowPointers[from], 0);
        expect(outcome.traffic).toEqual({
          readElements: shape.edges + again + outcome.products,
          writeElements: matrix.values.length,
          partialTriples: 0,
        });
      }
    },
    60_000,
  );

  test('traffic of the three orders of the loops on G12: row-wise is least, inner is most', () => {
    const [a, b] = rmatPair(G12);
    const traffic = (kernel: 'inner' | 'outer' | 'gustavson' | 'smash-v3') => spgemm(a, b, { kernel }).traffic;
    const [inner, outer, rowWise, smash] = [traffic('inner'), traffic('outer'), traffic('gustavson'), traffic('smash-v3')];
    expect(inner.readElements).toBe(172_949_504); // 2633 columns x 32768 + 2645 rows x 32768
    expect([outer.readElements, outer.partialTriples]).toEqual([65_536, 2_897_063]);
    expect(rowWise.readElements).toBe(2_929_831);
    // The one oversized row of A is read once for each of its ranges of columns.
    expect(smash.readElements - rowWise.readElements).toBe(oversizedReads(a, b));
    const bytes = ({ readElements, writeElements, partialTriples }: typeof inner) =>
      12 * (readElements + writeElements) + 2 * 16 * partialTriples;
    expect(bytes(rowWise)).toBeLessThan(bytes(outer));
    expect(bytes(outer)).toBeLessThan(bytes(inner));
  }, 60_000);

  // Cycles in millions, and the imbalance of the threads, of the specification's own prototype.
  test.each([
    ['G12', G12, 16, [64.1, 1.77, 0.609], [5.4, 1.42]],
    ['G12', G12, 64, [52.4, 0.675, 0.385], [19.3, 3.6]],
    ['T14', T14, 16, [330, 5.77, 1.29], [5.7, 1.08]],
    ['T14', T14, 64, [279, 1.58, 0.463], [21.6, 1.55]],
  ] as const)(
    'simulated cycles of %s: V1 > V2 > V3, and tokens balance',
    (_, shape, threads, millions, balance) => {
      const [a, b] = rmatPair(shape);
      const [v1, v2, v3] = (['v1', 'v2', 'v3'] as const).map((variant) => simulateSmash(a, b, { variant, threads }));
      for (const [k, { cycles }] of [v1, v2, v3].entries()) {
        expect(Number((cycles / 1e6).toPrecision(3))).toBe(millions[k]);
      }
      expect(v1.imbalance).toBeCloseTo(balance[0], 0);
      expect(v2.imbalance).toBeCloseTo(balance[1], 1);
      expect(v1.cycles).toBeGreaterThan(v2.cycles);
      expect(v2.cycles / v3.cycles).toBeGreaterThanOrEqual(1.5);
      expect(v1.imbalance / v2.imbalance).toBeGreaterThanOrEqual(3);
    },
    60_000,
  );
});

function oversizedReads(a: CsrMatrix, b: CsrMatrix): number {
  return smashWindows(a, b, estimateWork(a, b), 2 ** 14)
    .filter(({ isContinued }) => isContinued)
    .reduce((sum, { from }) => sum + a.rowPointers[from + 1] - a.rowPointers[from], 0);
}
