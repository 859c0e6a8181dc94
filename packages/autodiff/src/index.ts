// `@infimum/autodiff`: objectives from expressions of tensors.
export {
  abs,
  add,
  cos,
  detach,
  div,
  exp,
  log,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
} from './elementwise.ts';
export {
  type FiniteSumDefinition,
  finiteSum,
  type SampledObjective,
  type SupervisedDefinition,
  type SupervisedObjective,
  supervised,
} from './finite-sum.ts';
export { change, gradients } from './gradient.ts';
export { matmul } from './matmul.ts';
export { type Differentiable, differentiable, fromFunction } from './objective.ts';
export { type Parameters, parameters } from './parameters.ts';
export { compile, compileParts, type PartedProgram, type Program, type ProgramPart } from './program.ts';
export { inner, logSumExp, mean, softmax, sum } from './reductions.ts';
export { broadcastTo, reshape, scatter, slice, take, transpose } from './shapes.ts';
export { constant, type Operation, type Places, type Tensor, type TensorLike, variable } from './tensor.ts';
