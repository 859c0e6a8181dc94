// The checkers of this package's certificates, as functions that load nothing else.
export { type CompositeWitness, check as checkComposite } from './composite/composite-checker.ts';
export { type ConstrainedWitness, check as checkStationary } from './constrained/constrained-checker.ts';
export {
  type ConvexProgramData,
  type ConvexProgramWitness,
  check as checkConvexProgram,
  checkInfeasible,
  checkUnbounded,
} from './constrained/convex-program-checker.ts';
export { check as checkEqualities } from './constrained/equality-checker.ts';
export { check as checkMinimizer, checkGradient, type SmoothWitness } from './smooth/smooth-checker.ts';
