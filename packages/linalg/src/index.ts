// `@infimum/linalg`: dense and sparse matrices and what is computed with them.
export { cholesky, solveCholesky } from './cholesky.ts';
export {
  type ConjugateGradientIterate,
  type ConjugateGradientOptions,
  conjugateGradient,
  conjugateGradientSteps,
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
export { leastSquares, type QrFactors, qr } from './householder-qr.ts';
export {
  type Eigenpairs,
  type LanczosIterate,
  type LanczosOptions,
  lanczos,
  lanczosSteps,
} from './lanczos.ts';
export type { LinearOperator } from './linear-operator.ts';
export { gram, matmul, matvec, type ThreadOptions } from './matmul.ts';
export { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.ts';
export { solveTriangular, type TriangularOptions } from './triangular.ts';
