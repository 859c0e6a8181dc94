// From sparse equilibria of Markov games to approximate Nash equilibria of bimatrix games: why the former are hard to find.
//
// Foster, Golowich, Kakade, arXiv 2303.12287 (2023).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, Random, resolveOptions } from '@infimum/core';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';
import { bestResponses, checkBimatrix, unitPayoffs } from '../normal-form/normal-form-game.ts';
import type { MarkovGame } from './markov-game.ts';
import { repeatedGame } from './markov-game.ts';
import type { SparseMixture } from './sparse-mixture.ts';
import { aggregatorEpisode, sparseCceGap } from './sparse-mixture.ts';

/** An approximate Nash equilibrium that was found in a mixture. */
export interface ExtractedNash {
  /** The strategies of the first two players. */
  readonly strategies: readonly [Float64Array, Float64Array];
  /** Their regret, over the range of payoffs. */
  readonly achieved: number;
  /** The theorem's bound for the best one. */
  readonly bound: number;
  /** The mean of the regrets that the theorem bounds. */
  readonly mean: number;
  /** The index of their policy in the mixture. */
  readonly t: number;
  /** Which step. */
  readonly step: number;
}

const reductionOptions = {
  horizon: { type: 'integer', min: 1, required: true, description: 'Steps; at least 2 ln T / epsilon² for T policies' },
} as const satisfies OptionSpecs;

const extractOptions = {
  samples: { type: 'integer', min: 1, default: 200, description: 'Sampled episodes' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
} as const satisfies OptionSpecs;

const kibitzerOptions = {
  rescale01: {
    type: 'boolean',
    default: false,
    description: 'Whether the payoffs r in [-1, 1] become (1 + r) / 2, which halves every gap',
  },
} as const satisfies OptionSpecs;

/** Options of `nashReduction` and `kibitzerReduction`. */
export type NashReductionOptions = OptionsOf<typeof reductionOptions>;
/** Options of `extract`. */
type ExtractNashOptions = OptionsOf<typeof extractOptions>;
/** Options of `kibitzerGame`. */
export type KibitzerGameOptions = OptionsOf<typeof kibitzerOptions>;

/** A game whose sparse equilibria contain Nash equilibria of another one. */
export interface NashReduction {
  /** The Markov game. */
  readonly game: MarkovGame;
  /** Finds the best approximate Nash equilibrium in a mixture. */
  extract(mixture: SparseMixture, options?: ExtractNashOptions): ExtractedNash;
}

/** Payoffs in [0, 1]. */
function unitGame(game: NormalFormGame): NormalFormGame {
  return { actions: game.actions, payoffs: unitPayoffs(game) };
}

/**
 * The game that is repeated, for mixtures of Markov policies: of all (h, t) the best has a regret of at most
 *
 *     2 (epsilon + sqrt(ln T / 2H)),
 *
 * epsilon being the gain of the aggregating deviations, which the extraction measures. Payoffs are scaled to [0, 1].
 *
 * @param game - a game of two players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix } from '@infimum/games';
 * import { markovMixture, nashReduction } from '@infimum/games/markov';
 *
 * const { game, extract } = nashReduction(bimatrix([[1, -1], [-1, 1]]), { horizon: 2 });
 * const table = Float64Array.of(1, 0, 0.5, 0.5);
 * const { achieved, step } = extract(markovMixture(game, [table, table], 1));
 * console.log(achieved, step); // 0 1
 * ```
 */
export function nashReduction(game: NormalFormGame, options: NashReductionOptions): NashReduction {
  checkBimatrix(game);
  const { horizon } = resolveOptions(reductionOptions, options);
  const stage = unitGame(game);
  const repeated = repeatedGame(stage, horizon);
  return {
    game: repeated,
    extract: (mixture, options = {}) => {
      const { samples, seed } = resolveOptions(extractOptions, options);
      if (!mixture.markov) throw fault('policies depend on the history: see kibitzerReduction', 'mixture', 'unsupported');
      const { perPlayer } = sparseCceGap(repeated, mixture, { method: 'aggregator', samples, seed });
      const spread = Math.sqrt(Math.log(mixture.count) / (2 * horizon));
      const bound = perPlayer.reduce((sum, gain) => sum + gain + spread, 0);
      const best = new Best(stage);
      for (let t = 0; t < mixture.count; t++) {
        for (let step = 0; step < horizon; step++) best.see(mixture.strategies(t, step, 0, []), t, step);
      }
      return best.result(bound);
    },
  };
}

/**
 * The stage game with a third player, the kibitzer, who names a player j and a choice a' and is paid by j the gain of a': U_j(a', a_-j) -
 * U_j(a). Its choices are the first player's, then the second one's. Payoffs are first scaled to [0, 1].
 *
 * @example
 * ```ts
 * import { bimatrix } from '@infimum/games';
 * import { kibitzerGame } from '@infimum/games/markov';
 *
 * const { actions, payoffs } = kibitzerGame(bimatrix([[0.6, 0], [1, 0.2]], [[0.6, 1], [0, 0.2]]));
 * console.log(actions.join(' x '), payoffs[2][1].toFixed(1)); // 2 x 2 x 4 0.4
 * ```
 */
export function kibitzerGame(game: NormalFormGame, options: KibitzerGameOptions = {}): NormalFormGame {
  checkBimatrix(game);
  const { rescale01 } = resolveOptions(kibitzerOptions, options);
  const [rows, cols] = game.actions;
  const [a, b] = unitPayoffs(game);
  const calls = rows + cols;
  const payoffs = [0, 1, 2].map(() => new Float64Array(rows * cols * calls));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      for (let k = 0; k < calls; k++) {
        const cell = (i * cols + j) * calls + k;
        const isFirst = k < rows;
        const gain = isFirst ? a[k * cols + j] - a[i * cols + j] : b[i * cols + k - rows] - b[i * cols + j];
        payoffs[2][cell] = gain;
        payoffs[isFirst ? 0 : 1][cell] = 0 - gain;
      }
    }
  }
  if (rescale01) for (const values of payoffs) for (let k = 0; k < values.length; k++) values[k] = (1 + values[k]) / 2;
  return { actions: [rows, cols, calls], payoffs };
}

