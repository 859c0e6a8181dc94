import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import { identity, matrixFromRows } from '../dense/dense-matrix.ts';
import type { CsrMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrFromTriplets, csrToDense, sortRow } from '../sparse/csr-matrix.ts';
import { selectCsr } from '../sparse/csr-slice.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { describeBuilds } from '../testing/builds.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { at, denseFrom, denseProduct, firstRows, G12, normalPair, rmatPair, sameBits, sparse } from '../testing/sparse.ts';
import { expectSpecified } from '../testing/spgemm-figures.ts';
import { activeKernels } from '../webassembly/kernel-module.ts';
import { SPGEMM_KERNELS, spgemm } from './spgemm.ts';
import { spgemmPlan } from './spgemm-plan.ts';
import { spmm } from './spmm.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const isShared = (kernel: string): boolean => kernel.startsWith('smash');
/** Those with other semirings. */
const GENERAL = SPGEMM_KERNELS.filter((kernel) => !isShared(kernel));
const KERNELS = SPGEMM_KERNELS;

/** Two matrices whose shapes fit, small integers in them. */
const pair = fc.tuple(fc.nat(14), fc.nat(14), fc.nat(14)).chain(([m, k, n]) => fc.tuple(sparse(m, k), sparse(k, n)));

const SEMIRING_NAMES = ['plus-times', 'min-plus', 'or-and'] as const;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

