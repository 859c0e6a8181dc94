// Posteriors of rewards, given comparisons: for rewards linear in features by Laplace's approximation, by Gibbs sampling with
// Pólya-Gamma variables, and by Metropolis' algorithm; for any rewards by elliptical slice sampling and by ensembles of networks.
import { Random } from '@infimum/core';
import { drawGamma } from '../draw-gamma.ts';
import { Comparisons } from './fit-preferences.ts';
import type { PreferenceFeatures } from './play-preferences.ts';
import { logisticLink, probitLink } from './preference-link.ts';
import { HIDDEN, networkReward, networkSize } from './preference-problem.ts';
import { factorInPlace, solveBackwards, solveForwards } from './small-triangular.ts';

/** What is believed of the rewards. */
export interface RewardPosterior {
  /** A table of rewards drawn from the posterior; valid until the next call. */
  sample(): Float64Array;
  /** Several tables, for the rule that asks. */
  draws(): readonly Float64Array[];
  /** Takes in a preference: 1 where the first way is better. */
  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void;
}

/** How comparisons depend on rewards. */
export interface RewardPosteriorSettings {
  /** Factor on differences of rewards in the logistic link. */
  readonly linkScale: number;
  /** Standard deviation of the prior's weights. */
  readonly priorScale: number;
  /** Tables that `draws` gives. */
  readonly draws: number;
  /** Transitions of Markov chains before a sample. */
  readonly transitions: number;
  /** Seed. */
  readonly seed: number;
}

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
      for (let i = 0; i < d; i++)
        difference[h * d + i] = this.#settings.linkScale * (features[a + i] - features[b + i]);
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

/** Where the two series of the Jacobi density meet. */
const TRUNCATION = 0.64;

/**
 * A Pólya-Gamma number PG(1, z), exactly, by Devroye's alternating series (N. Polson, J. Scott, J. Windle: Bayesian inference
 * for logistic models using Pólya-Gamma latent variables, arXiv 1205.0310).
 */
export function drawPolyaGamma(random: Random, tilt: number): number {
  const z = Math.abs(tilt) / 2;
  const k = (Math.PI * Math.PI) / 8 + (z * z) / 2;
  const right = (Math.PI / (2 * k)) * Math.exp(-k * TRUNCATION);
  const left = 2 * Math.exp(-z) * inverseGaussianBelow(TRUNCATION, z);
  for (;;) {
    const x =
      random.uniform() < right / (right + left)
        ? TRUNCATION - Math.log(1 - random.uniform()) / k
        : truncatedInverseGaussian(random, z);
    let sum = coefficient(0, x);
    const y = random.uniform() * sum;
    for (let n = 1; ; n++) {
      if (n % 2 === 1) {
        sum -= coefficient(n, x);
        if (y <= sum) return x / 4;
      } else {
        sum += coefficient(n, x);
        if (y > sum) break;
      }
    }
  }
}

function coefficient(n: number, x: number): number {
  const half = n + 0.5;
  if (x > TRUNCATION) return Math.PI * half * Math.exp((-half * half * Math.PI * Math.PI * x) / 2);
  return Math.PI * half * (2 / (Math.PI * x)) ** 1.5 * Math.exp((-2 * half * half) / x);
}

/** The distribution function of the inverse Gaussian distribution with mean 1/z and shape 1, at t. */
function inverseGaussianBelow(t: number, z: number): number {
  const root = 1 / Math.sqrt(t);
  const normal = (x: number) => Math.exp(probitLog(x));
  return normal(root * (t * z - 1)) + Math.exp(2 * z + probitLog(-root * (t * z + 1)));
}

