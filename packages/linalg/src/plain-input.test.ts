// Plain and nested lists, and typed arrays of other kinds, go in wherever matrices and vectors do.
import { describe, expect, it } from 'vitest';
import { cholesky, determinant, leastSquares, lu, slogdet, solveCholesky, solveLu } from './dense.ts';
import {
  conjugateGradient,
  eigen,
  gmres,
  lanczos,
  ldl,
  lsqr,
  matmul,
  matvec,
  minimumNormSolution,
  qr,
  solve,
  solveLdl,
  solveTriangular,
  spgemm,
  spmm,
  svd,
  symmetricEigen,
} from './index.ts';
import { addCsr, solveSparseLu, solveSparseTriangular, sparseLu, transposeCsr } from './sparse.ts';
import { createStreamingTopEigenvector, streamingTopEigenvector } from './streaming.ts';
import { gaussSeidel, incompleteLu, jacobi, kaczmarz } from './systems.ts';

const rows = [
  [4, 1],
  [1, 3],
];
const single = { rows: 2, cols: 2, values: Float32Array.of(4, 1, 1, 3) };
const sparse = { rows: 2, cols: 2, rowPointers: [0, 2, 4], columnIndices: [0, 1, 0, 1], values: [4, 1, 1, 3] };
const rounded = (values: Float64Array) => Array.from(values, (value) => Math.round(value * 1e6) / 1e6);

describe('plain arrays', () => {
  it.each([
    ['lists of rows', rows],
    ['values in single precision', single],
    ['compressed rows in lists', sparse],
  ])('give typed arrays from %s', (_, a) => {
    expect(rounded(solve(a, [6, 7]).x)).toEqual([1, 2]);
    expect(matvec(a, [1, 2])).toEqual(Float64Array.of(6, 7));
    for (const method of [conjugateGradient, gmres, lsqr, gaussSeidel, jacobi, kaczmarz]) {
      expect(rounded(method(a, [6, 7], { initial: [1, 1] }).x)).toEqual([1, 2]);
    }
    expect(rounded(lanczos(a, { initial: [1, 0] }).values)).toEqual([4.618034]);
    expect(rounded(gmres(a, [6, 7], { preconditioner: incompleteLu(a) }).x)).toEqual([1, 2]);
  });

  it.each([
    ['lists of rows', rows],
    ['values in single precision', single],
  ])('go into factorizations as %s', (_, a) => {
    expect(rounded(solveCholesky(cholesky(a), [6, 7]))).toEqual([1, 2]);
    expect(rounded(solveLu(lu(a), [[6], [7]]).values)).toEqual([1, 2]);
    expect(rounded(solveLdl(ldl(a), [6, 7]))).toEqual([1, 2]);
    expect(rounded(solveTriangular(a, [4, 4], { triangle: 'lower' }))).toEqual([1, 1]);
    expect(rounded(leastSquares(a, [6, 7]))).toEqual([1, 2]);
    expect(rounded(minimumNormSolution(a, [6, 7]).x)).toEqual([1, 2]);
    expect([determinant(a), Math.exp(slogdet(a).logarithm)].map(Math.round)).toEqual([11, 11]);
    expect(rounded(matmul(qr(a).q, qr(a).r).values)).toEqual([4, 1, 1, 3]);
    expect(rounded(symmetricEigen(a).values)).toEqual(rounded(eigen(a).real.sort()));
    expect(rounded(svd(a).values)).toEqual([4.618034, 2.381966]);
  });

  it('go into sparse functions', () => {
    expect(rounded(solveSparseLu(sparseLu(sparse), [6, 7]).x)).toEqual([1, 2]);
    expect(rounded(solveSparseTriangular(sparse, [4, 4]))).toEqual([1, 1]);
    expect(spgemm(sparse, sparse).matrix.values).toEqual(Float64Array.of(17, 7, 7, 10));
    expect(spmm(sparse, rows).values).toEqual(Float64Array.of(17, 7, 7, 10));
    expect(addCsr(sparse, transposeCsr(sparse)).values).toEqual(Float64Array.of(8, 2, 2, 6));
  });

  it('go into streams', () => {
    const { vector } = streamingTopEigenvector(rows, { method: 'covariance' });
    using stream = createStreamingTopEigenvector({ dimension: 2, method: 'covariance' });
    for (const row of rows) stream.push(row);
    expect(rounded(stream.finish().vector)).toEqual(rounded(vector));
  });

  it('are refused with the entry at fault', () => {
    const fault = (argument: string, index?: number) =>
      expect.objectContaining({ name: 'InvalidInputError', argument, ...(index !== undefined && { index }) });
    expect(() => solve(rows, [1, Number.NaN])).toThrow(fault('b', 1));
    expect(() => solve([[1, 2], [3]], [1, 2])).toThrow(fault('a[1]'));
    expect(() => matvec({ ...sparse, columnIndices: [0, 1.5, 0, 1] }, [1, 2])).toThrow(fault('a.columnIndices', 1));
    expect(() => solveTriangular(rows, [1, 2], { upper: true } as never)).toThrow(/called triangle now/);
  });
});
