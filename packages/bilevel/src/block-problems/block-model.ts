// What a model of many lower levels is: oracles, and what is known about them.
import { fault } from '@infimum/core';
import type { ValueAndGradient } from '../models/model.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/** Oracles with what is known about them. */
export interface BlockModel {
  /** The oracles. */
  readonly problem: MultiBlockProblem;
  /** F and its gradient in closed form. */
  hyperObjective?(x: Float64Array): ValueAndGradient;
  /** A score of x and the lower solutions, larger is better: area under the curve, NDCG. */
  score?(x: Float64Array, y: Float64Array): number;
}

/** The samples of a block. Whoever changes the number of blocks of a model asks for some that it does not have. */
export function members(lists: readonly Int32Array[], block: number): Int32Array {
  if (block in lists) return lists[block];
  throw fault(`asks for block ${block} of ${lists.length}`, 'blocks', 'out-of-range');
}
