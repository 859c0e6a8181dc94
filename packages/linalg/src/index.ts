// `@infimum/linalg`: dense and sparse matrices and what is computed with them.

export {
  type ConjugateGradientIterate,
  type ConjugateGradientOptions,
  type ConjugateGradientStepsOptions,
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
