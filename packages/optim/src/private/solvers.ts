// The solvers of `optim/private-stationary-point`.
import { dpGdSolver, dpSgdSolver } from './dp-gradient-descent.ts';
import { jlGlmSolver } from './jl-glm.ts';
import { privateSpiderBoostSolver } from './private-spider-boost.ts';
import { privateSpiderTreeSolver } from './private-spider-tree.ts';
import { recursiveRegularizationSolver } from './recursive-regularization.ts';

/** All of them. */
export const privateSolvers = [
  privateSpiderBoostSolver,
  privateSpiderTreeSolver,
  recursiveRegularizationSolver,
  jlGlmSolver,
  dpGdSolver,
  dpSgdSolver,
];
