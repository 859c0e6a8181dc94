import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import { denseMatrix } from '../dense/dense-matrix.ts';
import type { CsrMatrix } from '../matrices.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from './csr-matrix.ts';

const entry = fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 }));
const side = fc.integer({ min: 1, max: 9 });
const dense = fc.tuple(side, side).chain(([rows, cols]) =>
  fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((values) =>
    denseMatrix(
      rows,
      cols,
      Float64Array.from(values, (value) => value + 0),
    ),
  ),
);

test('dense to sparse and back is the same matrix, and the sparse one is valid', () => {
  fc.assert(
    fc.property(dense, (matrix) => {
      const sparse = csrFromDense(matrix);
      checkCsr(sparse, 'sparse');
      expect(sparse.values.every((value) => value !== 0)).toBe(true);
      expect(csrToDense(sparse)).toEqual(matrix);
    }),
  );
});

test('triplets in any order, with repetitions, add up', () => {
  const triplet = fc.tuple(fc.nat(4), fc.nat(6), fc.integer({ min: -99, max: 99 }));
  fc.assert(
    fc.property(fc.array(triplet, { maxLength: 60 }), (triplets) => {
      const expected = denseMatrix(5, 7);
      for (const [i, j, value] of triplets) expected.values[i * 7 + j] += value;
      const [rowIndices, columnIndices, values] = [0, 1, 2].map((k) => triplets.map((triplet) => triplet[k]));
      const sparse = csrFromTriplets({ rows: 5, cols: 7, rowIndices, columnIndices, values });
      checkCsr(sparse, 'sparse');
      expect(csrToDense(sparse)).toEqual(expected);
    }),
  );
});

test.each([
  ['rowIndices', { rowIndices: [2], columnIndices: [0], values: [1] }],
  ['columnIndices', { rowIndices: [0], columnIndices: [-1], values: [1] }],
  ['columnIndices', { rowIndices: [0], columnIndices: [0.5], values: [1] }],
  ['values', { rowIndices: [0], columnIndices: [0], values: [Number.NaN] }],
  ['rowIndices', { rowIndices: [], columnIndices: [0], values: [1] }],
])('a bad triplet is refused by naming %s', (argument, triplets) => {
  expect(() => csrFromTriplets({ rows: 2, cols: 2, ...triplets })).toThrow(
    expect.objectContaining({ name: 'InvalidInputError', argument }),
  );
});

const good: CsrMatrix = {
  rows: 2,
  cols: 3,
  rowPointers: Int32Array.of(0, 2, 3),
  columnIndices: Int32Array.of(0, 2, 1),
  values: Float64Array.of(1, 2, 3),
};

test.each<[string, string, number | undefined, Partial<Record<keyof CsrMatrix, unknown>>]>([
  ['matrix.rows', 'out-of-range', undefined, { rows: -1 }],
  ['matrix.cols', 'not-integer', undefined, { cols: 1.5 }],
  ['matrix.rowPointers', 'type', undefined, { rowPointers: [0, 2, 3] }],
  ['matrix.columnIndices', 'type', undefined, { columnIndices: [0, 2, 1] }],
  ['matrix.values', 'type', undefined, { values: [1, 2, 3] }],
  ['matrix.rowPointers', 'shape', undefined, { rowPointers: Int32Array.of(0, 3) }],
  ['matrix.columnIndices', 'shape', undefined, { columnIndices: Int32Array.of(0) }],
  ['matrix.rowPointers', 'out-of-range', 0, { rowPointers: Int32Array.of(1, 2, 3) }],
  ['matrix.rowPointers', 'out-of-range', 2, { rowPointers: Int32Array.of(0, 2, 4) }],
  ['matrix.rowPointers', 'out-of-range', 2, { rowPointers: Int32Array.of(0, 4, 3) }],
  ['matrix.columnIndices', 'out-of-range', 1, { columnIndices: Int32Array.of(0, 3, 1) }],
  ['matrix.columnIndices', 'out-of-range', 1, { columnIndices: Int32Array.of(2, 0, 1) }],
  ['matrix.columnIndices', 'out-of-range', 1, { columnIndices: Int32Array.of(2, 2, 1) }],
  ['matrix.values', 'not-finite', 2, { values: Float64Array.of(1, 2, Infinity) }],
])('what is wrong with a sparse matrix is named: %s, %s, index %s', (argument, code, index, change) => {
  expect(() => checkCsr({ ...good, ...change }, 'matrix')).toThrow(expect.objectContaining({ argument, code, index }));
});

test('what is not a matrix at all is refused', () => {
  checkCsr(good, 'matrix');
  for (const value of [null, undefined, 3, {}]) expect(() => checkCsr(value, 'matrix')).toThrow(InvalidInputError);
});

test('arrays without memory are refused, also where there are no entries', () => {
  const empty = { rows: 2, cols: 2, rowPointers: new Int32Array(3) };
  checkCsr({ ...empty, columnIndices: new Int32Array(0), values: new Float64Array(0) }, 'matrix');
  const [columnIndices, values] = [new Int32Array(1), new Float64Array(1)];
  structuredClone([columnIndices, values], { transfer: [columnIndices.buffer, values.buffer] });
  expect(() => checkCsr({ ...empty, columnIndices: new Int32Array(0), values }, 'matrix')).toThrow(
    expect.objectContaining({ argument: 'matrix.values', code: 'type' }),
  );
  expect(() => checkCsr({ ...empty, columnIndices, values: new Float64Array(0) }, 'matrix')).toThrow(
    expect.objectContaining({ argument: 'matrix.columnIndices', code: 'type' }),
  );
});
