import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows } from '../dense/dense-matrix.ts';
import { gram } from '../dense/matmul.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { largestDifference, randomSymmetric } from '../testing/matrices.ts';
import { withoutTurns } from '../turns.ts';
import { countEigenvalues } from './eigenvalue-count.ts';
import { lanczos, lanczosSteps } from './lanczos.ts';
import { lobpcg } from './lobpcg.ts';

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
    const { values } = lanczos(diagonal, { count: 2, initial: new Float64Array([1, 0, 0]) });
    expect(largestDifference(values, [3, 2])).toBeLessThan(1e-12);
    expect(Array.from(lanczos(denseMatrix(4, 4)).values)).toEqual([0]);
  });

  it('ends at a limit with what it has', () => {
    const { values, status } = lanczos(path(100), { count: 2, maxIterations: 1, tolerance: 0 });
    expect(status).toBe('iteration-limit');
    expect(values[0]).toBeGreaterThan(3.5);
    const residuals: number[] = [];
    for (const { relativeResidual } of lanczosSteps(path(100), { count: 2, tolerance: 1e-9 })) residuals.push(relativeResidual);
    expect(residuals.at(-1)).toBeLessThan(1e-9);
  });

  it('rejects what it cannot use', () => {
    expect(() => lanczos(denseMatrix(2, 3))).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    expect(() => lanczos(() => {})).toThrow(expect.objectContaining({ argument: 'size' }));
    expect(() => lanczos(identity(3), { count: 4 })).toThrow(expect.objectContaining({ argument: 'count' }));
    expect(() => lanczos(identity(3), { initial: new Float64Array(2) })).toThrow(
      expect.objectContaining({ argument: 'initial' }),
    );
  });
});

it('finds every copy of a multiple eigenvalue: the Laplacian of a square grid, and worse', () => {
  const side = 12;
  const laplacian = fivePointLaplacian(side);
  const one = Array.from({ length: side }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (side + 1)));
  const spectrum = one.flatMap((x) => one.map((y) => x + y)).sort((x, y) => x - y);
  for (const seed of [0, 1, 2, 3]) {
    const low = lanczos(laplacian, { count: 9, which: 'smallest', seed, tolerance: 1e-9 });
    expect(low.status).toBe('converged');
    low.values.forEach((value, k) => {
      expect(value).toBeCloseTo(spectrum[k], 7);
    });
    const high = lanczos(laplacian, { count: 9, seed, tolerance: 1e-9 });
    high.values.forEach((value, k) => {
      expect(value).toBeCloseTo(spectrum[spectrum.length - 1 - k], 7);
    });
    // Five copies of the largest eigenvalue.
    const diagonal = csrFromTriplets({
      rows: 80,
      cols: 80,
      rowIndices: Array.from({ length: 80 }, (_, i) => i),
      columnIndices: Array.from({ length: 80 }, (_, i) => i),
      values: Array.from({ length: 80 }, (_, i) => (i < 5 ? 3 : 2 - i / 80)),
    });
    const { values, vectors } = lanczos(diagonal, { count: 6, seed });
    expect(Array.from(values, (value) => Math.round(value * 1e6) / 1e6)).toEqual([3, 3, 3, 3, 3, 1.9375]);
    const products = gram(vectors).values;
    products.forEach((value, k) => {
      expect(value).toBeCloseTo(k % 7 === 0 ? 1 : 0, 8);
    });
  }
});

it('does not stop with one copy of a pair: grids, and few eigenvalues', () => {
  for (const side of [8, 12, 20]) {
    const one = Array.from({ length: side }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (side + 1)));
    const spectrum = one.flatMap((x) => one.map((y) => x + y)).sort((x, y) => y - x);
    for (const count of [3, 4, 6]) {
      const { values, status } = lanczos(fivePointLaplacian(side), { count, seed: 1 });
      expect(status).toBe('converged');
      expect([side, count, largestDifference(values, spectrum.slice(0, count)) < 1e-8]).toEqual([side, count, true]);
    }
  }
});

it('lobpcg does not take what underflows for converged', () => {
  const scale = 1e-200;
  const a = matrixFromRows([
    [scale, 0, 0],
    [0, 2 * scale, 0],
    [0, 0, 3 * scale],
  ]);
  const { values, status, iterations } = lobpcg(a, { tolerance: 1e-6 });
  expect(status).toBe('converged');
  expect(iterations).toBeGreaterThan(0);
  expect(values[0] / scale).toBeCloseTo(1, 6);
});

it('takes matrices of any scale, and operators that give no numbers', () => {
  for (const scale of [1e-310, 1e-200, 1, 1e200]) {
    const a = matrixFromRows([
      [scale, 0, 0],
      [0, 2 * scale, 0],
      [0, 0, 3 * scale],
    ]);
    const { values, status } = lanczos(a, { count: 2 });
    expect(status).toBe('converged');
    expect(values[0] / scale).toBeCloseTo(3, 9);
    expect(values[1] / scale).toBeCloseTo(2, 9);
    const smallest = lobpcg(a, { tolerance: 1e-6 });
    expect(smallest.status).toBe('converged');
    expect(smallest.values[0] / scale).toBeCloseTo(1, 6);
  }
  const nothing = (_: Float64Array, out: Float64Array) => {
    out.fill(Number.NaN);
  };
  expect(lanczos(nothing, { size: 9 }).status).toBe('stalled');
  expect(lobpcg(nothing, { size: 9 }).status).toBe('stalled');
  const tiny = (x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < x.length; i++) out[i] = (i + 1) * 1e-310 * x[i];
  };
  expect(lanczos(tiny, { size: 30, maxIterations: 20 }).values.every(Number.isFinite)).toBe(true);
});

