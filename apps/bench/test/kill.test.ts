// SIGKILL, the one signal that nobody can catch: of a cell, and of the coordinator.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Running } from './command.ts';
import { cellsOf, emptyFolder, fixture, infimumBench, linesOf, start } from './command.ts';

const plugins = ['--plugin', fixture('demo.ts'), '--plugin', fixture('rogues.ts')];
const run = ['run', ...plugins, '--params', '{"n": 3}', '--json'];

/** The pid of the cell that runs when `count` cells are done. */
async function cellAfter(count: number, { child }: Running): Promise<number> {
  let seen = '';
  child.stdout?.on('data', (text) => {
    seen += text;
  });
  // The process of the solver before may still be on its way out: the cell is the only child that stays,
  // and after half a second it has left its start behind and is inside the solver.
  let pid = 0;
  let since = 0;
  await vi.waitFor(
    () => {
      expect(seen.split('\n').length - 1).toBe(count);
      const children = cellsOf(child.pid ?? 0);
      if (children.length !== 1 || children[0] !== pid) {
        pid = children.length === 1 ? (children[0] ?? 0) : 0;
        since = performance.now();
      }
      expect(pid).toBeGreaterThan(0);
      expect(performance.now() - since).toBeGreaterThan(500);
    },
    { timeout: 10_000, interval: 20 },
  );
  return pid;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.runIf(process.platform === 'linux')('SIGKILL', () => {
  it('of a cell is one failed row', async () => {
    const solvers = ['--solvers', 'demo/division,rogues/idler', '--seeds', '1,2', '--budget', '3'];
    const running = start(emptyFolder(), [...run, ...solvers]);
    process.kill(await cellAfter(2, running), 'SIGKILL');
    const { code, stdout } = await running.finished;
    expect(linesOf(stdout).map(({ status }) => status)).toEqual(['converged', 'converged', 'failed', 'time-limit']);
    expect(linesOf(stdout)[2].failure).toContain('was killed by SIGKILL');
    expect(code).toBe(1);
  });

  it('of the coordinator loses no finished cell, and the next run goes on from there', async () => {
    const folder = emptyFolder();
    const solvers = ['demo/division', 'demo/gradient-descent', 'rogues/idler', 'demo/conjugate-gradients'];
    const args = [...run, '--solvers', solvers.join(), '--seeds', '1,2', '--budget', '1'];
    const running = start(folder, args);
    // Registered in this order: descent, conjugate gradients, division, idler; each with both seeds.
    const cell = await cellAfter(6, running);
    running.child.kill('SIGKILL');
    const before = linesOf((await running.finished).stdout);
    expect(before).toHaveLength(6);
    await vi.waitFor(() => expect(isAlive(cell)).toBe(false), { timeout: 5000 });
    const { code, stdout, stderr } = await infimumBench(folder, args);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toHaveLength(8);
    expect(linesOf(stdout).slice(0, 6)).toEqual(before);
    expect(stderr.match(/from the store/g)).toHaveLength(6);
  });

  it('of a full suite loses nothing, and who was out of time is skipped on larger instances, as recorded', async () => {
    const folder = emptyFolder();
    const full = ['run', '--suite', 'full', ...plugins, '--json', '--problem', 'demo/diagonal-system'];
    const args = [...full, '--solvers', 'rogues/idler,demo/conjugate-gradients'];
    const first = start(folder, args);
    await vi.waitFor(() => expect(first.printed().split('\n').length).toBeGreaterThan(3), { timeout: 60_000 });
    first.child.kill('SIGKILL');
    await first.finished;
    const { code, stdout, stderr } = await infimumBench(folder, args);
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    const of = (solver: string) =>
      lines
        .filter((line) => line.solver === solver)
        .toSorted((a, b) => a.params['n'] - b.params['n'])
        .map(({ status, failure }) => [status, failure]);
    expect(of('demo/conjugate-gradients')).toEqual(new Array(3).fill(['converged', null]));
    const reason = 'ran out of time at n = 50, so larger instances were skipped; --budget runs every cell';
    expect(of('rogues/idler')).toEqual([
      ['time-limit', null],
      ['skipped', reason],
      ['skipped', reason],
    ]);
    expect(stderr).toContain('(from the store)');
    const page = readFileSync(path.join(folder, 'bench-report.html'), 'utf8');
    expect(page).toContain('skipped');
    expect(page).toContain('ran out of time at n = 50');
  });

  it('of the coordinator takes a cell along that was stopped and cannot see it', async () => {
    const running = start(emptyFolder(), [...run, '--solvers', 'rogues/looper', '--budget', '600']);
    const cell = await cellAfter(0, running);
    process.kill(cell, 'SIGSTOP');
    running.child.kill('SIGKILL');
    await running.finished;
    await vi.waitFor(() => expect(isAlive(cell)).toBe(false), { timeout: 5000 });
  });

  it('of the coordinator takes a cell along that loops for ever inside a step', async () => {
    const running = start(emptyFolder(), [...run, '--solvers', 'rogues/looper', '--budget', '600']);
    const cell = await cellAfter(0, running);
    running.child.kill('SIGKILL');
    await running.finished;
    await vi.waitFor(() => expect(isAlive(cell)).toBe(false), { timeout: 5000 });
  });
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, expected) => {
  it(`ends the cell, keeps what is finished, says so and exits with ${expected}`, async () => {
    const folder = emptyFolder();
    const running = start(folder, [...run, '--solvers', 'demo/division,rogues/idler', '--budget', '600']);
    const cell = await cellAfter(1, running);
    running.child.kill(signal);
    const { code, stderr } = await running.finished;
    expect(code).toBe(expected);
    expect(stderr).toContain('finished cells are kept');
    expect(isAlive(cell)).toBe(false);
    const again = await infimumBench(folder, [...run, '--solvers', 'demo/division', '--budget', '600']);
    expect(again.stderr).toContain('(from the store)');
  });
});
