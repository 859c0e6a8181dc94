// `@infimum/linalg/dense`: factorizations, systems, eigenvalues, singular values and sketches of dense matrices.
export {
  type AddMatricesOptions,
  addMatrices,
  blockMatrix,
  diagonalOf,
  kronecker,
  multiplyEntries,
  scaleMatrix,
  trace,
} from './dense/arithmetic.ts';
export { type BandedMatrix, solveBanded } from './dense/banded.ts';
export { cholesky, solveCholesky } from './dense/cholesky.ts';
export { downdateCholesky, updateCholesky } from './dense/cholesky-update.ts';
export { denseMatrix, identity, matrixFromRows, transpose } from './dense/dense-matrix.ts';
export { leastSquares, type QrFactors, qr } from './dense/householder-qr.ts';
export { type LdlFactors, ldl, solveLdl } from './dense/ldl.ts';
export { determinant, type LogDeterminant, type LuFactors, lu, slogdet, solveLu } from './dense/lu.ts';
export { gram, matmul } from './dense/matmul.ts';
export { matrixExponential } from './dense/matrix-exponential.ts';
export { type PivotedQrFactors, pivotedQr } from './dense/pivoted-qr.ts';
export { type SolveTriangularOptions, solveTriangular } from './dense/triangular.ts';
export { type ArnoldiOptions, arnoldi, type ComplexEigenpairs } from './eigen/arnoldi.ts';
export { type Eigen, eigen } from './eigen/eigen.ts';
export { type EigsOptions, eigs } from './eigen/eigs.ts';
export { generalizedEigen } from './eigen/generalized-eigen.ts';
export { type Eigenpairs, type LanczosOptions, type LanczosPairs, lanczos } from './eigen/lanczos.ts';
export { type LobpcgOptions, lobpcg } from './eigen/lobpcg.ts';
export { type RealSchur, type RealSchurOptions, realSchur } from './eigen/real-schur.ts';
export { type SingularValues, singularValues, svd } from './eigen/svd.ts';
export { type SvdsOptions, svds } from './eigen/svds.ts';
export { type SymmetricEigen, symmetricEigen, symmetricEigenvalues } from './eigen/symmetric-eigen.ts';
export { countSketch } from './sketches/count-sketch.ts';
export { gaussianSketch } from './sketches/gaussian-sketch.ts';
export { hadamardSketch } from './sketches/hadamard-sketch.ts';
export { type RandomizedSvdOptions, randomizedSvd } from './sketches/randomized-svd.ts';
export { type MatrixNorm, matrixNorm } from './solve/matrix-norm.ts';
export { matrixLogarithm, matrixSquareRoot } from './solve/matrix-roots.ts';
export {
  conditionNumber,
  type MatrixRankOptions,
  type MinimumNormSolution,
  matrixRank,
  minimumNormSolution,
  pseudoInverse,
} from './solve/minimum-norm.ts';
export { inverse, type SolveMethod, type SolveSolution, solve } from './solve/solve.ts';
export { solveLyapunov, solveSylvester } from './solve/sylvester.ts';
export { type VerifiedSolution, verifiedSolve } from './solve/verified-solve.ts';
