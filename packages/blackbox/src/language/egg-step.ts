// A step of the integer language model in plain TypeScript, and the noise of a member: the kernels are tested against it, and models
// narrower than 16 use it.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { Random } from '@infimum/core';
import { clip, eggMove, eggNorm, eggReset } from './egg-arithmetic.ts';

/** A matrix rows x cols, or a vector (cols 1) of weights, norms or biases. */
export interface EggParameter {
  readonly rows: number;
  readonly cols: number;
  readonly at: number;
}

/** Sizes and places of embedding, head, last norm, and of each layer two norms, four maps, two biases and two wide maps. */
export function eggParameters(dim: number, layers: number): EggParameter[] {
  const layer: [number, number][] = [
    ...Array.from({ length: 2 }, (): [number, number] => [dim, 1]),
    ...Array.from({ length: 4 }, (): [number, number] => [dim, dim]),
    ...Array.from({ length: 2 }, (): [number, number] => [dim, 1]),
    [4 * dim, dim],
    [dim, 4 * dim],
  ];
  const shapes: [number, number][] = [[256, dim], [256, dim], [dim, 1], ...Array.from({ length: layers }, () => layer).flat()];
  let at = 0;
  return shapes.map(([rows, cols]) => {
    const parameter = { rows, cols, at };
    at += rows * cols;
    return parameter;
  });
}

/** The inputs of a forward pass. */
export interface EggWeights {
  readonly dim: number;
  readonly layers: number;
  readonly weights: Int8Array;
  readonly parameters: readonly EggParameter[];
}

/** Logits of the next byte; moves the states. Written for readability; texts are scored by an equivalent kernel. */
export function eggStep(model: EggWeights, token: number, states: readonly Int32Array[], noise?: EggNoise): Int32Array {
  const { dim, parameters, weights, layers } = model;
  const half = Math.log2(dim) / 2;
  const vector = (p: number): Int32Array => {
    const { rows, at } = parameters[p];
    return Int32Array.from({ length: rows }, (_, i) => clip(weights[at + i] + (noise ? noise.vector(p, rows, i) : 0)));
  };
  const map = (p: number, x: Int32Array): Int32Array =>
    eggProduct(weights, parameters[p], x, 4 + half + (parameters[p].cols > dim ? 1 : 0), noise, p);
  const embedding = parameters[0];
  let x = Int32Array.from({ length: dim }, (_, j) =>
    clip(weights[embedding.at + token * dim + j] + (noise ? noise.entry(0, embedding, token, j) : 0)),
  );
  const a = new Int32Array(dim);
  for (let l = 0; l < layers; l++) {
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

/** clip((W x + ((x B) A s >> (4 + sigma))) >> shift). */
export function eggProduct(
  weights: Int8Array,
  { rows, cols, at }: EggParameter,
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
  /** 1 or -1. */
  readonly sign: number;
  /** The deviation is 2^-sigma. */
  readonly sigma: number;
  /** The entries. */
  readonly bank: Int8Array;
  /** Where the noise of each parameter begins. */
  readonly places: Int32Array;

  constructor(bank: Int8Array, places: Int32Array, sign: 1 | -1, sigma: number) {
    this.bank = bank;
    this.sign = sign;
    this.sigma = sigma;
    this.places = places;
  }

  /** The member of a sign of a pair. */
  static of(bank: Int8Array, count: number, step: number, pair: number, sign: 1 | -1, sigma = 4): EggNoise {
    return new EggNoise(bank, eggPlaces(count, step, pair), sign, sigma);
  }

  right(p: number, j: number): number {
    return this.#at(p, j);
  }

  left(p: number, cols: number, i: number): number {
    return this.#at(p, cols + i);
  }

  /** Of a row of the embedding. */
  entry(p: number, { cols }: EggParameter, row: number, j: number): number {
    return (this.left(p, cols, row) * this.right(p, j) * this.sign) >> (4 + this.sigma);
  }

  /** Of a vector: the product of two entries. */
  vector(p: number, rows: number, i: number): number {
    return (this.#at(p, i) * this.#at(p, rows + i) * this.sign) >> (4 + this.sigma);
  }

  #at(p: number, offset: number): number {
    return this.bank[(this.places[p] + offset) & (EGG_BANK - 1)];
  }
}

/** A hash of three numbers. */
function placeOf(p: number, step: number, pair: number): number {
  let h = Math.imul(p + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca77) ^ Math.imul(pair + 1, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 1;
}

/** Places in the bank of the noise of `count` parameters for a pair of a step. */
export function eggPlaces(count: number, step: number, pair: number): Int32Array {
  return Int32Array.from({ length: count }, (_, p) => placeOf(p, step, pair) & (EGG_BANK - 1));
}

/** Entries of a bank. */
export const EGG_BANK: number = 2 ** 18;

/** The last bank: making one takes longer than many updates. */
let lastBank: { readonly seed: number; readonly bank: Int8Array } | undefined;

/**
 * A bank of 2^18 entries round(16 N(0, 1)), and the first 2^13 of them again, so that no run has to wrap around. It is shared by all
 * callers with the same seed, and is read-only.
 */
export function eggBank(seed: number): Int8Array {
  if (lastBank?.seed === seed) return lastBank.bank;
  const bank = new Int8Array(EGG_BANK + 2 ** 13);
  const normals = new Random(seed, 0x62616e6b).normals(new Float64Array(EGG_BANK));
  for (let e = 0; e < EGG_BANK; e++) bank[e] = clip(Math.round(16 * normals[e]));
  bank.copyWithin(EGG_BANK, 0, 2 ** 13);
  lastBank = { seed, bank };
  return bank;
}
