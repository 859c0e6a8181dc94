// The papers behind the learning of graphs.
import type { Paper } from '@infimum/core';

/** Topological swaps. */
export const topoPaper: Paper = {
  title: 'Optimizing NOTEARS objectives via topological swaps',
  arxiv: '2305.17277',
  year: 2023,
};
/** NOTEARS. */
export const notearsPaper: Paper = {
  title: 'DAGs with NO TEARS: continuous optimization for structure learning',
  arxiv: '1803.01422',
  year: 2018,
};
/** DAGMA. */
export const dagmaPaper: Paper = {
  title: 'DAGMA: learning DAGs via M-matrices and a log-determinant acyclicity characterization',
  arxiv: '2209.08037',
  year: 2022,
};
/** GOLEM. */
export const golemPaper: Paper = {
  title: 'On the role of sparsity and DAG constraints for learning linear DAGs',
  arxiv: '2006.10201',
  year: 2020,
};
/** NOFEARS. */
export const noFearsPaper: Paper = {
  title: 'DAGs with No Fears: a closer look at continuous optimization for learning Bayesian networks',
  arxiv: '2010.09133',
  year: 2020,
};
