// The papers behind the methods of this package.
import type { Paper } from '@infimum/core';

/** Penalty methods. */
export const penaltyPaper: Paper = {
  title: 'On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic Approximation',
  arxiv: '2309.01753',
  year: 2023,
};

/** Many lower levels. */
export const blockPaper: Paper = {
  title: 'Blockwise Stochastic Variance-Reduced Methods with Parallel Speedup for Multi-Block Bilevel Optimization',
  arxiv: '2305.18730',
  year: 2023,
};

/** Unbounded smoothness. */
export const unboundedPaper: Paper = {
  title: 'Bilevel Optimization under Unbounded Smoothness: A New Algorithm and Convergence Analysis',
  arxiv: '2401.09587',
  year: 2024,
};
