// `@infimum/bandits-rl/policy-evaluation`: values of diffusions from sampled trajectories.
export { type Approximator, brownianValue, callValue, linearValue } from './continuous-time/approximators.ts';
export { type ContinuousLstdOptions, continuousLstd, type TestFunction } from './continuous-time/continuous-lstd.ts';
export { type ContinuousTdOptions, continuousTd } from './continuous-time/continuous-td.ts';
export { type Diffusion, geometricPath, ornsteinUhlenbeckPath, simulateDiffusion } from './continuous-time/diffusions.ts';
export type {
  Episode,
  EpisodeLike,
  EvaluationInstance,
  EvaluationLike,
  EvaluationSolution,
} from './continuous-time/evaluation-instance.ts';
export { type MartingaleTest, testMartingale } from './continuous-time/increments.ts';
export { type MartingaleLossOptions, martingaleLoss } from './continuous-time/martingale-loss.ts';
export { type Features, quadraticMonomials } from './quadrature/monomials.ts';
