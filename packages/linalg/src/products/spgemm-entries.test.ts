import { describe, expect, test, vi } from 'vitest';
import type { CsrMatrix } from '../matrices.ts';
import { csrFromTriplets } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { firstRows, G12, rmatPair, sameBits, T14, UNIFORM } from '../testing/sparse.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { spgemm } from './spgemm.ts';
import { isNearBound, PieceStore, ResultStore } from './spgemm-entries.ts';
import { estimateWork } from './spgemm-tokens.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const entriesOf = (length: number) => ({ columnIndices: new Int32Array(length), values: new Float64Array(length) });
const source = { columnIndices: Int32Array.of(3, 1, 4, 1, 5), values: Float64Array.of(2, 7, 1, 8, 2) };

describe.each([
  ['arrays of the result', () => new ResultStore(5)],
  ['arrays of the result, with some room to spare', () => new ResultStore(6)],
  ['arrays that are much too long', () => new ResultStore(1000)],
  ['pieces', () => new PieceStore(entriesOf)],
])('entries in %s', (_, make) => {
  test('come back in order, in part and as a whole', () => {
    const store = make();
    store.append(source, 2, 5);
    store.append(source, 0, 0);
    store.append(source, 0, 2);
    expect(store.upTo(0)).toEqual(entriesOf(0));
    expect(store.upTo(4)).toEqual({ columnIndices: Int32Array.of(4, 1, 5, 3), values: Float64Array.of(1, 8, 2, 2) });
    const all = store.all();
    expect(all).toEqual({ columnIndices: Int32Array.of(4, 1, 5, 3, 1), values: Float64Array.of(1, 8, 2, 2, 7) });
    expect(all.values.buffer.byteLength).toBeLessThanOrEqual(6 * 8);
  });
});

describe('products with nearly as many entries as products', () => {
  const squared = (matrix: CsrMatrix) => [matrix, matrix] as const;

  test.each([
    ['T14, 1.05 products an entry', () => rmatPair(T14), true],
    ['uniform, 1.01 products an entry', () => rmatPair(UNIFORM), true],
    ['G12, 2.1 products an entry', () => rmatPair(G12), false],
    ['a Laplacian, 1.9 products an entry', () => squared(fivePointLaplacian(300)), false],
    ['a small product', () => squared(fivePointLaplacian(3)), false],
  ])('are told from others by a sample: %s', (_, make, expected) => {
    const [a, b] = make();
    const work = estimateWork(a, b);
    const bound = work.rowBounds.reduce((sum, value) => sum + value, 0);
    expect(isNearBound(a, b, work, bound)).toBe(expected);
  });

  test('also where a few rows take all products', () => {
    const size = 600;
    const indices = Int32Array.from({ length: size }, (_, k) => k);
    const row = { rowIndices: new Int32Array(size), columnIndices: indices, values: indices.map(() => 1) };
    const a = csrFromTriplets({ rows: 4, cols: size, ...row });
    const full = { rowPointers: indices.map((k) => k * size), columnIndices: new Int32Array(size * size) };
    const b = {
      rows: size,
      cols: size,
      rowPointers: Int32Array.of(...full.rowPointers, size * size),
      columnIndices: full.columnIndices.map((_, k) => k % size),
      values: new Float64Array(size * size).fill(1),
    };
    // 360 000 products in one row, 600 entries.
    const work = estimateWork(a, b);
    expect(isNearBound(a, b, work, work.products)).toBe(false);
    expect(spgemm(a, b).matrix.values).toEqual(new Float64Array(size).fill(size));
  });

  test('are the same on any number of threads, also when they are ended early', async () => {
    const [a, b] = rmatPair(UNIFORM);
    const whole = spgemm(a, b, { kernel: 'gustavson' }).matrix;
    expect(sameBits(spgemm(a, b).matrix, whole)).toBe(true);
    expect(sameBits(spgemm(a, b, { twoPhase: true }).matrix, whole)).toBe(true);
    const threaded = await withWorkers(2, () => spgemm(a, b, { threads: 2 }));
    expect(sameBits(threaded.matrix, whole)).toBe(true);
    // Entries take at most a third more memory than they need.
    const { values } = threaded.matrix;
    expect(values.buffer.byteLength).toBeLessThan((4 / 3) * values.byteLength);
    for (const threads of [1, 2]) {
      for (const maxIterations of [0, 1, 2]) {
        const { matrix, completedRows } = spgemm(a, b, { threads, maxIterations });
        expect(sameBits(matrix, firstRows(whole, completedRows))).toBe(true);
      }
    }
  });
});

test('the choice between accumulators follows what they took, and changes no bit', () => {
  const a = fivePointLaplacian(150);
  const [sorted, loose] = [true, false].map((sorted) => spgemm(a, a, { sorted }).matrix);
  const accumulators = new Set<string>();
  // Every way is tried before one is preferred.
  for (let repeat = 0; repeat < 5; repeat++) {
    const { matrix, profile } = spgemm(a, a);
    expect(sameBits(matrix, sorted)).toBe(true);
    expect(sameBits(spgemm(a, a, { sorted: false }).matrix, loose)).toBe(true);
    for (const [name, rows] of Object.entries(profile?.accumulators ?? {})) if (rows > 0) accumulators.add(name);
  }
  expect([...accumulators].sort()).toEqual(['dense', 'hash']);
});
