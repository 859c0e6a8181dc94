// Verdicts on properties of ReLU networks, checked in exact arithmetic: a point that is unsafe, or for every case a tree of
// signs of neurons whose leaves have lines and multipliers that give a positive margin.
//
// H. Zhang and others: CROWN (2018), arXiv 1811.00866; S. Wang and others: beta-CROWN (2021), arXiv 2103.06624.
import type { Verdict } from '@infimum/core/certificate';
import { up as above, integers, roundDyadic } from '@infimum/rigor';
import type { DenseLayer, Network } from '../networks/network.ts';
import type { PropertyInstance, PropertySolution, UnsafeCase } from './verify-property.ts';

/** A leaf: weights of the conditions, and for each hidden neuron a lower slope, an upper line and a multiplier of its sign. */
export interface ProofLeaf {
  /** At least 0, one a condition: their sum of margins is bounded. */
  readonly conditions: readonly number[];
  /** By layer and neuron: z >= 0 or z <= 0 on the way here counts so many times. */
  readonly multipliers: readonly (readonly number[])[];
  /** By layer and neuron: relu(z) >= lower z, from 0 to 1. */
  readonly lower: readonly (readonly number[])[];
  /** By layer and neuron: relu(z) <= upper z + intercept. */
  readonly upper: readonly (readonly number[])[];
  /** See `upper`. */
  readonly intercept: readonly (readonly number[])[];
}

/** A leaf, or both signs of a neuron. */
export type ProofTree =
  | ProofLeaf
  | {
      /** Layer and neuron. */
      readonly split: readonly [layer: number, neuron: number];
      /** Where its sum is at least 0. */
      readonly up: ProofTree;
      /** Where it is at most 0. */
      readonly down: ProofTree;
    };

/** What proves a verdict: plain numbers, for JSON. */
export interface PropertyWitness {
  /** An unsafe input and its case. */
  readonly point?: {
    /** The case. */
    readonly unsafeCase: number;
    /** The input. */
    readonly x: readonly number[];
  };
  /** A tree a case: no input is unsafe. */
  readonly trees?: readonly ProofTree[];
}

/** Numbers m 2^e. */
interface Exact {
  readonly m: readonly bigint[];
  readonly e: number;
}

/** By layer: lower slopes, upper slopes and intercepts of its neurons; `linesOf` adds 1 for those that may be on their kink. */
export type Lines = readonly (readonly Float64Array[])[];

const ZERO: Exact = { m: [0n], e: 0 };

const refused = (reason: string): Verdict => ({ proved: false, reason });
/** Whether all layers are dense, with ReLU between them. */
export const isPlainNetwork = ({ layers }: Network): boolean =>
  layers.every(
    ({ kind, activation, carried }, k) =>
      kind === 'dense' && !carried && activation === (k === layers.length - 1 ? 'linear' : 'relu'),
  );
export const isList = (value: unknown, length: number): value is number[] =>
  Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));

/** Judges a witness of a verdict. Throws nothing, whatever the witness. */
export function check(instance: PropertyInstance, solution: PropertySolution, witness: unknown): Verdict {
  const layers = instance.network.layers as readonly DenseLayer[];
  if (!isPlainNetwork(instance.network)) return refused('only dense ReLU networks are checked');
  const { point, trees } = (witness ?? {}) as PropertyWitness;
  const proved: Verdict = { proved: true, figures: { 'false-witness': { lower: 0, upper: 0 } } };
  if (solution.verdict === 'falsified') {
    const one = instance.unsafe[point?.unsafeCase ?? -1];
    if (!one || !isList(point?.x, layers[0].inputs)) return refused('the witness has no input of a case');
    return isUnsafe(layers, one, point.x) ? proved : refused('the input is safe, or outside of the region');
  }
  if (solution.verdict !== 'certified') return refused('nothing is claimed');
  if (!Array.isArray(trees) || trees.length !== instance.unsafe.length) return refused('the witness has not a tree a case');
  for (const [k, tree] of trees.entries()) {
    const reason = whyNotSafe(new Proof(layers, instance.unsafe[k]), tree, []);
    if (reason !== undefined) return refused(`case ${k}: ${reason}`);
  }
  return proved;
}

function isUnsafe(layers: readonly DenseLayer[], { region, rows, limits }: UnsafeCase, x: readonly number[]): boolean {
  if (!x.every((value, j) => value >= region.lower[j] && value <= region.upper[j])) return false;
  if (region.ball && !isInBall(region.ball, x)) return false;
  let input = exactOf(x);
  for (const [k, layer] of layers.entries()) {
    const z = plus(product(exactOf(layer.weight), input), exactOf(layer.bias));
    input = k === layers.length - 1 ? z : { m: z.m.map((m) => (m > 0n ? m : 0n)), e: z.e };
  }
  return plus(product(exactOf(rows), input), exactOf(limits.map((d) => -d))).m.every((m) => m <= 0n);
}

