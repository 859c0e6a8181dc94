// `@infimum/linalg`: dense and sparse matrices and what is computed with them.
export { cholesky, solveCholesky } from './cholesky.ts';
export {
  type ConjugateGradientIterate,
  type ConjugateGradientOptions,
  conjugateGradient,
  conjugateGradientSteps,
  type LinearOperator,
  type LinearSolution,
} from './conjugate-gradient.ts';
export {
  type CsrMatrix,
  checkCsr,
  csrFromDense,
  csrFromTriplets,
  csrToDense,
  type Triplets,
} from './csr-matrix.ts';
export { type DenseMatrix, denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
export { gram, matmul, matvec, type ThreadOptions } from './matmul.ts';
export { solveTriangular, type TriangularOptions } from './triangular.ts';
