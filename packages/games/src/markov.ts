// `@infimum/games/markov`: Markov games.
export type { BackwardNashOptions } from './markov/backward-nash.ts';
export { backwardNash } from './markov/backward-nash.ts';
export type { IndependentLearnersOptions } from './markov/independent-learners.ts';
export { independentLearners } from './markov/independent-learners.ts';
export type { MarkovCceOptions } from './markov/markov-cce.ts';
export { markovCce } from './markov/markov-cce.ts';
export type { MarkovPolicySolution } from './markov/markov-cce-problem.ts';
export type { MarkovGame } from './markov/markov-game.ts';
export { checkMarkovGame, markovGap, policyValues, repeatedGame } from './markov/markov-game.ts';
export type {
  ExtractedNash,
  KibitzerGameOptions,
  NashReduction,
  NashReductionOptions,
} from './markov/nash-reduction.ts';
export { kibitzerGame, kibitzerReduction, nashReduction } from './markov/nash-reduction.ts';
export type { RepeatedNashOptions } from './markov/repeated-nash.ts';
export { repeatedNash } from './markov/repeated-nash.ts';
export type { RepeatedGame, SparseCceSolution } from './markov/sparse-cce-problem.ts';
export type { SparseCceGapOptions, SparseGap, SparseMixture } from './markov/sparse-mixture.ts';
export { markovMixture, sparseCceGap } from './markov/sparse-mixture.ts';
export type { StageLearnerOptions } from './markov/stage-learner.ts';
export { stageLearner } from './markov/stage-learner.ts';
export type { VLearningOptions, VLearningSolution } from './markov/v-learning.ts';
export { vLearning } from './markov/v-learning.ts';
