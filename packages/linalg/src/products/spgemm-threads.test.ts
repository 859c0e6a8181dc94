import { Random } from '@infimum/core';
import { describe, expect, test, vi } from 'vitest';
import { selectCsr } from '../sparse/csr-slice.ts';
import { denseFrom, G12, normalPair, rmatPair, sameBits, T14 } from '../testing/sparse.ts';
import { expectNoPartialProducts } from '../testing/spgemm-figures.ts';
import { withWorkers } from '../testing/with-workers.ts';
import type { SpgemmOptions } from './spgemm.ts';
import { spgemm, spgemmParallel } from './spgemm.ts';
import { spgemmPlan } from './spgemm-plan.ts';
import { cutTokens, estimateWork } from './spgemm-tokens.ts';
import { spmm } from './spmm.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const ROW_KERNELS = ['auto', 'dense', 'hash', 'heap', 'esc'] as const;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

describe('threads', () => {
  test('give the same bits, in every kernel, with heavy rows split', async () => {
    const [a, b] = normalPair(7, 2500);
    const tokensOf = (threads: number) => cutTokens(a, b, estimateWork(a, b), threads, true);
    expect(tokensOf(1).some(({ isContinued }) => isContinued)).toBe(false);
    for (const kernel of ROW_KERNELS) {
      for (const twoPhase of [false, true]) {
        const one = spgemm(a, b, { kernel, twoPhase });
        for (const threads of [2, 5]) {
          const more = await withWorkers(
            threads,
            () => spgemm(a, b, { kernel, twoPhase, threads }),
            ({ profile }) => profile?.threads.slice(1).some(({ products }) => products > 0) ?? false,
          );
          expect(sameBits(more.matrix, one.matrix)).toBe(true);
          expect(more.products).toBe(one.products);
          const parts = tokensOf(threads).filter(({ isContinued }) => isContinued);
          expect(parts.length).toBeGreaterThanOrEqual(2);
          // Every part of a row reads the row of A anew.
          const again = parts.reduce((sum, { from }) => sum + a.rowPointers[from + 1] - a.rowPointers[from], 0);
          expect(more.traffic).toEqual({ ...one.traffic, readElements: one.traffic.readElements + again });
          const profile = more.profile?.threads ?? [];
          expect(profile.length).toBe(threads);
          expect(profile.reduce((sum, { products }) => sum + products, 0)).toBe(one.products);
        }
      }
    }
  }, 60_000);

  test('take shares of the rows in advance where that is asked for', async () => {
    const [a, b] = normalPair(7, 2500);
    const { rowProducts } = estimateWork(a, b);
    const one = spgemm(a, b);
    for (const twoPhase of [false, true]) {
      const { matrix, profile } = await withWorkers(2, () => spgemm(a, b, { threads: 2, schedule: 'static', twoPhase }));
      expect(sameBits(matrix, one.matrix)).toBe(true);
      expect(profile?.threads.map(({ rows, products }) => [rows, products])).toEqual([
        [1250, sumOf(rowProducts.subarray(0, 1250))],
        [1250, sumOf(rowProducts.subarray(1250))],
      ]);
    }
  });

  test('are started by the asynchronous product', async () => {
    const [a, b] = normalPair(8);
    const [one, two] = await Promise.all([1, 2].map((threads) => spgemmParallel(a, b, { threads })));
    expect(two.matrix).toEqual(one.matrix);
    expect(two.profile?.threads.length).toBe(2);
  });

  test('give the same bits to plans, masked products and products with dense matrices', async () => {
    const [a, b] = normalPair(8, 800);
    const options: SpgemmOptions = { mask: selectCsr(a, {}) };
    const masked = await withWorkers(2, () => spgemm(a, b, { ...options, threads: 2 }));
    expect(masked.matrix).toEqual(spgemm(a, b, options).matrix);
    using one = spgemmPlan(a, b);
    const planned = await withWorkers(2, () => {
      using two = spgemmPlan(a, b, { threads: 2 });
      return two.numeric(a.values, b.values);
    });
    expect(planned).toEqual(one.numeric(a.values, b.values));
    const x = denseFrom(800, 11, (i, j) => (i + 3 * j) / (1 + i));
    expect(await withWorkers(2, () => spmm(a, x, { threads: 2 }))).toEqual(spmm(a, x));
  });
});

