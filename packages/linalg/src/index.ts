// `@infimum/linalg`: dense and sparse matrices and what is computed with them.
export type { BlockSchedule } from './block-schedule.ts';
export { cholesky, solveCholesky } from './cholesky.ts';
export { downdateCholesky, updateCholesky } from './cholesky-update.ts';
export {
  type ConjugateGradientIterate,
  type ConjugateGradientOptions,
  conjugateGradient,
  conjugateGradientSteps,
} from './conjugate-gradient.ts';
export { type CooMatrix, csrToCoo, sumDuplicates } from './coo-matrix.ts';
export { countSketch } from './count-sketch.ts';
export { type CscMatrix, checkCsc, cscToCsr, csrToCsc } from './csc-matrix.ts';
export { type AddCsrOptions, addCsr, type ScaleCsrOptions, scaleCsr } from './csr-arithmetic.ts';
export { csrDiagonal } from './csr-diagonal.ts';
export {
  type CsrMatrix,
  checkCsr,
  csrFromDense,
  csrFromTriplets,
  csrToDense,
  type Triplets,
} from './csr-matrix.ts';
export { type CsrSelection, selectCsr } from './csr-slice.ts';
export { transposeCsr } from './csr-transpose.ts';
export { type DenseMatrix, denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
export { gaussSeidel, gaussSeidelSteps } from './gauss-seidel.ts';
export { gaussianSketch } from './gaussian-sketch.ts';
export { type GmresOptions, gmres, gmresSteps } from './gmres.ts';
export { hadamardSketch } from './hadamard-sketch.ts';
export { leastSquares, type QrFactors, qr } from './householder-qr.ts';
export { incompleteCholesky } from './incomplete-cholesky.ts';
export { incompleteLu } from './incomplete-lu.ts';
export { type JacobiOptions, jacobi, jacobiSteps } from './jacobi.ts';
export { type KaczmarzOptions, kaczmarz, kaczmarzSteps } from './kaczmarz.ts';
export {
  type Eigenpairs,
  type LanczosIterate,
  type LanczosOptions,
  lanczos,
  lanczosSteps,
} from './lanczos.ts';
export { type LdlFactors, ldl, solveLdl } from './ldl.ts';
export type { LinearOperator } from './linear-operator.ts';
export type { LinearIterate, LinearOptions, LinearSolution } from './linear-system.ts';
export { type LobpcgOptions, lobpcg, lobpcgSteps } from './lobpcg.ts';
export { type LsqrIterate, lsqr, lsqrSteps } from './lsqr.ts';
export { determinant, type LuFactors, lu, solveLu } from './lu.ts';
export { gram, matmul, matvec } from './matmul.ts';
export {
  type DenseMatrixMarket,
  parseMatrixMarket,
  readMatrixMarket,
  type SparseMatrixMarket,
} from './matrix-market.ts';
export type { MatrixMarketField, MatrixMarketSymmetry } from './matrix-market-entries.ts';
export { type WriteMatrixMarketOptions, writeMatrixMarket } from './matrix-market-writer.ts';
export { minres, minresSteps } from './minres.ts';
export { type PreparedMatrix, prepareMatrix } from './prepared-matrix.ts';
export { type RandomizedSvdOptions, randomizedSvd } from './randomized-svd.ts';
export { type RowsFromTextOptions, rowsFromFloat64, rowsFromText } from './row-decoders.ts';
export type { SemiringName } from './semiring.ts';
export { type SimulateSmashOptions, type SmashSimulation, simulateSmash } from './simulate-smash.ts';
export {
  type SketchAndProjectOptions,
  sketchAndProject,
  sketchAndProjectSteps,
} from './sketch-and-project.ts';
export { type SparseTriangularOptions, solveSparseTriangular } from './sparse-triangular.ts';
export {
  type SpgemmKernel,
  type SpgemmOptions,
  type SpgemmResult,
  spgemm,
  spgemmParallel,
  spgemmSteps,
} from './spgemm.ts';
export { type SpgemmPlan, type SpgemmPlanOptions, spgemmPlan } from './spgemm-plan.ts';
export type { SpgemmProfile } from './spgemm-profile.ts';
export type { SparseProduct, SparseProductIterate, SparseTraffic } from './spgemm-solution.ts';
export { spmm } from './spmm.ts';
export type { SparseRow } from './streaming-method.ts';
export type {
  StreamedEigenvectors,
  StreamingIterate,
  StreamingMethod,
  StreamingOptions,
  StreamingTopEigenvector,
  StreamRow,
} from './streaming-options.ts';
export {
  createStreamingTopEigenvector,
  streamingTopEigenvector,
  streamingTopEigenvectorAsync,
  streamingTopEigenvectorSteps,
} from './streaming-top-eigenvector.ts';
export {
  optimalRelaxation,
  type RelaxationOptions,
  successiveOverRelaxation,
  successiveOverRelaxationSteps,
} from './successive-over-relaxation.ts';
export { type SingularValues, svd } from './svd.ts';
export { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.ts';
export {
  ssorPreconditioner,
  symmetricOverRelaxation,
  symmetricOverRelaxationSteps,
} from './symmetric-over-relaxation.ts';
export type { ThreadOptions } from './thread-pool.ts';
export { solveTriangular, type TriangularOptions } from './triangular.ts';
