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
    description: 'Posterior of an arm: beta for binary rewards, gaussian for others',
  },
  rewardDeviation: {
    type: 'number',
    above: 0,
    default: 0.5,
    description: 'Standard deviation of a reward, for gaussian posteriors',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Cells of the range, and of the range of an arm that is known much better than others. */
const CELLS = 128;
const FINE_CELLS = 64;

/** The policy. */
export class Thompson implements Policy {
  #sums: Float64Array;
  #counts: Float64Array;
  readonly #gaussian: boolean;
  readonly #noise: number;
  /** Ends of the cells. */
  #edges: Float64Array = new Float64Array(0);
  #below = new Float64Array(0);
  #mass = new Float64Array(0);
  #behind = new Float64Array(0);

  constructor(arms: number, { posterior, rewardDeviation }: { posterior: 'beta' | 'gaussian'; rewardDeviation: number }) {
    this.#sums = new Float64Array(arms);
    this.#counts = new Float64Array(arms);
    this.#gaussian = posterior === 'gaussian';
    this.#noise = rewardDeviation;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    const count = available.length;
    const [low, high] = this.#range(available);
    this.#edges = this.#cut(available, low, high);
    const cells = this.#edges.length - 1;
    if (this.#below.length < count * cells) {
      this.#below = new Float64Array(count * cells);
      this.#mass = new Float64Array(count * cells);
    }
    if (this.#behind.length <= count) this.#behind = new Float64Array(count + 1);
    for (let j = 0; j < count; j++) this.#tabulate(available[j], j * cells, cells);
    // P(j is best) = Σ mass_j Π_(i≠j) below_i: the products without one factor from those before and behind it.
    out.fill(0);
    const behind = this.#behind;
    for (let k = 0; k < cells; k++) {
      behind[count] = 1;
      for (let j = count - 1; j >= 0; j--) behind[j] = behind[j + 1] * this.#below[j * cells + k];
      let before = 1;
      for (let j = 0; j < count; j++) {
        out[j] += this.#mass[j * cells + k] * before * behind[j + 1];
        before *= this.#below[j * cells + k];
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
    this.#sums = numbersOf(state, 'sums', this.#sums.length, 0);
    this.#counts = numbersOf(state, 'counts', this.#counts.length, 0);
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

  /** Equal cells, and finer ones where an arm is known so well that they would miss its posterior. */
  #cut(available: Int32Array, low: number, high: number): Float64Array {
    const width = (high - low) / CELLS;
    const edges = Array.from({ length: CELLS + 1 }, (_, k) => (k < CELLS ? low + k * width : high));
    for (const arm of available) {
      const [mean, deviation] = [this.#mean(arm), this.#deviation(arm)];
      if (deviation >= 2 * width) continue;
      for (let k = 0; k <= FINE_CELLS; k++) {
        const edge = mean + deviation * ((16 * k) / FINE_CELLS - 8);
        if (edge > low && edge < high) edges.push(edge);
      }
    }
    return Float64Array.from(edges).sort();
  }

  /** The mass of a posterior in every cell, and what lies below the middle of the cell. */
  #tabulate(arm: number, at: number, cells: number): void {
    const edges = this.#edges;
    const low = edges[0];
    const [a, b] = [this.#sums[arm], this.#counts[arm] - this.#sums[arm]];
    const [mean, deviation] = [this.#mean(arm), this.#deviation(arm)];
    if (mean + 8 * deviation < low) {
      this.#mass.fill(0, at, at + cells);
      this.#below.fill(1, at, at + cells);
      return;
    }
    // The exponent at the mode of a beta density is subtracted, so that large counts neither over- nor underflow.
    const mode = Math.min(1 - 1e-9, Math.max(1e-9, a + b > 0 ? a / (a + b) : 0.5));
    const peak = a * Math.log(mode) + b * Math.log(1 - mode);
    const density = (x: number) =>
      Math.exp(this.#gaussian ? -0.5 * ((x - mean) / deviation) ** 2 : a * Math.log(x) + b * Math.log(1 - x) - peak);
    // What lies below the range is below all cells of it; its cells have a width of their own.
    const bottom = this.#gaussian ? mean - 8 * deviation : Math.max(0, mean - 8 * deviation);
    const own = Math.max(0, low - bottom) / CELLS;
    let sum = 0;
    if (own > 0) for (let k = 0; k < CELLS; k++) sum += density(bottom + (k + 0.5) * own) * own;
    for (let k = 0; k < cells; k++) {
      const mass = density((edges[k] + edges[k + 1]) / 2) * (edges[k + 1] - edges[k]);
      this.#mass[at + k] = mass;
      this.#below[at + k] = sum + mass / 2;
      sum += mass;
    }
    for (let k = at; k < at + cells; k++) {
      this.#mass[k] = sum > 0 ? this.#mass[k] / sum : 0;
      this.#below[k] = sum > 0 ? this.#below[k] / sum : 1;
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
