import { certify } from '@infimum/core/certificate';
import { expect, it } from 'vitest';
import { bimatrix } from '../normal-form/normal-form-game.ts';
import { markovCce } from './markov-cce.ts';
import { check } from './markov-cce-checker.ts';
import { markovCceProblem as problem } from './markov-cce-problem.ts';
import { markovGap, repeatedGame } from './markov-game.ts';

const shapley = repeatedGame(
  bimatrix(
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ],
  ),
  4,
);

it('the gap of an equilibrium is proved, of other policies enclosed', async () => {
  const solution = markovCce(shapley);
  const { verdict } = await certify(problem, shapley, solution);
  expect(verdict).toMatchObject({ proved: true });
  if (verdict.proved) expect(verdict.figures['gap'].upper).toBeLessThan(1e-9);
  for (const concept of ['coarse', 'correlated'] as const) {
    const policy = Float64Array.from(solution.policy, (_, k) => 1 + (k % 5));
    for (let row = 0; row < 4; row++) {
      const part = policy.subarray(9 * row, 9 * row + 9);
      const sum = part.reduce((a, b) => a + b, 0);
      for (let k = 0; k < 9; k++) part[k] /= sum;
    }
    const judged = check(shapley, { ...solution, policy, concept }, null);
    expect(judged.proved).toBe(true);
    if (!judged.proved) continue;
    const gap = markovGap(shapley, policy, concept);
    expect(judged.figures['gap'].lower).toBeLessThanOrEqual(gap + 1e-15);
    expect(judged.figures['gap'].upper).toBeGreaterThanOrEqual(gap - 1e-15);
    expect(judged.figures['gap'].upper - judged.figures['gap'].lower).toBeLessThan(1e-13);
  }
});

it('what is no policy is refused', () => {
  const solution = markovCce(shapley);
  const bad = [new Float64Array(3), new Float64Array(36), solution.policy.map((w, k) => (k === 0 ? Number.NaN : w)), undefined];
  for (const policy of bad) expect(check(shapley, { ...solution, policy } as never, null).proved).toBe(false);
});
