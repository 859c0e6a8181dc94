// Executors: the same map over tasks inline, or on worker threads of Node or a browser.
import type { InvalidInputDetails } from './errors.ts';
import { fault, InvalidInputError } from './errors.ts';
import { checkInteger, checkList, checkMethods, checkObject, checkText, describeValue } from './validate.ts';

/** A function that a worker can find: the URL of a module and the name of one of its exports. */
export interface Task {
  /** Absolute URL of an ES module, `import.meta.url` for the calling one. */
  readonly module: string;
  /** Name of the exported function; it takes one structured-cloneable argument. */
  readonly name: string;
}

/** Runs tasks, here or elsewhere. Results are in the order of the inputs. */
export interface Executor {
  /**
   * Applies the task to every input.
   *
   * Rejects with the first error, or with the signal's reason; inputs not yet begun are then dropped.
   */
  map<Input, Output>(task: Task, inputs: readonly Input[], signal?: AbortSignal): Promise<Output[]>;
  /** Ends the workers; call it when no `map` is running. */
  close(): Promise<void>;
}

/** Runs tasks one after the other on the calling thread. */
export function inlineExecutor(): Executor {
  return {
    async map<Input, Output>(task: Task, inputs: readonly Input[], signal?: AbortSignal) {
      checkTask(task);
      checkList(inputs, 'inputs');
      const exported = (await import(/* @vite-ignore */ task.module).catch((cause: unknown) => {
        const problem = `cannot be imported: ${cause instanceof Error ? cause.message : describeValue(cause)}`;
        throw fault(problem, 'task.module', 'unknown');
      })) as Record<string, (input: Input) => Output>;
      if (typeof exported[task.name] !== 'function') {
        throw fault(`the module has no function '${task.name}'`, 'task.name', 'unknown');
      }
      const outputs: Output[] = [];
      for (const input of inputs) {
        signal?.throwIfAborted();
        outputs.push(await exported[task.name](input));
      }
      return outputs;
    },
    close: () => Promise.resolve(),
  };
}

/**
 * Runs tasks on worker threads, in Node and in browsers.
 *
 * Workers start with the first task and each works on one input at a time. An aborted `map` ends its workers;
 * later calls start new ones.
 *
 * @param workers - number of threads; by default what the machine reports
 *
 * @example
 * ```ts
 * import { workerExecutor } from '@infimum/core/executor';
 *
 * const executor = workerExecutor(2);
 * const square = 'export const square = (x) => x * x;';
 * const task = { module: `data:text/javascript,${encodeURIComponent(square)}`, name: 'square' };
 * console.log(await executor.map(task, [1, 2, 3])); // [ 1, 4, 9 ]
 * await executor.close();
 * ```
 */
export function workerExecutor(workers = navigator.hardwareConcurrency): Executor {
  checkInteger(workers, 'workers', { min: 1 });
  const idle: WorkerHandle[] = [];
  const close = async () => {
    await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
  };
  return {
    map: async <Input, Output>(task: Task, inputs: readonly Input[], signal?: AbortSignal) => {
      checkTask(task);
      checkList(inputs, 'inputs');
      const outputs = new Array<Output>(inputs.length);
      const crew = Array.from({ length: Math.min(workers, inputs.length) }, () => idle.pop() ?? startWorker());
      let next = 0;
      const labour = async (worker: WorkerHandle) => {
        while (next < inputs.length) {
          signal?.throwIfAborted();
          const index = next++;
          outputs[index] = (await worker.call(task, inputs[index], signal)) as Output;
        }
      };
      try {
        await Promise.all(crew.map(labour));
        idle.push(...crew);
      } catch (error) {
        next = inputs.length;
        await Promise.all(crew.map((worker) => worker.terminate()));
        throw error;
      }
      return outputs;
    },
    close,
  };
}

/**
 * Checks an executor and a task for it.
 *
 * @throws {InvalidInputError} naming `executor` and the method that it lacks, or the part of `task` that is no text
 */
