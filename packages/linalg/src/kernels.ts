// `@infimum/linalg/kernels`, for those who write solvers: memory for a solve, and kernels that work on it.
export {
  activeKernels,
  defineKernels,
  type KernelBinary,
  type KernelBuild,
  type KernelBuilds,
  type KernelModule,
  useKernels,
} from './kernel-module.ts';
export { type LinalgKernels, linalgKernels } from './linalg-kernels.ts';
export { Workspace, type WorkspaceSizes } from './workspace.ts';
