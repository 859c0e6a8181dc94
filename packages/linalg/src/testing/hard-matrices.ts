// Matrices that are hard for factorisations, and how far what is multiplied back from ours is from them.
import { InvalidInputError, Random } from '@infimum/core';
import { cholesky } from '../dense/cholesky.ts';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { ldl } from '../dense/ldl.ts';
import { lu } from '../dense/lu.ts';
import { matmul } from '../dense/matmul.ts';
import { eigen } from '../eigen/eigen.ts';
import { realSchur } from '../eigen/real-schur.ts';
import { svd } from '../eigen/svd.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { powerOfTwoNear } from '../power-of-two.ts';

const of = (rows: number, cols: number, entry: (i: number, j: number) => number): DenseMatrix =>
  denseMatrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), k % cols)),
  );

/** Hard matrices by name; they are the same every time. */
export function hardMatrices(): Record<string, DenseMatrix> {
  const random = new Random(1);
  const normal = of(64, 64, () => random.normal());
  const { q } = qr(normal);
  /** Q diag Q', symmetric to the last bit. */
  const withSpectrum = (value: (k: number) => number): DenseMatrix => {
    const weighted = { ...q, values: q.values.map((entry, k) => entry * value(k % 64)) };
    const { values } = matmul(weighted, transpose(q));
    return of(64, 64, (i, j) => values[Math.max(i, j) * 64 + Math.min(i, j)]);
  };
  const times = (a: DenseMatrix, factor: number): DenseMatrix => ({ ...a, values: a.values.map((x) => x * factor) });
  const hilbert = of(40, 40, (i, j) => 1 / (i + j + 1));
  const jordan = of(40, 40, (i, j) => (i === j ? 2 : j === i + 1 ? 1 : 0));
  const { q: small } = qr(of(40, 40, () => random.normal()));
  return {
    hilbert,
    'hilbert, 8 rows': of(8, 8, (i, j) => 1 / (i + j + 1)),
    vandermonde: of(24, 24, (i, j) => ((i + 1) / 24) ** j),
    kahan: of(60, 60, (i, j) => (j < i ? 0 : (j === i ? 1 : -0.6) * 0.8 ** i)),
    wilkinson: of(101, 101, (i, j) => (i === j ? Math.abs(i - 50) : Math.abs(i - j) === 1 ? 1 : 0)),
    "wilkinson's growth": of(48, 48, (i, j) => (i === j || j === 47 ? 1 : j < i ? -1 : 0)),
    graded: of(50, 50, (i, j) => 10 ** (-(i + j) / 4)),
    'graded columns': of(50, 50, (i, j) => normal.values[i * 64 + j] * 10 ** (-j / 3)),
    'clustered eigenvalues': withSpectrum((k) => 1 + (k % 4) + 1e-13 * k),
    'multiple eigenvalues': of(70, 70, (i, j) => (i === j ? 3 : 1)),
    'definite, condition 1e14': withSpectrum((k) => 10 ** ((-14 * k) / 63)),
    jordan,
    'jordan, turned': matmul(matmul(small, jordan), transpose(small)),
    grcar: of(50, 50, (i, j) => (j === i - 1 ? -1 : j >= i && j <= i + 3 ? 1 : 0)),
    frank: of(24, 24, (i, j) => (j < i - 1 ? 0 : 24 - Math.max(i, j))),
    'zero diagonal': of(50, 50, (i, j) => (i === j ? 0 : 1 / (1 + Math.abs(i - j)))),
    random: normal,
    'random, times 1e150': times(normal, 1e150),
    'random, times 1e-150': times(normal, 1e-150),
    'hilbert, times 1e300': times(hilbert, 1e300),
    'random, subnormal': times(normal, 1e-310),
    'one subnormal column': of(40, 40, (i, j) => (j === 2 ? 1e-320 * (i + 1) : normal.values[i * 64 + j])),
    tall: of(80, 30, (i, j) => Math.sin(3 * i * (j + 1) + j * j)),
    'tall, of rank two': of(80, 30, (i, j) => i + j),
    zeros: denseMatrix(33, 33),
  };
}

/** The factorisations that are measured. */
export const FACTORIZATIONS = ['lu', 'cholesky', 'ldl', 'qr', 'svd', 'symmetric eigen', 'schur', 'eigen'] as const;

/** A factorisation that is measured. */
export type Factorization = (typeof FACTORIZATIONS)[number];

