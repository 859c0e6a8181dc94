// The thread that ends its own process: when the coordinator is gone, the memory is used up, or a stage does not end.
// The main thread may be inside a loop that never ends; nothing but another thread can help then.
import { readFileSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchOrders } from './guard.ts';
import { type CellMessage, MESSAGE_PIPE, withoutRun } from './messages.ts';

const { coordinator, memory, stages, shared } = workerData as WatchOrders;
/** Typed arrays fill gigabytes in a second, so look often; a look takes microseconds. */
const POLL_MILLISECONDS = 20;
let peak = 0;

setInterval(() => {
  const orders = new Float64Array(shared);
  const [deadline, stage, allowance, companion] = orders;
  const used = process.memoryUsage.rss() + residentSetOf(companion);
  peak = Math.max(peak, used);
  orders[4] = peak;
  if (process.ppid !== coordinator) end();
  if (used > memory * 1e6) end(`used more memory than the limit of ${memory} MB`);
  if (performance.timeOrigin + performance.now() > deadline) {
    end(`${stages[stage]} did not end within ${allowance.toPrecision(3)} s, so the process was killed`);
  }
}, POLL_MILLISECONDS);

/** Tells the reason, if anybody is left to hear it, and ends the process as nothing inside it can prevent. */
function end(reason?: string): void {
  if (reason !== undefined) {
    const message: CellMessage = { end: withoutRun('failed', reason, peak) };
    writeSync(MESSAGE_PIPE, `${JSON.stringify(message)}\n`);
  }
  process.kill(process.pid, 'SIGKILL');
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
