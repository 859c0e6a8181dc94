// The worker: takes jobs of the tasks that it has registered, checks them, runs them, and answers. It runs nothing that
// came through the queue: a job names a task, and only a task of exactly this version.
import os from 'node:os';
import { checkFunction, checkInteger, checkNumber, checkText, fault } from '@infimum/core';
import type { Executor } from '@infimum/core/executor';
import { workerExecutor } from '@infimum/core/executor';
import type { Job } from 'bullmq';
import { UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CheckedAddress, QueueAddress } from './connection.ts';
import { checkAddress, connect, connectionOptions } from './connection.ts';
import type { WorkerInfo } from './crew.ts';
import { SIGN_SECONDS, signIn, signOut } from './crew.ts';
import type { AnswerEnvelope } from './job.ts';
import { openJob, wrapError, wrapOutput } from './job.ts';
import { DEFAULT_MAX_BYTES } from './payload.ts';
import type { RegisteredTask, Service } from './task.ts';
import { checkName, queueOf } from './task.ts';

/** Options of a worker. */
export interface StartWorkerOptions extends QueueAddress {
  /** What it runs: functions of modules, on threads of their own, or services. */
  readonly tasks: readonly (RegisteredTask | Service)[];
  /** Jobs of each task at a time; 1 by default. */
  readonly concurrency?: number;
  /** Seconds without a heartbeat after which a worker counts as lost and its jobs go to others; 30 by default. */
  readonly lostAfterSeconds?: number;
  /** How often a job is tried again after its worker was lost, before it counts as one that kills workers; 5 by default. */
  readonly retries?: number;
  /** Largest input and output in bytes; 16 MB by default. */
  readonly maxBytes?: number;
  /** Name of the machine in the results; its host name, processor and system by default. */
  readonly machine?: string;
  /** Called with errors outside the tasks: a lost connection, a refused job. */
  readonly onProblem?: (message: string) => void;
  /** Called when a job begins (`running` true) and ends. */
  readonly onJob?: (task: string, running: boolean) => void;
}

/** A running worker. */
export interface RunningWorker {
  /** How it describes itself. */
  readonly info: WorkerInfo;
  /** Takes no more jobs, finishes the running ones, and ends; with `now`, also in a later call, it returns them to the queue. */
  close(now?: boolean): Promise<void>;
}

/** Milliseconds within which an ending worker returns its jobs. */
const LEAVE_MILLISECONDS = 3000;

let started = 0;

/**
 * Starts a worker in this process. Resolves when it takes jobs.
 *
 * No job is lost when a worker is killed: after `lostAfterSeconds` its jobs go to others, and a late answer is
 * ignored. Jobs of another version of a task are in another queue; a job that falsely claims this version is refused.
 *
 * @param options - the queue, the tasks, `concurrency`
 * @throws {InvalidInputError} naming the option at fault; `missing` for `url` when there is no connection
 *
 * @example
 * ```ts
 * import { startWorker } from '@infimum/distributed';
 *
 * const wrong = startWorker({ url: 'http://queue.example', tasks: [] });
 * console.log(await wrong.catch((error) => error.message)); // url: expected redis://HOST:PORT or rediss://HOST:PORT
 * ```
 */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorker> {
  const address = checkAddress(options);
  const { tasks, concurrency = 1, lostAfterSeconds = 30, retries = 5, maxBytes = DEFAULT_MAX_BYTES } = options;
  const { machine = describeMachine(), onProblem = () => {}, onJob = () => {} } = options;
  checkTasks(tasks);
  checkInteger(concurrency, 'concurrency', { min: 1, max: 1024 });
  checkNumber(lostAfterSeconds, 'lostAfterSeconds', { min: 0.5, max: 86_400 });
  checkInteger(retries, 'retries', { min: 0, max: 1000 });
  checkInteger(maxBytes, 'maxBytes', { min: 1 });
  checkText(machine, 'machine');
  checkFunction(onProblem, 'onProblem');
  checkFunction(onJob, 'onJob');
  const redis = await connect(address, onProblem);
  const crew = new Crew(redis, address, { concurrency, lostAfterSeconds, retries, maxBytes, machine, onProblem, onJob });
  try {
    await crew.begin(tasks);
    return crew;
  } catch (error) {
    await crew.close(true);
    throw error;
  }
}

type Settings = Required<Omit<StartWorkerOptions, 'url' | 'prefix' | 'tasks'>>;

/** A BullMQ worker for each task, and one more connection for messages. */
class Crew implements RunningWorker {
  info: WorkerInfo;
  readonly #redis: Redis;
  readonly #address: CheckedAddress;
  readonly #settings: Settings;
  readonly #workers: Worker[] = [];
  readonly #threads: Executor;
  #ears: Redis | undefined;
  #signs: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #isLeaving = false;
  readonly #giveUp = Promise.withResolvers<void>();

  constructor(redis: Redis, address: CheckedAddress, settings: Settings) {
    this.#redis = redis;
    this.#address = address;
    this.#settings = settings;
    this.#threads = workerExecutor(settings.concurrency);
    const name = `${os.hostname()}:${process.pid}:${++started}`;
    this.info = { name, concurrency: settings.concurrency, tasks: {}, machine: settings.machine };
  }

