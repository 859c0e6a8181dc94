// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkStabilizing, type StabilizingWitness } from './quadrature/stabilizing-checker.ts';
