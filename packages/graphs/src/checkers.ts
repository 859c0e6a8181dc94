// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkDag, type DagWitness } from './dags/dag-checker.ts';
export { check as checkMatchingBound, type MatchingWitness } from './matching/matching-checker.ts';
export { check as checkTreePartition } from './partitions/tree-partition-checker.ts';
export { check as checkUltrametric } from './partitions/ultrametric-checker.ts';
export { check as checkToken } from './walks/token-checker.ts';
