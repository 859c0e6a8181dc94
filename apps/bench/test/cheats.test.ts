// Solvers that would look better than they are: each is refused, charged, or marked, and none is believed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CellLine } from './command.ts';
import { emptyFolder, fixture, infimumBench, linesOf } from './command.ts';
import { NAP, WORK } from './fixtures/cheating.ts';

const secrets = { INFIMUM_QUEUE: 'redis://user:secret@127.0.0.1:1', MY_TOKEN: 'secret' };

describe('cheats', () => {
  const found = new Map<string, CellLine[]>();
  beforeAll(async () => {
    const args = ['run', '--plugin', fixture('demo.ts'), '--plugin', fixture('cheats.ts'), '--repeat', '2', '--json'];
    const instance = ['--problem', 'demo/diagonal-system', '--params', '{"n": 3}', '--budget', '2'];
    const { INFIMUM_QUEUE: _, ...env } = secrets;
    const { stdout } = await infimumBench(emptyFolder(), [...args, ...instance], env);
    for (const line of linesOf(stdout)) found.set(line.solver, [...(found.get(line.solver) ?? []), line]);
  });

  it.each(['clock', 'memo', 'solution', 'declines', 'steps', 'step-getter', 'getter'])(
    'are charged the work that they hide: %s',
    (name) => {
      const lines = found.get(`cheats/${name}`) ?? [];
      expect(lines).toHaveLength(2);
      for (const { status, metrics, seconds } of lines) {
        expect(status).toBe('converged');
        expect(metrics['residual']).toBeLessThan(1e-9);
        // A getter's first ten milliseconds pass for the writing of data.
        expect(seconds).toBeGreaterThan((WORK - 11) / 1000);
      }
    },
  );

  it.each(['metrics', 'spy', 'daemon'])('are judged by the true metrics: %s', (name) => {
    const lines = found.get(`cheats/${name}`) ?? [];
    expect(lines.map(({ metrics }) => metrics['residual'])).toEqual([1, 1]);
    expect(Object.keys(lines[0].metrics)).toEqual(['residual', 'size']);
    // They call that converged; the tables mark it.
    expect(lines.map(({ unconfirmed }) => unconfirmed)).toEqual([true, true]);
  });

  it.each<[string, RegExp]>([
    ['proxy', /its solution is not plain data: .*could not be cloned/],
    ['methods', /its solution is not plain data: .*could not be cloned/],
    ['forger', /sent an end without a solution instead of results, so it was killed/],
  ])('are refused: %s', (name, reason) => {
    for (const { status, failure } of found.get(`cheats/${name}`) ?? []) {
      expect(status).toBe('failed');
      expect(failure).toMatch(reason);
    }
    expect(found.get(`cheats/${name}`)).toHaveLength(2);
  });

  it('do not touch others', () => {
    for (const solver of ['demo/division', 'cheats/honest']) {
      expect(found.get(solver)?.map(({ status }) => status)).toEqual(['converged', 'converged']);
      expect(found.get(solver)?.every(({ metrics }) => (metrics['residual'] ?? 1) < 1e-9)).toBe(true);
      expect(found.get(solver)?.some(({ unconfirmed }) => unconfirmed)).toBe(false);
    }
  });

  it.runIf(process.platform === 'linux')('leave no children behind, whatever group these are in', () => {
    const commands = readdirSync('/proc').flatMap((name) => {
      try {
        return Number(name) > 0 ? readFileSync(`/proc/${name}/cmdline`, 'utf8') : [];
      } catch {
        return [];
      }
    });
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => command.includes(NAP))).toEqual([]);
  });
});

describe('a plug-in that', () => {
  const list = (source: string, env: NodeJS.ProcessEnv = {}) => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'mine.mjs'), source);
    return infimumBench(folder, ['list', '--json', '--plugin', 'mine.mjs', '--package', 'strings'], env);
  };
  const nothing = "export const plugin = { name: 'x' };";

  it.each([
    'performance.now = () => 0',
    'Date.now = () => 0',
    'process.hrtime = () => [0, 0]',
    'Math.max = () => 0',
    "JSON.stringify = () => ''",
    'Array.prototype.map = () => []',
    'Float64Array.prototype.at = () => 0; Object.getPrototypeOf(Float64Array.prototype).fill = () => 0',
    "import { plugin as p } from '@infimum/strings/plugin'; p.problems[0].metrics.x = {}",
    "import { plugin as p } from '@infimum/strings/plugin'; p.solvers[0].steps = null",
  ])('does this is not loaded: %s', async (source) => {
    const { code, stdout, stderr } = await list(`${source};\n${nothing}`);
    expect(stderr).toMatch(/mine\.mjs does not load: Cannot (assign|add|redefine)/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('prints while it is loaded does not disturb results', async () => {
    const { code, stdout, stderr } = await list(`console.log('Hi!'); process.stdout.write('there');\n${nothing}`);
    expect(JSON.parse(stdout).problems.length).toBeGreaterThan(0);
    expect(stderr).toContain('Hi!\nthere');
    expect(code).toBe(0);
  });

  it('loops is ended', async () => {
    const { code, stdout, stderr } = await list('for (;;);', { INFIMUM_LOAD_SECONDS: '1.5' });
    expect(stderr).toMatch(/mine\.mjs was not loaded after 1\.5 s, so the process was ended/);
    expect(stdout).toBe('');
    expect(code).not.toBe(0);
  });

  it('looks for the address of the queue finds none', async () => {
    const source = "if (process.env.INFIMUM_QUEUE) throw new Error('found');";
    expect(await list(`${source}\n${nothing}`, secrets)).toMatchObject({ code: 0, stderr: '' });
  });
});
