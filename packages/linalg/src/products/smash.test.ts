import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import { matrixFromRows } from '../dense/dense-matrix.ts';
import type { CsrMatrix } from '../matrices.ts';
import { csrFromDense, csrToDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { describeBuilds } from '../testing/builds.ts';
import { denseProduct, G12, rmatPair, sameBits, sparse } from '../testing/sparse.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { startThreads } from '../webassembly/thread-pool.ts';
import { simulateSmash } from './simulate-smash.ts';
import { smashWindows } from './smash-windows.ts';
import { spgemm } from './spgemm.ts';
import { estimateWork } from './spgemm-tokens.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const VERSIONS = ['smash-v1', 'smash-v2', 'smash-v3'] as const;

const pair = fc.tuple(fc.nat(14), fc.nat(14), fc.nat(40)).chain(([m, k, n]) => fc.tuple(sparse(m, k), sparse(k, n)));

describeBuilds('every version', () => {
  test('gives the dense product, also where a scratchpad of 16 slots cuts rows into ranges of columns', () => {
    const slots = fc.constantFrom(16, 64, 2 ** 15);
    fc.assert(
      fc.property(
        pair,
        fc.constantFrom(...VERSIONS),
        slots,
        fc.constantFrom(0.1, 0.5, 0.9),
        ([a, b], kernel, scratchSlots, loadFactor) => {
          const { matrix } = spgemm(a, b, { kernel, scratchSlots, loadFactor });
          checkCsr(matrix, 'matrix');
          expect(csrToDense(matrix).values.map((value) => value + 0)).toEqual(
            denseProduct(a, b).values.map((value) => value + 0),
          );
          expect(matrix.rowPointers).toEqual(spgemm(a, b, { kernel: 'gustavson' }).matrix.rowPointers);
        },
      ),
    );
  });

  test('adds in the order of k on one thread: the bits of all other kernels', () => {
    const a = normal(fivePointLaplacian(9), 1);
    const b = normal(fivePointLaplacian(9), 2);
    const { matrix } = spgemm(a, b, { kernel: 'gustavson' });
    for (const kernel of VERSIONS) {
      for (const scratchSlots of [32, 1024]) expect(spgemm(a, b, { kernel, scratchSlots }).matrix).toEqual(matrix);
    }
  });
});

const normal = (matrix: CsrMatrix, seed: number): CsrMatrix => ({
  ...matrix,
  values: new Random(seed).normals(matrix.values.slice()),
});

describe('threads', () => {
  const shape = { scale: 9, edges: 4000, quarters: [0.57, 0.19, 0.19] } as const;
  const [a, b] = rmatPair(shape);

  test('add integers exactly, whatever the order of the atomic additions', async () => {
    const { matrix } = spgemm(a, b);
    for (const kernel of VERSIONS) {
      for (const threads of [2, 4]) {
        // A window of half of the slots has several tokens of 256 products.
        for (const scratchSlots of [2 ** 11, 2 ** 13]) {
          const outcome = await withWorkers(threads, () => spgemm(a, b, { kernel, threads, scratchSlots }));
          expect(sameBits(outcome.matrix, matrix)).toBe(true);
          expect(outcome.products).toBe(estimateWork(a, b).products);
          expect(outcome.threadProducts?.reduce((sum, products) => sum + products)).toBe(outcome.products);
        }
      }
    }
  });

  test('of version 1 take the rows that were dealt to them, and no others', async () => {
    await startThreads(3);
    const work = estimateWork(a, b);
    for (const threads of [2, 3]) {
      const shares = new Array<number>(threads).fill(0);
      for (const { from, to, isOversized, products } of smashWindows(a, b, work, 2 ** 12)) {
        if (isOversized) shares[0] += products;
        for (let i = from; i < to && !isOversized; i++) shares[(i - from) % threads] += work.rowProducts[i];
      }
      const outcome = spgemm(a, b, { kernel: 'smash-v1', threads, scratchSlots: 2 ** 13 });
      expect(outcome.threadProducts).toEqual(shares);
      expect(Math.min(...shares)).toBeGreaterThan(0);
    }
  });

  test('give the same pattern, and values up to rounding, for other numbers', async () => {
    const [left, right] = [normal(a, 3), normal(b, 4)];
    const { matrix } = spgemm(left, right);
    const magnitude = spgemm({ ...left, values: left.values.map(Math.abs) }, { ...right, values: right.values.map(Math.abs) });
    for (const kernel of VERSIONS) {
      const shared = (await withWorkers(2, () => spgemm(left, right, { kernel, threads: 2 }))).matrix;
      expect(shared.columnIndices).toEqual(matrix.columnIndices);
      expect(shared.values.length).toBe(matrix.values.length);
      let apart = 0;
      for (const [k, value] of shared.values.entries()) {
        apart = Math.max(apart, Math.abs(value - matrix.values[k]) / magnitude.matrix.values[k]);
      }
      expect(apart).toBeLessThanOrEqual(1e-13);
    }
  });
});

test('version 3 empties what it used, versions 1 and 2 the whole table', () => {
  const [a, b] = rmatPair({ ...G12, scale: 10, edges: 8000 });
  const entries = spgemm(a, b).matrix.values.length;
  const rounds = smashWindows(a, b, estimateWork(a, b), 2 ** 12).length;
  expect(rounds).toBeGreaterThan(10);
  for (const scratchSlots of [2 ** 13, 2 ** 15]) {
    const loadFactor = 2 ** 12 / scratchSlots; // the same windows in tables of other sizes
    const emptied = (kernel: (typeof VERSIONS)[number]) => spgemm(a, b, { kernel, scratchSlots, loadFactor }).placesEmptied;
    expect(emptied('smash-v3')).toBe(entries);
    expect(emptied('smash-v2')).toBe(rounds * scratchSlots);
    expect(emptied('smash-v1')).toBe(rounds * (scratchSlots + 2 ** 12));
  }
});

describe('the simulation', () => {
  const a = csrFromDense(
    matrixFromRows([
      [1, 2],
      [0, 3],
    ]),
  );

  test('of two rows is what one counts by hand', () => {
    // Products: row 0 takes 2 + 1, row 1 takes 1, no collisions: 2 cycles each; three entries.
    const options = { threads: 2, scratchSlots: 16 };
    expect(simulateSmash(a, a, { ...options, variant: 'v1' })).toMatchObject({ cycles: 6 + (16 + 3) / 2, imbalance: 6 / 4 });
    // Tokens of 4, 2 and 2 cycles, to the thread that has least: 4 and 2 + 2.
    expect(simulateSmash(a, a, { ...options, variant: 'v2' })).toMatchObject({
      cycles: 4 + (16 + 3 * Math.log2(1.5)) / 2,
      imbalance: 1,
    });
    expect(simulateSmash(a, a, { ...options, variant: 'v3' }).cycles).toBe(4 + (2 * 3) / 2);
  });

  test('of nothing costs nothing', () => {
    const empty = { ...a, rowPointers: Int32Array.of(0, 0, 0), columnIndices: new Int32Array(0), values: new Float64Array(0) };
    expect(simulateSmash(empty, a, { variant: 'v3' })).toMatchObject({ cycles: 0, imbalance: 1, probesPerInsert: 0 });
  });
});

test.each<[string, object]>([
  ['scratchSlots', { scratchSlots: 1000 }],
  ['scratchSlots', { scratchSlots: 8 }],
  ['loadFactor', { loadFactor: 1 }],
  ['loadFactor', { loadFactor: 0 }],
  ['semiring', { semiring: 'min-plus' }],
  ['mask', { mask: fivePointLaplacian(2) }],
])('a bad %s is refused', (argument, options) => {
  const a = fivePointLaplacian(2);
  expect(() => spgemm(a, a, { kernel: 'smash-v2', ...options })).toThrow(expect.objectContaining({ argument }));
  if (argument === 'scratchSlots' || argument === 'loadFactor') {
    expect(() => simulateSmash(a, a, { variant: 'v2', ...options })).toThrow(expect.objectContaining({ argument }));
  }
});
