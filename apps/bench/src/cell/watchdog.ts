// The thread that ends its own process: when the coordinator is gone, the memory is used up, or a stage does not end.
// The main thread may be inside a loop that never ends; nothing but another thread can help then. It also gives signs
// of life, without which the coordinator ends the process: one that was stopped has no threads that run.
import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { writeFrame } from './frames.ts';
import type { WatchOrders } from './guard.ts';
import type { WatchdogMessage } from './messages.ts';
import { OVERDUE, WATCHDOG_PIPE } from './messages.ts';

const { coordinator, memory, stages, shared } = workerData as WatchOrders;
/** Typed arrays fill gigabytes in a second, so look often; a look takes microseconds. */
const POLL_MILLISECONDS = 20;
const LOOKS_BETWEEN_SIGNS = 25;
let looks = 0;

setInterval(() => {
  const orders = new Float64Array(shared);
  const [deadline, stage, allowance, companion] = orders;
  if (process.ppid !== coordinator) end();
  // Between two cells there is nothing to watch over.
  if (deadline === Infinity) return;
  const used = process.memoryUsage.rss() + residentSetOf(companion);
  orders[4] = Math.max(orders[4], used);
  if (used > memory * 1e6) end(`used more memory than the limit of ${memory} MB`, used);
  if (performance.timeOrigin + performance.now() > deadline) {
    end(`${stages[stage]} ${OVERDUE} ${allowance.toPrecision(3)} s, so the process was killed`, orders[4]);
  }
  if (++looks % LOOKS_BETWEEN_SIGNS === 0) send({ alive: true });
}, POLL_MILLISECONDS);

/** Reports the reason, if the parent still listens, and ends the process in a way that nothing inside it can prevent. */
function end(reason?: string, peakMemory = 0): void {
  try {
    if (reason !== undefined) send({ killed: reason, peakMemory });
  } finally {
    killGroup();
  }
}

/** The process and what it started. */
function killGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // Windows has no process groups.
    process.kill(process.pid, 'SIGKILL');
  }
}

function send(message: WatchdogMessage): void {
  writeFrame(WATCHDOG_PIPE, message);
}

/** Bytes in use by another process; on Linux only, elsewhere a peer's memory is not watched. */
function residentSetOf(pid: number): number {
  if (pid === 0 || process.platform !== 'linux') return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
