// Decompositions of matrices large enough for panels and gathered rotations, against closed forms and by putting them together again.
import { Random } from '@infimum/core';
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it, test } from 'vitest';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { gram, matmul } from '../dense/matmul.ts';
import type { DenseMatrix } from '../matrices.ts';
import { largestMagnitude } from '../numerics/vectors.ts';
import { describeBuilds } from '../testing/builds.ts';
import { largestDifference, randomMatrix, randomSymmetric } from '../testing/matrices.ts';
import { diagonaliseBidiagonal } from './bidiagonal-svd.ts';
import { jacobiSvd } from './jacobi-svd.ts';
import { singularValues, svd } from './svd.ts';
import { symmetricEigen, symmetricEigenvalues } from './symmetric-eigen.ts';

const of = (rows: number, cols: number, entry: (i: number, j: number) => number): DenseMatrix =>
  denseMatrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), k % cols)),
  );
const random = new Random(3);
const normal = (rows: number, cols = rows): DenseMatrix => of(rows, cols, () => random.normal());
const symmetricPart = (a: DenseMatrix): DenseMatrix =>
  of(a.rows, a.rows, (i, j) => a.values[i * a.rows + j] + a.values[j * a.rows + i]);

function expectOrthonormal(vectors: DenseMatrix): void {
  const { values, cols } = gram(vectors);
  const rest = largestMagnitude(values.map((value, k) => value - (k % (cols + 1) === 0 ? 1 : 0)));
  expect(rest).toBeLessThan(10 * cols * Number.EPSILON);
}

/** A V = V diag(values), with V orthonormal, to 10 n eps of |A|. */
function expectEigen(a: DenseMatrix, factor = 1): Float64Array {
  const n = a.rows;
  const scaled = { ...a, values: a.values.map((value) => value * factor) };
  const { values, vectors, status } = symmetricEigen(scaled);
  expect(status).toBe('converged');
  expectOrthonormal(vectors);
  const unscaled = values.map((value) => value / factor);
  const image = matmul(a, vectors);
  const size = largestMagnitude(unscaled);
  const rest = largestMagnitude(image.values.map((value, k) => value - vectors.values[k] * unscaled[k % n]));
  expect(rest).toBeLessThanOrEqual(10 * n * Number.EPSILON * size);
  expect(values).toEqual(values.toSorted());
  return unscaled;
}

const SYMMETRIC: Record<string, DenseMatrix> = {
  random: symmetricPart(normal(130)),
  zeros: denseMatrix(70, 70),
  'a diagonal': of(90, 90, (i, j) => (i === j ? ((i * 37) % 90) - 30 : 0)),
  'the identity and one more': of(96, 96, (i, j) => (i === j ? 2 : 1)),
  hilbert: of(80, 80, (i, j) => 1 / (i + j + 1)),
  wilkinson: of(121, 121, (i, j) => (i === j ? Math.abs(i - 60) : Math.abs(i - j) === 1 ? 1 : 0)),
  graded: of(75, 75, (i, j) => 10 ** -(i + j)),
  'graded the other way': of(75, 75, (i, j) => 10 ** (i + j - 148)),
  'two blocks': of(100, 100, (i, j) => (Math.floor(i / 50) === Math.floor(j / 50) ? 1 / (1 + Math.abs(i - j)) : 0)),
  clusters: of(84, 84, (i, j) => (i === j ? 1 + (i % 3) + 1e-14 * i : 1e-13 * Math.sin(i * j))),
  antidiagonal: of(65, 65, (i, j) => (i + j === 64 ? 1 : 0)),
};

