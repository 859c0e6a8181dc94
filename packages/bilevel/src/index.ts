// `@infimum/bilevel`: the public interface.

export {
  type ExactHypergradient,
  type ExactHypergradientOptions,
  exactHypergradient,
  hypergradientPart,
  joinHypergradients,
} from './block-problems/exact-hypergradient.ts';
export { type FoldData, foldProblem } from './block-problems/fold-problem.ts';
export type { MultiBlockSolution } from './block-problems/multi-block-optimization.ts';
export type { BlockGradient, MultiBlockProblem } from './block-problems/multi-block-problem.ts';
export { type BlockDescentOptions, blockDescent } from './blocks/block-descent.ts';
export { type BlockBsaOptions, type BlockStocBioOptions, blockBsa, blockStocBio } from './blocks/block-neumann.ts';
export { answerVisits, type BlockVisits, type DistantAnswer } from './blocks/block-visit.ts';
export { bsvrb } from './blocks/bsvrb.ts';
export { type BsvrbOnOptions, bsvrbOn } from './blocks/bsvrb-on.ts';
export type { BsvrbOptions } from './blocks/bsvrb-options.ts';
export { type RsvrbOptions, rsvrb } from './blocks/rsvrb.ts';
export { type AnilOptions, anil } from './few-shot/anil.ts';
export { type BoRepTasksOptions, boRepTasks } from './few-shot/bo-rep-tasks.ts';
export { type MamlOptions, maml } from './few-shot/maml.ts';
export { type AidCgOptions, aidCg } from './implicit/aid-cg.ts';
export { type ItdOptions, itd } from './implicit/itd.ts';
export { type StocBioOptions, stocBio } from './implicit/stocbio.ts';
export { type BilevelMinimum, type MinimizeBilevelOptions, minimizeBilevel } from './minimize-bilevel.ts';
export type { BilevelSolution } from './models/bilevel-optimization.ts';
export {
  type CleaningData,
  cleaningProblem,
  type LabeledData,
  type RegularizationData,
  regularizationProblem,
  type TargetData,
  wrongLabels,
} from './models/problems.ts';
export type { BilevelProblem, BilevelStart, OracleCalls, SecondOrderProblem } from './oracles/bilevel-problem.ts';
export { type ExpressionProblem, fromExpressions } from './oracles/from-expressions.ts';
export {
  type Hypergradient,
  type HypergradientOptions,
  type HypergradientPinvOptions,
  hypergradient,
  hypergradientPinv,
  type PseudoInverseGradient,
} from './oracles/hypergradient.ts';
export { withDifferences } from './oracles/with-differences.ts';
export { type BomeOptions, bome } from './penalty/bome.ts';
export { type F2saOptions, f2sa } from './penalty/f2sa.ts';
export { type PbgdOptions, pbgd } from './penalty/pbgd.ts';
export { type PenalizedValue, type PenalizedValueOptions, penalizedValue } from './penalty/penalized-value.ts';
export { type PenaltyBilevelOptions, penaltyBilevel } from './penalty/penalty-bilevel.ts';
export { type PenaltyBilevelSingleLoopOptions, penaltyBilevelSingleLoop } from './penalty/penalty-bilevel-single-loop.ts';
export { type Extrapolated, penaltyRichardson } from './penalty/penalty-richardson.ts';
export { type ErrorBoundProbe, type ProbeErrorBoundOptions, probeErrorBound } from './penalty/probe-error-bound.ts';
export { type BayesianSearchOptions, bayesianSearch } from './search/bayesian-search.ts';
export { type GridSearchOptions, gridSearch } from './search/grid-search.ts';
export { type RandomSearchOptions, randomSearch } from './search/random-search.ts';
export { type AmigoOptions, amigo } from './unbounded/amigo.ts';
export { type BoRepOptions, boRep } from './unbounded/bo-rep.ts';
export { type ProbeSmoothnessOptions, probeSmoothness, type SmoothnessProbe } from './unbounded/probe-smoothness.ts';
export { type SabaOptions, saba } from './unbounded/saba.ts';
export { type MaSobaOptions, maSoba, type SobaOptions, soba } from './unbounded/soba.ts';
export { type TtsaOptions, ttsa } from './unbounded/ttsa.ts';
