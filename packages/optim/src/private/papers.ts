// The publications of the private methods.
import type { Paper } from '@infimum/core';

/** The paper that this subject is about. */
export const privateStationary: Paper = {
  title: 'Faster rates of convergence to stationary points in differentially private optimization',
  arxiv: '2206.00846',
  year: 2022,
};

/** Full gradients with noise. */
export const privateErm: Paper = {
  title: 'Private empirical risk minimization: efficient algorithms and tight error bounds',
  arxiv: '1405.7085',
  year: 2014,
};

/** Samples with noise. */
export const privateDeepLearning: Paper = { title: 'Deep learning with differential privacy', arxiv: '1607.00133', year: 2016 };
