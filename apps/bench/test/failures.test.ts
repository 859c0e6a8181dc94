// A solver that goes wrong is one failed row with its reason; the others are not touched.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, fixture, infimumBench, linesOf } from './command.ts';

const plugins = ['--plugin', fixture('demo.ts'), '--plugin', fixture('rogues.ts')];

async function race(rogue: string, ...more: readonly string[]) {
  const solvers = ['--solvers', `rogues/${rogue},demo/division`, '--params', '{"n": 3}', '--budget', '0.3'];
  const finished = await infimumBench(emptyFolder(), ['run', ...plugins, ...solvers, '--json', ...more]);
  const lines = linesOf(finished.stdout);
  return { ...finished, failed: lines.filter(({ status }) => status === 'failed'), lines };
}

describe('a solver', () => {
  it.each<[string, string, RegExp, string?]>([
    ['that throws', 'thrower', /threw RangeError: the moon is in the wrong phase/],
    ['that loops for ever inside a step', 'looper', /an iteration .*did not end within 2\.30 s/],
    // On a loaded machine memory fills slowly: the time of a step must not end before.
    ['that fills the heap', 'heap-eater', /used more memory than the limit of 250 MB/, '60'],
    ['that fills typed arrays', 'buffer-eater', /used more memory than the limit of 250 MB/, '60'],
    ['whose solution is not a number', 'liar', /metric residual of its solution is not a finite number/],
    ['that ends the process', 'quitter', /ended by itself with exit code 7/],
  ])('%s fails alone, with its reason, and the exit code is 1', async (_, rogue, reason, budget = '0.3') => {
    const { code, failed, lines } = await race(rogue, '--memory', '250', '--budget', budget);
    expect(failed).toMatchObject([{ solver: `rogues/${rogue}`, failure: expect.stringMatching(reason) }]);
    expect(lines.find(({ solver }) => solver === 'demo/division')).toMatchObject({ status: 'converged', failure: null });
    expect(lines).toHaveLength(2);
    expect(code).toBe(1);
  });
});

describe('a hostile solver', () => {
  // One after the other in one run, and the run goes on.
  const expected: readonly (readonly [string, string, RegExp | undefined])[] = [
    ['thief', 'failed', /the solver changed the instance, which is used to judge it/],
    ['mute', 'failed', /ended 'converged' without a reason/],
    ['boaster', 'failed', /the status perfect/],
    ['vagrant', 'failed', /declines\(\) returned object, not a sentence/],
    ['nameless', 'failed', /threw something that has no description/],
    ['poet', 'stalled', undefined],
    ['babbler', 'failed', /sent bytes that are no message instead of results/],
    ['forger', 'failed', /sent an end with the reason 7 instead of results/],
    ['sleeper', 'failed', /was silent for 8 s, so it was killed/],
    ['parent', 'failed', /was killed by SIGKILL/],
    ['census', 'declined', /in process \d+/],
  ];

  it('costs one row, with the reason, whatever it sends, stops or leaves behind', async () => {
    const folder = emptyFolder();
    const solvers = expected.map(([name]) => `rogues/${name}`).join();
    const args = ['run', ...plugins, '--solvers', solvers, '--params', '{"n": 3}', '--budget', '0.3', '--json'];
    const { code, stdout, stderr } = await infimumBench(folder, args);
    const lines = linesOf(stdout);
    const found = new Map(lines.map((line) => [line.solver, line]));
    for (const [name, status, reason] of expected) {
      expect(found.get(`rogues/${name}`), name).toMatchObject({
        status,
        failure: reason ? expect.stringMatching(reason) : null,
      });
    }
    expect(lines).toHaveLength(expected.length);
    expect(code).toBe(1);
    expect(stderr).toContain('The report is in');
    // The poet's reason is in the store and in the report, as text that every program reads.
    expect((await infimumBench(folder, ['export', '--format', 'csv'])).code).toBe(0);
    expect(readFileSync(path.join(folder, 'bench-cells.csv'), 'utf8')).toContain('two \ufffd three');
  });
});

describe('cells of one solver', () => {
  it('share a process; one that fails costs its cell, and a new process takes the next', async () => {
    const params = ['--params', '[{"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}, {"n": 6}]'];
    const args = ['run', ...plugins, '--solvers', 'rogues/census', ...params, '--json'];
    const { stdout } = await infimumBench(emptyFolder(), args);
    const [two, three, four, five, six] = linesOf(stdout).map(({ failure }) => failure);
    expect(two).toMatch(/in process \d+/);
    expect(three).toBe(two);
    expect(four).toContain('threw Error: four');
    expect(five).toMatch(/in process \d+/);
    expect(five).not.toBe(two);
    expect(six).toBe(five);
  });
});
