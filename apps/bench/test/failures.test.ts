// A solver that goes wrong is one failed row with its reason; the others are not touched.
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
  it.each([
    ['that throws', 'thrower', /threw RangeError: the moon is in the wrong phase/],
    ['that loops for ever inside a step', 'looper', /an iteration .*did not end within 2\.30 s/],
    ['that fills the heap', 'heap-eater', /used more memory than the limit of 250 MB/],
    ['that fills typed arrays', 'buffer-eater', /used more memory than the limit of 250 MB/],
    ['whose solution is not a number', 'liar', /metric residual of its solution is not a finite number/],
    ['that ends the process', 'quitter', /ended by itself with exit code 7/],
  ])('%s fails alone, with its reason, and the exit code is 1', async (_, rogue, reason) => {
    const { code, failed, lines } = await race(rogue, '--memory', '250');
    expect(failed).toMatchObject([{ solver: `rogues/${rogue}`, failure: expect.stringMatching(reason) }]);
    expect(lines.find(({ solver }) => solver === 'demo/division')).toMatchObject({
      status: 'converged',
      failure: null,
    });
    expect(lines).toHaveLength(2);
    expect(code).toBe(1);
  });
});
