// The public interface of this package.
export { type BbobFunction, bbob, bbobNames } from './bbob/bbob.ts';
export { answerQuestions, type BestPoint, type BlackBox, centeredRanks, type Questions } from './continuous/black-box.ts';
export { cbo } from './continuous/cbo.ts';
export type { CboOptions, CboSolution } from './continuous/cbo-options.ts';
export { type CmaEsOptions, cmaEs } from './continuous/cma-es.ts';
export { consensusPoint } from './continuous/consensus.ts';
export { type ConsensusHoppingOptions, consensusHopping, type HoppingSolution } from './continuous/consensus-hopping.ts';
export { bbobBlackBox, canyonBlackBox, shiftedFunction, softmaxBlackBox } from './continuous/continuous-families.ts';
export { type DifferentialEvolutionOptions, differentialEvolution } from './continuous/differential-evolution.ts';
export { type GradientDecomposition, gradientDecomposition, proximalPoint } from './continuous/gradient-decomposition.ts';
export { type LangevinOptions, type LangevinSolution, langevin } from './continuous/langevin.ts';
export { laplaceBound, type MeanField, meanFieldCbo } from './continuous/mean-field.ts';
export { type OpenEsOptions, openEs } from './continuous/open-es.ts';
export { type ParticleSwarmOptions, particleSwarm } from './continuous/particle-swarm.ts';
export { type RandomSearchOptions, randomSearch } from './continuous/random-search.ts';
export { type SimulatedAnnealingOptions, simulatedAnnealing } from './continuous/simulated-annealing.ts';
export { type TestFunction, testFunctions } from './continuous/test-functions.ts';
export { type ZoSgdOptions, zoSgd } from './continuous/zo-sgd.ts';
export { type EggrollOptions, eggroll } from './eggroll/eggroll.ts';
export {
  type AffineLayer,
  LowRankPopulation,
  type LowRankPopulationOptions,
  shapeFitness,
} from './eggroll/low-rank-population.ts';
export { meanReturn, type PolicySolution, type PolicyTask } from './eggroll/policy.ts';
export { type EggLanguageModelOptions, eggLanguageModel } from './language/egg-lm.ts';
export { EggModel } from './language/egg-model.ts';
export type { LanguageSolution, LanguageTask } from './language/language-problem.ts';
export { type EggTraining, type EggVotesAnswer, type EggVotesInput, trainEgg, trainEggOn } from './language/train-egg.ts';
export type { OptimizerMethod } from './optimizer/methods.ts';
export {
  type JournalEntry,
  type MinimizeBlackBoxOptions,
  type Minimum,
  minimizeBlackBox,
} from './optimizer/minimize-black-box.ts';
export { type MinimizeBlackBoxOnOptions, minimizeBlackBoxOn, type PointBlock } from './optimizer/minimize-black-box-on.ts';
export { type Found, Optimizer, type OptimizerOptions, type OptimizerState, type Trial } from './optimizer/optimizer.ts';
export type { Setting, Space, SpacePoint, Variable } from './optimizer/space.ts';
export { type DigitGenerator, digitGenerator } from './ranking/digit-diffusion.ts';
export { type GradientlessDescentOptions, gradientlessDescent } from './ranking/gradientless-descent.ts';
export { type OneBitDescentOptions, oneBitDescent } from './ranking/one-bit-descent.ts';
export { type OnePlusOneEsOptions, onePlusOneEs } from './ranking/one-plus-one-es.ts';
export { type RankCmaEsOptions, rankCmaEs } from './ranking/rank-cma-es.ts';
export { type Ranking, rankGradient } from './ranking/rank-gradient.ts';
export { type RankingQuery, RankSession, type RankSessionState } from './ranking/rank-session.ts';
export type { RankedPoint, RankedSearch, RankingQuestion } from './ranking/ranking-oracle.ts';
export { type ZoRankSgdOptions, zoRankSgd } from './ranking/zo-rank-sgd.ts';
