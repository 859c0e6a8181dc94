import fc from 'fast-check';
import { Matrix, QrDecomposition, solve as solvePeer } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { matvec } from '../matvec.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { denseMatrix, identity, matrixFromRows } from './dense-matrix.ts';
import { leastSquares, qr } from './householder-qr.ts';
import { gram, matmul } from './matmul.ts';

// Shapes below, at and above the width of a panel, tall, square and wide.
const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(31, 32, 33, 64, 70));

describe('qr', () => {
  it('gives orthonormal columns, a triangle, and the matrix as their product', () => {
    fc.assert(
      fc.property(size, size, fc.nat(1e6), (rows, cols, seed) => {
        const a = randomMatrix(rows, cols, seed);
        const { q, r } = qr(a);
        const rank = Math.min(rows, cols);
        expect([q.rows, q.cols, r.rows, r.cols]).toEqual([rows, rank, rank, cols]);
        expect(largestDifference(gram(q).values, identity(rank).values)).toBeLessThan(1e-13);
        expect(largestDifference(matmul(q, r).values, a.values)).toBeLessThan(1e-13 * (rows + 10));
        const below = r.values.filter((_, k) => k % cols < Math.floor(k / cols));
        expect(below.every((value) => Object.is(value, 0))).toBe(true);
        for (let i = 0; i < rank; i++) expect(r.values[i * cols + i]).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: quickOrFull(50, 80) },
    );
  });

  it('agrees with ml-matrix up to signs', () => {
    const a = randomMatrix(50, 40, 7);
    const peer = new QrDecomposition(Matrix.from1DArray(50, 40, Array.from(a.values))).upperTriangularMatrix;
    const { r } = qr(a);
    for (let i = 0; i < 40; i++) {
      const sign = Math.sign(peer.get(i, i));
      const row = r.values.subarray(i * 40, (i + 1) * 40);
      expect(
        largestDifference(
          row,
          peer.getRow(i).map((value) => sign * value),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it('takes columns of zeros, dependent columns, and huge or tiny entries', () => {
    for (const a of [
      denseMatrix(4, 3),
      matrixFromRows([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
      matrixFromRows([
        [1e200, 1e200],
        [1e200, -1e200],
      ]),
      matrixFromRows([
        [1e-200, 1e-200],
        [1e-200, -1e-200],
      ]),
    ]) {
      const { q, r } = qr(a);
      const scale = Math.max(...a.values.map(Math.abs)) || 1;
      expect(largestDifference(gram(q).values, identity(q.cols).values)).toBeLessThan(1e-14);
      expect(largestDifference(matmul(q, r).values, a.values)).toBeLessThan(1e-14 * scale);
    }
  });
});

describe('leastSquares', () => {
  it('leaves a residual orthogonal to the columns, as ml-matrix does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.nat(1e6), (cols, more, seed) => {
        const a = randomMatrix(cols + more, cols, seed);
        const b = randomMatrix(cols + more, 1, seed + 1).values;
        const x = leastSquares(a, b);
        if (more === 0 && cols > 20) return; // a square normal matrix may be badly conditioned
        const peer = solvePeer(Matrix.from1DArray(cols + more, cols, Array.from(a.values)), Matrix.columnVector(Array.from(b)));
        const scale = 1 + Math.max(...x.map(Math.abs));
        expect(largestDifference(x, peer.to1DArray())).toBeLessThan(1e-8 * scale * scale);
        const residual = matvec(a, x).map((value, i) => b[i] - value);
        const slopes = matvec({ rows: cols, cols: cols + more, values: transposed(a.values, cols) }, residual);
        expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-9 * scale);
      }),
      { numRuns: 60 },
    );
  });

  it('names the column that depends on others, and rejects wide matrices', () => {
    const b = new Float64Array([1, 2, 3]);
    expect(() =>
      leastSquares(
        matrixFromRows([
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
        b,
      ),
    ).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range', index: 1 }));
    expect(() => leastSquares(denseMatrix(3, 4), b)).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => leastSquares(denseMatrix(2, 2), b)).toThrow(expect.objectContaining({ argument: 'b' }));
  });
});

function transposed(values: Float64Array, cols: number): Float64Array {
  const rows = values.length / cols;
  return Float64Array.from(values, (_, k) => values[(k % rows) * cols + Math.floor(k / rows)]);
}
