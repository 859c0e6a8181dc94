// A population that is evaluated over the queue: bit for bit what one machine gives, with one, two and four workers, and with
// a worker that is killed in the middle.
import type { ChildProcess } from 'node:child_process';
import { bsvrbOn } from '@infimum/bilevel';
import { EggModel, minimizeBlackBoxOn, trainEgg, trainEggOn } from '@infimum/blackbox';
import { inlineExecutor } from '@infimum/core/executor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueExecutor } from '../src/index.ts';
import { queueExecutor } from '../src/index.ts';
import type { TestServer } from '../src/testing.ts';
import { serverMissing, startServer } from '../src/testing.ts';
import { kill, spawnWorker } from './processes.ts';
import { folds, tasks } from './tasks.ts';

const missing = serverMissing();
if (missing) console.log(`skipped: ${missing}`);

const box = { dimension: 6, target: 1e-8, initial: new Float64Array(6).fill(-1) };
const searches = {
  'CMA-ES': { method: 'cma-es', pointsPerTask: 2, options: { maxEvaluations: 240, seed: 5 } },
  'consensus-based optimisation': {
    method: 'cbo',
    pointsPerTask: 5,
    options: { population: 20, maxEvaluations: 240, seed: 5 },
  },
  'an evolution strategy': { method: 'open-es', pointsPerTask: 4, options: { pairs: 8, maxEvaluations: 240, seed: 5 } },
} as const;

describe.skipIf(missing)('over the queue', () => {
  let server: TestServer;
  let executor: QueueExecutor;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    server = await startServer();
    executor = await queueExecutor({ url: server.url });
  });
  afterAll(async () => {
    await kill(...workers);
    await executor?.close();
    await server?.close();
  });

  // The tests follow each other: each has the workers of the one before, and more.
  it.each([1, 2, 4])('a search gives the bits of one machine with %i workers', async (count) => {
    while (workers.length < count) workers.push(await spawnWorker(server.url));
    for (const [name, options] of Object.entries(searches)) {
      const [here, there] = await Promise.all([
        minimizeBlackBoxOn(inlineExecutor(), tasks.rosenbrock, box, options),
        minimizeBlackBoxOn(executor, tasks.rosenbrock, box, options),
      ]);
      expect({ ...there, seconds: 0 }, name).toStrictEqual({ ...here, seconds: 0 });
      expect(there.evaluations.value, name).toBe(240);
    }
  });

  it('a search gives the bits of one machine although workers are killed in the middle', async () => {
    const options = searches['CMA-ES'];
    const here = await minimizeBlackBoxOn(inlineExecutor(), tasks.rosenbrock, box, options);
    let killed = 0;
    const there = await minimizeBlackBoxOn(executor, tasks.rosenbrock, box, {
      ...options,
      onIteration: ({ iteration }) => {
        if (iteration % 5 !== 2 || killed === 3) return;
        // Their jobs are on their way when they die.
        setTimeout(() => void kill(workers[killed++]), 3);
      },
    });
    expect(killed).toBe(3);
    expect({ ...there, seconds: 0 }).toStrictEqual({ ...here, seconds: 0 });
  });

  it('blocks of a bilevel problem give the bits of one machine, although a worker is killed in the middle', async () => {
    const options = { blocksPerIteration: 4, batchSize: 8, maxIterations: 25, seed: 3 };
    const start = new Float64Array(3).fill(-2);
    const here = await bsvrbOn(inlineExecutor(), tasks.visitFolds, folds(), start, options);
    const extra = await spawnWorker(server.url);
    const there = await bsvrbOn(executor, tasks.visitFolds, folds(), start, {
      ...options,
      blocksPerTask: 2,
      onIteration: ({ iteration }) => {
        // Its jobs are on their way when it dies.
        if (iteration === 6) setTimeout(() => void kill(extra), 3);
      },
    });
    expect(extra.signalCode).toBe('SIGKILL');
    expect(here.iterations).toBe(25);
    // Iterates hold the visits; the results do not.
    expect({ ...there, seconds: 0 }).toStrictEqual({ ...here, seconds: 0 });
  });

  it('the hyperscale strategy trains the same weights, although a worker is killed in the middle', async () => {
    const bytes = new TextEncoder().encode('to be or not to be, that is the question. '.repeat(20));
    const settings = { steps: 8, pairs: 10, length: 30, seed: 2 };
    const model = () => new EggModel({ dim: 16, layers: 1, seed: 1 });
    const [here, there] = [model(), model()];
    const bits = trainEgg(here, bytes, settings);
    while (workers.some(({ signalCode }) => signalCode !== null)) {
      workers.splice(
        workers.findIndex(({ signalCode }) => signalCode !== null),
        1,
      );
    }
    workers.push(await spawnWorker(server.url));
    const training = trainEggOn(executor, tasks.eggVotes, there, bytes, { ...settings, shares: 2 });
    await kill(workers[0]);
    expect((await training).bits).toEqual(bits);
    expect(there.weights).toEqual(here.weights);
  });
});
