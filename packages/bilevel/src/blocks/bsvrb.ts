// BSVRB: stochastic variance-reduced methods for many lower levels, of which an iteration sees a few blocks and a few samples.
// Variant 1 tracks Hessians of small lower levels, variant 2 the solutions of linear systems by products.
//
// Q. Hu, Z.-H. Qiu, Z. Guo, L. Zhang, T. Yang: Blockwise Stochastic Variance-Reduced Methods with Parallel Speedup for
// Multi-Block Bilevel Optimization (arXiv 2305.18730).
import type { ResolvedOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type {
  BlockOutcome,
  BlockSteps,
  MultiBlockIterate,
  MultiBlockSolution,
} from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { finish } from '../oracles/minimize-by-gradients.ts';
import { blockPaper } from '../papers.ts';
import { BlockState, blockCount, blockSteps, guardedBlocks } from './block-state.ts';
import type { BlockVisit, DistantAnswer } from './block-visit.ts';
import { visitBlock } from './block-visit.ts';
import { Blockwise } from './blockwise.ts';
import type { BsvrbOptions } from './bsvrb-options.ts';
import { bsvrbOptions } from './bsvrb-options.ts';

/** Most lower variables of variant 1. */
const MOST_TRACKED = 2000;

/**
 * Solves `min over x of (1/m) Σ f_i(x, y_i(x))` with I blocks and B samples of each an iteration. Trackers of every block's
 * gradient (and Hessian, or linear system) and of the hyper-gradient reduce the noise of both samplings:
 * `t ← (1 − α) t + α h(now; ξ) + γ (h(now; ξ) − h(before; ξ))` for `msvr`, and for `block`, beyond the paper,
 * `t ← h(now; ξ) + (1 − α)(t − h(there; ξ))` with the point where the block was last seen, which is stable at longer steps.
 *
 * An iteration costs O(I (B products)) and p; variant 1 also I q³/3. Memory m q², or 4 m q; `block` m(p + 2q) more.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @returns `x`, all `y` and `evaluations`, and how the run ended
 * @throws {InvalidInputError} for more blocks an iteration than there are, variant 1 without `hessGyy` or with more than 2000 lower
 *   variables, bounds that are not in order, and options out of range
 */
export function bsvrb(problem: MultiBlockProblem, initial: VectorLike, options: BsvrbOptions = {}): BlockOutcome {
  return runWith(bsvrbOptions, options, bsvrbSteps(problem, initial, options));
}

/** The steps of `bsvrb`. */
export function bsvrbSteps(problem: MultiBlockProblem, initial: VectorLike, options: BsvrbOptions = {}): BlockSteps {
  const settings = resolveOptions(bsvrbOptions, options);
  const prepare = (state: BlockState, share: number) => {
    const method = started(state, problem, settings, share);
    return function* (iteration: number) {
      // The first pass over all blocks precedes the first iteration, and is included in its cost.
      if (iteration === 0) yield* state.inTurns(iteration, method.initialize());
      const visits = method.visits(iteration);
      const answers = method.room();
      for (const [k, visit] of visits.entries()) visitBlock(state.problem, visit, answers[k]);
      method.take(visits, answers);
    };
  };
  return blockSteps(problem, initial, settings.tolerance, prepare, canShorten(settings));
}

/** Whether the method chooses the step of x. */
function canShorten({ schedule, stepSize }: ResolvedOptions<typeof bsvrbOptions>): boolean {
  return schedule === 'constant' && stepSize === undefined;
}

/** Checks all arguments. */
function started(
  state: BlockState,
  problem: MultiBlockProblem,
  settings: ResolvedOptions<typeof bsvrbOptions>,
  share: number,
): Blockwise {
  const { variant, minCurvature, maxCurvature } = settings;
  const count = blockCount(problem, settings.blocksPerIteration);
  if (variant === 1 && !problem.hessGyy) throw fault('is needed by variant 1', 'problem.hessGyy', 'missing');
  if (variant === 1 && problem.dimY > MOST_TRACKED) {
    throw fault(`${problem.dimY} lower variables: variant 1 is for at most ${MOST_TRACKED}`, 'variant', 'too-large');
  }
  if (minCurvature !== undefined && maxCurvature !== undefined && !(minCurvature <= maxCurvature)) {
    throw fault('must be at most maxCurvature', 'minCurvature', 'out-of-range');
  }
  const method = new Blockwise(state, settings, count, share);
  state.firstCheck = Math.ceil(problem.blocks / count);
  state.settle = () => method.settle();
  return method;
}

/** The state of an iteration of `bsvrbOn`, which waits for answers. */
export interface VisitIterate extends MultiBlockIterate {
  /** The visits of this iteration. */
  readonly visits: readonly BlockVisit[];
}

/** The steps of `bsvrb` with visits answered by the caller. */
export function bsvrbVisits(
  problem: MultiBlockProblem,
  initial: VectorLike,
  options: BsvrbOptions,
): Steps<MultiBlockSolution, VisitIterate, readonly DistantAnswer[]> {
  const settings = resolveOptions(bsvrbOptions, options);
  const state = new BlockState(problem, initial);
  state.shortens = canShorten(settings);
  return guardedBlocks(state, iterations(started(state, problem, settings, 1)));

  function* iterations(method: Blockwise): Steps<MultiBlockSolution, VisitIterate, readonly DistantAnswer[]> {
    for (let [iteration, first] = [0, 0]; ; iteration++) {
      const done = finish(state.success(iteration, settings.tolerance));
      if (done) return done;
      try {
        if (iteration === first) finish(method.initialize());
        const visits = method.visits(iteration - first);
        const answers = yield { ...state.iterate(iteration), visits };
        method.add(answers);
        method.take(visits, answers);
      } catch (error) {
        if (!canShorten(settings)) throw error;
        method = started(state, problem, settings, state.retry(error));
        first = iteration + 1;
      }
    }
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
    'A few blocks and samples an iteration, trackers with variance reduction for both: variant 1 by Hessians, variant 2 by products.',
  problem: multiBlockOptimization,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(m \\epsilon^{-3} (1/(I \\sqrt I) [I < m] + 1/(I \\sqrt B))) \\text{ iterations}',
  options: bsvrbOptions,
  declines,
  steps: (instance, options) => bsvrbSteps(blockModelOf(instance).problem, instance.initial, options),
});
