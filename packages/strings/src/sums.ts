// `@infimum/strings/sums`: the counting of sums in the paper's algorithms, with all types.
export {
  type CountMatrix,
  type EqualityProduct,
  type EqualityProductOperations,
  type EqualityProductOptions,
  equalityProduct,
} from './sums/equality-product.ts';
export {
  type ApproximateExactTriangleCountsOptions,
  approximateExactTriangleCounts,
  type TriangleCounts,
  type TriangleOperations,
} from './sums/exact-triangle.ts';
export {
  type CountVector,
  type SumCounts,
  type SumCountsOperations,
  type SumCountsOptions,
  sumCounts,
} from './sums/sum-counts.ts';
export {
  type IntegerSet,
  type Sumset,
  type SumsetMethod,
  type SumsetOperations,
  type SumsetOptions,
  sumset,
} from './sums/sumset.ts';
export { type ApproximateThreeSumCountsOptions, approximateThreeSumCounts, type ThreeSumMethod } from './sums/three-sum.ts';
export type { ThreeSumCounts, ThreeSumOperations } from './sums/three-sum-solution.ts';
export { convolve } from './transforms/convolution.ts';
