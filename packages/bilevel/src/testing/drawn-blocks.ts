// A task for workers: a part of the hyper-gradient of drawn quadratics, which the worker draws once from their sizes.
import { hypergradientPart } from '../block-problems/exact-hypergradient.ts';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';

/** The input of a worker. */
export interface DrawnPart {
  /** Sizes of the problem. */
  readonly sizes: { readonly blocks: number; readonly dimX: number; readonly dimY: number; readonly noise: number };
  /** The point of the hyper-gradient. */
  readonly x: Float64Array;
  /** First block. */
  readonly from: number;
  /** End of the range of blocks, exclusive. */
  readonly to: number;
}

const made = new Map<string, MultiBlockProblem>();

/** The part. */
export function drawnPart({ sizes, x, from, to }: DrawnPart) {
  const key = JSON.stringify(sizes);
  let problem = made.get(key);
  if (!problem) {
    problem = blockModelOf(quadraticBlockInstance(sizes, 1)).problem;
    made.set(key, problem);
  }
  return hypergradientPart(problem, x, from, to);
}