describe('tokens', () => {
  test('cover every row once, and the parts of a heavy row all of its columns', () => {
    const [a, b] = normalPair(7, 2500);
    const work = estimateWork(a, b);
    for (const threads of [2, 3, 8]) {
      let [row, column] = [0, 0];
      let parts = 0;
      for (const token of cutTokens(a, b, work, threads, true)) {
        expect([token.from, token.low]).toEqual([row, column]);
        parts += token.isContinued ? 1 : 0;
        // Its products and entries, counted one by one.
        const places = new Set<number>();
        let products = 0;
        for (let i = token.from; i < token.to; i++) {
          for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
            const k = a.columnIndices[p];
            for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
              const j = b.columnIndices[q];
              if (j < token.low || j >= token.high) continue;
              products++;
              places.add(i * b.cols + j);
            }
          }
        }
        expect(token.products).toBe(products);
        expect(token.bound).toBeGreaterThanOrEqual(places.size);
        [row, column] = token.isContinued ? [token.from, token.high] : [token.to, 0];
        if (!token.isContinued) expect(token.high).toBe(b.cols);
      }
      expect([row, column]).toEqual([a.rows, 0]);
      expect(parts).toBeGreaterThan(0);
    }
  });

  test.each([
    ['G12', G12, [2, 4, 8]],
    ['T14', T14, [4, 8]],
  ] as const)('balance the products of %s, which shares of rows do not', (_, shape, threadNumbers) => {
    const [a, b] = rmatPair(shape);
    const work = estimateWork(a, b);
    for (const threads of threadNumbers) {
      const mean = work.products / threads;
      const [taken, consecutive, dealt] = [0, 1, 2].map(() => new Float64Array(threads));
      // Whoever is idle takes the heaviest token that is left.
      const tokens = cutTokens(a, b, work, threads, true).toSorted((t, u) => u.products - t.products);
      for (const { products } of tokens) taken[taken.indexOf(Math.min(...taken))] += products;
      work.rowProducts.forEach((products, i) => {
        consecutive[Math.floor((i * threads) / a.rows)] += products;
        dealt[i % threads] += products;
      });
      expect(Math.max(...taken) / mean).toBeLessThanOrEqual(1.1);
      expect(Math.max(...consecutive) / mean).toBeGreaterThan(1.3);
      expect(Math.max(...dealt) / mean).toBeGreaterThan(1.3);
    }
  });
});

describe('traffic and memory', () => {
  test('is what each kernel moves: two phases read twice, expansion stores all products', () => {
    const [a, b] = rmatPair(G12);
    const once = G12.edges + 2_897_063;
    for (const kernel of ROW_KERNELS) {
      for (const twoPhase of [false, true]) {
        expect([kernel, spgemm(a, b, { kernel, twoPhase }).traffic]).toEqual([
          kernel,
          {
            readElements: twoPhase ? 2 * once : once,
            writeElements: 1_353_371,
            partialTriples: kernel === 'esc' ? 2_897_063 : 0,
          },
        ]);
      }
    }
    const masked = spgemm(a, b, { mask: a });
    expect(masked.traffic.readElements).toBe(once);
    expect(masked.traffic.writeElements).toBe(masked.matrix.values.length);
  });

  test('the product of G12 has the specified size, and there is no store of partial products', () =>
    expectNoPartialProducts(G12, { products: 2_897_063, entries: 1_353_371, share: 6 }));
});

test('thin rows among many columns, beside a full one, on one thread and several', async () => {
  const shape = { scale: 17, edges: 110_000, quarters: [0.25, 0.25, 0.25] } as const;
  const [a, b] = rmatPair(shape).map((matrix, seed) => ({
    ...matrix,
    values: new Random(seed).normals(matrix.values.slice()),
  }));
  // A row that is not thin, so that both ways meet in one product.
  const full = { ...a, rowPointers: a.rowPointers.map((start, i) => (i === 0 || i > 20_000 ? start : a.rowPointers[20_001])) };
  full.columnIndices = a.columnIndices.slice();
  full.columnIndices.subarray(0, full.rowPointers[1]).forEach((_, k, row) => {
    row[k] = k;
  });
  for (const left of [a, full]) {
    const expected = spgemm(left, b, { kernel: 'gustavson' }).matrix;
    const { matrix, traffic, explanation } = spgemm(left, b);
    expect(sameBits(matrix, expected)).toBe(true);
    expect(explanation).toContain('accumulators by row');
    expect(traffic.partialTriples).toBe(0);
    const two = await withWorkers(2, () => spgemm(left, b, { threads: 2, twoPhase: true }));
    expect(sameBits(two.matrix, expected)).toBe(true);
  }
}, 60_000);
