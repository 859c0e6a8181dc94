import { Matrix, SingularValueDecomposition as PeerSvd } from 'ml-matrix';
import { expect, test } from 'vitest';
import { randomMatrix } from '../testing/matrices.ts';
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
      const product = peer.rightSingularVectors
        .getColumn(c)
        .reduce((sum, value, j) => sum + value * vector[j], 0);
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
