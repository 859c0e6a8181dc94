// What the manual promises, with the library's own solvers: its plug-in, its instance, its mistakes.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, emptyFolder, infimumBench, linesOf } from './command.ts';

const manual = ['../README.md', '../../../docs/guide/benchmarks.md']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
const transport = ['run', '--problem', 'ot/transport', '--family', 'points', '--json'];

describe('the manual', () => {
  it('has a plug-in that races the library in a folder outside the repository', async () => {
    const folder = emptyFolder();
    const source = /```ts\n(\/\/ mine\.ts[\s\S]*?)```/.exec(manual)?.[1] ?? '';
    writeFileSync(path.join(folder, 'mine.ts'), source);
    const params = ['--params', '{"n": 8, "m": 9, "epsilon": 0.1}'];
    const solvers = ['--solvers', 'mine/product,ot/sinkhorn,ot/network-simplex'];
    const { code, stdout } = await infimumBench(folder, [...transport, '--plugin', 'mine.ts', ...params, ...solvers]);
    expect(code).toBe(0);
    const costOf = (id: string) => {
      const line = linesOf(stdout).find(({ solver }) => solver === id);
      expect(line).toMatchObject({ status: 'converged', failure: null });
      expect(line?.metrics['marginalError']).toBeLessThan(1e-6);
      return line?.metrics['transportCost'] ?? Number.NaN;
    };
    expect(costOf('ot/network-simplex')).toBeLessThan(costOf('ot/sinkhorn'));
    expect(costOf('ot/sinkhorn')).toBeLessThan(costOf('mine/product'));
  });

  it('has an instance that `solve` takes', async () => {
    const folder = emptyFolder();
    const instance = /echo '(\{"a".*\})' > mine\.json/.exec(manual)?.[1] ?? '';
    writeFileSync(path.join(folder, 'mine.json'), instance);
    const args = ['solve', 'ot/network-simplex', '--instance', 'mine.json', '--json'];
    const { code, stdout } = await infimumBench(folder, args);
    expect(code).toBe(0);
    // A quarter of the mass has to move at cost 1.
    expect(JSON.parse(stdout).metrics.transportCost).toBeCloseTo(0.25, 12);
  });
});

describe('bad input', () => {
  const good = {
    a: [0.5, 0.5],
    b: [0.5, 0.5],
    cost: [
      [0, 1],
      [1, 0],
    ] as unknown[],
    epsilon: 0.1,
  };

  it.each<[string, object, RegExp]>([
    ['NaN', { a: [0.5, 'NaN'] }, /a: is "NaN" at index 1/],
    ['a negative mass', { a: [1.5, -0.5] }, /a: is negative \(-0\.5\) at index 1/],
    ['masses that differ', { b: [0.5, 0.6] }, /b: sums to 1\.1/],
    ['a shape that does not fit', { a: [1] }, /a: expected 2 entries, got 1/],
    ['nothing', { cost: [] }, /cost: must not be empty/],
    [
      'Infinity in the costs',
      {
        cost: [
          [0, 'Infinity'],
          [1, 0],
        ],
      },
      /cost: is "Infinity" at index 1/,
    ],
    ['epsilon zero', { epsilon: 0 }, /epsilon: must be greater than 0/],
    ['an unknown field', { costs: 1 }, /costs: is not a field/],
  ])('is refused by `solve` with its place: %s', async (_, change, message) => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'bad.json'), JSON.stringify({ ...good, ...change }));
    const { code, stderr } = await answer(folder, ['solve', 'ot/sinkhorn', '--instance', 'bad.json']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    ['--params', '{"epsilon": 0}', /--params of ot\/transport, points: epsilon: /],
    ['--params', '{"n": 2.5}', /--params of ot\/transport, points: n: /],
    ['--options', '{"ot/sinkhorn": {"tolerance": "tight"}}', /--options: ot\/sinkhorn: tolerance: /],
  ])('is refused by `run` before anything runs: %s %s', async (option, text, message) => {
    const { code, stdout, stderr } = await answer(emptyFolder(), [...transport, option, text]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });
});
