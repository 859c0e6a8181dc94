// The publications of methods that use rankings only.
import type { Paper } from '@infimum/core';

/** Gradients from rankings. */
export const rankingPaper: Paper = {
  title: 'Zeroth-order optimization meets human feedback: provable learning via ranking oracles',
  arxiv: '2303.03751',
  year: 2023,
};
