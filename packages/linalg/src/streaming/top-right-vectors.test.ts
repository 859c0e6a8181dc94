import { Matrix, SingularValueDecomposition as PeerSvd } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import { matvec } from '../matvec.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { streamingTopEigenvector } from './streaming-top-eigenvector.ts';
import { topRightSingularVectors } from './top-right-vectors.ts';

test.each([
  [1, 5, 1],
  [2, 1, 1],
  [3, 2, 1],
  [7, 40, 2],
  [40, 7, 3],
  [420, 60, 1],
  [60, 420, 2],
])('the vectors of %i rows of length %i, %i of them, are those of ml-matrix', (count, d, k) => {
  const { values } = randomMatrix(count, d, count + d);
  // Clear gaps, and factors as stored rows have them, of all magnitudes.
  for (let i = 0; i < count; i++) for (let c = 0; c < Math.min(k, d); c++) values[i * d + c] *= 9 / (1 + c);
  for (const unit of [1, 2 ** 180, 2 ** -180]) {
    const rows = Array.from({ length: count }, (_, i) => {
      return { values: values.slice(i * d, (i + 1) * d), factor: unit * 2 ** (i % 2) };
    });
    const scaled = rows.map((row, i) => Array.from(row.values, (value) => value * 2 ** (i % 2)));
    const peer = new PeerSvd(new Matrix(scaled), { autoTranspose: true });
    const top = topRightSingularVectors(rows, k, d);
    for (let c = 0; c < Math.min(k, count, d); c++) {
      expect(top.values[c] / unit / unit / peer.diagonal[c] ** 2).toBeCloseTo(1, 10);
      const vector = top.vectors.subarray(c * d, (c + 1) * d);
      const product = peer.rightSingularVectors.getColumn(c).reduce((sum, value, j) => sum + value * vector[j], 0);
      expect(Math.abs(product)).toBeCloseTo(1, 9);
    }
  }
});

test('rows of less rank than vectors are wanted leave orthonormal ones', () => {
  const row = { values: Float64Array.of(3, 4, 0, 0, 0, 0, 0), factor: 1 };
  const { vectors, values } = topRightSingularVectors([row, row], 2, 7);
  expect(Array.from(values, (value) => Math.round(value * 1e9) / 1e9)).toEqual([50, 0]);
  const [first, second] = [vectors.subarray(0, 7), vectors.subarray(7, 14)];
  expect(Math.abs(first[0] * 0.6 + first[1] * 0.8)).toBeCloseTo(1, 12);
  expect(Math.hypot(...second)).toBeCloseTo(1, 12);
  expect(first.reduce((sum, value, j) => sum + value * second[j], 0)).toBeCloseTo(0, 12);
});

test.each([1e-1, 4e-2, 1e-2, 5e-3, 1e-3, 1e-5])('a gap of %f between the largest eigenvalues is resolved', (gap) => {
  const [d, count] = [120, 90];
  const basis = qr(randomMatrix(d, count, 5)).q; // columns are the right singular vectors
  const rows = Array.from({ length: count }, (_, c) => {
    const eigenvalue = c === 0 ? 1 : (1 - gap) * 0.97 ** (c - 1);
    return {
      values: Float64Array.from({ length: d }, (_, j) => Math.sqrt(eigenvalue) * basis.values[j * count + c]),
      factor: 1,
    };
  });
  const { vectors, values, converged } = topRightSingularVectors(rows, 1, d);
  expect(converged).toBe(true);
  expect(Math.abs(values[0] - 1)).toBeLessThan(1e-10);
  let product = 0;
  for (let j = 0; j < d; j++) product += vectors[j] * basis.values[j * count];
  expect(1 - Math.abs(product)).toBeLessThan(1e-10);
});

test.each([1e-5, 1e-8, 1e-12])('with gaps of %f, success is claimed for what was found only', (gap) => {
  const [d, count] = [120, 100];
  const basis = qr(randomMatrix(d, count, 5)).q;
  const rows = denseMatrix(count, d);
  for (let c = 0; c < count; c++) {
    const size = Math.sqrt(1 - gap * c * c);
    for (let j = 0; j < d; j++) rows.values[c * d + j] = size * basis.values[j * count + c];
  }
  const { vector, eigenvalue, status, failed } = streamingTopEigenvector(rows, { method: 'row-sampling', sketchSize: 4000 });
  if (status !== 'converged') expect([status, failed]).toEqual(['stalled', 'not-converged']);
  else {
    const image = matvec(transpose(rows), matvec(rows, vector));
    expect(
      largestDifference(
        image,
        vector.map((value) => value * eigenvalue),
      ),
    ).toBeLessThan(1e-12);
  }
});

