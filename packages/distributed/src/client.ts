// The client: sends jobs, up to a limit at a time, waits for their answers, and takes each answer once.
import { createHash, randomUUID } from 'node:crypto';
import { checkFunction, checkInteger, checkNumber, checkText, fault } from '@infimum/core';
import type { Executor, Task } from '@infimum/core/executor';
import { Job, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CheckedAddress, QueueAddress } from './connection.ts';
import { checkAddress, connect, connectionOptions } from './connection.ts';
import type { WorkerInfo } from './crew.ts';
import { listCrew } from './crew.ts';
import { openAnswer, wrapJob } from './job.ts';
import { DEFAULT_MAX_BYTES } from './payload.ts';
import type { RegisteredTask, TaskName } from './task.ts';
import { checkName, queueOf } from './task.ts';
import { CANCELLED, cancelKey } from './worker.ts';

/** How jobs are sent. */
export interface QueueExecutorOptions extends QueueAddress {
  /** Jobs that may be queued or running at a time; further ones wait in the client. 256 by default. */
  readonly maxPending?: number;
  /** Largest input and output in bytes; 16 MB by default. */
  readonly maxBytes?: number;
  /** Seconds without any worker that has the task in this version, after which its jobs are given up; 60 by default. */
  readonly patienceSeconds?: number;
  /** Called with the reason why jobs wait, whenever it changes, and when the connection is lost. */
  readonly onProblem?: (message: string) => void;
}

/** Options of one job. */
export interface SubmitLimits {
  /**
   * Identifies the job: a second job with the same key, for example from a restarted client, is the same job, and an existing
   * answer is used. A new key by default.
   */
  readonly key?: string;
  /** Cancels the job. */
  readonly signal?: AbortSignal;
  /** Called when a worker begins, with null, and with everything that it reports. */
  readonly onNews?: (worker: string, news: unknown) => void;
  /** Called with the answer before it leaves the queue; if the call fails, the answer stays there for the next client. */
  readonly accept?: (output: unknown, worker: string) => void | Promise<void>;
}

/** An executor whose jobs run on any number of machines. */
export interface QueueExecutor extends Executor {
  /** Runs one job of a task or service. Rejects with the job's error, or with the reason why it could not be run. */
  submit(task: TaskName, input: unknown, options?: SubmitLimits): Promise<unknown>;
  /** The current workers. */
  workers(): Promise<WorkerInfo[]>;
}

/** Seconds between two checks of all pending jobs, in case an event was missed. */
const LOOK_SECONDS = 2;
/** Seconds that an answer waits in the queue for a client that was restarted. */
const KEEP_SECONDS = 7 * 86_400;
/** Events are kept only briefly, because answers are in the jobs. */
const KEPT_EVENTS = 500;

/**
 * Connects to a queue as an executor: `map` runs a registered task on the available workers. The results are in the order of the
 * inputs and equal those of the inline executor bit for bit.
 *
 * Every result is taken exactly once. A job whose worker is lost runs again on another one; a task must therefore give the same
 * result for the same input.
 *
 * @throws {InvalidInputError} naming the option at fault; `missing` for `url` when there is no connection
 *
 * @example
 * ```ts
 * import { queueExecutor } from '@infimum/distributed';
 *
 * const nobody = queueExecutor({ url: 'redis://127.0.0.1:1' });
 * console.log(await nobody.catch((error) => error.message)); // url: no connection to redis://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1
 * ```
 */
export async function queueExecutor(options: QueueExecutorOptions): Promise<QueueExecutor> {
  const address = checkAddress(options);
  const { maxPending = 256, maxBytes = DEFAULT_MAX_BYTES, patienceSeconds = 60, onProblem = () => {} } = options;
  checkInteger(maxPending, 'maxPending', { min: 1, max: 1_000_000 });
  checkInteger(maxBytes, 'maxBytes', { min: 1 });
  if (patienceSeconds !== Infinity) checkNumber(patienceSeconds, 'patienceSeconds', { min: 0 });
  checkFunction(onProblem, 'onProblem');
  const redis = await connect(address, onProblem);
  return new Client(redis, address, { maxPending, maxBytes, patienceSeconds, onProblem });
}

type Settings = Required<Omit<QueueExecutorOptions, 'url' | 'prefix'>>;

/** A job that was sent and not yet answered. */
interface Pending {
  readonly id: string;
  readonly send: () => Promise<unknown>;
  readonly options: SubmitLimits;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Whether a check of the job is under way, so that its answer is taken once. */
  isTaken: boolean;
  /** It is in the queue, as far as we know. */
  isSent: boolean;
}

class Client implements QueueExecutor {
  readonly #redis: Redis;
  readonly #address: CheckedAddress;
  readonly #settings: Settings;
  readonly #channels = new Map<string, Channel>();
  readonly #waiting: (() => void)[] = [];
  #pending = 0;