describeBuilds('every kernel', () => {
  test('gives the dense product of integers, and an entry exactly where there is a term', () => {
    fc.assert(
      fc.property(pair, fc.constantFrom(...KERNELS), fc.boolean(), ([a, b], kernel, twoPhase) => {
        const { matrix, products, completedRows } = spgemm(a, b, { kernel, twoPhase });
        checkCsr(matrix, 'matrix');
        const expected = denseProduct(a, b);
        expect(csrToDense(matrix).values.map((value) => value + 0)).toEqual(expected.values.map((value) => value + 0));
        const ones = (one: CsrMatrix) => ({ ...one, values: one.values.map(() => 1) });
        const terms = denseProduct(ones(a), ones(b));
        expect(matrix.values.length).toBe(terms.values.filter((count) => count > 0).length);
        expect(products).toBe(sumOf(terms.values));
        expect(completedRows).toBe(a.rows);
      }),
    );
  });

  test('adds in the same order: the same bits', () => {
    for (const seed of [1, 2]) {
      const [a, b] = normalPair(seed, 120);
      const { matrix } = spgemm(a, b, { kernel: 'gustavson' });
      for (const kernel of KERNELS) {
        for (const twoPhase of [false, true]) {
          const again = spgemm(a, b, { kernel, twoPhase }).matrix;
          expect([kernel, sameBits(again, matrix)]).toEqual([kernel, true]);
        }
      }
    }
  });

  test('works in other semirings, as the definition has it', () => {
    const definitions = {
      'min-plus': [(x: number, y: number) => x + y, (terms: number[]) => Math.min(...terms)],
      'or-and': [
        (x: number, y: number) => Number(x !== 0 && y !== 0),
        (terms: number[]) => Number(terms.some((term) => term !== 0)),
      ],
    } as const;
    fc.assert(
      fc.property(
        pair,
        fc.constantFrom(...GENERAL),
        fc.constantFrom('min-plus' as const, 'or-and' as const),
        ([a, b], kernel, semiring) => {
          const [times, plus] = definitions[semiring];
          const { matrix } = spgemm(a, b, { kernel, semiring });
          checkCsr(matrix, 'matrix');
          const terms = termsOf(a, b, times);
          expect(matrix.values.length).toBe(terms.size);
          for (const [key, list] of terms) {
            const [i, j] = key.split(' ').map(Number);
            expect(entry(matrix, i, j)).toBe(plus(list));
          }
        },
      ),
    );
  });

  test('leaves out what is not in the mask', () => {
    const masked = pair.chain(([a, b]) => fc.tuple(fc.constant(a), fc.constant(b), sparse(a.rows, b.cols)));
    fc.assert(
      fc.property(masked, fc.constantFrom(...SEMIRING_NAMES), ([a, b, mask], semiring) => {
        const whole = spgemm(a, b, { kernel: 'gustavson', semiring }).matrix;
        const { matrix } = spgemm(a, b, { mask, semiring });
        checkCsr(matrix, 'matrix');
        const wanted = new Set(keysOf(mask));
        const kept = keysOf(whole).filter((key) => wanted.has(key));
        expect(keysOf(matrix)).toEqual(kept);
        for (const key of kept) {
          const [i, j] = key.split(' ').map(Number);
          expect(entry(matrix, i, j)).toBe(entry(whole, i, j));
        }
      }),
    );
  });

  test('keeps zeros that came about by cancellation, unless they are pruned', () => {
    const a = csrFromDense(matrixFromRows([[1, 1]]));
    const b = csrFromDense(matrixFromRows([[1], [-1]]));
    for (const kernel of KERNELS) {
      const { values } = spgemm(a, b, { kernel }).matrix;
      expect(Array.from(values)).toEqual([0]);
      expect(spgemm(a, b, { kernel, prune: 0 }).matrix.values.length).toBe(0);
    }
  });

  test('may leave columns in any order where that is allowed', () => {
    const [a, b] = normalPair(5, 100);
    const { matrix } = spgemm(a, b);
    const rises = ({ rows, rowPointers, columnIndices }: CsrMatrix): boolean =>
      Array.from({ length: rows }, (_, i) => columnIndices.subarray(rowPointers[i], rowPointers[i + 1])).every((columns) =>
        columns.every((column, k) => k === 0 || column > columns[k - 1]),
      );
    // What has the columns in order without a sort has nothing to spare.
    const inOrder = ['dense', 'heap', 'esc', 'smash-v1'];
    for (const kernel of KERNELS) {
      const loose = spgemm(a, b, { kernel, sorted: false }).matrix;
      expect(loose.rowPointers).toEqual(matrix.rowPointers);
      const expected = inOrder.includes(kernel) || (['auto', 'hash'].includes(kernel) && activeKernels() === 'reference');
      expect([kernel, rises(loose)]).toEqual([kernel, expected]);
      for (let i = 0; i < loose.rows; i++) {
        sortRow(loose.columnIndices, loose.values, loose.rowPointers[i], loose.rowPointers[i + 1]);
      }
      expect([kernel, sameBits(loose, matrix)]).toEqual([kernel, true]);
    }
  });

  test('by inner products looks only at pairs that have an index in common, and counts the others', () => {
    // Minutes, if not hours, when all n^2 pairs are looked at.
    const n = quickOrFull(300_000, 1_000_000);
    const places = Int32Array.from({ length: n }, (_, i) => i);
    const diagonal = csrFromTriplets({
      rows: n,
      cols: n,
      rowIndices: places,
      columnIndices: places,
      values: Float64Array.from(places, (i) => i + 1),
    });
    const { matrix, products, traffic } = spgemm(diagonal, diagonal, { kernel: 'inner' });
    expect(products).toBe(n);
    expect(traffic.readElements).toBe(2 * n * n);
    expect(matrix.columnIndices.every((column, i) => column === i)).toBe(true);
    expect(matrix.values.every((value, i) => value === (i + 1) ** 2)).toBe(true);
  });

  test('is repeated by a plan with other values', () => {
    fc.assert(
      fc.property(pair, fc.nat(), fc.constantFrom(...SEMIRING_NAMES), ([a, b], seed, semiring) => {
        using plan = spgemmPlan(a, b, { semiring });
        const random = new Random(seed);
        const target = plan.numeric(a.values, b.values);
        for (let repeat = 0; repeat < 2; repeat++) {
          const [left, right] = [a, b].map((matrix) => random.normals(new Float64Array(matrix.values.length)));
          const expected = spgemm({ ...a, values: left }, { ...b, values: right }, { kernel: 'gustavson', semiring }).matrix;
          expect(plan.numeric(left, right)).toEqual(expected);
          expect(plan.numeric(left, right, target)).toBe(target);
          expect(target).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('agrees with the product of a sparse and a dense matrix', () => {
    const shapes = fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 }));
    const cases = shapes.chain(([m, k, n]) => fc.tuple(sparse(m, k), sparse(k, n)));
    fc.assert(
      fc.property(cases, ([a, b]) => {
        expect(spmm(a, csrToDense(b)).values.map((value) => value + 0)).toEqual(
          denseProduct(a, b).values.map((value) => value + 0),
        );
      }),
    );
  });
});

/** All terms of every entry, in the order of k. */
function termsOf(a: CsrMatrix, b: CsrMatrix, times: (x: number, y: number) => number): Map<string, number[]> {
  const terms = new Map<string, number[]>();
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
        const key = `${i} ${b.columnIndices[q]}`;
        terms.set(key, [...(terms.get(key) ?? []), times(a.values[p], b.values[q])]);
      }
    }
  }
  return terms;
}

