// What this package registers: problems of numerical linear algebra and their solvers.
import type { Plugin } from '@infimum/core';
import { linearSystem } from './linear-system-problem.ts';
import { linearSystemSolvers } from './linear-system-solvers.ts';
import { smashClaims } from './smash-claims.ts';
import { sparseProduct } from './sparse-product.ts';
import { sparseProductSolvers } from './sparse-product-solvers.ts';
import { streamingClaims } from './streaming-claims.ts';
import { streamingProblem } from './streaming-problem.ts';
import { streamingSolvers } from './streaming-solvers.ts';

export { type LinearSystem, linearSystem, type SystemStructure } from './linear-system-problem.ts';
export { type SparsePair, sparseProduct } from './sparse-product.ts';
export type { SparseProduct, SparseTraffic } from './spgemm-solution.ts';
export { type RowStream, streamingProblem } from './streaming-problem.ts';

/** Problems and solvers of this package. */
export const plugin: Plugin = {
  name: '@infimum/linalg',
  problems: [sparseProduct, streamingProblem, linearSystem],
  solvers: [...sparseProductSolvers, ...streamingSolvers, ...linearSystemSolvers],
  claims: [...smashClaims, ...streamingClaims],
};
