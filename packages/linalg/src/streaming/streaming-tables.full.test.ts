import { Random } from '@infimum/core';
import { describe, expect, it, vi } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { correlation, exact, median, medians } from '../testing/eigenvectors.ts';
import { hardStream, heavyStream, lightStream, lowerBoundStream, mixedStream, sortedStream } from './streaming-instances.ts';
import type { StreamingTopEigenvectorOptions } from './streaming-options.ts';
import { streamingTopEigenvector } from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('the hard instance', () => {
  it('is what its closed form says, for linear Oja at any rate, in any order', () => {
    for (const [d, R, seed] of [
      [100, 3, 1],
      [100, 6, 2],
      [300, 4, 3],
    ]) {
      const n = 40 * (d - 1); // every axis has as many rows
      const rows = hardStream({ n, d, R }, seed);
      for (const rate of [0.25, 1, 4, 16]) {
        const start = new Random(seed).normals(new Float64Array(d));
        const { vector } = streamingTopEigenvector(rows, { method: 'oja-ladder', stepSizes: [rate], initial: start });
        const heavy = (start[0] * (1 + rate) ** R) ** 2;
        const other = ((1 + (rate * (d - 1)) / n) ** (n / (d - 1))) ** 2;
        const rest = start.subarray(1).reduce((sum, value) => sum + value * value, 0);
        expect(vector[0] ** 2).toBeCloseTo(heavy / (heavy + other * rest), 12);
      }
    }
  });

  it('defeats every fixed rate when R is below ln d / ln ln d, but not exponential steps or heavy rows', () => {
    const [d, starts] = [100, 41];
    const best = (R: number): number[] =>
      Array.from({ length: starts }, (_, seed) => {
        const z = new Random(seed).normals(new Float64Array(d));
        const rest = z.subarray(1).reduce((sum, value) => sum + value * value, 0);
        let most = 0;
        for (let rate = 0.05; rate < 64; rate *= 1.1) {
          const n = 40 * (d - 1);
          const gain = (z[0] * (1 + rate) ** R) ** 2;
          const other = (1 + (rate * (d - 1)) / n) ** ((2 * n) / (d - 1));
          most = Math.max(most, gain / (gain + other * rest));
        }
        return most;
      });
    expect(median(best(2))).toBeLessThan(0.05);
    expect(median(best(3))).toBeLessThan(0.2);
    expect(median(best(7))).toBeGreaterThan(0.99);
  });

  it.each([100, 300])(
    'is no trouble for heavy rows and exponential steps, at d = %i and R from 2 to 8',
    (d) => {
      for (const R of [2, 3, 4, 6, 8]) {
        for (const seed of [1, 2, 3]) {
          const rows = hardStream({ n: 40 * d, d, R }, seed);
          for (const options of [{}, { method: 'oja-ladder', update: 'exp' }] as StreamingTopEigenvectorOptions[]) {
            const { vector, heavyRows } = streamingTopEigenvector(rows, { seed, ...options });
            // The first axis has R times the mass of the others: it is the answer.
            expect(vector[0] ** 2).toBeGreaterThan(0.999);
            expect(heavyRows).toBe(options.method ? 0 : R);
          }
        }
      }
    },
    180_000,
  );
});

