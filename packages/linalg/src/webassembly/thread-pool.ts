// Threads that run blocks of one kernel side by side on shared memory.
//
// A job is a number of blocks. The calling thread and the workers claim blocks from one counter until none is
// left, and the caller waits for those that others claimed. Workers sleep between jobs and are never waited for
// to start: a job that finds none awake simply runs on the caller. Everything that a worker must know of a job
// stands in shared memory; only new memories and modules travel as messages.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger } from '@infimum/core';

/** Blocks of one kernel, to be run in any order. */
export interface ThreadJob {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  /** Name of the module's export. */
  readonly kernel: string;
  /** The same kernel on the calling thread. */
  readonly local: (...values: number[]) => unknown;
  readonly blocks: number;
  /** Whether block t is for thread t alone; by default any idle thread takes the next block. */
  readonly isStatic?: boolean;
  /** Threads that may take part, the calling one included. */
  readonly threads: number;
  /** The kernel's arguments for a block when it runs on a thread (0 is the caller). */
  readonly values: (block: number, thread: number) => readonly number[];
  /** For each thread, to which the seconds are added that it spends in blocks. */
  readonly busySeconds: Float64Array;
  /** What the calling thread does first, while others begin with the blocks. */
  readonly meanwhile?: () => void;
}

const MAX_THREADS = 64;

/** The option of functions that can use several threads. */
export const threadsOption = {
  threads: {
    type: 'integer',
    min: 1,
    max: MAX_THREADS,
    default: 1,
    description: 'Threads to use; the result has the same bits for any number',
  },
} as const satisfies OptionSpecs;

/** What functions take last that can use several threads. */
export type Threading = OptionsOf<typeof threadsOption>;

/**
 * Starts threads ahead of their first use and waits until they are ready. Needed in browsers only, where threads
 * cannot start while a solver blocks the event loop; elsewhere they start automatically. Threads that run already
 * are not started again; idle ones sleep and do not keep a process alive. Starting one takes some ten milliseconds.
 *
 * @param threads - how many threads solvers will use, including the calling one; 1 to 64
 * @throws {InvalidInputError} for a number out of range
 *
 * @example
 * ```ts
 * import { matmul, matrixFromRows } from '@infimum/linalg';
 * import { startThreads } from '@infimum/linalg/kernels';
 *
 * await startThreads(2);
 * const a = matrixFromRows([[1, 2], [3, 4]]);
 * console.log(matmul(a, a, { threads: 2 }).values.join(' ')); // 7 10 15 22
 * ```
 */
export async function startThreads(threads: number): Promise<void> {
  checkThreads(threads);
  if (canShareMemory() && canBlock()) await Promise.all(sharedPool().grow(threads));
}

/** Checks a number of threads. */
export function checkThreads(threads: unknown): asserts threads is number {
  checkInteger(threads, 'threads', { min: 1, max: MAX_THREADS });
}

/** Whether memory can be shared between threads: in browsers only on pages that are cross-origin isolated. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;
}

/** Runs all blocks of a job, on this thread alone where it may not wait for others. */
export function runJob(job: ThreadJob): void {
  if (canBlock()) sharedPool().run(job);
  else runAlone(job);
}

/** Runs all blocks of a job on this thread. */
export function runAlone({
  blocks,
  local,
  values,
  busySeconds,
  meanwhile,
}: Pick<ThreadJob, 'blocks' | 'local' | 'values' | 'busySeconds' | 'meanwhile'>): void {
  const start = performance.now();
  meanwhile?.();
  for (let block = 0; block < blocks; block++) local(...values(block, 0));
  busySeconds[0] += (performance.now() - start) / 1000;
}

let pool: ThreadPool | undefined;

function sharedPool(): ThreadPool {
  pool ??= new ThreadPool();
  return pool;
}

/** Whether this thread may wait: not the main thread of a browser. */
function canBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1); // returns at once, or throws
    return true;
  } catch {
    return false;
  }
}

// The words of the shared control array.
const GENERATION = 0; // rises with every job and every message; workers sleep on it
const MESSAGES = 1; // how many messages have been posted
const CLAIMS = 2; // threads that may take part (high bits) and blocks not yet claimed (low bits)
const PENDING = 3; // blocks not yet done
const FAILED = 4; // blocks that threw
const ATTACHMENT = 5; // which memory and module
const KERNEL = 6; // which of the module's exports
const ARGUMENTS = 7; // how many arguments
const WORDS = 8;
// The words of the array of threads, two for each.
const SHARE = 0; // 1 + the block that is for this thread alone, or 0
const READY = 1; // whether it has started
const CLAIM_BITS = 20;

/** Room for the arguments of all blocks of a job, for each thread. */
const VALUES = 2 ** 16;

