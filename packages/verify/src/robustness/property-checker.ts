// Verdicts on properties of ReLU networks, checked in exact arithmetic: a point that is unsafe, or for every case a tree of
// signs of neurons whose leaves have lines and multipliers that give a positive margin.
//
// H. Zhang and others: CROWN (2018), arXiv 1811.00866; S. Wang and others: beta-CROWN (2021), arXiv 2103.06624.
import type { Verdict } from '@infimum/core/certificate';
import { ExactBounds, exactOf, isList, isPlainNetwork, plus, product, times } from '../bounds/exact-bounds-checker.ts';
import type { DenseLayer } from '../networks/network.ts';
import type { PropertyInstance, PropertySolution, UnsafeCase } from './verify-property.ts';

/** A leaf: weights of the conditions, and for each hidden neuron a lower slope, an upper line and a multiplier of its sign. */
export interface ProofLeaf {
  /** At least 0, one a condition: their sum of margins is bounded. */
  readonly conditions: readonly number[];
  /** By layer and neuron: the multiplier of z >= 0 or z <= 0 on the path to the leaf. */
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
      /** The part where its sum is at least 0. */
      readonly up: ProofTree;
      /** The part where it is at most 0. */
      readonly down: ProofTree;
    };

/** The witness of a verdict: plain numbers, for JSON. */
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

const refused = (reason: string): Verdict => ({ proved: false, reason });

/** Judges a witness of a verdict. Throws nothing, whatever the witness. */
export function check(instance: PropertyInstance, solution: PropertySolution, witness: unknown): Verdict {
  const layers = instance.network.layers as readonly DenseLayer[];
  if (!isPlainNetwork(instance.network)) return refused('only dense ReLU networks are checked');
  const { point, trees } = (witness ?? {}) as PropertyWitness;
  const proved: Verdict = { proved: true, figures: { 'false-witness': { lower: 0, upper: 0 } } };
  if (solution.verdict === 'falsified') {
    const one = instance.unsafe[point?.unsafeCase ?? -1];
    if (!one || !isList(point?.x, layers[0].inputs)) return refused('the witness has no input for a case');
    return isUnsafe(layers, one, point.x) ? proved : refused('the input is safe, or outside the region');
  }
  if (solution.verdict !== 'certified') return refused('nothing is claimed');
  if (!Array.isArray(trees) || trees.length !== instance.unsafe.length)
    return refused('the witness does not have one tree per case');
  for (const [k, tree] of trees.entries()) {
    const reason = whyNotSafe(new ExactBounds(layers, instance.unsafe[k].region), instance.unsafe[k], tree, []);
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

/** A sign of a neuron on the path to a leaf. */
interface Sign {
  readonly layer: number;
  readonly neuron: number;
  readonly up: boolean;
}

function whyNotSafe(bounds: ExactBounds, unsafe: UnsafeCase, tree: unknown, path: readonly Sign[]): string | undefined {
  if (path.length > 1000) return 'the tree is too deep';
  const { split, up, down } = (tree ?? {}) as { split?: unknown; up?: unknown; down?: unknown };
  if (split === undefined) return whyNotLeaf(bounds, unsafe, tree, path);
  if (!isList(split, 2)) return 'a split names no neuron';
  const [layer, neuron] = split;
  if (!(neuron in (bounds.layers.slice(0, -1)[layer]?.bias ?? []))) return 'a split names no neuron';
  return (
    whyNotSafe(bounds, unsafe, up, [...path, { layer, neuron, up: true }]) ??
    whyNotSafe(bounds, unsafe, down, [...path, { layer, neuron, up: false }])
  );
}

/** The reason why a leaf does not prove that its part of the region is safe; undefined if it does. */
export function whyNotLeaf(
  bounds: ExactBounds,
  { rows, limits }: UnsafeCase,
  given: unknown,
  path: readonly Sign[],
): string | undefined {
  const leaf = (given ?? {}) as ProofLeaf;
  const hidden = bounds.layers.slice(0, -1);
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
        signs[k][i] > 0 ? [1, 1, 0] : signs[k][i] < 0 ? [0, 0, 0] : [leaf.lower[k][i], leaf.upper[k][i], leaf.intercept[k][i]];
      line.forEach((value, part) => {
        lines[k][part][i] = value;
      });
      if (signs[k][i] === 0 && !bounds.holds(k, i, lines)) return `the lines of neuron ${i} in layer ${k} do not hold`;
      // Valid lines determine signs as well.
      const [low, high, at] = line;
      if (low === high && at === 0 && (low === 0 || low === 1)) signs[k][i] = low === 1 ? 1 : -1;
      const weight = leaf.multipliers[k][i];
      if (weight < 0 || (weight !== 0 && signs[k][i] === 0)) return 'a multiplier has the wrong sign';
    }
  }
  // Σ λ (C y - d) - Σ β |z| on the signs of the path, which is at most the margin.
  const weights = exactOf(leaf.conditions);
  const start = times(weights, exactOf(rows), bounds.layers[bounds.layers.length - 1].bias.length);
  const constant = product(exactOf(limits.map((d) => -d)), weights);
  const pulls = leaf.multipliers.map((list, k) => list.map((weight, i) => (weight === 0 ? 0 : -weight * signs[k][i])));
  return bounds.least(start, constant, bounds.layers.length - 1, lines, pulls).m[0] > 0n
    ? undefined
    : 'a leaf has no positive margin';
}
