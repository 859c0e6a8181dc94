// `@infimum/optim/objectives`: functions and equations that methods are tried on, and approximate Hessians.
export {
  type ClassicalFunction,
  type ClassicalName,
  classicalFunction,
} from './objectives/classical-functions.ts';
export { affineEquations, chebyshevChain, rosenbrockEquations } from './objectives/equation-systems.ts';
export { logBarrier } from './objectives/log-barrier.ts';
export { powerChain } from './objectives/power-chain.ts';
export { type SubsampledHessianOptions, subsampledHessian } from './objectives/subsampled-hessian.ts';
