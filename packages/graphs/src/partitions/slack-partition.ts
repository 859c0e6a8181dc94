// Rectangular partitions with slack: boxes of any dimension with a bounded ratio of sides, whose volumes are proportional
// to the weights up to a factor.
//
// Fat polygonal partitions with applications to visualization and embeddings (2010), arXiv 1009.1866; the algorithm is reconstructed from
// the paper's properties, which tests check.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, fault, resolveOptions } from '@infimum/core';
import type { HierarchyLike } from './hierarchy.ts';
import { asHierarchy, sumsOf } from './hierarchy.ts';

export const slackPartitionOptions = {
  dimension: { type: 'integer', min: 1, max: 64, default: 2, description: 'Dimension of the boxes' },
  slack: {
    type: 'number',
    was: 'epsilon',
    above: 0,
    max: 1 / 3,
    default: 1 / 3,
    description: 'Share of its volume that a child may lose; sides stay within a ratio of 1/epsilon',
  },
  method: {
    type: 'choice',
    was: 'mode',
    choices: ['tile', 'shrink'],
    default: 'tile',
    description: 'Boxes that tile, or boxes shrunk to exactly proportional volumes',
  },
  box: { type: 'value', check: checkBox, description: 'Lower corner, then upper corner; the unit cube by default' },
} as const satisfies OptionSpecs;

function checkBox(value: unknown, argument: string): asserts value is VectorLike {
  asVector(value as VectorLike, argument);
}

/** Options of `slackPartition`. */
export type SlackPartitionOptions = OptionsOf<typeof slackPartitionOptions>;

/** A box for every node. */
export interface SlackPartition {
  /** Lower corners, `dimension` numbers a node; NaN never: nodes without weight have an empty box at their parent's corner. */
  readonly lower: Float64Array;
  /** Upper corners. */
  readonly upper: Float64Array;
  /** Largest ratio of the sides of a box. */
  readonly maxSideRatio: number;
  /** Least share of a child in its parent's volume, over its share in the weight. */
  readonly minShare: number;
}

/**
 * Boxes for all nodes of a tree. The heaviest siblings with a third of the weight are separated from the rest, at a
 * fraction within [ε, 1−ε] of the longest side, and so on. Then sides stay within a ratio of max(that of the root, 1/ε),
 * and every child has at least 1 − ε of its proportional share. Time O(n log n).
 *
 * @throws {InvalidInputError} for weights, epsilon or box at fault
 *
 * Source: Fat polygonal partitions with applications to visualization and embeddings, arXiv 1009.1866.
 *
 * @example
 * ```ts
 * import { slackPartition } from '@infimum/graphs/partitions';
 *
 * const tree = { parents: Int32Array.of(-1, 0, 0, 0), weights: Float64Array.of(0, 0.9, 0.05, 0.05) };
 * const { lower, upper } = slackPartition(tree, { slack: 0.2 });
 * console.log(lower[4], upper[5]); // 0.8 0.5
 * ```
 */
export function slackPartition(tree: HierarchyLike, options: SlackPartitionOptions = {}): SlackPartition {
  const { dimension, slack, method, box } = resolveOptions(slackPartitionOptions, options);
  const hierarchy = asHierarchy(tree);
  const { begins, children, totals } = sumsOf(hierarchy);
  const nodes = totals.length;
  const lower = new Float64Array(nodes * dimension);
  const upper = new Float64Array(nodes * dimension).fill(1);
  if (box) {
    if (box.length !== 2 * dimension) throw fault(`expected ${2 * dimension} numbers`, 'box', 'shape');
    for (let k = 0; k < dimension; k++) {
      [lower[k], upper[k]] = [box[k], box[dimension + k]];
      if (!(upper[k] > lower[k])) throw fault(`has no extent along axis ${k}`, 'box', 'out-of-range', k);
    }
  }
  let [maxSideRatio, minShare] = [ratioOf(lower, upper, 0, dimension), 1];
  const depths = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (node > 0) depths[node] = depths[hierarchy.parents[node]] + 1;
    const list = children.subarray(begins[node], begins[node + 1]);
    if (list.length === 0 || !(totals[node] > 0)) continue;
    const at = node * dimension;
    slackSegment(list, totals, lower.slice(at, at + dimension), upper.slice(at, at + dimension), slack, (child, low, high) => {
      lower.set(low, child * dimension);
      upper.set(high, child * dimension);
      maxSideRatio = Math.max(maxSideRatio, ratioOf(low, high, 0, dimension));
      let share = 1;
      for (let k = 0; k < dimension; k++) share *= (high[k] - low[k]) / (upper[at + k] - lower[at + k]);
      minShare = Math.min(minShare, share / (totals[child] / totals[node]));
    });
    for (const child of list) {
      if (totals[child] > 0) continue;
      lower.set(lower.subarray(at, at + dimension), child * dimension);
      upper.set(lower.subarray(at, at + dimension), child * dimension);
    }
  }
  if (method === 'shrink') shrink({ lower, upper }, totals, depths, dimension, slack);
  return { lower, upper, maxSideRatio, minShare };
}

