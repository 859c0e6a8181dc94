// The publications of methods that use values only.
import type { Paper } from '@infimum/core';

/** Consensus-based optimisation as a relaxation of gradient descent. */
export const consensusPaper: Paper = { title: 'Gradient is all you need?', arxiv: '2306.09778', year: 2023 };
