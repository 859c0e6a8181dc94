// The kernels of linalg. `src/linalg-kernels.ts` documents each of them.
export { axpy, dot, nrm2, scal } from './blas1';
export { exp } from './exp';
export { gemv, gemvTransposed } from './gemv';
export {
  logSumExpColumns,
  logSumExpRows,
  plainLogSumExpColumns,
  plainLogSumExpRows,
} from './log-sum-exp';
export { csrGemv, csrGemvTransposed } from './spmv';
export { gemm, syrk } from './gemm';
