// Adversarial linear bandits: losses are linear in known features of the arms and otherwise arbitrary. Five estimators and
// leaders, the same loop: magnitude-reduced exponential weights is the paper's.
//
// Y. Dai, H. Luo, C.-Y. Wei, J. Zimmert: Refined regret for adversarial MDPs with linear function approximation,
// arXiv 2301.12942 (2023).
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Paper, Steps } from '@infimum/core';
import {
  asMatrix,
  checkFunction,
  checkInteger,
  checkNumber,
  defineSolver,
  fault,
  Random,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { BanditInstance, BanditIterate, BanditPlay } from './bandit-problem.ts';
import { banditProblem, checkFeatureNorms } from './bandit-problem.ts';
import { exponentialLeader, logBarrierLeader } from './follow-the-leader.ts';
import { optimalDesign } from './optimal-design.ts';
import { drawArm } from './policy.ts';
import { regularizedInverse } from './regularized-inverse.ts';

/** The paper. */
export const refinedRegretPaper: Paper = {
  title: 'Refined Regret for Adversarial MDPs with Linear Function Approximation',
  arxiv: '2301.12942',
  year: 2023,
};

const learningRate = {
  type: 'number',
  above: 0,
  default: 1,
  description: 'Factor on the learning rate that theory gives for the number of rounds',
} as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' } as const;

/** How losses are estimated, and which leader is followed. */
export type LinearBanditMethod = 'magnitude-reduced' | 'exponential-weights' | 'dilated-bonus' | 'log-barrier' | 'exp2';

/** Rates and regularisations for K rounds. */
export function linearBanditRates(
  method: LinearBanditMethod,
  arms: number,
  dimension: number,
  rounds: number,
  factor: number,
): { readonly rate: number; readonly regularization: number } {
  const logArms = Math.log(Math.max(2, arms));
  const spread = dimension / rounds;
  switch (method) {
    case 'magnitude-reduced': {
      const rate = factor * Math.sqrt(logArms / (dimension * rounds));
      return { rate, regularization: Math.max(spread, 4 * rate * rate) };
    }
    case 'exp2':
    case 'exponential-weights':
      return { rate: factor * Math.sqrt(logArms / (dimension * rounds)), regularization: spread };
    case 'log-barrier':
      return {
        rate: factor * Math.sqrt((arms * Math.log(Math.max(2, rounds))) / (dimension * rounds)),
        regularization: spread,
      };
    case 'dilated-bonus': {
      const rate = factor * Math.cbrt(logArms ** 2 / (dimension * rounds * rounds));
      return { rate, regularization: 2 * rate };
    }
  }
}

/** Estimates the losses of all arms from one, as the estimator prescribes: E φ(a)' (γI + Σ)⁻¹ φ(b) loss(b). */
export class LinearLossEstimator {
  readonly #features: DenseMatrix;
  readonly #covariance: Float64Array;
  readonly #inverse: Float64Array;
  readonly #image: Float64Array;
  readonly #images: Float64Array;

  constructor(features: DenseMatrix) {
    const { rows, cols } = features;
    this.#features = features;
    this.#covariance = new Float64Array(cols * cols);
    this.#inverse = new Float64Array(cols * cols);
    this.#image = new Float64Array(cols);
    this.#images = new Float64Array(rows * cols);
  }

  /** Inverts γI + Σ_a p_a φ_a φ_a'. Time O(A d² + d³). */
  prepare(probabilities: Float64Array, regularization: number): void {
    const { rows, cols, values } = this.#features;
    const covariance = this.#covariance.fill(0);
    for (let a = 0; a < rows; a++) {
      const at = a * cols;
      const p = probabilities[a];
      for (let i = 0; i < cols; i++) {
        const weighted = p * values[at + i];
        const row = i * cols;
        for (let j = 0; j <= i; j++) covariance[row + j] += weighted * values[at + j];
      }
    }
    for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) covariance[j * cols + i] = covariance[i * cols + j];
    regularizedInverse(covariance, cols, regularization, this.#inverse);
  }

  /** Writes the estimates for a loss at `arm`; returns the smallest. `reduced` is the magnitude-reduced estimator, O(A² d). */
  estimate(arm: number, loss: number, reduced: boolean, probabilities: Float64Array, out: Float64Array): number {
    const { rows, cols, values } = this.#features;
    const [image, inverse] = [this.#image, this.#inverse];
    for (let i = 0; i < cols; i++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += inverse[i * cols + j] * values[arm * cols + j];
      image[i] = sum;
    }
    for (let a = 0; a < rows; a++) {
      let gain = 0;
      for (let i = 0; i < cols; i++) gain += values[a * cols + i] * image[i];
      out[a] = gain * loss - (reduced && gain < 0 ? gain : 0);
    }
    if (reduced) this.#addNegativeMeans(probabilities, out);
    let least = Infinity;
    for (let a = 0; a < rows; a++) if (out[a] < least) least = out[a];
    return least;
  }

  /** Adds E_b (φ(a)' M φ(b))_-, the mean of what the estimator has left out. */
  #addNegativeMeans(probabilities: Float64Array, out: Float64Array): void {
    const { rows, cols, values } = this.#features;
    const [inverse, images] = [this.#inverse, this.#images];
    for (let a = 0; a < rows; a++) {
      for (let i = 0; i < cols; i++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) sum += inverse[i * cols + j] * values[a * cols + j];
        images[a * cols + i] = sum;
      }
    }
    // The products are symmetric: each counts for both arms.
    for (let a = 0; a < rows; a++) {
      let mean = 0;
      const p = probabilities[a];
      for (let b = 0; b < a; b++) {
        let gain = 0;
        for (let i = 0; i < cols; i++) gain += values[a * cols + i] * images[b * cols + i];
        if (gain < 0) {
          mean += probabilities[b] * gain;
          out[b] += p * gain;
        }
      }
      out[a] += mean;
    }
  }
}

const adversarialLinearBanditOptions = {
  method: {
    type: 'choice',
    choices: ['magnitude-reduced', 'log-barrier', 'exp2', 'exponential-weights', 'dilated-bonus'],
    default: 'magnitude-reduced',
    description: 'How losses are estimated and followed',
  },
  learningRateFactor: {
    type: 'number',
    was: 'learningRate',
    above: 0,
    default: 1,
    description: 'Factor on the learning rate that theory gives for the number of rounds; 1 to 3',
  },
  seed,
} as const satisfies OptionSpecs;

/** Options of `adversarialLinearBandit`. */
export type AdversarialLinearBanditOptions = OptionsOf<typeof adversarialLinearBanditOptions> & LimitOptions<BanditIterate>;

/**
 * Plays a bandit whose losses are linear in known features of the arms and otherwise arbitrary. Append a constant to
 * the features if losses have an offset. Methods `magnitude-reduced` and `log-barrier` have a regret of √K; the first costs
 * O(A² d + d³) a round, all others O(A d² + d³). The run ends `stalled` when all rounds are played.
 *
 * @param features - one arm a row, of norm 1 at most
 * @param rounds - K
 * @param loss - the loss of an arm in a round, in [0, 1]; called once a round
 * @throws {InvalidInputError} for features too long or not finite, and losses out of range, naming the round
 *
 * Source: Refined Regret for Adversarial MDPs with Linear Function Approximation, arXiv 2301.12942.
 *
 * @example
 * ```ts
 * import { adversarialLinearBandit } from '@infimum/bandits-rl';
 *
 * const features = [[1, 0], [0, 1], [0.6, 0.6]];
 * const { arms } = adversarialLinearBandit(features, 2000, (_, arm) => [0.8, 0.2, 0.6][arm]);
 * console.log(arms.filter((arm) => arm === 1).length > 1200); // true
 * ```
 */
export function adversarialLinearBandit(
  features: MatrixLike,
  rounds: number,
  loss: (round: number, arm: number) => number,
  options: AdversarialLinearBanditOptions = {},
): Outcome<BanditPlay, BanditIterate> {
  const { method, learningRateFactor, seed } = resolveOptions(adversarialLinearBanditOptions, options);
  checkFunction(loss, 'loss');
  const table = asMatrix(features, 'features');
  checkFeatureNorms(table, 'features');
  checkInteger(rounds, 'rounds', { min: 1, max: 2 ** 31 - 1 });
  const checkedLoss = (round: number, arm: number) => {
    const value = loss(round, arm);
    checkNumber(value, `loss(${round}, ${arm})`, { min: 0, max: 1 });
    return value;
  };
  return runWith(
    adversarialLinearBanditOptions,
    options,
    playLinearSteps(table, rounds, checkedLoss, method, { learningRate: learningRateFactor, seed }),
  );
}

/** How a linear bandit is played. */
interface LinearBanditSettings {
  readonly learningRate: number;
  readonly seed: number;
  readonly exploration?: 'optimal-design' | 'uniform';
}

/** Plays an instance. */
export function linearBanditSteps(
  { rewards, features }: BanditInstance,
  method: LinearBanditMethod,
  settings: LinearBanditSettings,
): Steps<BanditPlay, BanditIterate> {
  if (!features) throw fault('are needed', 'features', 'missing');
  const loss = (round: number, arm: number) => 1 - rewards.values[round * rewards.cols + arm];
  return playLinearSteps(features, rewards.rows, loss, method, settings);
}

/** Plays a linear bandit. */
function* playLinearSteps(
  features: DenseMatrix,
  rounds: number,
  lossOf: (round: number, arm: number) => number,
  method: LinearBanditMethod,
  { learningRate: factor, seed: start, exploration }: LinearBanditSettings,
): Steps<BanditPlay, BanditIterate> {
  const count = features.rows;
  const { rate, regularization } = linearBanditRates(method, count, features.cols, rounds, factor);
  const estimator = new LinearLossEstimator(features);
  const random = new Random(start);
  const losses = new Float64Array(count);
  const estimates = new Float64Array(count);
  const weights = new Float64Array(count);
  const mix = method === 'exp2' ? explorationMix(features, exploration ?? 'optimal-design', rate) : undefined;
  const arms = new Int32Array(rounds);
  const probabilities = new Float64Array(rounds);
  let [total, played, leastEstimate] = [0, 0, 0];
  const solution = (): BanditPlay => ({
    arms: arms.slice(0, played),
    probabilities: probabilities.slice(0, played),
    leastEstimate,
  });
  for (;;) {
    yield { iteration: played, reward: played > 0 ? total / played : 0, solution };
    if (played === rounds) return stalled(solution(), `all ${rounds} rounds were played`);
    for (const end = Math.min(rounds, played + (played === 0 ? 1 : 20)); played < end; played++) {
      if (method === 'log-barrier') logBarrierLeader(losses, rate, weights);
      else exponentialLeader(losses, rate, weights);
      if (mix) for (let a = 0; a < count; a++) weights[a] = (1 - mix.share) * weights[a] + mix.share * mix.design[a];
      estimator.prepare(weights, regularization);
      const arm = drawArm(weights, count, random.uniform());
      const loss = lossOf(played, arm);
      const least = estimator.estimate(arm, loss, method === 'magnitude-reduced', weights, estimates);
      leastEstimate = Math.min(leastEstimate, least);
      for (let a = 0; a < count; a++) losses[a] += estimates[a];
      arms[played] = arm;
      probabilities[played] = weights[arm];
      total += 1 - loss;
    }
  }
}

/** How much is explored, and where, so that η times an estimate stays above -1. */
function explorationMix(
  features: DenseMatrix,
  kind: 'optimal-design' | 'uniform',
  rate: number,
): { readonly share: number; readonly design: Float64Array } {
  const uniform = new Float64Array(features.rows).fill(1 / features.rows);
  const { design, variance } = optimalDesign(features, kind === 'uniform' ? 0 : 1000, uniform);
  return { share: Math.min(0.5, rate * variance), design };
}

const declines = ({ features }: BanditInstance) => (features ? undefined : 'needs the arms’ features');

const magnitudeReducedOptions = { learningRate: { ...learningRate, default: 2 }, seed } as const satisfies OptionSpecs;

export const mrExp2Solver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mr-exp2',
  title: 'Magnitude-reduced EXP2',
  summary: 'Exponential weights on estimates that cannot be very negative, so no explicit exploration is needed.',
  problem: banditProblem,
  variant: 'linear',
  role: 'paper',
  paper: refinedRegretPaper,
  cost: 'O(A^2 d + d^3) \\text{ per round}',
  options: magnitudeReducedOptions,
  declines,
  steps: (instance, options) =>
    linearBanditSteps(instance, 'magnitude-reduced', resolveOptions(magnitudeReducedOptions, options)),
});

