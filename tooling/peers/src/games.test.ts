// The peers of `games/normal-form`, where requirements-games.txt has been installed.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('Nashpy, QuantEcon, Gambit and OpenSpiel on games/normal-form', () => {
  const peers = peersOfTests();

  // One equilibrium: (2/5, 3/5) | (2/5, 3/5), worth 1/5 to the first player.
  const game = { actions: [2, 2], payoffs: [Float64Array.of(2, -1, -1, 1), Float64Array.of(-2, 1, 1, -1)] };

  it.each([
    ['nashpy/lemke-howson', 9],
    ['nashpy/support-enumeration', 9],
    ['quantecon/lemke-howson', 9],
    ['quantecon/vertex-enumeration', 9],
    ['gambit/lcp', 6],
    ['gambit/enummixed', 6],
    ['gambit/logit', 2],
    ['open-spiel/regret-matching', 1],
  ] as const)('%s finds the only equilibrium', async (id, digits) => {
    if (
      !peers()
        .list()
        .some((peer) => peer.id === id)
    ) {
      return expect(peers().absent['games_normal_form']).toBeDefined();
    }
    const { solution } = await peers().solve(id, game, {}, { seconds: 60 });
    if (!solution) throw new Error(`${id} has no solution`);
    for (const strategy of solution['strategies'] as unknown as Float64Array[]) {
      expect(strategy[0]).toBeCloseTo(0.4, digits);
    }
    expect((solution['payoffs'] as Float64Array)[0]).toBeCloseTo(0.2, digits);
  });
});
