// Matrices without rows or columns are legal wherever the result is defined, as they are in NumPy.
import { expect, it } from 'vitest';
import { updateCholesky } from './dense/cholesky-update.ts';
import { countSketch, gaussianSketch } from './dense.ts';
import type { CsrMatrix, DenseMatrix } from './index.ts';
import {
  bicgstab,
  cholesky,
  conditionNumber,
  conjugateGradient,
  csrFromDense,
  denseMatrix,
  determinant,
  eigen,
  gmres,
  gram,
  inverse,
  ldl,
  leastSquares,
  lsqr,
  lu,
  matmul,
  matrixExponential,
  matrixFromRows,
  matrixNorm,
  matrixRank,
  matvec,
  minimumNormSolution,
  minres,
  pseudoInverse,
  qr,
  realSchur,
  slogdet,
  solve,
  solveLdl,
  solveLu,
  solveSparseLdl,
  solveSparseLu,
  solveTriangular,
  sparseCholesky,
  sparseLu,
  spgemm,
  spmm,
  successiveOverRelaxation,
  svd,
  symmetricEigen,
  transpose,
} from './index.ts';
import { gaussSeidel, jacobi, kaczmarz, lsmr, sketchAndProject, symmetricOverRelaxation } from './systems.ts';

const nothing = denseMatrix(0, 0);
const flat = denseMatrix(0, 3);
const thin = denseMatrix(3, 0);
const none = new Float64Array(0);
const sparse: CsrMatrix = csrFromDense(nothing);
const shape = ({ rows, cols }: DenseMatrix | CsrMatrix): string => `${rows}x${cols}`;

it('products of nothing are zeros of the right shape', () => {
  expect(Array.from(matmul(thin, flat).values)).toEqual(new Array(9).fill(0));
  expect(shape(gram(flat))).toBe('3x3');
  expect(Array.from(matvec(thin, none))).toEqual([0, 0, 0]);
  expect(shape(spmm(sparse, flat))).toBe('0x3');
  expect(shape(spgemm(sparse, sparse).matrix)).toBe('0x0');
  expect(shape(transpose(flat))).toBe('3x0');
  for (const sketch of [countSketch, gaussianSketch]) {
    expect(Array.from(sketch(flat, { size: 2 }).values)).toEqual(new Array(6).fill(0));
  }
});

it('factors of nothing are nothing', () => {
  expect([qr(thin).q, qr(thin).r, qr(flat).q, qr(flat).r].map(shape)).toEqual(['3x0', '0x0', '0x0', '0x3']);
  expect([svd(thin).u, svd(thin).v, svd(flat).u, svd(flat).v].map(shape)).toEqual(['3x0', '0x0', '0x0', '3x0']);
  expect(shape(cholesky(nothing))).toBe('0x0');
  expect(shape(updateCholesky(nothing, none))).toBe('0x0');
  expect(shape(realSchur(nothing).t)).toBe('0x0');
  expect([eigen(nothing).real.length, symmetricEigen(nothing).values.length]).toEqual([0, 0]);
  expect([determinant(lu(nothing)), slogdet(lu(nothing))]).toEqual([1, { sign: 1, logarithm: 0 }]);
  expect([inverse(nothing), matrixExponential(nothing), pseudoInverse(flat)].map(shape)).toEqual(['0x0', '0x0', '3x0']);
  expect([conditionNumber(nothing), conditionNumber(flat)]).toEqual([0, 0]);
  expect([matrixRank(flat), matrixNorm(thin), matrixNorm(nothing, 'euclidean')]).toEqual([0, 0, 0]);
});

it('systems of no equations have the solution without unknowns', () => {
  for (const a of [nothing, sparse]) {
    const { x, backwardError } = solve(a, none);
    expect([x.length, backwardError]).toEqual([0, 0]);
  }
  expect(solveLu(lu(nothing), none).length).toBe(0);
  expect(solveLdl(ldl(nothing), none).length).toBe(0);
  expect(solveTriangular(nothing, none).length).toBe(0);
  expect(solveSparseLdl(sparseCholesky(sparse), none).x.length).toBe(0);
  expect(solveSparseLu(sparseLu(sparse), none).x.length).toBe(0);
  expect(leastSquares(thin, new Float64Array(3)).length).toBe(0);
  expect(Array.from(minimumNormSolution(flat, none).x)).toEqual([0, 0, 0]);
});

it('iterative solvers end where they begin', () => {
  const square = {
    bicgstab,
    conjugateGradient,
    gaussSeidel,
    gmres,
    jacobi,
    kaczmarz,
    lsmr,
    lsqr,
    minres,
    sketchAndProject,
    successiveOverRelaxation,
    symmetricOverRelaxation,
  };
  for (const [name, solver] of Object.entries(square)) {
    for (const a of [nothing, sparse]) {
      const { x, status, relativeResidual, iterations } = solver(a, none, { initial: none });
      expect([name, x.length, status, relativeResidual, iterations]).toEqual([name, 0, 'converged', 0, 0]);
    }
  }
  for (const solver of [bicgstab, conjugateGradient, gmres, minres]) {
    expect(solver(() => {}, none).x.length).toBe(0);
  }
  for (const solver of [kaczmarz, lsmr, lsqr, sketchAndProject]) {
    const { x, status } = solver(flat, none);
    expect([Array.from(x), status]).toEqual([[0, 0, 0], 'converged']);
  }
  expect(lsqr(thin, new Float64Array(3)).status).toBe('converged');
});

it('what is not defined is refused, and so are shapes that are none', () => {
  expect(() => conjugateGradient(matrixFromRows([[1]]), none)).toThrow(
    expect.objectContaining({ argument: 'b', code: 'empty' }),
  );
  expect(() => lsqr(thin, none)).toThrow(expect.objectContaining({ argument: 'b', code: 'shape' }));
  expect(() => qr({ rows: 0, cols: -5, values: none })).toThrow(expect.objectContaining({ argument: 'a.cols' }));
  expect(() => svd({ rows: Number.NaN, cols: 0, values: none })).toThrow(expect.objectContaining({ argument: 'a.rows' }));
});