/** An inverse Gaussian number with mean 1/z and shape 1 below the truncation. */
function truncatedInverseGaussian(random: Random, z: number): number {
  if (z < 1 / TRUNCATION) {
    for (;;) {
      let [first, second] = [0, 0];
      do {
        first = -Math.log(1 - random.uniform());
        second = -Math.log(1 - random.uniform());
      } while (first * first > (2 * second) / TRUNCATION);
      const x = TRUNCATION / (1 + TRUNCATION * first) ** 2;
      if (random.uniform() <= Math.exp((-z * z * x) / 2)) return x;
    }
  }
  const mean = 1 / z;
  for (;;) {
    const square = random.normal() ** 2;
    const x =
      mean + 0.5 * mean * mean * square - 0.5 * mean * Math.sqrt(4 * mean * square + (mean * square) ** 2);
    const chosen = random.uniform() <= mean / (mean + x) ? x : (mean * mean) / x;
    if (chosen < TRUNCATION) return chosen;
  }
}

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
    this.#weights = this.#random
      .normals(new Float64Array(dimension))
      .map((value) => settings.priorScale * value);
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
      // The bracket shrinks to where the chain is, which is likely enough: rounding must not keep it from ending.
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
      for (let h = 0; h < first.length; h++)
        difference += table[h * perLayer + first[h]] - table[h * perLayer + second[h]];
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

/** Rewards by networks of one hidden layer, of which several are trained on resampled comparisons, each beside a fixed random one. */
export class EnsembleRewardPosterior implements RewardPosterior {
  readonly #world: PreferenceFeatures;
  readonly #settings: RewardPosteriorSettings;
  readonly #inputs: Float64Array;
  readonly #dimension: number;
  readonly #random: Random;
  readonly #members: Member[];
  #fresh = false;

