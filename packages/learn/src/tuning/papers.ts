// The publications of sparse and low-rank tuning.
import type { Paper } from '@infimum/core';

/** The main paper on sparse tuning. */
export const snellPaper: Paper = { title: 'Expanding sparse tuning for low memory usage', arxiv: '2411.01800', year: 2024 };
