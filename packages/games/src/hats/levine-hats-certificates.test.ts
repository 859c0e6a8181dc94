import { certify } from '@infimum/core/certificate';
import { expect, it } from 'vitest';
import { exactHats } from './exact-hats.ts';
import { levineHats } from './hats-problem.ts';
import { check } from './levine-hats-checker.ts';

it('the value of finite stacks is exact', async () => {
  for (const [height, wins, p] of [
    [2, 5, 0.5],
    [3, 22, 0.5],
  ] as const) {
    const game = { height, p, blocks: false };
    const { verdict } = await certify(levineHats, game, exactHats(game));
    expect(verdict.proved).toBe(true);
    const { lower, upper } = verdict.proved ? verdict.figures['value'] : { lower: 1, upper: 0 };
    expect(lower <= wins / 4 ** height && wins / 4 ** height <= upper).toBe(true);
    expect(upper - lower).toBeLessThan(1e-15);
  }
  const odd = { height: 3, p: 0.1, blocks: false };
  const solution = exactHats(odd);
  const verdict = check(odd, solution, null);
  if (verdict.proved) expect(verdict.figures['value'].upper).toBeCloseTo(solution.value, 14);
});

it('what are no strategies is refused', () => {
  const game = { height: 2, p: 0.5, blocks: false };
  const solution = exactHats(game);
  for (const f of [new Uint8Array(3), Uint8Array.of(0, 1, 2, 0), undefined])
    expect(check(game, { ...solution, f } as never, null).proved).toBe(false);
});
