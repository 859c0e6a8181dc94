import fc from 'fast-check';
import {
  LuDecomposition,
  Matrix,
  determinant as peerDeterminant,
  SingularValueDecomposition,
  solve as solvePeer,
} from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { lobpcg } from '../eigen/lobpcg.ts';
import { svd } from '../eigen/svd.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { countSketch } from '../sketches/count-sketch.ts';
import { gaussianSketch } from '../sketches/gaussian-sketch.ts';
import { hadamardSketch } from '../sketches/hadamard-sketch.ts';
import { randomizedSvd } from '../sketches/randomized-svd.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { incompleteCholesky } from '../systems/incomplete-cholesky.ts';
import { largestDifference, randomMatrix, randomSymmetric } from '../testing/matrices.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { cholesky } from './cholesky.ts';
import { downdateCholesky, updateCholesky } from './cholesky-update.ts';
import { denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
import { qr } from './householder-qr.ts';
import { ldl, solveLdl } from './ldl.ts';
import { determinant, lu, solveLu } from './lu.ts';
import { gram, matmul } from './matmul.ts';

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(31, 32, 33, 64, 70));
const seed = fc.nat(1e6);
const asPeer = (a: DenseMatrix): Matrix => Matrix.from1DArray(a.rows, a.cols, Array.from(a.values));

function triangle(a: DenseMatrix, upper: boolean): DenseMatrix {
  const values = a.values.map((value, k) => {
    const [i, j] = [Math.floor(k / a.cols), k % a.cols];
    if (upper) return i <= j ? value : 0;
    return i === j ? 1 : i > j ? value : 0;
  });
  return { ...a, values };
}

describe('lu', () => {
  it('multiplies back to the permuted matrix, with factors of L at most one', () => {
    fc.assert(
      fc.property(size, seed, (size, seed) => {
        const a = randomMatrix(size, size, seed);
        const { lu: packed, permutation } = lu(a);
        const [lower, upper] = [triangle(packed, false), triangle(packed, true)];
        const permuted = Float64Array.from(a.values, (_, k) => a.values[permutation[Math.floor(k / size)] * size + (k % size)]);
        expect(largestDifference(matmul(lower, upper).values, permuted)).toBeLessThan(1e-12 * (size + 1));
        expect(Math.max(...lower.values.map(Math.abs))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('solves and has the determinant of ml-matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), seed, (size, seed) => {
        const a = randomMatrix(size, size, seed);
        const b = randomMatrix(size, 1, seed + 1).values;
        const factors = lu(a);
        const x = solveLu(factors, b);
        const scale = Math.max(1, ...x.map(Math.abs));
        expect(largestDifference(matvec(a, x), b)).toBeLessThan(1e-12 * scale * 100);
        const expected = peerDeterminant(asPeer(a));
        expect(determinant(factors)).toBeCloseTo(expected, 8);
        expect(new LuDecomposition(asPeer(a)).isSingular()).toBe(false);
      }),
    );
  });

  it('names the pivot of a singular matrix', () => {
    const factors = lu(
      matrixFromRows([
        [1, 2],
        [2, 4],
      ]),
    );
    expect(determinant(factors)).toBeCloseTo(0, 15);
    expect(() => solveLu(factors, Float64Array.of(1, 1))).toThrow(expect.objectContaining({ code: 'out-of-range', index: 1 }));
    expect(() => lu(denseMatrix(2, 3))).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    expect(() => solveLu(factors, new Float64Array(3))).toThrow(expect.objectContaining({ argument: 'b' }));
  });
});

describe('ldl', () => {
  it('multiplies back, solves, and counts the signs of the eigenvalues', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), seed, fc.boolean(), (size, seed, hollow) => {
        const a = randomSymmetric(size, seed);
        if (hollow && size > 1) for (let i = 0; i < size; i++) a.values[i * size + i] = 0; // no pivots of size one at first
        const { lower, diagonal, offDiagonal, permutation } = ldl(a);
        const d = denseMatrix(size, size);
        for (let k = 0; k < size; k++) {
          d.values[k * size + k] = diagonal[k];
          if (k + 1 < size) d.values[k * size + k + 1] = d.values[(k + 1) * size + k] = offDiagonal[k];
        }
        const product = matmul(matmul(lower, d), transpose(lower)).values;
        const permuted = Float64Array.from(a.values, (_, k) => {
          return a.values[permutation[Math.floor(k / size)] * size + permutation[k % size]];
        });
        expect(largestDifference(product, permuted)).toBeLessThan(1e-11 * size);
        const eigenvalues = symmetricEigen(a).values;
        const positive = (values: Float64Array): number => values.filter((value) => value > 0).length;
        if (eigenvalues.every((value) => Math.abs(value) > 1e-8)) {
          expect(positive(symmetricEigen(d).values)).toBe(positive(eigenvalues));
        }
        if (eigenvalues.some((value) => Math.abs(value) < 0.05)) return;
        const b = randomMatrix(size, 1, seed + 1).values;
        const x = solveLdl({ lower, diagonal, offDiagonal, permutation }, b);
        const peer = solvePeer(asPeer(a), Matrix.columnVector(Array.from(b))).to1DArray();
        expect(largestDifference(x, peer)).toBeLessThan(1e-7);
      }),
    );
  });

  it('takes zero matrices and names their pivot when they are solved with', () => {
    const factors = ldl(denseMatrix(2, 2));
    expect(Array.from(factors.diagonal)).toEqual([0, 0]);
    expect(() => solveLdl(factors, Float64Array.of(1, 1))).toThrow(expect.objectContaining({ index: 0 }));
    expect(() => ldl(denseMatrix(2, 3))).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

describe('updates of Cholesky factors', () => {
  it('are the factors of the updated matrix, and undo each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), seed, (size, seed) => {
        const a = gram(randomMatrix(size + 5, size, seed));
        const x = randomMatrix(size, 1, seed + 1).values;
        const factor = cholesky(a);
        const updated = updateCholesky(factor, x);
        const sum = denseMatrix(
          size,
          size,
          a.values.map((value, k) => value + x[Math.floor(k / size)] * x[k % size]),
        );
        expect(largestDifference(updated.values, cholesky(sum).values)).toBeLessThan(1e-9);
        expect(largestDifference(downdateCholesky(updated, x).values, factor.values)).toBeLessThan(1e-6);
      }),
    );
  });

  it('name the pivot that is lost', () => {
    expect(() => downdateCholesky(identity(2), Float64Array.of(0, 1))).toThrow(
      expect.objectContaining({ argument: 'x', code: 'out-of-range', index: 1 }),
    );
    expect(() => updateCholesky(identity(2), Float64Array.of(1))).toThrow(expect.objectContaining({ argument: 'x' }));
  });
});

