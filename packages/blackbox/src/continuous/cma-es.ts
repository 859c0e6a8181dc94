// CMA-ES: covariance matrix adaptation, full with active weights, or separable; restarts with growing populations (IPOP).
//
// N. Hansen: The CMA evolution strategy: a tutorial (2016), arXiv 1604.00772; R. Ros, N. Hansen: A simple modification in CMA-ES
// achieving linear time and space complexity (2008); A. Auger, N. Hansen: A restart CMA evolution strategy with increasing
// population size (2005).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Random, Steps } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, rankingOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';
import { DiscreteVariables } from './discrete-variables.ts';

/** The form of the covariance. */
export const covariance = {
  type: 'choice',
  choices: ['full', 'separable'],
  default: 'full',
  description: 'The full matrix, or its diagonal: O(d) instead of O(d²) per point',
} as const;

const cmaEsOptions = {
  population: { type: 'integer', min: 2, max: 1_000_000, description: 'Points per generation; 4 + floor(3 ln d) by default' },
  sigma: { type: 'number', above: 0, default: 1, description: 'Initial step size, in scales of the instance' },
  covariance,
  active: {
    type: 'boolean',
    was: 'isActive',
    default: true,
    description: 'Whether bad points reduce the variance in their directions, for the full matrix',
  },
  restarts: { type: 'boolean', default: true, description: 'Restart with twice the population when a run has ended' },
  tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Relative step size at which a run ends' },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `cmaEs`. */
export type CmaEsOptions = OptionsOf<typeof cmaEsOptions> & LimitOptions<Questions>;

/**
 * Minimises f by samples of a normal distribution N(m, sigma² C) whose mean, step and covariance follow the best of them. It depends only
 * on the ranks of the values, and full CMA-ES is invariant to linear changes of variables. The first choice if d is below 100 and
 * evaluations are expensive; O(d²) a point and O(d³) every d / 10 generations or so.
 *
 * @throws {InvalidInputError} naming the argument or option at fault; `unsupported` for full matrices beyond 4000 variables
 *
 * @example
 * ```ts
 * import { bbobBlackBox, cmaEs } from '@infimum/blackbox';
 *
 * const { status, evaluations } = cmaEs(bbobBlackBox(10, 5, 1, 0), { seed: 1 });
 * console.log(status, evaluations.value < 3000); // converged true
 * ```
 */
export function cmaEs(blackBox: BlackBox, options: CmaEsOptions = {}): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(cmaEsOptions, options, cmaEsSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `cmaEs`. */
export function* cmaEsSteps(
  blackBox: BlackBox,
  options: CmaEsOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const settings = resolveOptions(cmaEsOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const d = search.dimension;
  checkCovariance(settings.covariance, d);
  const random = randomOf(settings.seed);
  let count = settings.population ?? 4 + Math.floor(3 * Math.log(d));
  const mean = search.start.slice();
  for (;;) {
    const discrete = new DiscreteVariables(search, count);
    const adaptation = new Adaptation(search.unfolded(mean), settings.sigma, count, settings, discrete);
    for (;;) {
      const points = adaptation.sample(random, count);
      const inside = search.folded(points);
      const values = yield* search.ask(inside, count, undefined, () => search.folded(adaptation.sample(random, 1)));
      const end = search.end();
      if (end) return end;
      adaptation.tell(search.isReplaced ? search.unfolded(inside) : points, values);
      const reason = adaptation.isOver(settings.tolerance);
      if (!reason) continue;
      // Equal values may indicate the minimum, or a plateau.
      if (!settings.restarts) return stalled(search.solution(), reason);
      break;
    }
    count = Math.min(2 * count, 100_000);
    search.draw(random, 1, mean);
  }
}

/** @throws {InvalidInputError} for a full covariance that does not fit into memory */
export function checkCovariance(covariance: string, d: number): void {
  if (covariance !== 'full' || d <= 4000) return;
  const complaint = `a full covariance of ${d} variables takes ${Math.round((24 * d * d) / 2 ** 30)} GB; use covariance: 'separable'`;
  throw fault(complaint, 'covariance', 'unsupported');
}

/** Constants of the tutorial for a dimension and a population. */
export function adaptationConstants(d: number, count: number, isSeparable = false, isActive = true) {
  const raw = Float64Array.from({ length: count }, (_, i) => Math.log((count + 1) / 2) - Math.log(i + 1));
  const parents = Math.max(1, Math.floor(count / 2));
  const massOf = (part: Float64Array) => {
    let [sum, squares] = [0, 0];
    for (const weight of part) {
      sum += weight;
      squares += weight * weight;
    }
    return squares > 0 ? (sum * sum) / squares : 1;
  };
  const mass = massOf(raw.subarray(0, parents));
  const badMass = massOf(raw.subarray(parents));
  const rankOne = 2 / ((d + 1.3) ** 2 + mass);
  const rankMu = Math.min(1 - rankOne - 1e-8, (2 * (mass - 2 + 1 / mass)) / ((d + 2) ** 2 + mass));
  const faster = isSeparable ? (d + 2) / 3 : 1;
  const c1 = Math.min(0.5, rankOne * faster);
  const cMu = Math.min(1 - c1, Math.max(0, rankMu * faster));
  const positive = raw.subarray(0, parents).reduce((sum, weight) => sum + weight, 0);
  const negative = -raw.subarray(parents).reduce((sum, weight) => sum + weight, 0);
  const badShare = Math.min(1 + c1 / (cMu || 1), 1 + (2 * badMass) / (mass + 2), (1 - c1 - cMu) / (d * (cMu || 1)));
  const weights = raw.map((weight, i) =>
    i < parents ? weight / positive : isActive && !isSeparable && negative > 0 ? (badShare * weight) / negative : 0,
  );
  const cSigma = (mass + 2) / (d + mass + 5);
  return {
    weights,
    parents,
    mass,
    c1,
    cMu,
    cc: (4 + mass / d) / (d + 4 + (2 * mass) / d),
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (d + 1)) - 1) + cSigma,
    /** Expected norm of N(0, I). */
    norm: Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d)),
  };
}

