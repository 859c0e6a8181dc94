// `@infimum/games/markov`: Markov games.
export { type BackwardNashOptions, backwardNash } from './markov/backward-nash.ts';
export { type IndependentLearnersOptions, independentLearners } from './markov/independent-learners.ts';
export { type MarkovCceOptions, markovCce } from './markov/markov-cce.ts';
export type { MarkovPolicySolution } from './markov/markov-cce-problem.ts';
export { checkMarkovGame, type MarkovGame, markovGap, policyValues, repeatedGame } from './markov/markov-game.ts';
export type { ExtractedNash, KibitzerGameOptions, NashReduction, NashReductionOptions } from './markov/nash-reduction.ts';
export { kibitzerGame, kibitzerReduction, nashReduction } from './markov/nash-reduction.ts';
export { type RepeatedNashOptions, repeatedNash } from './markov/repeated-nash.ts';
export type { RepeatedGame, SparseCceSolution } from './markov/sparse-cce-problem.ts';
export type { SparseCceGapOptions, SparseGap, SparseMixture } from './markov/sparse-mixture.ts';
export { markovMixture, sparseCceGap } from './markov/sparse-mixture.ts';
export { type StageLearnerOptions, stageLearner } from './markov/stage-learner.ts';
export { type VLearningOptions, type VLearningSolution, vLearning } from './markov/v-learning.ts';
