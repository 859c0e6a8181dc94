export { type Claim, type ClaimContext, type ClaimResult, defineClaim } from './claim.ts';
export { type InvalidInputCode, type InvalidInputDetails, InvalidInputError } from './errors.ts';
export { type Executor, inlineExecutor, type Task, workerExecutor } from './executor.ts';
export { type NpyArray, readMatrix, readObject, readVector } from './instance-file.ts';
export { type FiniteSum, gradientError, hessianVectorError, type Objective } from './objective.ts';
export { portableCosine, portableExp, portableExpm1, portableLog, portableSine } from './portable-math.ts';
export {
  type BadInstance,
  defineFamily,
  defineProblem,
  type Family,
  type InstanceFile,
  type Metric,
  type Problem,
  type ProblemDefinition,
  type SuiteName,
} from './problem.ts';
export { philox4x32, Random } from './random.ts';
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
  type Outcome,
  type RunOptions,
  type RunReport,
  run,
  runAsync,
  type Status,
  type TraceRow,
} from './run.ts';
export { jsonSchemaOf, parseWith } from './schema.ts';
export {
  answererOf,
  defineSolver,
  type Paper,
  prepare,
  type SolveOptions,
  type Solver,
  type SolverContext,
  solve,
} from './solver.ts';
export { type AsyncSteps, type Conclusion, converged, type Iterate, type Steps, stalled } from './steps.ts';
export {
  type Bounds,
  checkChoice,
  checkFinite,
  checkInteger,
  checkMatrix,
  checkNonNegative,
  checkNumber,
  checkVector,
  type FloatArray,
  type MatrixLike,
} from './validate.ts';
