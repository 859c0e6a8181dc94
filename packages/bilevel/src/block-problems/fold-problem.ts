// Cross-validation as a problem with many lower levels: one block per fold, with regularisation weights that all folds share.
import { checkChoice, checkInteger, checkObject, fault } from '@infimum/core';
import type { TargetData } from '../models/problems.ts';
import { asTargetRows } from '../models/problems.ts';
import { foldBlocks } from './fold-blocks.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/** The data of `foldProblem`. */
export interface FoldData {
  /** `logistic` or `squares`. */
  readonly loss: 'logistic' | 'squares';
  /** All samples. */
  readonly data: TargetData;
  /** Number of folds; as many as samples for leave-one-out. */
  readonly folds: number;
}

/**
 * The problem of choosing regularisation weights e^x, one a feature, by cross-validation: block i trains without the samples r with `r %
 * folds === i` and is validated on them. As many folds as samples for leave-one-out.
 *
 * @param data - samples, the loss, and the number of folds
 * @throws {InvalidInputError} naming the invalid part of the data
 *
 * @example
 * ```ts
 * import { exactHypergradient, foldProblem } from '@infimum/bilevel';
 *
 * const data = { design: [[1], [2], [3], [4]], targets: [1, 2.2, 2.8, 4.1] };
 * const problem = foldProblem({ loss: 'squares', data, folds: 4 });
 * const { value } = exactHypergradient(problem, [-4]);
 * console.log(problem.blocks, value < 0.1); // 4 true
 * ```
 */
export function foldProblem(data: FoldData): MultiBlockProblem {
  checkObject(data, 'data');
  const { loss, folds } = data;
  checkChoice(loss, 'loss', ['logistic', 'squares'] as const);
  const samples = asTargetRows(data.data, 'data');
  checkInteger(folds, 'folds', { min: 2, max: samples.design.rows });
  const index = loss === 'logistic' ? samples.targets.findIndex((t) => t !== 1 && t !== -1) : -1;
  if (index >= 0) throw fault('must be -1 or 1', 'data.targets', 'out-of-range', index);
  return foldBlocks({ kind: 'folds', loss, folds, data: samples }).problem;
}
