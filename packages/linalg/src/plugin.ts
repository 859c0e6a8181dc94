// What this package registers: problems of numerical linear algebra and their solvers.
import { defineSolver, type Paper, type Plugin } from '@infimum/core';
import { z } from 'zod';
import { SEMIRINGS } from './semiring.ts';
import { sparseProduct } from './sparse-product.ts';
import { gustavsonEngine } from './spgemm-gustavson.ts';
import { productSteps } from './spgemm-solution.ts';
import { streamingClaims } from './streaming-claims.ts';
import { streamingProblem } from './streaming-problem.ts';
import { streamingSolvers } from './streaming-solvers.ts';

export { type SparsePair, sparseProduct } from './sparse-product.ts';
export type { SparseProduct, SparseTraffic } from './spgemm-solution.ts';
export { type RowStream, streamingProblem } from './streaming-problem.ts';

const gustavson: Paper = {
  title: 'Two fast algorithms for sparse matrices: multiplication and permuted transposition',
  year: 1978,
};

const gustavsonSolver = defineSolver({
  id: 'linalg/spgemm-gustavson',
  title: 'Gustavson',
  summary: 'Row by row with a dense accumulator, in plain TypeScript: the reference of all others.',
  problem: sparseProduct,
  role: 'baseline',
  paper: gustavson,
  cost: 'O(P + n), \\text{ and } O(\\operatorname{nnz}(C) \\log n) \\text{ to sort}',
  options: z.strictObject({}),
  steps: ({ a, b }) => productSteps(() => gustavsonEngine(a, b, SEMIRINGS['plus-times'])),
});

/** Problems and solvers of this package. */
export const plugin: Plugin = {
  name: '@infimum/linalg',
  problems: [sparseProduct, streamingProblem],
  solvers: [gustavsonSolver, ...streamingSolvers],
  claims: [...streamingClaims],
};
