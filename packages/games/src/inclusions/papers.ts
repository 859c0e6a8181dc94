// The publications of methods for monotone inclusions.
import type { Paper } from '@infimum/core';

/** The main paper on monotone inclusions in this package. */
export const halpernPaper: Paper = {
  title: 'Variance reduced Halpern iteration for finite-sum monotone inclusions',
  arxiv: '2310.02987',
  year: 2023,
};
