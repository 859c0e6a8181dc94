// The claim on unknown games: what a search for a pure equilibrium costs grows exponentially with the number of players.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { sparsePaper as paper } from '../markov/independent-learners.ts';
import { pureNashEquilibria, randomBinaryGame } from './payoff-oracle.ts';
import { pureNashSearch } from './pure-nash-search.ts';

/** Checks of searches in random order over random games with so many pure equilibria. */
export function checksOfRandomOrder(
  players: number,
  equilibria: number,
  games: number,
): { readonly mean: number; readonly standardError: number } {
  const counts: number[] = [];
  for (let seed = 0; counts.length < games; seed++) {
    const game = randomBinaryGame(players, seed);
    if (pureNashEquilibria(game).length === equilibria) counts.push(pureNashSearch(game, { seed }).checks);
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / games;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (games - 1);
  return { mean, standardError: Math.sqrt(variance / games) };
}

/** Slope of the logarithm to base 2 of the median number of checks against the number of players, over games with an equilibrium. */
export function searchGrowth(
  method: 'order' | 'walk',
  players: readonly number[],
  games: number,
): { readonly slope: number; readonly medians: readonly number[] } {
  const medians = players.map((m) => {
    const counts: number[] = [];
    for (let seed = 0; counts.length < games; seed++) {
      // Searches in random order tell whether there is one at all.
      const { profile, checks } = pureNashSearch(randomBinaryGame(m, seed), { seed });
      if (!profile) continue;
      counts.push(method === 'order' ? checks : pureNashSearch(randomBinaryGame(m, seed), { method, seed }).checks);
    }
    return counts.sort((a, b) => a - b)[Math.floor(games / 2)];
  });
  const meanX = players.reduce((sum, m) => sum + m, 0) / players.length;
  const logs = medians.map(Math.log2);
  const meanY = logs.reduce((sum, y) => sum + y, 0) / logs.length;
  const covariance = players.reduce((sum, m, k) => sum + (m - meanX) * (logs[k] - meanY), 0);
  return { slope: covariance / players.reduce((sum, m) => sum + (m - meanX) ** 2, 0), medians };
}

async function growth({ onProgress }: ClaimContext): Promise<ClaimResult> {
  onProgress?.('random order');
  const order = searchGrowth('order', [6, 8, 10, 12, 14], 41);
  onProgress?.('better responses');
  const walk = searchGrowth('walk', [6, 8, 10, 12, 14], 41);
  return {
    measured: `checks grow as 2^(${order.slope.toFixed(2)} m) in random order and as 2^(${walk.slope.toFixed(2)} m) by better responses with restarts (medians of 41 games: ${order.medians.join(', ')} and ${walk.medians.join(', ')} for 6 to 14 players)`,
    verdict: order.slope >= 0.85 && order.slope <= 1.15 && walk.slope > 0.4 ? 'reproduced' : 'not reproduced',
    figures: { order: order.slope, walk: walk.slope },
  };
}

/** The claims on unknown games. */
export const queryClaims = [
  defineClaim({
    id: 'games/queries-exponential',
    paper,
    statement:
      'In games that are unknown at first any algorithm needs a number of episodes that is exponential in the number of players.',
    published: 'the bound',
    budget: 60,
    run: growth,
  }),
];
