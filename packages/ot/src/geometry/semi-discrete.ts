// Semi-discrete transport: from a distribution that can be sampled to finitely many points, by averaged stochastic
// gradients of the semi-dual.
//
// A. Genevay, M. Cuturi, G. Peyré, F. Bach: Stochastic optimization for large-scale optimal transport (2016),
// arXiv 1605.08527, Algorithm 2; averages that forget the beginning after O. Shamir, T. Zhang: Stochastic gradient descent
// for non-smooth optimization (2013), arXiv 1212.1824.
//
// The semi-dual F(y) = E h(X, y) + b'y with h(x, y) = min_j (c(x, y_j) - y_j), or, with epsilon,
// -epsilon log sum_j exp((y_j - c(x, y_j)) / epsilon), is concave; one sample gives the gradient b - pi(x), where pi(x)
// says where x goes.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, converged, fault, Random, resolveOptions } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { firstAbove } from '@infimum/linalg/numerics';
import type { PointMetric } from '../cost-matrix.ts';
import { pointDistance } from '../cost-matrix.ts';
import { checkIsVector, metric } from '../options.ts';
import { runAdvised } from '../progress.ts';
import { asWeights, total } from '../transport.ts';
import { largestChange } from '../vectors.ts';

const semiDiscreteTransportOptions = {
  b: { type: 'value', check: checkIsVector, description: 'Target weights, scaled to sum to one' },
  metric,
  epsilon: { type: 'number', min: 0, max: 1e300, default: 0, unit: 'cost', description: 'Regularisation' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description: 'Stop when doubling the samples changes the potentials by less than this, relative to the costs',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of all samples' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of steps of 1000 samples' },
} as const satisfies OptionSpecs;

/** Options of `semiDiscreteTransport`. */
export type SemiDiscreteTransportOptions = OptionsOf<typeof semiDiscreteTransportOptions> & RunOptions<SemiDiscreteIterate>;

/** Writes one sample of a distribution into `point`. */
export type PointSampler = (random: Random, point: Float64Array) => void;

/** A distribution: a sampler, or weighted points. */
export type PointSource =
  | PointSampler
  | {
      /** Points, n x d. */
      readonly points: MatrixLike;
      /** Weights, length n; equal by default. */
      readonly weights?: VectorLike | undefined;
    };

/** What is known after so many samples; all but the potential are estimates from fresh samples. */
export interface SemiDiscreteSolution {
  /** Potentials of the targets, length m, of mean zero; the averaged iterate. */
  readonly targetPotential: Float64Array;
  /** The semi-dual at that potential, a lower bound of the transport cost (plus the entropic term). */
  readonly value: number;
  /** Standard error of `value`. */
  readonly valueError: number;
  /** Mean cost of moving a sample where that potential sends it. */
  readonly cost: number;
  /** Share of the samples that goes to every target, length m. */
  readonly targetMasses: Float64Array;
  /** l1 distance of these shares from the weights, sampling noise included. */
  readonly marginalError: number;
}

/** News of 1000 samples. */
export interface SemiDiscreteIterate extends Iterate<SemiDiscreteSolution> {
  /** Samples so far. */
  readonly samples: number;
  /** Largest change of the averaged potentials since half as many samples, relative to the costs. */
  readonly change: number;
}

const SAMPLES_PER_ITERATION = 1000;

/** Fresh samples that estimates are made from. */
const EVALUATION_SAMPLES = 20_000;

/** Samples that tell the size of the costs. */
const SCALE_SAMPLES = 100;

/**
 * Optimal transport from any distribution to finitely many points.
 *
 * Maximises E min_j (c(X, y_j) - v_j) + b'v over the potentials v: the sample x then goes to the target with the least
 * c(x, y_j) - v_j, and the cells of the targets have the masses `b`. With `epsilon` samples are split by a soft minimum.
 * Steps of 1 / sqrt(samples), averaged: the error of the potentials falls about as one over the square root of the samples,
 * so this is for values and maps to two or three digits. `entropicMap` maps points by the potentials.
 *
 * @param source - a function that writes a sample into an array, or weighted points
 * @param targets - points y, m x d
 * @returns the averaged potentials with estimates of what they achieve, and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault, `source` for a sample that is not finite
 *
 * Cost: O(m d) a sample; O(m d) memory.
 *
 * Source: A. Genevay et al., Stochastic optimization for large-scale optimal transport (arXiv 1605.08527).
 *
 * @example
 * ```ts
 * import { semiDiscreteTransport } from '@infimum/ot';
 *
 * // The unit interval onto its quarter points: cells are halves, the mean squared distance is 1/48.
 * const { value } = semiDiscreteTransport((random, point) => {
 *   point[0] = random.uniform();
 * }, [[0.25], [0.75]]);
 * console.log(value.toFixed(3)); // 0.021
 * ```
 */