export function checkExecution(executor: Executor, task: Task): void {
  checkMethods(executor, 'executor', ['map', 'close']);
  checkTask(task);
}

function checkTask(task: Task): void {
  checkObject(task, 'task');
  checkText(task.module, 'task.module');
  checkText(task.name, 'task.name');
}

/** One worker thread that answers one call at a time. */
interface WorkerHandle {
  call(task: Task, input: unknown, signal?: AbortSignal): Promise<unknown>;
  terminate(): Promise<void>;
}

/** A cloned error loses the fields of its class, such as an `InvalidInputError`'s `code`; they travel beside it. */
type Reply = { readonly output: unknown } | { readonly error: unknown; readonly fields: object };

// The same few lines serve both kinds of worker; `receive` and `send` are bound to the platform's names below.
const WORKER_SOURCE = `
receive(async ({ task, input }) => {
  try {
    const refuse = (argument, problem) => {
      const message = argument + ': ' + problem;
      throw Object.assign(new Error(message), { name: 'InvalidInputError', argument, code: 'unknown' });
    };
    const exported = await import(task.module).catch((cause) =>
      refuse('task.module', 'cannot be imported: ' + (cause instanceof Error ? cause.message : typeof cause)),
    );
    if (typeof exported[task.name] !== 'function') {
      refuse('task.name', "the module has no function '" + task.name + "'");
    }
    send({ output: await exported[task.name](input) });
  } catch (error) {
    send({ error, fields: error instanceof Error ? { ...error } : {} });
  }
});`;

function startWorker(): WorkerHandle {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  return threads ? startNodeWorker(threads) : startBrowserWorker();
}

function startNodeWorker({ Worker }: typeof import('node:worker_threads')): WorkerHandle {
  const bind = `
const { parentPort } = require('node:worker_threads');
const receive = (handle) => parentPort.on('message', handle);
const send = (reply) => parentPort.postMessage(reply);`;
  const worker = new Worker(bind + WORKER_SOURCE, { eval: true });
  return {
    call: (task, input, signal) =>
      settle(signal, (reply, fail) => {
        const onExit = (code: number) => fail(new Error(`the worker ended with exit code ${code}`));
        worker.ref();
        worker.once('message', (message: Reply) => {
          worker.off('error', fail);
          worker.off('exit', onExit);
          worker.unref();
          reply(message);
        });
        worker.once('error', fail);
        worker.once('exit', onExit);
        worker.postMessage({ task, input });
      }),
    terminate: async () => {
      await worker.terminate();
    },
  };
}

function startBrowserWorker(): WorkerHandle {
  const bind = `
const receive = (handle) => { onmessage = ({ data }) => handle(data); };
const send = (reply) => postMessage(reply);`;
  const url = URL.createObjectURL(new Blob([bind, WORKER_SOURCE], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  return {
    call: (task, input, signal) =>
      settle(signal, (reply, fail) => {
        worker.onmessage = ({ data }: MessageEvent<Reply>) => reply(data);
        worker.onerror = (event) => fail(new Error(event.message));
        worker.postMessage({ task, input });
      }),
    terminate: async () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** A promise of one reply, which an abort rejects at once. */
function settle(
  signal: AbortSignal | undefined,
  send: (reply: (reply: Reply) => void, fail: (error: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    const finish = (end: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      end();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    send(
      (reply) => finish(() => ('error' in reply ? reject(errorOf(reply)) : resolve(reply.output))),
      (error) => finish(() => reject(error)),
    );
  });
}

function errorOf({ error, fields }: Extract<Reply, { error: unknown }>): unknown {
  if (!(error instanceof Error)) return error;
  const { name, argument } = fields as Partial<InvalidInputError>;
  if (name !== 'InvalidInputError' || argument === undefined) return Object.assign(error, fields);
  const problem = error.message.slice(argument.length + 2);
  return new InvalidInputError(problem, fields as InvalidInputDetails);
}
