// The posterior of any rewards by elliptical slice sampling.
//
// I. Murray, R. Adams, D. MacKay: Elliptical slice sampling (2010), arXiv 1001.0175.
import { Random } from '@infimum/core';
import type { PreferenceFeatures } from './play-preferences.ts';
import { logisticLink } from './preference-link.ts';
import type { RewardPosterior, RewardPosteriorSettings } from './reward-posterior.ts';

/** Any rewards r_w with w ~ N(0, s² I), by elliptical slice sampling: no tuning, and the exact law in the limit. */
export class EllipticalSlicePosterior implements RewardPosterior {
  readonly #settings: RewardPosteriorSettings;
  readonly #random: Random;
  readonly #perLayer: number;
  readonly #reward: (weights: Float64Array, out: Float64Array) => void;
  readonly #weights: Float64Array;
  readonly #nu: Float64Array;
  readonly #trial: Float64Array;
  readonly #table: Float64Array;
  readonly #ring: Float64Array[] = [];
  readonly #data: Compared[] = [];
  readonly #places = new Map<string, Compared>();
  #likelihood = 0;
  #next = 0;

  /** `reward` writes the table of rewards for weights. */
  constructor(
    world: PreferenceFeatures,
    dimension: number,
    reward: (weights: Float64Array, out: Float64Array) => void,
    settings: RewardPosteriorSettings,
  ) {
    this.#settings = settings;
    this.#random = new Random(settings.seed, 7);
    this.#perLayer = world.states * world.actions;
    this.#reward = reward;
    this.#weights = this.#random.normals(new Float64Array(dimension)).map((value) => settings.priorScale * value);
    this.#nu = new Float64Array(dimension);
    this.#trial = new Float64Array(dimension);
    this.#table = new Float64Array(world.horizon * this.#perLayer);
    reward(this.#weights, this.#table);
  }

  /** The weights where the chain is. */
  get weights(): Float64Array {
    return this.#weights;
  }

  sample(): Float64Array {
    for (let k = 0; k < this.#settings.transitions; k++) this.transition();
    this.#reward(this.#weights, this.#table);
    return this.#table;
  }

  draws(): readonly Float64Array[] {
    return this.#ring;
  }

  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    const key = `${first}|${second}`;
    let compared = this.#places.get(key);
    if (!compared) {
      compared = { first: first.slice(), second: second.slice(), wins: 0, losses: 0 };
      this.#places.set(key, compared);
      this.#data.push(compared);
    }
    if (outcome === 1) compared.wins++;
    else compared.losses++;
    this.#reward(this.#weights, this.#table);
    this.#likelihood = this.#logLikelihood();
  }

  /** One transition: an ellipse through where the chain is, shrunk until a point on it is likely enough. */
  transition(): void {
    const { priorScale, draws } = this.#settings;
    const [w, nu, trial] = [this.#weights, this.#nu, this.#trial];
    this.#random.normals(nu);
    for (let i = 0; i < nu.length; i++) nu[i] *= priorScale;
    const level = this.#likelihood + Math.log(1 - this.#random.uniform());
    let angle = 2 * Math.PI * this.#random.uniform();
    let [low, high] = [angle - 2 * Math.PI, angle];
    for (;;) {
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let i = 0; i < w.length; i++) trial[i] = w[i] * cosine + nu[i] * sine;
      this.#reward(trial, this.#table);
      const likelihood = this.#logLikelihood();
      // The bracket shrinks to the current point, which is likely enough, so the loop ends in spite of rounding.
      if (likelihood > level || high - low < 1e-12) {
        w.set(trial);
        this.#likelihood = likelihood;
        break;
      }
      if (angle < 0) low = angle;
      else high = angle;
      angle = low + (high - low) * this.#random.uniform();
    }
    if (this.#ring.length < draws) this.#ring.push(this.#table.slice() as Float64Array);
    else {
      this.#ring[this.#next].set(this.#table);
      this.#next = (this.#next + 1) % draws;
    }
  }

  #logLikelihood(): number {
    const [table, perLayer, scale] = [this.#table, this.#perLayer, this.#settings.linkScale];
    let sum = 0;
    for (const { first, second, wins, losses } of this.#data) {
      let difference = 0;
      for (let h = 0; h < first.length; h++) difference += table[h * perLayer + first[h]] - table[h * perLayer + second[h]];
      if (wins > 0) sum += wins * logisticLink.logProbability(scale * difference);
      if (losses > 0) sum += losses * logisticLink.logProbability(-scale * difference);
    }
    return sum;
  }
}

/** The same comparison with how often either side won. */
interface Compared {
  readonly first: Int32Array;
  readonly second: Int32Array;
  wins: number;
  losses: number;
}
