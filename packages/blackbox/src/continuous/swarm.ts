// The particles of consensus-based optimisation: their consensus, their motion (all at once by the kernel, or one by one), and the change
// of noise, weights and their number from step to step.
import type { Random, ResolvedOptions } from '@infimum/core';
import type { Layout } from '@infimum/linalg/kernels';
import { layout } from '@infimum/linalg/kernels';
import { blackboxKernels, exponentialTable, noiseTable } from '../kernels.ts';
import { weightedMean } from '../weighted-mean.ts';
import type { Search } from './black-box.ts';
import type { cboOptions } from './cbo-options.ts';
import type { SampleSize } from './consensus.ts';
import { alphaForSampleSize, gibbsWeights } from './consensus.ts';

type Settings = ResolvedOptions<typeof cboOptions>;

/** Particles in scaled coordinates, with their drift and noise. */
export class Swarm {
  count: number;
  readonly initialCount: number;
  readonly particles: Float64Array;
  readonly consensus: Float64Array;
  readonly #search: Search;
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #bests: Float64Array;
  readonly #bestValues: Float64Array;
  readonly #before: Float64Array;
  readonly #everybody: Int32Array;
  readonly #memory: Layout<SwarmMemory>;
  readonly #round: number;
  #centers: Float64Array | undefined;
  #alpha: number;
  /** Alpha times the spread of the values, at the last step. */
  #sharpness = 1;
  #sigma: number;
  #steps = 0;
  #moves = 0;
  #epoch = 1;
  #variance: number;

