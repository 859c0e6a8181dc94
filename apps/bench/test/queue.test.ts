// Cells over a queue: workers and coordinators that are killed, workers with other code, jobs of strangers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Random } from '@infimum/core';
import { queueExecutor } from '@infimum/distributed';
import type { TestServer } from '@infimum/distributed/testing';
import { serverMissing, startServer } from '@infimum/distributed/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Running } from './command.ts';
import { answer, cellsOf, emptyFolder, fixture, infimumBench, linesOf, start } from './command.ts';

const missing = serverMissing();
if (missing) console.log(`skipped: ${missing}`);

const plugins = ['--plugin', fixture('demo.ts'), '--plugin', fixture('rogues.ts')];
const seeds = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join();

async function query(folder: string, sql: string): Promise<unknown[]> {
  const database = await DuckDBInstance.create(`${folder}/bench.duckdb`, { access_mode: 'READ_ONLY' });
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

/** Resolves when a command has said something. */
async function says({ child, heard }: Running, pattern: RegExp): Promise<void> {
  await vi.waitFor(
    () => {
      if (pattern.test(heard())) return;
      if (child.exitCode !== null) throw new Error(`it has ended and never said ${pattern}:\n${heard()}`);
      throw new Error(`it has not said ${pattern} yet:\n${heard()}`);
    },
    { timeout: 60_000, interval: 20 },
  );
}

/** Cells that a run has behind it. */
function progressOf({ heard }: Running): number {
  return Number(/.*\[(\d+)\/\d+\]/s.exec(heard())?.[1] ?? 0);
}

describe.skipIf(missing)('cells over a queue', () => {
  let server: TestServer;
  const workers: Running[] = [];
  const startWorker = async (more: readonly string[] = []): Promise<Running> => {
    const args = ['worker', '--queue', server.url, '--lost-after', '1', '--retries', '50', ...plugins, ...more];
    const worker = start(emptyFolder(), args);
    workers.push(worker);
    await says(worker, /runs cells of code version/);
    return worker;
  };
  const someWorker = async (): Promise<Running> => workers[0] ?? (await startWorker());
  /** One worker that has no process of an earlier cell. */
  const freshWorker = async (): Promise<Running> => {
    await Promise.all([...workers].map(kill));
    return startWorker();
  };
  const kill = async (worker: Running) => {
    worker.child.kill('SIGKILL');
    await worker.finished;
    workers.splice(workers.indexOf(worker), 1);
  };

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await Promise.all([...workers].map(kill));
    await server?.close();
  });

  it('are each in the store once, whatever is killed: 500 cells, three workers, a coordinator', {
    timeout: 300_000,
  }, async () => {
    const folder = emptyFolder();
    const solvers = ['--solvers', 'demo/division,demo/conjugate-gradients'];
    const args = ['run', ...plugins, ...solvers, '--params', '{"n": 20}', '--seeds', seeds(250), '--budget', '0.1'];
    const queued = [...args, '--queue', server.url];
    await Promise.all([startWorker(), startWorker(), startWorker()]);
    let coordinator = start(folder, queued);
    const random = new Random(5);
    const kills = { workers: 0, coordinators: 0 };
    const began = performance.now();
    // By progress and not by the clock: as many on a fast machine as on a slow one.
    for (const done of [50, 130, 210, 290, 370, 450]) {
      await vi.waitFor(() => expect(progressOf(coordinator)).toBeGreaterThanOrEqual(done), { timeout: 120_000, interval: 5 });
      await kill(workers[Math.floor(random.uniform() * workers.length)]);
      kills.workers++;
      // It may be killed itself while it starts.
      void startWorker().catch(() => {});
      if (kills.workers !== 2) continue;
      coordinator.child.kill('SIGKILL');
      await coordinator.finished;
      kills.coordinators++;
      coordinator = start(folder, queued);
    }
    const { code, stderr } = await coordinator.finished;
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`500 cells in ${seconds} s with ${kills.workers} workers and ${kills.coordinators} coordinator killed`);
    expect(stderr).toContain('The report is in');
    expect(code).toBe(0);
    const counts = `SELECT count(*)::INTEGER AS cells, count(DISTINCT identity)::INTEGER AS different,
      count(*) FILTER (status = 'failed')::INTEGER AS failed, count(*) FILTER (machine = '')::INTEGER AS nowhere FROM cells`;
    expect(await query(folder, counts)).toEqual([{ cells: 500, different: 500, failed: 0, nowhere: 0 }]);
    // The run that was started again has all of them, those of the first among them.
    const [{ all, reused }] = (await query(
      folder,
      `SELECT count(*)::INTEGER AS "all", count(*) FILTER (reused)::INTEGER AS reused FROM run_cells WHERE run = 2`,
    )) as { all: number; reused: number }[];
    expect(all).toBe(500);
    expect(reused).toBeGreaterThan(0);
    // What was measured here is what is measured without a queue.
    const here = linesOf((await infimumBench(folder, [...args, '--seeds', '1,250', '--json', '--fresh'])).stdout);
    const there = linesOf((await infimumBench(folder, [...args, '--seeds', '1,250', '--json'])).stdout);
    expect(there.map(({ metrics }) => metrics)).toEqual(here.map(({ metrics }) => metrics));
  });

  it('show who works, and leave no process of a killed worker behind', async () => {
    const worker = await freshWorker();
    const folder = emptyFolder();
    const args = ['run', ...plugins, '--solvers', 'rogues/idler', '--params', '{"n": 3}', '--budget', '60'];
    const running = start(folder, [...args, '--queue', server.url]);
    let cells: number[] = [];
    await vi.waitFor(
      () => {
        cells = cellsOf(worker.child.pid ?? 0);
        expect(cells).toHaveLength(1);
      },
      { timeout: 30_000 },
    );
    await says(running, /1 worker: \S+:\d+:1/);
    await kill(worker);
    await vi.waitFor(() => expect(existsSync(`/proc/${cells[0]}`)).toBe(false), { timeout: 10_000 });
    await says(running, /0 workers/);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(143);
    expect((await running.finished).stderr).toContain('finished cells are kept');
  });

  it('that are interrupted end on the worker too', async () => {
    const worker = await freshWorker();
    const args = ['run', ...plugins, '--solvers', 'rogues/looper', '--params', '{"n": 3}', '--budget', '600'];
    const running = start(emptyFolder(), [...args, '--queue', server.url]);
    let cells: number[] = [];
    await vi.waitFor(
      () => {
        cells = cellsOf(worker.child.pid ?? 0);
        expect(cells).toHaveLength(1);
      },
      { timeout: 30_000 },
    );
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    await vi.waitFor(() => expect(existsSync(`/proc/${cells[0]}`)).toBe(false), { timeout: 20_000 });
    // And it takes the next cell.
    const next = ['run', ...plugins, '--solvers', 'demo/division', '--params', '{"n": 3}', '--json'];
    const { stdout } = await infimumBench(emptyFolder(), [...next, '--queue', server.url]);
    expect(linesOf(stdout)).toMatchObject([{ solver: 'demo/division', status: 'converged' }]);
  });

  it('are finished first by a worker that is interrupted, and left to others when it is twice', async () => {
    const worker = await freshWorker();
    const folder = emptyFolder();
    const args = ['run', ...plugins, '--solvers', 'rogues/idler', '--params', '{"n": 3}', '--json'];
    const inCell = () => vi.waitFor(() => expect(cellsOf(worker.child.pid ?? 0)).toHaveLength(1), { timeout: 30_000 });
    const first = start(folder, [...args, '--budget', '4', '--queue', server.url]);
    await inCell();
    worker.child.kill('SIGTERM');
    expect(linesOf((await first.finished).stdout)).toMatchObject([{ status: 'time-limit' }]);
    expect((await worker.finished).code).toBe(0);
    workers.splice(workers.indexOf(worker), 1);
    const hasty = await startWorker();
    const second = start(folder, [...args, '--budget', '5', '--queue', server.url]);
    await vi.waitFor(() => expect(cellsOf(hasty.child.pid ?? 0)).toHaveLength(1), { timeout: 30_000 });
    hasty.child.kill('SIGINT');
    await says(hasty, /interrupted/);
    hasty.child.kill('SIGINT');
    expect((await hasty.finished).code).toBe(0);
    workers.splice(workers.indexOf(hasty), 1);
    await startWorker();
    expect(linesOf((await second.finished).stdout)).toMatchObject([{ status: 'time-limit' }]);
  });

  it('fail alone when their solver does', async () => {
    await someWorker();
    const solvers = ['--solvers', 'rogues/thrower,rogues/quitter,demo/division', '--params', '{"n": 3}'];
    const args = ['run', ...plugins, ...solvers, '--budget', '0.3', '--json', '--queue', server.url];
    const { stdout, code } = await infimumBench(emptyFolder(), args);
    const found = new Map(linesOf(stdout).map((line) => [line.solver, line.failure ?? line.status]));
    expect(found.get('rogues/thrower')).toMatch(/the moon is in the wrong phase/);
    expect(found.get('rogues/quitter')).toMatch(/ended by itself with exit code 7/);
    expect(found.get('demo/division')).toBe('converged');
    expect(code).toBe(1);
  });

  it('are not run by a worker with other code, which is told', async () => {
    await someWorker();
    const folder = emptyFolder();
    const other = path.join(folder, 'other.ts');
    writeFileSync(other, readFileSync(fixture('demo.ts'), 'utf8').replace('Hestenes and Stiefel.', 'Changed.'));
    const args = ['run', '--plugin', other, '--solvers', 'demo/division', '--params', '{"n": 3}'];
    const running = start(folder, [...args, '--queue', server.url]);
    await says(running, /no worker has version \w+ of bench\/cell; those that are there have \w+, and refuse/);
    await says(running, /0 workers; \d+ with other code/);
    running.child.kill('SIGTERM');
    await running.finished;
    expect(await query(folder, 'SELECT count(*)::INTEGER AS cells FROM cells')).toEqual([{ cells: 0 }]);
  });

  it('that a stranger wrote are refused with the reason', async () => {
    await someWorker();
    const executor = await queueExecutor({ url: server.url, patienceSeconds: 5 });
    const [{ tasks }] = await executor.workers();
    const task = { id: 'bench/cell', version: tasks['bench/cell'], check: () => {} };
    const cell = {
      problem: 'demo/diagonal-system',
      family: 'random',
      params: { n: 3 },
      seed: 1,
      solver: 'demo/division',
      role: 'baseline',
      variant: '',
      options: {},
      budget: 1,
      codeVersion: 'x',
    };
    const refusal = async (changes: object, memory: unknown = 100) =>
      executor.submit(task, { cell: { ...cell, ...changes }, memory }).then(
        () => 'it was run',
        (error: Error) => error.message,
      );
    expect(await refusal({})).toMatch(/cell\.codeVersion: demo\/division is version \w+ here, but version x is asked for/);
    expect(await refusal({ solver: 'demo/devision' })).toMatch(/there is no 'demo\/devision'; did you mean/);
    expect(await refusal({ solver: 'ot/sinkhorn' })).toMatch(/ot\/sinkhorn does not solve demo\/diagonal-system/);
    expect(await refusal({ problem: 'demo/nothing' })).toMatch(/there is no 'demo\/nothing'/);
    expect(await refusal({ family: 'constructor' })).toMatch(/has no family 'constructor'/);
    expect(await refusal({ plugins: ['evil.js'] })).toMatch(/cell\.plugins: is not a field of a cell/);
    expect(await refusal({ budget: -1 })).toMatch(/cell\.budget/);
    expect(await refusal({ params: 'n' })).toMatch(/cell\.params/);
    expect(await refusal({}, 1e9 + 0.5)).toMatch(/memory/);
    expect(await refusal({ params: { n: 'x'.repeat(5e6) } })).toMatch(/limit is 4000000/);
    await executor.close();
  });
});