/** The distribution and its update. */
export class Adaptation {
  readonly mean: Float64Array;
  sigma: number;
  readonly #first: number;
  readonly #count: number;
  readonly #isSeparable: boolean;
  readonly #constants: ReturnType<typeof adaptationConstants>;
  readonly #covariance: Float64Array;
  /** Columns are the axes, their lengths in `#lengths`; the identity and the deviations if separable. */
  readonly #axes: Float64Array;
  readonly #lengths: Float64Array;
  /** Factors of the coordinates, other than 1 for integers. */
  readonly #stretch: Float64Array;
  readonly #discrete: DiscreteVariables | undefined;
  readonly #path: Float64Array;
  readonly #sigmaPath: Float64Array;
  readonly #bests: number[] = [];
  #range = Infinity;
  #generation = 0;
  #lastDecomposition = 0;
  #hasFailed = false;

  constructor(
    mean: Float64Array,
    sigma: number,
    count: number,
    { covariance, active }: { covariance: string; active: boolean },
    discrete?: DiscreteVariables,
  ) {
    const d = mean.length;
    this.mean = mean.slice();
    this.sigma = sigma;
    this.#first = sigma;
    this.#count = count;
    this.#isSeparable = covariance === 'separable';
    this.#constants = adaptationConstants(d, count, this.#isSeparable, active);
    const size = this.#isSeparable ? d : d * d;
    this.#covariance = new Float64Array(size);
    this.#axes = new Float64Array(this.#isSeparable ? 0 : size);
    for (let i = 0; i < d; i++) this.#covariance[this.#isSeparable ? i : i * d + i] = 1;
    if (!this.#isSeparable) this.#axes.set(this.#covariance);
    this.#lengths = new Float64Array(d).fill(1);
    this.#stretch = new Float64Array(d).fill(1);
    this.#discrete = discrete;
    this.#path = new Float64Array(d);
    this.#sigmaPath = new Float64Array(d);
  }

  /** Draws points. */
  sample(random: Random, count: number): Float64Array {
    const d = this.mean.length;
    const points = new Float64Array(count * d);
    const normals = new Float64Array(d);
    for (let i = 0; i < count; i++) {
      random.normals(normals);
      for (let j = 0; j < d; j++) normals[j] *= this.#lengths[j];
      for (let j = 0; j < d; j++) points[i * d + j] = this.mean[j] + this.sigma * this.#stretch[j] * this.#turn(normals, j);
    }
    this.#discrete?.draw(random, points);
    return points;
  }

  /** Entry j of axes · v. */
  #turn(v: Float64Array, j: number): number {
    if (this.#isSeparable) return v[j];
    const d = v.length;
    let sum = 0;
    for (let k = 0; k < d; k++) sum += this.#axes[j * d + k] * v[k];
    return sum;
  }

  /** Writes C^(-1/2) v. */
  #whiten(v: Float64Array, out: Float64Array): void {
    const d = v.length;
    if (this.#isSeparable) {
      for (let j = 0; j < d; j++) out[j] = v[j] / this.#lengths[j];
      return;
    }
    const turned = new Float64Array(d);
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += this.#axes[j * d + k] * v[j];
      turned[k] = sum / this.#lengths[k];
    }
    for (let j = 0; j < d; j++) out[j] = this.#turn(turned, j);
  }

  /** Moves the distribution by the values of its points. */
  tell(points: Float64Array, values: Float64Array): void {
    const { weights, parents, mass, c1, cc, cSigma, dSigma, norm } = this.#constants;
    const d = this.mean.length;
    const order = rankingOf(values);
    this.#note(values[order[0]], values[order[order.length - 1]]);
    this.#generation++;
    const step = new Float64Array(d);
    for (let rank = 0; rank < parents; rank++) {
      for (let j = 0; j < d; j++) {
        const moved = (points[order[rank] * d + j] - this.mean[j]) / (this.sigma * this.#stretch[j]);
        step[j] += weights[rank] * moved;
      }
    }
    const white = new Float64Array(d);
    this.#whiten(step, white);
    let square = 0;
    for (let j = 0; j < d; j++) {
      this.#sigmaPath[j] = (1 - cSigma) * this.#sigmaPath[j] + Math.sqrt(cSigma * (2 - cSigma) * mass) * white[j];
      square += this.#sigmaPath[j] ** 2;
    }
    const faded = Math.sqrt(square / (1 - (1 - cSigma) ** (2 * this.#generation)));
    const isSteady = faded < (1.4 + 2 / (d + 1)) * norm;
    for (let j = 0; j < d; j++) {
      this.#path[j] = (1 - cc) * this.#path[j] + (isSteady ? Math.sqrt(cc * (2 - cc) * mass) * step[j] : 0);
    }
    this.#updateCovariance(points, order, (isSteady ? 0 : 1) * c1 * cc * (2 - cc));
    for (let j = 0; j < d; j++) this.mean[j] += this.sigma * this.#stretch[j] * step[j];
    this.sigma *= Math.exp(Math.min(1, (cSigma / dSigma) * (Math.sqrt(square) / norm - 1)));
    this.#decompose();
    this.#discrete?.learn(points, order, weights, mass);
    this.#discrete?.keepMargins(this.mean, (j) => this.#deviation(j), this.#stretch);
    this.#hasFailed ||= !(this.sigma > 0 && this.sigma < 1e150) || !this.mean.every(Number.isFinite);
  }

  /** The standard deviation of a coordinate. */
  #deviation(j: number): number {
    const variance = this.#covariance[this.#isSeparable ? j : j * this.mean.length + j];
    return this.sigma * this.#stretch[j] * Math.sqrt(variance);
  }

  #updateCovariance(points: Float64Array, order: Int32Array, correction: number): void {
    const { weights, c1, cMu } = this.#constants;
    const d = this.mean.length;
    const covariance = this.#covariance;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const kept = 1 - c1 - cMu * total + correction;
    const path = this.#path;
    if (this.#isSeparable) {
      for (let j = 0; j < d; j++) covariance[j] = kept * covariance[j] + c1 * path[j] * path[j];
    } else {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) covariance[i * d + j] = kept * covariance[i * d + j] + c1 * path[i] * path[j];
      }
    }
    const y = new Float64Array(d);
    const white = new Float64Array(d);
    for (let rank = 0; rank < order.length; rank++) {
      if (weights[rank] === 0) continue;
      for (let j = 0; j < d; j++) y[j] = (points[order[rank] * d + j] - this.mean[j]) / (this.sigma * this.#stretch[j]);
      let factor = cMu * weights[rank];
      if (weights[rank] < 0) {
        this.#whiten(y, white);
        const square = white.reduce((sum, entry) => sum + entry * entry, 0);
        factor *= d / Math.max(1e-300, square);
      }
      if (this.#isSeparable) {
        for (let j = 0; j < d; j++) covariance[j] += factor * y[j] * y[j];
      } else {
        for (let i = 0; i < d; i++) {
          const scaled = factor * y[i];
          for (let j = 0; j <= i; j++) covariance[i * d + j] += scaled * y[j];
        }
      }
    }
  }

  /** Axes and lengths, anew when the matrix has changed enough. */
  #decompose(): void {
    const d = this.mean.length;
    if (this.#isSeparable) {
      for (let j = 0; j < d; j++) this.#lengths[j] = Math.sqrt(Math.max(this.#covariance[j], 1e-300));
      return;
    }
    const { c1, cMu } = this.#constants;
    const wait = 1 / (10 * d * (c1 + cMu));
    if (this.#generation - this.#lastDecomposition < wait) return;
    this.#lastDecomposition = this.#generation;
    const covariance = this.#covariance;
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j * d + i] = covariance[i * d + j];
    if (!covariance.every(Number.isFinite)) {
      this.#hasFailed = true;
      return;
    }
    const { values, vectors } = symmetricEigen({ rows: d, cols: d, values: covariance });
    this.#axes.set(vectors.values);
    for (let j = 0; j < d; j++) this.#lengths[j] = Math.sqrt(Math.max(values[j], 1e-14 * values[d - 1], 1e-300));
  }

  #note(best: number, worst: number): void {
    this.#bests.push(best);
    const length = 10 + Math.ceil((30 * this.mean.length) / this.#count);
    if (this.#bests.length > length) this.#bests.shift();
    if (this.#bests.length < length) return;
    const low = this.#bests.reduce((a, b) => Math.min(a, b));
    const high = this.#bests.reduce((a, b) => Math.max(a, b), worst);
    this.#range = low === high ? 0 : high - low;
  }

  /** Why this distribution cannot improve further; undefined while it can. */
  isOver(tolerance: number): string | undefined {
    if (this.#hasFailed) return 'the distribution has overflowed';
    // The noise of the values themselves, relative to their size.
    const size = Math.abs(this.#bests[this.#bests.length - 1]);
    if (this.#range <= 1e-15 * size || this.#range === 0) return 'the values have become equal';
    const shortest = this.#lengths.reduce((a, b) => Math.min(a, b));
    const longest = this.#lengths.reduce((a, b) => Math.max(a, b));
    if (this.sigma * longest <= tolerance * this.#first) return 'the step has become too short';
    if (longest / shortest > 1e7) return 'the covariance is too ill-conditioned';
    if (this.sigma * longest > 1e20 * this.#first) return 'the step grows without bound';
    return undefined;
  }
}

export const cmaEsSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/cma-es',
  title: 'CMA-ES',
  summary: 'A normal distribution whose mean, step and covariance follow the best samples; restarts with larger populations.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'The CMA evolution strategy: a tutorial', arxiv: '1604.00772', year: 2016 },
  cost: 'O(d^2) \\text{ per point, } O(d) \\text{ if separable}',
  options: cmaEsOptions,
  steps: (instance, options) => cmaEsSteps(instance, options),
});
