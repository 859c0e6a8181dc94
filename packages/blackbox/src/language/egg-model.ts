// EGG: a recurrent language model of bytes in integer arithmetic: int8 weights, int32 sums, no activation but saturation; and the
// same under perturbations of rank one from a bank of int8 noise.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, checkNumber, fault, Random, resolveOptions } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { clip, eggScore } from './egg-arithmetic.ts';
import { EggScorer } from './egg-scorer.ts';
import type { EggNoise, EggParameter } from './egg-step.ts';
import { eggParameters, eggPlaces, eggStep } from './egg-step.ts';

const modelOptions = {
  dim: { type: 'integer', min: 4, max: 1024, required: true, description: 'The width D, a power of 4' },
  layers: { type: 'integer', min: 1, max: 64, required: true, description: 'Recurrent layers' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the weights' },
} as const satisfies OptionSpecs;

/** What `EggModel` takes. */
export type EggModelOptions = OptionsOf<typeof modelOptions>;

/**
 * A language model of bytes in int8: sizes, places and initial weights, the forward pass, plain or perturbed.
 *
 * @example
 * ```ts
 * import { EggModel } from '@infimum/blackbox';
 *
 * const model = new EggModel({ dim: 16, layers: 1 });
 * console.log(model.weights.length, model.bitsPerByte(Uint8Array.of(104, 105)) > 0); // 11344 true
 * ```
 */
export class EggModel {
  /** Width of the hidden state. */
  readonly dim: number;
  /** All weights, one after the other. */
  readonly weights: Int8Array;
  /** Where each matrix lies among the weights. */
  readonly parameters: readonly EggParameter[];
  /** Recurrent layers. */
  readonly layers: number;

  /**
   * @throws {InvalidInputError} for a width that is no power of 4
   */
  constructor(options: EggModelOptions) {
    const { dim, layers, seed } = resolveOptions(modelOptions, options);
    const power = Math.log2(dim) / 2;
    if (!Number.isInteger(power)) throw fault('must be a power of 4', 'dim', 'out-of-range');
    this.dim = dim;
    this.layers = layers;
    this.parameters = eggParameters(dim, layers);
    const { rows, cols, at } = this.parameters[this.parameters.length - 1];
    this.weights = new Int8Array(at + rows * cols);
    const random = new Random(seed, 0x656767);
    this.parameters.forEach((parameter, p) => {
      const isNorm = p === 2 || (p > 2 && (p - 3) % 10 < 2);
      for (let e = 0; e < parameter.rows * parameter.cols; e++) {
        this.weights[parameter.at + e] = parameter.cols > 1 ? clip(Math.round(16 * random.normal())) : isNorm ? 16 : 0;
      }
    });
  }

  /** States of the layers at the start of a text. */
  start(): Int32Array[] {
    return Array.from({ length: this.layers }, () => new Int32Array(this.dim));
  }

  /** Logits of the next byte; moves the states. */
  step(token: number, states: readonly Int32Array[], noise?: EggNoise): Int32Array {
    return eggStep(this, token, states, noise);
  }

  /** Sum of log-probabilities of a text in sixteenths of a bit, each byte from those before it; byte 0 begins. */
  score(text: Uint8Array, noise?: EggNoise): number {
    if (this.dim >= 16) {
      using scorer = new EggScorer(this, text.length, noise?.bank);
      return scorer.score(text, noise);
    }
    const states = this.start();
    let [total, before] = [0, 0];
    for (const byte of text) {
      total += eggScore(this.step(before, states, noise), byte);
      before = byte;
    }
    return total;
  }

  /** Bits a byte of a text. */
  bitsPerByte(text: Uint8Array): number {
    return -this.score(text) / (16 * text.length);
  }

  /**
   * Writes a text: every byte b is drawn with probability proportional to 2^(y_b / (16 T)), y its logit in sixteenths of a bit after byte 0
   * and the bytes written before. The same seed writes the same bytes on every machine. 24 l d^2 multiply-adds and more a byte, for l
   * layers of width d.
   *
   * @param count - bytes to write
   * @param temperature - T >= 0 (default 1): 1 is the model itself, below 1 likely bytes become likelier, 0 takes the likeliest byte, the
   * first of equals
   * @param seed - of the draws (default 0)
   * @throws {InvalidInputError} naming the argument out of range
   *
   * @example
   * ```ts
   * import { EggModel, trainEgg } from '@infimum/blackbox';
   *
   * const model = new EggModel({ dim: 16, layers: 1 });
   * trainEgg(model, new TextEncoder().encode('abcd'.repeat(500)), { steps: 60, pairs: 64, length: 40 });
   * const written = model.sample(20, 0);
   * console.log(new TextDecoder().decode(written.subarray(-8))); // abcdabcd
   * ```
   */
  sample(count: number, temperature = 1, seed = 0): Uint8Array {
    checkInteger(count, 'count', { min: 0 });
    checkNumber(temperature, 'temperature', { min: 0 });
    checkInteger(seed, 'seed', { min: 0 });
    const random = new Random(seed, 0x736179);
    // 2^(-k / (16 T)), the weight of a byte that is k sixteenths of a bit below the likeliest.
    const powers = Float64Array.from({ length: 255 }, (_, k) =>
      k === 0 ? 1 : temperature === 0 ? 0 : portableExp((-Math.LN2 * k) / (16 * temperature)),
    );
    const states = this.start();
    const out = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const logits = this.step(i === 0 ? 0 : out[i - 1], states);
      const likeliest = logits.indexOf(Math.max(...logits));
      out[i] = temperature === 0 ? likeliest : drawn(logits, logits[likeliest], powers, random);
    }
    return out;
  }
}

