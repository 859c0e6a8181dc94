// The publications of the methods for constraints.
import type { Paper } from '@infimum/core';

/** The paper that this subject is about. */
export const sketchNewton: Paper = {
  title: 'Constrained optimization via exact augmented Lagrangian and randomized iterative sketching',
  arxiv: '2305.18379',
  year: 2023,
};

/** The merit with |c|_1. */
export const inexactSqp: Paper = { title: 'An inexact SQP method for equality constrained optimization', year: 2008 };

/** The method of multipliers. */
export const multiplierMethod: Paper = { title: 'Multiplier and gradient methods', year: 1969 };

/** The barrier method with a filter. */
export const interiorPointMethod: Paper = {
  title: 'On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear programming',
  year: 2006,
};

/** Quadratic models under linearized constraints. */
export const sequentialQuadratic: Paper = {
  title: 'A fast algorithm for nonlinearly constrained optimization calculations',
  year: 1978,
};
