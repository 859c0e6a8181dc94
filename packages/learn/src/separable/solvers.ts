// The solvers of `learn/separable-classification`.
import { batchPerceptronSolver } from './batch-perceptron.ts';
import { lbfgsLogisticSolver } from './lbfgs-logistic.ts';
import { logisticGradientDescentSolver } from './lr-gd.ts';
import { maxMarginSolver } from './max-margin.ts';
import { normalizedGradientDescentSolver } from './normalized-gd.ts';
import {
  normalizedBatchPerceptronSolver,
  normalizedLogisticDescentSolver,
  stochasticLogisticDescentSolver,
} from './normalized-lr-gd.ts';
import { perceptronSolver } from './perceptron.ts';
import { smoothPerceptronSolver } from './smooth-perceptron.ts';

/** All of them. */
export const separableSolvers = [
  logisticGradientDescentSolver,
  batchPerceptronSolver,
  normalizedLogisticDescentSolver,
  normalizedBatchPerceptronSolver,
  stochasticLogisticDescentSolver,
  smoothPerceptronSolver,
  maxMarginSolver,
  perceptronSolver,
  normalizedGradientDescentSolver,
  lbfgsLogisticSolver,
];
