import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import { matrixFromRows } from '../dense/dense-matrix.ts';
import { anySparse, at, denseFrom, sparse } from '../testing/sparse.ts';
import { csrToCoo, sumDuplicates } from './coo-matrix.ts';
import { checkCsc, cscToCsr, csrToCsc } from './csc-matrix.ts';
import { addCsr, scaleCsr } from './csr-arithmetic.ts';
import { csrDiagonal } from './csr-diagonal.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from './csr-matrix.ts';
import { selectCsr } from './csr-slice.ts';
import { transposeCsr } from './csr-transpose.ts';

const shape = fc.tuple(fc.nat(9), fc.nat(9));

describe('formats', () => {
  test('compressed columns and coordinates hold the same matrix, and lead back to it', () => {
    fc.assert(
      fc.property(anySparse, (matrix) => {
        const columns = csrToCsc(matrix);
        checkCsc(columns, 'columns');
        expect(cscToCsr(columns)).toEqual(matrix);
        expect(csrFromTriplets(csrToCoo(matrix))).toEqual(matrix);
        const dense = csrToDense(matrix);
        for (let j = 0; j < matrix.cols; j++) {
          for (let k = columns.columnPointers[j]; k < columns.columnPointers[j + 1]; k++) {
            expect(columns.values[k]).toBe(at(dense, columns.rowIndices[k], j));
          }
        }
      }),
    );
  });

  test('duplicates are added in the order in which they come', () => {
    const coo = { rows: 1, cols: 2, rowIndices: [0, 0, 0, 0], columnIndices: [1, 0, 1, 1], values: [1e16, 5, 1, -1e16] };
    const { columnIndices, values } = sumDuplicates(coo);
    expect([Array.from(columnIndices), Array.from(values)]).toEqual([
      [0, 1],
      [5, 1e16 + 1 - 1e16],
    ]);
  });

  test('long rows in any order are sorted, whatever their length', () => {
    for (const length of [31, 32, 33, 500]) {
      const order = new Random(length).permutation(length);
      const coo = { rows: 1, cols: length, rowIndices: new Int32Array(length), columnIndices: order, values: order };
      const { columnIndices, values } = csrFromTriplets(coo);
      expect(Array.from(columnIndices)).toEqual(Array.from(order).sort((i, j) => i - j));
      expect(Array.from(values)).toEqual(Array.from(columnIndices));
    }
  });

  test('a bad matrix is refused with the row or column at fault', () => {
    const good = csrFromDense(
      matrixFromRows([
        [1, 2],
        [0, 3],
      ]),
    );
    expect(() => checkCsr({ ...good, columnIndices: Int32Array.of(0, 1, 7) }, 'a')).toThrow(/in row 1/);
    expect(() => checkCsr({ ...good, columnIndices: Int32Array.of(1, 1, 1) }, 'a')).toThrow(/within row 0/);
    expect(() => checkCsr({ ...good, values: Float64Array.of(1, 2, Number.NaN) }, 'a')).toThrow(/in row 1/);
    expect(() => checkCsr({ ...good, rowPointers: Int32Array.of(0, 4, 3) }, 'a')).toThrow(/row 1/);
    const columns = csrToCsc(good);
    expect(() => checkCsc({ ...columns, rowIndices: Int32Array.of(0, 1, 0) }, 'a')).toThrow(
      expect.objectContaining({ argument: 'a.rowIndices', index: 2, message: expect.stringMatching(/column 1/) }),
    );
    expect(() => checkCsc(good, 'a')).toThrow(expect.objectContaining({ argument: 'a.columnPointers' }));
  });
});

