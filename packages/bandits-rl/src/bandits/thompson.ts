// Thompson sampling: play an arm with the probability that it is the best one. The probabilities themselves are computed,
// by quadrature over the posteriors, and the arm is drawn from them: logs need them, and estimates divide by them.
//
// W. Thompson: On the likelihood that one unknown probability exceeds another (1933).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numbersOf } from './policy.ts';

const thompsonOptions = {
  posterior: {
    type: 'choice',
    choices: ['beta', 'gaussian'],
    default: 'beta',
    description: 'What is believed of an arm: beta for rewards that are yes or no, gaussian for others',
  },
  noise: {
    type: 'number',
    above: 0,
    default: 0.5,
    description: 'Standard deviation of a reward, for gaussian posteriors',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Points of the quadrature. */
const NODES = 128;

/** The policy. */
export class Thompson implements Policy {
  #sums: Float64Array;
  #counts: Float64Array;
  readonly #gaussian: boolean;
  readonly #noise: number;
  #below = new Float64Array(0);
  #mass = new Float64Array(0);
  #behind = new Float64Array(0);

  constructor(arms: number, { posterior, noise }: { posterior: 'beta' | 'gaussian'; noise: number }) {
    this.#sums = new Float64Array(arms);
    this.#counts = new Float64Array(arms);
    this.#gaussian = posterior === 'gaussian';
    this.#noise = noise;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    const count = available.length;
    if (this.#below.length !== count * NODES) {
      this.#below = new Float64Array(count * NODES);
      this.#mass = new Float64Array(count * NODES);
      this.#behind = new Float64Array(count + 1);
    }
    const [low, high] = this.#range(available);
    for (let j = 0; j < count; j++) this.#tabulate(available[j], j, low, high);
    // P(j is best) = Σ mass_j Π_(i≠j) below_i: the products without one factor from those before and behind it.
    out.fill(0);
    const behind = this.#behind;
    for (let k = 0; k < NODES; k++) {
      behind[count] = 1;
      for (let j = count - 1; j >= 0; j--) behind[j] = behind[j + 1] * this.#below[j * NODES + k];
      let before = 1;
      for (let j = 0; j < count; j++) {
        out[j] += this.#mass[j * NODES + k] * before * behind[j + 1];
        before *= this.#below[j * NODES + k];
      }
    }
    let total = 0;
    for (let j = 0; j < count; j++) total += out[j];
    for (let j = 0; j < count; j++) out[j] = total > 0 ? out[j] / total : 1 / count;
  }

  learn(_: Float64Array, arm: number, __: number, loss: number): void {
    this.#sums[arm] += 1 - loss;
    this.#counts[arm]++;
  }

  grow(): void {
    this.#sums = lengthened(this.#sums, 1);
    this.#counts = lengthened(this.#counts, 1);
  }

  save(): PolicyState {
    return { sums: [...this.#sums], counts: [...this.#counts] };
  }

  load(state: PolicyState): void {
    this.#sums = numbersOf(state, 'sums');
    this.#counts = numbersOf(state, 'counts');
  }

  #mean(arm: number): number {
    const prior = this.#gaussian ? 1 : 2;
    return (this.#sums[arm] + 0.5 * prior) / (this.#counts[arm] + prior);
  }

  #deviation(arm: number): number {
    if (this.#gaussian) return this.#noise / Math.sqrt(this.#counts[arm] + 1);
    const mean = this.#mean(arm);
    return Math.sqrt((mean * (1 - mean)) / (this.#counts[arm] + 3));
  }

  /** Where the best arm's reward can lie: below every arm's lower end nothing is ever best. */
  #range(available: Int32Array): [number, number] {
    let [low, high] = [-Infinity, -Infinity];
    for (const arm of available) {
      const [mean, reach] = [this.#mean(arm), 8 * this.#deviation(arm)];
      low = Math.max(low, mean - reach);
      high = Math.max(high, mean + reach);
    }
    return this.#gaussian ? [low, high] : [Math.max(0, low), Math.min(1, high)];
  }

  /** The mass of a posterior in every cell of the range, and what lies below the middle of the cell. */
  #tabulate(arm: number, row: number, low: number, high: number): void {
    if (this.#mean(arm) + 8 * this.#deviation(arm) < low) {
      this.#mass.fill(0, row * NODES, (row + 1) * NODES);
      this.#below.fill(1, row * NODES, (row + 1) * NODES);
      return;
    }
    const width = (high - low) / NODES;
    const [a, b] = [this.#sums[arm], this.#counts[arm] - this.#sums[arm]];
    const [mean, deviation] = [this.#mean(arm), this.#deviation(arm)];
    // The exponent at the mode of a beta density is subtracted, so that large counts neither over- nor underflow.
    const mode = Math.min(1 - 1e-9, Math.max(1e-9, a + b > 0 ? a / (a + b) : 0.5));
    const peak = a * Math.log(mode) + b * Math.log(1 - mode);
    const at = row * NODES;
    const logDensity = (x: number) =>
      this.#gaussian ? -0.5 * ((x - mean) / deviation) ** 2 : a * Math.log(x) + b * Math.log(1 - x) - peak;
    // What lies below the range is below all cells of it; its cells have a width of their own.
    const bottom = this.#gaussian ? mean - 8 * deviation : Math.max(0, mean - 8 * deviation);
    const cell = (low - bottom) / NODES;
    let before = 0;
    if (cell > 0) {
      for (let k = 0; k < NODES; k++) before += Math.exp(logDensity(bottom + (k + 0.5) * cell));
      before *= cell / width;
    }
    let sum = before;
    for (let k = 0; k < NODES; k++) {
      const mass = Math.exp(logDensity(low + (k + 0.5) * width));
      this.#mass[at + k] = mass;
      this.#below[at + k] = sum + mass / 2;
      sum += mass;
    }
    for (let k = 0; k < NODES; k++) {
      this.#mass[at + k] = sum > 0 ? this.#mass[at + k] / sum : 0;
      this.#below[at + k] = sum > 0 ? this.#below[at + k] / sum : 1;
    }
  }
}

export const thompsonSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/thompson',
  title: 'Thompson sampling',
  summary: 'Plays every arm with the probability that it is the best one.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'On the likelihood that one unknown probability exceeds another', year: 1933 },
  cost: 'O(A) \\text{ quadratures a round}',
  options: thompsonOptions,
  steps: (instance, options) => {
    const resolved = resolveOptions(thompsonOptions, options);
    return playSteps(instance, new Thompson(instance.rewards.cols, resolved), resolved.seed);
  },
});
