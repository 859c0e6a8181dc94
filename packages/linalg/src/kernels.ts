// `@infimum/linalg/kernels`, for authors of solvers: memory for a solve, and kernels that work on it.
export { factorInPlace } from './dense/cholesky.ts';
export { type TridiagonalForm, tridiagonalize } from './eigen/tridiagonal-reduction.ts';
export { type MatrixProducts, products, sizesOf } from './linear-operator.ts';
export { type BlockArgument, type BlockKernel, blockKernel, runBlocks } from './webassembly/block-kernel.ts';
export {
  activeKernels,
  defineKernels,
  type KernelBinary,
  type KernelBuild,
  type KernelBuilds,
  type KernelModule,
  useKernels,
} from './webassembly/kernel-module.ts';
export {
  type ArrayPlan,
  type ArrayPlans,
  bytes,
  float32,
  int32,
  type Layout,
  type LayoutOptions,
  layout,
  scratch,
} from './webassembly/layout.ts';
export { GEMM_SCRATCH, type LinalgKernels, linalgKernels } from './webassembly/linalg-kernels.ts';
export {
  type MatrixPlace,
  matrixPlace,
  type PlacedGram,
  type PlacedProduct,
  placedGram,
  placedProduct,
  transposedPlace,
} from './webassembly/matrix-places.ts';
export { startThreads } from './webassembly/thread-pool.ts';
export { type Partition, Workspace, type WorkspaceOptions, type WorkspaceSizes } from './webassembly/workspace.ts';