describe('svd', () => {
  it('reconstructs any matrix from orthonormal vectors, with the values of ml-matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 25 }), seed, (rows, cols, seed) => {
        const a = randomMatrix(rows, cols, seed);
        const { u, values, v } = svd(a);
        const rank = Math.min(rows, cols);
        expect(largestDifference(gram(u).values, identity(rank).values)).toBeLessThan(1e-13);
        expect(largestDifference(gram(v).values, identity(rank).values)).toBeLessThan(1e-13);
        const scaled = { ...u, values: u.values.map((value, k) => value * values[k % rank]) };
        expect(largestDifference(matmul(scaled, transpose(v)).values, a.values)).toBeLessThan(1e-12);
        const peer = new SingularValueDecomposition(asPeer(a), { autoTranspose: true }).diagonal;
        expect(largestDifference(values, peer.slice(0, rank))).toBeLessThan(1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('finds small singular values to their own last digits', () => {
    // Columns of norms 1 … 1e-20 times an orthogonal matrix: the singular values are the norms.
    const { q } = qr(randomMatrix(6, 6, 1));
    const scales = [1, 1e-4, 1e-8, 1e-12, 1e-16, 1e-20];
    const { values } = svd({ ...q, values: q.values.map((value, k) => value * scales[k % 6]) });
    for (let k = 0; k < 6; k++) expect(values[k] / scales[k]).toBeCloseTo(1, 12);
  });

  it('takes zeros, ranks that are not full, huge and tiny matrices', () => {
    expect(Array.from(svd(denseMatrix(3, 2)).values)).toEqual([0, 0]);
    expect(largestDifference(gram(svd(denseMatrix(3, 2)).u).values, identity(2).values)).toBe(0);
    const { values, u } = svd(
      matrixFromRows([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    expect(values[0]).toBeCloseTo(Math.sqrt(6), 14);
    expect(values[1]).toBeLessThan(1e-15);
    expect(largestDifference(gram(u).values, identity(2).values)).toBeLessThan(1e-13);
    for (const scale of [1e-300, 1e300]) {
      expect(
        svd(
          matrixFromRows([
            [3 * scale, 0],
            [4 * scale, 5 * scale],
          ]),
        ).values[0] / scale,
      ).toBeCloseTo(Math.sqrt(45), 12);
    }
  });
});

describe('randomizedSvd', () => {
  const rows = 200;
  const cols = 80;
  const falling = (power: number): DenseMatrix => {
    const [left, right] = [qr(randomMatrix(rows, cols, 1)).q, qr(randomMatrix(cols, cols, 2)).q];
    const values = left.values.map((value, k) => value * ((k % cols) + 1) ** -power);
    return matmul({ ...left, values }, transpose(right));
  };

  it('finds the known spectrum, dense and sparse', () => {
    const a = falling(2);
    for (const matrix of [a, csrFromDense(a)]) {
      const { u, values, v } = randomizedSvd(matrix, { rank: 5 });
      expect([u.cols, v.rows, v.cols]).toEqual([5, cols, 5]);
      for (let k = 0; k < 5; k++) expect(values[k] * (k + 1) ** 2).toBeCloseTo(1, 8);
      expect(largestDifference(gram(u).values, identity(5).values)).toBeLessThan(1e-12);
    }
  });

  it('is within the bound of the best approximation, better with power iterations', () => {
    const a = falling(0.5);
    const errorOf = (powerIterations: number): number => {
      const { u, values, v } = randomizedSvd(a, { rank: 10, powerIterations });
      const scaled = { ...u, values: u.values.map((value, k) => value * values[k % 10]) };
      const rest = matmul(scaled, transpose(v)).values.map((value, k) => a.values[k] - value);
      return svd({ rows, cols, values: rest }).values[0];
    };
    const best = 11 ** -0.5;
    const [none, two] = [errorOf(0), errorOf(2)];
    expect(two).toBeLessThan(none);
    expect(two).toBeGreaterThanOrEqual(best * (1 - 1e-12));
    expect(two).toBeLessThan(1.1 * best);
    expect(() => randomizedSvd(a, { rank: 81 })).toThrow(expect.objectContaining({ argument: 'rank' }));
  });
});

describe('lobpcg', () => {
  it('finds the closed-form end of the spectrum of a grid, sooner with a preconditioner', () => {
    const side = 20;
    const a = fivePointLaplacian(side);
    const mode = (i: number, j: number): number =>
      4 - 2 * Math.cos((i * Math.PI) / (side + 1)) - 2 * Math.cos((j * Math.PI) / (side + 1));
    const expected = [mode(1, 1), mode(1, 2), mode(1, 2), mode(2, 2)];
    const plain = lobpcg(a, { count: 4 });
    const preconditioned = lobpcg(a, { count: 4, preconditioner: incompleteCholesky(a) });
    for (const { values, status } of [plain, preconditioned]) {
      expect(status).toBe('converged');
      expect(largestDifference(values, expected)).toBeLessThan(1e-8);
    }
    expect(preconditioned.iterations).toBeLessThan(plain.iterations);
    const top = lobpcg(a, { which: 'largest' });
    expect(top.values[0]).toBeCloseTo(mode(side, side), 8);
  });

  it('agrees with the whole decomposition', () => {
    const a = randomSymmetric(30, 4);
    const { values, vectors } = lobpcg(a, { count: 3, tolerance: 1e-9 });
    expect(largestDifference(values, symmetricEigen(a).values.slice(0, 3))).toBeLessThan(1e-8);
    expect(largestDifference(gram(vectors).values, identity(3).values)).toBeLessThan(1e-12);
    expect(() => lobpcg(a, { count: 11 })).toThrow(expect.objectContaining({ argument: 'count' }));
    expect(lobpcg(matrixFromRows([[7]])).values[0]).toBe(7);
  });
});

describe('sketches', () => {
  const a = randomMatrix(256, 5, 3);
  const sketches = {
    gaussian: (size: number, seed: number) => gaussianSketch(a, { size, seed }),
    hadamard: (size: number, seed: number) => hadamardSketch(a, { size, seed }),
    count: (size: number, seed: number) => countSketch(a, { size, seed }),
  };

  it.each(Object.entries(sketches))('%s keeps the Gram matrix on average', (_, sketch) => {
    const truth = gram(a).values;
    const mean = new Float64Array(25);
    const runs = quickOrFull(150, 400);
    for (let seed = 0; seed < runs; seed++) {
      const { values } = gram(sketch(32, seed));
      for (let k = 0; k < 25; k++) mean[k] += values[k] / runs;
    }
    // The variance of an entry is about 2 |a_i|² |a_j|² / 32 a run.
    expect(largestDifference(mean, truth)).toBeLessThan(5 * 256 * Math.sqrt(2 / 32 / runs));
  });

  it.each(Object.entries(sketches))('%s embeds the whole column space when it is large enough', (_, sketch) => {
    const inverse = qr(a).r;
    for (let seed = 0; seed < 10; seed++) {
      const { values } = svd(matmul(sketch(200, seed), inverseOf(inverse)));
      expect(values[0]).toBeLessThan(1.6);
      expect(values[4]).toBeGreaterThan(0.5);
    }
  });

  it('hadamard with all rows is an isometry, and count is the same for sparse matrices', () => {
    expect(largestDifference(gram(hadamardSketch(a, { size: 256, seed: 2 })).values, gram(a).values)).toBeLessThan(1e-11);
    const sparse = countSketch(csrFromDense(a), { size: 16, seed: 5 });
    expect(largestDifference(sparse.values, sketches.count(16, 5).values)).toBe(0);
    expect(() => hadamardSketch(a, { size: 257 })).toThrow(expect.objectContaining({ argument: 'size' }));
    expect(() => gaussianSketch(a, { size: 0 })).toThrow(expect.objectContaining({ argument: 'size' }));
    expect(() => countSketch(a, { size: 0.5 })).toThrow(expect.objectContaining({ argument: 'size' }));
  });
});

/** The inverse of a small matrix, by the factorisation of ml-matrix. */
function inverseOf(a: DenseMatrix): DenseMatrix {
  const inverse = solvePeer(asPeer(a), Matrix.eye(a.rows));
  return { ...a, values: Float64Array.from(inverse.to1DArray()) };
}
