// The publications of methods for monotone inclusions.
import type { Paper } from '@infimum/core';

/** The paper that this subject is about. */
export const halpernPaper: Paper = {
  title: 'Variance reduced Halpern iteration for finite-sum monotone inclusions',
  arxiv: '2310.02987',
  year: 2023,
};
