// The checkers of this package's certificates, as functions that load nothing else.
export { type CompositeWitness, check as checkComposite } from './composite/composite-checker.ts';
export { check as checkMinimizer, checkGradient, type SmoothWitness } from './smooth/smooth-checker.ts';