export function semiDiscreteTransport(
  source: PointSource,
  targets: MatrixLike,
  options: SemiDiscreteTransportOptions = {},
): Outcome<SemiDiscreteSolution, SemiDiscreteIterate> {
  const steps = semiDiscreteTransportSteps(source, targets, options);
  return runAdvised(semiDiscreteTransportOptions, options, steps, 'tolerance');
}

/** The iteration as steps of 1000 samples. */
export function* semiDiscreteTransportSteps(
  source: PointSource,
  targets: MatrixLike,
  options: SemiDiscreteTransportOptions = {},
): Steps<SemiDiscreteSolution, SemiDiscreteIterate> {
  const settings = resolveOptions(semiDiscreteTransportOptions, options);
  const { metric = 'squared-euclidean', epsilon, tolerance, seed } = settings;
  const y = asMatrix(targets, 'y');
  const weights = settings.b === undefined ? new Float64Array(y.rows).fill(1) : asWeights(settings.b, 'b', y.rows);
  const mass = total(weights);
  const b = weights.map((weight) => weight / mass);
  const random = new Random(seed);
  const semiDual = new SemiDual(samplerOf(source, y.cols), y, b, metric, epsilon);
  const scale = semiDual.scale(random.split(0));
  const drawn = random.split(1);
  const potential = new Float64Array(y.rows);
  const average = new Float64Array(y.rows);
  const solution = () => semiDual.evaluate(average, random.split(2));
  let [samples, halfway, change] = [0, average.slice(), Infinity];
  for (let iteration = 0; ; iteration++) {
    yield { iteration, samples, change, solution };
    if (change <= tolerance) {
      return converged(solution(), `doubling the samples changed the potentials by ${change.toExponential(1)} of the costs`);
    }
    for (let k = 0; k < SAMPLES_PER_ITERATION; k++) {
      samples++;
      semiDual.ascend(potential, scale / Math.sqrt(samples), drawn);
      // Weights that grow with the number of the sample.
      for (let j = 0; j < average.length; j++) average[j] += (2 / (samples + 1)) * (potential[j] - average[j]);
    }
    // When the iterations done are a power of two, twice as many samples have been seen as at the last one.
    if (((iteration + 1) & iteration) === 0) {
      change = scale > 0 ? largestChange(average, halfway) / scale : 0;
      halfway = average.slice();
    }
  }
}

/** The semi-dual of one source and its targets. */
class SemiDual {
  readonly #sample: PointSampler;
  readonly #point: DenseMatrix;
  readonly #distance: (i: number, j: number) => number;
  readonly #b: Float64Array;
  readonly #epsilon: number;
  readonly #costs: Float64Array;
  readonly #shares: Float64Array;

