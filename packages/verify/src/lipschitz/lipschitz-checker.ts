// The largest gradient of a ReLU network on a box: from below at points, from above over the parts of a tree.
//
// M. Jordan, A. G. Dimakis: Exactly computing the local Lipschitz constant of ReLU networks (2020), arXiv 2003.01219.
import type { Enclosure, Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, down, interval, magnitude, multiply, square, squareRoot, up } from '@infimum/rigor';
import { ExactBounds, isList, isPlainNetwork, linesOf } from '../bounds/exact-bounds-checker.ts';
import type { DenseLayer } from '../networks/network.ts';
import type { LipschitzInstance, LipschitzSolution } from './local-lipschitz.ts';

/** A part of the box, or its two halves, or both signs of a neuron on it. */
export type LipschitzTree =
  | Readonly<Record<string, never>>
  | {
      /** The input, and the cut position. */
      readonly cut: readonly [input: number, at: number];
      /** Below the cut. */
      readonly down: LipschitzTree;
      /** Above it. */
      readonly up: LipschitzTree;
    }
  | {
      /** Layer and neuron. */
      readonly split: readonly [layer: number, neuron: number];
      /** The part where its sum is at most 0. */
      readonly down: LipschitzTree;
      /** The part where it is at least 0. */
      readonly up: LipschitzTree;
    };

/** The witness that encloses the largest gradients. */
export interface LipschitzWitness {
  /** The points of gradients. */
  readonly points: readonly (readonly number[])[];
  /** The parts of the box. */
  readonly tree: LipschitzTree;
}

/** A part of a box with signs of neurons by layer; 0 where a neuron may have both. */
export interface LipschitzPart extends Record<'lower' | 'upper', Float64Array> {
  readonly signs: readonly Int8Array[];
}

const ZERO = interval(0);

/** Encloses the gradients' dual norms on a part, an interval an output, and returns which neurons have both signs. */
export function gradientsOn(instance: LipschitzInstance, { lower, upper, signs }: LipschitzPart) {
  const { network, region, norm, over } = instance;
  const layers = network.layers as readonly DenseLayer[];
  const lines = linesOf(new ExactBounds(layers, { lower, upper }), signs);
  if (!lines) return undefined;
  const slopes = lines.map(([slope, , , kinks]) => Array.from(slope, (s, i) => (kinks[i] ? interval(0, 1) : interval(s))));
  const count = layers[layers.length - 1].outputs;
  const norms = Array.from(instance.outputs ?? Array(count).keys(), (output) => {
    let row: Interval[] = Array.from({ length: count }, (_, i) => interval(i === output ? 1 : 0));
    for (let k = layers.length - 1; k >= 0; k--) {
      const { inputs, weight } = layers[k];
      const next = new Array<Interval>(inputs).fill(ZERO);
      for (const [i, factor] of row.entries()) {
        if (factor.lower === 0 && factor.upper === 0) continue;
        for (let j = 0; j < inputs; j++) next[j] = add(next[j], multiply(factor, interval(weight[i * inputs + j])));
      }
      row = k === 0 ? next : next.map((entry, j) => multiply(entry, slopes[k - 1][j]));
    }
    const sizes = row
      .filter((_, j) => over !== 'free' || region.lower[j] < region.upper[j])
      .map((entry) => interval(Math.max(0, entry.lower, -entry.upper), magnitude(entry)));
    if (norm === 'l1') return sizes.reduce((a, b) => interval(Math.max(a.lower, b.lower), Math.max(a.upper, b.upper)), ZERO);
    const sum = (norm === 'l2' ? sizes.map(square) : sizes).reduce(add, ZERO);
    const size = interval(Math.max(0, sum.lower), sum.upper);
    return norm === 'l2' ? squareRoot(size) : size;
  });
  return { norms, slopes };
}