  constructor(redis: Redis, address: CheckedAddress, settings: Settings) {
    this.#redis = redis;
    this.#address = address;
    this.#settings = settings;
  }

  async map<Input, Output>(task: Task, inputs: readonly Input[], signal?: AbortSignal): Promise<Output[]> {
    if (!isRegistered(task)) throw fault('is not registered: make it with defineTask', 'task', 'type');
    const failure = new AbortController();
    const both = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
    const outputs = inputs.map(async (input) => {
      try {
        return (await this.submit(task, input, { signal: both })) as Output;
      } catch (error) {
        if (!failure.signal.aborted) failure.abort(error);
        throw error;
      }
    });
    try {
      return await Promise.all(outputs);
    } finally {
      await Promise.allSettled(outputs);
    }
  }

  async submit(task: TaskName, input: unknown, options: SubmitLimits = {}): Promise<unknown> {
    checkName(task, 'task');
    const { key, signal, onNews, accept } = options;
    if (key !== undefined) checkText(key, 'key');
    if (onNews !== undefined) checkFunction(onNews, 'onNews');
    if (accept !== undefined) checkFunction(accept, 'accept');
    task.check(input);
    signal?.throwIfAborted();
    await this.#room(signal);
    try {
      const envelope = wrapJob(task, input, this.#settings.maxBytes);
      const identity = key === undefined ? randomUUID() : `${queueOf(task)} ${key}`;
      const id = createHash('sha256').update(identity).digest('hex').slice(0, 40);
      return await this.#channel(task).submit(id, envelope, options);
    } finally {
      this.#pending--;
      this.#waiting.shift()?.();
    }
  }

  workers(): Promise<WorkerInfo[]> {
    return listCrew(this.#redis, this.#address.prefix);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()));
    this.#redis.disconnect();
  }

  /** Back-pressure: waits until fewer jobs than allowed are pending. */
  async #room(signal: AbortSignal | undefined): Promise<void> {
    while (this.#pending >= this.#settings.maxPending) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const give = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(give);
      await promise;
    }
    this.#pending++;
  }

  #channel(task: TaskName): Channel {
    const name = queueOf(task);
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new Channel(task, this.#redis, this.#address, this.#settings);
      this.#channels.set(name, channel);
    }
    return channel;
  }
}

/** The queue of one task in one version. */
class Channel {
  readonly #task: TaskName;
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #settings: Settings;
  readonly #queue: Queue;
  readonly #ready: Promise<QueueEvents>;
  readonly #pending = new Map<string, Pending>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #lonelySince: number | undefined;
  #complaint = '';

  constructor(task: TaskName, redis: Redis, address: CheckedAddress, settings: Settings) {
    this.#task = task;
    this.#redis = redis;
    this.#prefix = address.prefix;
    this.#settings = settings;
    const common = { connection: connectionOptions(address), prefix: address.prefix };
    this.#queue = new Queue(queueOf(task), { ...common, streams: { events: { maxLen: KEPT_EVENTS } } });
    const complain = (error: Error) => settings.onProblem(`${task.id}: ${error.message}`);
    this.#queue.on('error', complain);
    this.#ready = this.#listen(address, complain);
    this.#ready.catch(complain);
    this.#timer = setInterval(() => void this.#lookAtAll(), 1000 * LOOK_SECONDS);
  }

