// `@infimum/optim/objectives`: losses, functions and equations to minimise, and approximate Hessians.
export { type ClassicalFunction, type ClassicalName, classicalFunction } from './objectives/classical-functions.ts';
export { affineEquations, chebyshevChain, rosenbrockEquations } from './objectives/equation-systems.ts';
export type { HessianApproximation } from './objectives/hessian-approximation.ts';
export { leastSquaresLoss } from './objectives/least-squares-loss.ts';
export type { LinearModel, LogisticLossOptions } from './objectives/linear-model.ts';
export { logBarrier } from './objectives/log-barrier.ts';
export { type LogSumExp, type LogSumExpOptions, logSumExp } from './objectives/log-sum-exp.ts';
export { logisticLoss } from './objectives/logistic-loss.ts';
export type { EquationSystem, NonlinearEquations, NonlinearEquationsOptions } from './objectives/nonlinear-equations.ts';
export { nonlinearEquations } from './objectives/nonlinear-equations.ts';
export { powerChain } from './objectives/power-chain.ts';
export { type Quadratic, quadraticForm } from './objectives/quadratic-form.ts';
export { type SoftmaxLoss, type SoftmaxLossOptions, softmaxLoss } from './objectives/softmax-loss.ts';
export { type SubsampledHessianOptions, subsampledHessian } from './objectives/subsampled-hessian.ts';
export { rosenbrock, type TestFunction } from './objectives/test-functions.ts';
