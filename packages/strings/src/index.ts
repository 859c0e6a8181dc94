export {
  type ApproximateMethod,
  type ApproximateOptions,
  approximateHammingDistances,
  type PlannedApproximateSolution,
} from './approximate/approximate-hamming-distances.ts';
export type { ApproximateIterate, ApproximateSolution } from './approximate/approximate-solution.ts';
export { type Alignment, type AlignOptions, alignOccurrence } from './bounded/align-occurrence.ts';
export type { BoundedMethod } from './bounded/bounded-planner.ts';
export {
  type Chunks,
  type FindInStreamOptions,
  findInStream,
  findManyInStream,
  type StreamSearch,
} from './bounded/find-in-stream.ts';
export {
  type FindIterate,
  type FindOptions,
  findWithMismatches,
  type Occurrence,
  type Occurrences,
} from './bounded/find-with-mismatches.ts';
export { HammingStream, type HammingStreamOptions } from './bounded/hamming-stream.ts';
export { type KMismatchOptions, kMismatch, type PlannedKMismatchSolution } from './bounded/k-mismatch.ts';
export {
  type KMismatchPeriodicDistances,
  type KMismatchPeriodicIterate,
  type KMismatchPeriodicOperations,
  type KMismatchPeriodicOptions,
  type KMismatchPeriodicStepsOptions,
  kMismatchPeriodic,
} from './bounded/k-mismatch-periodic.ts';
export type { KMismatchIterate, KMismatchSolution, KMismatchStats } from './bounded/k-mismatch-solution.ts';
export {
  type FindManyOptions,
  findManyWithMismatches,
  type ManyIterate,
  type ManyOccurrence,
  type ManyOccurrences,
} from './bounded/many-patterns.ts';
export {
  type ExactMethod,
  type HammingOptions,
  hammingDistances,
  type PlannedHammingSolution,
} from './exact/hamming-distances.ts';
export {
  type HammingSqrtIterate,
  type HammingSqrtOperations,
  type HammingSqrtOptions,
  type HammingSqrtSolution,
  type HammingSqrtStats,
  type HammingSqrtStepsOptions,
  hammingSqrt,
} from './exact/hamming-sqrt.ts';
export { explainPlan, type Plan, type PlannedMethod } from './exact/planner.ts';
export type { SequenceOptions } from './exact/wildcards.ts';
export type { HammingIterate, HammingSolution, HammingStats } from './hamming-solution.ts';
export type { MatchingOptions, SymbolClasses } from './matching.ts';
export {
  type HammingFredmanDistances,
  type HammingFredmanIterate,
  type HammingFredmanOptions,
  type HammingFredmanStepsOptions,
  hammingFredman,
} from './reductions/hamming-fredman.ts';
export {
  type ExactDistances,
  type HammingViaThreeSumOptions,
  hammingViaThreeSum,
  type RangeDifferenceOptions,
  type RangeDifferences,
  type RangeSumCounter,
  rangeDifferenceCounts,
} from './reductions/three-sum-equivalence.ts';
export { readSequences, reverseComplement, type SequenceRecord } from './sequences.ts';
export {
  type CountMatrix,
  type EqualityProduct,
  type EqualityProductOperations,
  type EqualityProductOptions,
  equalityProduct,
} from './sums/equality-product.ts';
export {
  approximateExactTriangleCounts,
  type TriangleCounts,
  type TriangleCountsOptions,
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
export {
  approximateThreeSumCounts,
  type ThreeSumCountsOptions,
  type ThreeSumMethod,
} from './sums/three-sum.ts';
export type { ThreeSumCounts, ThreeSumOperations } from './sums/three-sum-solution.ts';
export type { Sequence, StringUnit, SymbolArray } from './symbols.ts';
export { convolve } from './transforms/convolution.ts';
