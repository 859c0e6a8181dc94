// Full implicit gradient descent: every lower level solved, every iteration.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { BlockState, guardedBlocks } from './block-state.ts';
import { exactHypergradientInTurns } from './exact-hypergradient.ts';
import type { MultiBlockInstance } from './multi-block-instance.ts';
import { blockModelOf } from './multi-block-instance.ts';
import type { MultiBlockIterate, MultiBlockSolution } from './multi-block-optimization.ts';
import { multiBlockOptimization } from './multi-block-optimization.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

const blockDescentOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.5, description: 'Step of x' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description:
      'Exact hyper-gradient at which to stop, over the mean size of the blocks’ parts at the start',
  },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `blockDescent`. */
export type BlockDescentOptions = OptionsOf<typeof blockDescentOptions>;

/**
 * Gradient descent on F with every lower level and every linear system solved in every iteration: the truth that methods with
 * samples are measured by. Time proportional to the number of blocks.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for shapes that do not fit, and options out of range
 */
export function blockDescent(
  problem: MultiBlockProblem,
  initial: Float64Array,
  options: BlockDescentOptions & RunOptions<MultiBlockIterate> = {},
): Outcome<MultiBlockSolution, MultiBlockIterate> {
  return runWith(blockDescentOptions, options, blockDescentSteps(problem, initial, options));
}

/** The steps of `blockDescent`. */
function* blockDescentSteps(
  problem: MultiBlockProblem,
  x0: Float64Array,
  options: BlockDescentOptions = {},
): Steps<MultiBlockSolution, MultiBlockIterate> {
  const { stepSize, tolerance } = resolveOptions(blockDescentOptions, options);
  const state = new BlockState(problem, x0);
  return yield* guardedBlocks(state, steps());

  function* steps(): Steps<MultiBlockSolution, MultiBlockIterate> {
    for (let iteration = 0; ; iteration++) {
      yield state.iterate(iteration);
      const done = yield* state.success(iteration, tolerance);
      if (done) return done;
      const exact = exactHypergradientInTurns(state.problem, state.x, { initial: state.y, tolerance: 1e-10 });
      const { gradient, y } = yield* state.inTurns(iteration, exact);
      state.y.set(y);
      state.step(gradient, stepSize);
    }
  }
}

export const blockDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/block-descent',
  title: 'Full implicit descent',
  summary: 'Solves every block in every iteration: exact, and as dear as there are blocks.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(m) \\text{ solves an iteration}',
  options: blockDescentOptions,
  steps: (instance: MultiBlockInstance, options) =>
    blockDescentSteps(blockModelOf(instance).problem, instance.x0, options),
});
