// Policy optimisation in adversarial decision processes with linear action values: in every state a leader follows estimated
// action values less a dilated bonus. The log-barrier leader takes any estimates; the magnitude-reduced estimator makes them
// fit for exponential weights. The method of 2021 keeps them small by regularisation.
//
// Y. Dai, H. Luo, C.-Y. Wei, J. Zimmert: Refined regret for adversarial MDPs with linear function approximation,
// arXiv 2301.12942 (2023).
import { defineSolver, type OptionSpecs, Random, resolveOptions } from '@infimum/core';
import { refinedRegretPaper } from '../bandits/adversarial-linear.ts';
import { exponentialLeader, logBarrierLeader } from '../bandits/follow-the-leader.ts';
import { regularisedInverse } from '../bandits/regularised-inverse.ts';
import { matrixGeometricResampling } from './inverse-covariance.ts';
import { type LinearMdpInstance, linearMdpProblem } from './linear-mdp-problem.ts';
import { type LinearMdp, MdpSampler, tableSize } from './mdp.ts';
import { type Episode, type EpisodeLearner, episodeSteps } from './play-episodes.ts';

/** How action values are estimated and followed. */
export type PolicyOptimisationMethod =
  | 'log-barrier'
  | 'magnitude-reduced'
  | 'dilated-bonus'
  | 'exponential-weights';

const bonus = {
  type: 'number',
  min: 0,
  default: 0.1,
  description: 'Factor on the bonus β = η H² of theory, which is too careful in practice',
} as const;
const covariance = {
  type: 'choice',
  choices: ['exact', 'direct', 'resampling'],
  default: 'exact',
  description:
    'Covariances from the known process, from rollouts inverted directly, or by matrix geometric resampling',
} as const;
const rollouts = {
  type: 'integer',
  min: 1,
  max: 100_000,
  default: 64,
  description: 'Rollouts an episode for covariances and bonuses that are not exact',
} as const;
const bonusMode = {
  type: 'choice',
  choices: ['exact', 'sampled', 'linear'],
  default: 'exact',
  description: 'Bonuses to go by dynamic programming, by one sampled path each, or by regression on rollouts',
} as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of actions and rollouts' } as const;
const learningRate = {
  type: 'number',
  above: 0,
  default: 3,
  description: 'Factor on the learning rate of theory',
} as const;

/** Options of policy optimisation. */
const policyOptimisationOptions = {
  learningRate,
  bonus,
  covariance,
  rollouts,
  bonusMode,
  seed,
} as const satisfies OptionSpecs;

/** Options of policy optimisation with the log-barrier. */
const logBarrierOptions = {
  learningRate: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Factor on the learning rate of theory',
  },
  bonus,
  covariance,
  rollouts,
  bonusMode,
  seed,
} as const satisfies OptionSpecs;

/** Learning rate, regularisation and bonus. */
export interface Rates {
  readonly rate: number;
  readonly regularisation: number;
  readonly bonus: number;
}

/** What theory gives for K episodes, times the factors. */
function policyOptimisationRates(
  method: PolicyOptimisationMethod,
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
  const regularisation =
    method === 'magnitude-reduced'
      ? Math.max(spread, 4 * (rate * horizon) ** 2)
      : method === 'dilated-bonus'
        ? 2 * rate * horizon
        : spread;
  return { rate, regularisation, bonus: bonusFactor * rate * horizon * horizon };
}

interface Settings {
  readonly learningRate: number;
  readonly bonus: number;
  readonly covariance: 'exact' | 'direct' | 'resampling';
  readonly rollouts: number;
  readonly bonusMode: 'exact' | 'sampled' | 'linear';
  readonly seed: number;
}

/** Adds weight · φφ', on and below the diagonal: all that the inverse is computed from. */
function addLowerOuter(values: Float64Array, at: number, d: number, weight: number, out: Float64Array): void {
  for (let i = 0; i < d; i++) {
    const weighted = weight * values[at + i];
    for (let j = 0; j <= i; j++) out[i * d + j] += weighted * values[at + j];
  }
}

