// `@infimum/autodiff/sparse`: objectives with sparse Hessians.

export { type SparseDifferentiable, sparseDifferentiable } from './objectives/sparse-differentiable.ts';
