import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows } from '../dense/dense-matrix.ts';
import { matvec } from '../dense/matmul.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { largestDifference, randomSymmetric } from '../testing/matrices.ts';
import { lanczos, lanczosSteps } from './lanczos.ts';

/** The path's Laplacian, with eigenvalues 2 - 2 cos(k pi / (n + 1)). */
function path(size: number) {
  const a = denseMatrix(size, size);
  for (let i = 0; i < size; i++) {
    a.values[i * size + i] = 2;
    if (i > 0) a.values[i * size + i - 1] = a.values[(i - 1) * size + i] = -1;
  }
  return a;
}

describe('lanczos', () => {
  it('finds either end of the spectrum of ml-matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1e6), fc.boolean(), (size, seed, top) => {
        const a = randomSymmetric(size, seed);
        const count = Math.min(size, 1 + (seed % 4));
        const { values, vectors, status } = lanczos(a, { count, which: top ? 'largest' : 'smallest', seed });
        expect(status).toBe('converged');
        const peer = new EigenvalueDecomposition(Matrix.from1DArray(size, size, Array.from(a.values)), {
          assumeSymmetric: true,
        });
        const sorted = peer.realEigenvalues.slice().sort((x, y) => (top ? y - x : x - y));
        expect(largestDifference(values, sorted.slice(0, count))).toBeLessThan(1e-8);
        for (let k = 0; k < count; k++) {
          const v = Float64Array.from({ length: size }, (_, i) => vectors.values[i * count + k]);
          const image = matvec(a, v);
          expect(
            largestDifference(
              image,
              v.map((value) => value * values[k]),
            ),
          ).toBeLessThan(1e-7);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds the closed-form spectrum of a path of 400 nodes, dense, sparse and as a function', () => {
    const size = 400;
    const a = path(size);
    const expected = [0, 1, 2].map((k) => 2 + 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)));
    const sparse = csrFromDense(a);
    const product = (x: Float64Array, out: Float64Array) => out.set(matvec(sparse, x));
    for (const values of [
      lanczos(a, { count: 3, tolerance: 1e-9 }).values,
      lanczos(sparse, { count: 3, tolerance: 1e-9 }).values,
      lanczos(product, { count: 3, tolerance: 1e-9, size }).values,
    ]) {
      expect(largestDifference(values, expected)).toBeLessThan(1e-8);
    }
  });

  it('goes on after an invariant subspace', () => {
    expect(Array.from(lanczos(identity(5), { count: 3 }).values)).toEqual([1, 1, 1]);
    const diagonal = matrixFromRows([
      [3, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ]);
    const { values } = lanczos(diagonal, { count: 2, initialVector: new Float64Array([1, 0, 0]) });
    expect(largestDifference(values, [3, 2])).toBeLessThan(1e-12);
    expect(Array.from(lanczos(denseMatrix(4, 4)).values)).toEqual([0]);
  });

  it('ends at a limit with what it has', () => {
    const { values, status } = lanczos(path(100), { count: 2, maxIterations: 1, tolerance: 0 });
    expect(status).toBe('iteration-limit');
    expect(values[0]).toBeGreaterThan(3.5);
    const residuals: number[] = [];
    for (const { relativeResidual } of lanczosSteps(path(100), { count: 2, tolerance: 1e-9 }))
      residuals.push(relativeResidual);
    expect(residuals.at(-1)).toBeLessThan(1e-9);
  });

  it('rejects what it cannot use', () => {
    expect(() => lanczos(denseMatrix(2, 3))).toThrow(
      expect.objectContaining({ argument: 'a', code: 'shape' }),
    );
    expect(() => lanczos(() => {})).toThrow(expect.objectContaining({ argument: 'size' }));
    expect(() => lanczos(identity(3), { count: 4 })).toThrow(expect.objectContaining({ argument: 'count' }));
    expect(() => lanczos(identity(3), { initialVector: new Float64Array(2) })).toThrow(
      expect.objectContaining({ argument: 'initialVector' }),
    );
  });
});
