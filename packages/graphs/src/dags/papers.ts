// The papers behind the learning of graphs.
import type { Paper } from '@infimum/core';

export const dagPapers = {
  topo: { title: 'Optimizing NOTEARS objectives via topological swaps', arxiv: '2305.17277', year: 2023 },
  notears: { title: 'DAGs with NO TEARS: continuous optimization for structure learning', arxiv: '1803.01422', year: 2018 },
  dagma: {
    title: 'DAGMA: learning DAGs via M-matrices and a log-determinant acyclicity characterization',
    arxiv: '2209.08037',
    year: 2022,
  },
  golem: { title: 'On the role of sparsity and DAG constraints for learning linear DAGs', arxiv: '2006.10201', year: 2020 },
  noFears: {
    title: 'DAGs with No Fears: a closer look at continuous optimization for learning Bayesian networks',
    arxiv: '2010.09133',
    year: 2020,
  },
} as const satisfies Record<string, Paper>;
