import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { lu, solveLu } from '../dense/lu.ts';
import { matmul } from '../dense/matmul.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { solve } from '../solve/solve.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { largestDifference } from '../testing/matrices.ts';
import { unitLower } from '../testing/sparse.ts';
import { sparseCholesky } from './sparse-cholesky.ts';
import type { SparseLu } from './sparse-lu.ts';
import { solveSparseLu, sparseLu } from './sparse-lu.ts';

/** A random matrix with a zero-free permuted diagonal, so that it is regular almost surely. */
function randomSparse(n: number, perRow: number, seed: number): CsrMatrix {
  const random = new Random(seed);
  const places = new Map<number, number>();
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  for (let i = 0; i < n; i++) {
    places.set(i * n + order[i], random.normal());
    for (let t = 0; t < perRow; t++) places.set(i * n + Math.floor(random.uniform() * n), random.normal());
  }
  const keys = [...places.keys()].sort((x, y) => x - y);
  return csrFromTriplets({
    rows: n,
    cols: n,
    rowIndices: keys.map((key) => Math.floor(key / n)),
    columnIndices: keys.map((key) => key % n),
    values: keys.map((key) => places.get(key) ?? 0),
  });
}

/** P R A C Q, L and U as dense matrices. */
function parts(factor: SparseLu): [Float64Array, DenseMatrix, DenseMatrix] {
  const { size: n, rows, columns, rowScales, columnScales, lower, upper, diagonal, matrix } = factor;
  const a = csrToDense(matrix);
  const permuted = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [rows[Math.floor(k / n)], columns[k % n]];
    return a.values[i * n + j] * rowScales[i] * columnScales[j];
  });
  const u = transpose(unitLower(upper, n));
  return [permuted, unitLower(lower, n), { ...u, values: u.values.map((value, k) => value * diagonal[Math.floor(k / n)]) }];
}

const ORDERS = ['minimum-degree', 'natural'] as const;

