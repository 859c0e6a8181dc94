// `@infimum/linalg/numerics`, for authors of methods: common operations, as plain loops over plain arrays.
export { type SymmetricEigen, symmetricEigen } from './eigen/symmetric-eigen.ts';
export { AdamMoments } from './numerics/adam-moments.ts';
export { AndersonMixing } from './numerics/anderson-mixing.ts';
export { BoundedModel, type Box } from './numerics/bounded-model.ts';
export { drawDirichlet, drawGamma } from './numerics/draw-gamma.ts';
export { LbfgsHistory } from './numerics/lbfgs-history.ts';
export { type LinearProgram, type LinearProgramSolution, simplexSteps, solveLinearProgram } from './numerics/linear-program.ts';
export {
  complementaryErrorFunction,
  errorFunction,
  logNormalCdf,
  normalCdf,
  normalQuantile,
} from './numerics/normal-distribution.ts';
export { firstAbove, selectSmallest } from './numerics/order.ts';
export { type ProjectedLbfgsLimits, projectedLbfgs, type ValueAndGradient } from './numerics/projected-lbfgs.ts';
export { smallCholesky, solveSmallCholesky } from './numerics/small-cholesky.ts';
export { solveSmall } from './numerics/small-lu.ts';
export {
  absoluteSum,
  addScaled,
  allFinite,
  distance,
  dot,
  indexOfLargest,
  largestMagnitude,
  norm,
  rowDot,
} from './numerics/vectors.ts';
export { type LinePoint, type LineSearch, wolfeLineSearch, wolfeTrials } from './numerics/wolfe-line-search.ts';