function isInBall({ center, radius, norm }: NonNullable<UnsafeCase['region']['ball']>, x: readonly number[]): boolean {
  const offset = plus(exactOf(x), exactOf(center.map((c) => -c)));
  const sizes = offset.m.map((m) => (norm === 'l2' ? m * m : m < 0n ? -m : m));
  const e = norm === 'l2' ? 2 * offset.e : offset.e;
  const reach = exactOf([radius]);
  const limit = norm === 'l2' ? { m: [-(reach.m[0] * reach.m[0])], e: 2 * reach.e } : { m: [-reach.m[0]], e: reach.e };
  return plus({ m: [sizes.reduce((sum, m) => sum + m, 0n)], e }, limit).m[0] <= 0n;
}

/** A sign of a neuron on the way to a leaf. */
interface Sign {
  readonly layer: number;
  readonly neuron: number;
  readonly up: boolean;
}

function whyNotSafe(proof: Proof, tree: unknown, path: readonly Sign[]): string | undefined {
  if (path.length > 1000) return 'the tree is too deep';
  const { split, up, down } = (tree ?? {}) as { split?: unknown; up?: unknown; down?: unknown };
  if (split === undefined) return proof.whyNotLeaf(tree, path);
  if (!isList(split, 2)) return 'a split names no neuron';
  const [layer, neuron] = split;
  if (!(neuron in (proof.layers.slice(0, -1)[layer]?.bias ?? []))) return 'a split names no neuron';
  return (
    whyNotSafe(proof, up, [...path, { layer, neuron, up: true }]) ??
    whyNotSafe(proof, down, [...path, { layer, neuron, up: false }])
  );
}

/** Checks the leaves of a case. */
export class Proof {
  readonly layers: readonly DenseLayer[];
  readonly #unsafe: UnsafeCase;
  readonly #weights: readonly Exact[];
  readonly #biases: readonly Exact[];
  readonly #ends: readonly [Exact, Exact];

  constructor(layers: readonly DenseLayer[], unsafe: UnsafeCase) {
    this.layers = layers;
    this.#unsafe = unsafe;
    this.#weights = layers.map(({ weight }) => exactOf(weight));
    this.#biases = layers.map(({ bias }) => exactOf(bias));
    this.#ends = [exactOf(unsafe.region.lower), exactOf(unsafe.region.upper)];
  }

