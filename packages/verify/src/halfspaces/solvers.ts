// The solvers of `verify/testable-halfspace`.
import { averagingSolver } from './averaging.ts';
import { bestHalfspaceSolver } from './best-halfspace.ts';
import { hingeHalfspaceSolver } from './hinge-halfspace.ts';
import { logisticHalfspaceSolver } from './logistic-halfspace.ts';
import { momentTesterSolver } from './moment-tester.ts';
import { perceptronSolver } from './perceptron.ts';
import { rampDescentSolver } from './ramp-descent.ts';
import { testerLearnerSolver } from './tester-learner.ts';

/** The one with tests comes first. */
export const halfspaceSolvers = [
  testerLearnerSolver,
  rampDescentSolver,
  momentTesterSolver,
  averagingSolver,
  perceptronSolver,
  logisticHalfspaceSolver,
  hingeHalfspaceSolver,
  bestHalfspaceSolver,
];
