// The coordinator's side: sends cells to the queue and stores what comes back, each result once.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueExecutor, WorkerInfo } from '@infimum/distributed';
import { checkResult } from '../cell/border.ts';
import type { Cell, CellResult, Sample } from '../cell/messages.ts';
import { withoutRun } from '../cell/messages.ts';
import { isJsonObject } from '../json.ts';
import { tell } from '../output.ts';
import { identityOf } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { CellJob } from './cell-job.ts';
import { cellTask, MOST_BYTES } from './cell-job.ts';

/** Milliseconds between two looks at the workers. */
const LOOK_EVERY = 2000;
/** Cells in the queue and at work. */
const MOST_PENDING = 256;

/** Where the queue is. */
export interface QueueArguments {
  readonly queue: string;
  readonly prefix?: string;
}

/** What the run does with what comes back. */
export interface Delegation {
  /** Hash of all code that takes part. */
  readonly version: string;
  /** Largest resident set in megabytes. */
  readonly memory: number;
  /** Measures anew what the queue still has an answer to. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  /** Which repetition a cell is, from 0. */
  repetition(cell: Cell): number;
  /** Stores a result; the queue forgets it only then. */
  keep(cell: Cell, result: CellResult, machine: string): Promise<void>;
  onBegin(cell: Cell, worker: string): void;
  onSample(cell: Cell, sample: Pick<Sample, 'iteration' | 'metrics'>): void;
  onCrew(crew: readonly WorkerInfo[]): void;
}

/**
 * Connects to the queue.
 *
 * @throws {UsageError} when there is no server
 */
export async function connectQueue({ queue, prefix }: QueueArguments): Promise<QueueExecutor> {
  const { queueExecutor } = await import('@infimum/distributed');
  try {
    return await queueExecutor({
      url: queue,
      ...(prefix !== undefined && { prefix }),
      maxPending: MOST_PENDING,
      maxBytes: MOST_BYTES,
      // Workers may come at any time; a user who does not want to wait interrupts the run.
      patienceSeconds: Infinity,
      onProblem: tell,
    });
  } catch (error) {
    throw new UsageError(`--queue: ${(error as Error).message.replace(/^url: /, '')}`, { cause: error });
  }
}

/** Runs cells on the workers of a queue. `cells` come in the order in which workers should take them. */
export async function delegate(cells: AsyncIterable<Cell>, executor: QueueExecutor, delegation: Delegation): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([delegation.signal, failure.signal]);
  const look = async () => {
    try {
      delegation.onCrew(await executor.workers());
    } catch {
      // A connection that is lost was told of, and comes back.
    }
  };
  const timer = setInterval(look, LOOK_EVERY);
  const running = new Set<Promise<void>>();
  try {
    await look();
    for await (const cell of cells) {
      if (signal.aborted) break;
      const one = send(cell, executor, { ...delegation, signal })
        .catch((error) => {
          if (!signal.aborted) failure.abort(error);
        })
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= MOST_PENDING) await Promise.race(running);
    }
    await Promise.all(running);
  } finally {
    clearInterval(timer);
    await Promise.all(running);
  }
  if (failure.signal.aborted) throw failure.signal.reason;
}

/** One cell; whatever its worker does, it ends as a row of the store. */
async function send(cell: Cell, executor: QueueExecutor, delegation: Delegation): Promise<void> {
  const { version, memory, fresh, signal } = delegation;
  const job: CellJob = { cell, memory };
  let unkept: unknown;
  const submit = () =>
    executor.submit(cellTask(version), job, {
      key: `${identityOf(cell)} ${delegation.repetition(cell)}${fresh ? randomUUID() : ''}`,
      signal,
      onNews: (worker, progress) => {
        if (progress === null) delegation.onBegin(cell, worker);
        else if (isJsonObject(progress)) delegation.onSample(cell, readProgress(progress));
      },
      accept: async (output) => {
        const { result, machine } = Object(output) as { result?: unknown; machine?: unknown };
        const checked = checkResult(result);
        try {
          await delegation.keep(cell, checked, typeof machine === 'string' ? machine.slice(0, 500) : '');
        } catch (error) {
          unkept = error;
          throw error;
        }
      },
    });
  try {
    await withPatience(submit, signal);
  } catch (error) {
    // What cannot be stored ends the run; the answer stays in the queue.
    if (signal.aborted || unkept !== undefined) throw error;
    const reason = `the queue: ${(error as Error).message}`;
    await delegation.keep(cell, { ...withoutRun('failed', reason), samples: [] }, '');
  }
}

/** Waits while the server has no memory left, longer every time: cells that are finished make room. */
async function withPatience(submit: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let seconds = 1; ; seconds = Math.min(LONGEST_WAIT, 2 * seconds)) {
    try {
      await submit();
      return;
    } catch (error) {
      if (signal.aborted || !OUT_OF_MEMORY.test((error as Error).message)) throw error;
      tell(`the queue's server is out of memory; retrying the cell in ${seconds} s`);
      await sleep(1000 * seconds, undefined, { signal }).catch(() => {});
      signal.throwIfAborted();
    }
  }
}

/** Redis's own words. */
const OUT_OF_MEMORY = /\bOOM\b|used memory > 'maxmemory'/;
const LONGEST_WAIT = 60;

function readProgress({ iteration, metrics }: { readonly iteration?: unknown; readonly metrics?: unknown }) {
  const values = Object.entries(Object(metrics)).filter(
    (entry): entry is [string, number | null] => entry[1] === null || typeof entry[1] === 'number',
  );
  return { iteration: typeof iteration === 'number' ? iteration : 0, metrics: Object.fromEntries(values) };
}
