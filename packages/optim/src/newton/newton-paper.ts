// The paper of gradient-normalised steps.
import type { Paper } from '@infimum/core';

/** One method for all classes of smoothness. */
export const gradientNormalizedPaper: Paper = {
  title: 'Gradient-normalized smoothness for optimization with approximate Hessians',
  arxiv: '2506.13710',
  year: 2025,
};
