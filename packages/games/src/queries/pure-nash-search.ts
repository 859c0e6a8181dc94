// Searches for a pure Nash equilibrium that query payoffs one profile at a time: the learners of the lower bound.
//
// Foster, Golowich, Kakade, arXiv 2303.12287 (2023); independent Hedge: Freund, Schapire (1999).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, checkObject, fault, Random, resolveOptions } from '@infimum/core';
import { VLearner } from '../markov/v-learner.ts';
import { Learner } from '../normal-form/learner.ts';
import type { BinaryGame } from './payoff-oracle.ts';
import { checkBinaryGame, gainsOf, payoffOracle } from './payoff-oracle.ts';

const searchOptions = {
  method: {
    type: 'choice',
    choices: ['order', 'walk', 'hedge', 'v-learning'],
    default: 'order',
    description:
      'How profiles are chosen: all in random `order`; `walk`: a random player who gains changes its choice, from a new start after 4 m steps; `hedge`: independent learners, whose drawn profile is checked; `v-learning`: players who hear their own payoffs alone, in [0, 1], over episodes of two repetitions, whose last profile is checked',
  },
  maxChecks: { type: 'integer', min: 1, default: 2 ** 20, description: 'Maximum number of profiles to check' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed' },
} as const satisfies OptionSpecs;

/** Options of `pureNashSearch`. */
export type PureNashSearchOptions = OptionsOf<typeof searchOptions>;

/** The result of a search, and its cost. */
export interface PureNashSearch {
  /** The equilibrium; undefined if none was found. */
  readonly profile: Uint8Array | undefined;
  /** Profiles that were checked, with all their neighbours. */
  readonly checks: number;
  /** Distinct profiles whose payoffs were queried. */
  readonly queries: number;
}

/**
 * Searches for a profile in which no player gains by changing its choice. A check takes m + 1 queries. In random order a game with E
 * equilibria takes exactly (2^m + 1) / (E + 1) checks on average; no method with subexponential cost in m is known.
 *
 * @throws {InvalidInputError} naming the option at fault; `order` takes up to 24 players
 *
 * @example
 * ```ts
 * import { isPureNash, populationGame, pureNashSearch } from '@infimum/games/queries';
 *
 * const game = populationGame(([x]) => [0.3 + (x - 0.3) / 2], 1, 4);
 * const { profile } = pureNashSearch(game, { method: 'walk' });
 * console.log(profile !== undefined && isPureNash(game, profile)); // true
 * ```
 */
export function pureNashSearch(game: BinaryGame, options: PureNashSearchOptions = {}): PureNashSearch {
  checkObject(game, 'game');
  const { method, maxChecks, seed } = resolveOptions(searchOptions, options);
  checkBinaryGame(game);
  if (method === 'order') checkInteger(game.players, 'players', { max: 24 });
  const oracle = payoffOracle(game);
  const random = new Random(seed);
  const profiles = searches[method](oracle, random, maxChecks);
  let checks = 0;
  for (let step = profiles.next(new Float64Array(0)); !step.done && checks < maxChecks; checks++) {
    const profile = step.value;
    const gains = gainsOf(oracle, profile);
    if (gains.every((gain) => !(gain > 0))) {
      return { profile: profile.slice(), checks: checks + 1, queries: oracle.queries };
    }
    step = profiles.next(gains);
  }
  return { profile: undefined, checks, queries: oracle.queries };
}

type Profiles = Generator<Uint8Array, void, Float64Array>;

/** How the profiles to check are chosen: each method receives the gain of every player by changing its choice. */
const searches = {
  order: ({ players }: BinaryGame, random: Random) => inOrder(players, random),
  walk: ({ players }: BinaryGame, random: Random) => walking(players, random),
  hedge: ({ players }: BinaryGame, random: Random) => learning(players, random),
  'v-learning': learningByEpisodes,
};

/** Every profile once, by a lazy shuffle. */
function* inOrder(players: number, random: Random): Profiles {
  const count = 2 ** players;
  const order = Uint32Array.from({ length: count }, (_, k) => k);
  const profile = new Uint8Array(players);
  for (let k = 0; k < count; k++) {
    const other = k + random.integer(count - k);
    const number = order[other];
    order[other] = order[k];
    for (let i = 0; i < players; i++) profile[i] = (number >> i) & 1;
    yield profile;
  }
}

/** Better responses with restarts. */
function* walking(players: number, random: Random): Profiles {
  const profile = new Uint8Array(players);
  for (;;) {
    for (let i = 0; i < players; i++) profile[i] = random.integer(2);
    for (let step = 0; step < 4 * players; step++) {
      const gains = yield profile;
      const willing = [...gains.keys()].filter((i) => gains[i] > 0);
      profile[willing[random.integer(willing.length)]] ^= 1;
    }
  }
}

/** Independent Hedge: every player observes the payoffs of its two choices against the drawn profile. */
function* learning(players: number, random: Random): Profiles {
  const learners = Array.from({ length: players }, () => new Learner(2, 'hedge'));
  const profile = new Uint8Array(players);
  for (;;) {
    for (const [i, { strategy }] of learners.entries()) profile[i] = random.uniform() < strategy[1] ? 1 : 0;
    const gains = yield profile;
    for (const [i, learner] of learners.entries()) {
      learner.learn(profile[i] ? Float64Array.of(gains[i], 0) : Float64Array.of(0, gains[i]), 0);
    }
  }
}

/** Steps of an episode: the game is played so often in a row. */
const HORIZON = 2;

/** V-learning in the game that is repeated in every episode: a step queries the payoffs of one profile, and nothing else is known. */
function* learningByEpisodes(game: BinaryGame, random: Random, episodes: number): Profiles {
  const settings = { choices: 2, horizon: HORIZON, states: 1, episodes, bonus: 0.1, delta: 0.1 };
  const learners = Array.from({ length: game.players }, (_, i) => new VLearner(settings, random.split(i)));
  const profile = new Uint8Array(game.players);
  for (let episode = 1; ; episode++) {
    for (let step = 0; step < HORIZON; step++) {
      for (const [i, learner] of learners.entries()) profile[i] = learner.choose(step);
      for (const [i, learner] of learners.entries()) {
        learner.learn(step, 0, unitPayoff(game, i, profile), 0, episode);
      }
    }
    yield profile;
  }
}

function unitPayoff(game: BinaryGame, player: number, profile: Uint8Array): number {
  const payoff = game.payoff(player, profile);
  if (payoff >= 0 && payoff <= 1) return payoff;
  throw fault(`a payoff is ${payoff}: V-learning takes payoffs in [0, 1]`, 'game', 'out-of-range');
}