/** A byte, drawn by its weight; `highest` is the largest logit. */
function drawn(logits: Int32Array, highest: number, powers: Float64Array, random: Random): number {
  let sum = 0;
  for (const logit of logits) sum += powers[highest - logit];
  let rest = sum * random.uniform();
  let last = 0;
  for (let b = 0; b < logits.length; b++) {
    const weight = powers[highest - logits[b]];
    if (weight === 0) continue;
    last = b;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

/** Moves weights by one where the sum of the pairs' votes is large: 16 |Z| >= threshold · floor(sqrt(pairs)) · 256. */
export function eggUpdate(model: EggModel, bank: Int8Array, step: number, votes: Int8Array, threshold: number): number {
  const bar = threshold * Math.floor(Math.sqrt(votes.length)) * 256;
  const { parameters, weights } = model;
  const all = Array.from(votes, (_, pair) => eggPlaces(parameters.length, step, pair));
  let moved = 0;
  parameters.forEach(({ rows, cols, at }, p) => {
    const sums = new Float64Array(rows * cols);
    for (let pair = 0; pair < votes.length; pair++) {
      if (votes[pair] === 0) continue;
      const place = all[pair][p];
      if (cols === 1) {
        for (let i = 0; i < rows; i++) sums[i] += votes[pair] * bank[place + i] * bank[place + rows + i];
        continue;
      }
      for (let i = 0; i < rows; i++) {
        const left = votes[pair] * bank[place + cols + i];
        const row = i * cols;
        for (let j = 0; j < cols; j++) sums[row + j] += left * bank[place + j];
      }
    }
    for (let e = 0; e < sums.length; e++) {
      if (sums[e] === 0 || 16 * Math.abs(sums[e]) < bar) continue;
      weights[at + e] = clip(weights[at + e] + Math.sign(sums[e]));
      moved++;
    }
  });
  return moved;
}

/** A checksum of weights (FNV-1a, 32 bits): replicas with the same checksum are equal. */
export function eggChecksum(weights: Int8Array): number {
  let hash = 0x811c9dc5;
  for (const weight of weights) hash = Math.imul(hash ^ (weight & 0xff), 0x01000193);
  return hash >>> 0;
}
