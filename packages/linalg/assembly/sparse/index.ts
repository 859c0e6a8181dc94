// The kernels of sparse products. `src/products/sparse-kernels.ts` documents each of them.
export { csrGemm } from './csr-gemm';
export { multiplyMasked } from './masked';
export { multiplyAuto, multiplyDense, multiplyExpanded, multiplyHash, multiplyHeap } from './multiply';
export { countRows, refillRows } from './symbolic';
