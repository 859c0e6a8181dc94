// `@infimum/optim/acceleration`: accelerated gradient methods, their differential equations, integrators, Lyapunov functions and momenta.
export type { Dynamics, OdeConstants, SecondOrderOde } from './acceleration/acceleration-odes.ts';
export { accelerationDynamics } from './acceleration/acceleration-odes.ts';
export { type ControlledAccelerationOptions, controlledAcceleration } from './acceleration/controlled-acceleration.ts';
export { type Dopri5Options, dopri5 } from './acceleration/dopri5.ts';
export type { GradientDescentOptions, GradientStep } from './acceleration/gradient-descent.ts';
export { gradientDescent, gradientDescentMomentum } from './acceleration/gradient-descent.ts';
export { type HeavyBallOptions, heavyBall, heavyBallMomentum } from './acceleration/heavy-ball.ts';
export { type ItemCoefficients, type ItemOptions, item, itemCoefficients } from './acceleration/item.ts';
export { type KnownMinimum, type LyapunovFunction, type LyapunovMethod, lyapunov } from './acceleration/lyapunov.ts';
export { betweenMomenta, type Momentum, momentumFamily, type Restart } from './acceleration/momentum-family.ts';
export { type MomentumGrowth, type NesterovConvexOptions, nesterovConvex } from './acceleration/nesterov-convex.ts';
export type { NesterovStronglyConvexOptions } from './acceleration/nesterov-strongly-convex.ts';
export { nesterovMomentum, nesterovStronglyConvex } from './acceleration/nesterov-strongly-convex.ts';
export type { Integration, IntegrationIterate, Rk4Options, VectorField } from './acceleration/ode-integrators.ts';
export { explicitEuler, rk4 } from './acceleration/ode-integrators.ts';
export { type OgmOptions, ogm } from './acceleration/ogm.ts';
export type {
  AccelerationIterate,
  AccelerationOde,
  AccelerationTrajectory,
  OdeIntegrator,
  SimulateAccelerationOptions,
} from './acceleration/simulate-acceleration.ts';
export { simulateAcceleration } from './acceleration/simulate-acceleration.ts';
export { type DampedMotion, slowManifold, slowTimeField } from './acceleration/slow-manifold.ts';
export { type TripleMomentumOptions, tripleMomentum, tripleMomentumMomentum } from './acceleration/triple-momentum.ts';
export { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './objectives/heavy-ball-counterexample.ts';
export type { Curvature } from './smooth/lipschitz-constant.ts';
export type { SmoothSolution } from './smooth-minimization.ts';
