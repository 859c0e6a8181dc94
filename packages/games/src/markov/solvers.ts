// The solvers of `games/markov-cce` and `games/sparse-cce`.
import { backwardNashSolver } from './backward-nash.ts';
import { independentLearnersSolver } from './independent-learners.ts';
import { markovCceSolver } from './markov-cce.ts';
import { repeatedNashSolver } from './repeated-nash.ts';
import { stageLearnerSolver } from './stage-learner.ts';
import { vLearningSolver } from './v-learning.ts';

/** All of them. */
export const markovSolvers = [
  markovCceSolver,
  backwardNashSolver,
  vLearningSolver,
  independentLearnersSolver,
  repeatedNashSolver,
  stageLearnerSolver,
];