describe('operations', () => {
  test('the transposed matrix has rows for columns, and twice transposed it is the same', () => {
    fc.assert(
      fc.property(anySparse, (matrix) => {
        const turned = transposeCsr(matrix);
        checkCsr(turned, 'turned');
        const dense = csrToDense(matrix);
        expect(csrToDense(turned)).toEqual(denseFrom(matrix.cols, matrix.rows, (i, j) => at(dense, j, i)));
        expect(transposeCsr(turned)).toEqual(matrix);
      }),
    );
  });

  test('rows and columns are taken in the order asked for', () => {
    fc.assert(
      fc.property(anySparse, fc.nat(), fc.nat(20), (matrix, seed, count) => {
        const random = new Random(seed);
        const rows = matrix.rows === 0 ? [] : Array.from({ length: count }, () => random.integer(matrix.rows));
        const cols = random.permutation(matrix.cols).slice(0, Math.ceil(matrix.cols / 2));
        const dense = csrToDense(matrix);
        const both = selectCsr(matrix, { rows, cols });
        checkCsr(both, 'both');
        expect(csrToDense(both)).toEqual(denseFrom(rows.length, cols.length, (i, j) => at(dense, rows[i], cols[j])));
        expect(csrToDense(selectCsr(matrix, { rows }))).toEqual(
          denseFrom(rows.length, matrix.cols, (i, j) => at(dense, rows[i], j)),
        );
        expect(selectCsr(matrix, {})).toEqual(matrix);
      }),
    );
  });

  test('a permutation and its inverse cancel', () => {
    fc.assert(
      fc.property(anySparse, fc.nat(), (matrix, seed) => {
        const rows = new Random(seed).permutation(matrix.rows);
        const inverse = rows.map((_, i) => rows.indexOf(i));
        expect(selectCsr(selectCsr(matrix, { rows }), { rows: inverse })).toEqual(matrix);
      }),
    );
  });

  test('a column twice, or an index outside, is refused', () => {
    const matrix = csrFromDense(matrixFromRows([[1, 2]]));
    expect(() => selectCsr(matrix, { cols: [1, 0, 1] })).toThrow(expect.objectContaining({ argument: 'cols', index: 2 }));
    expect(() => selectCsr(matrix, { rows: [0, 1] })).toThrow(expect.objectContaining({ argument: 'rows', index: 1 }));
    expect(() => selectCsr(matrix, { cols: [0.5] })).toThrow(expect.objectContaining({ argument: 'cols', index: 0 }));
  });

  test('sums and scaled matrices are what they are of dense ones', () => {
    const pair = shape.chain(([rows, cols]) => fc.tuple(sparse(rows, cols), sparse(rows, cols)));
    fc.assert(
      fc.property(pair, fc.integer({ min: -3, max: 3 }), ([a, b], beta) => {
        const [left, right] = [csrToDense(a), csrToDense(b)];
        const sum = addCsr(a, b, { alpha: 2, beta });
        checkCsr(sum, 'sum');
        const expected = denseFrom(a.rows, a.cols, (i, j) => 2 * at(left, i, j) + beta * at(right, i, j) + 0);
        expect(csrToDense(sum).values.map((value) => value + 0)).toEqual(expected.values);
        const rows = Float64Array.from({ length: a.rows }, (_, i) => i + 1);
        const cols = Float64Array.from({ length: a.cols }, (_, j) => 2 ** j);
        const scaled = csrToDense(scaleCsr(a, { rows, cols }));
        expect(scaled).toEqual(denseFrom(a.rows, a.cols, (i, j) => at(left, i, j) * rows[i] * cols[j]));
        const diagonal = Array.from({ length: Math.min(a.rows, a.cols) }, (_, i) => at(left, i, i));
        expect(Array.from(csrDiagonal(a))).toEqual(diagonal);
      }),
    );
  });

  test('what does not fit is refused', () => {
    const a = csrFromDense(matrixFromRows([[1, 2]]));
    expect(() => addCsr(a, transposeCsr(a))).toThrow(expect.objectContaining({ argument: 'b', code: 'shape' }));
    expect(() => scaleCsr(a, { rows: Float64Array.of(1, 2) })).toThrow(expect.objectContaining({ argument: 'rows' }));
    expect(() => scaleCsr(a, { cols: Float64Array.of(1, Number.NaN) })).toThrow(
      expect.objectContaining({ argument: 'cols', index: 1 }),
    );
    expect(() => addCsr(a, a, { beta: Number.NaN })).toThrow(expect.objectContaining({ argument: 'beta' }));
  });
});
