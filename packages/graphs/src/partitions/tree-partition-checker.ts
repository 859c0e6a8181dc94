// The areas of a tree's regions against the weights.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, divide, interval, multiply, square, subtract } from '@infimum/rigor';
import type { Hierarchy } from './hierarchy.ts';
import type { TreePartition } from './polygonal-partition.ts';

/**
 * Encloses the largest relative error of an area: of (s_v / s_root)² |area of the local polygon of v| / |that of the root| from
 * w(v) / w(root), over nodes with weight. It needs no witness, and throws nothing.
 */
export function check({ parents, weights }: Hierarchy, solution: TreePartition, _witness: unknown): Verdict {
  const { offsets, local, scales } = solution;
  const nodes = parents.length;
  const isPartition =
    offsets instanceof Int32Array &&
    local instanceof Float64Array &&
    scales instanceof Float64Array &&
    offsets.length === nodes + 1 &&
    scales.length === nodes &&
    offsets[0] === 0 &&
    2 * offsets[nodes] === local.length;
  if (!isPartition) return { proved: false, reason: 'there is not a polygon for every node' };
  const isInner = new Uint8Array(nodes);
  for (let node = 1; node < nodes; node++) isInner[parents[node]] = 1;
  const totals = Array.from(weights, (weight, node) => interval(isInner[node] ? 0 : weight));
  for (let node = nodes - 1; node > 0; node--) totals[parents[node]] = add(totals[parents[node]], totals[node]);
  const whole = areaOf(local, 0, offsets[1]);
  let [lower, upper] = [0, 0];
  for (let node = 0; node < nodes; node++) {
    if (totals[node].upper === 0) continue;
    const count = offsets[node + 1] - offsets[node];
    if (!(count >= 3)) return { proved: false, reason: `node ${node} has weight and no polygon` };
    const scale = square(divide(interval(scales[node]), interval(scales[0])));
    const share = multiply(scale, divide(areaOf(local, offsets[node], count), whole));
    const error = subtract(divide(share, divide(totals[node], totals[0])), interval(1));
    lower = Math.max(lower, error.lower, -error.upper);
    upper = Math.max(upper, error.upper, -error.lower);
  }
  return upper < Infinity
    ? { proved: true, figures: { areaError: { lower, upper } } }
    : { proved: false, reason: 'weights or scales are too far apart for doubles' };
}

/** The area within vertices in turn, from the first. */
function areaOf(local: Float64Array, start: number, count: number): Interval {
  const from = (k: number, axis: 0 | 1) => subtract(interval(local[2 * (start + k) + axis]), interval(local[2 * start + axis]));
  let twice = interval(0);
  for (let k = 1; k + 1 < count; k++)
    twice = add(twice, subtract(multiply(from(k, 0), from(k + 1, 1)), multiply(from(k + 1, 0), from(k, 1))));
  return multiply(interval(0.5), twice);
}
