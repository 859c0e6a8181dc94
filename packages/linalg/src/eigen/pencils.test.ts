// A x = λ B x, eigenvalues of matrices without symmetry, and singular values of large matrices, against dense decompositions.
import { describe, expect, it } from 'vitest';
import { matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { gram, matmul } from '../dense/matmul.ts';
import type { DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrToDense } from '../sparse/csr-matrix.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { convectionDiffusion, fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { largestDifference, randomMatrix, randomSymmetric } from '../testing/matrices.ts';
import { arnoldi } from './arnoldi.ts';
import { eigen } from './eigen.ts';
import { eigs } from './eigs.ts';
import { generalizedEigen } from './generalized-eigen.ts';
import { svd } from './svd.ts';
import { svds } from './svds.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

function positive(n: number, seed: number): DenseMatrix {
  const b = gram(randomMatrix(n, n, seed));
  for (let i = 0; i < n; i++) b.values[i * (n + 1)] += 1;
  return b;
}

const column = ({ rows, cols, values }: DenseMatrix, k: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => values[i * cols + k]);

describe('generalizedEigen', () => {
  it('diagonalises both matrices, and is symmetricEigen for B = I', () => {
    for (const n of [0, 1, 2, 17, 80]) {
      const [a, b] = [randomSymmetric(n, n), positive(n, n + 1)];
      const { values, vectors } = generalizedEigen(a, b);
      const both = [a, b].map((m) => matmul(transpose(vectors), matmul(m, vectors)).values);
      const size = 1 + Math.max(...values.map(Math.abs), 0);
      both[0].forEach((value, k) => {
        const isDiagonal = k % (n + 1) === 0;
        expect(Math.abs(value - (isDiagonal ? values[k / (n + 1)] : 0))).toBeLessThan(1e-11 * size);
        expect(Math.abs(both[1][k] - (isDiagonal ? 1 : 0))).toBeLessThan(1e-11);
      });
      const lower = { ...a, values: a.values.map((value, k) => (k % n > k / n ? 9 : value)) };
      expect(largestDifference(generalizedEigen(lower, b).values, values)).toBe(0);
    }
    const a = randomSymmetric(9, 4);
    const unit = matrixFromRows(Array.from({ length: 9 }, (_, i) => Array.from({ length: 9 }, (_, j) => (i === j ? 1 : 0))));
    expect(largestDifference(generalizedEigen(a, unit).values, symmetricEigen(a).values)).toBeLessThan(1e-14);
    for (const [bad, code] of [
      [randomSymmetric(9, 2), 'out-of-range'],
      [positive(3, 1), 'shape'],
    ] as const) {
      expect(() => generalizedEigen(a, bad)).toThrow(expect.objectContaining({ argument: 'b', code }));
    }
  });
});

describe('eigs of a pencil', () => {
  it('has the eigenvalues of the dense decomposition, at both ends and inside, of dense and sparse matrices', () => {
    const n = 60;
    const grid = csrToDense(fivePointLaplacian(8));
    const pencils = [
      [randomSymmetric(n, 3), positive(n, 4)],
      [grid, matmul(grid, grid)],
    ].map(([a, b]) => ({ a, b, all: generalizedEigen(a, b).values }));
    for (const { a, b, all } of pencils) {
      const sigma = (all[20] + 2 * all[21]) / 3;
      const wanted = {
        largest: [...all].reverse().slice(0, 3),
        smallest: [...all].slice(0, 3),
        above: [...all].filter((value) => value > sigma).slice(0, 3),
        below: [...all]
          .filter((value) => value < sigma)
          .reverse()
          .slice(0, 3),
      };
      for (const [left, mass] of [
        [a, b],
        [csrFromDense(a), csrFromDense(b)],
        [a, csrFromDense(b)],
      ]) {
        for (const which of ['largest', 'smallest', 'above', 'below'] as const) {
          const { values, vectors, status } = eigs(left, { which, massMatrix: mass, count: 3, sigma });
          expect(status).toBe('converged');
          values.forEach((value, k) => {
            expect(Math.abs(value - wanted[which][k])).toBeLessThan(1e-8 * Math.max(...all.map(Math.abs)));
            const x = column(vectors, k);
            const image = matvec(b, x);
            expect(x.reduce((sum, entry, i) => sum + entry * image[i], 0)).toBeCloseTo(1, 9);
          });
        }
      }
    }
    const refused = () => eigs(pencils[0].a, { massMatrix: randomSymmetric(n, 8) });
    expect(refused).toThrow(expect.objectContaining({ argument: 'massMatrix', code: 'out-of-range' }));
    expect(() => eigs(pencils[0].a, { massMatrix: positive(3, 1) })).toThrow(
      expect.objectContaining({ argument: 'massMatrix', code: 'shape' }),
    );
  });
});

describe('arnoldi', () => {
  it('has the eigenvalues of the dense decomposition, and vectors with small residuals', () => {
    const cases: DenseMatrix[] = [
      randomMatrix(70, 70, 5),
      csrToDense(convectionDiffusion(9, 4)),
      randomSymmetric(50, 6),
      randomMatrix(4, 4, 1),
    ];
    for (const a of cases) {
      const all = eigen(a);
      const places = Array.from(all.real.keys());
      const sizes = places.map((k) => Math.hypot(all.real[k], all.imaginary[k]));
      const largest = Math.max(...sizes);
      const sigma = 0.3 * largest;
      const ranks = {
        largest: (k: number) => -sizes[k],
        rightmost: (k: number) => -all.real[k],
        sigma: (k: number) => Math.hypot(all.real[k] - sigma, all.imaginary[k]),
      };
      for (const [name, rank] of Object.entries(ranks)) {
        for (const matrix of [a, csrFromDense(a)]) {
          const found = arnoldi(matrix, { count: 3, ...(name === 'sigma' ? { sigma } : { which: name as 'largest' }) });
          expect(found.status).toBe('converged');
          const expected = [...places].sort((i, j) => rank(i) - rank(j)).slice(0, found.real.length);
          for (const [k, place] of expected.entries()) {
            // Of a pair both are given, in either order of ties.
            const apart = found.real.map((value, l) =>
              Math.hypot(value - all.real[place], found.imaginary[l] - all.imaginary[place]),
            );
            expect(Math.min(...apart)).toBeLessThan(1e-8 * largest);
            const [x, y] = [column(found.vectors, k), column(found.imaginaryVectors, k)];
            const [ax, ay] = [matvec(a, x), matvec(a, y)];
            let rest = 0;
            x.forEach((_, i) => {
              const real = ax[i] - found.real[k] * x[i] + found.imaginary[k] * y[i];
              const imaginary = ay[i] - found.real[k] * y[i] - found.imaginary[k] * x[i];
              rest += real ** 2 + imaginary ** 2;
            });
            expect(Math.sqrt(rest)).toBeLessThan(1e-7 * largest);
          }
        }
      }
    }
    const shift = (x: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < x.length; i++) out[i] = x[(i + 1) % x.length];
    };
    const { real, imaginary } = arnoldi(shift, { size: 3, count: 3 });
    real.forEach((value, k) => {
      expect(Math.hypot(value, imaginary[k])).toBeCloseTo(1, 12);
    });
    expect(() => arnoldi(shift, { size: 3, sigma: 0 })).toThrow(expect.objectContaining({ argument: 'sigma' }));
    expect(() =>
      arnoldi(
        [
          [1, 1],
          [0, 2],
        ],
        { sigma: 2 },
      ),
    ).toThrow(expect.objectContaining({ argument: 'sigma', code: 'out-of-range' }));
  });
});