test.each([1.001, 1.00001])('stored rows whose eigenvalues fall by a factor of %f are decomposed exactly', (ratio) => {
  const [d, count] = [150, 120];
  const basis = qr(randomMatrix(d, count, 11)).q;
  const rows = denseMatrix(count, d);
  for (let c = 0; c < count; c++) {
    const size = Math.sqrt(ratio ** -c);
    for (let j = 0; j < d; j++) rows.values[c * d + j] = size * basis.values[j * count + c];
  }
  for (const options of [
    { method: 'row-sampling', sketchSize: 4000 },
    { method: 'block-power', maxHeavy: count, heavyFactor: 1e9 },
  ] as const) {
    const { vector, status, warnings } = streamingTopEigenvector(rows, options);
    const product = vector.reduce((sum, value, j) => sum + value * basis.values[j * count], 0);
    expect(1 - Math.abs(product)).toBeLessThan(1e-9);
    expect([status, warnings]).toEqual(['converged', []]);
  }
});

test.each([1.00001])('so are more rows than they are long, with a factor of %f', (ratio) => {
  const [d, count] = [300, 520];
  const [left, right] = [qr(randomMatrix(count, d, 12)).q, qr(randomMatrix(d, d, 13)).q];
  const stretched = { ...left, values: left.values.map((value, k) => value * Math.sqrt(ratio ** -(k % d))) };
  const { values } = matmul(stretched, transpose(right));
  const rows = Array.from({ length: count }, (_, i) => ({ values: values.subarray(i * d, (i + 1) * d), factor: 1 }));
  const top = topRightSingularVectors(rows, 1, d);
  expect(top.converged).toBe(true);
  const product = top.vectors.reduce((sum, value, j) => sum + value * right.values[j * d], 0);
  expect(1 - Math.abs(product)).toBeLessThan(1e-9);
  expect(top.extra).toBeGreaterThan(d * d);
});

describe('a stream whose largest eigenvalues are 1.01 and 1', () => {
  const [d, count] = [60, 50];
  const basis = qr(randomMatrix(d, count, 9)).q;
  const rows = denseMatrix(count, d);
  for (let c = 0; c < count; c++) {
    const size = Math.sqrt(c === 0 ? 1.01 : 0.995 ** (c - 1));
    for (let j = 0; j < d; j++) rows.values[c * d + j] = size * basis.values[j * count + c];
  }
  const error = (vector: Float64Array): number =>
    1 - Math.abs(vector.reduce((sum, value, j) => sum + value * basis.values[j * count], 0));

  test('is answered exactly by a sample that holds all of it, without a warning', () => {
    const options = { method: 'row-sampling', sketchSize: 4000 } as const;
    const { vector, eigenvalue, status, warnings } = streamingTopEigenvector(rows, options);
    expect(error(vector)).toBeLessThan(1e-10);
    expect(Math.abs(eigenvalue - 1.01)).toBeLessThan(1e-10);
    expect([status, warnings]).toEqual(['converged', []]);
  });

  test('is answered exactly by heavy rows that are all of it', () => {
    const options = { method: 'block-power', maxHeavy: count, heavyFactor: 1e9 } as const;
    expect(error(streamingTopEigenvector(rows, options).vector)).toBeLessThan(1e-10);
  });

  test('says so where too few rows are stored', () => {
    for (const method of ['row-sampling', 'uniform-sampling'] as const) {
      const { warnings } = streamingTopEigenvector(rows, { method, sketchSize: 10 });
      const leftOut = /^(\d+) rows are not in the sample/.exec(warnings.join());
      expect(Number(leftOut?.[1])).toBeGreaterThan(20);
    }
    const partly = streamingTopEigenvector(rows, { method: 'block-power', maxHeavy: 3, heavyFactor: 1e9 });
    expect(partly.overflow).toBe(true);
    expect(partly.warnings.join()).toContain('maxHeavy');
  });
});

test('rates beyond all sense end without NaN, or without success', () => {
  const { values } = randomMatrix(40, 6, 3);
  const rows = denseMatrix(40, 6, values);
  for (const method of ['krasulina', 'oja', 'block-oja'] as const) {
    const { vector, status } = streamingTopEigenvector(rows, { method, stepSize: 1e100 });
    expect(vector.every(Number.isFinite)).toBe(true);
    if (status === 'converged') expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
    expect(() => streamingTopEigenvector(rows, { method, stepSize: 1e308 })).toThrow(
      expect.objectContaining({ argument: 'stepSize' }),
    );
  }
});