  /** Events from now on, including those before the first one is requested. */
  async #listen(address: CheckedAddress, complain: (error: Error) => void): Promise<QueueEvents> {
    const [seconds, microseconds] = await this.#redis.time();
    const lastEventId = `${1000 * Number(seconds) + Math.floor(Number(microseconds) / 1000)}-0`;
    const events = new QueueEvents(queueOf(this.#task), {
      connection: connectionOptions(address),
      prefix: address.prefix,
      lastEventId,
    });
    events.on('error', complain);
    events.on('completed', ({ jobId }) => void this.#look(jobId));
    events.on('failed', ({ jobId }) => void this.#look(jobId));
    events.on('progress', ({ jobId, data }) => {
      const { worker, news } = Object(data) as { worker?: unknown; news?: unknown };
      if (typeof worker === 'string') this.#pending.get(jobId)?.options.onNews?.(worker, news ?? null);
    });
    await Promise.all([events.waitUntilReady(), this.#queue.waitUntilReady()]);
    return events;
  }

  async submit(id: string, envelope: object, options: SubmitLimits): Promise<unknown> {
    const { signal } = options;
    if (this.#pending.has(id)) throw fault('a job with this key is out already', 'key', 'unknown');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const send = () =>
      this.#queue.add(this.#task.id, envelope, {
        jobId: id,
        attempts: 1,
        removeOnComplete: { age: KEEP_SECONDS },
        removeOnFail: { age: KEEP_SECONDS },
        stackTraceLimit: 0,
      });
    const pending: Pending = { id, send, options, resolve, reject, isTaken: false, isSent: false };
    this.#pending.set(id, pending);
    const cancel = () => void this.#cancel(pending);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      await Promise.race([this.#begin(pending), promise]);
      return await promise;
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const { reject } of this.#pending.values()) reject(new Error('the executor was closed'));
    const events = await this.#ready.catch(() => undefined);
    await Promise.all([this.#queue.close(), events?.close()]);
  }

  /** Sends a job, unless an earlier client has sent it and the job or its answer is still there. */
  async #begin(pending: Pending): Promise<void> {
    await this.#ready;
    if (pending.options.key !== undefined) {
      await this.#redis.del(cancelKey(this.#prefix, pending.id));
      const earlier = await Job.fromId(this.#queue, pending.id);
      // The cause of its earlier failure may be fixed by now.
      if (earlier?.finishedOn && earlier.failedReason) await earlier.remove();
    }
    if (pending.options.signal?.aborted) return;
    await pending.send();
    pending.isSent = true;
    if (pending.options.key !== undefined) await this.#look(pending.id);
  }

  /** Takes the answer to a job, if there is one. */
  async #look(id: string): Promise<void> {
    const pending = this.#pending.get(id);
    if (!pending?.isSent || pending.isTaken) return;
    pending.isTaken = true;
    try {
      const job = await Job.fromId(this.#queue, id);
      // The server lost it, or another client with the same key took it.
      if (!job) await pending.send();
      else if (job.finishedOn) await this.#settle(pending, job);
    } catch (error) {
      pending.reject(error);
    } finally {
      pending.isTaken = false;
    }
  }

  async #settle({ options, resolve, reject }: Pending, job: Job): Promise<void> {
    if (job.failedReason) {
      await job.remove();
      return reject(new Error(explainFailure(job.failedReason)));
    }
    const answer = openAnswer(job.returnvalue, this.#settings.maxBytes);
    if ('error' in answer) {
      await job.remove();
      return reject(answer.error);
    }
    await options.accept?.(answer.output, answer.worker);
    await job.remove();
    resolve(answer.output);
  }

  /** Cancels a job, in the queue or at the worker that runs it. */
  async #cancel({ id, options, reject }: Pending): Promise<void> {
    try {
      await this.#redis.set(cancelKey(this.#prefix, id), '1', 'EX', 3600);
      const job = await Job.fromId(this.#queue, id);
      // A running job is locked.
      const removed = await job?.remove().then(
        () => true,
        () => false,
      );
      if (removed === false) await this.#redis.publish(`${this.#prefix}:cancel`, id);
    } catch (error) {
      this.#settings.onProblem(`a job could not be cancelled: ${(error as Error).message}`);
    } finally {
      reject(options.signal?.reason);
    }
  }

  async #lookAtAll(): Promise<void> {
    if (this.#isLooking || this.#pending.size === 0) return;
    this.#isLooking = true;
    try {
      for (const id of [...this.#pending.keys()]) await this.#look(id);
      await this.#lookForWorkers();
    } catch (error) {
      this.#settings.onProblem(`${this.#task.id}: ${(error as Error).message}`);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Reports why the jobs wait, and rejects them after the time limit. */
  async #lookForWorkers(): Promise<void> {
    const crew = await listCrew(this.#redis, this.#prefix);
    const { id, version } = this.#task;
    if (this.#pending.size === 0 || crew.some(({ tasks }) => tasks[id] === version)) {
      this.#lonelySince = undefined;
      this.#complaint = '';
      return;
    }
    this.#lonelySince ??= performance.now();
    const complaint = explainLoneliness(this.#task, crew);
    if (complaint !== this.#complaint) this.#settings.onProblem(complaint);
    this.#complaint = complaint;
    if (performance.now() - this.#lonelySince < 1000 * this.#settings.patienceSeconds) return;
    for (const pending of [...this.#pending.values()]) {
      pending.reject(new Error(complaint));
      const job = await Job.fromId(this.#queue, pending.id);
      await job?.remove().catch(() => {});
    }
  }
}

function isRegistered(task: Task): task is RegisteredTask {
  const { id, version, check } = Object(task) as Partial<RegisteredTask>;
  return typeof id === 'string' && typeof version === 'string' && typeof check === 'function';
}

function explainLoneliness({ id, version }: TaskName, crew: readonly WorkerInfo[]): string {
  const others = [...new Set(crew.flatMap(({ tasks }) => (Object.hasOwn(tasks, id) ? [tasks[id]] : [])))];
  if (others.length > 0) {
    return `no worker has version ${version} of ${id}; those that are there have ${others.join(', ')}, and refuse`;
  }
  return crew.length > 0
    ? `no worker runs ${id}; there ${crew.length === 1 ? 'is 1' : `are ${crew.length}`} with other tasks`
    : `no worker is there for ${id}`;
}

function explainFailure(reason: string): string {
  if (reason === CANCELLED) return 'the job was cancelled by another client';
  return /stalled more than/.test(reason) ? 'every worker that took the job was lost while it ran' : reason;
}
