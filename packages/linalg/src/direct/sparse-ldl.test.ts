// Sparse direct factorisations against dense ones, and minimum degree against what is known of its fill.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseMatrix, matrixFromRows } from '../dense/dense-matrix.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { unitLower } from '../testing/sparse.ts';
import { minimumDegree } from './minimum-degree.ts';
import { sparseCholesky } from './sparse-cholesky.ts';
import { solveSparseLdl, sparseLdl } from './sparse-ldl.ts';
import { solveSparseLu, sparseLu } from './sparse-lu.ts';

/** Random, symmetric, sparse; positive definite in the first rows and negative definite in the others. */
function quasiDefinite(n: number, negative: number, entries: number, seed: number): CsrMatrix {
  const random = new Random(seed);
  const a = denseMatrix(n, n);
  for (let k = 0; k < entries; k++) {
    const [i, j] = [random.integer(n), random.integer(n)];
    a.values[i * n + j] = a.values[j * n + i] = random.normal();
  }
  for (let i = 0; i < n; i++) {
    let sum = 1;
    for (let j = 0; j < n; j++) if (j < n - negative === i < n - negative) sum += Math.abs(a.values[i * n + j]);
    a.values[i * n + i] = i < n - negative ? sum : -sum;
  }
  return csrFromDense(a);
}

describe('sparse L D L', () => {
  it('puts the permuted matrix together again, solves, and counts signs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(1e6), (n, seed) => {
        const random = new Random(seed);
        const negative = random.integer(n + 1);
        const a = quasiDefinite(n, negative, random.integer(4 * n + 1), seed);
        for (const order of ['minimum-degree', 'natural'] as const) {
          const factor = sparseLdl(a, { order });
          expect(Array.from(factor.permutation).sort((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, i) => i));
          const dense = csrToDense(a).values;
          const l = unitLower(factor.lower, n);
          let apart = 0;
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let k = 0; k < n; k++) sum += l.values[i * n + k] * factor.diagonal[k] * l.values[j * n + k];
              const entry = dense[factor.permutation[i] * n + factor.permutation[j]];
              apart = Math.max(apart, Math.abs(sum - entry));
            }
          }
          expect(apart).toBeLessThan(1e-11 * n);
          expect(factor.inertia.negative).toBe(symmetricEigen(csrToDense(a)).values.filter((value) => value < 0).length);
          const expected = random.normals(new Float64Array(n));
          const { x, backwardError } = solveSparseLdl(factor, matvec(a, expected));
          expect(backwardError).toBeLessThan(1e-14);
          x.forEach((value, i) => {
            expect(Math.abs(value - expected[i])).toBeLessThan(1e-8);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('uses order and tree again for other values, and reads the lower triangle only', () => {
    const a = fivePointLaplacian(12);
    const factor = sparseCholesky(a);
    const shifted = { ...a, values: a.values.map((value) => (value > 0 ? value + 1 : value)) };
    const again = sparseCholesky(shifted, { like: factor });
    expect(again.permutation).toBe(factor.permutation);
    expect(again.diagonal).toEqual(sparseCholesky(shifted).diagonal);
    const lower = csrToDense(a);
    for (let i = 0; i < lower.rows; i++) lower.values.fill(0, i * lower.cols + i + 1, (i + 1) * lower.cols);
    expect(sparseCholesky(csrFromDense(lower)).diagonal).toEqual(factor.diagonal);
    expect(() => sparseLdl(fivePointLaplacian(5), { like: factor })).toThrow(expect.objectContaining({ argument: 'like' }));
  });

  it('refuses factors whose arrays have been replaced', () => {
    const factor = sparseLdl(
      csrFromDense(
        matrixFromRows([
          [2, 1],
          [1, 2],
        ]),
      ),
    );
    const strange = (list: ArrayLike<number>) => Array.from(list, () => new Float64Array(1)) as unknown as Int32Array;
    for (const name of ['permutation', 'diagonal'] as const) {
      expect(() => solveSparseLdl({ ...factor, [name]: strange(factor[name]) }, [2, 3])).toThrow(
        expect.objectContaining({ argument: `factor.${name}`, code: 'type' }),
      );
    }
    for (const name of ['starts', 'rowPointers', 'rows', 'blockPointers', 'values'] as const) {
      if (factor.lower[name].length === 0) continue;
      const lower = { ...factor.lower, [name]: strange(factor.lower[name]) };
      expect(() => solveSparseLdl({ ...factor, lower }, [2, 3])).toThrow(
        expect.objectContaining({ argument: `factor.lower.${name}`, code: 'type' }),
      );
      const short = { ...factor.lower, [name]: factor.lower[name].slice(1) };
      expect(() => solveSparseLdl({ ...factor, lower: short }, [2, 3])).toThrow(
        expect.objectContaining({ argument: 'factor.lower', code: 'shape' }),
      );
    }
  });

  it('refuses zero pivots, or regularises them to the sign that is wanted and refines', () => {
    const a = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [1, 0], columnIndices: [0, 1], values: [1, 1] });
    expect(() => sparseLdl(a)).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range' }));
    expect(() => sparseCholesky(quasiDefinite(6, 2, 9, 1))).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    const factor = sparseLdl(a, { regularization: 1e-8, signs: Int8Array.of(1, -1) });
    expect(factor.replaced).toBeGreaterThan(0);
    const { x, backwardError } = solveSparseLdl(factor, Float64Array.of(2, 3));
    expect(backwardError).toBeLessThan(1e-14);
    expect(x[0]).toBeCloseTo(3, 12);
    expect(x[1]).toBeCloseTo(2, 12);
  });

  it('solves a Laplacian of ten thousand unknowns with the fill of minimum degree', () => {
    const a = fivePointLaplacian(100);
    const factor = sparseCholesky(a);
    // About 31 n log2 n / 4 entries are known for nested dissection; the natural order has n^1.5 = 1e6.
    expect(factor.entries).toBeLessThan(260_000);
    const ones = new Float64Array(a.rows).fill(1);
    const { x, backwardError } = solveSparseLdl(factor, matvec(a, ones));
    expect(backwardError).toBeLessThan(1e-14);
    expect(x.every((value) => Math.abs(value - 1) < 1e-10)).toBe(true);
  });
});