/** Concentric boxes of exactly (1 − ε)^depth of the proportional volume. */
function shrink(
  { lower, upper }: { lower: Float64Array; upper: Float64Array },
  totals: Float64Array,
  depths: Int32Array,
  dimension: number,
  epsilon: number,
): void {
  const volumeOf = (node: number) => {
    let volume = 1;
    for (let k = 0; k < dimension; k++) volume *= upper[node * dimension + k] - lower[node * dimension + k];
    return volume;
  };
  const whole = volumeOf(0);
  for (let node = 1; node < totals.length; node++) {
    if (!(totals[node] > 0)) continue;
    const wanted = (totals[node] / totals[0]) * (1 - epsilon) ** depths[node];
    const factor = Math.min(1, (wanted / (volumeOf(node) / whole)) ** (1 / dimension));
    for (let at = node * dimension; at < (node + 1) * dimension; at++) {
      const [center, half] = [(lower[at] + upper[at]) / 2, ((upper[at] - lower[at]) / 2) * factor];
      [lower[at], upper[at]] = [center - half, center + half];
    }
  }
}

/** The boxes of a list of siblings, those without weight left out; `place` is called for each. */
export function slackSegment(
  list: ArrayLike<number>,
  weights: Float64Array,
  low: Float64Array,
  high: Float64Array,
  epsilon: number,
  place: (child: number, low: Float64Array, high: Float64Array) => void,
): void {
  const sorted = Array.from(list)
    .filter((child) => weights[child] > 0)
    .sort((a, b) => weights[b] - weights[a] || a - b);
  const sums = new Float64Array(sorted.length + 1);
  // From the lightest on: sums of suffixes keep their digits.
  for (let i = sorted.length - 1; i >= 0; i--) sums[i] = sums[i + 1] + weights[sorted[i]];
  const stack = [{ from: 0, to: sorted.length, low, high }];
  while (stack.length > 0) {
    const part = stack.pop() as (typeof stack)[number];
    const { from, to } = part;
    if (to <= from) continue;
    if (to - from === 1) {
      place(sorted[from], part.low, part.high);
      continue;
    }
    let total = 0;
    if (to === sorted.length) total = sums[from];
    else for (let i = to - 1; i >= from; i--) total += weights[sorted[i]];
    let [end, own] = [from, 0];
    while (end < to - 1 && (end === from || own < total / 3)) own += weights[sorted[end++]];
    const share = Math.min(Math.max(own / total, epsilon), 1 - epsilon);
    let axis = 0;
    for (let k = 1; k < part.low.length; k++) if (part.high[k] - part.low[k] > part.high[axis] - part.low[axis]) axis = k;
    const middle = part.low[axis] + share * (part.high[axis] - part.low[axis]);
    const [firstHigh, secondLow] = [part.high.slice(), part.low.slice()];
    firstHigh[axis] = middle;
    secondLow[axis] = middle;
    stack.push({ from: end, to, low: secondLow, high: part.high }, { from, to: end, low: part.low, high: firstHigh });
  }
}

function ratioOf(low: ArrayLike<number>, high: ArrayLike<number>, at: number, dimension: number): number {
  let [least, most] = [Infinity, 0];
  for (let k = 0; k < dimension; k++) {
    const side = high[at + k] - low[at + k];
    least = Math.min(least, side);
    most = Math.max(most, side);
  }
  return least > 0 ? most / least : 1;
}
