// `@infimum/linalg`: dense and sparse matrices and what is computed with them.

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
export { cholesky, solveCholesky } from './dense/cholesky.ts';
export { downdateCholesky, updateCholesky } from './dense/cholesky-update.ts';
export { type DenseMatrix, denseMatrix, identity, matrixFromRows, transpose } from './dense/dense-matrix.ts';
export { leastSquares, type QrFactors, qr } from './dense/householder-qr.ts';
export { type LdlFactors, ldl, solveLdl } from './dense/ldl.ts';
export { determinant, type LogDeterminant, type LuFactors, lu, slogdet, solveLu } from './dense/lu.ts';
export { gram, matmul } from './dense/matmul.ts';
export { matrixExponential } from './dense/matrix-exponential.ts';
export { type SolveTriangularOptions, solveTriangular } from './dense/triangular.ts';
export { type SparseCholeskyOptions, sparseCholesky } from './direct/sparse-cholesky.ts';
export {
  type Inertia,
  type SparseLdl,
  type SparseLdlOptions,
  type SparseLdlSolution,
  solveSparseLdl,
  sparseLdl,
} from './direct/sparse-ldl.ts';
export {
  type SparseLu,
  type SparseLuOptions,
  type SparseLuSolution,
  solveSparseLu,
  sparseLu,
  type TriangularColumns,
} from './direct/sparse-lu.ts';
export { type Eigen, eigen } from './eigen/eigen.ts';
export {
  type Eigenpairs,
  type LanczosIterate,
  type LanczosOptions,
  type LanczosPairs,
  lanczos,
} from './eigen/lanczos.ts';
export { type LobpcgIterate, type LobpcgOptions, lobpcg } from './eigen/lobpcg.ts';
export { type RealSchur, type RealSchurOptions, realSchur } from './eigen/real-schur.ts';
export { type SingularValues, svd } from './eigen/svd.ts';
export { type SymmetricEigen, symmetricEigen } from './eigen/symmetric-eigen.ts';
export type { LinearMap, LinearOperator, ProductOperator } from './linear-operator.ts';
export { matvec } from './matvec.ts';
export { type PreparedMatrix, prepareMatrix } from './prepared-matrix.ts';
export type { SemiringName } from './products/semiring.ts';
export {
  type SpgemmKernel,
  type SpgemmOptions,
  type SpgemmSolution,
  spgemm,
  spgemmParallel,
} from './products/spgemm.ts';
export { type SpgemmPlan, type SpgemmPlanOptions, spgemmPlan } from './products/spgemm-plan.ts';
export type { SpgemmProfile } from './products/spgemm-profile.ts';
export type { SparseProduct, SparseProductIterate, SparseTraffic } from './products/spgemm-solution.ts';
export { spmm } from './products/spmm.ts';
export { countSketch } from './sketches/count-sketch.ts';
export { gaussianSketch } from './sketches/gaussian-sketch.ts';
export { hadamardSketch } from './sketches/hadamard-sketch.ts';
export { type RandomizedSvdOptions, randomizedSvd } from './sketches/randomized-svd.ts';
export { type MatrixNorm, matrixNorm } from './solve/matrix-norm.ts';
export {
  conditionNumber,
  type MinimumNormSolution,
  matrixRank,
  minimumNormSolution,
  pseudoInverse,
  type RankOptions,
} from './solve/minimum-norm.ts';
export { inverse, type SolveMethod, type SolveResult, solve } from './solve/solve.ts';
export { solveLyapunov, solveSylvester } from './solve/sylvester.ts';
export { type CooMatrix, csrToCoo, sumDuplicates } from './sparse/coo-matrix.ts';
export { type CscMatrix, checkCsc, cscToCsr, csrToCsc } from './sparse/csc-matrix.ts';
export { type AddCsrOptions, addCsr, type ScaleCsrOptions, scaleCsr } from './sparse/csr-arithmetic.ts';
export { csrDiagonal } from './sparse/csr-diagonal.ts';
export {
  type CsrMatrix,
  checkCsr,
  csrFromDense,
  csrFromTriplets,
  csrToDense,
  type Triplets,
} from './sparse/csr-matrix.ts';
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
export type { BlockSchedule } from './streaming/block-schedule.ts';
export { type RowsFromTextOptions, rowsFromFloat64, rowsFromText } from './streaming/row-decoders.ts';
export type { SparseRow } from './streaming/streaming-method.ts';
export type {
  StreamedEigenvectors,
  StreamingIterate,
  StreamingMethod,
  StreamingOptions,
  StreamingTopEigenvector,
  StreamRow,
} from './streaming/streaming-options.ts';
export {
  createStreamingTopEigenvector,
  streamingTopEigenvector,
  streamingTopEigenvectorAsync,
} from './streaming/streaming-top-eigenvector.ts';
export { type BicgstabOptions, bicgstab } from './systems/bicgstab.ts';
export {
  type ConjugateGradientIterate,
  type ConjugateGradientOptions,
  conjugateGradient,
} from './systems/conjugate-gradient.ts';
export { gaussSeidel } from './systems/gauss-seidel.ts';
export { type GmresOptions, gmres } from './systems/gmres.ts';
export { incompleteCholesky } from './systems/incomplete-cholesky.ts';
export { incompleteLu } from './systems/incomplete-lu.ts';
export {
  type IncompleteLuThresholdOptions,
  incompleteLuThreshold,
} from './systems/incomplete-lu-threshold.ts';
export { type JacobiOptions, jacobi } from './systems/jacobi.ts';
export { type KaczmarzOptions, kaczmarz } from './systems/kaczmarz.ts';
export type { LinearIterate, LinearOptions, LinearSolution, SquareMatrix } from './systems/linear-system.ts';
export { type LsmrOptions, lsmr } from './systems/lsmr.ts';
export { type LsqrIterate, type LsqrOptions, lsqr } from './systems/lsqr.ts';
export { type MinresOptions, minres } from './systems/minres.ts';
export type { DiagonalOperator, MatrixOfRows, RowOperator } from './systems/row-operators.ts';
export {
  type SketchAndProjectOptions,
  sketchAndProject,
} from './systems/sketch-and-project.ts';
export {
  optimalRelaxation,
  type RelaxationOptions,
  successiveOverRelaxation,
} from './systems/successive-over-relaxation.ts';
export {
  ssorPreconditioner,
  symmetricOverRelaxation,
} from './systems/symmetric-over-relaxation.ts';
export type { Threading } from './webassembly/thread-pool.ts';
