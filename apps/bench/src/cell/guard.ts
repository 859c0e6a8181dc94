// The main thread's side of the watchdog: says what is being done and how long that may take.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What may take too long. */
type Stage =
  | 'loading the plug-ins'
  | 'building the instance'
  | 'an iteration of the warm-up'
  | 'an iteration'
  | 'evaluating the metrics'
  | 'waiting for the metrics'
  | 'looking for a proof'
  | 'starting the peers'
  | 'running the peer';

/** What the watchdog thread is given. */
export interface WatchOrders {
  /** The coordinator's process id. */
  readonly coordinator: number;
  /** Megabytes. */
  readonly memory: number;
  readonly stages: readonly Stage[];
  /** Five doubles: deadline (ms), stage, allowance (s), process id of a companion, and back: peak memory (bytes). */
  readonly shared: SharedArrayBuffer;
}

const STAGES: readonly Stage[] = [
  'loading the plug-ins',
  'building the instance',
  'an iteration of the warm-up',
  'an iteration',
  'evaluating the metrics',
  'waiting for the metrics',
  'looking for a proof',
  'starting the peers',
  'running the peer',
];

const LOAD_SECONDS = 60;

/** Watches over a cell. */
export interface Guard {
  /** Begins a cell: its peak memory is its own. */
  begin(): void;
  /** Ends it: until the next one nothing is watched but the coordinator. */
  rest(): void;
  /** Begins a stage that must end within `seconds`; the process is killed otherwise. */
  allow(stage: Stage, seconds: number): void;
  /** Counts the memory of another process too. */
  watch(pid: number): void;
  /** Largest resident set since the cell began, in bytes. */
  peakMemory(): number;
}

/** Starts the watchdog and waits until it runs. */
export async function startGuard(coordinator: number, memory: number): Promise<Guard> {
  const shared = new SharedArrayBuffer(5 * Float64Array.BYTES_PER_ELEMENT);
  const orders = new Float64Array(shared);
  const guard: Guard = {
    begin() {
      orders[4] = 0;
      guard.allow('loading the plug-ins', LOAD_SECONDS);
    },
    rest() {
      orders[0] = Infinity;
      orders[3] = 0;
    },
    allow(stage, seconds) {
      orders[1] = STAGES.indexOf(stage);
      orders[2] = seconds;
      orders[0] = performance.timeOrigin + performance.now() + 1000 * seconds;
    },
    watch(pid) {
      orders[3] = pid;
    },
    peakMemory: () => Math.max(orders[4], process.memoryUsage.rss()),
  };
  guard.begin();
  const workerData: WatchOrders = { coordinator, memory, stages: STAGES, shared };
  const worker = new Worker(new URL('./watchdog.js', import.meta.url), { workerData });
  await once(worker, 'online');
  worker.unref();
  return guard;
}