/** Both parts of a part below a branch of the tree; undefined for an invalid branch. */
export function halvesOf({ lower, upper, signs }: LipschitzPart, tree: unknown): LipschitzPart[] | undefined {
  const { cut, split } = (tree ?? {}) as { cut?: unknown; split?: unknown };
  if (isList(cut, 2)) {
    const [input, at] = cut;
    if (!(at >= lower[input] && at <= upper[input])) return undefined;
    const moved = (end: Float64Array) => end.map((value, j) => (j === input ? at : value));
    return [
      { lower, upper: moved(upper), signs },
      { lower: moved(lower), upper, signs },
    ];
  }
  if (!isList(split, 2) || !(split[1] in (signs[split[0]] ?? []))) return undefined;
  return [-1, 1].map((sign) => ({
    lower,
    upper,
    signs: signs.map((list, k) => list.map((old, i) => (k === split[0] && i === split[1] ? sign : old))),
  }));
}

/**
 * Encloses the largest dual norm of a gradient on the box, `constant`, and the largest share of it by which an output's exceeds
 * the bound of the solution, `violation`. Throws nothing, whatever the witness.
 */
export function check(instance: LipschitzInstance, { perOutput }: LipschitzSolution, witness: unknown): Verdict {
  const refused = (reason: string): Verdict => ({ proved: false, reason });
  const { network, region } = instance;
  if (!isPlainNetwork(network) || region.ball) return refused('only dense ReLU networks on boxes are checked');
  const signs = network.layers.slice(0, -1).map((layer) => new Int8Array((layer as DenseLayer).outputs));
  const { points, tree } = (witness ?? {}) as Partial<LipschitzWitness>;
  const { lower, upper } = region;
  if (!Array.isArray(points)) return refused('the witness has no points');
  const ends: Enclosure[] = Array.from(perOutput, () => ZERO);
  const meet = (part: LipschitzPart, isPoint: boolean): boolean => {
    const norms = gradientsOn(instance, part)?.norms;
    if (norms?.length !== ends.length) return false;
    for (const [i, at] of norms.entries())
      ends[i] = isPoint
        ? { lower: Math.max(ends[i].lower, at.lower), upper: ends[i].upper }
        : { lower: ends[i].lower, upper: Math.max(ends[i].upper, at.upper) };
    return true;
  };
  for (const point of points) {
    if (!isList(point, lower.length) || !point.every((x, j) => x >= lower[j] && x <= upper[j]))
      return refused('a point is not in the box');
    const x = Float64Array.from(point);
    if (!meet({ lower: x, upper: x, signs }, true)) return refused('numbers are beyond the range of doubles');
  }
  const visit = (part: LipschitzPart, node: unknown, depth: number): string | undefined => {
    const { up: above, down: below } = (node ?? {}) as { up?: unknown; down?: unknown };
    if (above === undefined && below === undefined)
      return meet(part, false) ? undefined : 'numbers are beyond the range of doubles';
    const halves = depth < 1000 ? halvesOf(part, node) : undefined;
    if (!halves) return 'the tree is too deep, or splits a neuron that does not exist';
    return visit(halves[0], below, depth + 1) ?? visit(halves[1], above, depth + 1);
  };
  const reason = visit({ lower, upper, signs }, tree, 0);
  if (reason !== undefined) return refused(reason);
  const constant = ends.reduce((a, b) => ({ lower: Math.max(a.lower, b.lower), upper: Math.max(a.upper, b.upper) }));
  const shares = ends.map((end, i) => [
    end.lower > perOutput[i] ? down(down(end.lower - perOutput[i]) / end.lower) : 0,
    end.upper > perOutput[i] ? up(up(end.upper - perOutput[i]) / end.upper) : 0,
  ]);
  const [least, most] = [0, 1].map((side) => shares.reduce((worst, share) => Math.max(worst, share[side]), 0));
  if (!(constant.upper < Infinity && most < Infinity)) return refused('numbers are beyond the range of doubles');
  return { proved: true, figures: { constant, violation: { lower: Math.max(0, least), upper: Math.min(1, most) } } };
}