const plainOptions = { learningRate, seed } as const satisfies OptionSpecs;

export const logBarrierBanditSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/log-barrier-linear',
  title: 'Log-barrier FTRL for linear bandits',
  summary: 'A leader that tolerates estimates of any size, at the price of a factor √A.',
  problem: banditProblem,
  variant: 'linear',
  role: 'paper',
  paper: refinedRegretPaper,
  cost: 'O(A d^2 + d^3) \\text{ per round}',
  options: plainOptions,
  declines,
  steps: (instance, options) => linearBanditSteps(instance, 'log-barrier', resolveOptions(plainOptions, options)),
});

export const plainWeightsBanditSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/exponential-weights-linear',
  title: 'Exponential weights for linear bandits',
  summary: 'Like MR-EXP2 with the plain estimator, whose guarantee fails: estimates may be very negative.',
  problem: banditProblem,
  variant: 'linear',
  role: 'baseline',
  paper: refinedRegretPaper,
  cost: 'O(A d^2 + d^3) \\text{ per round}',
  options: plainOptions,
  declines,
  steps: (instance, options) => linearBanditSteps(instance, 'exponential-weights', resolveOptions(plainOptions, options)),
});

export const dilatedBanditSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/dilated-bonus-linear',
  title: 'Exponential weights with strong regularisation',
  summary: 'The 2021 method: plain estimates kept small by regularisation, with a regret of K^⅔.',
  problem: banditProblem,
  variant: 'linear',
  role: 'baseline',
  paper: {
    title: 'Policy Optimization in Adversarial MDPs: Improved Exploration via Dilated Bonuses',
    arxiv: '2107.08346',
    year: 2021,
  },
  cost: 'O(A d^2 + d^3) \\text{ per round}',
  options: plainOptions,
  declines,
  steps: (instance, options) => linearBanditSteps(instance, 'dilated-bonus', resolveOptions(plainOptions, options)),
});

const exp2Options = {
  learningRate,
  exploration: {
    type: 'choice',
    choices: ['optimal-design', 'uniform'],
    default: 'optimal-design',
    description: 'Exploration: the minimum-variance design (Kiefer and Wolfowitz), or uniform',
  },
  seed,
} as const satisfies OptionSpecs;

export const exp2Solver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/exp2',
  title: 'EXP2',
  summary: 'Exponential weights mixed with a design that explores all directions.',
  problem: banditProblem,
  variant: 'linear',
  role: 'baseline',
  paper: {
    title: 'Towards minimax policies for online linear optimization with bandit feedback',
    arxiv: '1202.3079',
    year: 2012,
  },
  cost: 'O(A d^2 + d^3) \\text{ per round}',
  options: exp2Options,
  declines,
  steps: (instance, options) => linearBanditSteps(instance, 'exp2', resolveOptions(exp2Options, options)),
});
