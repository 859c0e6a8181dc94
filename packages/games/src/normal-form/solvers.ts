// The solvers of `games/normal-form`.
import { correlatedEquilibriumSolver } from './correlated-equilibrium.ts';
import { lemkeHowsonSolver } from './lemke-howson.ts';
import { logitSolver } from './logit-path.ts';
import { noRegretSolver } from './no-regret.ts';
import { supportEnumerationSolver } from './support-enumeration.ts';
import { extremeEquilibriaSolver } from './vertex-enumeration.ts';
import { zeroSumSolver } from './zero-sum.ts';

/** All of them. */
export const normalFormSolvers = [
  lemkeHowsonSolver,
  extremeEquilibriaSolver,
  supportEnumerationSolver,
  zeroSumSolver,
  correlatedEquilibriumSolver,
  noRegretSolver,
  logitSolver,
];
