// `@infimum/optim/blocks`: composite functions, methods for them, and what block descent is made of: losses, forests, colorings, sparse blocks.
export { type ApproxOptions, approx } from './blocks/approx.ts';
export type {
  BlockCoordinateDescentOptions,
  BlockDescentSolution,
} from './blocks/block-coordinate-descent.ts';
export { blockCoordinateDescent } from './blocks/block-coordinate-descent.ts';
export type { PartitionRule } from './blocks/block-partitions.ts';
export { type CyclicCoordinateDescentOptions, cyclicCoordinateDescent } from './blocks/cyclic-coordinate-descent.ts';
export {
  colorBlocks,
  forestSolve,
  greedyForest,
  latticeTrees,
  treePartition,
} from './blocks/forest/forest.ts';
export { sparseBlockSolve } from './blocks/forest/sparse-block-cholesky.ts';
export type { SelectionDiagonal, SelectionRule } from './blocks/selection/block-selection.ts';
export type { UpdateRule } from './blocks/updates/block-update.ts';
export { cubicStep } from './blocks/updates/block-update-cubic.ts';
export type { ActiveSetComplexity, ActiveSetComplexityOptions } from './composite/active-set-complexity.ts';
export { activeSetComplexity } from './composite/active-set-complexity.ts';
export type { CompositeData, CompositeSolution } from './composite/composite-minimization.ts';
export { type FistaOptions, fista } from './composite/fista.ts';
export { type ProximalGradientOptions, proximalGradient } from './composite/proximal-gradient.ts';
export type { LassoData, LassoSolution, LassoWorkingSetOptions } from './lasso/lasso-working-set.ts';
export { lassoWorkingSet } from './lasso/lasso-working-set.ts';
export type { BlockLoss, BlockState, CoordinateChanges } from './losses/block-loss.ts';
export { type BlockLeastSquares, blockLeastSquares, blockLogistic } from './losses/block-margin-loss.ts';
export { type BlockQuadratic, blockQuadratic } from './losses/block-quadratic-loss.ts';
export { blockSoftmax } from './losses/block-softmax-loss.ts';
export { labelPropagation, type Propagation } from './losses/label-propagation.ts';
export { type PairPenalty, type PairwiseData, pairwiseLoss } from './losses/pairwise-loss.ts';
export type { SeparablePart } from './losses/separable-term.ts';
export { type SvmDualOptions, svmDual } from './losses/svm-dual.ts';
