export {
  type ApproximateHammingDistancesOptions,
  type ApproximateMethod,
  approximateHammingDistances,
} from './approximate/approximate-hamming-distances.ts';
export type { ApproximateSolution } from './approximate/approximate-solution.ts';
export { type Alignment, type AlignOccurrenceOptions, alignOccurrence } from './bounded/align-occurrence.ts';
export type { BoundedMethod } from './bounded/bounded-planner.ts';
export {
  type Chunks,
  type FindInStreamOptions,
  findInStream,
  findManyInStream,
  type StreamSearch,
} from './bounded/find-in-stream.ts';
export {
  type FindWithMismatchesOptions,
  findWithMismatches,
  type Occurrence,
  type Occurrences,
} from './bounded/find-with-mismatches.ts';
export { HammingStream, type HammingStreamOptions } from './bounded/hamming-stream.ts';
export { type KMismatchHits, type KMismatchOptions, kMismatch } from './bounded/k-mismatch.ts';
export {
  type KMismatchPeriodicDistances,
  type KMismatchPeriodicOperations,
  type KMismatchPeriodicOptions,
  kMismatchPeriodic,
} from './bounded/k-mismatch-periodic.ts';
export type { KMismatchSolution, KMismatchStats } from './bounded/k-mismatch-solution.ts';
export {
  type FindManyWithMismatchesOptions,
  findManyWithMismatches,
  type ManyOccurrence,
  type ManyOccurrences,
} from './bounded/many-patterns.ts';
export { type AffineAlignment, type AlignAffineOptions, alignAffine } from './edit/align-affine.ts';
export {
  type AlignWithDifferencesOptions,
  alignWithDifferences,
  type DifferenceAlignment,
} from './edit/align-with-differences.ts';
export { type EditDistanceOptions, editDistance } from './edit/edit-distance.ts';
export {
  type DifferenceOccurrence,
  type DifferenceOccurrences,
  type FindWithDifferencesOptions,
  findWithDifferences,
} from './edit/find-with-differences.ts';
export { type ExactMethod, type HammingDistancesOptions, hammingDistances } from './exact/hamming-distances.ts';
export {
  type HammingSqrtOperations,
  type HammingSqrtOptions,
  type HammingSqrtSolution,
  type HammingSqrtStats,
  hammingSqrt,
} from './exact/hamming-sqrt.ts';
export {
  type ManyHammingDistances,
  type ManyHammingDistancesOptions,
  manyHammingDistances,
} from './exact/many-hamming-distances.ts';
export { explainPlan, type Plan } from './exact/planner.ts';
export {
  type SymbolCost,
  type WeightedDistances,
  type WeightedDistancesOptions,
  weightedDistances,
} from './exact/weighted-distances.ts';
export type { Counts, Explained, HammingSolution, HammingStats } from './hamming-solution.ts';
export type { SymbolClasses } from './matching.ts';
export { type HammingFredmanDistances, type HammingFredmanOptions, hammingFredman } from './reductions/hamming-fredman.ts';
export {
  type ExactDistances,
  type HammingViaThreeSumOptions,
  hammingViaThreeSum,
  type RangeDifferenceCountsOptions,
  type RangeDifferences,
  type RangeSumCounter,
  rangeDifferenceCounts,
} from './reductions/three-sum-equivalence.ts';
export { readSequences, reverseComplement, type SequenceRecord } from './sequences.ts';
export { type EqualityProductOptions, equalityProduct } from './sums/equality-product.ts';
export { type ApproximateExactTriangleCountsOptions, approximateExactTriangleCounts } from './sums/exact-triangle.ts';
export { type SumCountsOptions, sumCounts } from './sums/sum-counts.ts';
export { type SumsetOptions, sumset } from './sums/sumset.ts';
export { type ApproximateThreeSumCountsOptions, approximateThreeSumCounts } from './sums/three-sum.ts';
export type { Sequence, StringUnit, SymbolArray } from './symbols.ts';
export { convolve } from './transforms/convolution.ts';
