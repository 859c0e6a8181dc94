// `run` from outside: JSON, table, store and resume, exit codes, a plug-in from anywhere.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, emptyFolder, fixture, infimumBench, linesOf } from './command.ts';

const demo = ['--plugin', fixture('demo.ts'), '--problem', 'demo/diagonal-system'];
const quick = [...demo, '--budget', '5', '--params', '{"n": 20}'];

const peersInstalled = existsSync(new URL('../../../tooling/peers/.venv', import.meta.url));

describe('run', () => {
  it('prints a line of JSON a cell, and nothing else on standard output', async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await infimumBench(folder, ['run', ...quick, '--json', '--seeds', '3']);
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.map(({ solver }) => solver)).toEqual(['demo/gradient-descent', 'demo/conjugate-gradients', 'demo/division']);
    expect(Object.keys(lines[0])).toEqual([
      ...['problem', 'family', 'params', 'seed', 'solver', 'role', 'variant', 'options'],
      ...['status', 'failure', 'seconds', 'iterations', 'metrics', 'unconfirmed'],
      ...['setupSeconds', 'solutionSeconds', 'processorSeconds', 'timeTo'],
    ]);
    expect(lines[0]).toMatchObject({
      problem: 'demo/diagonal-system',
      family: 'random',
      params: { n: 20, condition: 30 },
      seed: 3,
      options: { tolerance: 1e-10 },
      status: 'converged',
      failure: null,
    });
    for (const { seconds, metrics } of lines) {
      expect(seconds).toBeGreaterThan(0);
      expect(metrics['residual']).toBeLessThan(1e-9);
      expect(metrics['size']).toBeCloseTo(lines[2].metrics['size'] ?? Number.NaN, 6);
    }
    expect(stderr).toContain('[3/3]');
    expect(existsSync(path.join(folder, 'bench-report.html'))).toBe(true);
  });

  it('measures nothing twice, but shows it; --fresh measures again', async () => {
    const folder = emptyFolder();
    const args = ['run', ...quick, '--json', '--solvers', 'demo/gradient-descent'];
    const first = await infimumBench(folder, args);
    const second = await infimumBench(folder, args);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('(from the store)');
    const [more] = [await infimumBench(folder, [...args, '--solvers', 'demo/gradient-descent,demo/division'])];
    expect(more.stderr.match(/from the store/g)).toHaveLength(1);
    expect(linesOf(more.stdout)).toHaveLength(2);
    const fresh = await infimumBench(folder, [...args, '--fresh']);
    expect(fresh.stderr).not.toContain('(from the store)');
    const [was, is] = [first, fresh].map(({ stdout }) => linesOf(stdout)[0]);
    const times = { seconds: 0, timeTo: [], setupSeconds: 0, solutionSeconds: 0, processorSeconds: 0 };
    expect({ ...is, ...times }).toEqual({ ...was, ...times });
  });

  it('warms up on quick instances, again and again, where building one of the own size would take longer than the cell', async () => {
    const folder = emptyFolder();
    writeFileSync(
      path.join(folder, 'slow.ts'),
      `import { system, division } from ${JSON.stringify(fixture('demo.ts'))};
       const { random } = system.families;
       const runs = { quick: 0, own: 0 };
       const sleep = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
       const generate = (params, seed) => {
         if (params.n === 60) sleep(400);
         return random.generate(params, seed);
       };
       const compute = (key) => (_, solution) => solution[key];
       const metric = { title: 'Runs', description: 'Runs so far.', unit: '', direction: 'minimize' };
       const problem = {
         ...system,
         families: { random: { ...random, generate } },
         metrics: {
           ...system.metrics,
           quick: { ...metric, compute: compute('quick') },
           own: { ...metric, compute: compute('own') },
         },
       };
       const solver = {
         ...division,
         problem,
         *steps(instance, options) {
           runs[instance.diagonal.length === 50 ? 'quick' : 'own']++;
           for (const iterate of division.steps(instance, options)) yield { ...iterate, solution: () => ({ ...iterate.solution(), ...runs }) };
           return { status: 'converged', reason: 'one division each', solution: { x: instance.rightSide.map((b, i) => b / instance.diagonal[i]), ...runs } };
         },
       };
       export const plugin = { name: 'demo', problems: [problem], solvers: [solver], claims: [] };`,
    );
    const runsOf = async (n: number) => {
      const args = [
        'run',
        '--plugin',
        'slow.ts',
        '--problem',
        'demo/diagonal-system',
        '--budget',
        '0.2',
        '--params',
        `{"n": ${n}}`,
        '--json',
      ];
      const { stdout, stderr } = await infimumBench(folder, args);
      expect(stderr).not.toContain('error');
      return linesOf(stdout)[0].metrics;
    };
    const slow = await runsOf(60);
    expect(slow['own']).toBe(1);
    expect(slow['quick']).toBeGreaterThan(10);
    expect(await runsOf(61)).toMatchObject({ own: 2, quick: 0 });
  });

  it('repeats every cell, counts what the store has, and shows medians with their intervals', async () => {
    const folder = emptyFolder();
    const args = ['run', ...demo, '--params', '{"n": 20}', '--solvers', 'demo/division', '--budget', '0.2'];
    const three = await infimumBench(folder, [...args, '--repeat', '3', '--json']);
    expect(linesOf(three.stdout)).toHaveLength(3);
    expect(three.stderr).not.toContain('(from the store)');
    const five = await infimumBench(folder, [...args, '--repeat', '5', '--json']);
    const times = linesOf(five.stdout).map(({ seconds }) => seconds);
    expect(five.stderr.match(/from the store/g)).toHaveLength(3);
    expect(new Set(times).size).toBeGreaterThan(1);
    const first = linesOf(three.stdout).map(({ seconds }) => seconds);
    expect(times.filter((time) => first.includes(time)).length).toBeGreaterThanOrEqual(3);
    const { stdout } = await infimumBench(folder, [...args, '--repeat', '5']);
    expect(stdout).toMatch(/demo\/division +converged +\S+ \S+ \(5 times, \S+ \S+ to \S+ \S+\)/);
    expect(stdout.match(/^demo\/division +converged/gm)).toHaveLength(1);
  });

  it('measures again when the code of the plug-in has changed', async () => {
    const folder = emptyFolder();
    cpSync(fixture('demo.ts'), path.join(folder, 'demo.ts'));
    const file = path.join(folder, 'mine.ts');
    const args = ['run', '--plugin', 'mine.ts', '--json', '--solvers', 'demo/division', '--params', '{"n": 5}'];
    writeFileSync(file, "export { plugin } from './demo.ts';\n");
    await infimumBench(folder, args);
    expect((await infimumBench(folder, args)).stderr).toContain('(from the store)');
    const source = readFileSync(path.join(folder, 'demo.ts'), 'utf8');
    writeFileSync(path.join(folder, 'demo.ts'), source.replace('one division each', 'a division each'));
    expect((await infimumBench(folder, args)).stderr).not.toContain('(from the store)');
  });

  it('ends with a table that has the ratios, readable in 80 columns', async () => {
    const { code, stdout } = await infimumBench(emptyFolder(), ['run', ...quick], { COLUMNS: '80' });
    expect(code).toBe(0);
    expect(stdout).toContain('demo/diagonal-system, random: n = 20, condition = 30; seed 1');
    expect(stdout).toMatch(/≤ 0\.01 +≤ 1e-4 +≤ 1e-8/);
    expect(stdout).toMatch(/demo\/division .*best/);
    expect(stdout).toMatch(/demo\/gradient-descent .*x \d/);
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('shows a solver that declines as such', async () => {
    const args = ['run', ...demo, '--json', '--params', '{"n": 101}', '--solvers', 'demo/division'];
    const { code, stdout } = await infimumBench(emptyFolder(), args);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toMatchObject([
      { status: 'declined', failure: 'it is made for at most 100 unknowns', seconds: null, metrics: {} },
    ]);
  });

  it.skipIf(peersInstalled)('shows absent peers as absent, and does not fail for them', async () => {
    const args = ['run', ...demo, '--json', '--peers', '--params', '{"n": 3}', '--solvers', 'demo/division'];
    const { code, stdout } = await infimumBench(emptyFolder(), args);
    expect(code).toBe(0);
    expect(linesOf(stdout)[1]).toMatchObject({
      solver: 'peers',
      status: 'absent',
      failure: expect.stringContaining('pnpm peers:install'),
    });
  });

  it('ends at the budget without failing', async () => {
    const args = ['--plugin', fixture('rogues.ts'), '--params', '{"n": 3}', '--solvers', 'rogues/idler'];
    const { code, stdout } = await infimumBench(emptyFolder(), ['run', ...demo, ...args, '--budget', '0.2', '--json']);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toMatchObject([{ status: 'time-limit', failure: null, metrics: { residual: 1 } }]);
  });

  it('races a plug-in from outside the repository, in TypeScript, against the others', async () => {
    const folder = emptyFolder();
    mkdirSync(path.join(folder, 'deep'));
    cpSync(fixture('demo.ts'), path.join(folder, 'deep', 'problem.ts'));
    const source = `
      import { converged, defineSolver, type Iterate, type Steps } from '@infimum/core';
      import { createInfimumRegistry } from 'infimum';
      import { plugin as demo, system } from './deep/problem.ts';
      if (createInfimumRegistry().problems === undefined) throw new Error('the umbrella is not there');
      const options = { factor: { type: 'number', default: 1, description: 'Factor' } };
      type Vector = { readonly x: Float64Array };
      const mine = defineSolver({
        id: 'mine/division', title: 'Mine', summary: 'Mine.', problem: system, role: 'paper',
        paper: { title: 'Mine', year: 2026 }, cost: 'O(n)', options,
        *steps({ diagonal, rightSide }, { factor }): Steps<Vector, Iterate<Vector>> {
          yield { iteration: 0, solution: () => ({ x: new Float64Array(diagonal.length) }) };
          return converged({ x: rightSide.map((b, i) => factor * b / diagonal[i]) }, 'divided');
        },
      });
      export default { ...demo, solvers: [...demo.solvers, mine] };`;
    writeFileSync(path.join(folder, 'mine.ts'), source);
    const args = ['run', '--plugin', 'mine.ts', '--json', '--params', '{"n": 4}', '--problem', 'demo/diagonal-system'];
    const { code, stdout, stderr } = await infimumBench(folder, args);
    expect(stderr).not.toContain('does not load');
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatchObject({ solver: 'mine/division', status: 'converged' });
    expect(lines[3].metrics).toEqual(lines[2].metrics);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['an unknown option', ['--sweet', 'quick'], /unknown option '--sweet'/],
    ['an unknown suite', ['--suite', 'sweet'], /Allowed choices are smoke, quick, full/],
    ['wrong parameters', [...demo, '--params', '{"n": -1}'], /--params of demo\/diagonal-system, random: n: /],
    ['wrong JSON', [...demo, '--options', '{'], /--options is not JSON: unexpected end at line 1, column 2/],
    ['a budget of nothing', ['--budget', '0'], /Expected a number greater than 0/],
    ['a plug-in that is not there', ['--plugin', 'nowhere.ts'], /--plugin: there is no .*nowhere\.ts/],
    ['a plug-in that is none', ['--plugin', fixture('no-plugin.ts')], /must export `plugin`/],
    ['a store that is none', [...demo, '--store', fixture('demo.ts')], /is damaged or not a store/],
  ])('exits with 2 for %s, before anything runs', async (_, args, message) => {
    const { code, stdout, stderr } = await answer(emptyFolder(), ['run', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('    at ');
  });
});
