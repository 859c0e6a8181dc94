// BSVRB: stochastic variance-reduced methods for many lower levels, of which an iteration sees a few blocks and a few samples.
// Version 1 tracks Hessians of small lower levels, version 2 the solutions of linear systems by products.
//
// Q. Hu, Z.-H. Qiu, Z. Guo, L. Zhang, T. Yang: Blockwise Stochastic Variance-Reduced Methods with Parallel Speedup for
// Multi-Block Bilevel Optimization (arXiv 2305.18730).
import type { Outcome, ResolvedOptions, Steps } from '@infimum/core';
import { defineSolver, InvalidInputError, resolveOptions, runWith, stalled } from '@infimum/core';
import { NotFinite } from '../oracles/bilevel-problem.ts';
import { finish } from '../oracles/minimize-by-gradients.ts';
import { blockPaper } from '../papers.ts';
import { BlockState, blockCount, guardedBlocks } from './block-state.ts';
import type { BlockVisit, DistantAnswer } from './block-visit.ts';
import { visitBlock } from './block-visit.ts';
import { Blockwise } from './blockwise.ts';
import type { BsvrbOptions } from './bsvrb-options.ts';
import { bsvrbOptions } from './bsvrb-options.ts';
import type { MultiBlockInstance } from './multi-block-instance.ts';
import { blockModelOf } from './multi-block-instance.ts';
import type { MultiBlockIterate, MultiBlockSolution } from './multi-block-optimization.ts';
import { multiBlockOptimization } from './multi-block-optimization.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

/** Most lower variables of version 1. */
const MOST_TRACKED = 2000;

/**
 * Solves `min over x of (1/m) Σ f_i(x, y_i(x))` with I blocks and B samples of each an iteration. Trackers of every block's
 * gradient (and Hessian, or linear system) and of the hyper-gradient keep the noise of both samplings down:
 * `t ← (1 − α) t + α h(now; ξ) + γ (h(now; ξ) − h(before; ξ))` for `msvr`, and for `block`, beyond the paper,
 * `t ← h(now; ξ) + (1 − α)(t − h(there; ξ))` with the point where the block was last seen, which is stable at longer steps.
 *
 * An iteration costs O(I (B products)) and p; version 1 also I q³/3. Memory m q², or 4 m q; `block` m(p + 2q) more.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @returns `x`, all `y` and `calls`, and how the run ended
 * @throws {InvalidInputError} for more blocks an iteration than there are, version 1 without `hessGyy` or with more than 2000 lower
 *   variables, bounds that are not in order, and options out of range
 */
export function bsvrb(
  problem: MultiBlockProblem,
  initial: Float64Array,
  options: BsvrbOptions = {},
): Outcome<MultiBlockSolution, MultiBlockIterate> {
  return runWith(bsvrbOptions, options, bsvrbSteps(problem, initial, options));
}

/** The steps of `bsvrb`. */
function* bsvrbSteps(
  problem: MultiBlockProblem,
  x0: Float64Array,
  options: BsvrbOptions = {},
): Steps<MultiBlockSolution, MultiBlockIterate> {
  const { state, settings, count } = started(problem, x0, options);
  return yield* guardedBlocks(state, blockwise(state, settings, count));
}

/** Checks all arguments. */
function started(problem: MultiBlockProblem, x0: Float64Array, options: BsvrbOptions) {
  const settings = resolveOptions(bsvrbOptions, options);
  const state = new BlockState(problem, x0);
  const { variant, minCurvature, maxCurvature } = settings;
  const count = blockCount(problem, settings.blocksPerIteration);
  if (variant === 1 && !problem.hessGyy) {
    throw new InvalidInputError('is needed by version 1', { argument: 'problem.hessGyy', code: 'missing' });
  }
  if (variant === 1 && problem.dimY > MOST_TRACKED) {
    const complaint = `${problem.dimY} lower variables: version 1 is for at most ${MOST_TRACKED}`;
    throw new InvalidInputError(complaint, { argument: 'version', code: 'too-large' });
  }
  if (minCurvature !== undefined && maxCurvature !== undefined && !(minCurvature <= maxCurvature)) {
    throw new InvalidInputError('must be at most upperBound', {
      argument: 'lowerBound',
      code: 'out-of-range',
    });
  }
  return { state, settings, count };
}

function* blockwise(
  state: BlockState,
  options: ResolvedOptions<typeof bsvrbOptions>,
  count: number,
): Steps<MultiBlockSolution, MultiBlockIterate> {
  const { problem } = state;
  const method = new Blockwise(state, options, count);
  state.settle = () => method.settle();
  for (let iteration = 0; ; iteration++) {
    yield state.iterate(iteration);
    const done = yield* state.success(iteration, options.tolerance);
    if (done) return done;
    // The first pass over all blocks stands before the first iteration, and is heard of as its cost.
    if (iteration === 0) method.initialize();
    const visits = method.visits(iteration);
    const answers = method.room();
    for (const [k, visit] of visits.entries()) visitBlock(problem, visit, answers[k]);
    method.take(visits, answers);
  }
}

/** News of an iteration of `bsvrbOn`, which waits for answers. */
export interface VisitIterate extends MultiBlockIterate {
  /** What is asked of the blocks of this iteration. */
  readonly visits: readonly BlockVisit[];
}

/** The steps of `bsvrb` whose visits somebody else answers. */
export function* bsvrbVisits(
  problem: MultiBlockProblem,
  x0: Float64Array,
  options: BsvrbOptions,
): Steps<MultiBlockSolution, VisitIterate, readonly DistantAnswer[]> {
  const { state, settings, count } = started(problem, x0, options);
  const method = new Blockwise(state, settings, count);
  state.settle = () => method.settle();
  try {
    for (let iteration = 0; ; iteration++) {
      const done = finish(state.success(iteration, settings.tolerance));
      if (done) return done;
      if (iteration === 0) method.initialize();
      const visits = method.visits(iteration);
      const answers = yield { ...state.iterate(iteration), visits };
      method.add(answers);
      method.take(visits, answers);
    }
  } catch (error) {
    if (error instanceof NotFinite) return stalled(state.solution(), error.message);
    throw error;
  }
}

/** Why an instance is too large. */
function declines(instance: MultiBlockInstance): string | undefined {
  const { blocks, dimX, dimY } = blockModelOf(instance).problem;
  const numbers = blocks * (dimX + 4 * dimY);
  return numbers > 2e8 ? `${numbers} numbers of memory` : undefined;
}

export const bsvrbSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bsvrb',
  title: 'BSVRB',
  summary:
    'A few blocks and samples an iteration, trackers with variance reduction for both: version 1 by Hessians, version 2 by products.',
  problem: multiBlockOptimization,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(m \\epsilon^{-3} (1/(I \\sqrt I) [I < m] + 1/(I \\sqrt B))) \\text{ iterations}',
  options: bsvrbOptions,
  declines,
  steps: (instance, options) => bsvrbSteps(blockModelOf(instance).problem, instance.x0, options),
});