  constructor(search: Search, settings: Settings, count: number, random: Random, round: number) {
    const d = search.dimension;
    const size = Math.ceil((count * d) / LANES) * LANES;
    this.#memory = layout({
      table: noiseTable,
      words: 8,
      noise: isWhole(settings) ? LANES : size,
      particles: size,
      center: isWhole(settings) ? periodOf(d, size) : 0,
      widths: isWhole(settings) && settings.noiseForm === 'isotropic' ? size : 0,
      exponential: exponentialTable,
      heights: count + (count % 2),
      weights: count + (count % 2),
      sums: 4,
      mean: d,
    });
    this.#round = round;
    this.#everybody = Int32Array.from({ length: count }, (_, i) => i);
    this.#search = search;
    this.#settings = settings;
    this.#random = random;
    this.count = count;
    this.initialCount = count;
    this.particles = this.#memory.particles.subarray(0, count * d);
    search.draw(random, count, this.particles);
    const hasMemory = settings.memoryDrift > 0;
    this.#bests = hasMemory ? this.particles.slice() : new Float64Array(0);
    this.#bestValues = new Float64Array(hasMemory ? count : 0).fill(Infinity);
    this.consensus = weightedMean(this.particles, new Float64Array(count).fill(1), new Float64Array(d));
    this.#before = this.consensus.slice();
    this.#alpha = settings.alpha;
    const isotropic = 0.7 * Math.sqrt((2 * settings.drift) / d);
    this.#sigma = settings.sigma ?? (settings.noiseForm === 'isotropic' ? isotropic : 5.1);
    this.#variance = settings.reduction > 0 ? this.#currentVariance() : 0;
  }

  /** The groups of one step: random batches, or all particles. */
  *groups(): Generator<Int32Array> {
    const { batchSize = this.count } = this.#settings;
    if (batchSize >= this.count) {
      yield this.#everybody.subarray(0, this.count);
      return;
    }
    const order = this.#random.permutation(this.count);
    for (let first = 0; first < order.length; first += batchSize) yield order.slice(first, first + batchSize);
  }

  /** Copies of the particles of a group. */
  pick(group: Int32Array): Float64Array {
    const d = this.consensus.length;
    if (group.length === this.count) return this.particles;
    const picked = new Float64Array(group.length * d);
    for (const [k, i] of group.entries()) picked.set(this.particles.subarray(i * d, (i + 1) * d), k * d);
    return picked;
  }

  /** Computes the consensus of a group from its values. */
  agree(group: Int32Array, values: Float64Array): Float64Array {
    const { memoryDrift, polarization } = this.#settings;
    const d = this.consensus.length;
    let [places, heights] = [this.pick(group), values];
    if (memoryDrift > 0) {
      this.#remember(group, values);
      heights = Float64Array.from(group, (i) => this.#bestValues[i]);
      places = new Float64Array(group.length * d);
      for (const [k, i] of group.entries()) places.set(this.#bests.subarray(i * d, (i + 1) * d), k * d);
    }
    const size = this.#weighAll(heights);
    const weights = this.#memory.weights.subarray(0, group.length);
    this.#before.set(this.consensus);
    // A generation of failures has no consensus: particles keep the old one.
    if (size > 0) {
      if (places === this.particles) this.#averageAll(weights);
      else weightedMean(places, weights, this.consensus);
      if (polarization !== undefined) this.#polarize(places, heights, this.#alpha, polarization);
    }
    return this.consensus;
  }

  /** Weights by the schedule; the effective sample size, 0 if all have failed. */
  #weighAll(heights: Float64Array): number {
    const { schedule, share } = this.#settings;
    const { heights: given } = this.#memory;
    given.set(heights);
    // The kernel takes two at a time.
    if (heights.length % 2 === 1) given[heights.length] = Number.NaN;
    let least = Infinity;
    for (let i = 0; i < heights.length; i++) {
      if (heights[i] < least && heights[i] !== -Infinity) least = heights[i];
    }
    if (least === Infinity) return 0;
    const weigh = (alpha: number) => this.#weigh(heights, least, alpha);
    if (schedule !== 'sample-size') return weigh(this.#alpha).size;
    const found = alphaForSampleSize(heights, share, this.#sharpness, weigh);
    this.#alpha = found.alpha;
    this.#sharpness = found.sharpness;
    return found.size;
  }

  /** Weights for an alpha, by the kernel unless it is infinite. */
  #weigh(heights: Float64Array, least: number, alpha: number): SampleSize {
    const { workspace, exponential, heights: given, weights, sums } = this.#memory;
    if (alpha === Infinity) return { size: gibbsWeights(heights, alpha, weights), slope: 0 };
    const count = heights.length + (heights.length % 2);
    const places = [exponential.byteOffset, weights.byteOffset, sums.byteOffset] as const;
    workspace.kernels(blackboxKernels).gibbsWeights(count, given.byteOffset, least, alpha, ...places);
    const [sum, squares, sumExcess, squaresExcess] = sums;
    return { size: (sum * sum) / squares, slope: 2 * (squaresExcess / squares - sumExcess / sum) };
  }

  /** The weighted mean of all particles, by the kernel. */
  #averageAll(weights: Float64Array): void {
    const { workspace, particles, mean } = this.#memory;
    const d = this.consensus.length;
    const places = [particles.byteOffset, weights.byteOffset, mean.byteOffset] as const;
    workspace.kernels(blackboxKernels).weightedMean(weights.length, d, ...places);
    this.consensus.set(mean);
  }

  #remember(group: Int32Array, values: Float64Array): void {
    const d = this.consensus.length;
    group.forEach((i, k) => {
      if (!(values[k] < this.#bestValues[i])) return;
      this.#bestValues[i] = values[k];
      this.#bests.set(this.particles.subarray(i * d, (i + 1) * d), i * d);
    });
  }

  /** A consensus for each particle, of those near it; the weights in the domain of logarithms. */
  #polarize(places: Float64Array, values: Float64Array, alpha: number, kappa: number): void {
    const d = this.consensus.length;
    const logs = new Float64Array(values.length);
    this.#centers = new Float64Array(this.count * d);
    for (let i = 0; i < this.count; i++) {
      for (let k = 0; k < values.length; k++) {
        let square = 0;
        for (let j = 0; j < d; j++) square += ((this.particles[i * d + j] - places[k * d + j]) / kappa) ** 2;
        logs[k] = alpha * values[k] + square / 2;
      }
      const weights = new Float64Array(values.length);
      gibbsWeights(logs, 1, weights);
      weightedMean(places, weights, this.#centers.subarray(i * d, (i + 1) * d));
    }
  }

  /** Drift and noise for a group, or for all. */
  move(group: Int32Array, values: Float64Array, centerValue: number | undefined): void {
    const { batchUpdate, batchSize } = this.#settings;
    if (isWhole(this.#settings)) {
      this.#moveAll();
      this.#search.keepInside(this.particles, this.count, this.#settings.boundary === 'reflect');
      return;
    }
    this.#drawAll();
    const isFull = batchUpdate === 'full' || group.length === this.count;
    const kicks = batchSize !== undefined && this.#steps > 0 && maxDifference(this.consensus, this.#before) < 1e-5;
    for (let k = 0; k < (isFull ? this.count : group.length); k++) {
      const i = isFull ? k : group[k];
      const value = isFull && group.length !== this.count ? undefined : values[k];
      this.#moveOne(i, driftFactor(value, centerValue, this.#settings.heaviside), kicks);
    }
    this.#search.keepInside(this.particles, this.count, this.#settings.boundary === 'reflect');
  }

  /** Drift and noise for all particles at once, by the kernel. */
  #moveAll(): void {
    const { drift, timeStep, noiseForm, truncation = Infinity, seed } = this.#settings;
    const { workspace, table, words, noise: scratch, particles, center, widths } = this.#memory;
    const d = this.consensus.length;
    const size = Math.ceil((this.count * d) / LANES) * LANES;
    for (let at = 0; at < center.length; at += d) center.set(this.consensus.subarray(0, Math.min(d, center.length - at)), at);
    if (noiseForm === 'isotropic') {
      for (let i = 0; i < this.count; i++) {
        let square = 0;
        for (let j = 0; j < d; j++) square += (particles[i * d + j] - this.consensus[j]) ** 2;
        widths.fill(Math.min(Math.sqrt(square), truncation), i * d, (i + 1) * d);
      }
    }
    workspace
      .kernels(blackboxKernels)
      .consensusStep(
        size,
        center.length,
        particles.byteOffset,
        center.byteOffset,
        noiseForm === 'isotropic' ? widths.byteOffset : 0,
        drift * timeStep,
        this.#sigma * Math.sqrt(timeStep),
        truncation,
        this.#moves++,
        this.#round,
        seed >>> 0,
        Math.floor(seed / 2 ** 32),
        words.byteOffset,
        table.byteOffset,
        scratch.byteOffset,
      );
  }

  /** The same noise for particles that move one by one. */
  #drawAll(): void {
    const { seed } = this.#settings;
    const { workspace, table, words, noise } = this.#memory;
    const key = [seed >>> 0, Math.floor(seed / 2 ** 32)] as const;
    const places = [words.byteOffset, table.byteOffset, noise.byteOffset] as const;
    workspace.kernels(blackboxKernels).normals(noise.length, this.#moves++, this.#round, 0, ...key, ...places);
  }

  /** Releases the memory for reuse. */
  release(): void {
    this.#memory[Symbol.dispose]();
  }

  #moveOne(i: number, factor: number, kicks: boolean): void {
    const { drift, timeStep, noiseForm, truncation = Infinity, memoryDrift } = this.#settings;
    const { particles, consensus } = this;
    const d = consensus.length;
    const center = this.#centers ? this.#centers.subarray(i * d, (i + 1) * d) : consensus;
    const strength = this.#sigma * Math.sqrt(timeStep);
    const normals = this.#memory.noise;
    let square = 0;
    if (noiseForm === 'isotropic') for (let j = 0; j < d; j++) square += (particles[i * d + j] - center[j]) ** 2;
    const whole = Math.min(Math.sqrt(square), truncation);
    for (let j = 0; j < d; j++) {
      const at = i * d + j;
      const distance = particles[at] - center[j];
      const width = noiseForm === 'isotropic' ? whole : Math.min(Math.abs(distance), truncation);
      let next = particles[at] - drift * timeStep * factor * distance + strength * width * normals[at];
      if (memoryDrift > 0) next -= memoryDrift * timeStep * (particles[at] - this.#bests[at]);
      if (kicks) next += strength * this.#random.normal();
      // Noise that grows without bound, such as isotropic noise that is too strong, is limited to the range of numbers.
      particles[at] = Math.max(-1e150, Math.min(1e150, next));
    }
  }

  /** Sharper weights, less noise, fewer particles. */
  endStep(): void {
    const { schedule, maxAlpha, cooling, reduction, batchSize = 1 } = this.#settings;
    this.#steps++;
    if (schedule === 'multiply') this.#alpha = Math.min(maxAlpha, 1.05 * this.#alpha);
    if (cooling > 0 && this.#steps % cooling === 0) {
      this.#alpha = Math.min(Number.MAX_VALUE, 2 * this.#alpha);
      this.#sigma *= Math.log2(this.#epoch + 1) / Math.log2(this.#epoch + 2);
      this.#epoch++;
    }
    if (reduction > 0) this.#reduce(reduction, batchSize);
  }

  #reduce(speed: number, batchSize: number): void {
    const before = this.#variance;
    this.#variance = this.#currentVariance();
    const ratio = before > 0 ? (speed * this.#variance + (1 - speed) * before) / before : 1;
    const kept = Math.min(1, Math.max(1 - speed, Number.isFinite(ratio) ? ratio : 1));
    this.count = Math.max(1, Math.min(this.count, Math.ceil((this.count / batchSize) * kept) * batchSize));
  }

  /** Norm of the variances of the coordinates. */
  #currentVariance(): number {
    const d = this.consensus.length;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      let [mean, square] = [0, 0];
      for (let i = 0; i < this.count; i++) mean += this.particles[i * d + j] / this.count;
      for (let i = 0; i < this.count; i++) square += (this.particles[i * d + j] - mean) ** 2 / this.count;
      sum += square * square;
    }
    return Math.sqrt(sum);
  }

  /** Largest distance of a coordinate from the consensus of its particle, relative to the size of the point; 1 as soon as one is 1e-12. */
  spread(): number {
    const d = this.consensus.length;
    let largest = 0;
    for (let i = 0; i < this.count; i++) {
      const centers = this.#centers ? this.#centers.subarray(i * d, (i + 1) * d) : this.consensus;
      for (let j = 0; j < d; j++) {
        const distance = Math.abs(this.particles[i * d + j] - centers[j]) / Math.max(1, Math.abs(centers[j]));
        if (distance >= 1e-12) return 1;
        largest = Math.max(largest, distance);
      }
    }
    return largest;
  }
}

