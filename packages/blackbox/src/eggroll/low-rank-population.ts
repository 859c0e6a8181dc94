// A population around one set of weights whose members differ by matrices of low rank: never stored, never sent, rebuilt from a
// counter. The forward pass of all members shares the product with the weights.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import type { OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import {
  checkChoice,
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOutput,
  checkVector,
  resolveOptions,
} from '@infimum/core';
import type { Layout } from '@infimum/linalg/kernels';
import { layout, scratch } from '@infimum/linalg/kernels';
import { centeredRanks } from '../continuous/black-box.ts';
import { blackboxKernels, noiseTable } from '../kernels.ts';
import { meanFieldScore } from './mean-field-score.ts';

/** An affine map of a network: weights rows x cols, row by row, and a bias of `rows` numbers. */
export interface AffineLayer {
  /** Outputs. */
  readonly rows: number;
  /** Inputs. */
  readonly cols: number;
  /** Weights, row by row. */
  readonly weights: Float64Array;
  /** Biases, one an output. */
  readonly bias: Float64Array;
}

const populationOptions = {
  population: { type: 'integer', min: 2, required: true, description: 'Members N, even: 2 j and 2 j + 1 are opposite' },
  rank: { type: 'integer', min: 0, required: true, description: 'Rank r of the perturbations; 0 for full ones, as in OpenES' },
  seed: { type: 'integer', min: 0, required: true, description: 'Seed of the noise' },
  score: {
    type: 'choice',
    choices: ['gaussian', 'mean-field'],
    default: 'gaussian',
    description:
      'Weighted by fitness: the perturbation itself, as the score of normal noise, or the score of the true density of each entry (for study: m n numbers per pair)',
  },
} as const satisfies OptionSpecs;

/** Settings of a population. */
export type LowRankPopulationOptions = OptionsOf<typeof populationOptions>;

/** The layout of the noise of a pair: right (cols · r), left (rows · r) or full (rows · cols), bias (rows), padded to whole draws. */
interface LayerNoise {
  readonly numbers: Float64Array;
  readonly stride: number;
  readonly left: number;
  readonly bias: number;
}

/** Numbers that are drawn at a time. */
const LANES = 16;
/** From this size on, the kernel computes the shared product. */
const LARGE = 4096;

/**
 * Members W + s sigma A B' / sqrt(r), s = ±1, A and B normal, reproducible from (seed, step, layer, pair). A replica that receives the same
 * fitness makes the same update bit for bit, so machines exchange only N numbers a step, whatever the size of the weights.
 *
 * @example
 * ```ts
 * import { LowRankPopulation } from '@infimum/blackbox';
 *
 * const layer = { rows: 2, cols: 3, weights: new Float64Array(6), bias: new Float64Array(2) };
 * const population = new LowRankPopulation([layer], { population: 4, rank: 1, seed: 1 });
 * population.begin(0);
 * const out = population.forward(0, new Float64Array(12).fill(1), Int32Array.of(0, 1, 2, 3), 0.1, new Float64Array(8));
 * console.log(out[0] === -out[2], out.length); // true 8
 * ```
 */
export class LowRankPopulation {
  /** The layers in the middle of the population. */
  readonly layers: readonly AffineLayer[];
  readonly #settings: ResolvedOptions<typeof populationOptions>;
  readonly #noise: readonly LayerNoise[];
  readonly #memory: Layout<{ table: Float64Array; words: number; numbers: number }>;

