// The executor over a queue: what every executor promises, lost workers, cancellation, back-pressure, other versions.
import type { ChildProcess } from 'node:child_process';
import { inlineExecutor } from '@infimum/core/executor';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QueueExecutor, RunningWorker } from '../src/index.ts';
import { queueExecutor, startWorker } from '../src/index.ts';
import type { TestServer } from '../src/testing.ts';
import { serverMissing, startServer } from '../src/testing.ts';
import { kill, spawnWorker } from './processes.ts';
import { tasks } from './tasks.ts';

const missing = serverMissing();
if (missing) console.log(`skipped: ${missing}`);

describe.skipIf(missing)('the executor over a queue', () => {
  let server: TestServer;
  let executor: QueueExecutor;
  let worker: RunningWorker;

  beforeAll(async () => {
    server = await startServer();
    executor = await queueExecutor({ url: server.url });
    worker = await startWorker({ url: server.url, tasks: Object.values(tasks), concurrency: 2 });
  });
  afterAll(async () => {
    await executor?.close();
    await worker?.close();
    await server?.close();
  });

  it('gives the results in the order of the inputs, as the inline executor does', async () => {
    const inputs = [1, 2, 3, 4, 5, -0, 1e-320, Number.MAX_VALUE];
    const inline = await inlineExecutor().map(tasks.square, inputs);
    expect(await executor.map(tasks.square, inputs)).toStrictEqual(inline);
    expect(await executor.map(tasks.square, [])).toEqual([]);
  });

  it('carries typed arrays there and back', async () => {
    const values = Float64Array.of(0.1, 0.2, -0, Number.NaN);
    const [reply] = await executor.map(tasks.total, [values]);
    expect(reply).toStrictEqual({ total: Number.NaN, values });
  });

  it('rejects with the error of the task, its fields included, and works on', async () => {
    await expect(executor.map(tasks.failOnThree, [1, 2, 3, 4])).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: 'x: is three',
      argument: 'x',
      code: 'out-of-range',
      index: 3,
    });
    expect(await executor.map(tasks.square, [6])).toEqual([36]);
  });

  it('rejects when there is no such function', async () => {
    await expect(executor.map(tasks.nothing, [1])).rejects.toThrow(/the module has no function/);
  });

  it('rejects a task that is not registered, and an input that the task is not made for', async () => {
    const bare = { module: tasks.square.module, name: 'square' };
    await expect(executor.map(bare, [1])).rejects.toMatchObject({ argument: 'task', code: 'type' });
    await expect(executor.map(tasks.square, ['one'])).rejects.toMatchObject({ argument: 'input' });
  });

  it('rejects with the reason of a signal that was aborted before', async () => {
    const reason = new Error('enough');
    await expect(executor.map(tasks.square, [1], AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('takes a job back that loops for ever on a worker, and that worker works on', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onNews = vi.fn();
    const running = executor.submit(tasks.loop, 0, { signal: controller.signal, onNews });
    await vi.waitFor(() => expect(onNews).toHaveBeenCalled(), { timeout: 20_000 });
    expect(onNews.mock.calls[0]).toEqual([worker.info.name, null]);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    // Both places of the worker are free again.
    expect(await executor.map(tasks.square, [7, 8, 9])).toEqual([49, 64, 81]);
  });

  it('sends no more jobs than it may have out', async () => {
    const narrow = await queueExecutor({ url: server.url, maxPending: 3, prefix: 'narrow' });
    const queue = new Queue('test/square@1', { connection: { url: server.url }, prefix: 'narrow' });
    const controller = new AbortController();
    const all = narrow.map(
      tasks.square,
      Array.from({ length: 20 }, (_, i) => i),
      controller.signal,
    );
    // Nobody works there: what may be sent lies in the queue, and it stays at that.
    await vi.waitFor(async () => expect(await queue.getWaitingCount()).toBe(3), { timeout: 20_000 });
    await new Promise((resume) => setTimeout(resume, 200));
    expect(await queue.getWaitingCount()).toBe(3);
    controller.abort(new Error('enough'));
    await expect(all).rejects.toThrow('enough');
    // What was taken back is not in the queue any longer.
    await vi.waitFor(async () => expect(await queue.getWaitingCount()).toBe(0), { timeout: 20_000 });
    await narrow.close();
    await queue.close();
  });

  it('gives an answer to the next client when the first one could not take it, and not twice', async () => {
    const key = 'once';
    const full = () => {
      throw new Error('the disk is full');
    };
    await expect(executor.submit(tasks.square, 5, { key, accept: full })).rejects.toThrow('the disk is full');
    // Without a worker the answer can only come from the queue.
    const counting = vi.fn();
    const next = await queueExecutor({ url: server.url });
    expect(await next.submit(tasks.square, 5, { key, onNews: counting })).toBe(25);
    expect(counting).not.toHaveBeenCalled();
    expect(await next.submit(tasks.square, 5, { key, onNews: counting })).toBe(25);
    expect(counting).toHaveBeenCalled();
    await next.close();
  });

  it('lists the workers with their versions, and forgets those that leave', async () => {
    const other = await startWorker({ url: server.url, tasks: [tasks.square], machine: 'a toaster' });
    expect(await executor.workers()).toContainEqual({
      name: other.info.name,
      concurrency: 1,
      tasks: { 'test/square': '1' },
      machine: 'a toaster',
    });
    await other.close();
    expect((await executor.workers()).map(({ name }) => name)).toEqual([worker.info.name]);
  });

  it('gets the jobs back of a worker that leaves at once, for another one, and waits for one that leaves in peace', async () => {
    const client = await queueExecutor({ url: server.url, prefix: 'leaving' });
    const slow = { points: Float64Array.of(1, 2), dimension: 2, pause: 600 };
    const address = { url: server.url, prefix: 'leaving', tasks: [tasks.rosenbrock] };
    const onNews = vi.fn();
    const first = await startWorker(address);
    const running = client.submit(tasks.rosenbrock, slow, { onNews });
    await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(1), { timeout: 20_000 });
    const second = await startWorker(address);
    await first.close(true);
    expect(await running).toEqual(Float64Array.of(100));
    expect(onNews.mock.calls.map(([worker]) => worker)).toEqual([first.info.name, second.info.name]);
    const last = client.submit(tasks.rosenbrock, slow, { onNews });
    await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(3), { timeout: 20_000 });
    await second.close();
    expect(await last).toEqual(Float64Array.of(100));
    await client.close();
  });

  it('gives a job up when no worker has its version, saying which there are', async () => {
    const problems = vi.fn();
    const hasty = await queueExecutor({ url: server.url, patienceSeconds: 0, onProblem: problems });
    const newer = { ...tasks.square, version: '2' };
    const message = 'no worker has version 2 of test/square; those that are there have 1, and refuse';
    await expect(hasty.map(newer, [1])).rejects.toThrow(message);
    expect(problems).toHaveBeenCalledWith(message);
    const nowhere = { ...tasks.square, id: 'test/elsewhere' };
    await expect(hasty.map(nowhere, [1])).rejects.toThrow('no worker runs test/elsewhere');
    await hasty.close();
  });

  it('gives a job up that kills every worker that takes it, after as many as they allow', async () => {
    const own = await startServer();
    const client = await queueExecutor({ url: own.url });
    const victims = [await spawnWorker(own.url, '1', '1'), await spawnWorker(own.url, '1', '1')];
    const deadly = client.submit(tasks.murder, 0);
    const refused = expect(deadly).rejects.toThrow('every worker that took the job was lost while it ran');
    // Both have died of it; a third one finds that it is enough.
    await vi.waitFor(() => expect(victims.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL']), {
      timeout: 60_000,
    });
    const survivor = await spawnWorker(own.url, '1', '1');
    await refused;
    expect(survivor.signalCode).toBeNull();
    expect(await client.map(tasks.square, [3])).toEqual([9]);
    await kill(survivor);
    await client.close();
    await own.close();
  });

  it('finishes with workers that are killed again and again, each result once', async () => {
    const storm = await startServer();
    const client = await queueExecutor({ url: storm.url });
    const crew: ChildProcess[] = await Promise.all([spawnWorker(storm.url), spawnWorker(storm.url)]);
    const block = (i: number) => ({ points: Float64Array.of(i, i + 1, i + 2), dimension: 3, pause: 30 });
    const inputs = Array.from({ length: 60 }, (_, i) => block(i));
    const accepted = vi.fn();
    const all = Promise.all(inputs.map((input, i) => client.submit(tasks.rosenbrock, input, { accept: () => accepted(i) })));
    for (const [round, done] of [8, 25, 40].entries()) {
      await vi.waitFor(() => expect(accepted.mock.calls.length).toBeGreaterThanOrEqual(done), { timeout: 60_000 });
      await kill(crew[round % 2]);
      crew[round % 2] = await spawnWorker(storm.url);
    }
    expect(await all).toStrictEqual(await inlineExecutor().map(tasks.rosenbrock, inputs));
    expect(accepted.mock.calls.map(([i]) => i).sort((a, b) => a - b)).toEqual(inputs.map((_, i) => i));
    await kill(...crew);
    await client.close();
    await storm.close();
  });
});

