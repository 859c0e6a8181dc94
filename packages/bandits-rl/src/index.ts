// `@infimum/bandits-rl`: the public interface.
export { type AdversarialLinearBanditOptions, adversarialLinearBandit } from './bandits/adversarial-linear.ts';
export {
  type ArmEstimate,
  type Bandit,
  type BanditEvent,
  type BanditOptions,
  type BanditState,
  type Choice,
  createBandit,
  restoreBandit,
} from './bandits/bandit.ts';
export type { BanditPlay } from './bandits/bandit-problem.ts';
export { confidenceSequence, type Interval } from './bandits/confidence-sequence.ts';
export {
  type EvaluateOffPolicyOptions,
  evaluateOffPolicy,
  type LoggedDecision,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
} from './bandits/off-policy.ts';
export type { Approximator } from './continuous-time/approximators.ts';
export { type ContinuousLstdOptions, continuousLstd, type TestFunction } from './continuous-time/continuous-lstd.ts';
export { type ContinuousTdOptions, continuousTd } from './continuous-time/continuous-td.ts';
export type { EpisodeLike, EvaluationLike, EvaluationSolution } from './continuous-time/evaluation-instance.ts';
export { type MartingaleTest, testMartingale } from './continuous-time/increments.ts';
export { type MartingaleLossOptions, martingaleLoss } from './continuous-time/martingale-loss.ts';
export { cartPole } from './environments/classic-control.ts';
export {
  type ActionSpace,
  type Dynamics,
  type Environment,
  environmentOf,
  type StepResult,
} from './environments/environment.ts';
export {
  type AdversarialLinearMdpOptions,
  type AdversarialMdpSolution,
  adversarialLinearMdp,
} from './linear-mdp/adversarial-linear-mdp.ts';
export type { LinearMdp, LinearMdpLike, MdpWorld } from './linear-mdp/mdp.ts';
export { type HarpgOptions, harpg, type NHarpgOptions, nHarpg } from './policy-gradient/harpg.ts';
export { type NPgIgtOptions, nPgIgt } from './policy-gradient/n-pg-igt.ts';
export { normalPolicy, type Policy, type PolicyAt, softmaxPolicy } from './policy-gradient/policy.ts';
export type { PolicyInstance, PolicyLearningState, PolicySolution } from './policy-gradient/policy-problem.ts';
export { type TrainPolicyOptions, trainPolicy } from './policy-gradient/train-policy.ts';
export { type EvaluatePolicyOptions, type Evaluation, evaluatePolicy } from './policy-gradient/trajectories.ts';
export { type FitPreferencesOptions, fitPreferences, type PreferenceFit } from './preferences/fit-preferences.ts';
export type { PreferenceWorld } from './preferences/play-preferences.ts';
export { type PrLsviEpisodes, type PrLsviOptions, prLsvi, prLsviAsync, queryValue } from './preferences/pr-lsvi.ts';
export type { PreferencePlay, PreferenceQuestion } from './preferences/preference-problem.ts';
export { type PbtsOptions, type PbtsWorld, pbts, pbtsAsync } from './preferences/preference-thompson-sampling.ts';
export type { ControlSystem, ControlSystemLike } from './quadrature/control-instance.ts';
export { type IntegralReinforcementOptions, type IntegralSolution, integralReinforcement } from './quadrature/integral-rl.ts';
export { type Features, quadraticMonomials } from './quadrature/monomials.ts';
export { dlqr, type LqrOptions, lqr, type Regulator } from './regulators/lqr.ts';
export { solveCare } from './regulators/riccati.ts';
export {
  type ParameterChoice,
  type ParameterTuner,
  type ParameterTunerState,
  restoreParameterTuner,
  type TuneParameterOptions,
  tuneParameter,
} from './relaxation/tune-parameter.ts';
export {
  type RelaxationTuner,
  type RelaxationTunerState,
  restoreRelaxationTuner,
  type TunedSolution,
  type TuneRelaxationOptions,
  tuneRelaxation,
} from './relaxation/tune-relaxation.ts';