  /** @throws {InvalidInputError} for an odd population, or numbers out of range */
  constructor(layers: readonly AffineLayer[], options: LowRankPopulationOptions) {
    checkList(layers, 'layers');
    this.#settings = resolveOptions(populationOptions, options);
    checkInteger(options.population / 2, 'population / 2', { min: 1 });
    this.layers = layers;
    const pairs = options.population / 2;
    const { rank } = options;
    const sizes = Array.from(layers, (layer, l) => {
      checkObject(layer, `layers[${l}]`);
      const { rows, cols } = layer;
      checkInteger(rows, `layers[${l}].rows`, { min: 1 });
      checkInteger(cols, `layers[${l}].cols`, { min: 1 });
      checkVector(layer.weights, `layers[${l}].weights`, rows * cols);
      checkVector(layer.bias, `layers[${l}].bias`, rows);
      const left = rank === 0 ? rows * cols : cols * rank;
      const bias = rank === 0 ? left : left + rows * rank;
      return { left, bias, stride: Math.ceil((bias + rows) / LANES) * LANES };
    });
    const total = sizes.reduce((sum, { stride }) => sum + pairs * stride, 0);
    this.#memory = layout({ table: noiseTable, words: 8, numbers: total });
    let at = 0;
    this.#noise = sizes.map((size) => {
      const numbers = this.#memory.numbers.subarray(at, at + pairs * size.stride);
      at += numbers.length;
      return { ...size, numbers };
    });
  }

  /** Rebuilds the noise of a step: r (rows + cols) numbers a pair, independent of the order of computation. */
  begin(step: number): void {
    checkInteger(step, 'step', { min: 0, max: 2 ** 32 - 1 });
    const { population, seed } = this.#settings;
    const { workspace, table, words } = this.#memory;
    const { normals } = workspace.kernels(blackboxKernels);
    const key = [seed >>> 0, Math.floor(seed / 2 ** 32)] as const;
    const places = [words.byteOffset, table.byteOffset] as const;
    this.#noise.forEach(({ numbers, stride }, layer) => {
      for (let pair = 0; pair < population / 2; pair++) {
        normals(stride, layer, step, pair, ...key, ...places, numbers.byteOffset + 8 * pair * stride);
      }
    });
  }

  /**
   * The map of a layer for several members at once: out_i = (W + s_i sigma E_i) x_i + b + s_i sigma e_i. The product with W is shared,
   * four members at a time; a member adds r (rows + cols).
   *
   * @param x - inputs, one member after the other
   * @param members - numbers of the members that the inputs are of; -1 is the unperturbed one
   */
  forward(layer: number, x: Float64Array, members: Int32Array, sigma: number, out: Float64Array): Float64Array {
    checkInteger(layer, 'layer', { min: 0, max: this.layers.length - 1 });
    const { rows, cols } = this.layers[layer];
    checkNumbers(members, 'members');
    for (let i = 0; i < members.length; i++)
      checkInteger(members[i], 'members', { min: -1, max: this.#settings.population - 1 });
    checkRoom(x, 'x', members.length * cols);
    checkRoom(out, 'out', members.length * rows);
    affine(this.layers[layer], x, members.length, out);
    const { rank } = this.#settings;
    const { numbers, stride, left: leftPlace, bias: biasPlace } = this.#noise[layer];
    for (let i = 0; i < members.length; i++) {
      const at = i * rows;
      if (members[i] < 0) continue;
      const pair = members[i] >> 1;
      const scale = members[i] % 2 === 0 ? sigma : -sigma;
      for (let a = 0; a < rows; a++) out[at + a] += scale * numbers[pair * stride + biasPlace + a];
      if (rank === 0) {
        for (let a = 0; a < rows; a++) {
          const row = pair * stride + a * cols;
          let sum = 0;
          for (let b = 0; b < cols; b++) sum += numbers[row + b] * x[i * cols + b];
          out[at + a] += scale * sum;
        }
      }
      for (let k = 0; k < rank; k++) {
        const right = pair * stride + k * cols;
        let product = 0;
        for (let b = 0; b < cols; b++) product += numbers[right + b] * x[i * cols + b];
        product *= scale / Math.sqrt(rank);
        const left = pair * stride + leftPlace + k * rows;
        for (let a = 0; a < rows; a++) out[at + a] += product * numbers[left + a];
      }
    }
    return out;
  }

  /** Writes a multiple of sum_i s_i F_i E_i / N of all layers, weights and bias of one after the other. */
  gradients(fitness: Float64Array, scale: number, out: Float64Array): void {
    for (const [layer, own] of layersIn(out, this.layers).entries()) this.gradient(layer, fitness, own.weights, own.bias);
    for (let j = 0; j < out.length; j++) out[j] *= scale;
  }

  /** Writes sum_i s_i F_i E_i / N of a layer, in a fixed order of summation. */
  gradient(layer: number, fitness: Float64Array, weights: Float64Array, bias: Float64Array): void {
    checkInteger(layer, 'layer', { min: 0, max: this.layers.length - 1 });
    const { rows, cols } = this.layers[layer];
    const { population, rank, score } = this.#settings;
    checkVector(fitness, 'fitness', population);
    checkOutput(weights, 'weights', rows * cols);
    checkOutput(bias, 'bias', rows);
    const { numbers, stride, left: leftPlace, bias: biasPlace } = this.#noise[layer];
    const entry = score === 'mean-field' && rank > 0 ? meanFieldScore(rank) : undefined;
    weights.fill(0);
    bias.fill(0);
    for (let pair = 0; pair < population / 2; pair++) {
      const share = (fitness[2 * pair] - fitness[2 * pair + 1]) / population;
      if (share === 0) continue;
      for (let a = 0; a < rows; a++) bias[a] += share * numbers[pair * stride + biasPlace + a];
      if (rank === 0) {
        for (let e = 0; e < rows * cols; e++) weights[e] += share * numbers[pair * stride + e];
      }
      if (entry) {
        for (let e = 0; e < rows * cols; e++) {
          const [a, b] = [Math.floor(e / cols), e % cols];
          let z = 0;
          for (let k = 0; k < rank; k++) {
            z += numbers[pair * stride + leftPlace + k * rows + a] * numbers[pair * stride + k * cols + b];
          }
          weights[e] += share * entry(z / Math.sqrt(rank));
        }
        continue;
      }
      for (let k = 0; k < rank; k++) {
        const [left, right] = [pair * stride + leftPlace + k * rows, pair * stride + k * cols];
        for (let a = 0; a < rows; a++) {
          const factor = (share * numbers[left + a]) / Math.sqrt(rank);
          for (let b = 0; b < cols; b++) weights[a * cols + b] += factor * numbers[right + b];
        }
      }
    }
  }
}

/** Arrays may be longer than what is read or written. */
function checkRoom(array: Float64Array, argument: string, count: number): void {
  checkOutput(array, argument, Math.max(count, array?.length));
}

/** Layers of given sizes that lie in a vector, weights and bias of one after the other. */
export function layersIn(vector: Float64Array, sizes: readonly Pick<AffineLayer, 'rows' | 'cols'>[]): AffineLayer[] {
  let at = 0;
  return sizes.map(({ rows, cols }) => {
    const middle = at + rows * cols;
    const layer = { rows, cols, weights: vector.subarray(at, middle), bias: vector.subarray(middle, middle + rows) };
    at = middle + rows;
    return layer;
  });
}

/** out_i = W x_i + b for `count` inputs. */
export function affine(layer: AffineLayer, x: Float64Array, count: number, out: Float64Array): void {
  const { rows, cols, bias } = layer;
  const product = rows * cols >= LARGE && rows % 2 === 0 && cols % 2 === 0 ? largeProduct : sharedProduct;
  product(layer, x, count, out);
  for (let at = 0; at < count * rows; at += rows) for (let a = 0; a < rows; a++) out[at + a] += bias[a];
}

/** out_i = W x_i by the kernel, never fused: the same bits on every machine. */
function largeProduct({ rows, cols, weights }: AffineLayer, x: Float64Array, count: number, out: Float64Array): void {
  const padded = Math.ceil(count / 4) * 4;
  using memory = layout({ w: weights, inputs: scratch(padded * cols), outputs: scratch(padded * rows) });
  const { workspace, w, inputs, outputs } = memory;
  inputs.set(x.subarray(0, count * cols));
  inputs.fill(0, count * cols);
  const { lowRankForward } = workspace.kernels(blackboxKernels);
  lowRankForward(rows, cols, padded, w.byteOffset, inputs.byteOffset, outputs.byteOffset);
  out.set(outputs.subarray(0, count * rows));
}

/** out_i = W x_i for `count` inputs, four at a time, so that W is read once for four. */
function sharedProduct({ rows, cols, weights }: AffineLayer, x: Float64Array, count: number, out: Float64Array): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const [x0, x1, x2, x3] = [i * cols, (i + 1) * cols, (i + 2) * cols, (i + 3) * cols];
    for (let a = 0; a < rows; a++) {
      const row = a * cols;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let b = 0; b < cols; b++) {
        const w = weights[row + b];
        s0 += w * x[x0 + b];
        s1 += w * x[x1 + b];
        s2 += w * x[x2 + b];
        s3 += w * x[x3 + b];
      }
      out[i * rows + a] = s0;
      out[(i + 1) * rows + a] = s1;
      out[(i + 2) * rows + a] = s2;
      out[(i + 3) * rows + a] = s3;
    }
  }
  for (; i < count; i++) {
    for (let a = 0; a < rows; a++) {
      let sum = 0;
      for (let b = 0; b < cols; b++) sum += weights[a * cols + b] * x[i * cols + b];
      out[i * rows + a] = sum;
    }
  }
}

