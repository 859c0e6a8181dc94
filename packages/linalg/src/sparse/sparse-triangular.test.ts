import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matrixFromRows } from '../dense/dense-matrix.ts';
import { at, denseFrom, sparse } from '../testing/sparse.ts';
import { csrFromDense, csrToDense } from './csr-matrix.ts';
import { solveSparseTriangular } from './sparse-triangular.ts';

test('the solution, put into the triangle, gives the right-hand side: integers, exactly', () => {
  const system = fc
    .integer({ min: 1, max: 9 })
    .chain((size) =>
      fc.tuple(sparse(size, size), fc.array(fc.integer({ min: -5, max: 5 }), { minLength: size, maxLength: size })),
    );
  fc.assert(
    fc.property(system, fc.boolean(), fc.boolean(), fc.boolean(), ([matrix, x], upper, transposed, unitDiagonal) => {
      const size = matrix.rows;
      // A diagonal of powers of two divides without rounding; the other triangle is there to be ignored.
      const dense = csrToDense(matrix);
      const full = denseFrom(size, size, (i, j) => (i === j ? 2 ** (i % 3) : at(dense, i, j)));
      const triangle = denseFrom(size, size, (i, j) => {
        if (i === j) return unitDiagonal ? 1 : at(full, i, i);
        return (upper ? j > i : j < i) ? at(full, i, j) : 0;
      });
      const b = Float64Array.from(x, (_, i) =>
        x.reduce((sum, value, j) => sum + (transposed ? at(triangle, j, i) : at(triangle, i, j)) * value, 0),
      );
      const solution = solveSparseTriangular(csrFromDense(full), b, {
        triangle: upper ? 'upper' : 'lower',
        transposed,
        unitDiagonal,
      });
      expect(Array.from(solution, (value) => value + 0)).toEqual(x.map((value) => value + 0));
    }),
  );
});

test('a missing or zero pivot is refused with its row, and so is what does not fit', () => {
  const matrix = csrFromDense(
    matrixFromRows([
      [1, 0],
      [1, 0],
    ]),
  );
  const b = Float64Array.of(1, 2);
  expect(() => solveSparseTriangular(matrix, b)).toThrow(expect.objectContaining({ argument: 't', index: 1 }));
  expect(Array.from(solveSparseTriangular(matrix, b, { unitDiagonal: true }))).toEqual([1, 1]);
  expect(() => solveSparseTriangular(matrix, Float64Array.of(1))).toThrow(expect.objectContaining({ argument: 'b' }));
  expect(() => solveSparseTriangular(csrFromDense(matrixFromRows([[1, 2]])), b)).toThrow(
    expect.objectContaining({ argument: 't', code: 'shape' }),
  );
});