  async begin(tasks: StartWorkerOptions['tasks']): Promise<void> {
    const { prefix } = this.#address;
    this.info = { ...this.info, tasks: Object.fromEntries(tasks.map(({ id, version }) => [id, version])) };
    this.#ears = this.#redis.duplicate({ lazyConnect: true });
    this.#ears.on('error', () => {});
    await this.#ears.connect();
    await this.#ears.subscribe(`${prefix}:cancel`);
    this.#ears.on('message', (_, id) => {
      for (const worker of this.#workers) worker.cancelJob(id, 'cancelled');
    });
    for (const task of tasks) this.#workers.push(this.#startWorker(task));
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
    await signIn(this.#redis, prefix, this.info);
    this.#signs = setInterval(() => {
      signIn(this.#redis, prefix, this.info).catch((error: Error) => this.#settings.onProblem(error.message));
    }, 1000 * SIGN_SECONDS);
  }

  close(now = false): Promise<void> {
    if (now && !this.#isLeaving) {
      this.#isLeaving = true;
      for (const worker of this.#workers) worker.cancelAllJobs('the worker is closed');
      setTimeout(this.#giveUp.resolve, LEAVE_MILLISECONDS).unref();
    }
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    clearInterval(this.#signs);
    await Promise.race([
      Promise.all(this.#workers.map((worker) => worker.close())),
      // Without a server no job can be returned; others take the jobs when this worker is silent.
      this.#giveUp.promise.then(() => Promise.all(this.#workers.map((worker) => worker.close(true)))),
    ]);
    await signOut(this.#redis, this.#address.prefix, this.info).catch(() => {});
    this.#ears?.disconnect();
    this.#redis.disconnect();
    await this.#threads.close();
  }

  #startWorker(task: RegisteredTask | Service): Worker {
    const { concurrency, lostAfterSeconds, retries, onProblem, onJob } = this.#settings;
    const worker = new Worker(
      queueOf(task),
      async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
        onJob(task.id, true);
        try {
          return await this.#work(task, job, signal ?? new AbortController().signal);
        } catch (error) {
          if (!this.#isLeaving) throw error;
          await job.moveToWait(token);
          throw new WaitingError();
        } finally {
          onJob(task.id, false);
        }
      },
      {
        connection: connectionOptions(this.#address),
        prefix: this.#address.prefix,
        name: this.info.name,
        concurrency,
        lockDuration: 1000 * lostAfterSeconds,
        stalledInterval: 1000 * lostAfterSeconds,
        maxStalledCount: retries,
        // Seconds of one wait for a job: short enough to notice a lost connection.
        drainDelay: 5,
      },
    );
    worker.on('error', (error) => onProblem(`${task.id}: ${error.message}`));
    worker.on('failed', (job, error) => onProblem(`${task.id}: job ${job?.id ?? '?'}: ${error.message}`));
    // A worker that lost the job's lock need not finish it.
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) worker.cancelJob(id, 'the job was given to another worker');
    });
    return worker;
  }

  async #work(task: RegisteredTask | Service, job: Job, signal: AbortSignal): Promise<AnswerEnvelope> {
    const { maxBytes } = this.#settings;
    const { name } = this.info;
    let input: unknown;
    try {
      input = openJob(job.data, task, maxBytes);
    } catch (error) {
      // This package did not send it: no answer, no retry.
      throw new UnrecoverableError(`refused by ${name}: ${(error as Error).message}`);
    }
    if (await this.#redis.exists(cancelKey(this.#address.prefix, String(job.id)))) {
      throw new UnrecoverableError(CANCELLED);
    }
    const report = (news: unknown) => {
      job.updateProgress({ worker: name, news: news as object }).catch(() => {});
    };
    report(null);
    try {
      const running =
        'run' in task
          ? task.run(input, { signal, report })
          : this.#threads.map({ module: task.module, name: task.name }, [input], signal).then(([only]) => only);
      const output = await unlessAborted(running, signal);
      signal.throwIfAborted();
      return wrapOutput(name, output, maxBytes);
    } catch (error) {
      if (signal.aborted) throw new UnrecoverableError(CANCELLED);
      return wrapError(name, error, maxBytes);
    }
  }
}

/** Waits for the work or an abort, since a service may ignore the signal. */
async function unlessAborted<Output>(work: Promise<Output>, signal: AbortSignal): Promise<Output> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The failure reason of a cancelled job. */
export const CANCELLED = 'cancelled';

/** The key that tells a worker that has not begun yet. */
export const cancelKey = (prefix: string, job: string): string => `${prefix}:cancelled:${job}`;

function checkTasks(tasks: StartWorkerOptions['tasks']): void {
  if (!Array.isArray(tasks)) throw fault('expected a list', 'tasks', 'type');
  const ids = new Set<string>();
  for (const [index, task] of tasks.entries()) {
    const argument = `tasks[${index}]`;
    checkName(task, argument);
    if ('run' in task) checkFunction(task.run, `${argument}.run`);
    else {
      checkText(task.module, `${argument}.module`);
      checkText(task.name, `${argument}.name`);
    }
    if (ids.has(task.id)) throw fault(`'${task.id}' is registered twice`, argument, 'unknown');
    ids.add(task.id);
  }
  if (ids.size === 0) throw fault('there is nothing to run', 'tasks', 'empty');
}

function describeMachine(): string {
  return `${os.hostname()}: ${os.cpus()[0]?.model.trim() ?? os.arch()}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()}`;
}
