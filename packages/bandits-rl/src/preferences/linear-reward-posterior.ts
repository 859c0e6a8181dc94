// The posterior of rewards linear in features, by Laplace's approximation, by Gibbs sampling with Pólya-Gamma variables, and by
// Metropolis' algorithm.
import { Random } from '@infimum/core';
import { Comparisons } from './fit-preferences.ts';
import type { PreferenceFeatures } from './play-preferences.ts';
import { drawPolyaGamma } from './polya-gamma.ts';
import { logisticLink } from './preference-link.ts';
import type { RewardPosterior, RewardPosteriorSettings } from './reward-posterior.ts';
import { factorInPlace, solveBackwards, solveForwards } from './small-triangular.ts';

/** How a linear posterior is drawn from. */
export type LinearPosteriorKind = 'laplace' | 'polya-gamma' | 'metropolis';

/** Rewards linear in the features of each layer, θ ~ N(0, priorScale² I). */
export class LinearRewardPosterior implements RewardPosterior {
  readonly #world: PreferenceFeatures;
  readonly #kind: LinearPosteriorKind;
  readonly #settings: RewardPosteriorSettings;
  readonly #random: Random;
  readonly #comparisons: Comparisons;
  readonly #theta: Float64Array;
  readonly #factor: Float64Array;
  readonly #tables: Float64Array[];
  #fresh = false;
  #next = 0;

  constructor(world: PreferenceFeatures, kind: LinearPosteriorKind, settings: RewardPosteriorSettings) {
    const { horizon, states, actions, dimension } = world;
    const size = horizon * dimension;
    this.#world = world;
    this.#kind = kind;
    this.#settings = settings;
    this.#random = new Random(settings.seed, 6);
    this.#comparisons = new Comparisons(size, 1 / settings.priorScale ** 2, logisticLink);
    this.#theta = this.#random.normals(new Float64Array(size)).map((value) => settings.priorScale * value);
    this.#factor = new Float64Array(size * size);
    this.#tables = Array.from({ length: settings.draws }, () => new Float64Array(horizon * states * actions));
  }

  /** The mode. */
  get mode(): Float64Array {
    return this.#comparisons.theta;
  }

  /** The weights drawn last. */
  get theta(): Float64Array {
    return this.#theta;
  }

  sample(): Float64Array {
    this.#draw(this.#settings.transitions);
    const table = this.#tables[this.#next];
    this.#next = (this.#next + 1) % this.#tables.length;
    return this.#tabulate(table);
  }

  draws(): readonly Float64Array[] {
    for (const table of this.#tables) {
      this.#draw(1);
      this.#tabulate(table);
    }
    return this.#tables;
  }

  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    const { horizon, states, actions, dimension: d, features } = this.#world;
    const difference = new Float64Array(horizon * d);
    for (let h = 0; h < horizon; h++) {
      const [a, b] = [(h * states * actions + first[h]) * d, (h * states * actions + second[h]) * d];
      for (let i = 0; i < d; i++) difference[h * d + i] = this.#settings.linkScale * (features[a + i] - features[b + i]);
    }
    this.observe(difference, outcome, `${first}|${second}`);
  }

  /** Takes in a comparison by its difference of features. */
  observe(difference: Float64Array, outcome: 0 | 1, key: string): void {
    this.#comparisons.add(difference, outcome, key);
    this.#fresh = false;
  }

  /** Moves θ on: once for Laplace, so many transitions for the chains. */
  #draw(transitions: number): void {
    if (this.#kind !== 'polya-gamma') this.#prepareLaplace();
    if (this.#kind === 'laplace') this.#drawLaplace();
    else
      for (let k = 0; k < transitions; k++)
        if (this.#kind === 'polya-gamma') this.#gibbs();
        else this.#metropolis();
  }

  #prepareLaplace(): void {
    if (this.#fresh) return;
    this.#comparisons.fit();
    this.#factor.set(this.#comparisons.hessian());
    factorInPlace(this.#factor, this.#theta.length);
    this.#fresh = true;
  }

  #drawLaplace(): void {
    const size = this.#theta.length;
    this.#random.normals(this.#theta);
    solveBackwards(this.#factor, size, this.#theta);
    for (let i = 0; i < size; i++) this.#theta[i] += this.#comparisons.theta[i];
  }

  /** Given ω ~ PG(n, Δ·θ), θ is normal: precision I/s² + Σ ω Δ Δ', and Σ (wins - losses)/2 Δ on the right. */
  #gibbs(): void {
    const size = this.#theta.length;
    const precision = this.#factor.fill(0);
    const right = new Float64Array(size);
    for (let i = 0; i < size; i++) precision[i * size + i] = 1 / this.#settings.priorScale ** 2;
    for (const [delta, wins, losses] of this.#comparisons.entries()) {
      let x = 0;
      for (let i = 0; i < size; i++) x += delta[i] * this.#theta[i];
      let omega = 0;
      for (let k = 0; k < wins + losses; k++) omega += drawPolyaGamma(this.#random, x);
      for (let i = 0; i < size; i++) {
        right[i] += 0.5 * (wins - losses) * delta[i];
        for (let j = 0; j <= i; j++) precision[i * size + j] += omega * delta[i] * delta[j];
      }
    }
    factorInPlace(precision, size);
    solveForwards(precision, size, right);
    for (let i = 0; i < size; i++) right[i] += this.#random.normal();
    solveBackwards(precision, size, right);
    this.#theta.set(right);
    this.#fresh = false;
  }

  /** A step in the metric of the mode's Hessian, of the length that is best for normal densities. */
  #metropolis(): void {
    const size = this.#theta.length;
    const proposal = this.#random.normals(new Float64Array(size));
    solveBackwards(this.#factor, size, proposal);
    for (let i = 0; i < size; i++) proposal[i] = this.#theta[i] + (2.38 / Math.sqrt(size)) * proposal[i];
    const gain = this.#logDensity(proposal) - this.#logDensity(this.#theta);
    if (Math.log(1 - this.#random.uniform()) < gain) this.#theta.set(proposal);
  }

  #logDensity(theta: Float64Array): number {
    let square = 0;
    for (const value of theta) square += value * value;
    return this.#comparisons.logLikelihood(theta) - square / (2 * this.#settings.priorScale ** 2);
  }

  #tabulate(table: Float64Array): Float64Array {
    const { states, actions, dimension: d, features } = this.#world;
    for (let entry = 0; entry < table.length; entry++) {
      const h = Math.floor(entry / (states * actions));
      let sum = 0;
      for (let i = 0; i < d; i++) sum += features[entry * d + i] * this.#theta[h * d + i];
      table[entry] = sum;
    }
    return table;
  }
}
