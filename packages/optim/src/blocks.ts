// `@infimum/optim/blocks`: what block descent is made of: forests, colourings, sparse blocks, pairwise losses.
export {
  type ActiveSetComplexity,
  type ActiveSetOptions,
  activeSetComplexity,
} from './blocks/active-set-complexity.ts';
export { cubicStep } from './blocks/block-update-cubic.ts';
export {
  colorBlocks,
  forestSolve,
  greedyForest,
  latticeTrees,
  treePartition,
} from './blocks/forest.ts';
export { type PairPenalty, type PairwiseData, pairwiseLoss } from './blocks/pairwise-loss.ts';
export { sparseBlockSolve } from './blocks/sparse-block-cholesky.ts';
