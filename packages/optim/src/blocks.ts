// `@infimum/optim/blocks`: what block descent is made of: forests, colourings, sparse blocks, pairwise losses.

export {
  colorBlocks,
  forestSolve,
  greedyForest,
  latticeTrees,
  treePartition,
} from './blocks/forest/forest.ts';
export { sparseBlockSolve } from './blocks/forest/sparse-block-cholesky.ts';
export { cubicStep } from './blocks/updates/block-update-cubic.ts';
export {
  type ActiveSetComplexity,
  type ActiveSetOptions,
  activeSetComplexity,
} from './composite/active-set-complexity.ts';
export { type PairPenalty, type PairwiseData, pairwiseLoss } from './losses/pairwise-loss.ts';
