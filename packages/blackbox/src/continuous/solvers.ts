// The solvers of `blackbox/continuous`.
import { cboSolver } from './cbo.ts';
import { cmaEsSolver } from './cma-es.ts';
import { consensusHoppingSolver } from './consensus-hopping.ts';
import { differentialEvolutionSolver } from './differential-evolution.ts';
import { langevinSolver } from './langevin.ts';
import { openEsSolver } from './open-es.ts';
import { particleSwarmSolver } from './particle-swarm.ts';
import { randomSearchSolver } from './random-search.ts';
import { simulatedAnnealingSolver } from './simulated-annealing.ts';
import { zoSgdSolver } from './zo-sgd.ts';

/** All of them. */
export const continuousSolvers = [
  cboSolver,
  consensusHoppingSolver,
  cmaEsSolver,
  openEsSolver,
  langevinSolver,
  randomSearchSolver,
  particleSwarmSolver,
  differentialEvolutionSolver,
  simulatedAnnealingSolver,
  zoSgdSolver,
];