describe('minimum degree', () => {
  it('eliminates trees and stars without any fill', () => {
    const random = new Random(4);
    for (const parentOf of [(i: number) => random.integer(i), () => 0, (i: number) => i - 1]) {
      const n = 200;
      const rowIndices: number[] = Array.from({ length: n }, (_, i) => i);
      const columnIndices: number[] = [...rowIndices];
      const values = new Array<number>(n).fill(n);
      for (let i = 1; i < n; i++) {
        rowIndices.push(i);
        columnIndices.push(parentOf(i));
        values.push(1);
      }
      const factor = sparseLdl(csrFromTriplets({ rows: n, cols: n, rowIndices, columnIndices, values }));
      expect(factor.entries).toBe(n - 1);
    }
  });

  it('is a permutation for empty, full and disconnected graphs', () => {
    const of = (n: number, edges: [number, number][]) => {
      const both = [...edges, ...edges.map(([i, j]) => [j, i] as [number, number])];
      const pointers = new Int32Array(n + 1);
      for (const [i] of both) pointers[i + 1]++;
      for (let i = 0; i < n; i++) pointers[i + 1] += pointers[i];
      const indices = Int32Array.from(
        [...both].sort((x, y) => x[0] - y[0] || x[1] - y[1]),
        ([, j]) => j,
      );
      return Array.from(minimumDegree({ size: n, pointers, indices })).sort((x, y) => x - y);
    };
    const all = (n: number) => Array.from({ length: n }, (_, i) => i);
    expect(of(0, [])).toEqual([]);
    expect(of(1, [])).toEqual([0]);
    expect(of(5, [])).toEqual(all(5));
    const full: [number, number][] = [];
    for (let i = 0; i < 40; i++) for (let j = 0; j < i; j++) full.push([i, j]);
    expect(of(40, full)).toEqual(all(40));
    expect(
      of(6, [
        [0, 1],
        [2, 3],
        [3, 4],
      ]),
    ).toEqual(all(6));
  });
});

describe('many right-hand sides', () => {
  it('have the solutions that they have one by one, of both factorisations', () => {
    const a = fivePointLaplacian(9);
    const n = a.rows;
    for (const cols of [0, 1, 2, 5, 6, 9]) {
      const b = { rows: n, cols, values: new Random(cols).normals(new Float64Array(n * cols)) };
      const shifted = { ...a, values: a.values.map((value, k) => value + (k % 3) / 7) };
      for (const solveFor of [
        (side: Float64Array | DenseMatrix) => solveSparseLdl(sparseCholesky(a), side),
        (side: Float64Array | DenseMatrix) => solveSparseLu(sparseLu(shifted), side),
      ]) {
        const { x, backwardError } = solveFor(b) as { x: DenseMatrix; backwardError: number };
        expect(backwardError).toBeLessThan(1e-15);
        for (let c = 0; c < cols; c++) {
          const alone = solveFor(Float64Array.from({ length: n }, (_, i) => b.values[i * cols + c])).x as Float64Array;
          alone.forEach((value, i) => {
            expect(x.values[i * cols + c]).toBeCloseTo(value, 12);
          });
        }
      }
    }
  });
});
