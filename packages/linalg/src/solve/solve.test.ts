// Dense solving, inverting and ranks, against definitions: residuals, the four equations of Penrose, products of eigenvalues.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { lu, slogdet, solveLu } from '../dense/lu.ts';
import { gram, matmul } from '../dense/matmul.ts';
import { eigen } from '../eigen/eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { largestDifference, randomMatrix, randomSymmetric } from '../testing/matrices.ts';
import { matrixNorm } from './matrix-norm.ts';
import { conditionNumber, matrixRank, minimumNormSolution, pseudoInverse } from './minimum-norm.ts';
import { inverse, solve } from './solve.ts';

const SCALES = [1, 1e150, 1e-150, 1e-300];
const times = (a: DenseMatrix, factor: number): DenseMatrix => ({ ...a, values: a.values.map((x) => x * factor) });

/** A matrix of a given rank. */
function ofRank(rows: number, cols: number, rank: number, seed: number): DenseMatrix {
  return matmul(randomMatrix(rows, rank, seed), randomMatrix(rank, cols, seed + 1));
}

describe('solve', () => {
  it('takes the factorisation that suits, and has small backward errors at any scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 15 }), fc.nat(1e6), fc.constantFrom(...SCALES), (n, seed, scale) => {
        const general = randomMatrix(n, n, seed);
        const positive = gram(general);
        for (let i = 0; i < n; i++) positive.values[i * n + i] += 1;
        const triangle = (keep: (i: number, j: number) => boolean) =>
          denseMatrix(
            n,
            n,
            general.values.map((value, k) => {
              const [i, j] = [Math.floor(k / n), k % n];
              return i === j ? 2 + Math.abs(value) : keep(i, j) ? value / n : 0;
            }),
          );
        const symmetric = randomSymmetric(n, seed);
        symmetric.values[0] = -1;
        const cases: [string, DenseMatrix][] = [
          ['lu', general],
          ['cholesky', positive],
          ['lu', symmetric],
          ['lower-triangular', triangle((i, j) => j < i)],
          ['upper-triangular', triangle((i, j) => j > i)],
          ['diagonal', triangle(() => false)],
        ];
        for (const [expected, unscaled] of cases) {
          const a = times(unscaled, scale);
          const b = randomMatrix(n, 2, seed + 7);
          const { x, method, backwardError } = solve(a, b);
          expect(method).toBe(expected);
          expect(backwardError).toBeLessThan(1e-13);
          const rest = matmul(unscaled, times(x, scale));
          const size = 1 + Math.max(...times(x, scale).values.map(Math.abs));
          expect(largestDifference(rest.values, b.values)).toBeLessThan(1e-11 * size * n);
          const alone = solve(
            a,
            Float64Array.from({ length: n }, (_, i) => b.values[2 * i]),
          );
          alone.x.forEach((value, i) => {
            expect(value).toBe(x.values[2 * i]);
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('takes L D L for large symmetric matrices, which has the solution of LU', () => {
    const n = 1290;
    const a = randomSymmetric(n, 3);
    const b = new Float64Array(n).fill(1);
    const { x, method, backwardError } = solve(a, b);
    expect(method).toBe('ldl');
    expect(backwardError).toBeLessThan(1e-13);
    expect(largestDifference(x, solveLu(lu(a), b))).toBeLessThan(1e-8 * Math.max(...x.map(Math.abs)));
  });

  it('estimates the condition from below, and warns where no digit is left', () => {
    for (let seed = 0; seed < 40; seed++) {
      const n = 2 + (seed % 20);
      const a = seed % 2 === 0 ? randomMatrix(n, n, seed) : gram(randomMatrix(n, n, seed));
      const { condition, warning } = solve(a, new Float64Array(n).fill(1));
      const truth = matrixNorm(a, 'infinity') * matrixNorm(inverse(a), 'infinity');
      expect(condition).toBeLessThanOrEqual(truth * (1 + 1e-6));
      expect(condition).toBeGreaterThan(truth / (20 * n));
      expect(warning).toBeUndefined();
    }
    const hilbert = denseMatrix(
      16,
      16,
      Float64Array.from({ length: 256 }, (_, k) => 1 / (1 + Math.floor(k / 16) + (k % 16))),
    );
    expect(solve(hilbert, new Float64Array(16).fill(1)).warning).toMatch(/singular to working precision/);
  });

  it('refuses singular matrices', () => {
    for (const rows of [
      [
        [0, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 2],
        [2, 4],
      ],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [-1, 1],
        [1, -1],
      ],
    ]) {
      expect(() => solve(matrixFromRows(rows), Float64Array.of(1, 2))).toThrow(
        expect.objectContaining({ argument: 'a', code: 'out-of-range' }),
      );
      expect(() => inverse(matrixFromRows(rows))).toThrow(expect.objectContaining({ argument: 'a' }));
    }
    expect(() => solve(identity(2), new Float64Array(3))).toThrow(expect.objectContaining({ argument: 'b' }));
    expect(() => solve(denseMatrix(2, 3), new Float64Array(2))).toThrow(expect.objectContaining({ argument: 'a' }));
  });
});

describe('inverse', () => {
  it('gives the identity with the matrix, at any scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(1e6), fc.constantFrom(...SCALES), (n, seed, scale) => {
        const a = randomMatrix(n, n, seed);
        const product = matmul(a, times(inverse(times(a, scale)), scale));
        expect(largestDifference(product.values, identity(n).values)).toBeLessThan(1e-13 * n * conditionNumber(a));
      }),
      { numRuns: 40 },
    );
  });
});