  constructor(sample: PointSampler, y: DenseMatrix, b: Float64Array, metric: PointMetric, epsilon: number) {
    this.#sample = sample;
    // Any direction but none, so that the cosine metric accepts it; every draw overwrites it.
    this.#point = { rows: 1, cols: y.cols, values: new Float64Array(y.cols).fill(1) };
    this.#distance =
      metric === 'cosine' ? (_, j) => pointDistance(this.#point, y, metric)(0, j) : pointDistance(this.#point, y, metric);
    this.#b = b;
    this.#epsilon = epsilon;
    this.#costs = new Float64Array(y.rows);
    this.#shares = new Float64Array(y.rows);
  }

  /** Mean spread of the costs of a sample: the size of the potentials. */
  scale(random: Random): number {
    let sum = 0;
    for (let k = 0; k < SCALE_SAMPLES; k++) {
      this.#draw(random);
      let [low, high] = [Infinity, -Infinity];
      for (const cost of this.#costs) {
        low = Math.min(low, cost);
        high = Math.max(high, cost);
      }
      sum += high - low;
    }
    return sum / SCALE_SAMPLES;
  }

  /** A step along the gradient b - pi(x) at one sample. */
  ascend(potential: Float64Array, step: number, random: Random): void {
    this.#draw(random);
    this.#assign(potential);
    for (let j = 0; j < potential.length; j++) potential[j] += step * (this.#b[j] - this.#shares[j]);
  }

  /** Estimates at a potential from fresh samples. */
  evaluate(average: Float64Array, random: Random): SemiDiscreteSolution {
    const mean = total(average) / average.length;
    const targetPotential = average.map((value) => value - mean);
    const targetMasses = new Float64Array(average.length);
    let [sum, squares, cost] = [0, 0, 0];
    for (let k = 0; k < EVALUATION_SAMPLES; k++) {
      this.#draw(random);
      const value = this.#assign(targetPotential);
      sum += value;
      squares += value * value;
      for (let j = 0; j < average.length; j++) {
        targetMasses[j] += this.#shares[j] / EVALUATION_SAMPLES;
        cost += (this.#shares[j] * this.#costs[j]) / EVALUATION_SAMPLES;
      }
    }
    const conditional = sum / EVALUATION_SAMPLES;
    const variance = Math.max(0, squares / EVALUATION_SAMPLES - conditional * conditional);
    return {
      targetPotential,
      value: conditional + this.#b.reduce((all, weight, j) => all + weight * targetPotential[j], 0),
      valueError: Math.sqrt(variance / EVALUATION_SAMPLES),
      cost,
      targetMasses,
      marginalError: targetMasses.reduce((all, share, j) => all + Math.abs(share - this.#b[j]), 0),
    };
  }

  /** Takes a sample and its costs. */
  #draw(random: Random): void {
    const { values } = this.#point;
    this.#sample(random, values);
    for (const coordinate of values) {
      if (Number.isFinite(coordinate)) continue;
      throw fault(`drew ${coordinate}`, 'source', 'not-finite');
    }
    for (let j = 0; j < this.#costs.length; j++) this.#costs[j] = this.#distance(0, j);
  }

  /** Where the sample goes: sets the shares, and returns h. Targets without weight get nothing. */
  #assign(potential: Float64Array): number {
    const epsilon = this.#epsilon;
    const shares = this.#shares.fill(0);
    let best = -1;
    for (let j = 0; j < shares.length; j++) {
      if (this.#b[j] > 0 && (best < 0 || this.#reduced(j, potential) < this.#reduced(best, potential))) best = j;
    }
    const least = this.#reduced(best, potential);
    if (epsilon === 0) {
      shares[best] = 1;
      return least;
    }
    let sum = 0;
    for (let j = 0; j < shares.length; j++) {
      if (this.#b[j] > 0) shares[j] = portableExp((least - this.#reduced(j, potential)) / epsilon);
      sum += shares[j];
    }
    for (let j = 0; j < shares.length; j++) shares[j] /= sum;
    return least - epsilon * portableLog(sum);
  }

  #reduced(j: number, potential: Float64Array): number {
    return this.#costs[j] - potential[j];
  }
}

function samplerOf(source: PointSource, dimension: number): PointSampler {
  if (typeof source === 'function') return source;
  if (typeof source !== 'object' || source === null || !('points' in source)) {
    throw fault('expected a sampler or { points, weights }', 'source', 'type');
  }
  const points = asMatrix(source.points, 'source.points');
  if (points.cols !== dimension) {
    throw fault(`has points of dimension ${points.cols}, y of dimension ${dimension}`, 'source.points', 'shape');
  }
  const { weights } = source;
  const cumulative =
    weights === undefined ? new Float64Array(points.rows).fill(1) : asWeights(weights, 'source.weights', points.rows).slice();
  for (let i = 1; i < cumulative.length; i++) cumulative[i] += cumulative[i - 1];
  return (random, point) => {
    const i = firstAbove(cumulative, random.uniform() * cumulative[cumulative.length - 1]);
    point.set(points.values.subarray(i * dimension, (i + 1) * dimension));
  };
}
