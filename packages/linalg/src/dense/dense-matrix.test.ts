import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrFromTriplets } from '../sparse/csr-matrix.ts';
import { denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
import { matmul } from './matmul.ts';

test('a matrix is made of its values without a copy, or of zeros', () => {
  const values = new Float64Array([1, 2]);
  expect(denseMatrix(2, 1, values).values).toBe(values);
  expect(denseMatrix(2, 2).values.join()).toBe('0,0,0,0');
  expect(denseMatrix(0, 5).values.length).toBe(0);
});

test('values that do not fit the shape are refused', () => {
  expect(() => denseMatrix(2, 2, new Float64Array(3))).toThrow('values: 2x2 needs 4 values, got 3');
  expect(() => denseMatrix(-1, 2)).toThrow(InvalidInputError);
  expect(() => denseMatrix(1.5, 2)).toThrow(InvalidInputError);
});

test('nested arrays are read row by row, and must be rectangular', () => {
  expect(
    matrixFromRows([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ).toEqual({ rows: 2, cols: 3, values: new Float64Array([1, 2, 3, 4, 5, 6]) });
  expect(matrixFromRows([])).toEqual({ rows: 0, cols: 0, values: new Float64Array(0) });
  expect(() => matrixFromRows([[1], [1, 2]])).toThrow('rows: row 1 has 2 entries, row 0 has 1');
});

test('transposing moves (i, j) to (j, i)', () => {
  const side = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(side, side, (rows, cols) => {
      const matrix = denseMatrix(
        rows,
        cols,
        Float64Array.from({ length: rows * cols }, (_, k) => k),
      );
      const transposed = transpose(matrix);
      expect([transposed.rows, transposed.cols]).toEqual([cols, rows]);
      transposed.values.forEach((value, k) => {
        expect(value).toBe((k % rows) * cols + Math.floor(k / rows));
      });
    }),
  );
});

test('the identity has ones on its diagonal', () => {
  expect(identity(2).values.join()).toBe('1,0,0,1');
});

test('typed rows, empty shapes and sizes beyond all memory', () => {
  expect(matrixFromRows([Float64Array.of(1, 2), [3, 4]]).values.join(' ')).toBe('1 2 3 4');
  expect(() => matrixFromRows([['1'] as unknown as number[]])).toThrow(expect.objectContaining({ argument: 'rows' }));
  expect(() => denseMatrix(1e9, 1e9)).toThrow(expect.objectContaining({ argument: 'rows', code: 'too-large' }));
  expect(() => transpose({ rows: 1e308, cols: 1, values: new Float64Array(1) })).toThrow(
    expect.objectContaining({ argument: 'matrix.values', code: 'shape' }),
  );
  expect(() => transpose(undefined as never)).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
  expect(matmul(denseMatrix(2, 0), denseMatrix(0, 3)).values.join(' ')).toBe('0 0 0 0 0 0');
  expect(matmul(denseMatrix(0, 2), denseMatrix(2, 3))).toMatchObject({ rows: 0, cols: 3 });
  expect(matvec(denseMatrix(2, 0), new Float64Array(0)).join(' ')).toBe('0 0');
  expect(csrFromDense(denseMatrix(0, 3))).toMatchObject({ rows: 0, cols: 3 });
  expect(() => csrFromTriplets({ rows: 2 ** 40, cols: 1, rowIndices: [], columnIndices: [], values: [] })).toThrow(
    expect.objectContaining({ argument: 'rows', code: 'too-large' }),
  );
});
