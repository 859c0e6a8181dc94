// `@infimum/linalg/kernels`, for those who write solvers: memory for a solve, and kernels that work on it.
export { factorInPlace } from './cholesky.ts';
export {
  activeKernels,
  defineKernels,
  type KernelBinary,
  type KernelBuild,
  type KernelBuilds,
  type KernelModule,
  useKernels,
} from './kernel-module.ts';
export { GEMM_SCRATCH, type LinalgKernels, linalgKernels } from './linalg-kernels.ts';
export { type MatrixProducts, products, sizesOf } from './linear-operator.ts';
export { startThreads } from './thread-pool.ts';
export { type TridiagonalForm, tridiagonalise } from './tridiagonal-reduction.ts';
export { type Partition, Workspace, type WorkspaceOptions, type WorkspaceSizes } from './workspace.ts';
