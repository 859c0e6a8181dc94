// `@infimum/linalg/checkers`: the checkers of this package's certificates, as functions that load nothing else.

export { check as checkSparseProduct } from './products/sparse-product-checker.ts';
export { check as checkTopEigenvector, type TopEigenvectorWitness } from './streaming/top-eigenvector-checker.ts';
export { check as checkLeastSquares, checkGradient, type LeastSquaresWitness } from './systems/gradient-checker.ts';
export { check as checkLinearSystem, type InverseWitness } from './systems/linear-system-checker.ts';