  /** What keeps a leaf from proving that its part of the region is safe; undefined if it does. */
  whyNotLeaf(given: unknown, path: readonly Sign[]): string | undefined {
    const leaf = (given ?? {}) as ProofLeaf;
    const { rows, limits } = this.#unsafe;
    const hidden = this.layers.slice(0, -1);
    const fits = (list: unknown) =>
      Array.isArray(list) && list.length === hidden.length && hidden.every(({ bias }, k) => isList(list[k], bias.length));
    if (!isList(leaf.conditions, limits.length) || leaf.conditions.some((weight) => weight < 0))
      return 'a leaf has no weights of conditions';
    if (![leaf.multipliers, leaf.lower, leaf.upper, leaf.intercept].every(fits)) return 'a leaf does not fit';
    const signs = hidden.map(({ bias }) => new Int8Array(bias.length));
    for (const { layer, neuron, up } of path) signs[layer][neuron] = up ? 1 : -1;
    const lines = hidden.map(({ bias }) => [
      new Float64Array(bias.length),
      new Float64Array(bias.length),
      new Float64Array(bias.length),
    ]);
    for (const [k, { bias }] of hidden.entries()) {
      for (let i = 0; i < bias.length; i++) {
        const line =
          signs[k][i] > 0
            ? [1, 1, 0]
            : signs[k][i] < 0
              ? [0, 0, 0]
              : [leaf.lower[k][i], leaf.upper[k][i], leaf.intercept[k][i]];
        line.forEach((value, part) => {
          lines[k][part][i] = value;
        });
        if (signs[k][i] === 0 && !this.#holds(k, i, lines)) return `the lines of neuron ${i} in layer ${k} do not hold`;
        // Lines that hold tell signs as well.
        const [low, high, at] = line;
        if (low === high && at === 0 && (low === 0 || low === 1)) signs[k][i] = low === 1 ? 1 : -1;
        const weight = leaf.multipliers[k][i];
        if (weight < 0 || (weight !== 0 && signs[k][i] === 0)) return 'a multiplier has the wrong sign';
      }
    }
    // Σ λ (C y - d) - Σ β |z| on the signs of the path, which is at most the margin.
    const weights = exactOf(leaf.conditions);
    const start = times(weights, exactOf(rows), this.layers[this.layers.length - 1].bias.length);
    const constant = product(exactOf(limits.map((d) => -d)), weights);
    const pulls = leaf.multipliers.map((list, k) => list.map((weight, i) => (weight === 0 ? 0 : -weight * signs[k][i])));
    return this.#least(start, constant, this.layers.length - 1, lines, pulls).m[0] > 0n
      ? undefined
      : 'a leaf has no positive margin';
  }

  /** Whether both lines of a neuron hold for all sums that it can have, by the lines of the layers below. */
  #holds(k: number, i: number, lines: Lines): boolean {
    const [lower, upper, intercept] = lines[k].map((list) => list[i]);
    // Below: relu(z) >= a z for any a from 0 to 1. Above: the line is at least 0, and at least z.
    if (!(lower >= 0 && lower <= 1)) return false;
    const line = this.#unit(k, i, upper);
    const constant = exactOf([intercept]);
    return [line, plus(line, this.#unit(k, i, -1))].every((row) => this.#least(row, constant, k, lines).m[0] >= 0n);
  }

  /** Bounds of a sum over the box by the lines of the layers below. */
  rangeOf(k: number, i: number, lines: Lines): { readonly lower: number; readonly upper: number } {
    const least = [1, -1].map((scale) => this.#least(this.#unit(k, i, scale), ZERO, k, lines));
    const [lower, upper] = least.map(({ m, e }) => roundDyadic(m[0], e, -1));
    return { lower, upper: -upper };
  }

  #unit(k: number, i: number, scale: number): Exact {
    return exactOf(Array.from(this.layers[k].bias, (_, j) => (j === i ? scale : 0)));
  }

  /** The least value of row · z_k + constant over the box, with lines in place of activations. */
  #least(row: Exact, constant: Exact, k: number, lines: Lines, pulls?: readonly (readonly number[])[]): Exact {
    let [own, rest] = [row, constant];
    for (let j = k; ; j--) {
      rest = plus(rest, product(own, this.#biases[j]));
      own = times(own, this.#weights[j], this.layers[j].inputs);
      if (j === 0) break;
      const [lower, upper, intercept] = lines[j - 1];
      rest = plus(rest, product(exactOf(intercept.map((t, i) => (own.m[i] < 0n ? t : 0))), own));
      const slopes = exactOf(lower.map((slope, i) => (own.m[i] < 0n ? upper[i] : slope)));
      own = { m: own.m.map((m, i) => m * slopes.m[i]), e: own.e + slopes.e };
      if (pulls) own = plus(own, exactOf(pulls[j - 1]));
    }
    const [low, high] = this.#ends;
    const [up, down] = [1n, -1n].map((sign) => ({ m: own.m.map((m) => (m * sign > 0n ? m : 0n)), e: own.e }));
    return plus(rest, plus(product(up, low), product(down, high)));
  }
}

/**
 * Lines that hold, with slopes of few digits, by bounds of the sums; 0 and 1 where a sum has one sign, which signs of neurons may
 * tell. Undefined where a sum is beyond the range of doubles.
 */
export function linesOf(proof: Proof, signs: readonly Int8Array[]): Lines | undefined {
  const lines = signs.map(({ length }) => [0, 1, 2, 3].map(() => new Float64Array(length)));
  for (const [k, [lower, upper, intercept, kinks]] of lines.entries()) {
    for (const [i, sign] of signs[k].entries()) {
      const range = sign === 0 ? proof.rangeOf(k, i, lines) : { lower: sign, upper: sign };
      if (!(range.upper - range.lower < Infinity)) return undefined;
      kinks[i] = Number(range.lower <= 0 && range.upper >= 0);
      const isOpen = range.lower < 0 && range.upper > 0;
      const slope = Math.round((range.upper / (range.upper - range.lower)) * 2 ** 40) / 2 ** 40;
      upper[i] = isOpen ? slope : range.lower >= 0 ? 1 : 0;
      lower[i] = isOpen ? (range.upper >= -range.lower ? 1 : 0) : upper[i];
      if (isOpen) intercept[i] = above(Math.max(-slope * range.lower, (1 - slope) * range.upper));
    }
  }
  return lines;
}

function exactOf(x: ArrayLike<number>): Exact {
  const { mantissas, exponent } = integers(x);
  return { m: mantissas, e: exponent };
}

/** a + b, entry by entry. */
function plus(a: Exact, b: Exact): Exact {
  const e = Math.min(a.e, b.e);
  const [p, q] = [BigInt(a.e - e), BigInt(b.e - e)];
  return { m: a.m.map((m, i) => (m << p) + (b.m[i] << q)), e };
}

/** A x for a matrix row by row; a · x where A has one row. */
function product(matrix: Exact, x: Exact): Exact {
  const n = x.m.length;
  const rows = Array.from({ length: matrix.m.length / n }, (_, i) =>
    x.m.reduce((sum, m, j) => (m === 0n ? sum : sum + m * matrix.m[i * n + j]), 0n),
  );
  return { m: rows, e: matrix.e + x.e };
}

/** u' A for a matrix of so many columns. */
function times(u: Exact, matrix: Exact, columns: number): Exact {
  const sums = new Array<bigint>(columns).fill(0n);
  u.m.forEach((m, i) => {
    if (m !== 0n) for (let j = 0; j < columns; j++) sums[j] += m * matrix.m[i * columns + j];
  });
  return { m: sums, e: u.e + matrix.e };
}
