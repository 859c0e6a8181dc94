import { Random } from '@infimum/core';
import { kron as kronOf, norm as mathNorm } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { svd } from '../eigen/svd.ts';
import type { DenseMatrix } from '../matrices.ts';
import type { MatrixNorm } from '../solve/matrix-norm.ts';
import { matrixNorm } from '../solve/matrix-norm.ts';
import { addMatrices, blockMatrix, diagonalOf, kronecker, multiplyEntries, scaleMatrix, trace } from './arithmetic.ts';
import { denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
import { matmul } from './matmul.ts';

const random = new Random(7);
const normal = (rows: number, cols: number): DenseMatrix =>
  denseMatrix(rows, cols, random.normals(new Float64Array(rows * cols)));
const rowsOf = ({ rows, cols, values }: DenseMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));

describe('arithmetic', () => {
  it('adds, scales and multiplies entry by entry', () => {
    const [a, b] = [normal(3, 4), normal(3, 4)];
    const [sum, product, scaled] = [addMatrices(a, b, { alpha: 2, beta: -3 }), multiplyEntries(a, b), scaleMatrix(a, -5)];
    for (let k = 0; k < 12; k++) {
      expect(sum.values[k]).toBe(2 * a.values[k] + -3 * b.values[k]);
      expect(product.values[k]).toBe(a.values[k] * b.values[k]);
      expect(scaled.values[k]).toBe(-5 * a.values[k]);
    }
    expect(addMatrices(denseMatrix(0, 3), denseMatrix(0, 3)).rows).toBe(0);
  });

  it('makes Kronecker products as mathjs does, with (A ⊗ B)(C ⊗ D) = AC ⊗ BD', () => {
    const [a, b, c, d] = [normal(2, 3), normal(4, 2), normal(3, 2), normal(2, 3)];
    expect(rowsOf(kronecker(a, b))).toEqual(kronOf(rowsOf(a), rowsOf(b)));
    const [left, right] = [matmul(kronecker(a, b), kronecker(c, d)), kronecker(matmul(a, c), matmul(b, d))];
    left.values.forEach((value, k) => {
      expect(value).toBeCloseTo(right.values[k], 12);
    });
  });

  it('takes diagonals and traces: tr(A B) = tr(B A), tr(A ⊗ B) = tr A tr B', () => {
    const [a, b] = [normal(4, 4), normal(4, 4)];
    expect(trace(matmul(a, b))).toBeCloseTo(trace(matmul(b, a)), 12);
    expect(trace(kronecker(a, b))).toBeCloseTo(trace(a) * trace(b), 12);
    expect(
      Array.from(
        diagonalOf(
          matrixFromRows([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        ),
      ),
    ).toEqual([1, 4]);
  });

  it('puts blocks together', () => {
    const [a, b, c, d] = [normal(2, 3), normal(2, 1), normal(4, 3), normal(4, 1)];
    const whole = rowsOf(
      blockMatrix([
        [a, b],
        [c, d],
      ]),
    );
    const [left, right] = [
      [...rowsOf(a), ...rowsOf(c)],
      [...rowsOf(b), ...rowsOf(d)],
    ];
    expect(whole).toEqual(left.map((row, i) => [...row, ...right[i]]));
    expect(blockMatrix([]).rows).toBe(0);
  });

  it('names what does not fit', () => {
    const [a, b] = [normal(2, 3), normal(3, 2)];
    expect(() => addMatrices(a, b)).toThrow(expect.objectContaining({ argument: 'b', code: 'shape' }));
    expect(() => multiplyEntries(a, b)).toThrow(expect.objectContaining({ argument: 'b' }));
    expect(() => trace(a)).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    expect(() => scaleMatrix(a, Number.NaN)).toThrow(expect.objectContaining({ argument: 'alpha' }));
    const holes = [[a, a], [a]];
    delete holes[0][1];
    delete (holes as unknown[])[1];
    expect(() => blockMatrix(holes)).toThrow(expect.objectContaining({ argument: 'blocks', code: 'missing' }));
    expect(() => blockMatrix(holes.slice(0, 1))).toThrow(expect.objectContaining({ argument: 'blocks[0]' }));
    expect(() => blockMatrix([[a, b]])).toThrow(expect.objectContaining({ argument: 'blocks[0][1]' }));
    expect(() => blockMatrix([[a], [b]])).toThrow(expect.objectContaining({ argument: 'blocks[1]' }));
    expect(() => matrixNorm(a, 'two' as 'one')).toThrow(expect.objectContaining({ argument: 'kind' }));
    expect(() => matrixNorm(matrixFromRows([[1.7e308, 1.7e308]]))).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  });
});

describe('norms', () => {
  it('are those of mathjs', () => {
    const a = normal(5, 5);
    expect(matrixNorm(a)).toBeCloseTo(Number(mathNorm(rowsOf(a), 'fro')), 12);
    expect(matrixNorm(a, 'one')).toBeCloseTo(Number(mathNorm(rowsOf(a), 1)), 12);
    expect(matrixNorm(a, 'infinity')).toBeCloseTo(Number(mathNorm(rowsOf(a), 'inf')), 12);
    expect(matrixNorm(a, 'largest-entry')).toBe(Math.max(...a.values.map(Math.abs)));
  });

  it('satisfy what is known of them, at any scale', () => {
    for (const scale of [1, 1e-310, 1e150, 1e300]) {
      const a = scaleMatrix(normal(6, 4), scale);
      const of = (kind: MatrixNorm): number => matrixNorm(a, kind) / scale;
      const { values } = svd(a);
      expect(of('euclidean')).toBeCloseTo(values[0] / scale, 10);
      expect(of('euclidean')).toBeLessThanOrEqual(of('frobenius') * (1 + 1e-9));
      expect(of('frobenius')).toBeLessThanOrEqual(of('nuclear') * (1 + 1e-9));
      expect(of('nuclear')).toBeLessThanOrEqual(2 * of('frobenius'));
      expect(of('euclidean') ** 2).toBeLessThanOrEqual(of('one') * of('infinity') * (1 + 1e-9));
      expect(of('one')).toBeCloseTo(matrixNorm(transpose(a), 'infinity') / scale, 10);
    }
    expect(matrixNorm(identity(9), 'nuclear')).toBeCloseTo(9, 12);
    expect(matrixNorm(denseMatrix(0, 4), 'one')).toBe(0);
  });
});
