// Populations that are evaluated remotely: on worker threads, or over a queue on many machines. The method runs here, the
// function there; values come back in the order of the points, so the result is that of a run on one machine, bit for bit.
import type { OptionSpecs, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkList, checkObject, fault, resolveOptions, runAsync, runOptionsOf } from '@infimum/core';
import type { Executor, Task } from '@infimum/core/executor';
import { checkExecution } from '@infimum/core/executor';
import type { BestPoint, BlackBox, Questions } from '../continuous/black-box.ts';
import type { MethodChoice } from './methods.ts';
import { METHODS, methodNames } from './methods.ts';

/** The input of the task of `minimizeBlackBoxOn`: some points one after the other. */
export interface PointBlock {
  /** n · d numbers. */
  readonly points: Float64Array;
  /** Number of variables d. */
  readonly dimension: number;
}

/** Options of `minimizeBlackBoxOn`. */
export type MinimizeBlackBoxOnOptions = RunOptions<Questions> & {
  /** Points that a task evaluates at a time; 1 by default. The result does not depend on it. */
  readonly pointsPerTask?: number;
} & MethodChoice;

const onOptions = {
  method: { type: 'choice', choices: methodNames, default: 'cma-es', description: 'The population method' },
  pointsPerTask: { type: 'integer', min: 1, default: 1, was: 'block', description: 'Points per task' },
} as const satisfies OptionSpecs;

/**
 * Minimizes a function f whose values a task computes on an executor: each generation is split into blocks of points, and the blocks are
 * evaluated by the executor in parallel. The task gets a `PointBlock` and returns a `Float64Array` with a value a point; a value that is
 * not finite is a failure. Bit for bit the result of the method on one machine, for any executor, number of workers and `pointsPerTask`.
 *
 * @param executor - `inlineExecutor()`, `workerExecutor(n)`, or `queueExecutor` of `@infimum/distributed`
 * @param task - the function's module and name; for a queue made by `defineTask`
 * @param blackBox - `dimension`, start, bounds, `target`
 * @param options - the method and its own options, `pointsPerTask`, limits
 * @throws {InvalidInputError} naming the argument or option at fault; `shape` if the task returns anything but values
 *
 * @example
 * ```ts
 * import { minimizeBlackBoxOn } from '@infimum/blackbox';
 * import { workerExecutor } from '@infimum/core/executor';
 *
 * const bowl = `export const bowl = ({ points, dimension }) =>
 *   Float64Array.from({ length: points.length / dimension }, (_, i) =>
 *     points.slice(i * dimension, (i + 1) * dimension).reduce((sum, x) => sum + (x - 1) ** 2, 0));`;
 * const task = { module: `data:text/javascript,${encodeURIComponent(bowl)}`, name: 'bowl' };
 * const executor = workerExecutor(2);
 * const { status, x } = await minimizeBlackBoxOn(executor, task, { dimension: 2, target: 1e-8 }, { pointsPerTask: 3 });
 * console.log(status, x[0].toFixed(3), x[1].toFixed(3)); // converged 1.000 1.000
 * await executor.close();
 * ```
 */
export async function minimizeBlackBoxOn(
  executor: Executor,
  task: Task,
  blackBox: Omit<BlackBox, 'value'>,
  options: MinimizeBlackBoxOnOptions = {},
): Promise<Outcome<BestPoint, Questions<BestPoint>>> {
  checkExecution(executor, task);
  checkObject(blackBox, 'blackBox');
  checkObject(options, 'options');
  const { options: own = {}, ...rest } = options;
  const { method, pointsPerTask } = resolveOptions(onOptions, rest);
  checkObject(own, 'options.options');

  const box: BlackBox = { ...blackBox, value: elsewhere };
  const steps = (METHODS[method] as (box: BlackBox, options: object) => Steps<BestPoint, Questions<BestPoint>, Float64Array>)(
    box,
    own,
  );
  return runAsync(steps, runOptionsOf(onOptions, rest), (questions) =>
    evaluate(executor, task, questions, box.dimension, pointsPerTask, rest.signal),
  );
}

/** The values of a generation, block by block. */
async function evaluate(
  executor: Executor,
  task: Task,
  { points, count }: Questions,
  dimension: number,
  block: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const blocks: PointBlock[] = [];
  for (let first = 0; first < count; first += block) {
    const last = Math.min(count, first + block);
    blocks.push({ points: points.slice(first * dimension, last * dimension), dimension });
  }
  const parts = await executor.map<PointBlock, unknown>(task, blocks, signal);
  checkList(parts, 'executor.map()');
  if (parts.length !== blocks.length) {
    throw fault(`must answer each of ${blocks.length} blocks, answered ${parts.length}`, 'executor.map()', 'shape');
  }
  const values = new Float64Array(count);
  for (const [i, part] of parts.entries()) {
    const expected = blocks[i].points.length / dimension;
    if (!(part instanceof Float64Array) || part.length !== expected) {
      throw fault(`must return a Float64Array of ${expected} values for ${expected} points`, `the task ${task.name}`, 'shape');
    }
    values.set(part, i * block);
  }
  return values;
}

function elsewhere(): never {
  throw new Error('values come from the executor');
}
