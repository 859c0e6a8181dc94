// The solvers of `graphs/dag-learning`.
import { exactOrderSolver, greedyOrderSolver, sortRegressSolver } from './exact-order.ts';
import { hillClimbSolver, noFearsSolver } from './local-searches.ts';
import { dagmaSolver, golemSolver, notearsSolver } from './penalty-methods.ts';
import { topoSolver } from './topo.ts';
import { topoBicSolver } from './topo-scores.ts';

/** All of them. */
export const dagSolvers = [
  topoSolver,
  topoBicSolver,
  notearsSolver,
  dagmaSolver,
  golemSolver,
  noFearsSolver,
  greedyOrderSolver,
  sortRegressSolver,
  exactOrderSolver,
  hillClimbSolver,
];
