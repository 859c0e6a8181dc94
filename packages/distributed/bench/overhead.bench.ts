// What a job over the queue costs: `node overhead.bench.ts [JOBS]`. Server, client and a worker of concurrency 4 on this machine;
// a task that does nothing, one job after the other and all at once.
import { checkNumber } from '@infimum/core';
import { defineTask, queueExecutor, startWorker } from '../src/index.ts';
import { startServer } from '../src/testing.ts';

const jobs = Number(process.argv[2] ?? 1000);
const source = 'export const same = (x) => x;';
const task = defineTask({
  id: 'bench/same',
  version: '1',
  module: `data:text/javascript,${encodeURIComponent(source)}`,
  name: 'same',
  check: (input) => checkNumber(input, 'input'),
});
const inputs = Array.from({ length: jobs }, (_, i) => i);
const server = await startServer();
const worker = await startWorker({ url: server.url, tasks: [task], concurrency: 4 });
const executor = await queueExecutor({ url: server.url });
await executor.map(task, inputs.slice(0, 100));

const clock = async (work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  return ((performance.now() - start) / jobs).toFixed(2);
};
const alone = await clock(async () => {
  for (const input of inputs) await executor.submit(task, input);
});
const together = await clock(() => executor.map(task, inputs));
console.log(`${jobs} jobs: ${alone} ms a job one after the other, ${together} ms a job at once`);
await executor.close();
await worker.close();
await server.close();