/**
 * Fitness as updates see it: `zscore` (f - mean) / sqrt(variance + 1e-5), `rank` centred ranks from -1/2 for the worst to 1/2,
 * `pair-sign` the sign of the difference within a pair, `none`. Fitness that is not finite is
 * last, below the worst by the mean distance of neighbors.
 *
 * @param group - members one after the other that had the same task: `zscore` subtracts the mean of each group, and divides by the
 * deviation of all
 */
export function shapeFitness(
  fitness: Float64Array,
  shaping: 'zscore' | 'rank' | 'pair-sign' | 'none',
  group: number = fitness?.length,
): Float64Array {
  checkNumbers(fitness, 'fitness');
  if (fitness.length > 0) {
    checkInteger(group, 'group', { min: 1 });
    checkInteger(fitness.length / group, 'fitness.length / group', { min: 1 });
  }
  checkChoice(shaping, 'shaping', ['zscore', 'rank', 'pair-sign', 'none']);
  const finite = Array.from(fitness).filter(Number.isFinite);
  const low = finite.reduce((least, f) => Math.min(least, f), Infinity);
  const spread = finite.reduce((most, f) => Math.max(most, f), -Infinity) - low;
  const worst = finite.length > 0 ? low - (spread / finite.length || Math.abs(low) || 1) : 0;
  const seen = Float64Array.from(fitness, (f) => (Number.isFinite(f) ? f : worst));
  if (shaping === 'rank') return centeredRanks(seen).map((rank) => 0 - rank);
  if (shaping === 'pair-sign') return seen.map((f, i) => Math.sign(f - seen[i ^ 1]) / 2);
  if (shaping === 'none') return seen;
  const mean = seen.reduce((sum, f) => sum + f / seen.length, 0);
  const variance = seen.reduce((sum, f) => sum + (f - mean) ** 2 / seen.length, 0);
  const deviation = Math.sqrt(variance + 1e-5);
  checkNumber(deviation, 'fitness');
  if (group === seen.length) return seen.map((f) => (f - mean) / deviation);
  const means = new Float64Array(seen.length / group);
  for (let i = 0; i < seen.length; i++) means[Math.floor(i / group)] += seen[i] / group;
  return seen.map((f, i) => (f - means[Math.floor(i / group)]) / deviation);
}