function keysOf({ rows, rowPointers, columnIndices }: CsrMatrix): string[] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from(columnIndices.subarray(rowPointers[i], rowPointers[i + 1]), (j) => `${i} ${j}`),
  ).flat();
}

function entry({ rowPointers, columnIndices, values }: CsrMatrix, i: number, j: number): number | undefined {
  for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) if (columnIndices[k] === j) return values[k];
  return undefined;
}

describe('worked examples', () => {
  test('two rows and two columns', () => {
    const a = csrFromDense(
      matrixFromRows([
        [1, 0, 2],
        [0, 3, 0],
      ]),
    );
    const b = csrFromDense(
      matrixFromRows([
        [0, 4],
        [5, 0],
        [6, 7],
      ]),
    );
    const { matrix, products, compression } = spgemm(a, b);
    expect([products, compression]).toEqual([4, 4 / 3]);
    expect(Array.from(matrix.rowPointers)).toEqual([0, 2, 3]);
    expect(Array.from(matrix.columnIndices)).toEqual([0, 1, 0]);
    expect(Array.from(matrix.values)).toEqual([12, 18, 15]);
  });

  test('the squared Laplacian of a grid of 30 x 30 points', () => {
    const a = fivePointLaplacian(30);
    const { matrix, products } = spgemm(a, a);
    const m = 30;
    expect([a.values.length, products, matrix.values.length, sumOf(matrix.values)]).toEqual([
      4380,
      21_428,
      4 * m * (m - 2) + 4 * (m - 1) ** 2 + 4 * m * (m - 1) + m * m,
      128,
    ]);
    expect(matrix.values.length).toBe(11_104);
  });

  test('the generator of the instances is the specified one', () => {
    const random = mulberry32(42);
    expect([random(), random()]).toEqual([0.6011037519201636, 0.44829055899754167]);
  });

  test('G12 has the specified size and sum', () =>
    expectSpecified(G12, {
      products: 2_897_063,
      entries: 1_353_371,
      sum: 46_291_157,
      filled: [2645, 2633],
      innerReads: 172_949_504,
    }));
});

describe('algebra', () => {
  test('(A B) x = A (B x)', () => {
    for (const seed of [1, 2, 3]) {
      const [a, b] = normalPair(seed);
      const x = new Random(seed).normals(new Float64Array(b.cols));
      const [left, right] = [matvec(spgemm(a, b).matrix, x), matvec(a, matvec(b, x))];
      const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const [i, value] of left.entries()) expect(Math.abs(value - right[i])).toBeLessThan(1e-12 * scale);
    }
  });

  test("A I = A, (A B)' = B' A', sums of entries, and permutations", () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([a, b], seed) => {
        if (a.cols > 0) expect(spgemm(a, csrFromDense(identity(a.cols))).matrix).toEqual(a);
        const { matrix } = spgemm(a, b);
        expect(transposeCsr(matrix)).toEqual(spgemm(transposeCsr(b), transposeCsr(a)).matrix);
        const [columnSums, rowSums] = [sums(transposeCsr(a)), sums(b)];
        expect(sumOf(matrix.values)).toBe(columnSums.reduce((sum, value, k) => sum + value * rowSums[k], 0));
        const random = new Random(seed);
        const [rows, cols] = [random.permutation(a.rows), random.permutation(b.cols)];
        expect(spgemm(selectCsr(a, { rows }), selectCsr(b, { cols })).matrix).toEqual(selectCsr(matrix, { rows, cols }));
      }),
    );
  });

  test('triangles of a graph are counted by a masked product', () => {
    const random = new Random(4);
    const adjacency = denseFrom(12, 12, () => 0);
    for (let edge = 0; edge < 30; edge++) {
      const [i, j] = [random.integer(12), random.integer(12)];
      if (i !== j) adjacency.values[i * 12 + j] = adjacency.values[j * 12 + i] = 1;
    }
    let triangles = 0;
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < i; j++) {
        for (let k = 0; k < j; k++) triangles += at(adjacency, i, j) * at(adjacency, j, k) * at(adjacency, k, i);
      }
    }
    const graph = csrFromDense(adjacency);
    expect(sumOf(spgemm(graph, graph, { mask: graph }).matrix.values) / 6).toBe(triangles);
  });
});

const sums = ({ rows, rowPointers, values }: CsrMatrix): number[] =>
  Array.from({ length: rows }, (_, i) => sumOf(values.subarray(rowPointers[i], rowPointers[i + 1])));

