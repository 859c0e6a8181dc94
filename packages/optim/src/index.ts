// `@infimum/optim`: minimisation of smooth and composite functions.
export {
  type GradientDescentOptions,
  type GradientStep,
  gradientDescent,
  gradientDescentMomentum,
  gradientDescentSteps,
} from './gradient-descent.ts';
export type { GradientIterate } from './gradient-method.ts';
export {
  heavyBall,
  heavyBallMomentum,
  heavyBallSteps,
  type StronglyConvexOptions,
} from './heavy-ball.ts';
export { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './heavy-ball-counterexample.ts';
export { type ItemCoefficients, item, itemCoefficients, itemSteps } from './item.ts';
export { type LbfgsOptions, lbfgs, lbfgsSteps } from './lbfgs.ts';
export { leastSquaresLoss } from './least-squares-loss.ts';
export type { LinearModel, LinearModelOptions } from './linear-model.ts';
export type { Curvature } from './lipschitz-constant.ts';
export { logisticLoss } from './logistic-loss.ts';
export {
  type KnownMinimum,
  type LyapunovFunction,
  type LyapunovMethod,
  lyapunov,
} from './lyapunov.ts';
export {
  betweenMomenta,
  type Momentum,
  momentumFamily,
  momentumFamilySteps,
  type Restart,
} from './momentum-family.ts';
export {
  type MomentumGrowth,
  type NesterovConvexOptions,
  nesterovConvex,
  nesterovConvexSteps,
} from './nesterov-convex.ts';
export {
  nesterovMomentum,
  nesterovStronglyConvex,
  nesterovStronglyConvexSteps,
} from './nesterov-strongly-convex.ts';
export {
  type Conjugation,
  type NonlinearConjugateGradientOptions,
  nonlinearConjugateGradient,
  nonlinearConjugateGradientSteps,
} from './nonlinear-conjugate-gradient.ts';
export { type OgmOptions, ogm, ogmSteps } from './ogm.ts';
export { type Quadratic, quadraticForm } from './quadratic-form.ts';
export type {
  OracleCalls,
  SmoothIterate,
  SmoothOptions,
  SmoothSolution,
} from './smooth-minimization.ts';
export { rosenbrock, type TestFunction } from './test-functions.ts';
export { tripleMomentum, tripleMomentumMomentum, tripleMomentumSteps } from './triple-momentum.ts';
