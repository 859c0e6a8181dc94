// `@infimum/optim/objectives`: losses, functions and equations to minimise, and approximate Hessians.
export type { ClassicalFunction, ClassicalName } from './objectives/classical-functions.ts';
export { classicalFunction } from './objectives/classical-functions.ts';
export { affineEquations, chebyshevChain, rosenbrockEquations } from './objectives/equation-systems.ts';
export type { HessianApproximation } from './objectives/hessian-approximation.ts';
export { leastSquaresLoss } from './objectives/least-squares-loss.ts';
export type { LinearModel, LogisticLossOptions } from './objectives/linear-model.ts';
export { logBarrier } from './objectives/log-barrier.ts';
export type { LogSumExp, LogSumExpOptions } from './objectives/log-sum-exp.ts';
export { logSumExp } from './objectives/log-sum-exp.ts';
export { logisticLoss } from './objectives/logistic-loss.ts';
export type {
  EquationSystem,
  NonlinearEquations,
  NonlinearEquationsOptions,
} from './objectives/nonlinear-equations.ts';
export { nonlinearEquations } from './objectives/nonlinear-equations.ts';
export { powerChain } from './objectives/power-chain.ts';
export type { Quadratic } from './objectives/quadratic-form.ts';
export { quadraticForm } from './objectives/quadratic-form.ts';
export type { SoftmaxLoss, SoftmaxLossOptions } from './objectives/softmax-loss.ts';
export { softmaxLoss } from './objectives/softmax-loss.ts';
export type { SubsampledHessianOptions } from './objectives/subsampled-hessian.ts';
export { subsampledHessian } from './objectives/subsampled-hessian.ts';
export type { TestFunction } from './objectives/test-functions.ts';
export { rosenbrock } from './objectives/test-functions.ts';