/** Numbers that the kernel works on at a time. */
const LANES = 16;

/** The arrays of a swarm. */
type SwarmMemory = {
  readonly table: Float64Array;
  readonly words: number;
  readonly noise: number;
  readonly particles: number;
  readonly center: number;
  readonly widths: number;
  readonly exponential: Float64Array;
  readonly heights: number;
  readonly weights: number;
  readonly sums: number;
  readonly mean: number;
};

/** Whether all particles move alike, by one formula. */
function isWhole({ batchSize, heaviside, memoryDrift, polarization }: Settings): boolean {
  return batchSize === undefined && heaviside === undefined && memoryDrift === 0 && polarization === undefined;
}

/** Length of the centre written over and over: whole centres and whole groups of lanes, or as long as the particles. */
function periodOf(d: number, size: number): number {
  let period = d;
  while (period % LANES !== 0) period *= 2;
  return Math.min(period, size);
}

/** The Heaviside factor (1 + tanh((f(x) - f(c)) / width)) / 2: particles better than the consensus stay. */
function driftFactor(value: number | undefined, center: number | undefined, width: number | undefined): number {
  if (value === undefined || center === undefined || width === undefined) return 1;
  const difference = (value - center) / width;
  return Number.isNaN(difference) ? 1 : (1 + Math.tanh(difference)) / 2;
}

function maxDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < a.length; j++) largest = Math.max(largest, Math.abs(a[j] - b[j]));
  return largest;
}
