// The claim on unknown games: the cost of a search for a pure equilibrium grows exponentially with the number of players.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { sparsePaper as paper } from '../markov/independent-learners.ts';
import type { BinaryGame } from './payoff-oracle.ts';
import { randomBinaryGame } from './payoff-oracle.ts';
import { pureNashSearch } from './pure-nash-search.ts';

/** Slope of the logarithm to base 2 of the median number of checks against the number of players, over games with an equilibrium. */
export function searchGrowth(
  method: 'order' | 'walk',
  players: readonly number[],
  games: number,
  firstGame = 0,
  draw: (players: number, seed: number) => BinaryGame = randomBinaryGame,
): { readonly slope: number; readonly medians: readonly number[] } {
  const medians = players.map((m) => {
    const counts: number[] = [];
    for (let seed = firstGame; counts.length < games; seed++) {
      // Searches in random order decide whether there is one.
      const { profile, checks } = pureNashSearch(draw(m, seed), { seed });
      if (!profile) continue;
      counts.push(method === 'order' ? checks : pureNashSearch(draw(m, seed), { method, seed }).checks);
    }
    return counts.sort((a, b) => a - b)[Math.floor(games / 2)];
  });
  // The exponent of a power law in 2^m.
  return {
    slope: powerExponent(
      players.map((m) => 2 ** m),
      medians,
    ),
    medians,
  };
}

/** A random game in which all players earn the same, in which better responses raise the common payoff. */
function commonInterest(players: number, seed: number): BinaryGame {
  const { payoff } = randomBinaryGame(players, seed);
  return { players, payoff: (_, profile) => payoff(0, profile) };
}

/** The claims on unknown games. */
export const queryClaims = [
  defineClaim({
    id: 'games/queries-exponential',
    paper,
    statement: 'In initially unknown games any algorithm needs a number of episodes exponential in the number of players.',
    published: 'the bound',
    budget: 60,
    null: 'games of common interest, which better responses solve in few steps',
    limit: 'two algorithms are not all: what holds for any cannot be shown by running some',
    bars: [
      {
        figure: 'checks in random order: exponent in 2^m',
        atLeast: 1 / 3,
        source: 'a square of the number of players has 1/3 from 6 to 12',
      },
      {
        figure: 'checks by better responses: exponent in 2^m',
        atLeast: 1 / 3,
        source: 'a square of the number of players has 1/3 from 6 to 12',
      },
    ],
    measure: (seed) => {
      const figures = (draw: typeof randomBinaryGame) => {
        const [order, walk] = (['order', 'walk'] as const).map(
          (method) => searchGrowth(method, [6, 8, 10, 12], 15, 1000 * seed, draw).slope,
        );
        return { 'checks in random order: exponent in 2^m': order, 'checks by better responses: exponent in 2^m': walk };
      };
      return { ours: figures(randomBinaryGame), null: figures(commonInterest) };
    },
  }),
];
