// Full implicit gradient descent: every lower level solved, every iteration.
import type { OptionSpecs, OptionsOf, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { exactHypergradientInTurns } from '../block-problems/exact-hypergradient.ts';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { blockOptions } from '../single/options.ts';
import { blockSteps } from './block-state.ts';

const blockDescentOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.5, description: 'Step size of x' },
  tolerance: blockOptions.tolerance,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `blockDescent`. */
export type BlockDescentOptions = OptionsOf<typeof blockDescentOptions> & RunOptions<MultiBlockIterate>;

/**
 * Gradient descent on F with every lower level and every linear system solved in every iteration: the reference for methods with samples.
 * Time proportional to the number of blocks.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for shapes that do not fit, and options out of range
 */
export function blockDescent(problem: MultiBlockProblem, initial: VectorLike, options: BlockDescentOptions = {}): BlockOutcome {
  return runWith(blockDescentOptions, options, blockDescentSteps(problem, initial, options));
}

/** The steps of `blockDescent`. */
export function blockDescentSteps(
  problem: MultiBlockProblem,
  initial: VectorLike,
  options: BlockDescentOptions = {},
): BlockSteps {
  const { stepSize, tolerance } = resolveOptions(blockDescentOptions, options);
  return blockSteps(
    problem,
    initial,
    tolerance,
    (state) =>
      function* (iteration) {
        const exact = exactHypergradientInTurns(state.problem, state.x, { initial: state.y, tolerance: 1e-10 });
        const { gradient, y } = yield* state.inTurns(iteration, exact);
        state.y.set(y);
        state.step(gradient, stepSize);
      },
  );
}

export const blockDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/block-descent',
  title: 'Full implicit descent',
  summary: 'Solves every block in every iteration: exact, with a cost proportional to the number of blocks.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(m) \\text{ solves an iteration}',
  options: blockDescentOptions,
  steps: (instance: MultiBlockInstance, options) =>
    blockDescentSteps(blockModelOf(instance).problem, instance.initial, options),
});