describe('symmetric eigenvalues of large matrices', () => {
  it.each(Object.entries(SYMMETRIC))('belong to their vectors, at any scale: %s', (_, a) => {
    for (const factor of [1, 1e150, 1e-150, 1e300]) expectEigen(a, factor);
  });

  it('are those of the path and of ml-matrix', () => {
    const n = 200;
    const path = of(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
    expectEigen(path).forEach((value, k) => {
      expect(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(1e-13);
    });
    const a = SYMMETRIC['random'];
    const theirs = new EigenvalueDecomposition(Matrix.from1DArray(130, 130, a.values), { assumeSymmetric: true });
    const sorted = theirs.realEigenvalues.toSorted((x, y) => x - y);
    expectEigen(a).forEach((value, k) => {
      expect(value).toBeCloseTo(sorted[k], 10);
    });
  });

  it('take just the lower triangle', () => {
    const a = symmetricPart(normal(66));
    const lower = of(66, 66, (i, j) => (j > i ? 7 : a.values[i * 66 + j]));
    expect(symmetricEigen(lower).values).toEqual(symmetricEigen(a).values);
  });
});

/** A = U S V', with U and V orthonormal. */
function expectSingular(a: DenseMatrix, factor = 1): Float64Array {
  const scaled = { ...a, values: a.values.map((value) => value * factor) };
  const { u, values, v } = svd(scaled);
  expectOrthonormal(u);
  expectOrthonormal(v);
  const rank = Math.min(a.rows, a.cols);
  const unscaled = values.map((value) => value / factor);
  const weighted = { ...u, values: u.values.map((value, k) => value * unscaled[k % rank]) };
  const product = matmul(weighted, transpose(v));
  const rest = largestMagnitude(product.values.map((value, k) => value - a.values[k]));
  expect(rest).toBeLessThanOrEqual(10 * Math.max(a.rows, a.cols) * Number.EPSILON * (unscaled[0] || 0));
  expect(values).toEqual(values.toSorted().reverse());
  expect(values[rank - 1]).toBeGreaterThanOrEqual(0);
  return unscaled;
}

const GENERAL: Record<string, DenseMatrix> = {
  random: normal(90),
  tall: normal(140, 60),
  wide: normal(50, 120),
  zeros: denseMatrix(40, 40),
  hilbert: SYMMETRIC['hilbert'],
  'the shift, nilpotent': of(64, 64, (i, j) => (j === i + 1 ? 1 : 0)),
  'an upper bidiagonal with zeros on it': of(48, 48, (i, j) => (j === i + 1 ? 1 : j === i && i % 5 > 0 ? 1 + i / 48 : 0)),
  'of rank one': of(60, 60, (i, j) => (i + 1) * (j + 2)),
  'the identity': of(77, 77, (i, j) => (i === j ? 1 : 0)),
  'twice the same columns': of(70, 70, (i, j) => Math.sin(i * (j % 35) + (j % 35) ** 2)),
  kahan: of(50, 50, (i, j) => (j < i ? 0 : (j === i ? 1 : -0.6) * 0.8 ** i)),
  vandermonde: of(40, 40, (i, j) => ((i + 1) / 40) ** j),
  'columns of all sizes': of(50, 50, (i, j) => Math.sin(3 * i * (j + 1) + j * j) * 10 ** (-j / 2)),
  'one column of zeros': of(40, 40, (i, j) => (j === 7 ? 0 : Math.cos(i * j + i))),
};

describe('singular values of large matrices', () => {
  it.each(Object.entries(GENERAL))('belong to their vectors, at any scale: %s', (_, a) => {
    for (const factor of [1, 1e150, 1e-150, 1e290]) expectSingular(a, factor);
  });

  it('are those of ml-matrix, and of the path', () => {
    const theirs = new SingularValueDecomposition(Matrix.from1DArray(90, 90, GENERAL['random'].values)).diagonal;
    expectSingular(GENERAL['random']).forEach((value, k) => {
      expect(value).toBeCloseTo(theirs[k], 10);
    });
    const n = 100;
    const path = of(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
    expectSingular(path).forEach((value, k) => {
      expect(Math.abs(value - (2 + 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(1e-13);
    });
  });

  it('keep their own last digits where columns are of all sizes', () => {
    // Orthogonal columns times powers of ten: the singular values are these powers.
    const n = 40;
    const { vectors } = symmetricEigen(symmetricPart(normal(n)));
    const graded = { ...vectors, values: vectors.values.map((value, k) => value * 10 ** -(k % n)) };
    svd(graded).values.forEach((value, k) => {
      expect(Math.abs(value * 10 ** k - 1)).toBeLessThan(1e-13);
    });
  });

  it('of columns of all sizes are those of rotations alone, in any order of the columns', () => {
    const n = 45;
    const sizes: Record<string, (j: number) => number> = {
      rising: (j) => 1e12 ** (j / n),
      scrambled: (j) => 1e30 ** (((7 * j) % n) / n),
      'beyond all digits': (j) => 1e-100 ** (j / n),
      'of two kinds': (j) => (j % 2 === 0 ? 1 : 1e-9),
      'nearly of one': (j) => (j === 5 ? 20 : 1),
    };
    for (const sizeOf of Object.values(sizes)) {
      const graded = of(n, n, (_, j) => random.normal() * sizeOf(j));
      const found = expectSingular(graded);
      const largest = largestMagnitude(graded.values);
      const alone = jacobiSvd(qr({ ...graded, values: graded.values.map((value) => value / largest) }).r);
      found.forEach((value, k) => {
        expect(Math.abs(value / (alone.values[k] * largest) - 1)).toBeLessThan(1e-11);
      });
    }
  });

  it('of bidiagonal matrices are exact to their own digits', () => {
    // B' B of (1, x; 0, 1) and its like: the product of the values is that of the diagonal, whatever the grading.
    const n = 30;
    const d = Float64Array.from({ length: n }, (_, i) => 10 ** (-i / 2) * (1 + 0.3 * Math.sin(i)));
    const e = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? 10 ** (-i / 2) * 0.7 : 0));
    const expected = d.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0);
    const nothing = { begin() {}, turn() {}, end() {} };
    const values = d.slice();
    expect(diagonaliseBidiagonal(values, e.slice(), nothing, nothing)).toBe(true);
    const found = values.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0);
    expect(Math.abs(found - expected)).toBeLessThan(1e-11);
    // From the other end: the flipped transpose has the same values.
    const [flippedD, flippedE] = [d.toReversed(), new Float64Array(n)];
    for (let i = 0; i + 1 < n; i++) flippedE[i] = e[n - 2 - i];
    expect(diagonaliseBidiagonal(flippedD, flippedE, nothing, nothing)).toBe(true);
    const [one, two] = [values, flippedD].map((list) => list.map(Math.abs).sort());
    one.forEach((value, k) => {
      expect(Math.abs(value / two[k] - 1)).toBeLessThan(1e-12);
    });
  });
});

describeBuilds('all builds', () => {
  it('decompose', () => {
    expectEigen(symmetricPart(normal(67)));
    expectSingular(normal(45));
  });
});

test.each([1, 2, 5, 31, 32, 63, 64, 130])('values alone are those that come with vectors: %i rows', (n) => {
  for (const scale of [1, 1e200, 1e-200]) {
    const symmetric = randomSymmetric(n, n);
    const a = { ...symmetric, values: symmetric.values.map((value) => value * scale) };
    const both = symmetricEigen(a).values;
    const largest = Math.max(...both.map(Math.abs));
    expect(largestDifference(symmetricEigenvalues(a), both)).toBeLessThanOrEqual(1e-13 * largest);
    for (const [rows, cols] of [
      [n, n],
      [2 * n, n],
      [n, 2 * n],
    ]) {
      const b = { rows, cols, values: randomMatrix(rows, cols, n).values.map((value) => value * scale) };
      const { values } = svd(b);
      expect(largestDifference(singularValues(b), values)).toBeLessThanOrEqual(1e-13 * values[0]);
    }
  }
});
