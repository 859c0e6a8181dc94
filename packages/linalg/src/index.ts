// `@infimum/linalg`: dense and sparse matrices and what is computed with them.
export { type DenseMatrix, denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