describe('the tables of the specification', () => {
  it('finds the top eigenvector of light rows, best with geometric blocks', () => {
    for (const R of [4, 14, 16, 56]) {
      const found = medians(
        (seed) => lightStream({ n: 20_000, d: 100, R }, seed),
        {
          geometric: {},
          halves: { blocks: 'halves' },
          equal: { blocks: 8 },
          theory: { blocks: 'theory' },
          ladder: { method: 'oja-ladder' },
          exponential: { method: 'oja-ladder', update: 'exp' },
          sketch: { method: 'frequent-directions' },
        },
        R === 4 || R === 16 ? [1, 2, 3] : [1],
      );
      expect(found.geometric).toBeGreaterThan(0.999);
      expect(found.halves).toBeGreaterThan(0.997);
      expect(found.theory).toBeGreaterThan(0.98);
      for (const other of [found.equal, found.theory, found.ladder, found.exponential]) {
        expect(found.geometric).toBeGreaterThan(other);
        expect(found.halves).toBeGreaterThan(other);
      }
      if (R === 4) expect(found.sketch).toBeLessThan(0.5);
      else expect(found.sketch).toBeGreaterThan(0.9995);
    }
  }, 180_000);

  it('does so for longer rows', () => {
    for (const R of [13.2, 16]) {
      const found = medians(
        (seed) => lightStream({ n: 40_000, d: 400, R }, seed),
        { geometric: {}, halves: { blocks: 'halves' }, equal: { blocks: 8 }, ladder: { method: 'oja-ladder' } },
        [1],
      );
      expect(found.geometric).toBeGreaterThan(0.999);
      expect(found.halves).toBeGreaterThan(0.999);
      expect(found.geometric).toBeGreaterThan(found.equal);
      expect(found.equal).toBeGreaterThan(found.ladder);
    }
  }, 180_000);

  it('finds it in light rows with one vector of memory, in samples as far as they go', () => {
    for (const R of [16, 64]) {
      const found = medians(
        (seed) => lightStream({ n: 20_000, d: 100, R }, seed),
        {
          oja: { method: 'oja' },
          krasulina: { method: 'krasulina' },
          batches: { method: 'block-oja' },
          pca: { method: 'incremental-pca' },
          few: { method: 'row-sampling' },
          many: { method: 'row-sampling', sketchSize: 500 },
          uniform: { method: 'uniform-sampling', sketchSize: 500 },
        },
        [1, 2, 3],
      );
      for (const online of [found.oja, found.krasulina, found.batches]) expect(online).toBeGreaterThan(0.997);
      expect(found.pca).toBeGreaterThan(0.9999);
      expect(found.many).toBeGreaterThan(found.few);
      expect(Math.min(found.many, found.uniform)).toBeGreaterThan(0.98);
    }
  }, 180_000);

  it('finds it in heavy rows, where linear Oja does not', () => {
    for (const h of [1, 5]) {
      const found = medians(
        (seed) => heavyStream({ n: 20_000, d: 100, R: 8, h }, seed),
        {
          block: {},
          ladder: { method: 'oja-ladder' },
          exponential: { method: 'oja-ladder', update: 'exp' },
          weighted: { method: 'row-sampling', sketchSize: 500 },
          uniform: { method: 'uniform-sampling', sketchSize: 500 },
          longest: { method: 'longest-row' },
        },
        [1, 2, 3],
      );
      expect(found.block).toBeGreaterThan(0.999);
      if (h === 1) expect(found.ladder).toBeLessThan(0.9);
      expect(found.exponential).toBeGreaterThan(0.95);
      // A sample by norm has the heavy rows, a uniform one has not, and the longest row is the answer.
      expect(found.weighted).toBeGreaterThan(0.99);
      expect(found.uniform).toBeLessThan(0.2);
      expect(found.longest).toBeGreaterThan(0.999);
    }
  }, 180_000);

  it('gains from combination as R grows, faster than the maximum does', () => {
    const loss = { combine: [] as number[], max: [] as number[] };
    const gaps = [12, 50, 203];
    for (const R of gaps) {
      const found = medians(
        (seed) => mixedStream({ n: 40_000, d: 100, R, h: 3 }, seed),
        { combine: { blocks: 8 }, max: { blocks: 8, finish: 'max' } },
        [1, 2, 3],
      );
      expect(found.combine).toBeGreaterThan(found.max);
      loss.combine.push(1 - found.combine);
      loss.max.push(1 - found.max);
    }
    const slope = (losses: number[]) => Math.log(losses[2] / losses[0]) / Math.log(gaps[2] / gaps[0]);
    expect(Math.abs(slope(loss.max) + 1)).toBeLessThan(0.35);
    expect(slope(loss.combine)).toBeLessThan(-1);
  }, 180_000);

  it('needs ln² d for a ladder in any order, and a factor of ln d less in random order', () => {
    const stepSizes = Array.from({ length: 13 }, (_, k) => 2 ** (k - 6));
    const ladder = {
      linear: { method: 'oja-ladder', stepSizes },
      exponential: { method: 'oja-ladder', update: 'exp', stepSizes },
    } satisfies Record<string, StreamingTopEigenvectorOptions>;
    for (const d of [30, 100]) {
      const [wide, narrow] = [Math.ceil(Math.log(d) ** 2), Math.ceil(Math.log(d))];
      for (const order of ['descending', 'ascending'] as const) {
        const found = medians((seed) => sortedStream({ n: 4000, d, R: wide, order }, seed), ladder);
        expect(Math.min(found.linear, found.exponential)).toBeGreaterThanOrEqual(0.95);
      }
      const scaled = (seed: number): DenseMatrix => {
        const rows = lightStream({ n: 4000, d, R: narrow }, seed);
        return { ...rows, values: rows.values.map((value) => value / Math.sqrt(4000)) };
      };
      const random = medians(scaled, ladder);
      const sorted = medians((seed) => sortedStream({ n: 4000, d, R: narrow, order: 'descending' }, seed), ladder);
      expect(Math.min(random.linear, random.exponential)).toBeGreaterThanOrEqual(0.9);
      expect(sorted.linear).toBeLessThan(random.linear);
      expect(sorted.exponential).toBeLessThan(random.exponential);
    }
  }, 180_000);

  it('fails with equal blocks when the rows are sorted, where a ladder does not', () => {
    const found = medians((seed) => sortedStream({ n: 4000, d: 30, R: 12, order: 'descending' }, seed), {
      equal: { blocks: 'theory' },
      ladder: { method: 'oja-ladder' },
      exponential: { method: 'oja-ladder', update: 'exp' },
    });
    expect(found.equal).toBeLessThan(0.1);
    expect(found.ladder).toBeGreaterThan(0.9);
    expect(found.exponential).toBeGreaterThan(0.85);
  });

  it('leaves 1/R² of the lower bound when only h/R rows are stored', () => {
    for (const R of [8, 16, 32]) {
      const make = (seed: number) => lowerBoundStream({ d: 400, h: 64, R }, seed);
      const found = medians(make, { all: {}, few: { maxHeavy: 64 / R } }, [...Array(15).keys()]);
      expect(R * R * (1 - found.all)).toBeLessThan(0.01);
      expect(R * R * (1 - found.few)).toBeGreaterThan(0.2);
      expect(R * R * (1 - found.few)).toBeLessThan(0.7);
    }
  }, 180_000);

  it('stores heavy rows in single precision at no loss', () => {
    for (const R of [2, 8]) {
      const rows = heavyStream({ n: 5000, d: 50, R, h: 4 }, 3);
      const [double, single] = [64, 32].map((storedPrecision) =>
        streamingTopEigenvector(rows, { storedPrecision: storedPrecision as 64 | 32 }),
      );
      const truth = exact(rows);
      expect(Math.abs(correlation(truth, double.vector) - correlation(truth, single.vector))).toBeLessThan(1e-6);
      expect(double.bitsStored - single.bitsStored).toBe(32 * 4 * 50);
    }
  });
});
