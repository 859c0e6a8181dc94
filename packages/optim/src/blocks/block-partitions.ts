// Partitions of the coordinates into fixed blocks.
import type { Random } from '@infimum/core';

/**
 * How to form blocks of tau coordinates: consecutive ones; neighbours in the order of L_i (`sort`) or of the Hessian's row
 * sums (`row-sum-sort`); the largest with the smallest ones (`average`, `row-sum-average`); or at random.
 */
export type PartitionRule = 'order' | 'sort' | 'average' | 'row-sum-sort' | 'row-sum-average' | 'random';

/** All rules. */
export const PARTITION_RULES = [
  'order',
  'sort',
  'average',
  'row-sum-sort',
  'row-sum-average',
  'random',
] as const satisfies readonly PartitionRule[];

/** What a rule may look at. */
export interface PartitionData {
  readonly coordinateLipschitz: Float64Array;
  /** D_i, computed when a rule needs it. */
  rowSums(): Float64Array;
}

/** Blocks of so many coordinates each, the last one perhaps smaller. Every coordinate is in exactly one. */
export function partition(rule: PartitionRule, data: PartitionData, blockSize: number, random: Random): Int32Array[] {
  return cut(order(rule, data, blockSize, random), blockSize);
}

function order(
  rule: PartitionRule,
  { coordinateLipschitz, rowSums }: PartitionData,
  blockSize: number,
  random: Random,
): Int32Array {
  const n = coordinateLipschitz.length;
  switch (rule) {
    case 'order':
      return Int32Array.from({ length: n }, (_, i) => i);
    case 'random':
      return random.permutation(n);
    case 'sort':
      return rising(coordinateLipschitz);
    case 'row-sum-sort':
      return rising(rowSums());
    case 'average':
      return dealt(rising(coordinateLipschitz), blockSize);
    case 'row-sum-average':
      return dealt(rising(rowSums()), blockSize);
  }
}

/** The order of rising values; equal ones by index. */
function rising(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((i, j) => values[i] - values[j] || i - j);
}

/** Block after block, alternately the largest and the smallest that are left. */
function dealt(sorted: Int32Array, blockSize: number): Int32Array {
  const result = new Int32Array(sorted.length);
  let [low, high] = [0, sorted.length - 1];
  for (let k = 0; k < result.length; k++) result[k] = (k % blockSize) % 2 === 0 ? sorted[high--] : sorted[low++];
  return result;
}

function cut(coordinates: Int32Array, blockSize: number): Int32Array[] {
  const blocks: Int32Array[] = [];
  for (let from = 0; from < coordinates.length; from += blockSize)
    blocks.push(coordinates.slice(from, from + blockSize).sort());
  return blocks;
}
