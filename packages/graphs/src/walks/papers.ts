// The papers behind the walks.
import type { Paper } from '@infimum/core';

/** The walk. */
export const srrwPaper: Paper = {
  title: 'Self-Repellent Random Walks on General Graphs: Achieving Minimal Sampling Variance via Nonlinear Markov Chains',
  arxiv: '2305.05097',
  year: 2023,
};

/** The walk as a carrier of an iterate. */
export const saSrrwPaper: Paper = {
  title: 'Accelerating Distributed Stochastic Optimization via Self-Repellent Random Walks',
  arxiv: '2401.09665',
  year: 2024,
};
