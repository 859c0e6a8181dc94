// Cross-validation as a problem with many lower levels: a fold a block, regularisation weights that all folds share.
import {
  checkChoice,
  checkInteger,
  checkMatrix,
  checkObject,
  checkVector,
  InvalidInputError,
} from '@infimum/core';
import type { FoldBlocks } from './fold-blocks.ts';
import { foldBlocks } from './fold-blocks.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/**
 * The problem of choosing regularisation weights e^x, one a feature, by cross-validation: block i trains without the samples r
 * with `r % folds === i` and is judged by them. As many folds as samples for leave-one-out.
 *
 * @param data - samples, the loss, and the number of folds
 * @throws {InvalidInputError} naming the part of the data at fault
 *
 * @example
 * ```ts
 * import { exactHypergradient, foldProblem } from '@infimum/bilevel';
 *
 * const design = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 3, 4) };
 * const problem = foldProblem({ loss: 'squares', data: { design, targets: Float64Array.of(1, 2.2, 2.8, 4.1) }, folds: 4 });
 * const { value } = exactHypergradient(problem, Float64Array.of(-4));
 * console.log(problem.blocks, value < 0.1); // 4 true
 * ```
 */
export function foldProblem(data: Omit<FoldBlocks, 'kind'>): MultiBlockProblem {
  checkObject(data, 'data');

  const { loss, data: samples, folds } = data;
  checkChoice(loss, 'loss', ['logistic', 'squares'] as const);
  checkMatrix(samples?.design, 'data.design');
  checkVector(samples.targets, 'data.targets', samples.design.rows);
  checkInteger(folds, 'folds', { min: 2, max: samples.design.rows });
  const index = loss === 'logistic' ? samples.targets.findIndex((t) => t !== 1 && t !== -1) : -1;
  if (index >= 0) {
    throw new InvalidInputError('must be -1 or 1', { argument: 'data.targets', code: 'out-of-range', index });
  }
  return foldBlocks({ kind: 'folds', ...data }).problem;
}
