// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkDag, type DagWitness } from './dags/dag-checker.ts';
export { check as checkMatchingBound, type MatchingWitness } from './matching/matching-checker.ts';
