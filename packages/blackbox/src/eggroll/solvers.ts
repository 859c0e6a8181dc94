// The solvers of `blackbox/policy`.
import { eggrollSolver } from './eggroll.ts';
import { policySearchSolver } from './policy-search.ts';

/** All of them. */
export const policySolvers = [eggrollSolver, policySearchSolver];