/**
 * The reduction for policies that react to the history, by `kibitzerGame`: along the kibitzer's aggregating deviation the mean regret of
 * the first two players' strategies is at most
 *
 *     G_1 + G_2 + G_3 + 6 sqrt(ln T / 2H),
 *
 * G_i being the gain of player i's aggregating deviation. The extraction samples that deviation.
 *
 * @param game - a game of two players
 * @throws {InvalidInputError} naming the field at fault
 */
export function kibitzerReduction(game: NormalFormGame, options: NashReductionOptions): NashReduction {
  checkBimatrix(game);
  const { horizon } = resolveOptions(reductionOptions, options);
  const stage = unitGame(game);
  const repeated = repeatedGame(kibitzerGame(game), horizon);
  return {
    game: repeated,
    extract: (mixture, options = {}) => {
      const { samples, seed } = resolveOptions(extractOptions, options);
      const { perPlayer } = sparseCceGap(repeated, mixture, { method: 'aggregator', samples, seed });
      const bound = perPlayer.reduce((sum, gain) => sum + gain, 0) + 6 * Math.sqrt(Math.log(mixture.count) / (2 * horizon));
      const best = new Best(stage);
      const random = new Random(seed, 77);
      for (let k = 0; k < samples; k++) {
        aggregatorEpisode(repeated, mixture, 2, random, ({ strategies, t, step }) => best.see(strategies, t, step));
      }
      return best.result(bound);
    },
  };
}

/** The pair of smallest regret so far. */
class Best {
  readonly #stage: NormalFormGame;
  #found: Omit<ExtractedNash, 'bound' | 'mean'> | undefined;
  #sum = 0;
  #seen = 0;

  constructor(stage: NormalFormGame) {
    this.#stage = stage;
  }

  see([x, y]: readonly Float64Array[], t: number, step: number): void {
    const { regret } = bestResponses(this.#stage, [x, y]);
    this.#sum += regret;
    this.#seen++;
    if (!this.#found || regret < this.#found.achieved) {
      this.#found = { strategies: [x.slice(), y.slice()], achieved: regret, t, step };
    }
  }

  result(bound: number): ExtractedNash {
    return { ...(this.#found as Omit<ExtractedNash, 'bound' | 'mean'>), bound, mean: this.#sum / this.#seen };
  }
}
