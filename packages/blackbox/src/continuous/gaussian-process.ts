// A surrogate for expensive functions: a Gaussian process of the values so far; the next point maximises the expected improvement.
//
// J. Mockus (1975); D. Jones, M. Schonlau, W. Welch: Efficient global optimization of expensive black-box functions (1998).
import type { OptionSpecs, OptionsOf, Random, Steps } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { dot, logNormalCdf, normalCdf, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { maxEvaluations, randomOf, Search, seed } from './black-box.ts';

const gaussianProcessOptions = {
  population: { type: 'integer', min: 1, max: 1000, default: 1, description: 'Points per question' },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Values that the process is fitted to at most: the best ones and the last ones. */
const MOST_DATA = 300;

/**
 * The steps of Bayesian optimization in a box: points of a Latin square, then one after the other where the expected improvement is largest
 * under a Gaussian process with Matérn's kernel 5/2, a length a variable, fitted by its marginal likelihood. Values are ranked by their
 * logarithms beyond the median, so that huge ones do not matter. O(n³) a point for n values: for budgets of a few hundred.
 *
 * @throws {InvalidInputError} naming the option at fault; `missing` without bounds on both sides
 */
export function* gaussianProcessSteps(
  blackBox: BlackBox,
  options: OptionsOf<typeof gaussianProcessOptions> = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const { population, ...settings } = resolveOptions(gaussianProcessOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  if (!search.isBox) throw fault('a surrogate needs bounds on both sides', 'lower', 'missing');
  const random = randomOf(settings.seed);
  const d = search.dimension;
  const process = new Process(search.unitKinds());
  let fresh = latinSquare(random, Math.max(2 * population, Math.min(3 + d, 12)), d);
  fresh.set(search.toUnit(search.start), 0);
  for (;;) {
    const u = search.fromUnit(fresh);
    const count = u.length / d;
    const values = yield* search.ask(u, count);
    const end = search.end();
    if (end) return end;
    process.add(search.toUnit(search.settled(u)), values);
    process.fit(random);
    fresh = new Float64Array(population * d);
    for (let i = 0; i < population; i++) {
      const point = process.propose(random, (v) => search.toUnit(search.settled(search.fromUnit(v))));
      fresh.set(point, i * d);
      // Points requested at the same time are assumed to have their expected values.
      if (population > 1) process.assume(point);
    }
    process.forget();
  }
}

/** A point in each of `count` slices of every coordinate. */
function latinSquare(random: Random, count: number, d: number): Float64Array {
  const points = new Float64Array(count * d);
  for (let j = 0; j < d; j++) {
    for (const [i, slice] of random.permutation(count).entries()) points[i * d + j] = (slice + random.uniform()) / count;
  }
  return points;
}

/** A Gaussian process on the unit cube, in which choices are equal or not. */
class Process {
  readonly #isChoice: readonly boolean[];
  readonly #points: Float64Array[] = [];
  readonly #values: number[] = [];
  /** Logarithms of the lengths, then of the noise. */
  #logs: Float64Array;
  #heights: Float64Array = new Float64Array(0);
  #factor: Float64Array = new Float64Array(0);
  #weights: Float64Array = new Float64Array(0);
  #variance = 1;
  #assumed = 0;

  constructor(isChoice: readonly boolean[]) {
    this.#isChoice = isChoice;
    this.#logs = new Float64Array(isChoice.length + 1).fill(Math.log(0.5));
    this.#logs[isChoice.length] = Math.log(1e-4);
  }

  add(points: Float64Array, values: Float64Array): void {
    const d = this.#isChoice.length;
    for (const [i, value] of values.entries()) {
      this.#points.push(points.slice(i * d, (i + 1) * d));
      this.#values.push(value);
    }
    if (this.#values.length <= MOST_DATA) return;
    const kept = MOST_DATA / 2;
    const older = [...this.#values.keys()].slice(0, -kept).sort((i, j) => this.#values[i] - this.#values[j]);
    for (const k of older.slice(kept).sort((i, j) => j - i)) {
      this.#points.splice(k, 1);
      this.#values.splice(k, 1);
    }
  }

  /** Lengths and noise of larger likelihood: random changes, smaller ones after failures. */
  fit(random: Random): void {
    this.#heights = heightsOf(this.#values);
    const n = this.#values.length;
    let best = this.#likelihood(this.#logs);
    const trials = n < 40 ? 60 : n < 100 ? 30 : 12;
    let width = 1;
    for (let trial = 0; trial < trials; trial++) {
      const one = trial % 2 === 0 ? random.integer(this.#logs.length) : -1;
      const moved = this.#logs.map((log, j) => (one < 0 || one === j ? log + width * random.normal() : log));
      const found = this.#likelihood(moved);
      if (found > best) [best, this.#logs, width] = [found, moved, Math.min(2, 1.5 * width)];
      else width = Math.max(0.1, 0.9 * width);
    }
    this.#likelihood(this.#logs);
  }

  /** The point of largest expected improvement among many, improved by small changes; never a known point. */
  propose(random: Random, settle: (u: Float64Array) => Float64Array): Float64Array {
    const d = this.#isChoice.length;
    const order = [...this.#heights.keys()].sort((i, j) => this.#heights[i] - this.#heights[j]);
    const least = this.#heights[order[0]];
    const drawn = () => settle(Float64Array.from({ length: d }, () => random.uniform()));
    const near = (point: Float64Array, width: number) => {
      const one = random.integer(d);
      const moved = point.map((entry, j) => {
        if (j !== one && random.uniform() > 0.5) return entry;
        return this.#isChoice[j] ? random.uniform() : entry + width * random.normal();
      });
      return settle(moved.map((entry) => Math.min(1, Math.max(0, entry))));
    };
    let [best, bestGain] = [drawn(), -Infinity];
    const look = (point: Float64Array) => {
      if (this.#points.some((known) => known.every((entry, j) => entry === point[j]))) return;
      const gain = this.#logImprovement(point, least);
      if (gain > bestGain) [best, bestGain] = [point, gain];
    };
    for (let k = 0; k < 200 + 50 * d; k++) look(drawn());
    for (const at of order.slice(0, 5)) for (let k = 0; k < 20 + 5 * d; k++) look(near(this.#points[at], 0.3 ** (1 + (k % 4))));
    for (let width = 0.1, k = 0; k < 40 + 10 * d; k++, width = Math.max(1e-5, 0.93 * width)) look(near(best, width));
    return best;
  }

  /** Adds a point with its expected value. */
  assume(point: Float64Array): void {
    const { mean } = this.#predict(point);
    this.#points.push(point);
    this.#values.push(Number.NaN);
    this.#heights = Float64Array.from([...this.#heights, mean]);
    this.#assumed++;
    this.#likelihood(this.#logs);
  }

  /** Removes the assumed values. */
  forget(): void {
    this.#points.length -= this.#assumed;
    this.#values.length -= this.#assumed;
    this.#assumed = 0;
  }

  /** Correlation of two points. */
  #kernel(a: Float64Array, b: Float64Array, lengths: Float64Array): number {
    let square = 0;
    for (let j = 0; j < a.length; j++) {
      const difference = this.#isChoice[j] ? (a[j] === b[j] ? 0 : 1) : a[j] - b[j];
      square += (difference / lengths[j]) ** 2;
    }
    const r = Math.sqrt(5 * square);
    return (1 + r + (5 / 3) * square) * Math.exp(-r);
  }

  /** The logarithm of the marginal likelihood, the variance at its best, and of a wide prior; factors remain for predictions. */
  #likelihood(logs: Float64Array): number {
    const [n, d] = [this.#points.length, this.#isChoice.length];
    const lengths = logs.map(Math.exp);
    const factor = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) factor[i * n + j] = this.#kernel(this.#points[i], this.#points[j], lengths);
      factor[i * n + i] += lengths[d] + 1e-8;
    }
    if (!smallCholesky(factor, n)) return -Infinity;
    const weights = this.#heights.slice();
    solveSmallCholesky(factor, n, weights);
    const variance = Math.max(1e-12, dot(weights, this.#heights) / n);
    [this.#factor, this.#variance, this.#weights] = [factor, variance, weights];
    let logDet = 0;
    for (let j = 0; j < n; j++) logDet += 2 * Math.log(factor[j * n + j]);
    let prior = 0;
    for (let j = 0; j < d; j++) prior -= (logs[j] - Math.log(0.5)) ** 2 / 4;
    prior -= (logs[d] - Math.log(1e-4)) ** 2 / 30;
    return prior - (n * Math.log(variance) + logDet) / 2;
  }

  #predict(point: Float64Array): { readonly mean: number; readonly deviation: number } {
    const lengths = this.#logs.map(Math.exp);
    const row = Float64Array.from(this.#points, (known) => this.#kernel(point, known, lengths));
    const half = forwards(this.#factor, row);
    const left = 1 - dot(half, half);
    return { mean: dot(row, this.#weights), deviation: Math.sqrt(this.#variance * Math.max(1e-12, left)) };
  }

  /** The logarithm of the expected improvement on the least value. */
  #logImprovement(point: Float64Array, least: number): number {
    const { mean, deviation } = this.#predict(point);
    const z = (least - mean) / deviation;
    // Far below, the improvement is that of the tail: phi(z) / z².
    if (z < -10) return Math.log(deviation) + logNormalCdf(z) - Math.log(-z);
    return Math.log(deviation * (z * normalCdf(z) + Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)));
  }
}

/** Values in units of their spread, by their logarithms beyond it; failures count as the worst value. */
function heightsOf(values: readonly number[]): Float64Array {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return new Float64Array(values.length);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const [middle, spread] = [at(0.5), at(0.75) - at(0.25) || sorted[sorted.length - 1] - sorted[0] || 1];
  const heights = Float64Array.from(values, (value) => {
    const z = ((Number.isFinite(value) ? value : sorted[sorted.length - 1]) - middle) / spread;
    return z > 0 ? Math.log1p(z) : z;
  });
  const mean = heights.reduce((sum, z) => sum + z / heights.length, 0);
  const deviation = Math.sqrt(heights.reduce((sum, z) => sum + (z - mean) ** 2 / heights.length, 0)) || 1;
  return heights.map((z) => (z - mean) / deviation);
}

function forwards(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  return x;
}
