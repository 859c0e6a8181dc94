// The solvers of `blackbox/ranking`.
import { gradientlessDescentSolver } from './gradientless-descent.ts';
import { oneBitDescentSolver } from './one-bit-descent.ts';
import { onePlusOneEsSolver } from './one-plus-one-es.ts';
import { rankCmaEsSolver } from './rank-cma-es.ts';
import { zoRankSgdSolver } from './zo-rank-sgd.ts';

/** All of them. */
export const rankingSolvers = [
  zoRankSgdSolver,
  rankCmaEsSolver,
  gradientlessDescentSolver,
  oneBitDescentSolver,
  onePlusOneEsSolver,
];