/** A memory and a module, known to workers by number. */
interface Attachment {
  readonly id: number;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
}

class ThreadPool {
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  readonly #values = new Float64Array(new SharedArrayBuffer(8 * VALUES));
  readonly #threads = new Int32Array(new SharedArrayBuffer(8 * MAX_THREADS));
  /** Milliseconds that each worker has spent in blocks of the current job. */
  readonly #busy = new Float64Array(new SharedArrayBuffer(8 * MAX_THREADS));
  readonly #workers: PoolWorker[] = [];
  readonly #ids = new WeakMap<WebAssembly.Memory, Map<WebAssembly.Module, number>>();
  readonly #attachments = new Map<number, { memory: WeakRef<WebAssembly.Memory>; module: WebAssembly.Module }>();
  /** Workers hold on to a memory; they must let go when its owner has. */
  readonly #collected = new FinalizationRegistry<number>((id) => {
    this.#attachments.delete(id);
    this.#post({ detach: id });
  });
  #nextId = 1;

  /** Starts what is missing; for each worker a promise that it is ready. */
  grow(threads: number): Promise<void>[] {
    while (this.#workers.length < threads - 1) {
      const attachments: Attachment[] = [];
      for (const [id, { memory, module }] of this.#attachments) {
        const alive = memory.deref();
        if (alive) attachments.push({ id, memory: alive, module });
      }
      const start = {
        control: this.#control,
        values: this.#values,
        threads: this.#threads,
        busy: this.#busy,
        thread: this.#workers.length + 1,
        messages: this.#control[MESSAGES],
        attachments,
      };
      try {
        this.#workers.push(startWorker(start));
      } catch {
        break; // a page may forbid workers; jobs then run on the threads that there are
      }
    }
    return this.#workers.slice(0, threads - 1).map((worker) => worker.ready());
  }

  /** Runs a job, in parts if there is no room for the arguments of all blocks. */
  run(job: ThreadJob): void {
    const { blocks, isStatic, threads, values } = job;
    if (isStatic && blocks > threads) throw new RangeError(`${blocks} blocks for ${threads} threads`);
    const most = blocks === 0 ? 1 : Math.floor(VALUES / (threads * Math.max(1, values(0, 0).length)));
    for (let first = 0; first < blocks; first += most) {
      const part = (block: number, thread: number) => values(first + block, thread);
      const meanwhile = first === 0 ? job.meanwhile : undefined;
      this.#runPart({ ...job, blocks: Math.min(most, blocks - first), values: part, meanwhile });
    }
  }

  #runPart({ memory, module, kernel, local, blocks, isStatic, threads, values, busySeconds, meanwhile }: ThreadJob): void {
    this.grow(threads);
    const control = this.#control;
    control[ATTACHMENT] = this.#attach(memory, module);
    control[KERNEL] = WebAssembly.Module.exports(module).findIndex(({ name }) => name === kernel);
    control[FAILED] = 0;
    this.#writeArguments(blocks, threads, values);
    this.#busy.fill(0);
    Atomics.store(control, PENDING, blocks);
    Atomics.store(control, CLAIMS, (threads << CLAIM_BITS) | (isStatic ? 0 : blocks));
    for (let block = 0; isStatic && block < blocks; block++) {
      Atomics.store(this.#threads, 2 * block + SHARE, block + 1);
    }
    this.#wake();
    let failure: unknown;
    const start = performance.now();
    try {
      meanwhile?.();
    } catch (error) {
      failure = error;
    }
    const claim = (): number => (isStatic ? this.#share(blocks) : this.#claim());
    for (let block = claim(); block >= 0; block = claim()) {
      try {
        local(...values(block, 0));
      } catch (error) {
        failure = error;
      }
      Atomics.sub(control, PENDING, 1);
    }
    this.#busy[0] = performance.now() - start;
    for (let left = Atomics.load(control, PENDING); left > 0; left = Atomics.load(control, PENDING)) {
      Atomics.wait(control, PENDING, left);
    }
    for (let thread = 0; thread < busySeconds.length; thread++) busySeconds[thread] += this.#busy[thread] / 1000;
    if (failure) throw failure;
    if (control[FAILED] > 0) throw new Error(`the kernel ${kernel} failed on another thread`);
  }

  #writeArguments(blocks: number, threads: number, values: ThreadJob['values']): void {
    const count = values(0, 0).length;
    this.#control[ARGUMENTS] = count;
    for (let block = 0; block < blocks; block++) {
      for (let thread = 1; thread < threads; thread++) {
        this.#values.set(values(block, thread), (block * threads + thread) * count);
      }
    }
  }

  /** The number of a block that is now this thread's to run; -1 when none is left. */
  #claim(): number {
    const control = this.#control;
    for (;;) {
      const claims = Atomics.load(control, CLAIMS);
      const left = claims & ((1 << CLAIM_BITS) - 1);
      if (left === 0) return -1;
      if (Atomics.compareExchange(control, CLAIMS, claims, claims - 1) === claims) return left - 1;
    }
  }

  /** The caller's own block, then those of threads that have not started and would not be run otherwise; -1 at the end. */
  #share(blocks: number): number {
    for (let block = 0; block < blocks; block++) {
      if (block > 0 && Atomics.load(this.#threads, 2 * block + READY)) continue;
      if (Atomics.exchange(this.#threads, 2 * block + SHARE, 0) > 0) return block;
    }
    return -1;
  }

  /** The number of a memory and module; new ones are sent to the workers. */
  #attach(memory: WebAssembly.Memory, module: WebAssembly.Module): number {
    const ids = this.#ids.get(memory) ?? new Map<WebAssembly.Module, number>();
    this.#ids.set(memory, ids);
    let id = ids.get(module);
    if (id === undefined) {
      id = this.#nextId++;
      ids.set(module, id);
      this.#attachments.set(id, { memory: new WeakRef(memory), module });
      this.#collected.register(memory, id);
      this.#post({ attach: { id, memory, module } });
    }
    return id;
  }

  #post(message: { attach: Attachment } | { detach: number }): void {
    for (const worker of this.#workers) worker.post(message);
    Atomics.add(this.#control, MESSAGES, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }
}

/** A worker of Node or of a browser. */
interface PoolWorker {
  post(message: unknown): void;
  ready(): Promise<void>;
}

function startWorker(start: object): PoolWorker {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads) {
    const worker = new threads.Worker(bootstrap(), { eval: true });
    worker.unref();
    const ready = new Promise<void>((resolve) => worker.once('message', () => resolve()));
    worker.postMessage(start);
    return {
      post: (message) => worker.postMessage(message),
      ready: () => {
        worker.ref();
        return ready.finally(() => worker.unref());
      },
    };
  }
  const url = URL.createObjectURL(new Blob([bootstrap()], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  const ready = new Promise<void>((resolve) => {
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve();
    };
  });
  worker.postMessage(start);
  return { post: (message) => worker.postMessage(message), ready: () => ready };
}

/**
 * What a worker runs. It sleeps on the generation, claims blocks as the caller does, and goes back to its event
 * loop when a message has been posted. A block of a memory that it has not heard of yet is held until it has.
 */
const bootstrap = (): string => `
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort;
const kernels = new Map();
let control, values, threads, busy, thread, received, held = -1;

function receive(message) {
  if (message.control) {
    ({ control, values, threads, busy, thread, messages: received } = message);
    message.attachments.forEach(attach);
    Atomics.store(threads, 2 * thread + ${READY}, 1);
    (port ?? globalThis).postMessage('ready');
  } else {
    received++;
    if (message.attach) attach(message.attach);
    else kernels.delete(message.detach);
  }
  work();
}

function attach({ id, memory, module }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  kernels.set(id, WebAssembly.Module.exports(module).map(({ name }) => exports[name]));
}

function work() {
  for (;;) {
    const generation = Atomics.load(control, ${GENERATION});
    for (let block = held < 0 ? claim() : held; block >= 0; block = claim()) {
      held = kernels.has(control[${ATTACHMENT}]) ? -1 : block;
      if (held >= 0) return;
      run(block);
    }
    if (Atomics.load(control, ${MESSAGES}) !== received) return;
    Atomics.wait(control, ${GENERATION}, generation);
  }
}

function claim() {
  const share = Atomics.exchange(threads, 2 * thread + ${SHARE}, 0);
  if (share > 0) return share - 1;
  for (;;) {
    const claims = Atomics.load(control, ${CLAIMS});
    const left = claims & ${(1 << CLAIM_BITS) - 1};
    if (left === 0 || thread >= claims >>> ${CLAIM_BITS}) return -1;
    if (Atomics.compareExchange(control, ${CLAIMS}, claims, claims - 1) === claims) return left - 1;
  }
}

function run(block) {
  const begin = performance.now();
  try {
    const count = control[${ARGUMENTS}];
    const width = Atomics.load(control, ${CLAIMS}) >>> ${CLAIM_BITS};
    const start = (block * width + thread) * count;
    kernels.get(control[${ATTACHMENT}])[control[${KERNEL}]](...values.subarray(start, start + count));
  } catch {
    Atomics.add(control, ${FAILED}, 1);
  }
  busy[thread] += performance.now() - begin;
  Atomics.sub(control, ${PENDING}, 1);
  Atomics.notify(control, ${PENDING});
}

if (port) port.on('message', receive);
else globalThis.onmessage = ({ data }) => receive(data);
`;