/** The learner. An episode costs O(H (S A d² + S² A + d³)), and O(H (S A)² d) more with the magnitude-reduced estimator. */
export class PolicyOptimisation implements EpisodeLearner {
  readonly policy: Float64Array;
  readonly rates: Rates;
  leastEstimate = 0;
  readonly #mdp: LinearMdp;
  readonly #method: PolicyOptimisationMethod;
  readonly #settings: Settings;
  readonly #losses: Float64Array;
  readonly #bonuses: Float64Array;
  readonly #estimates: Float64Array;
  readonly #norms: Float64Array;
  readonly #covariance: Float64Array;
  readonly #inverses: Float64Array;
  readonly #image: Float64Array;
  readonly #images: Float64Array;
  readonly #later: Float64Array;
  readonly #rows: { readonly losses: Float64Array; readonly policy: Float64Array }[];
  readonly #sampler: MdpSampler;
  readonly #random: Random;
  readonly #paths: Int32Array;

  constructor(mdp: LinearMdp, episodes: number, method: PolicyOptimisationMethod, settings: Settings) {
    const { horizon, states, actions, dimension } = mdp;
    const size = tableSize(mdp);
    this.#mdp = mdp;
    this.#method = method;
    this.#settings = settings;
    this.rates = policyOptimisationRates(method, mdp, episodes, settings.learningRate, settings.bonus);
    this.policy = new Float64Array(size).fill(1 / actions);
    this.#losses = new Float64Array(size);
    this.#bonuses = new Float64Array(size);
    this.#estimates = new Float64Array(size);
    this.#norms = new Float64Array(size);
    this.#covariance = new Float64Array(dimension * dimension);
    this.#inverses = new Float64Array(horizon * dimension * dimension);
    this.#image = new Float64Array(dimension);
    this.#images = new Float64Array(states * actions * dimension);
    this.#later = new Float64Array(states);
    this.#rows = Array.from({ length: horizon * states }, (_, place) => ({
      losses: this.#losses.subarray(place * actions, (place + 1) * actions),
      policy: this.policy.subarray(place * actions, (place + 1) * actions),
    }));
    this.#sampler = new MdpSampler(mdp);
    this.#random = new Random(settings.seed, 3);
    this.#paths = new Int32Array(
      settings.covariance === 'exact' && settings.bonusMode !== 'linear' ? 0 : settings.rollouts * horizon,
    );
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
      this.#invertCovariance(h, occupied);
      this.#estimate(h, episode, toGo, occupied);
      this.#addLocalBonus(h);
    }
    if (this.#settings.bonusMode === 'linear') this.#regressBonuses();
    else for (let h = horizon - 1; h >= 0; h--) this.#dilate(h);
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
        const action = this.#sampler.act(this.policy, h, state, this.#random.uniform());
        this.#paths[i * horizon + h] = state * actions + action;
        if (h + 1 < horizon) state = this.#sampler.next(h, state, action, this.#random.uniform());
      }
    }
  }

  /** (γI + Σ_h)⁻¹. */
  #invertCovariance(h: number, occupied: Float64Array): void {
    const { states, actions, dimension: d, features, horizon } = this.#mdp;
    const { covariance, rollouts } = this.#settings;
    const inverse = this.#inverses.subarray(h * d * d, (h + 1) * d * d);
    if (covariance === 'resampling') {
      let drawn = 0;
      const sample = (out: Float64Array) => {
        const pair = this.#paths[(drawn++ % rollouts) * horizon + h];
        const at = (h * states * actions + pair) * d;
        for (let i = 0; i < d; i++) out[i] = features[at + i];
      };
      const settings = {
        dimension: d,
        regularisation: Math.min(1, this.rates.regularisation),
        inner: rollouts,
        outer: 1,
      };
      const { values } = matrixGeometricResampling(sample, settings);
      // The product of different samples is not symmetric; the estimate needs only be right in the mean.
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) inverse[i * d + j] = (values[i * d + j] + values[j * d + i]) / 2;
      return;
    }
    const sum = this.#covariance.fill(0);
    if (covariance === 'direct') {
      for (let i = 0; i < rollouts; i++) {
        addLowerOuter(
          features,
          (h * states * actions + this.#paths[i * horizon + h]) * d,
          d,
          1 / rollouts,
          sum,
        );
      }
    } else {
      for (let s = 0; s < states; s++) {
        const mass = occupied[h * states + s];
        if (mass === 0) continue;
        for (let a = 0; a < actions; a++) {
          const entry = (h * states + s) * actions + a;
          addLowerOuter(features, entry * d, d, mass * this.policy[entry], sum);
        }
      }
    }
    regularisedInverse(sum, d, this.rates.regularisation, inverse);
  }

  /** Q̂ of layer h from the losses to go of the pair that was visited; and ‖φ‖² in the metric of the inverse. */
  #estimate(
    h: number,
    { states: visited, actions: taken }: Episode,
    toGo: number,
    occupied: Float64Array,
  ): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const [matrix, image, images] = [h * d * d, this.#image, this.#images];
    const remaining = horizon - h;
    const reduced = this.#method === 'magnitude-reduced';
    const played = ((h * states + visited[h]) * actions + taken[h]) * d;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += this.#inverses[matrix + i * d + j] * features[played + j];
      image[i] = sum;
    }
    const first = h * states * actions;
    const [inverses, norms, estimates] = [this.#inverses, this.#norms, this.#estimates];
    for (let pair = 0; pair < states * actions; pair++) {
      const at = (first + pair) * d;
      let gain = 0;
      let norm = 0;
      for (let i = 0; i < d; i++) {
        const entry = features[at + i];
        const row = matrix + i * d;
        // The matrix is symmetric: what stands below the diagonal counts twice.
        let below = 0;
        for (let j = 0; j < i; j++) below += inverses[row + j] * features[at + j];
        gain += entry * image[i];
        norm += entry * (inverses[row + i] * entry + 2 * below);
        if (!reduced) continue;
        let sum = below;
        for (let j = i; j < d; j++) sum += inverses[row + j] * features[at + j];
        images[pair * d + i] = sum;
      }
      norms[first + pair] = norm;
      estimates[first + pair] = gain * toGo - (reduced && gain < 0 ? remaining * gain : 0);
    }
    if (reduced) this.#addNegativeMeans(h, remaining, occupied);
    for (let pair = 0; pair < states * actions; pair++) {
      if (this.#estimates[first + pair] < this.leastEstimate)
        this.leastEstimate = this.#estimates[first + pair];
    }
  }

  /** m(s, a) = H_h E_(s', a')~π (φ(s, a)' M φ(s', a'))_-. */
  #addNegativeMeans(h: number, remaining: number, occupied: Float64Array): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const first = h * states * actions;
    const [images, policy] = [this.#images, this.policy];
    const { covariance, rollouts } = this.#settings;
    if (covariance !== 'exact') {
      for (let pair = 0; pair < states * actions; pair++) {
        let mean = 0;
        for (let i = 0; i < rollouts; i++) {
          const gain = product(features, (first + pair) * d, images, this.#paths[i * horizon + h] * d, d);
          if (gain < 0) mean += gain / rollouts;
        }
        this.#estimates[first + pair] += remaining * mean;
      }
      return;
    }
    // The products are symmetric: each counts for both pairs.
    for (let pair = 0; pair < states * actions; pair++) {
      const weight = remaining * occupied[h * states + Math.floor(pair / actions)] * policy[first + pair];
      const at = (first + pair) * d;
      let mean = 0;
      for (let other = 0; other < pair; other++) {
        let gain = 0;
        for (let i = 0; i < d; i++) gain += features[at + i] * images[other * d + i];
        if (gain >= 0) continue;
        mean += occupied[h * states + ((other / actions) | 0)] * policy[first + other] * gain;
        this.#estimates[first + other] += weight * gain;
      }
      this.#estimates[first + pair] += remaining * mean;
    }
  }

  /** b = β (‖φ(s, a)‖² + E_a' ‖φ(s, a')‖²). */
  #addLocalBonus(h: number): void {
    const { states, actions } = this.#mdp;
    for (let s = 0; s < states; s++) {
      const at = (h * states + s) * actions;
      let mean = 0;
      for (let a = 0; a < actions; a++) mean += this.policy[at + a] * this.#norms[at + a];
      for (let a = 0; a < actions; a++)
        this.#bonuses[at + a] = this.rates.bonus * (this.#norms[at + a] + mean);
    }
  }

  /** B = b + (1 + 1/H) E B of the next layer: exactly, or on one sampled path. */
  #dilate(h: number): void {
    const { horizon, states, actions, transitions } = this.#mdp;
    if (h + 1 === horizon) return;
    const dilation = 1 + 1 / horizon;
    const sampled = this.#settings.bonusMode === 'sampled';
    const later = this.#later;
    for (let s = 0; s < states && !sampled; s++) {
      const at = ((h + 1) * states + s) * actions;
      later[s] = 0;
      for (let a = 0; a < actions; a++) later[s] += this.policy[at + a] * this.#bonuses[at + a];
    }
    for (let pair = 0; pair < states * actions; pair++) {
      const entry = h * states * actions + pair;
      if (sampled) {
        const next = this.#sampler.next(
          h,
          Math.floor(pair / actions),
          pair % actions,
          this.#random.uniform(),
        );
        const action = this.#sampler.act(this.policy, h + 1, next, this.#random.uniform());
        this.#bonuses[entry] += dilation * this.#bonuses[((h + 1) * states + next) * actions + action];
        continue;
      }
      let mean = 0;
      for (let next = 0; next < states; next++) mean += transitions[entry * states + next] * later[next];
      this.#bonuses[entry] += dilation * mean;
    }
  }

  /** B = b + φ·λ with λ_h = M_h mean(φ_h D_{h+1}), D_h = (1 + 1/H)(b_h + D_{h+1}) along rollouts. */
  #regressBonuses(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const { rollouts } = this.#settings;
    const dilation = 1 + 1 / horizon;
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
        for (let j = 0; j < d; j++) sum += this.#inverses[(h * d + i) * d + j] * moments[h * d + j];
        this.#image[i] = sum;
      }
      for (let pair = 0; pair < states * actions; pair++) {
        const entry = h * states * actions + pair;
        this.#bonuses[entry] += product(features, entry * d, this.#image, 0, d);
      }
    }
  }
}