/**
 * |A - what the factors give| over n (eps |A| + n times the smallest number), in Frobenius norms, for each factorisation that there is
 * of the matrix. For `eigen` |A V - V Λ|, the vectors being of norm one.
 */
export function backwardErrors(a: DenseMatrix): Partial<Record<Factorization, number>> {
  const { rows, cols } = a;
  const n = Math.max(rows, cols);
  const scale = powerOfTwoNear(a.values);
  const size = norm(a.values.map((value) => value / scale));
  const unit = n * (Number.EPSILON * size + (n * Number.MIN_VALUE) / scale);
  const of = (difference: Float64Array): number => (norm(difference) === 0 ? 0 : norm(difference) / unit);
  /** Of A = X (scale Y) with Y of any scale. */
  const error = (left: DenseMatrix, right: DenseMatrix, target = a): number => {
    const product = matmul(left, { ...right, values: right.values.map((value) => value / scale) });
    return of(product.values.map((value, k) => value - target.values[k] / scale));
  };
  const by = (m: DenseMatrix, factor: number): DenseMatrix => ({ ...m, values: m.values.map((x) => x * factor) });
  const weighted = (u: DenseMatrix, values: Float64Array): DenseMatrix => ({
    ...u,
    values: u.values.map((value, k) => value * (values[k % u.cols] / scale)),
  });
  const errors: Partial<Record<Factorization, number>> = {};
  const factors = qr(a);
  errors.qr = error(factors.q, factors.r);
  const { u, values, v } = svd(a);
  errors.svd = error(weighted(u, values), by(transpose(v), scale));
  if (rows !== cols) return errors;
  errors.lu = luError(a, error);
  const { q, t } = realSchur(a);
  errors.schur = error(matmul(q, by(t, 1 / scale)), by(transpose(q), scale));
  errors.eigen = eigenError(a, scale, of);
  if (!a.values.every((value, k) => value === a.values[(k % n) * n + Math.floor(k / n)])) return errors;
  const eigenpairs = symmetricEigen(a);
  errors['symmetric eigen'] = error(weighted(eigenpairs.vectors, eigenpairs.values), by(transpose(eigenpairs.vectors), scale));
  errors.ldl = ldlError(a, scale, of);
  try {
    const l = cholesky(a);
    // L is of the root of the scale.
    const root = powerOfTwoNear(l.values);
    const reduced = { ...l, values: l.values.map((value) => value / root) };
    const product = matmul(reduced, transpose(reduced));
    const back = (root / scale) * root;
    errors.cholesky = of(product.values.map((value, k) => value * back - a.values[k] / scale));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
  }
  return errors;
}

function luError(a: DenseMatrix, error: (l: DenseMatrix, u: DenseMatrix, target: DenseMatrix) => number): number {
  const n = a.rows;
  const { lu: packed, permutation } = lu(a);
  const l = of(n, n, (i, j) => (i === j ? 1 : j < i ? packed.values[i * n + j] : 0));
  const u = of(n, n, (i, j) => (j < i ? 0 : packed.values[i * n + j]));
  return error(
    l,
    u,
    of(n, n, (i, j) => a.values[permutation[i] * n + j]),
  );
}

function ldlError(a: DenseMatrix, scale: number, measure: (difference: Float64Array) => number): number {
  const n = a.rows;
  const { lower, diagonal, offDiagonal, permutation } = ldl(a);
  const d = of(n, n, (i, j) =>
    i === j ? diagonal[i] / scale : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)] / scale : 0,
  );
  const product = matmul(matmul(lower, d), transpose(lower));
  return measure(
    product.values.map((value, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return value - a.values[permutation[i] * n + permutation[j]] / scale;
    }),
  );
}

function eigenError(a: DenseMatrix, scale: number, measure: (difference: Float64Array) => number): number {
  const n = a.rows;
  const { real, imaginary, vectors, imaginaryVectors } = eigen(a);
  const reduced = { ...a, values: a.values.map((value) => value / scale) };
  const [x, y] = [matmul(reduced, vectors).values, matmul(reduced, imaginaryVectors).values];
  let worst = 0;
  for (let k = 0; k < n; k++) {
    const rest = new Float64Array(2 * n);
    const [re, im] = [real[k] / scale, imaginary[k] / scale];
    for (let i = 0; i < n; i++) {
      const [u, w] = [vectors.values[i * n + k], imaginaryVectors.values[i * n + k]];
      rest[i] = x[i * n + k] - (re * u - im * w);
      rest[n + i] = y[i * n + k] - (re * w + im * u);
    }
    worst = Math.max(worst, measure(rest));
  }
  return worst;
}
