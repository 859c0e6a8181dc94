// The claims of the paper on Levine's hats, by exact arithmetic.
import type { ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { blockStrategy, knownBlocks, truncateBlocks } from './block-strategy.ts';
import { continuousBestResponse } from './continuous-hats.ts';
import { lowerBoundCurve } from './lower-bound-curve.ts';
import { hatsPaper as paper, searchHats } from './search-hats.ts';

function blocksOfFive(): ClaimResult {
  const { value, c } = knownBlocks('K5');
  const found = searchHats({ height: 5, p: 0.5, blocks: true }, { starts: 40, seed: 1 });
  const searched = blockStrategy(found.f, found.g, { height: 5 });
  const isRight = value.num === 7n && value.den === 20n;
  return {
    measured: `c = ${c}, value ${value.num}/${value.den}; a search from 40 starts finds c = ${searched.c}`,
    verdict: isRight ? 'reproduced' : 'not reproduced',
    figures: { c, searched: searched.c },
  };
}

function rates(): ClaimResult {
  const slopes = (['K3', 'K5'] as const).map((name) => {
    const strategy = knownBlocks(name);
    const gaps = [2, 3, 4].map((blocks) => {
      const { value } = truncateBlocks(strategy, blocks);
      return Number(7n * value.den - 20n * value.num) / Number(20n * value.den);
    });
    return -Math.log(gaps[2] / gaps[1]) / Math.log(4) / strategy.height;
  });
  const [three, five] = slopes;
  return {
    measured: `the gap to 7/20 falls as 4^(-${three.toFixed(3)} h) with blocks of three and 4^(-${five.toFixed(3)} h) with blocks of five`,
    verdict: Math.abs(three - 2 / 3) < 1e-6 && Math.abs(five - 0.8) < 1e-6 ? 'reproduced' : 'not reproduced',
    figures: { three, five },
  };
}

function rareHats(): ClaimResult {
  const [low, high] = lowerBoundCurve([0.2, 0.3], { maxBlockSize: 5 });
  const [three] = lowerBoundCurve([0.3], { maxBlockSize: 3 });
  return {
    measured: `${low.value.toFixed(6)} at p = 0.2 and ${high.value.toFixed(6)} at p = 0.3, where blocks of three reach ${three.value.toFixed(6)}`,
    verdict: high.value > three.value && low.value >= 0.112239 ? 'reproduced' : 'not reproduced',
    figures: { at02: low.value, at03: high.value, threeAt03: three.value },
  };
}

function continuous(): ClaimResult {
  const { value } = continuousBestResponse((y) => -y, { gridSize: 1000 });
  return {
    measured: `${value.toFixed(4)} for f(y) = -y and its best response on a grid of 1000`,
    verdict: Math.abs(value - 0.5) <= 0.002 ? 'reproduced' : 'not reproduced',
    figures: { value },
  };
}

/** The paper's claims. */
export const hatsClaims = [
  defineClaim({
    id: 'games/hats-blocks-of-five',
    paper,
    statement: 'A strategy with blocks of five hats wins 7/20 of all games, as blocks of three do.',
    published: '7/20',
    budget: 10,
    run: async () => blocksOfFive(),
  }),
  defineClaim({
    id: 'games/hats-rate',
    paper,
    statement: 'Longer blocks bring finite stacks closer to 7/20: the gap falls as 4^(-(1 - 1/h)) a hat.',
    published: '4^(-(1 - epsilon)) a hat for every epsilon',
    budget: 1,
    run: async () => rates(),
  }),
  defineClaim({
    id: 'games/hats-rare',
    paper,
    statement: 'For black hats that are rarer than half, blocks of five win more often than all shorter ones.',
    published: 'new bounds below p = 0.312',
    budget: 20,
    run: async () => rareHats(),
  }),
  defineClaim({
    id: 'games/hats-continuous',
    paper,
    statement: 'The continuous game has value 1/2.',
    published: '1/2',
    budget: 5,
    run: async () => continuous(),
  }),
];
