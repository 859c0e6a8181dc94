// BSVRB whose blocks are visited remotely: on worker threads, or over a queue on many machines. The method runs here, the
// oracles of the chosen blocks there; answers are taken in the order of the blocks, so the result does not depend on which worker computed
// them, bit for bit.
import type { Outcome, RunOptions, VectorLike } from '@infimum/core';
import { checkInteger, checkObject, fault, runAsync, runOptionsOf } from '@infimum/core';
import type { Executor, Task } from '@infimum/core/executor';
import { checkExecution } from '@infimum/core/executor';
import type { MultiBlockSolution } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import type { BlockPlace, BlockVisit, BlockVisits, DistantAnswer } from './block-visit.ts';
import type { VisitIterate } from './bsvrb.ts';
import { bsvrbVisits } from './bsvrb.ts';
import type { BsvrbOptions } from './bsvrb-options.ts';
import { bsvrbOptions } from './bsvrb-options.ts';

/** Options of `bsvrbOn`: those of `bsvrb`, and how many blocks a task visits. */
export type BsvrbOnOptions = BsvrbOptions &
  RunOptions<VisitIterate> & {
    /** Blocks that a task visits; 1 by default. The result does not depend on it. */
    readonly blocksPerTask?: number;
  };

/**
 * `bsvrb` with the chosen blocks of every iteration visited on an executor. The task's module has its own copy of the problem and answers
 * with `answerVisits`; only numbers are transferred. The first pass over all blocks and the confirmation of success run here. Bit for bit
 * the same on every executor, with any number of workers and any `blocksPerTask`; from `bsvrb` it differs by rounding, since parts of the
 * hyper-gradient are summed a block at a time.
 *
 * @param executor - `inlineExecutor()`, `workerExecutor(n)`, or `queueExecutor` of `@infimum/distributed`
 * @param task - the module and name of a function `(input) => answerVisits(problem, input)`
 * @param problem - m blocks
 * @param initial - start, p numbers
 * @returns `x`, all `y` and `evaluations`, wherever they were made, and how the run ended
 * @throws {InvalidInputError} as `bsvrb`; naming the executor, task or `blocksPerTask`; `shape` if the task gives no answers of that shape
 *
 * @example
 * ```ts
 * import { answerVisits, type BlockVisits, bsvrbOn, type MultiBlockProblem } from '@infimum/bilevel';
 * import type { Executor } from '@infimum/core/executor';
 *
 * // f_i = (x − y_i)²/2 and g_i = (y_i − i)²/2 for i = 0 and 1: the best x is 1/2.
 * const problem: MultiBlockProblem = {
 *   blocks: 2,
 *   dimX: 1,
 *   dimY: 1,
 *   gradGy: (i, x, y, out) => { out[0] = y[0] - i; },
 *   gradFy: (i, x, y, out) => { out[0] = y[0] - x[0]; },
 *   hvpGyy: (i, x, y, v, out) => { out[0] = v[0]; },
 *   addJvpGxy: () => {},
 *   addGradFx: (i, x, y, weight, out) => { out[0] += weight * (x[0] - y[0]); },
 * };
 * // The module of the task has the same problem, and this function.
 * const visit = (input: unknown) => answerVisits(problem, input as BlockVisits);
 * const executor: Executor = { map: async (_, inputs) => inputs.map(visit) as never[], close: async () => {} }; // or workerExecutor(4)
 * const task = { module: import.meta.url, name: 'visit' };
 * const { status, x } = await bsvrbOn(executor, task, problem, [0], { blocksPerIteration: 2 });
 * console.log(status, x[0].toFixed(2)); // converged 0.50
 * ```
 */
export async function bsvrbOn(
  executor: Executor,
  task: Task,
  problem: MultiBlockProblem,
  initial: VectorLike,
  options: BsvrbOnOptions = {},
): Promise<Outcome<MultiBlockSolution, VisitIterate>> {
  checkExecution(executor, task);
  checkObject(options, 'options');
  const { blocksPerTask = 1, ...settings } = options;
  checkInteger(blocksPerTask, 'blocksPerTask', { min: 1 });
  const answer = async ({ visits }: VisitIterate): Promise<readonly DistantAnswer[]> => {
    const inputs: BlockVisits[] = [];
    for (let k = 0; k < visits.length; k += blocksPerTask) {
      inputs.push({ visits: visits.slice(k, k + blocksPerTask).map(copied) });
    }
    const parts = await executor.map<BlockVisits, unknown>(task, inputs, options.signal);
    const answers = parts.flat() as DistantAnswer[];
    checkAnswers(answers, visits, problem, task.name);
    return answers;
  };
  return runAsync(bsvrbVisits(problem, initial, settings), runOptionsOf(bsvrbOptions, settings), answer);
}

/** A visit with copied arrays: sending a view would send its whole buffer. */
function copied({ now, there, before, lower, upper, ...rest }: BlockVisit): BlockVisit {
  return {
    ...rest,
    now: place(now),
    ...(there && { there: place(there) }),
    ...(before && { before: place(before) }),
    ...(lower && { lower }),
    ...(upper && { upper }),
  };
}

function place({ x, y, v, hessian }: BlockPlace): BlockPlace {
  return { x: x.slice(), y: y.slice(), ...(v && { v: v.slice() }), ...(hessian && { hessian: hessian.slice() }) };
}

function checkAnswers(
  answers: readonly DistantAnswer[],
  visits: readonly BlockVisit[],
  { dimX, dimY: q }: MultiBlockProblem,
  name: string,
): void {
  const argument = `the task ${name}`;
  if (answers.length !== visits.length) {
    throw fault(`must answer ${visits.length} visits, answered ${answers.length}`, argument, 'shape');
  }
  for (const [k, answer] of answers.entries()) {
    checkObject(answer, argument);
    checkObject(answer.calls, `${argument}: calls`);
    const second = visits[k].now.hessian ? q * q : q;
    const lengths = { gradient: q, gradientThere: q, second, secondThere: second, mean: dimX, meanBefore: dimX };
    for (const [field, length] of Object.entries(lengths)) {
      const array = answer[field as keyof typeof lengths];
      if (array instanceof Float64Array && array.length === length) continue;
      throw fault(`must answer with ${field}, a Float64Array of ${length} numbers`, argument, 'shape');
    }
  }
}
