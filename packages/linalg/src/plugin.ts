// What this package registers: problems of numerical linear algebra and their solvers.
import type { Plugin } from '@infimum/core';
import { smashClaims } from './products/smash-claims.ts';
import { sparseProductSolvers } from './products/solvers.ts';
import { sparseProduct } from './products/sparse-product.ts';
import { streamingSolvers } from './streaming/solvers.ts';
import { streamingClaims } from './streaming/streaming-claims.ts';
import { streamingProblem } from './streaming/streaming-problem.ts';
import { linearSystem } from './systems/linear-system-problem.ts';
import { linearSystemSolvers } from './systems/solvers.ts';

export { type SparsePair, sparseProduct } from './products/sparse-product.ts';
export type { SparseProduct, SparseTraffic } from './products/spgemm-solution.ts';
export type { RowStream } from './streaming/streaming-options.ts';
export { streamingProblem } from './streaming/streaming-problem.ts';
export type { LinearSystem, SystemStructure } from './systems/linear-system.ts';
export { linearSystem } from './systems/linear-system-problem.ts';

/** Problems and solvers of this package. */
export const plugin: Plugin = {
  name: '@infimum/linalg',
  problems: [sparseProduct, streamingProblem, linearSystem],
  solvers: [...sparseProductSolvers, ...streamingSolvers, ...linearSystemSolvers],
  claims: [...smashClaims, ...streamingClaims],
};