test('rows that fill intervals, beside others, in words of bits and across them', () => {
  const random = new Random(9);
  const [rowIndices, columnIndices] = [[], []] as number[][];
  for (let row = 0; row < 80; row++) {
    const start = random.integer(900);
    const length = row % 3 === 0 ? 3 : 1 + random.integer(200);
    for (let k = 0; k < length; k++) {
      rowIndices.push(row);
      columnIndices.push(row % 3 === 0 ? random.integer(60_000) : start + k);
    }
  }
  const values = random.normals(new Float64Array(rowIndices.length));
  const b = csrFromTriplets({ rows: 80, cols: 60_000, rowIndices, columnIndices, values });
  const a = csrFromDense(denseFrom(200, 80, (i, j) => (((i + 3) * (j + 7)) % 11 < 1 + (i % 5) ? i - j / 3 : 0)));
  const { matrix } = spgemm(a, b);
  expect(matrix).toEqual(spgemm(a, b, { kernel: 'gustavson' }).matrix);
  expect(spgemm(a, b, { kernel: 'dense', threads: 3 }).matrix).toEqual(matrix);
});

describe('limits', () => {
  const shape = { scale: 12, edges: 40_000, quarters: [0.57, 0.19, 0.19] } as const;
  const [a, b] = rmatPair(shape);
  const graph = { left: a, right: b, whole: spgemm(a, b).matrix };
  const [left, right] = normalPair(3, 200);
  const normal = { left, right, whole: spgemm(left, right).matrix };

  test.each(KERNELS)('an early end leaves whole rows: %s', (kernel) => {
    const { left, right, whole } = kernel === 'inner' ? normal : graph;
    for (const maxIterations of [0, 1, 2]) {
      const { matrix, completedRows } = spgemm(left, right, { kernel, maxIterations });
      checkCsr(matrix, 'matrix');
      expect(maxIterations > 0 || completedRows === 0).toBe(true);
      expect(sameBits(matrix, firstRows(whole, completedRows))).toBe(true);
    }
  });

  test('every iterate tells how far it is', () => {
    const rows: number[] = [];
    const { products } = spgemm(a, b, { onIteration: ({ completedRows }) => void rows.push(completedRows) });
    expect(rows[0]).toBe(0);
    expect(rows.at(-1)).toBe(a.rows);
    expect(rows.length).toBeGreaterThan(products / 2 ** 19);
  });

  test('the profile accounts for all rows', () => {
    const { profile, explanation } = spgemm(a, b, { twoPhase: true });
    const { accumulators, phases } = profile ?? { accumulators: {}, phases: 1 };
    const filled = a.rowPointers.filter((start, i) => i > 0 && start > a.rowPointers[i - 1]).length;
    expect(Object.values(accumulators).reduce((sum, count) => sum + count, 0)).toBe(filled);
    expect([phases, explanation.includes('two phases')]).toEqual([2, true]);
  });
});

test('wide and thin products take hash tables and merges', () => {
  const cols = 3_000_000;
  const random = new Random(6);
  const [rowIndices, columnIndices, values] = [[], [], []] as number[][];
  for (let row = 0; row < 60; row++) {
    for (let k = 0; k < 1 + (row % 30); k++) {
      rowIndices.push(row);
      columnIndices.push(random.integer(cols));
      values.push(random.normal());
    }
  }
  const b = csrFromTriplets({ rows: 60, cols, rowIndices, columnIndices, values });
  const a = csrFromDense(denseFrom(30, 60, (i, j) => (j % 30 <= i && (i * j) % 3 !== 1 ? i - j / 7 : 0)));
  const expected = spgemm(a, b, { kernel: 'gustavson' }).matrix;
  const used = new Set<string>();
  // Every way is tried before one is preferred.
  for (let repeat = 0; repeat < 3; repeat++) {
    const { matrix, profile } = spgemm(a, b);
    expect(matrix).toEqual(expected);
    for (const [name, rows] of Object.entries(profile?.accumulators ?? {})) if (rows > 0) used.add(name);
  }
  expect([...used]).toEqual(expect.arrayContaining(['merge', 'hash']));
});

