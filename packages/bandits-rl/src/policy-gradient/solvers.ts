// The solvers and claims of this folder.
import { harpgSolver, nHarpgSolver } from './harpg.ts';
import { nPgIgtSolver } from './n-pg-igt.ts';
import { naturalPolicyGradientSolver } from './natural-policy-gradient.ts';
import { proximalPolicySolver } from './proximal-policy.ts';
import { reinforceSolver } from './reinforce.ts';
import { srvrPgSolver, stormPgSolver } from './variance-reduction.ts';

export { policyClaims } from './policy-claims.ts';

/** Solvers of `bandits-rl/policy`. */
export const policySolvers = [
  nPgIgtSolver,
  nHarpgSolver,
  harpgSolver,
  reinforceSolver,
  naturalPolicyGradientSolver,
  stormPgSolver,
  srvrPgSolver,
  proximalPolicySolver,
] as const;
