// PR-LSVI: least-squares value iteration with randomised rewards and transitions, which asks for a preference only where two plausible
// rewards would disagree.
//
// R. Wu, W. Sun: Making RL with preference-based feedback efficient via randomization, arXiv 2310.14554 (2023).
import type {
  MatrixLike,
  OptionSpecs,
  OptionsOf,
  Outcome,
  Paper,
  ResolvedOptions,
  RunOptions,
  Steps,
  VectorLike,
} from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkNumber,
  defineSolver,
  fault,
  Random,
  resolveOptions,
  run,
  runAsync,
  runOptionsOf,
} from '@infimum/core';
import { asShape } from '../regulators/matrices.ts';
import { Comparisons } from './fit-preferences.ts';
import type { AskingSettings, PreferenceFeatures, PreferenceLearner, PreferenceWorld } from './play-preferences.ts';
import {
  answeredBy,
  asPreferenceWorld,
  comparator,
  preferenceSteps,
  queryProbability,
  queryRule,
  worldOf,
} from './play-preferences.ts';
import { linkOf } from './preference-link.ts';
import type { PreferenceAnswer, PreferenceIterate, PreferencePlay, PreferenceQuestion } from './preference-problem.ts';
import { preferenceProblem } from './preference-problem.ts';
import { invertedNorm, solveBackwards, solveForwards, updateInPlace } from './small-triangular.ts';

/** The paper. */
export const preferencePaper: Paper = {
  title: 'Making RL with Preference-based Feedback Efficient via Randomization',
  arxiv: '2310.14554',
  year: 2023,
};

