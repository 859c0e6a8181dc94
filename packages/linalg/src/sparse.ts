// `@infimum/linalg/sparse`: sparse matrices, their files, products and factorizations.

export { checkCsr } from './check-compressed.ts';
export type { FrontBlocks, SparseSolution } from './direct/front-blocks.ts';
export type { Fronts } from './direct/fronts.ts';
export { type SparseCholeskyOptions, sparseCholesky } from './direct/sparse-cholesky.ts';
export { type Inertia, type SparseLdl, type SparseLdlOptions, solveSparseLdl, sparseLdl } from './direct/sparse-ldl.ts';
export { type LuAnalysis, type SparseLu, type SparseLuOptions, solveSparseLu, sparseLu } from './direct/sparse-lu.ts';
export type { SemiringName } from './products/semiring.ts';
export { type SpgemmKernel, type SpgemmOptions, type SpgemmSolution, spgemm, spgemmParallel } from './products/spgemm.ts';
export { type SpgemmPlan, type SpgemmPlanOptions, spgemmPlan } from './products/spgemm-plan.ts';
export type { SpgemmProfile } from './products/spgemm-profile.ts';
export type { SparseProduct, SparseTraffic } from './products/spgemm-solution.ts';
export { spmm } from './products/spmm.ts';
export { type CooMatrix, csrToCoo, sumDuplicates } from './sparse/coo-matrix.ts';
export { type CscMatrix, checkCsc, cscToCsr, csrToCsc } from './sparse/csc-matrix.ts';
export { type AddCsrOptions, addCsr, type ScaleCsrOptions, scaleCsr } from './sparse/csr-arithmetic.ts';
export { csrDiagonal } from './sparse/csr-diagonal.ts';
export { csrFromDense, csrFromTriplets, csrToDense, type Triplets } from './sparse/csr-matrix.ts';
export { type CsrSelection, selectCsr } from './sparse/csr-slice.ts';
export { transposeCsr } from './sparse/csr-transpose.ts';
export {
  type DenseMatrixMarket,
  parseMatrixMarket,
  type ReadMatrixMarketOptions,
  readMatrixMarket,
  type SparseMatrixMarket,
} from './sparse/matrix-market.ts';
export type { MatrixMarketField, MatrixMarketSymmetry } from './sparse/matrix-market-entries.ts';
export { type WriteMatrixMarketOptions, writeMatrixMarket } from './sparse/matrix-market-writer.ts';
export { type SolveSparseTriangularOptions, solveSparseTriangular } from './sparse/sparse-triangular.ts';
