// A model of many lower levels: oracles, and closed forms and scores where they are known.
import { fault } from '@infimum/core';
import type { ValueAndGradient } from '../models/model.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/** Oracles, with closed forms and scores where they are known. */
export interface BlockModel {
  /** The oracles. */
  readonly problem: MultiBlockProblem;
  /** F and its gradient in closed form. */
  hyperObjective?(x: Float64Array): ValueAndGradient;
  /** A score of x and the lower solutions, larger is better: area under the curve, NDCG. */
  score?(x: Float64Array, y: Float64Array): number;
}

/** The samples of a block. After a change of the number of blocks of a model, some blocks do not exist. */
export function members(lists: readonly Int32Array[], block: number): Int32Array {
  if (block in lists) return lists[block];
  throw fault(`asks for block ${block} of ${lists.length}`, 'blocks', 'out-of-range');
}
