// `@infimum/strings/steps`: the algorithms as generators of steps, to be driven by the caller.
export { approximateSteps } from './approximate/approximate-hamming-distances.ts';
export type { ApproximateIterate } from './approximate/approximate-solution.ts';
export { type FindIterate, findSteps } from './bounded/find-with-mismatches.ts';
export { kMismatchSteps } from './bounded/k-mismatch.ts';
export { type KMismatchPeriodicIterate, kMismatchPeriodicSteps } from './bounded/k-mismatch-periodic.ts';
export type { KMismatchIterate } from './bounded/k-mismatch-solution.ts';
export { type ManyIterate, manySteps } from './bounded/many-patterns.ts';
export { type DifferenceIterate, findDifferencesSteps } from './edit/find-with-differences.ts';
export { hammingSteps } from './exact/hamming-distances.ts';
export { type HammingSqrtIterate, hammingSqrtSteps } from './exact/hamming-sqrt.ts';
export { type ManyHammingIterate, manyDistancesSteps } from './exact/many-hamming-distances.ts';
export type { WeightedIterate } from './exact/weighted-distances.ts';
export type { HammingIterate } from './hamming-solution.ts';
export { type HammingFredmanIterate, hammingFredmanSteps } from './reductions/hamming-fredman.ts';