test('thin rows over many columns have the same entries in any order', () => {
  const n = 80_000;
  const random = new Random(8);
  const columns = Int32Array.from({ length: 3 * n }, () => random.integer(n));
  const rowIndices = Int32Array.from({ length: 3 * n }, (_, k) => Math.floor(k / 3));
  const values = random.normals(new Float64Array(3 * n));
  const a = csrFromTriplets({ rows: n, cols: n, rowIndices, columnIndices: columns, values });
  const [inOrder, inAny] = [spgemm(a, a).matrix, spgemm(a, a, { sorted: false }).matrix];
  expect(inAny.rowPointers).toEqual(inOrder.rowPointers);
  for (let i = 0; i < n; i++) {
    sortRow(inAny.columnIndices, inAny.values, inAny.rowPointers[i], inAny.rowPointers[i + 1]);
  }
  expect(inAny.columnIndices).toEqual(inOrder.columnIndices);
  expect(inAny.values).toEqual(inOrder.values);
});

describe('inner products', () => {
  test('of a long row or column with the identity look indices up', () => {
    const n = 100_000;
    const count = Int32Array.from({ length: n + 1 }, (_, i) => i);
    const values = Float64Array.from({ length: n }, (_, i) => 1 + (i % 7));
    const unit = { rows: n, cols: n, rowPointers: count, columnIndices: count.slice(0, n), values: values.map(() => 1) };
    const row = { ...unit, rows: 1, rowPointers: Int32Array.of(0, n), values };
    expect(spgemm(row, unit, { kernel: 'inner' }).matrix.values).toEqual(values);
    const column = { ...unit, cols: 1, columnIndices: new Int32Array(n), values };
    expect(spgemm(unit, column, { kernel: 'inner' }).matrix.values).toEqual(values);
  });
});

describe('bad input', () => {
  const a = csrFromDense(
    matrixFromRows([
      [1, 2],
      [0, 3],
    ]),
  );
  const b = csrFromDense(matrixFromRows([[1, 2]]));
  test.each<[string, string, CsrMatrix, CsrMatrix, object]>([
    ['shapes that do not fit', 'b', a, b, {}],
    ['columns twice', 'a.columnIndices', { ...a, columnIndices: Int32Array.of(1, 1, 1) }, a, {}],
    ['a column outside', 'b.columnIndices', a, { ...a, columnIndices: Int32Array.of(0, 1, 2) }, {}],
    ['NaN', 'a.values', { ...a, values: Float64Array.of(1, Number.NaN, 3) }, a, {}],
    ['no matrix', 'a.rows', null as never, a, {}],
    ['another kernel', 'kernel', a, a, { kernel: 'cuda' }],
    ['another semiring', 'semiring', a, a, { semiring: 'max-plus' }],
    ['no thread', 'threads', a, a, { threads: 0 }],
    ['a negative tolerance', 'prune', a, a, { prune: -1 }],
    ['a mask of another shape', 'mask', a, a, { mask: b }],
    ['a mask with another kernel', 'mask', a, a, { mask: a, kernel: 'hash' }],
    ['another schedule', 'schedule', a, a, { schedule: 'guided' }],
    ['no signal', 'signal', a, a, { signal: 3 }],
  ])('%s', (_, argument, left, right, options) => {
    expect(() => spgemm(left, right, options)).toThrow(expect.objectContaining({ name: 'InvalidInputError', argument }));
  });

  test('the row at fault is named', () => {
    const bad = { ...a, columnIndices: Int32Array.of(0, 1, 9) };
    expect(() => spgemm(bad, a)).toThrow(/row 1/);
  });

  test('a plan wants as many values as there are entries', () => {
    using plan = spgemmPlan(a, a);
    expect(() => plan.numeric(a.values, a.values, a)).toThrow(
      expect.objectContaining({ argument: 'target', code: 'unsupported' }),
    );
    expect(() => plan.numeric(Float64Array.of(1), a.values)).toThrow(expect.objectContaining({ argument: 'aValues' }));
    expect(() => plan.numeric(a.values, Float64Array.of(1, 2, Number.NaN))).toThrow(
      expect.objectContaining({ argument: 'bValues', index: 2 }),
    );
  });

  test('overflow and huge values go through as IEEE has them', () => {
    const huge = csrFromDense(matrixFromRows([[1e300, 1e300]]));
    const column = csrFromDense(matrixFromRows([[1e300], [-1e300]]));
    for (const kernel of KERNELS) expect(spgemm(huge, column, { kernel }).matrix.values[0]).toBeNaN();
    const tiny = csrFromDense(matrixFromRows([[5e-324]]));
    for (const kernel of KERNELS) expect(spgemm(tiny, tiny, { kernel }).matrix.values[0]).toBe(0);
  });
});
