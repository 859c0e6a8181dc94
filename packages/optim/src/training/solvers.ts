// The registered optimisers for training.
import { adaGradSolver } from './adagrad.ts';
import { adaHessianSolver } from './adahessian.ts';
import { adamSolver, adamWSolver } from './adam.ts';
import { lionSolver } from './lion.ts';
import { rmsPropSolver } from './rmsprop.ts';
import { sgdSolver } from './sgd.ts';
import { sophiaSolver } from './sophia.ts';

/** AdaHessian and the methods that it is measured against. */
export const trainingSolvers = [
  adaHessianSolver,
  sgdSolver,
  adamSolver,
  adamWSolver,
  rmsPropSolver,
  adaGradSolver,
  lionSolver,
  sophiaSolver,
];