const prLsviOptions = {
  rewardNoise: {
    type: 'number',
    min: 0,
    default: 2,
    description: 'Noise σ_r of the rewards: below 2, a logistic preference is over-confident',
  },
  queryNoise: { type: 'number', min: 0, description: 'Noise for the query rule; by default that of the rewards' },
  transitionNoise: { type: 'number', min: 0, default: 0.5, description: 'Noise σ_P of the values' },
  queryThreshold: { type: 'number', min: 0, default: 0.3, description: 'Expected gap ε beyond which to ask' },
  queryRule,
  queryProbability,
  comparator,
  ridge: { type: 'number', above: 0, default: 1, description: 'Ridge λ of all regressions' },
  optimismFrom: { type: 'number', min: 0, default: 0.5, description: 'Uncertainty α_L above which values become optimistic' },
  optimismFull: { type: 'number', min: 0, default: 1, description: 'Uncertainty α_U at which they are fully optimistic' },
  lastLayerNoise: {
    type: 'boolean',
    default: false,
    description: 'Noise on the value after the last layer, which is known to be zero',
  },
  link: { type: 'choice', choices: ['logistic', 'probit'], default: 'logistic', description: 'Probability of a preference' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the noise' },
} as const satisfies OptionSpecs;

/** Options of `prLsvi`. */
export type PrLsviOptions = OptionsOf<typeof prLsviOptions>;

/** Options of `prLsvi`. */
export interface PrLsviEpisodes {
  /** Episodes to be played. */
  readonly episodes: number;
}

/**
 * The expected gap E |Δ·(θ - θ')| of two rewards drawn from N(θ̂, σ² Σ⁻¹): 2 σ |L⁻¹ Δ| / √π with Σ = L L'. Time O(d²).
 *
 * @param difference - Δ, features of one way less those of the other
 * @param factor - the Cholesky factor L
 * @param noise - σ
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { queryValue } from '@infimum/bandits-rl';
 * import { cholesky, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(queryValue([1, -1], cholesky(matrixFromRows([[2, 0], [0, 4]])), 0.5).toFixed(10)); // 0.4886025119
 * ```
 */
export function queryValue(difference: VectorLike, factor: MatrixLike, noise: number): number {
  const given = asVector(difference, 'difference');
  const n = given.length;
  const { values } = asShape(factor, 'factor', n, n);
  checkNumber(noise, 'noise', { min: 0 });
  return (2 * noise * invertedNorm(values, n, given, 0, new Float64Array(n))) / Math.sqrt(Math.PI);
}

/**
 * Learns a policy from comparisons of trajectories; the transitions of the process are learnt by exploring. `oracle` says which trajectory
 * was better; it is called only where the answer is informative. The run ends `stalled` when all episodes are played. An episode costs O(H
 * (S A d² + d S)), a question O(n (H d)² + (H d)³) for n different comparisons.
 *
 * @param world - sizes, features (of norm 1 at most; rewards are linear in them in every layer), and `step`
 * @param oracle - 1 where the first trajectory is better, 0 where the second
 * @throws {InvalidInputError} for features that do not fit, options out of range, and answers that are neither 0 nor 1
 *
 * Source: Making RL with Preference-based Feedback Efficient via Randomization, arXiv 2310.14554.
 *
 * @example
 * ```ts
 * import { prLsvi } from '@infimum/bandits-rl';
 *
 * // One choice of three, the third is liked best.
 * const world = {
 *   horizon: 1, states: 1, actions: 3, dimension: 3, start: 0,
 *   features: [1, 0, 0, 0, 1, 0, 0, 0, 1],
 *   step: () => 0,
 * };
 * const { policies, first, asked } = prLsvi(world, ({ first: [one = 0], second: [other = 0] }) => (one > other ? 1 : 0), { episodes: 300 });
 * console.log(policies[first.at(-1) ?? 0], asked.reduce((a, b) => a + b) < 150); // 2 true
 * ```
 */
export function prLsvi(
  world: PreferenceWorld,
  oracle: (question: PreferenceQuestion) => number,
  options: PrLsviEpisodes & PrLsviOptions & RunOptions<PreferenceIterate>,
): Outcome<PreferencePlay, PreferenceIterate> {
  checkFunction(oracle, 'oracle');
  const { episodes, ...rest } = options;
  return run(prLsviSteps(world, episodes, rest), runOptionsOf(prLsviOptions, rest), answeredBy(oracle));
}

/**
 * As `prLsvi`, with an asynchronous oracle, such as a person who is shown both trajectories and clicks.
 *
 * @example
 * ```ts
 * import { prLsviAsync } from '@infimum/bandits-rl';
 *
 * const world = {
 *   horizon: 1, states: 1, actions: 2, dimension: 2, start: 0,
 *   features: [1, 0, 0, 1],
 *   step: () => 0,
 * };
 * const likesTheSecond = async ({ first }: { first: Int32Array }) => (first[0] === 1 ? 1 : 0);
 * const { policies, first } = await prLsviAsync(world, likesTheSecond, { episodes: 200 });
 * console.log(policies[first[199]]); // 1
 * ```
 */
export function prLsviAsync(
  world: PreferenceWorld,
  oracle: (question: PreferenceQuestion) => Promise<number>,
  options: PrLsviEpisodes & PrLsviOptions & RunOptions<PreferenceIterate>,
): Promise<Outcome<PreferencePlay, PreferenceIterate>> {
  checkFunction(oracle, 'oracle');
  const { episodes, ...rest } = options;
  return runAsync(prLsviSteps(world, episodes, rest), runOptionsOf(prLsviOptions, rest), answeredBy(oracle));
}

/** The steps of `prLsvi`; send the answer where they ask. */
export function prLsviSteps(
  world: PreferenceWorld,
  episodes: number,
  options: PrLsviOptions = {},
): Steps<PreferencePlay, PreferenceIterate, PreferenceAnswer> {
  const settings = resolveOptions(prLsviOptions, options);
  const read = asPreferenceWorld(world, episodes);
  if (settings.optimismFull < settings.optimismFrom) {
    throw fault('must be at least optimismFrom', 'optimismFull', 'out-of-range');
  }
  const random = new Random(settings.seed);
  return preferenceSteps(read, new PrLsvi(read, settings, random), episodes, settings, random);
}

/** Options of a `PrLsvi`. */
export type PrLsviSettings = Omit<ResolvedOptions<typeof prLsviOptions>, keyof AskingSettings | 'seed' | 'queryNoise'> &
  Pick<PrLsviOptions, 'queryNoise'>;

/** The learner. */
export class PrLsvi implements PreferenceLearner {
  readonly choices: Int32Array;
  readonly #world: PreferenceFeatures;
  readonly #settings: PrLsviSettings;
  readonly #random: Random;
  readonly #comparisons: Comparisons;
  readonly #rewardFactor: Float64Array;
  readonly #factors: Float64Array[];
  readonly #arrivals: Float64Array;
  readonly #theta: Float64Array;
  readonly #direction: Float64Array;
  readonly #scratch: Float64Array;
  readonly #difference: Float64Array;
  readonly #values: Float64Array;
  readonly #trueRewards: Float64Array | undefined;

  /** `trueRewards` take the place of the learnt ones: randomised value iteration with full feedback. */
  constructor(world: PreferenceFeatures, settings: PrLsviSettings, random: Random, trueRewards?: Float64Array) {
    const { horizon, states, dimension: d } = world;
    this.#world = world;
    this.#settings = settings;
    this.#random = random;
    this.#trueRewards = trueRewards;
    const size = horizon * d;
    this.choices = new Int32Array(horizon * states);
    this.#comparisons = new Comparisons(size, settings.ridge, linkOf(settings.link));
    this.#rewardFactor = scaledIdentity(size, Math.sqrt(settings.ridge));
    this.#factors = Array.from({ length: horizon }, () => scaledIdentity(d, Math.sqrt(settings.ridge)));
    this.#arrivals = new Float64Array(horizon * d * states);
    this.#theta = new Float64Array(size);
    this.#direction = new Float64Array(d);
    this.#scratch = new Float64Array(size);
    this.#difference = new Float64Array(size);
    this.#values = new Float64Array(2 * states);
  }

  /** The estimate of the rewards. */
  get theta(): Float64Array {
    return this.#comparisons.theta;
  }

  /** Fresh noise, then value iteration. */
  plan(): void {
    const { horizon } = this.#world;
    if (!this.#trueRewards) this.#drawRewards();
    this.#values.fill(0);
    for (let h = horizon - 1; h >= 0; h--) this.#planLayer(h);
  }

  gap(first: Int32Array, second: Int32Array): number {
    const size = this.#difference.length;
    this.#compare(first, second);
    const noise = this.#settings.queryNoise ?? this.#settings.rewardNoise;
    return (2 * noise * invertedNorm(this.#rewardFactor, size, this.#difference, 0, this.#scratch)) / Math.sqrt(Math.PI);
  }

  walked(pairs: Int32Array, visited: Int32Array): void {
    const { horizon, states, actions, dimension: d, features } = this.#world;
    for (let h = 0; h < horizon; h++) {
      const at = (h * states * actions + pairs[h]) * d;
      for (let i = 0; i < d; i++) this.#direction[i] = features[at + i];
      if (h + 1 < horizon) {
        for (let i = 0; i < d; i++) this.#arrivals[(h * d + i) * states + visited[h + 1]] += this.#direction[i];
      }
      updateInPlace(this.#factors[h], d, this.#direction);
    }
  }

  answered(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    this.#compare(first, second);
    this.#addComparison(`${first}`, `${second}`, outcome);
    this.#comparisons.fit();
    updateInPlace(this.#rewardFactor, this.#difference.length, this.#difference);
  }

  /** The same two trajectories are one comparison, in either order. */
  #addComparison(first: string, second: string, outcome: 0 | 1): void {
    const difference = this.#difference.slice() as Float64Array;
    if (first < second) this.#comparisons.add(difference, outcome, `${first}|${second}`);
    else {
      const turned = difference.map((value) => -value);
      this.#comparisons.add(turned, 1 - outcome, `${second}|${first}`);
    }
  }

  /** Features of one way less those of the other, layer by layer. */
  #compare(first: Int32Array, second: Int32Array): void {
    const { horizon, states, actions, dimension: d, features } = this.#world;
    for (let h = 0; h < horizon; h++) {
      const [a, b] = [(h * states * actions + first[h]) * d, (h * states * actions + second[h]) * d];
      for (let i = 0; i < d; i++) this.#difference[h * d + i] = features[a + i] - features[b + i];
    }
  }

  /** θ̄ ~ N(θ̂, σ_r² Σ⁻¹). */
  #drawRewards(): void {
    const size = this.#theta.length;
    this.#random.normals(this.#theta);
    solveBackwards(this.#rewardFactor, size, this.#theta);
    for (let i = 0; i < size; i++) this.#theta[i] = this.#comparisons.theta[i] + this.#settings.rewardNoise * this.#theta[i];
  }

  #planLayer(h: number): void {
    const { horizon, states, actions, dimension: d, features } = this.#world;
    const { optimismFrom, optimismFull, lastLayerNoise } = this.#settings;
    const cap = horizon - 1 - h;
    const withLater = cap > 0 || lastLayerNoise;
    if (withLater) this.#drawLater(h);
    const factor = this.#factors[h];
    const now = (h % 2) * states;
    for (let s = 0; s < states; s++) {
      let [best, choice] = [-Infinity, 0];
      for (let a = 0; a < actions; a++) {
        const entry = (h * states + s) * actions + a;
        const at = entry * d;
        let value = this.#trueRewards ? this.#trueRewards[entry] : 0;
        if (!this.#trueRewards) for (let i = 0; i < d; i++) value += features[at + i] * this.#theta[h * d + i];
        if (withLater) {
          const unknown = invertedNorm(factor, d, features, at, this.#scratch);
          let later = 0;
          for (let i = 0; i < d; i++) later += features[at + i] * this.#direction[i];
          if (unknown >= optimismFull) later = cap;
          else if (unknown > optimismFrom) {
            later = ((optimismFull - unknown) * later + (unknown - optimismFrom) * cap) / (optimismFull - optimismFrom);
          }
          value += later;
        }
        if (value > best) [best, choice] = [value, a];
      }
      this.choices[h * states + s] = choice;
      this.#values[now + s] = best;
    }
  }

  /** The value to go as a linear function of the features, with noise: N(Λ⁻¹ C V, σ_P² Λ⁻¹). */
  #drawLater(h: number): void {
    const { states, dimension: d } = this.#world;
    const [factor, direction] = [this.#factors[h], this.#direction];
    const later = ((h + 1) % 2) * states;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let s = 0; s < states; s++) sum += this.#arrivals[(h * d + i) * states + s] * this.#values[later + s];
      direction[i] = sum;
    }
    solveForwards(factor, d, direction);
    // L⁻ᵀ (L⁻¹ C V + σ z) is mean and noise at once.
    for (let i = 0; i < d; i++) direction[i] += this.#settings.transitionNoise * this.#random.normal();
    solveBackwards(factor, d, direction);
  }
}

function scaledIdentity(n: number, value: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = value;
  return matrix;
}

export const prLsviSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/pr-lsvi',
  title: 'PR-LSVI',
  summary: 'Randomised least-squares value iteration that asks only where plausible rewards disagree.',
  problem: preferenceProblem,
  role: 'paper',
  paper: preferencePaper,
  cost: 'O(H(SA d^2 + dS)) \\text{ per episode, } O(n (Hd)^2 + (Hd)^3) \\text{ per question}',
  options: prLsviOptions,
  steps: (instance, options) => prLsviSteps(worldOf(instance), instance.episodes, options),
});