describe('sparse LU', () => {
  it('multiplies back, with entries of L at most one by partial pivoting, in every order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 4 }), fc.nat(), (n, perRow, seed) => {
        for (const order of ORDERS) {
          const factor = sparseLu(randomSparse(n, perRow, seed), { order, pivotTolerance: 1 });
          const [a, l, u] = parts(factor);
          const growth = Math.max(...u.values.map(Math.abs));
          expect(largestDifference(a, matmul(l, u).values)).toBeLessThanOrEqual(1e-14 * n * (1 + growth));
          expect(l.values.every((value) => Math.abs(value) <= 1)).toBe(true);
          expect(Array.from(factor.rows).sort((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, i) => i));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds what dense elimination finds, and measures its backward error', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const a = randomSparse(60, 3, seed);
      const b = new Random(seed).normals(new Float64Array(60));
      const expected = solveLu(lu(csrToDense(a)), b);
      const { x, backwardError } = solveSparseLu(sparseLu(a), b);
      expect(backwardError).toBeLessThan(1e-15);
      const size = Math.max(...expected.map(Math.abs));
      x.forEach((value, i) => {
        expect(Math.abs(value - expected[i]) / size).toBeLessThan(1e-9);
      });
    }
  });

  it('uses orders and patterns again, and gives them up where a pivot has become too small', () => {
    const a = randomSparse(80, 3, 9);
    const first = sparseLu(a);
    const other = { ...a, values: a.values.map((value, k) => value * (1 + 0.1 * Math.sin(k))) };
    const second = sparseLu(other, { like: first });
    expect([first.reused, second.reused]).toEqual([false, true]);
    expect(second.analysis).toBe(first.analysis);
    const b = new Random(3).normals(new Float64Array(80));
    expect(solveSparseLu(second, b).backwardError).toBeLessThan(1e-15);
    // The old pivots of this one are zero.
    const swap = csrFromDense(denseMatrix(2, 2, Float64Array.of(1e-30, 2, 3, 1e-30)));
    const again = sparseLu({ ...swap, values: Float64Array.of(1, 1e-30, 1e-30, 3) }, { like: sparseLu(swap) });
    expect(again.reused).toBe(false);
    expect(Array.from(solveSparseLu(again, Float64Array.of(1, 3)).x)).toEqual([1, 1]);
    expect(() => sparseLu(a, { like: sparseLu(swap) })).toThrow(expect.objectContaining({ argument: 'like' }));
  });

  it('takes rows of any scale', () => {
    // Numbers of few bits and scales by powers of two, so that b has no rounding that the condition, 1.5e7, would carry into x.
    const short = (value: number): number => Math.round(value * 2 ** 20) / 2 ** 20;
    const a = randomSparse(40, 3, 6);
    const rows = { ...a, values: a.values.map(short) };
    for (let i = 0; i < 40; i++) {
      for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) rows.values[k] *= 2 ** (((i * 37) % 1000) - 500);
    }
    const x = new Random(2).normals(new Float64Array(40)).map(short);
    const b = new Float64Array(40);
    for (let i = 0; i < 40; i++) {
      for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) b[i] += rows.values[k] * x[rows.columnIndices[k]];
    }
    const found = solveSparseLu(sparseLu(rows), b);
    expect(found.backwardError).toBeLessThan(1e-15);
    found.x.forEach((value, i) => {
      expect(value).toBeCloseTo(x[i], 9);
    });
    expect(() =>
      solveSparseLu(sparseLu(csrFromDense(denseMatrix(1, 1, Float64Array.of(1e-300)))), Float64Array.of(1e300)),
    ).toThrow(expect.objectContaining({ argument: 'b', code: 'out-of-range' }));
  });

  it('keeps the fill of a symmetric order near that of Cholesky, and takes arrows as they should be', () => {
    const laplacian = fivePointLaplacian(40);
    const factor = sparseLu(laplacian);
    // Diagonal pivots all through: L and U have the pattern of Cholesky's factor.
    expect(factor.rows).toEqual(factor.columns);
    expect(factor.delayed).toBe(0);
    expect(factor.analysis.fronts.entries).toBe(sparseCholesky(laplacian).entries);
    expect(factor.lower.values.length).toBe(sparseCholesky(laplacian).lower.values.length);
    expect(factor.upper.values.length).toBe(factor.lower.values.length);
    // A full first row and column: eliminated last, without fill.
    const n = 200;
    const arrow = csrFromTriplets({
      rows: n,
      cols: n,
      rowIndices: Array.from({ length: 3 * n - 2 }, (_, k) => (k < n ? 0 : k < 2 * n - 1 ? k - n + 1 : k - 2 * n + 2)),
      columnIndices: Array.from({ length: 3 * n - 2 }, (_, k) => (k < n ? k : k < 2 * n - 1 ? 0 : k - 2 * n + 2)),
      values: Array.from({ length: 3 * n - 2 }, (_, k) => (k === 0 ? n : k < 2 * n - 1 ? 1 : 4)),
    });
    const arrowFactor = sparseLu(arrow);
    expect([arrowFactor.analysis.fronts.entries, arrowFactor.delayed]).toEqual([n - 1, 0]);
  });

  it('names the column without a pivot', () => {
    const dependent = csrFromDense(denseMatrix(3, 3, Float64Array.of(1, 2, 0, 2, 4, 0, 0, 0, 1)));
    expect(() => sparseLu(dependent)).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range' }));
    const empty = csrFromDense(denseMatrix(2, 2, Float64Array.of(1, 0, 0, 0)));
    expect(() => sparseLu(empty)).toThrow(expect.objectContaining({ code: 'out-of-range', index: 1 }));
    expect(() => sparseLu(csrFromDense(denseMatrix(2, 3)))).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

describe('solve, of sparse systems', () => {
  it('says what it chose', () => {
    const of = (values: number[]): CsrMatrix => csrFromDense(denseMatrix(2, 2, Float64Array.from(values)));
    const b = Float64Array.of(6, 8);
    const cases: [CsrMatrix, string, number[]][] = [
      [of([2, 0, 0, 4]), 'diagonal', [3, 2]],
      [of([2, 0, 1, 5]), 'lower-triangular', [3, 1]],
      [of([2, 2, 0, 8]), 'upper-triangular', [2, 1]],
      [of([4, 1, 1, 3]), 'sparse-cholesky', [10 / 11, 26 / 11]],
      [of([1, 3, 3, 1]), 'sparse-lu', [18 / 8, 10 / 8]],
      [of([0, 3, 2, 1]), 'sparse-lu', [3, 2]],
    ];
    for (const [a, method, x] of cases) {
      const found = solve(a, b);
      expect(found.method).toBe(method);
      found.x.forEach((value, i) => {
        expect(value).toBeCloseTo(x[i], 13);
      });
      expect(found.backwardError).toBeLessThan(1e-15);
    }
    expect(() => solve(of([0, 0, 1, 1]), b)).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range' }));
    const several = solve(of([0, 3, 2, 1]), denseMatrix(2, 2, Float64Array.of(6, 3, 8, 3)));
    expect(Array.from(several.x.values, (value) => Math.round(value * 1e9) / 1e9)).toEqual([3, 1, 2, 1]);
  });
});
