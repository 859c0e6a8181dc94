// `solve` from outside: a user's files, right and wrong.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, emptyFolder, fixture, infimumBench } from './command.ts';

let folder = '';
beforeEach(() => {
  folder = emptyFolder();
});

const solve = (text: string, ...args: readonly string[]) => {
  writeFileSync(path.join(folder, 'mine.json'), text);
  const solver = ['solve', 'demo/conjugate-gradients', '--instance', 'mine.json'];
  return answer(folder, [...solver, '--plugin', fixture('demo.ts'), ...args]);
};

/** A one-dimensional `.npy` file of doubles, by the format's description. */
function writeNpy(name: string, values: readonly number[]): void {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length},), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = [0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0];
  writeFileSync(
    path.join(folder, name),
    Buffer.concat([Buffer.from(start), Buffer.from(header), Buffer.from(Float64Array.from(values).buffer)]),
  );
}

describe('solve', () => {
  const right = '{"diagonal": [1, 2], "rightSide": [3, 4]}';

  it('prints the solution and its metrics', async () => {
    const { code, stdout } = await solve(right);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^demo\/conjugate-gradients: converged after 2 iterations/);
    expect(stdout).toMatch(/residual +\S+ +Relative residual/);
    expect(stdout).toMatch(/x +2 numbers: 3\.000, 2\.000|x +2 numbers: 3, 2/);
  });

  it('prints all of it as JSON', async () => {
    const { code, stdout } = await solve(right, '--json', '--options', '{"tolerance": 1e-6}');
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ status: 'converged', reason: 'the residual is below 0.000001', iterations: 2 });
    expect(result.solution.x[0]).toBeCloseTo(3, 6);
    expect(result.metrics.residual).toBeLessThan(1e-6);
    expect(result.seconds).toBeGreaterThan(0);
  });

  it('reads arrays from .npy files beside the instance', async () => {
    writeNpy('d.npy', [1, 2, 4]);
    writeNpy('b.npy', [3, 4, 4]);
    const { code, stdout } = await solve('{"diagonal": "d.npy", "rightSide": "./b.npy"}', '--json');
    expect(code).toBe(0);
    const [x, y, z] = JSON.parse(stdout).solution.x;
    expect([x, y, z].map(Math.round)).toEqual([3, 2, 1]);
  });

  it('ends at the time limit with what there is', async () => {
    const args = ['--plugin', fixture('demo.ts'), '--plugin', fixture('rogues.ts'), '--json', '--max-seconds', '0.1'];
    writeFileSync(path.join(folder, 'mine.json'), right);
    const { code, stdout } = await infimumBench(folder, ['solve', 'rogues/idler', '--instance', 'mine.json', ...args]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'time-limit', solution: { x: [0, 0] } });
  });

  it.each<[string, string, readonly string[], RegExp]>([
    [
      'JSON that is none',
      '{"diagonal": [1, 2],\n "rightSide" [3]}',
      [],
      /^error: mine\.json is not JSON: unexpected "\[" at line 2, column 14/,
    ],
    [
      'a missing field',
      '{"diagonal": [1, 2]}',
      [],
      /^error: mine\.json: rightSide: is missing[\s\S]*Example: \{"diagonal":\[1,2\]/,
    ],
    ['a bad value', '{"diagonal": [1, -2], "rightSide": [3, 4]}', [], /^error: mine\.json: diagonal: is -2 at index 1/],
    ['a .npy file that is not there', '{"diagonal": "no.npy", "rightSide": [3, 4]}', [], /^error: no\.npy: there is no/],
    ['wrong options', right, ['--options', '{"tolerance": "x"}'], /tolerance: /],
    ['options that do not exist', right, ['--options', '{"speed": 1}'], /speed: /],
    ['a seed that is none', right, ['--seed', '-1'], /A seed is a whole number/],
  ])('exits with 2 for %s', async (_, text, args, message) => {
    const { code, stdout, stderr } = await solve(text, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('    at ');
  });

  it('exits with 2 for a file that is not there and a solver that does not exist', async () => {
    const args = ['--instance', 'nowhere.json', '--plugin', fixture('demo.ts')];
    const missing = await answer(folder, ['solve', 'demo/division', ...args]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/--instance: there is no nowhere\.json/) });
    const unknown = await answer(folder, ['solve', 'demo/divison', ...args]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/did you mean 'demo\/division'/) });
  });
});
