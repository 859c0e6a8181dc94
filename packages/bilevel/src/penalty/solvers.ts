// The penalty methods that are registered.
import { bomeSolver } from './bome.ts';
import { f2saSolver } from './f2sa.ts';
import { pbgdSolver } from './pbgd.ts';
import { penaltyBilevelSolver } from './penalty-bilevel.ts';
import { penaltyBilevelSingleLoopSolver } from './penalty-bilevel-single-loop.ts';

/** Penalty methods and their forerunners. */
export const penaltySolvers = [penaltyBilevelSolver, penaltyBilevelSingleLoopSolver, f2saSolver, bomeSolver, pbgdSolver];
