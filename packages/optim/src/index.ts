// `@infimum/optim`: minimisation of smooth and composite functions.
export { type LbfgsOptions, lbfgs, lbfgsSteps } from './lbfgs.ts';
export { leastSquaresLoss } from './least-squares-loss.ts';
export type { LinearModel, LinearModelOptions } from './linear-model.ts';
export { logisticLoss } from './logistic-loss.ts';
export { type Quadratic, quadraticForm } from './quadratic-form.ts';
export type {
  OracleCalls,
  SmoothIterate,
  SmoothOptions,
  SmoothSolution,
} from './smooth-minimization.ts';
export { rosenbrock, type TestFunction } from './test-functions.ts';
