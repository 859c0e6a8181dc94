// The publications of convex training.
import type { Paper } from '@infimum/core';

/** The main paper on convex training. */
export const convexReluPaper: Paper = {
  title: 'Efficient global optimization of two-layer ReLU networks: quadratic-time algorithms and adversarial training',
  arxiv: '2201.01965',
  year: 2022,
};

/** The program over patterns itself. */
export const neuralRegularizersPaper: Paper = {
  title:
    'Neural networks are convex regularizers: exact polynomial-time convex optimization formulations for two-layer networks',
  arxiv: '2002.10553',
  year: 2020,
};