describe('svds', () => {
  it('has the values and vectors of the dense decomposition, of any shape and scale', () => {
    for (const [rows, cols] of [
      [40, 25],
      [25, 40],
      [1, 6],
      [200, 90],
    ]) {
      for (const scale of [1, 2 ** 600, 2 ** -700]) {
        const plain = randomMatrix(rows, cols, rows + cols);
        const a = { ...plain, values: plain.values.map((value) => value * scale) };
        const count = Math.min(4, rows);
        const { values: all } = svd(plain);
        for (const matrix of [a, csrFromDense(a)]) {
          const { u, values, v, status } = svds(matrix, { count });
          expect(status).toBe('converged');
          values.forEach((value, k) => {
            expect(Math.abs(value / scale - all[k])).toBeLessThan(1e-9 * all[0]);
          });
          const images = matmul(plain, v).values;
          images.forEach((value, k) => {
            expect(Math.abs(value - (u.values[k] * values[k % count]) / scale)).toBeLessThan(1e-9 * all[0]);
          });
          const products = matmul(transpose(u), u).values;
          products.forEach((value, k) => {
            expect(value).toBeCloseTo(k % (count + 1) === 0 ? 1 : 0, 12);
          });
        }
      }
    }
    const sparse = csrFromDense(randomMatrix(30, 20, 2));
    const turned = transposeCsr(sparse);
    const map = {
      rows: 30,
      cols: 20,
      apply: (x: Float64Array, out: Float64Array) => out.set(matvec(sparse, x)),
      applyTransposed: (y: Float64Array, out: Float64Array) => out.set(matvec(turned, y)),
    };
    expect(largestDifference(svds(map, { count: 2 }).values, svds(sparse, { count: 2 }).values)).toBeLessThan(1e-12);
  });
});
