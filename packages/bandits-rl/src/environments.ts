// `@infimum/bandits-rl/environments`: environments for reinforcement learning.
export { acrobot, cartPole, mountainCar, mountainCarContinuous, pendulum } from './environments/classic-control.ts';
export {
  type ActionSpace,
  type BatchedEnvironment,
  batchOf,
  type Dynamics,
  type Environment,
  environmentOf,
  type StepResult,
} from './environments/environment.ts';
export { type LinearQuadratic, linearQuadratic, linearQuadraticReturn, pointMass } from './environments/linear-quadratic.ts';
export {
  cliffWalking,
  frozenLake,
  type TabularMdp,
  type TabularMdpLike,
  tabularDynamics,
  valueIteration,
} from './environments/tabular.ts';
