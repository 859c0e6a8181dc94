// A queue into which others write: every job that is none of ours gets a reason, and nothing of it is run.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningWorker } from '../src/index.ts';
import { queueExecutor, startWorker } from '../src/index.ts';
import type { TestServer } from '../src/testing.ts';
import { serverMissing, startServer } from '../src/testing.ts';
import { tasks } from './tasks.ts';

const missing = serverMissing();
if (missing) console.log(`skipped: ${missing}`);

const folder = mkdtempSync(join(tmpdir(), 'infimum-hostile-'));
const trace = join(folder, 'trace');
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(missing)('a job that a stranger wrote', () => {
  const maxBytes = 1000;
  let server: TestServer;
  let worker: RunningWorker;
  let queue: Queue;
  const problems = vi.fn();

  beforeAll(async () => {
    server = await startServer();
    const options = { url: server.url, maxBytes, lostAfterSeconds: 1, retries: 1, onProblem: problems };
    worker = await startWorker({ ...options, tasks: [tasks.touch, tasks.square] });
    queue = new Queue('test/touch@1', { connection: { url: server.url }, prefix: 'infimum' });
  });
  afterAll(async () => {
    await queue?.close();
    await worker?.close();
    await server?.close();
  });

  const input = JSON.stringify(trace);
  const good = { format: 1, task: 'test/touch', version: '1', input };

  it.each<[string, unknown, RegExp]>([
    ['is text', 'touch', /the job: is no record/],
    ['is a list', [good], /the job: is no record/],
    ['is empty', {}, /the job: has no field format/],
    ['has another format', { ...good, format: 2 }, /has the format 2, and 1 is known/],
    ['is for an unknown task', { ...good, task: 'test/rm' }, /there is no task "test\/rm" in this queue/],
    ['is for another task of the worker', { ...good, task: 'test/square' }, /no task "test\/square" in this/],
    ['is for another version', { ...good, version: '2' }, /is for the version "2" .* this worker has '1'/],
    ['brings its own code', { ...good, module: 'data:text/javascript,' }, /unknown field "module"/],
    ['has an input that is no text', { ...good, input: trace }, /input: is not JSON/],
    ['has an input that is a record', { ...good, input: { file: trace } }, /input: /],
    ['is too large', { ...good, input: JSON.stringify('x'.repeat(2000)) }, /2002 bytes, and the limit is 1000/],
    ['is deep', { ...good, input: `${'['.repeat(300)}${']'.repeat(300)}` }, /more than 100 lists/],
    ['reaches for a prototype', { ...good, input: '{"__proto__":{"x":1}}' }, /has a field __proto__/],
  ])('and that %s is refused with the reason, and not run', async (_, data, reason) => {
    const job = await queue.add('job', data);
    await vi.waitFor(async () => expect(await job.getState()).toBe('failed'), { timeout: 20_000 });
    const { failedReason } = (await Job.fromId(queue, String(job.id))) as Job;
    expect(failedReason).toMatch(reason);
    expect(failedReason).toContain(`refused by ${worker.info.name}`);
    expect(existsSync(trace)).toBe(false);
  });

  it('and that is no JSON at all costs nothing but itself', async () => {
    const redis = new Redis(server.url);
    const job = await queue.add('job', {}, { delay: 200 });
    await redis.hset(`infimum:test/touch@1:${job.id}`, 'data', '{"format":1,');
    await vi.waitFor(() => expect(problems.mock.calls.flat().join('\n')).toMatch(/test\/touch: .*JSON/), { timeout: 20_000 });
    redis.disconnect();
    const client = await queueExecutor({ url: server.url });
    expect(await client.map(tasks.touch, [trace])).toEqual([trace]);
    expect(existsSync(trace)).toBe(true);
    await client.close();
  });

  it('and that an honest client would send too large is refused before it is sent', async () => {
    const client = await queueExecutor({ url: server.url, maxBytes });
    const large = tasks.touch;
    await expect(client.map(large, ['x'.repeat(2000)])).rejects.toMatchObject({ argument: 'input', code: 'too-large' });
    await client.close();
  });
});

describe.skipIf(missing)('a worker that is a stranger', () => {
  it.each<[string, unknown, RegExp]>([
    ['text', 'done', /the answer: is no record/],
    ['half an answer', { worker: 'x' }, /the answer: has no field output/],
    ['more than an answer', { worker: 'x', output: '1', extra: 1 }, /unknown field "extra"/],
    ['an output that is no JSON', { worker: 'x', output: '{' }, /output: is not JSON/],
    ['an error without a name', { worker: 'x', error: '{"message":"m"}' }, /the error: has no field name/],
  ])('and that answers with %s is not believed', async (_, answer, reason) => {
    const server = await startServer();
    const { Worker } = await import('bullmq');
    const impostor = new Worker('test/square@1', async () => answer, {
      connection: { url: server.url, maxRetriesPerRequest: null },
      prefix: 'infimum',
    });
    const client = await queueExecutor({ url: server.url });
    await expect(client.submit(tasks.square, 2)).rejects.toThrow(reason);
    await client.close();
    await impostor.close();
    await server.close();
  });
});