  constructor(
    world: PreferenceFeatures,
    inputs: Float64Array,
    inputDimension: number,
    settings: RewardPosteriorSettings,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#inputs = inputs;
    this.#dimension = inputDimension;
    this.#random = new Random(settings.seed, 8);
    const size = networkSize(inputDimension);
    this.#members = Array.from({ length: settings.draws }, () => ({
      weights: new Float64Array(size).map(() => 0.1 * this.#random.normal()),
      prior: new Float64Array(size).map(() => settings.priorScale * this.#random.normal()),
      first: new Float64Array(size),
      second: new Float64Array(size),
      steps: 0,
      data: [],
      table: new Float64Array(world.horizon * world.states * world.actions),
    }));
  }

  sample(): Float64Array {
    return this.draws()[this.#random.integer(this.#members.length)];
  }

  draws(): readonly Float64Array[] {
    if (!this.#fresh) for (const member of this.#members) this.#tabulate(member);
    this.#fresh = true;
    return this.#members.map(({ table }) => table);
  }

  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    for (const member of this.#members) {
      const times = drawPoisson(this.#random);
      if (times > 0)
        member.data.push({
          first: first.slice(),
          second: second.slice(),
          sign: outcome === 1 ? 1 : -1,
          times,
        });
      for (let k = 0; k < this.#settings.transitions && member.data.length > 0; k++) this.#train(member);
    }
    this.#fresh = false;
  }

  #tabulate(member: Member): void {
    const { table, weights, prior } = member;
    for (let entry = 0; entry < table.length; entry++) table[entry] = this.#reward(weights, prior, entry);
  }

  /** The mean of the trained and the fixed network's rewards. */
  #reward(weights: Float64Array, prior: Float64Array, entry: number): number {
    const at = entry * this.#dimension;
    return (
      (networkReward(weights, this.#inputs, at, this.#dimension) +
        networkReward(prior, this.#inputs, at, this.#dimension)) /
      2
    );
  }

  /** A step of Adam on at most 32 comparisons. */
  #train(member: Member): void {
    const { weights, prior, first, second, data } = member;
    const { linkScale } = this.#settings;
    const perLayer = this.#world.states * this.#world.actions;
    const gradient = new Float64Array(weights.length);
    const batch = Math.min(32, data.length);
    for (let k = 0; k < batch; k++) {
      const datum = data[this.#random.integer(data.length)];
      let difference = 0;
      for (let h = 0; h < datum.first.length; h++) {
        difference +=
          this.#reward(weights, prior, h * perLayer + datum.first[h]) -
          this.#reward(weights, prior, h * perLayer + datum.second[h]);
      }
      const slope =
        (datum.times * datum.sign * linkScale * logisticLink.slope(datum.sign * linkScale * difference)) /
        batch;
      for (let h = 0; h < datum.first.length; h++) {
        this.#addGradient(weights, h * perLayer + datum.first[h], slope / 2, gradient);
        this.#addGradient(weights, h * perLayer + datum.second[h], -slope / 2, gradient);
      }
    }
    member.steps++;
    const [decayFirst, decaySecond] = [1 - 0.9 ** member.steps, 1 - 0.999 ** member.steps];
    for (let i = 0; i < weights.length; i++) {
      // A little weight decay, as the prior of the trained part.
      const own = gradient[i] - 1e-3 * weights[i];
      first[i] = 0.9 * first[i] + 0.1 * own;
      second[i] = 0.999 * second[i] + 0.001 * own * own;
      weights[i] += (0.02 * (first[i] / decayFirst)) / (Math.sqrt(second[i] / decaySecond) + 1e-8);
    }
  }

  /** Adds factor times the derivative of the trained network's reward at an entry. */
  #addGradient(weights: Float64Array, entry: number, factor: number, out: Float64Array): void {
    const [d, at] = [this.#dimension, entry * this.#dimension];
    const reward = networkReward(weights, this.#inputs, at, d);
    const outer = factor * reward * (1 - reward);
    out[out.length - 1] += outer;
    for (let unit = 0; unit < HIDDEN; unit++) {
      let inner = weights[HIDDEN * d + unit];
      for (let i = 0; i < d; i++) inner += weights[unit * d + i] * this.#inputs[at + i];
      const value = Math.tanh(inner);
      out[HIDDEN * (d + 1) + unit] += outer * value;
      const back = outer * weights[HIDDEN * (d + 1) + unit] * (1 - value * value);
      out[HIDDEN * d + unit] += back;
      for (let i = 0; i < d; i++) out[unit * d + i] += back * this.#inputs[at + i];
    }
  }
}

interface Member {
  readonly weights: Float64Array;
  readonly prior: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  steps: number;
  readonly data: {
    readonly first: Int32Array;
    readonly second: Int32Array;
    readonly sign: 1 | -1;
    readonly times: number;
  }[];
  readonly table: Float64Array;
}

/** A Poisson number of mean one. */
function drawPoisson(random: Random): number {
  let count = 0;
  for (let product = random.uniform(); product > Math.exp(-1); product *= random.uniform()) count++;
  return count;
}

/** What is believed of the transitions: Dirichlet counts. */
export class DirichletModelPosterior {
  readonly #world: PreferenceFeatures;
  readonly #counts: Float64Array;
  readonly #transitions: Float64Array;
  readonly #random: Random;

  constructor(world: PreferenceFeatures, concentration: number, seed: number) {
    const size = world.horizon * world.states * world.actions * world.states;
    this.#world = world;
    this.#counts = new Float64Array(size).fill(concentration);
    this.#transitions = new Float64Array(size);
    this.#random = new Random(seed, 9);
  }

  /** Transition probabilities drawn from the posterior; valid until the next call. */
  sample(): Float64Array {
    const { states } = this.#world;
    const out = this.#transitions;
    for (let row = 0; row < out.length; row += states) {
      let sum = 0;
      for (let s = 0; s < states; s++) {
        out[row + s] = drawGamma(this.#random, this.#counts[row + s]);
        sum += out[row + s];
      }
      for (let s = 0; s < states; s++) out[row + s] = sum > 0 ? out[row + s] / sum : 1 / states;
    }
    return out;
  }

  /** Takes in a way. */
  update(pairs: Int32Array, visited: Int32Array): void {
    const { states, actions } = this.#world;
    for (let h = 0; h + 1 < pairs.length; h++) {
      this.#counts[(h * states * actions + pairs[h]) * states + visited[h + 1]]++;
    }
  }
}

function probitLog(x: number): number {
  return probitLink.logProbability(x);
}
