// The claims of the paper on Levine's hats: exact values, checked by play and by enumeration.
import { defineClaim, Random } from '@infimum/core';
import type { BlockStrategy } from './block-strategy.ts';
import { blockStrategy, knownBlocks, simulateHats } from './block-strategy.ts';
import { continuousBestResponse } from './continuous-hats.ts';
import { lowerBoundCurve } from './lower-bound-curve.ts';
import { hatsPaper as paper, searchHats } from './search-hats.ts';

/** Wins over all pairs of stacks of some blocks and one hat more, counted one pair after the other; the last hat is guessed blindly. */
function countedValue({ height, f, g, pass }: BlockStrategy, blocks: number): number {
  const hats = blocks * height + 1;
  const mask = 2 ** height - 1;
  const isBlack = (own: number, seen: number, table: Uint8Array): number => {
    for (let k = 0; k < blocks; k++) {
      const block = (seen >> (k * height)) & mask;
      if (!pass.includes(block)) return (own >> (k * height + table[block])) & 1;
    }
    return (own >> (hats - 1)) & 1;
  };
  let wins = 0;
  for (let a = 0; a < 2 ** hats; a++) for (let b = 0; b < 2 ** hats; b++) wins += isBlack(a, b, f) & isBlack(b, a, g);
  return wins / 4 ** hats;
}

/** The fall of the gap to 7/20 a hat, as a power of 1/4, from one block to two. */
function rateOf(strategy: BlockStrategy): number {
  const [one, two] = [1, 2].map((blocks) => 0.35 - countedValue(strategy, blocks));
  return Math.log(one / two) / Math.log(4) / strategy.height;
}

/** The value that alternating best responses reach from a random strategy of the continuous game. */
function climbed(seed: number): number {
  const [random, grid] = [new Random(seed), 400];
  let hats: Float64Array = random.uniforms(new Float64Array(grid));
  let value = 0;
  for (let round = 0; round < 6; round++) {
    const own = hats;
    ({ response: hats, value } = continuousBestResponse((y) => own[Math.min(grid - 1, Math.floor(y * grid))], {
      gridSize: grid,
    }));
  }
  return value;
}

/** The paper's claims. */
export const hatsClaims = [
  defineClaim({
    id: 'games/hats-blocks-of-five',
    paper,
    statement: 'A strategy with blocks of five hats wins 7/20 of all games, as blocks of three do.',
    published: '7/20',
    budget: 15,
    null: 'blocks of four, and a search from one start of one round',
    bars: [
      { figure: 'share of games won in play', atLeast: 0.349, atMost: 0.351, source: '7/20, to a thousandth' },
      { figure: 'value found by search', atLeast: 0.35, source: '7/20' },
    ],
    measure: (seed) => {
      const won = (name: 'K4' | 'K5') => simulateHats(knownBlocks(name), { runs: 500_000, seed }).value;
      const found = (starts: number, rounds: number) => {
        const { f, g } = searchHats({ height: 5, p: 0.5, blocks: true }, { starts, rounds, seed });
        const { value } = blockStrategy(f, g, { height: 5 });
        return Number(value.num) / Number(value.den);
      };
      return {
        ours: { 'share of games won in play': won('K5'), 'value found by search': found(40, 400) },
        null: { 'share of games won in play': won('K4'), 'value found by search': found(1, 1) },
      };
    },
  }),
  defineClaim({
    id: 'games/hats-rate',
    paper,
    statement: 'Longer blocks bring finite stacks closer to 7/20: the gap falls as 4^(-(1 - 1/h)) a hat.',
    published: '4^(-(1 - epsilon)) a hat for every epsilon',
    budget: 20,
    null: 'blocks of four, whose value stays below 7/20',
    limit: 'two block lengths of a family without end, all games counted one by one',
    bars: [
      { figure: 'rate of blocks of three', atLeast: 2 / 3 - 1e-9, source: 'the statement, 1 - 1/3' },
      { figure: 'rate of blocks of five', atLeast: 0.8 - 1e-9, source: 'the statement, 1 - 1/5' },
    ],
    measure: (seed) => {
      // Names of the players and of colours change nothing: seeds exchange the players.
      const turn = ({ f, g, ...rest }: BlockStrategy) => (seed % 2 ? { ...rest, f, g } : { ...rest, f: g, g: f });
      const [three, four, five] = (['K3', 'K4', 'K5'] as const).map((name) => rateOf(turn(knownBlocks(name))));
      return {
        ours: { 'rate of blocks of three': three, 'rate of blocks of five': five },
        null: { 'rate of blocks of three': four, 'rate of blocks of five': four },
      };
    },
  }),
  defineClaim({
    id: 'games/hats-rare',
    paper,
    statement: 'For black hats rarer than half, blocks of five win more often than all shorter ones.',
    published: 'new bounds below p = 0.312',
    budget: 30,
    null: 'blocks of up to three in the place of five',
    bars: [
      { figure: 'gain over blocks of three, of their value', atLeast: 1e-6, source: 'the statement: more, beyond rounding' },
    ],
    measure: (seed) => {
      const p = 0.15 + 0.162 * new Random(seed).uniform();
      const [three, five, again] = [3, 5, 3].map((maxBlockSize) => lowerBoundCurve([p], { maxBlockSize, seed })[0].value);
      const gain = (value: number) => ({ 'gain over blocks of three, of their value': value / three - 1 });
      return { ours: gain(five), null: gain(again) };
    },
  }),
  defineClaim({
    id: 'games/hats-continuous',
    paper,
    statement: 'The continuous game has value 1/2.',
    published: '1/2',
    budget: 20,
    null: 'players who name the same hat whatever they see',
    limit: 'a search that finds nothing above 1/2 does not prove that there is nothing',
    bars: [
      { figure: 'value of f(y) = -y', atLeast: 0.4975, source: '1/2, to one cell of a grid of 400' },
      { figure: 'value that best responses climb to', atMost: 0.5025, source: '1/2, to one cell of a grid of 400' },
    ],
    measure: (seed) => ({
      ours: {
        'value of f(y) = -y': continuousBestResponse((y) => -y).value,
        'value that best responses climb to': climbed(seed),
      },
      null: { 'value of f(y) = -y': continuousBestResponse(() => 0).value },
    }),
  }),
];
