// The kernels of linalg. `src/webassembly/linalg-kernels.ts` documents each of them.
export { axpy, dot, nrm2, scal } from './blas1';
export { choleskyBlock, solveLowerRows } from './cholesky';
export { exp } from './exp';
export { gemm, syrk } from './gemm';
export { gemv, gemvTransposed } from './gemv';
export {
  logSumExpColumns,
  logSumExpRows,
  plainLogSumExpColumns,
  plainLogSumExpRows,
} from './log-sum-exp';
export { relaxBackwards, relaxForwards } from './relaxation';
export { csrGemv } from './spmv';
