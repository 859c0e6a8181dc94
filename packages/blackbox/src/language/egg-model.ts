// EGG: a recurrent language model of bytes in integer arithmetic: int8 weights, int32 sums, no activation but saturation; and the
// same under perturbations of rank one from a bank of int8 noise.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { checkInteger, checkObject, InvalidInputError, Random } from '@infimum/core';

/** A matrix rows x cols, or a vector (cols 1) of weights, norms or biases. */
interface Parameter {
  readonly rows: number;
  readonly cols: number;
  readonly at: number;
}

const clip = (x: number): number => Math.max(-127, Math.min(127, x));

/** EXP2[i] = floor(16 · 2^(i / 16)). */
export const eggExp2: Int32Array = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, i) =>
  Math.floor(16 * 2 ** (i / 16)),
);

/** Log-probability of the target in sixteenths of a bit: y_t + 128 - floor(16 log2(S / 16)), S = sum EXP2[y + 128]. */
export function eggScore(logits: Int8Array | Int32Array, target: number): number {
  let sum = 0;
  for (let i = 0; i < 256; i++) sum += eggExp2[logits[i] + 128];
  return logits[target] + 128 - Math.floor(16 * Math.log2(sum / 16));
}

/** y = clip(floor(x w / s)), s = floor(max(1, sum |x|) / d): the norm of a layer. */
export function eggNorm(x: Int32Array, w: Int8Array | Int32Array, out: Int32Array): void {
  let sum = 0;
  for (const entry of x) sum += Math.abs(entry);
  const s = Math.floor(Math.max(1, sum) / x.length);
  for (let i = 0; i < x.length; i++) {
    const product = x[i] * w[i];
    out[i] = s === 0 ? Math.sign(product) * 127 : clip(Math.floor(product / s));
  }
}

