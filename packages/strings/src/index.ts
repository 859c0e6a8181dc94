export {
  type ApproximateMethod,
  type ApproximateOptions,
  type ApproximateResult,
  approximateHammingDistances,
} from './approximate-hamming-distances.ts';
export type { ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
export type { BoundedMethod } from './bounded-planner.ts';
export { convolve } from './convolution.ts';
export {
  type CountMatrix,
  type EqualityProduct,
  type EqualityProductOperations,
  type EqualityProductOptions,
  equalityProduct,
} from './equality-product.ts';
export {
  approximateExactTriangleCounts,
  type TriangleCounts,
  type TriangleCountsOptions,
  type TriangleOperations,
} from './exact-triangle.ts';
export {
  type FindIterate,
  type FindOptions,
  findWithMismatches,
  type Occurrence,
  type Occurrences,
} from './find-with-mismatches.ts';
export {
  type ExactMethod,
  type HammingOptions,
  type HammingResult,
  hammingDistances,
} from './hamming-distances.ts';
export {
  type HammingFredmanDistances,
  type HammingFredmanIterate,
  type HammingFredmanOptions,
  type HammingFredmanStepsOptions,
  hammingFredman,
} from './hamming-fredman.ts';
export type { HammingIterate, HammingSolution, HammingStats } from './hamming-solution.ts';
export {
  type HammingSqrtIterate,
  type HammingSqrtOperations,
  type HammingSqrtOptions,
  type HammingSqrtSolution,
  type HammingSqrtStats,
  type HammingSqrtStepsOptions,
  hammingSqrt,
} from './hamming-sqrt.ts';
export {
  type Chunks,
  type FindInStreamOptions,
  findInStream,
  findManyInStream,
  HammingStream,
  type HammingStreamOptions,
} from './hamming-stream.ts';
export { type KMismatchOptions, type KMismatchResult, kMismatch } from './k-mismatch.ts';
export {
  type KMismatchPeriodicDistances,
  type KMismatchPeriodicIterate,
  type KMismatchPeriodicOperations,
  type KMismatchPeriodicOptions,
  type KMismatchPeriodicStepsOptions,
  kMismatchPeriodic,
} from './k-mismatch-periodic.ts';
export type { KMismatchIterate, KMismatchSolution, KMismatchStats } from './k-mismatch-solution.ts';
export {
  type FindManyOptions,
  findManyWithMismatches,
  type ManyIterate,
  type ManyOccurrence,
  type ManyOccurrences,
} from './many-patterns.ts';
export { explainPlan, type Plan, type PlannedMethod } from './planner.ts';
export {
  type CountVector,
  type SumCounts,
  type SumCountsOperations,
  type SumCountsOptions,
  sumCounts,
} from './sum-counts.ts';
export {
  type IntegerSet,
  type Sumset,
  type SumsetMethod,
  type SumsetOperations,
  type SumsetOptions,
  sumset,
} from './sumset.ts';
export type { Sequence, StringUnit, SymbolArray } from './symbols.ts';
export { approximateThreeSumCounts, type ThreeSumCountsOptions, type ThreeSumMethod } from './three-sum.ts';
export {
  type ExactDistances,
  type HammingViaThreeSumOptions,
  hammingViaThreeSum,
  type RangeDifferenceOptions,
  type RangeDifferences,
  type RangeSumCounter,
  rangeDifferenceCounts,
} from './three-sum-equivalence.ts';
export type { ThreeSumCounts, ThreeSumOperations } from './three-sum-solution.ts';
export type { SequenceOptions } from './wildcards.ts';
