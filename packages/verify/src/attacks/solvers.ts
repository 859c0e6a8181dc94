// The solvers of `verify/network-surrogate`.
import { attackDirectSearchSolver } from './attack-direct-search.ts';
import { attackSearchSolver } from './attack-search.ts';
import { coveringDirectSearchSolver } from './covering-direct-search.ts';
import { evolutionSearchSolver } from './evolution-search.ts';
import { gradientSearchSolver } from './gradient-search.ts';
import { madsSearchSolver } from './mads-search.ts';
import { randomLineSearchSolver } from './random-line-search.ts';

/** The hybrid first. */
export const surrogateSolvers = [
  attackDirectSearchSolver,
  attackSearchSolver,
  coveringDirectSearchSolver,
  madsSearchSolver,
  randomLineSearchSolver,
  evolutionSearchSolver,
  gradientSearchSolver,
];
