// Populations that are evaluated elsewhere: on worker threads, or over a queue on many machines. The method runs here, the
// function there; values come back in the order of the points, so the result is that of a run on one machine, bit for bit.
import type { AsyncAnswerer, Executor, Outcome, RunOptions, Steps, Task } from '@infimum/core';
import {
  checkChoice,
  checkExecution,
  checkInteger,
  checkList,
  checkObject,
  InvalidInputError,
  runAsync,
  runOptionsOf,
} from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { cboSteps } from './cbo.ts';
import type { CboOptions } from './cbo-options.ts';
import type { CmaEsOptions } from './cma-es.ts';
import { cmaEsSteps } from './cma-es.ts';
import type { ConsensusHoppingOptions } from './consensus-hopping.ts';
import { consensusHoppingSteps } from './consensus-hopping.ts';
import type { OpenEsOptions } from './open-es.ts';
import { openEsSteps } from './open-es.ts';

/** What the task of `minimizeBlackBoxOn` is given: some points one after the other. */
export interface PointBlock {
  /** n · d numbers. */
  readonly points: Float64Array;
  /** Number of variables d. */
  readonly dimension: number;
}

/** How `minimizeBlackBoxOn` searches. */
export type MinimizeOnOptions = RunOptions<Questions> & {
  /** Points that a task evaluates at a time; 1 by default. The result does not depend on it. */
  readonly pointsPerTask?: number;
} & (
    | {
        /** The method, `cma-es` by default. */
        readonly method?: 'cma-es';
        /** Its own options. */
        readonly options?: CmaEsOptions;
      }
    | {
        /** Consensus-based optimisation. */
        readonly method: 'cbo';
        /** Its own options. */
        readonly options?: CboOptions;
      }
    | {
        /** Hops to the consensus of samples. */
        readonly method: 'consensus-hopping';
        /** Its own options. */
        readonly options?: ConsensusHoppingOptions;
      }
    | {
        /** Evolution strategies with opposite samples and Adam. */
        readonly method: 'open-es';
        /** Its own options. */
        readonly options?: OpenEsOptions;
      }
  );

const METHODS = {
  'cma-es': cmaEsSteps,
  cbo: cboSteps,
  'consensus-hopping': consensusHoppingSteps,
  'open-es': openEsSteps,
} as const;

/**
 * Minimises f whose values a task computes on an executor: each generation is cut into blocks of points, and the blocks are evaluated
 * wherever the executor has room. The task gets a `PointBlock` and returns a `Float64Array` with a value a point; what is not finite counts
 * as a failure. Bit for bit the result of the method on one machine, whatever executor, number of workers and block.
 *
 * @param executor - `inlineExecutor()`, `workerExecutor(n)`, or `queueExecutor` of `@infimum/distributed`
 * @param task - the function's module and name; for a queue made by `defineTask`
 * @param blackBox - `dimension`, where to begin, bounds, `target`
 * @param options - method and its settings, `block`, limits
 * @throws {InvalidInputError} naming the argument or option at fault; `shape` if the task gives something else than values
 *
 * @example
 * ```ts
 * import { minimizeBlackBoxOn } from '@infimum/blackbox';
 * import { workerExecutor } from '@infimum/core';
 *
 * const bowl = `export const bowl = ({ points, dimension }) =>
 *   Float64Array.from({ length: points.length / dimension }, (_, i) =>
 *     points.slice(i * dimension, (i + 1) * dimension).reduce((sum, x) => sum + (x - 1) ** 2, 0));`;
 * const task = { module: `data:text/javascript,${encodeURIComponent(bowl)}`, name: 'bowl' };
 * const executor = workerExecutor(2);
 * const { status, x } = await minimizeBlackBoxOn(executor, task, { dimension: 2, target: 1e-8 }, { block: 3 });
 * console.log(status, x[0].toFixed(3), x[1].toFixed(3)); // converged 1.000 1.000
 * await executor.close();
 * ```
 */
export async function minimizeBlackBoxOn(
  executor: Executor,
  task: Task,
  blackBox: Omit<BlackBox, 'value'>,
  options: MinimizeOnOptions = {},
): Promise<Outcome<BestPoint, Questions>> {
  checkExecution(executor, task);
  checkObject(blackBox, 'blackBox');
  checkObject(options, 'options');
  const { method = 'cma-es', pointsPerTask = 1, options: settings = {}, signal } = options;
  checkChoice(method, 'method', Object.keys(METHODS) as (keyof typeof METHODS)[]);
  checkInteger(pointsPerTask, 'block', { min: 1 });
  checkObject(settings, 'settings');

  const box: BlackBox = { ...blackBox, value: elsewhere };
  const stepsOf = METHODS[method] as (
    box: BlackBox,
    settings: object,
  ) => Steps<BestPoint, Questions, Float64Array>;
  const steps = stepsOf(box, settings);
  const answer = (questions: Questions) =>
    evaluate(executor, task, questions, blackBox.dimension, pointsPerTask, signal);
  const answerer: AsyncAnswerer<Questions, Float64Array> = [answer];
  return runAsync(steps, runOptionsOf({}, options), ...answerer);
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
    const problem = `must answer each of ${blocks.length} blocks, answered ${parts.length}`;
    throw new InvalidInputError(problem, { argument: 'executor.map()', code: 'shape' });
  }
  const values = new Float64Array(count);
  for (const [i, part] of parts.entries()) {
    const expected = blocks[i].points.length / dimension;
    if (!(part instanceof Float64Array) || part.length !== expected) {
      const problem = `must return a Float64Array of ${expected} values for ${expected} points`;
      throw new InvalidInputError(problem, { argument: `the task ${task.name}`, code: 'shape' });
    }
    values.set(part, i * block);
  }
  return values;
}

function elsewhere(): never {
  throw new Error('values come from the executor');
}
