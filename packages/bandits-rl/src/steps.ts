// `@infimum/bandits-rl/steps`: the algorithms as generators of steps, to be driven by the caller.
export type { BanditIterate } from './bandits/bandit-problem.ts';
export { continuousLstdSteps } from './continuous-time/continuous-lstd.ts';
export { continuousTdSteps } from './continuous-time/continuous-td.ts';
export type { EvaluationIterate } from './continuous-time/evaluation-instance.ts';
export { martingaleLossSteps } from './continuous-time/martingale-loss.ts';
export { type AdversarialMdpIterate, adversarialLinearMdpSteps } from './linear-mdp/adversarial-linear-mdp.ts';
export { harpgSteps, nHarpgSteps } from './policy-gradient/harpg.ts';
export { nPgIgtSteps } from './policy-gradient/n-pg-igt.ts';
export {
  type NaturalPolicyGradientStepsOptions,
  naturalPolicyGradientSteps,
} from './policy-gradient/natural-policy-gradient.ts';
export type { PolicyIterate } from './policy-gradient/policy-problem.ts';
export { type ProximalPolicyStepsOptions, proximalPolicySteps } from './policy-gradient/proximal-policy.ts';
export { type ReinforceStepsOptions, reinforceSteps } from './policy-gradient/reinforce.ts';
export {
  type SrvrPgStepsOptions,
  type StormPgStepsOptions,
  srvrPgSteps,
  stormPgSteps,
} from './policy-gradient/variance-reduction.ts';
export { type FitIterate, fitPreferencesSteps } from './preferences/fit-preferences.ts';
export type { PreferenceIterate } from './preferences/preference-problem.ts';
export { pbtsSteps } from './preferences/preference-thompson-sampling.ts';
export { type IntegralIterate, integralReinforcementSteps } from './quadrature/integral-rl.ts';
export { kleinmanSteps } from './quadrature/kleinman.ts';
