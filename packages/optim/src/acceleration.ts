// `@infimum/optim/acceleration`: what lies behind acceleration, for study: motions, their integrators, Lyapunov functions, momenta.
export {
  accelerationDynamics,
  type Dynamics,
  type OdeConstants,
  type SecondOrderOde,
} from './acceleration/acceleration-odes.ts';
export {
  type ControlledAccelerationOptions,
  controlledAcceleration,
} from './acceleration/controlled-acceleration.ts';
export { type Dopri5Options, dopri5 } from './acceleration/dopri5.ts';
export { gradientDescentMomentum } from './acceleration/gradient-descent.ts';
export { heavyBallMomentum } from './acceleration/heavy-ball.ts';
export { itemCoefficients } from './acceleration/item.ts';
export {
  type KnownMinimum,
  type LyapunovFunction,
  type LyapunovMethod,
  lyapunov,
} from './acceleration/lyapunov.ts';
export {
  betweenMomenta,
  type Momentum,
  momentumFamily,
  type Restart,
} from './acceleration/momentum-family.ts';
export { nesterovMomentum } from './acceleration/nesterov-strongly-convex.ts';
export {
  explicitEuler,
  type FixedStepOptions,
  type Integration,
  type IntegrationIterate,
  rk4,
  type VectorField,
} from './acceleration/ode-integrators.ts';
export {
  type AccelerationIterate,
  type AccelerationOde,
  type AccelerationOptions,
  type AccelerationTrajectory,
  type OdeIntegrator,
  simulateAcceleration,
} from './acceleration/simulate-acceleration.ts';
export { type DampedMotion, slowManifold, slowTimeField } from './acceleration/slow-manifold.ts';
export { tripleMomentumMomentum } from './acceleration/triple-momentum.ts';
export { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './objectives/heavy-ball-counterexample.ts';
