// `@infimum/bandits-rl`: what users call.

export {
  type AdversarialLinearBanditOptions,
  adversarialLinearBandit,
} from './bandits/adversarial-linear.ts';
export {
  type ArmEstimate,
  type Bandit,
  type BanditOptions,
  type BanditState,
  type Choice,
  createBandit,
  restoreBandit,
} from './bandits/bandit.ts';
export type { BanditIterate, BanditPlay } from './bandits/bandit-problem.ts';
export { confidenceSequence, type Interval } from './bandits/confidence-sequence.ts';
export {
  exponentialWeights,
  logBarrierFtrl,
  type SimplexLeader,
  tsallisFtrl,
} from './bandits/follow-the-leader.ts';
export {
  evaluateOffPolicy,
  type LoggedDecision,
  type OffPolicyEstimate,
  type OffPolicyEvaluation,
} from './bandits/off-policy.ts';
export {
  type Approximator,
  brownianValue,
  callValue,
  linearValue,
} from './continuous-time/approximators.ts';
export {
  type ContinuousLstdOptions,
  continuousLstd,
  type TestFunction,
} from './continuous-time/continuous-lstd.ts';
export { type ContinuousTdOptions, continuousTd } from './continuous-time/continuous-td.ts';
export {
  type Diffusion,
  geometricPath,
  ornsteinUhlenbeckPath,
  simulateDiffusion,
} from './continuous-time/diffusions.ts';
export type {
  Episode,
  EvaluationInstance,
  EvaluationIterate,
  EvaluationSolution,
} from './continuous-time/evaluation-problem.ts';
export { type MartingaleTest, testMartingale } from './continuous-time/increments.ts';
export { type MartingaleLossOptions, martingaleLoss } from './continuous-time/martingale-loss.ts';
export * from './environments.ts';
export {
  type AdversarialLinearMdpOptions,
  type AdversarialMdpIterate,
  type AdversarialMdpSolution,
  adversarialLinearMdp,
} from './linear-mdp/adversarial-linear-mdp.ts';
export {
  matrixGeometricResampling,
  regularizedInverseCovariance,
} from './linear-mdp/inverse-covariance.ts';
export type { LinearMdp } from './linear-mdp/mdp.ts';
export { type HarpgOptions, harpg, type NHarpgOptions, nHarpg } from './policy-gradient/harpg.ts';
export { type NPgIgtOptions, nPgIgt } from './policy-gradient/n-pg-igt.ts';
export {
  type NaturalPolicyGradientOptions,
  naturalPolicyGradient,
} from './policy-gradient/natural-policy-gradient.ts';
export { normalPolicy, type Policy, type PolicyAt, softmaxPolicy } from './policy-gradient/policy.ts';
export type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-gradient/policy-problem.ts';
export { type ProximalPolicyOptions, proximalPolicy } from './policy-gradient/proximal-policy.ts';
export { type ReinforceOptions, reinforce } from './policy-gradient/reinforce.ts';
export { type Evaluation, evaluatePolicy } from './policy-gradient/trajectories.ts';
export {
  type SrvrPgOptions,
  type StormPgOptions,
  srvrPg,
  stormPg,
} from './policy-gradient/variance-reduction.ts';
export {
  type FitIterate,
  type FitPreferencesOptions,
  fitPreferences,
  type PreferenceFit,
} from './preferences/fit-preferences.ts';
export type { PreferenceWorld } from './preferences/play-preferences.ts';
export {
  type PrLsviEpisodes,
  type PrLsviOptions,
  prLsvi,
  prLsviAsync,
  queryValue,
} from './preferences/pr-lsvi.ts';
export type {
  PreferenceIterate,
  PreferencePlay,
  PreferenceQuestion,
} from './preferences/preference-problem.ts';
export {
  type ControlSystem,
  type LinearPlant,
  linearInstance,
  policyOf as controlPolicy,
} from './quadrature/control-problem.ts';
export { type NodesAndWeights, polynomialRule } from './quadrature/gauss-legendre.ts';
export {
  type IntegralIterate,
  type IntegralReinforcementOptions,
  type IntegralSolution,
  integralReinforcement,
} from './quadrature/integral-rl.ts';
export { solveLyapunov } from './quadrature/lyapunov.ts';
export { type Features, quadraticMonomials } from './quadrature/monomials.ts';
export {
  type QuadratureOptions,
  type QuadratureRule,
  quadratureWeights,
} from './quadrature/quadrature-weights.ts';
export { dlqr, type LqrOptions, lqr, type Regulator, solveCare } from './quadrature/riccati.ts';
export {
  type ObservedWindow,
  type ValueFromWindows,
  valueFromWindows,
} from './quadrature/value-from-windows.ts';
export {
  type RelaxationTuner,
  type RelaxationTunerState,
  type TunedSolution,
  type TuneRelaxationOptions,
  tuneRelaxation,
} from './relaxation/tune-relaxation.ts';