describe('a queue', () => {
  it.each([
    [['run', '--queue', 'redis://127.0.0.1:1'], /--queue: no connection to redis:\/\/127\.0\.0\.1:1/],
    [['run', '--queue', 'redis://a:secret@127.0.0.1:1'], /no connection to redis:\/\/\*\*\*@127\.0\.0\.1:1/],
    [['worker', '--queue', 'redis://a:secret@127.0.0.1:1'], /no connection to redis:\/\/\*\*\*@127\.0\.0\.1:1/],
    [['worker', '--queue', 'http://127.0.0.1'], /--queue: expected redis:\/\/HOST:PORT/],
    [['worker'], /--queue is missing/],
    [['run', '--prefix', 'x'], /--prefix is for the keys of --queue/],
    [['run', '--queue', 'redis://x', '--jobs', '2'], /--jobs: with --queue the workers say/],
  ])('that cannot be used is told: %j', async (args, message) => {
    const demo = ['--plugin', fixture('demo.ts')];
    const run = args[0] === 'run' ? ['--solvers', 'demo/division', '--params', '{"n": 3}'] : [];
    // A worker ends its process.
    const ask = args[0] === 'worker' ? infimumBench : answer;
    const { code, stderr } = await ask(emptyFolder(), [...args, ...demo, ...run]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});
