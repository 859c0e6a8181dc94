// Policy optimisation in adversarial decision processes with linear action values: in every state a leader follows estimated
// action values less a dilated bonus. The log-barrier leader takes any estimates; the magnitude-reduced estimator makes them suitable for
// exponential weights. The method of 2021 keeps them small by regularisation.
//
// Y. Dai, H. Luo, C.-Y. Wei, J. Zimmert: Refined regret for adversarial MDPs with linear function approximation,
// arXiv 2301.12942 (2023).
import type { OptionSpecs, ResolvedOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { layout } from '@infimum/linalg/kernels';
import { rowDot } from '@infimum/linalg/numerics';
import { refinedRegretPaper } from '../bandits/adversarial-linear.ts';
import { exponentialLeader, logBarrierLeader } from '../bandits/follow-the-leader.ts';
import { regularizedInverse } from '../bandits/regularized-inverse.ts';
import type { EstimateKernels } from './estimate-kernels.ts';
import { estimateKernels, PAIRS_TOGETHER } from './estimate-kernels.ts';
import { matrixGeometricResampling } from './inverse-covariance.ts';
import type { LinearMdpInstance, LinearMdpIterate, LinearMdpPlay } from './linear-mdp-problem.ts';
import { linearMdpProblem } from './linear-mdp-problem.ts';
import type { LinearMdp } from './mdp.ts';
import { actionOf, nextOf, tableSize } from './mdp.ts';
import type { Episode, EpisodeLearner } from './play-episodes.ts';
import { episodeSteps } from './play-episodes.ts';

/** How action values are estimated and followed. */
export type PolicyOptimizationMethod = 'log-barrier' | 'magnitude-reduced' | 'dilated-bonus' | 'exponential-weights';

const bonus = {
  type: 'number',
  min: 0,
  default: 0.1,
  description: 'Factor on the theoretical bonus β = η H², which is too cautious in practice',
} as const;
const covariance = {
  type: 'choice',
  choices: ['exact', 'direct', 'resampling'],
  default: 'exact',
  description: 'Covariances from the known process, from rollouts inverted directly, or by matrix geometric resampling',
} as const;
const rollouts = {
  type: 'integer',
  min: 1,
  max: 100_000,
  default: 64,
  description: 'Rollouts per episode for inexact covariances and bonuses',
} as const;
const bonusMode = {
  type: 'choice',
  choices: ['exact', 'sampled', 'linear'],
  default: 'exact',
  description: 'Bonuses-to-go by dynamic programming, by one sampled path each, or by regression on rollouts',
} as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of actions and rollouts' } as const;
const learningRate = { type: 'number', above: 0, default: 3, description: 'Factor on the learning rate of theory' } as const;

const policyOptimizationOptions = { learningRate, bonus, covariance, rollouts, bonusMode, seed } as const satisfies OptionSpecs;

const logBarrierOptions = {
  learningRate: { type: 'number', above: 0, default: 1, description: 'Factor on the learning rate of theory' },
  bonus,
  covariance,
  rollouts,
  bonusMode,
  seed,
} as const satisfies OptionSpecs;

/** Learning rate, regularisation and bonus. */
export interface Rates {
  readonly rate: number;
  readonly regularization: number;
  readonly bonus: number;
}

/** The theoretical values for K episodes, times the factors. */
function policyOptimizationRates(
  method: PolicyOptimizationMethod,
  { horizon, actions, dimension }: LinearMdp,
  episodes: number,
  factor: number,
  bonusFactor: number,
): Rates {
  const spread = dimension / episodes;
  const logActions = Math.log(Math.max(2, actions));
  const slow = Math.sqrt(logActions / (dimension * episodes)) / horizon ** 1.5;
  const rate =
    factor *
    (method === 'log-barrier'
      ? Math.sqrt((actions * Math.log(Math.max(2, episodes))) / (dimension * episodes)) / horizon ** 1.5
      : method === 'dilated-bonus'
        ? Math.cbrt(logActions ** 2 / (dimension * episodes * episodes)) / horizon
        : slow);
  const regularization =
    method === 'magnitude-reduced'
      ? Math.max(spread, 4 * (rate * horizon) ** 2)
      : method === 'dilated-bonus'
        ? 2 * rate * horizon
        : spread;
  return { rate, regularization, bonus: bonusFactor * rate * horizon * horizon };
}

type Settings = ResolvedOptions<typeof logBarrierOptions>;

/** What the kernels work on; pairs of a state and an action are filled up to whole eights. */
function memoryOf({ horizon, dimension: d }: LinearMdp, pairs: number) {
  return layout({
    /** Coordinates of the features, layer after layer. */
    features: horizon * d * pairs,
    weights: pairs,
    covariance: d * d,
    inverses: horizon * d * d,
    images: d * pairs,
    gains: pairs,
    norms: pairs,
    means: pairs,
  });
}

/** The learner. An episode costs O(H (S A d² + S² A + d³)), and O(H (S A)² d) more with the magnitude-reduced estimator. */
export class PolicyOptimization implements EpisodeLearner, Disposable {
  readonly policy: Float64Array;
  readonly rates: Rates;
  leastEstimate = 0;
  readonly #mdp: LinearMdp;
  readonly #method: PolicyOptimizationMethod;
  readonly #settings: Settings;
  readonly #losses: Float64Array;
  readonly #bonuses: Float64Array;
  readonly #estimates: Float64Array;
  readonly #norms: Float64Array;
  readonly #image: Float64Array;
  readonly #later: Float64Array;
  readonly #rows: { readonly losses: Float64Array; readonly policy: Float64Array }[];
  readonly #random: Random;
  readonly #paths: Int32Array;
  readonly #pairs: number;
  readonly #memory: ReturnType<typeof memoryOf>;
  readonly #inverses: readonly Float64Array[];
  readonly #kernels: EstimateKernels;

  constructor(mdp: LinearMdp, episodes: number, method: PolicyOptimizationMethod, settings: Settings) {
    const { horizon, states, actions, dimension: d, features } = mdp;
    const size = tableSize(mdp);
    this.#mdp = mdp;
    this.#method = method;
    this.#settings = settings;
    this.rates = policyOptimizationRates(method, mdp, episodes, settings.learningRate, settings.bonus);
    this.policy = new Float64Array(size).fill(1 / actions);
    this.#losses = new Float64Array(size);
    this.#bonuses = new Float64Array(size);
    this.#estimates = new Float64Array(size);
    this.#norms = new Float64Array(size);
    this.#image = new Float64Array(d);
    this.#later = new Float64Array(states);
    this.#rows = Array.from({ length: horizon * states }, (_, place) => ({
      losses: this.#losses.subarray(place * actions, (place + 1) * actions),
      policy: this.policy.subarray(place * actions, (place + 1) * actions),
    }));
    this.#random = new Random(settings.seed, 3);
    this.#paths = new Int32Array(
      settings.covariance === 'exact' && settings.bonusMode !== 'linear' ? 0 : settings.rollouts * horizon,
    );
    this.#pairs = Math.ceil((states * actions) / PAIRS_TOGETHER) * PAIRS_TOGETHER;
    this.#memory = memoryOf(mdp, this.#pairs);
    this.#inverses = Array.from({ length: horizon }, (_, h) => this.#memory.inverses.subarray(h * d * d, (h + 1) * d * d));
    this.#kernels = this.#memory.workspace.kernels(estimateKernels);
    for (let entry = 0; entry < size; entry++) {
      const [h, pair] = [Math.floor(entry / (states * actions)), entry % (states * actions)];
      for (let k = 0; k < d; k++) this.#memory.features[(h * d + k) * this.#pairs + pair] = features[entry * d + k];
    }
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }

  /** The bonus to go of the last episode. */
  get bonuses(): Float64Array {
    return this.#bonuses;
  }

  /** The estimated action values of the last episode. */
  get estimates(): Float64Array {
    return this.#estimates;
  }

  prepare(): void {
    const leader = this.#method === 'log-barrier' ? logBarrierLeader : exponentialLeader;
    for (const { losses, policy } of this.#rows) leader(losses, this.rates.rate, policy);
  }

  learn(episode: Episode, occupied: Float64Array): void {
    const { horizon } = this.#mdp;
    if (this.#paths.length > 0) this.#rollOut();
    let toGo = 0;
    for (let h = horizon - 1; h >= 0; h--) {
      toGo += episode.losses[h];
      this.#weigh(h, occupied);
      this.#invertCovariance(h);
      this.#estimate(h, episode, toGo);
      this.#addLocalBonus(h);
    }
    const { bonusMode } = this.#settings;
    if (bonusMode === 'linear') this.#regressBonuses();
    for (let h = horizon - 2; h >= 0; h--) {
      if (bonusMode === 'exact') this.#dilate(h);
      else if (bonusMode === 'sampled') this.#dilateSampled(h);
    }
    for (let entry = 0; entry < this.#losses.length; entry++) {
      this.#losses[entry] += this.#estimates[entry] - this.#bonuses[entry];
    }
  }

  /** Pairs visited by fresh episodes of the policy. */
  #rollOut(): void {
    const { horizon, actions, start } = this.#mdp;
    for (let i = 0; i < this.#settings.rollouts; i++) {
      let state = start;
      for (let h = 0; h < horizon; h++) {
        const action = actionOf(this.#mdp, this.policy, h, state, this.#random.uniform());
        this.#paths[i * horizon + h] = state * actions + action;
        if (h + 1 < horizon) state = nextOf(this.#mdp, h, state, action, this.#random.uniform());
      }
    }
  }

  /** How often the pairs of layer h are visited: by the known process, or in the rollouts. */
  #weigh(h: number, occupied: Float64Array): void {
    const { horizon, states, actions } = this.#mdp;
    const { covariance, rollouts } = this.#settings;
    const { weights } = this.#memory;
    if (covariance !== 'exact') {
      weights.fill(0);
      for (let i = 0; i < rollouts; i++) weights[this.#paths[i * horizon + h]] += 1 / rollouts;
      return;
    }
    for (let s = 0, pair = 0; s < states; s++) {
      const place = h * states + s;
      for (let a = 0; a < actions; a++) weights[pair++] = occupied[place] * this.policy[place * actions + a];
    }
  }

  /** (γI + Σ_h)⁻¹. */
  #invertCovariance(h: number): void {
    const { states, actions, dimension: d, features, horizon } = this.#mdp;
    const memory = this.#memory;
    const { regularization } = this.rates;
    const inverse = this.#inverses[h];
    if (this.#settings.covariance !== 'resampling') {
      const { features, weights, covariance } = memory;
      const layer = features.byteOffset + 8 * h * d * this.#pairs;
      this.#kernels.covarianceOf(this.#pairs, d, layer, weights.byteOffset, covariance.byteOffset);
      regularizedInverse(covariance, d, regularization, inverse);
      return;
    }
    const { rollouts } = this.#settings;
    let drawn = 0;
    const sample = (out: Float64Array) => {
      const pair = this.#paths[(drawn++ % rollouts) * horizon + h];
      const at = (h * states * actions + pair) * d;
      for (let i = 0; i < d; i++) out[i] = features[at + i];
    };
    const { values } = matrixGeometricResampling(sample, {
      dimension: d,
      ridge: Math.min(1, regularization),
      inner: rollouts,
      outer: 1,
    });
    // The product of different samples is not symmetric; the estimate need only be unbiased.
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) inverse[i * d + j] = (values[i * d + j] + values[j * d + i]) / 2;
  }

  /**
   * Q̂ of layer h from the losses to go of the pair that was visited, and ‖φ‖² in the metric M of the inverse. Where it is reduced:
   * G L - H_h (G)_- + m with m(s, a) = H_h E_(s', a')~π (φ(s, a)' M φ(s', a'))_-.
   */
  #estimate(h: number, { states: visited, actions: taken }: Episode, toGo: number): void {
    const { horizon, states, actions, dimension: d } = this.#mdp;
    const { features, weights, inverses, images, gains, norms, means } = this.#memory;
    const layer = features.byteOffset + 8 * h * d * this.#pairs;
    const metric = inverses.byteOffset + 8 * h * d * d;
    const played = visited[h] * actions + taken[h];
    this.#kernels.metricProducts(this.#pairs, d, layer, metric, played, images.byteOffset, gains.byteOffset, norms.byteOffset);
    const remaining = horizon - h;
    const isReduced = this.#method === 'magnitude-reduced';
    if (isReduced) {
      this.#kernels.negativeMeans(this.#pairs, d, layer, images.byteOffset, weights.byteOffset, means.byteOffset);
    }
    const first = h * states * actions;
    const estimates = this.#estimates;
    let least = this.leastEstimate;
    for (let pair = 0; pair < states * actions; pair++) {
      const gain = gains[pair];
      let estimate = gain * toGo;
      if (isReduced) estimate += remaining * (means[pair] - Math.min(gain, 0));
      this.#norms[first + pair] = norms[pair];
      estimates[first + pair] = estimate;
      if (estimate < least) least = estimate;
    }
    this.leastEstimate = least;
  }

  /** b = β (‖φ(s, a)‖² + E_a' ‖φ(s, a')‖²). */
  #addLocalBonus(h: number): void {
    const { states, actions } = this.#mdp;
    for (let s = 0; s < states; s++) {
      const at = (h * states + s) * actions;
      let mean = 0;
      for (let a = 0; a < actions; a++) mean += this.policy[at + a] * this.#norms[at + a];
      for (let a = 0; a < actions; a++) this.#bonuses[at + a] = this.rates.bonus * (this.#norms[at + a] + mean);
    }
  }

  /** B = b + (1 + 1/H) E B of the next layer. */
  #dilate(h: number): void {
    const { horizon, states, actions, transitions } = this.#mdp;
    const dilation = 1 + 1 / horizon;
    const later = this.#later;
    const bonuses = this.#bonuses;
    for (let s = 0; s < states; s++) {
      const at = ((h + 1) * states + s) * actions;
      let mean = 0;
      for (let a = 0; a < actions; a++) mean += this.policy[at + a] * bonuses[at + a];
      later[s] = mean;
    }
    const first = h * states * actions;
    for (let entry = first, at = first * states; entry < first + states * actions; entry++) {
      let mean = 0;
      for (let next = 0; next < states; next++) mean += transitions[at++] * later[next];
      bonuses[entry] += dilation * mean;
    }
  }

  /** The same on one sampled path from every pair. */
  #dilateSampled(h: number): void {
    const { horizon, states, actions } = this.#mdp;
    const dilation = 1 + 1 / horizon;
    for (let pair = 0; pair < states * actions; pair++) {
      const [state, action] = [Math.floor(pair / actions), pair % actions];
      const next = nextOf(this.#mdp, h, state, action, this.#random.uniform());
      const following = actionOf(this.#mdp, this.policy, h + 1, next, this.#random.uniform());
      this.#bonuses[h * states * actions + pair] += dilation * this.#bonuses[((h + 1) * states + next) * actions + following];
    }
  }

  /** B = b + φ·λ with λ_h = M_h mean(φ_h D_{h+1}), D_h = (1 + 1/H)(b_h + D_{h+1}) along rollouts. */
  #regressBonuses(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const { rollouts } = this.#settings;
    const dilation = 1 + 1 / horizon;
    const { inverses } = this.#memory;
    const moments = new Float64Array(horizon * d);
    for (let i = 0; i < rollouts; i++) {
      let toGo = 0;
      for (let h = horizon - 1; h >= 0; h--) {
        const entry = h * states * actions + this.#paths[i * horizon + h];
        for (let j = 0; j < d; j++) moments[h * d + j] += (features[entry * d + j] * toGo) / rollouts;
        toGo = dilation * (this.#bonuses[entry] + toGo);
      }
    }
    for (let h = 0; h + 1 < horizon; h++) {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += inverses[(h * d + i) * d + j] * moments[h * d + j];
        this.#image[i] = sum;
      }
      for (let pair = 0; pair < states * actions; pair++) {
        const entry = h * states * actions + pair;
        this.#bonuses[entry] += rowDot(features, entry * d, this.#image, 0, d);
      }
    }
  }
}

