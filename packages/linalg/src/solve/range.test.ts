// Systems whose rows and columns reach from end to end of the range: none is called singular, and answers are backward stable.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { ldl } from '../dense/ldl.ts';
import { lu } from '../dense/lu.ts';
import { matmul } from '../dense/matmul.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import { scaleBy } from '../equilibrate.ts';
import type { DenseMatrix } from '../matrices.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { inverse, solve } from './solve.ts';

/** A drawn system with entries of about one, and exponents of rows and columns. */
function draw(seed: number) {
  const random = new Random(seed);
  const n = 1 + random.integer(12);
  const isSymmetric = random.integer(3) === 0;
  const density = random.integer(2) === 0 ? 1 : 0.4;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (isSymmetric && j < i) values[i * n + j] = values[j * n + i];
      else if (i === j || random.uniform() < density) values[i * n + j] = random.normal() + (i === j ? 2 : 0);
    }
  }
  const exponents = (most: number) => Int32Array.from({ length: n }, () => random.integer(2 * most + 1) - most);
  const rows = exponents(isSymmetric ? 500 : 600);
  const cols = isSymmetric ? rows : exponents(400);
  const x = random.normals(new Float64Array(n));
  return { n, plain: { rows: n, cols: n, values }, rows, cols, x };
}

const scaled = ({ n, plain, rows, cols }: ReturnType<typeof draw>): DenseMatrix => ({
  ...plain,
  values: plain.values.map((value, k) => scaleBy(value, rows[Math.floor(k / n)] + cols[k % n])),
});

describe('systems scaled by 2^±600', () => {
  const count = quickOrFull(500, 10_000);
  it(`are solved to a row-wise backward error of 1e-14, ${count} of them`, () => {
    const methods = new Set<string>();
    for (let seed = 0; seed < count; seed++) {
      const system = draw(seed);
      const { n, plain, rows, cols, x } = system;
      const a = scaled(system);
      const right = matmul(plain, { rows: n, cols: 1, values: x }).values;
      const b = right.map((value, i) => scaleBy(value, rows[i]));
      const found = solve(seed % 2 === 0 ? a : csrFromDense(a), b);
      methods.add(found.method);
      expect(found.backwardError).toBeLessThanOrEqual(1e-14);
      const y = found.x.map((value, j) => scaleBy(value, cols[j]));
      for (let i = 0; i < n; i++) {
        let [rest, size] = [right[i], Math.abs(right[i])];
        for (let j = 0; j < n; j++) {
          rest -= plain.values[i * n + j] * y[j];
          size += Math.abs(plain.values[i * n + j] * y[j]);
        }
        expect(Math.abs(rest)).toBeLessThanOrEqual(1e-14 * size);
      }
    }
    expect([...methods].sort()).toEqual(
      ['cholesky', 'diagonal', 'lower-triangular', 'lu', 'sparse-cholesky', 'sparse-lu', 'upper-triangular'].sort(),
    );
  });
});

describe('matrices from end to end of the range', () => {
  const mixed = [
    [1e170, 1e170, 0],
    [1, 2, 1],
    [0, 1e-170, 3e-170],
  ];

  it('have inverses', () => {
    expect(
      inverse([
        [1e200, 0],
        [0, 1e-200],
      ]).values,
    ).toEqual(Float64Array.of(1e-200, 0, 0, 1e200));
    // mixed = diag(1e170, 1, 1e-170) P, and P^-1 is known.
    const expected = [5, -3, 1, -3, 3, -1, 1, -1, 1].map((value, k) => (value / 2) * [1e-170, 1, 1e170][k % 3]);
    inverse(mixed).values.forEach((value, k) => {
      expect(Math.abs(value / expected[k] - 1)).toBeLessThan(1e-14);
    });
  });

  it('keep their inertia', () => {
    expect(
      ldl([
        [1e200, 0],
        [0, 1e-200],
      ]).diagonal,
    ).toEqual(Float64Array.of(1e200, 1e-200));
    for (let seed = 0; seed < 200; seed++) {
      const system = draw(3 * seed);
      const symmetric = {
        ...system.plain,
        values: system.plain.values.map((value, k, all) => {
          const [i, j] = [Math.floor(k / system.n), k % system.n];
          return i >= j ? value : all[j * system.n + i];
        }),
      };
      const half = system.rows.map((value) => Math.floor(value / 2));
      const a = scaled({ ...system, plain: symmetric, rows: half, cols: half });
      const { diagonal, offDiagonal } = ldl(a);
      let positive = 0;
      for (let k = 0; k < system.n; k++) {
        if (offDiagonal[k] === 0) positive += diagonal[k] > 0 ? 1 : 0;
        else [positive, k] = [positive + 1, k + 1];
      }
      const expected = symmetricEigen(symmetric).values.filter((value) => value > 0).length;
      expect(positive).toBe(expected);
    }
  });

  it('keep eigenvalues that are no rounding', () => {
    expect(
      symmetricEigen([
        [1e200, 0],
        [0, 1e-200],
      ]).values,
    ).toEqual(Float64Array.of(1e-200, 1e200));
    expect(
      lu([
        [1e200, 0],
        [0, 1e-200],
      ]).lu.values,
    ).toEqual(Float64Array.of(1e200, 0, 0, 1e-200));
  });
});