function product(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[atA + i] * b[atB + i];
  return sum;
}

function steps(instance: LinearMdpInstance, method: PolicyOptimisationMethod, settings: Settings) {
  return episodeSteps(
    instance,
    new PolicyOptimisation(instance, instance.episodes, method, settings),
    settings.seed,
  );
}

const cost = 'O(H(SA d^2 + S^2A + d^3)) \\text{ an episode}';

/** Registration. */
export const magnitudeReducedMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-magnitude-reduced',
  title: 'Policy optimisation with reduced magnitudes',
  summary: 'Exponential weights in every state on estimates that cannot be very negative: regret √K.',
  problem: linearMdpProblem,
  role: 'paper',
  paper: refinedRegretPaper,
  cost: 'O(H((SA)^2 d + S^2A + d^3)) \\text{ an episode}',
  options: policyOptimisationOptions,
  steps: (instance, options) =>
    steps(instance, 'magnitude-reduced', resolveOptions(policyOptimisationOptions, options)),
});

/** Registration. */
export const logBarrierMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-log-barrier',
  title: 'Policy optimisation with the log-barrier',
  summary: 'A leader in every state that no estimate is too large for: regret √(AK).',
  problem: linearMdpProblem,
  role: 'paper',
  paper: refinedRegretPaper,
  cost,
  options: logBarrierOptions,
  steps: (instance, options) => steps(instance, 'log-barrier', resolveOptions(logBarrierOptions, options)),
});

/** Registration. */
export const dilatedBonusMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-dilated-bonus',
  title: 'Policy optimisation with dilated bonuses',
  summary: 'The method of 2021: estimates are kept small by regularisation, at a regret of K^⅔.',
  problem: linearMdpProblem,
  role: 'baseline',
  paper: {
    title: 'Policy Optimization in Adversarial MDPs: Improved Exploration via Dilated Bonuses',
    arxiv: '2107.08346',
    year: 2021,
  },
  cost,
  options: policyOptimisationOptions,
  steps: (instance, options) =>
    steps(instance, 'dilated-bonus', resolveOptions(policyOptimisationOptions, options)),
});

/** Registration. */
export const exponentialWeightsMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-exponential-weights',
  title: 'Policy optimisation with plain estimates',
  summary:
    'Exponential weights on estimates that may be very negative: good in practice, without a guarantee.',
  problem: linearMdpProblem,
  role: 'baseline',
  paper: refinedRegretPaper,
  cost,
  options: policyOptimisationOptions,
  steps: (instance, options) =>
    steps(instance, 'exponential-weights', resolveOptions(policyOptimisationOptions, options)),
});