function* steps(
  instance: LinearMdpInstance,
  method: PolicyOptimizationMethod,
  settings: Settings,
): Steps<LinearMdpPlay, LinearMdpIterate> {
  using learner = new PolicyOptimization(instance, instance.episodes, method, settings);
  return yield* episodeSteps(instance, learner, settings.seed);
}

const cost = 'O(H(SA d^2 + S^2A + d^3)) \\text{ per episode}';

export const magnitudeReducedMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-magnitude-reduced',
  title: 'Policy optimisation with reduced magnitudes',
  summary: 'Exponential weights in every state on estimates that cannot be very negative: regret √K.',
  problem: linearMdpProblem,
  role: 'paper',
  paper: refinedRegretPaper,
  cost: 'O(H((SA)^2 d + S^2A + d^3)) \\text{ per episode}',
  options: policyOptimizationOptions,
  steps: (instance, options) => steps(instance, 'magnitude-reduced', resolveOptions(policyOptimizationOptions, options)),
});

export const logBarrierMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-log-barrier',
  title: 'Policy optimisation with the log-barrier',
  summary: 'A leader in every state that tolerates estimates of any size: regret √(AK).',
  problem: linearMdpProblem,
  role: 'paper',
  paper: refinedRegretPaper,
  cost,
  options: logBarrierOptions,
  steps: (instance, options) => steps(instance, 'log-barrier', resolveOptions(logBarrierOptions, options)),
});

export const dilatedBonusMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-dilated-bonus',
  title: 'Policy optimisation with dilated bonuses',
  summary: 'The 2021 method: estimates are kept small by regularisation, with a regret of K^⅔.',
  problem: linearMdpProblem,
  role: 'baseline',
  paper: {
    title: 'Policy Optimization in Adversarial MDPs: Improved Exploration via Dilated Bonuses',
    arxiv: '2107.08346',
    year: 2021,
  },
  cost,
  options: policyOptimizationOptions,
  steps: (instance, options) => steps(instance, 'dilated-bonus', resolveOptions(policyOptimizationOptions, options)),
});

export const exponentialWeightsMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-exponential-weights',
  title: 'Policy optimisation with plain estimates',
  summary: 'Exponential weights on estimates that may be very negative: good in practice, without a guarantee.',
  problem: linearMdpProblem,
  role: 'baseline',
  paper: refinedRegretPaper,
  cost,
  options: policyOptimizationOptions,
  steps: (instance, options) => steps(instance, 'exponential-weights', resolveOptions(policyOptimizationOptions, options)),
});
