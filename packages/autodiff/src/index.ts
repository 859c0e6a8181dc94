// `@infimum/autodiff`: objectives from expressions of tensors.

export { gradients, jacobianVector, mixedProduct, vectorJacobian } from './derivatives/gradient.ts';
export { jacobian } from './derivatives/jacobian.ts';
export { repeat, scan } from './derivatives/loop.ts';
export {
  compile,
  compileParts,
  type PartedProgram,
  type Program,
  type ProgramPart,
} from './expressions/program.ts';
export {
  apply,
  constant,
  type Operation,
  type Tensor,
  type TensorLike,
  variable,
} from './expressions/tensor.ts';
export { type DifferentiableMap, differentiableMap } from './objectives/differentiable-map.ts';
export {
  type FiniteSumDefinition,
  finiteSum,
  type SampledObjective,
  type SupervisedDefinition,
  type SupervisedObjective,
  supervised,
} from './objectives/finite-sum.ts';
export {
  type ImplicitDefinition,
  type ImplicitDerivatives,
  type ImplicitDerivativesOptions,
  type ImplicitReport,
  implicitDerivatives,
} from './objectives/implicit.ts';
export {
  type Differentiable,
  differentiable,
  fromFunction,
} from './objectives/objective.ts';
export { type Parameters, parameters } from './objectives/parameters.ts';
export { add, div, mul, neg, pow, sqrt, square, sub } from './operations/arithmetic.ts';
export { computed } from './operations/computed.ts';
export {
  averagePool,
  type ConvolutionOptions,
  convolution,
  type MaxPoolOptions,
  maxPool,
} from './operations/convolution.ts';
export {
  cos,
  detach,
  erf,
  erfc,
  exp,
  gelu,
  log,
  sigmoid,
  sin,
  softplus,
  tanh,
} from './operations/elementary.ts';
export {
  cholesky,
  diagonal,
  inverse,
  logDeterminant,
  solve,
  solveTriangular,
} from './operations/linear-algebra.ts';
export { matmul } from './operations/matmul.ts';
export { permute, transpose } from './operations/permutations.ts';
export { gather, scatter, take, takeAlong } from './operations/picking.ts';
export { inner, max, mean, min, sum } from './operations/reductions.ts';
export {
  abs,
  clamp,
  equal,
  greater,
  leakyRelu,
  less,
  maximum,
  minimum,
  relu,
  sign,
  where,
} from './operations/selection.ts';
export { broadcastTo, concatenate, narrow, reshape, slice, stack } from './operations/shapes.ts';
export { categoricalLogProbability, logSoftmax, logSumExp, softmax } from './operations/softmax.ts';