describe('the count of eigenvalues', () => {
  const diagonal = (n: number, value: (i: number) => number) => {
    const places = Array.from({ length: n }, (_, i) => i);
    return csrFromTriplets({ rows: n, cols: n, rowIndices: places, columnIndices: places, values: places.map(value) });
  };

  it('is by inertia for dense and sparse matrices, and the result says where it is not', () => {
    const laplacian = fivePointLaplacian(15);
    for (const a of [laplacian, csrToDense(laplacian)]) {
      const { counted, status, reason } = lanczos(a, { count: 6, which: 'smallest', tolerance: 1e-9 });
      expect([counted, status]).toEqual([true, 'converged']);
      expect(reason).toContain('signs of pivots');
    }
    const multiply = (x: Float64Array, out: Float64Array) => {
      for (let i = 0; i < x.length; i++) out[i] = (i + 1) * x[i];
    };
    const unseen = lanczos(multiply, { size: 50, count: 2 });
    expect([unseen.counted, unseen.status]).toEqual([false, 'converged']);
    expect(unseen.reason).toContain('not counted, because a function has no factorisation');
    const bare = lanczos({
      ...diagonal(4, () => 1),
      rowPointers: Int32Array.of(0, 1, 2, 3, 3),
      columnIndices: Int32Array.of(0, 1, 2),
      values: Float64Array.of(1, 2, 3),
    });
    expect(bare.reason).toContain('diagonal has entries that are not stored');
  });

  it('is certain on a grid of 70 x 33 points, whose eigenvalues are close together', () => {
    const [m, n] = [70, 33];
    const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
    const add = (row: number, column: number, value: number): void => {
      rowIndices.push(row);
      columnIndices.push(column);
      values.push(value);
    };
    for (let k = 0; k < m * n; k++) {
      add(k, k, 4);
      if (k % n > 0) add(k, k - 1, -1);
      if (k % n < n - 1) add(k, k + 1, -1);
      if (k >= n) add(k, k - n, -1);
      if (k + n < m * n) add(k, k + n, -1);
    }
    const a = csrFromTriplets({ rows: m * n, cols: m * n, rowIndices, columnIndices, values });
    const cosines = (size: number): number[] =>
      Array.from({ length: size }, (_, k) => 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)));
    const all = cosines(m).flatMap((x) => cosines(n).map((y) => 4 + x + y));
    all.sort((x, y) => y - x);
    for (const count of [3, 6, 10, 20]) {
      const found = lanczos(a, { count });
      expect(found.counted).toBe(true);
      found.values.forEach((value, k) => {
        expect(value).toBeCloseTo(all[k], 9);
      });
    }
  });

  it('pauses often, so that limits are heard in it', () => {
    const size = 700;
    const a = randomSymmetric(size, 5);
    for (const matrix of [a, csrFromDense(a)]) {
      const counting = countEigenvalues(matrix, 0);
      let pauses = 0;
      while (!counting.next().done) pauses++;
      // n³ / 6 multiplications, with a pause after at most 2.5e7.
      expect(pauses).toBeGreaterThanOrEqual(Math.floor(size ** 3 / 6 / 2.5e7));
    }
    const residuals: number[] = [];
    const options = { count: 1, tolerance: 1e-3 } as const;
    const whole = lanczos(a, { ...options, onIteration: (at) => residuals.push(at.relativeResidual) });
    expect([whole.status, whole.counted, whole.iterations]).toEqual(['converged', true, residuals.length - 1]);
    expect(residuals.filter((residual) => residual === residuals.at(-1)).length).toBeGreaterThanOrEqual(3);
    const cut = lanczos(a, { ...options, maxIterations: whole.iterations });
    expect([cut.status, cut.counted, cut.values]).toEqual(['iteration-limit', false, whole.values]);
  });

  it('agrees with the closed form for shifts anywhere in the spectrum', () => {
    const side = 14;
    const laplacian = fivePointLaplacian(side);
    const one = Array.from({ length: side }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (side + 1)));
    const spectrum = one.flatMap((x) => one.map((y) => x + y));
    for (const shift of [0.01, 0.5, 1.7, 3.14, 4.1, 6.3, 7.99]) {
      for (const a of [laplacian, csrToDense(laplacian)]) {
        const count = withoutTurns(countEigenvalues(a, shift));
        if (typeof count === 'string') throw new Error(count);
        expect(count.above).toBe(spectrum.filter((value) => value > shift).length);
        expect(count.below).toBe(spectrum.filter((value) => value < shift).length);
        expect(count.uncertainty).toBeLessThan(1e-10);
      }
    }
  });

  it('finds what random vectors missed: 40 copies of the largest eigenvalue, asked for few', () => {
    const a = diagonal(200, (i) => (i < 40 ? 3 : i / 200));
    const { values, counted, status } = lanczos(a, { count: 3, seed: 4 });
    expect([status, counted]).toEqual(['converged', true]);
    expect(Array.from(values, (value) => value.toFixed(8))).toEqual(['3.00000000', '3.00000000', '3.00000000']);
  });
});