describe('slogdet', () => {
  it('is the product of the eigenvalues, also beyond the largest number', () => {
    const random = new Random(1);
    for (let run = 0; run < 20; run++) {
      const n = 1 + random.integer(12);
      const a = randomMatrix(n, n, run);
      const { real, imaginary } = eigen(a);
      let [re, im] = [1, 0];
      for (let k = 0; k < n; k++) [re, im] = [re * real[k] - im * imaginary[k], re * imaginary[k] + im * real[k]];
      const { sign, logarithm } = slogdet(lu(a));
      expect(sign * Math.exp(logarithm)).toBeCloseTo(re, 6);
      expect(Math.abs(im)).toBeLessThan(1e-6);
    }
    expect(slogdet(lu(times(identity(300), -1e10)))).toEqual({ sign: 1, logarithm: expect.closeTo(3000 * Math.log(10), 6) });
    expect(slogdet(lu(denseMatrix(2, 2)))).toEqual({ sign: 0, logarithm: -Infinity });
  });
});

describe('minimum norm', () => {
  it('pseudo-inverses satisfy the equations of Penrose, of any shape and rank and scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(1e6),
        fc.constantFrom(...SCALES),
        (rows, cols, most, seed, scale) => {
          const rank = Math.min(rows, cols, most);
          const a = ofRank(rows, cols, rank, seed);
          expect(matrixRank(times(a, scale), { tolerance: 1e-10 })).toBe(rank);
          const p = times(pseudoInverse(times(a, scale), { tolerance: 1e-10 }), scale);
          const size = 1 + Math.max(...p.values.map(Math.abs)) * Math.max(...a.values.map(Math.abs));
          const tolerance = 1e-11 * size ** 2;
          const [ap, pa] = [matmul(a, p), matmul(p, a)];
          expect(largestDifference(matmul(ap, a).values, a.values)).toBeLessThan(tolerance * 10);
          expect(largestDifference(matmul(pa, p).values, p.values)).toBeLessThan(tolerance * size);
          expect(largestDifference(ap.values, transpose(ap).values)).toBeLessThan(tolerance);
          expect(largestDifference(pa.values, transpose(pa).values)).toBeLessThan(tolerance);
          const b = randomMatrix(rows, 2, seed + 5);
          const { x, rank: found } = minimumNormSolution(times(a, scale), b, { tolerance: 1e-10 });
          expect(found).toBe(rank);
          expect(largestDifference(times(x, scale).values, matmul(p, b).values)).toBeLessThan(tolerance * 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes vectors, and matrices of zeros', () => {
    const { x, rank, singularValues } = minimumNormSolution(denseMatrix(3, 2), Float64Array.of(1, 2, 3));
    expect([Array.from(x), rank, Array.from(singularValues)]).toEqual([[0, 0], 0, [0, 0]]);
    const a = randomMatrix(3, 5, 1);
    const b = Float64Array.of(1, 2, 3);
    const solution = minimumNormSolution(a, b).x;
    expect(largestDifference(matvec(a, solution), b)).toBeLessThan(1e-12);
    expect(
      conditionNumber(
        matrixFromRows([
          [3, 0],
          [0, 1e-310],
        ]),
      ),
    ).toBeGreaterThan(1e300);
  });
});
