export { type Claim, type ClaimContext, type ClaimResult, defineClaim } from './claim.ts';
export { fault, type InvalidInputCode, InvalidInputError } from './errors.ts';
export { asIndices, asMatrix, asVector, type Listed, type MatrixLike, type VectorLike } from './inputs.ts';
export type { Derivative, FiniteSum, Objective, ObjectiveLike, Range } from './objective.ts';
export { asObjective, gradientError, hessianVectorError, readObjective } from './objective.ts';
export {
  type BooleanOption,
  type ChoiceOption,
  jsonSchemaOf,
  type NumberOption,
  type OptionSpec,
  type OptionSpecs,
  type OptionsOf,
  parseWith,
  type RegisteredOptions,
  type ResolvedOptions,
  resolveOptions,
  runOptionsOf,
  runWith,
  type ValueOption,
} from './options.ts';
export {
  type BadInstance,
  defineFamily,
  defineProblem,
  type Family,
  type HardInstance,
  type InstanceFile,
  type Metric,
  type Problem,
  type ProblemDefinition,
  type SuccessBound,
  type SuiteName,
} from './problem.ts';
export { Random } from './random.ts';
export {
  type AnyProblem,
  type AnySolver,
  createRegistry,
  type Plugin,
  type Registrable,
  type Registry,
} from './registry.ts';
export {
  type Answerer,
  type AsyncAnswerer,
  type LimitOptions,
  type Outcome,
  type RunOptions,
  type RunReport,
  run,
  runAsync,
  type Status,
  type TraceRow,
} from './run.ts';
export {
  answererOf,
  defineAsyncSolver,
  defineSolver,
  type Paper,
  prepare,
  type SolveOptions,
  type Solver,
  type SolverContext,
  solve,
} from './solver.ts';
export {
  type AsyncSteps,
  type Conclusion,
  converged,
  exhausted,
  type Iterate,
  type Steps,
  stalled,
} from './steps.ts';
export {
  allocateVector,
  type Bounds,
  checkChoice,
  checkFinite,
  checkFunction,
  checkInteger,
  checkIterable,
  checkList,
  checkMatrix,
  checkMethods,
  checkNonNegative,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOutput,
  checkText,
  checkVector,
  type DenseLike,
  describeValue,
  type FloatArray,
} from './validate.ts';