/** What the state contributes: g = ((f + 127) s) >> 8. */
export const eggReset = (f: number, s: number): number => ((f + 127) * s) >> 8;
/** The state after a step. */
export const eggMove = (f: number, s: number, h: number): number => s + (((f + 127) * (h - s)) >> 8);

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
  readonly parameters: readonly Parameter[];
  readonly #shift: number;
  readonly #layers: number;

  /**
   * @param dim - width D, a power of 4
   * @param layers - recurrent layers
   * @throws {InvalidInputError} for a width that is no power of 4
   */
  constructor(options: { dim: number; layers: number; seed?: number }) {
    checkObject(options, 'options');
    const { dim, layers, seed = 0 } = options;

    checkInteger(dim, 'dim', { min: 4, max: 1024 });
    checkInteger(layers, 'layers', { min: 1, max: 64 });
    const power = Math.log2(dim) / 2;
    if (!Number.isInteger(power))
      throw new InvalidInputError('must be a power of 4', { argument: 'dim', code: 'out-of-range' });
    this.dim = dim;
    this.#shift = power;
    this.#layers = layers;
    const shapes: [number, number][] = [
      [256, dim],
      [256, dim],
      [dim, 1],
    ];
    for (let l = 0; l < layers; l++) {
      shapes.push(
        [dim, 1],
        [dim, 1],
        [dim, dim],
        [dim, dim],
        [dim, dim],
        [dim, dim],
        [dim, 1],
        [dim, 1],
        [4 * dim, dim],
        [dim, 4 * dim],
      );
    }
    let at = 0;
    this.parameters = shapes.map(([rows, cols]) => {
      const parameter = { rows, cols, at };
      at += rows * cols;
      return parameter;
    });
    this.weights = new Int8Array(at);
    const random = new Random(seed, 0x656767);
    this.parameters.forEach((parameter, p) => {
      const isNorm = p === 2 || (p > 2 && (p - 3) % 10 < 2);
      for (let e = 0; e < parameter.rows * parameter.cols; e++) {
        this.weights[parameter.at + e] =
          parameter.cols > 1 ? clip(Math.round(16 * random.normal())) : isNorm ? 16 : 0;
      }
    });
  }

  /** States of the layers at the start of a text. */
  start(): Int32Array[] {
    return Array.from({ length: this.#layers }, () => new Int32Array(this.dim));
  }

  /** Logits of the next byte; moves the states. */
  step(token: number, states: readonly Int32Array[], noise?: EggNoise): Int32Array {
    const { dim, parameters, weights } = this;
    const vector = (p: number): Int32Array => {
      const { rows, at } = parameters[p];
      return Int32Array.from({ length: rows }, (_, i) =>
        clip(weights[at + i] + (noise ? noise.vector(p, rows, i) : 0)),
      );
    };
    const map = (p: number, x: Int32Array): Int32Array =>
      eggProduct(weights, parameters[p], x, 4 + this.#shift + (parameters[p].cols > dim ? 1 : 0), noise, p);
    const embedding = parameters[0];
    let x = Int32Array.from({ length: dim }, (_, j) =>
      clip(weights[embedding.at + token * dim + j] + (noise ? noise.entry(0, embedding, token, j) : 0)),
    );
    const a = new Int32Array(dim);
    for (let l = 0; l < this.#layers; l++) {
      const p = 3 + 10 * l;
      const s = states[l];
      eggNorm(x, vector(p), a);
      const [fa, fs, bf, bh] = [map(p + 2, a), map(p + 3, s), vector(p + 6), vector(p + 7)];
      const f = fa.map((entry, j) => clip(entry + fs[j] + bf[j]));
      const g = f.map((entry, j) => eggReset(entry, s[j]));
      const [ha, hg] = [map(p + 4, a), map(p + 5, g)];
      for (let j = 0; j < dim; j++) s[j] = eggMove(f[j], s[j], clip(ha[j] + hg[j] + bh[j]));
      x = x.map((entry, j) => clip(entry + s[j]));
      eggNorm(x, vector(p + 1), a);
      const wide = map(p + 9, map(p + 8, a));
      x = x.map((entry, j) => clip(entry + wide[j]));
    }
    eggNorm(x, vector(2), a);
    return map(1, a);
  }

  /** Sum of log-probabilities of a text in sixteenths of a bit, each byte from those before it; byte 0 begins. */
  score(text: Uint8Array, noise?: EggNoise): number {
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
}

/** clip((W x + ((x B) A s >> (4 + sigma))) >> shift). */
export function eggProduct(
  weights: Int8Array,
  { rows, cols, at }: Parameter,
  x: Int32Array,
  shift: number,
  noise?: EggNoise,
  p = 0,
): Int32Array {
  const out = new Int32Array(rows);
  let product = 0;
  if (noise) for (let j = 0; j < cols; j++) product += x[j] * noise.right(p, j);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += weights[at + i * cols + j] * x[j];
    if (noise) sum += (product * noise.left(p, cols, i) * noise.sign) >> (4 + noise.sigma);
    out[i] = clip(sum >> shift);
  }
  return out;
}

/** Perturbations of a member: entries of a bank at places that depend on parameter, step and pair. */
export class EggNoise {
  readonly sign: number;
  readonly sigma: number;
  readonly #bank: Int8Array;
  readonly #places: Int32Array;

  constructor(bank: Int8Array, count: number, step: number, pair: number, sign: 1 | -1, sigma: number) {
    this.#bank = bank;
    this.sign = sign;
    this.sigma = sigma;
    this.#places = Int32Array.from({ length: count }, (_, p) => placeOf(p, step, pair));
  }

  right(p: number, j: number): number {
    return this.#at(p, j);
  }

  left(p: number, cols: number, i: number): number {
    return this.#at(p, cols + i);
  }

  /** Of a row of the embedding. */
  entry(p: number, { cols }: Parameter, row: number, j: number): number {
    return (this.left(p, cols, row) * this.right(p, j) * this.sign) >> (4 + this.sigma);
  }

  /** Of a vector: the product of two entries. */
  vector(p: number, rows: number, i: number): number {
    return (this.raw(p, rows, i) * this.sign) >> (4 + this.sigma);
  }

  /** The product of two entries, before sign and shift. */
  raw(p: number, rows: number, i: number): number {
    return this.#at(p, i) * this.#at(p, rows + i);
  }

  #at(p: number, offset: number): number {
    return this.#bank[(this.#places[p] + offset) & (this.#bank.length - 1)];
  }
}

/** A hash of three numbers. */
function placeOf(p: number, step: number, pair: number): number {
  let h = Math.imul(p + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca77) ^ Math.imul(pair + 1, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 1;
}

/** A bank of 2^18 entries round(16 N(0, 1)). */
export function eggBank(seed: number): Int8Array {
  return Int8Array.from(new Random(seed, 0x62616e6b).normals(new Float64Array(2 ** 18)), (e) =>
    clip(Math.round(16 * e)),
  );
}

/** Moves weights by one where the sum of the pairs' votes is large: 16 |Z| >= threshold · floor(sqrt(pairs)) · 256. */
export function eggUpdate(
  model: EggModel,
  noises: readonly EggNoise[],
  votes: Int8Array,
  threshold: number,
): number {
  const bar = threshold * Math.floor(Math.sqrt(votes.length)) * 256;
  let moved = 0;
  model.parameters.forEach(({ rows, cols, at }, p) => {
    const sums = new Float64Array(rows * cols);
    for (const [k, vote] of votes.entries()) {
      if (vote === 0) continue;
      for (let i = 0; i < rows; i++) {
        const left = vote * (cols > 1 ? noises[k].left(p, cols, i) : noises[k].raw(p, rows, i));
        if (cols > 1) for (let j = 0; j < cols; j++) sums[i * cols + j] += left * noises[k].right(p, j);
        else sums[i] += left;
      }
    }
    for (let e = 0; e < sums.length; e++) {
      if (sums[e] === 0 || 16 * Math.abs(sums[e]) < bar) continue;
      model.weights[at + e] = clip(model.weights[at + e] + Math.sign(sums[e]));
      moved++;
    }
  });
  return moved;
}
