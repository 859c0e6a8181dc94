// What the command says when its surroundings are not as they should be: readers that leave, files that are none,
// stores that are damaged or in use, plug-ins that are malformed, names that steer terminals.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answer, emptyFolder, fixture, infimumBench, linesOf, start } from './command.ts';

const demo = ['--plugin', fixture('demo.ts')];
const one = ['run', ...demo, '--params', '{"n": 3}', '--solvers', 'demo/division'];

describe('--suite smoke', () => {
  it('is one instance a problem, and every solver', async () => {
    const args = ['run', ...demo, '--suite', 'smoke', '--problem', 'demo/diagonal-system', '--json'];
    const lines = linesOf((await infimumBench(emptyFolder(), args)).stdout);
    expect(lines.map(({ solver }) => solver)).toEqual(['demo/gradient-descent', 'demo/conjugate-gradients', 'demo/division']);
    expect(new Set(lines.map(({ params }) => params['n']))).toEqual(new Set([50]));
  });
});

describe('a reader that leaves', () => {
  it('ends `list` without a word', async () => {
    const { child, finished } = start(emptyFolder(), ['list']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await finished;
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it('ends `list` with one line', async () => {
    const disk = openSync('/dev/full', 'w');
    const program = fileURLToPath(new URL('../bin/infimum-bench.js', import.meta.url));
    const child = spawn(process.execPath, [program, 'list'], { stdio: ['ignore', disk, 'pipe'] });
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    closeSync(disk);
    expect(stderr).toMatch(/^error: the output cannot be written: ENOSPC.*\n$/);
    expect(code).toBe(1);
  });
});

describe('names', () => {
  it('are printed as text, whatever they would do to a terminal', async () => {
    const folder = emptyFolder();
    writeFileSync(
      path.join(folder, 'mine.ts'),
      `import { plugin as demo } from ${JSON.stringify(fixture('demo.ts'))};
       const [division] = demo.solvers.slice(-1);
       export const plugin = { ...demo, solvers: [{ ...division, title: '\\u001b[2Jgone', declines: () => '\\u009b2J' }] };`,
    );
    const listed = await answer(folder, ['list', '--long', '--plugin', 'mine.ts']);
    expect(listed.stdout).toContain('\\u001b[2Jgone');
    const run = ['run', '--plugin', 'mine.ts', '--solvers', 'demo/division', '--params', '{"n": 3}'];
    const { stdout, stderr } = await infimumBench(folder, run);
    expect(stdout).toContain('demo/division: \\u009b2J');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
    expect(`${listed.stdout}${stdout}${stderr}`).not.toMatch(/[\u001b\u009b]/);
  });
});

describe('wrong usage', () => {
  const deep = '['.repeat(1e5);
  it.each<[string, readonly string[], RegExp]>([
    ['a family of every object', ['run', ...demo, '--family', 'constructor'], /there is no 'constructor'/],
    ['JSON that is deep', [...one, '--options', deep], /--options nests lists and objects more than 200 deep/],
    ['a report in no folder', [...one, '--report', 'none/report.html'], /--report: none\/report\.html cannot be written/],
    ['a report that is a folder', [...one, '--report', '.'], /--report: \. cannot be written/],
    ['a store that is a device', [...one, '--store', '/dev/zero'], /\/dev\/zero is not a regular file/],
    ['a store on the network', [...one, '--store', 'https://127.0.0.1:1/x.duckdb'], /cannot be opened: .*No such file/],
  ])('is told before anything runs: %s', async (_, args, message) => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await answer(folder, args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(path.join(folder, 'bench.duckdb'))).toBe(false);
  });

  async function isRefused(ask: typeof answer, source: string, message: RegExp): Promise<void> {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'mine.js'), source);
    const { code, stdout, stderr } = await ask(folder, ['list', '--plugin', 'mine.js']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  }

  it.each<[string, string, RegExp]>([
    ['ends the process', 'process.exit(0);', /ended the process while it was loaded/],
    ['never loads', 'await new Promise(() => {});', /never finished loading/],
  ])('is a plug-in that %s', (_, source, message) => isRefused(infimumBench, source, message));

  it.each<[string, string, RegExp]>([
    ['throws no error', 'throw null;', /does not load: null/],
    ['exports text', 'export const plugin = "x";', /must export `plugin`/],
    ['has no list', 'export const plugin = { name: "x", solvers: {} };', /plugin\.solvers must be a list/],
    ['has nothing in its list', 'export const plugin = { name: "x", solvers: [null] };', /solvers\[0\] must be an object/],
    [
      'has half a problem',
      'export const plugin = { name: "x", problems: [{ id: "x/y", title: "x" }] };',
      /problems\[0\]\.families must be an object/,
    ],
    [
      'has half a solver',
      'export const plugin = { name: "x", solvers: [{ id: "x/y", title: "x", problem: {}, paper: {}, options: {} }] };',
      /solvers\[0\]\.steps must be a function/,
    ],
  ])('is a plug-in that %s', (_, source, message) => isRefused(answer, source, message));
});

describe('a store', () => {
  it('that is damaged is called so, and one in use is called so', async () => {
    const folder = emptyFolder();
    const store = path.join(folder, 'bench.duckdb');
    expect((await infimumBench(folder, one)).code).toBe(0);
    const good = readFileSync(store);
    // A block of data whose checksum is wrong: the message has the word «block» in it.
    const bad = Buffer.from(good);
    bad.fill(7, 12288, 14000);
    for (const bytes of [bad, good.subarray(0, 5000), good.subarray(0, 100)]) {
      writeFileSync(store, bytes);
      const { code, stderr } = await answer(folder, ['report']);
      expect(stderr).toContain('bench.duckdb is damaged or not a store');
      expect(code).toBe(2);
    }
    writeFileSync(store, good);
    const idle = ['--plugin', fixture('rogues.ts'), '--solvers', 'rogues/idler', '--budget', '600'];
    const running = start(folder, ['run', ...demo, ...idle, '--params', '{"n": 3}']);
    // Once it has written, it has the store; a report before that would keep it out.
    await expect.poll(() => existsSync(`${store}.wal`), { timeout: 100_000 }).toBe(true);
    expect((await answer(folder, ['report'])).stderr).toMatch(/is in use by another infimum-bench \(process \d+\)/);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(143);
  });

  it('is only read by `report`, `compare` and `export`', async () => {
    const folder = emptyFolder();
    expect((await infimumBench(folder, one)).code).toBe(0);
    const before = readFileSync(path.join(folder, 'bench.duckdb'));
    mkdirSync(path.join(folder, 'out'));
    for (const args of [['report'], ['compare', '1', '1'], ['export', '--format', 'csv', '--out', 'out/x.csv']]) {
      expect((await answer(folder, args)).code).toBe(0);
    }
    expect(readFileSync(path.join(folder, 'bench.duckdb')).equals(before)).toBe(true);
    writeFileSync(path.join(folder, 'empty.duckdb'), '');
    truncateSync(path.join(folder, 'empty.duckdb'));
    expect(await answer(folder, ['report', '--store', 'empty.duckdb'])).toMatchObject({ code: 2 });
  });
});
