// A task for workers: a part of the hyper-gradient of drawn quadratics, which the worker makes from their sizes once.
import { hypergradientPart } from '../block-problems/exact-hypergradient.ts';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';

/** What a worker is told. */
export interface DrawnPart {
  /** Sizes of the problem. */
  readonly sizes: { readonly blocks: number; readonly dimX: number; readonly dimY: number; readonly noise: number };
  /** Where the hyper-gradient is asked for. */
  readonly x: Float64Array;
  /** First block. */
  readonly from: number;
  /** First block that is left out. */
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
