// A researcher's first steps in an empty folder: create, list, run with the peer, race, and the contract.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { answer, emptyFolder, infimumBench, linesOf } from './command.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('a plug-in that was created', () => {
  const root = emptyFolder();
  const folder = path.join(root, 'my-problem');
  beforeAll(async () => {
    expect((await answer(root, ['create', 'my-problem'])).code).toBe(0);
  });

  it('has its files, and no second one is written over it', async () => {
    expect(readdirSync(folder).sort()).toEqual(['package.json', 'peer.py', 'plugin.test.ts', 'plugin.ts']);
    expect(await answer(root, ['create', 'my-problem'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('my-problem is not empty'),
    });
  });

  it.runIf(hasPython)('runs beside its peer, small and large', async () => {
    const args = ['run', '--plugin', './plugin.ts', '--problem', 'mine/linear-system', '--peers', '--json'];
    const { stdout } = await infimumBench(folder, [...args, '--params', '[{"n": 40}, {"n": 90}]', '--budget', '3']);
    const lines = linesOf(stdout).filter(({ status }) => status !== 'absent');
    expect(lines.map(({ solver, params }) => `${solver} ${params['n']}`)).toEqual([
      ...['mine/jacobi 40', 'mine/jacobi 90', 'mine/gauss-seidel 40', 'mine/gauss-seidel 90'],
      ...['mine/python-elimination 40', 'mine/python-elimination 90'],
    ]);
    for (const { solver, status, metrics, unconfirmed } of lines) {
      expect(status, solver).toBe('converged');
      expect(metrics['residual'], solver).toBeLessThan(1e-9);
      expect(unconfirmed).toBe(false);
    }
    expect(existsSync(path.join(folder, 'bench-report.html'))).toBe(true);
  });

  it('takes four hundred unknowns, and ends by its own limits', async () => {
    const run = ['run', '--plugin', './plugin.ts', '--problem', 'mine/linear-system', '--solvers', 'mine/jacobi', '--json'];
    const sizes = ['--params', '[{"n": 400}, {"n": 40, "sweeps": 3}]', '--budget', '20'];
    const options = (tolerance: number) => ['--options', `{"mine/jacobi": {"tolerance": ${tolerance}}}`];
    const [large, short] = linesOf((await infimumBench(folder, [...run, ...sizes, ...options(1e-8)])).stdout);
    expect([large.status, short.status]).toEqual(['converged', 'iteration-limit']);
    const tight = ['--params', '{"n": 40}', '--budget', '20', ...options(1e-300)];
    expect(linesOf((await infimumBench(folder, [...run, ...tight])).stdout)[0].status).toBe('stalled');
  });

  it('races its solvers', async () => {
    const args = ['race', 'mine/jacobi', 'mine/gauss-seidel', '--plugin', './plugin.ts', '--params', '{"n": 60}'];
    const { code, stdout } = await infimumBench(folder, [...args, '--blocks', '3', '--budget', '1', '--json']);
    expect(code).toBe(0);
    const [outcome] = linesOf<{ readonly seconds: number[][]; readonly reached: number[] }>(stdout);
    expect(outcome.reached).toEqual([3, 3]);
    expect(outcome.seconds.map((times) => times.length)).toEqual([3, 3]);
  });

  it('keeps the contract', () => {
    mkdirSync(path.join(folder, 'node_modules/@infimum'), { recursive: true });
    const core = fileURLToPath(new URL('../../../packages/core', import.meta.url));
    symlinkSync(core, path.join(folder, 'node_modules/@infimum/core'));
    const { status, stdout } = spawnSync(process.execPath, ['--test'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/pass 3/);
    expect(status).toBe(0);
  });
});
