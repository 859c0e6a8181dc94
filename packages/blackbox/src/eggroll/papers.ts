// The publication of evolution strategies with perturbations of low rank.
import type { Paper } from '@infimum/core';

/** EGGROLL. */
export const eggrollPaper: Paper = { title: 'Evolution strategies at the hyperscale', arxiv: '2511.16652', year: 2025 };