describe('a queue that is not there', () => {
  it('is told at once, without the password', async () => {
    const url = 'redis://ada:secret@127.0.0.1:1';
    const error = await queueExecutor({ url }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/^url: no connection to redis:\/\/\*\*\*@127\.0\.0\.1:1: /) });
    expect(String(error)).not.toContain('secret');
  });

  it.each([
    [{ url: 'http://x' }, 'url'],
    [{ url: 'redis://' }, 'url'],
    [{ url: 'redis://x/y' }, 'url'],
    [{ url: 7 }, 'url'],
    [{ url: 'redis://x', prefix: 'a:b' }, 'prefix'],
    [{ url: 'redis://x', maxPending: 0 }, 'maxPending'],
    [{ url: 'redis://x', patienceSeconds: Number.NaN }, 'patienceSeconds'],
  ])('cannot be named by %o', async (options, argument) => {
    await expect(queueExecutor(options as never)).rejects.toMatchObject({ argument });
  });

  it.each([
    [{ tasks: [] }, 'tasks'],
    [{ tasks: [tasks.square, tasks.square] }, 'tasks[1]'],
    [{ tasks: [{ ...tasks.square, id: 'square' }] }, 'tasks[0].id'],
    [{ tasks: [{ ...tasks.square, version: 'a b' }] }, 'tasks[0].version'],
    [{ tasks: [{ ...tasks.square, check: undefined }] }, 'tasks[0].check'],
    [{ tasks: [tasks.square], concurrency: 0 }, 'concurrency'],
  ])('has no worker with %o', async (options, argument) => {
    await expect(startWorker({ url: 'redis://127.0.0.1:1', ...options } as never)).rejects.toMatchObject({ argument });
  });
});
