// The Gibbs kernel of separable costs on a grid of any number of axes: a product of one factor for every axis.
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { LogKernel } from '../entropic/kernels/log-kernel.ts';

/** Stands for the cost of an entry that is zero in the kernel. */
const NO_ENTRY = 1e200;

/** Costs on a grid: sum_k |p_k - q_k|^power between points whose coordinates on the longest axis run from 0 to 1. */
export interface GridCosts {
  /** Number of points along every axis. */
  readonly shape: readonly number[];
  /** At least 1. */
  readonly power: number;
}

/** One axis: how many points it has, and how far apart the points are in memory. */
interface Axis {
  readonly count: number;
  readonly stride: number;
  readonly kernel: LogKernel;
}

/**
 * The kernel K_pq = exp(-sum_k |p_k - q_k|^power / epsilon) between the points of a grid, times the cost along one of the
 * axes if wanted; symmetric. The creator must release it. O(points times sum of the shape) exponentials a product.
 */
export class GridKernel {
  readonly #axes: Axis[] = [];

  /** @param moment - the axis whose cost is a factor; none by default */
  constructor({ shape, power }: GridCosts, epsilon: number, moment?: number) {
    const side = sideOf(shape);
    try {
      for (const [k, count] of shape.entries()) {
        const line = lineCosts(count, side, power);
        const costs = k === moment ? line.map((cost) => momentCost(cost, epsilon)) : line;
        this.#axes.push({
          count,
          stride: shape.slice(k + 1).reduce((product, length) => product * length, 1),
          kernel: new LogKernel({ rows: count, cols: count, values: costs }, epsilon),
        });
      }
    } catch (error) {
      // The axes before the one without room.
      this.release();
      throw error;
    }
  }

  /** log (K exp(v)). */
  times(v: Float64Array): Float64Array {
    const out = v.slice();
    for (const axis of this.#axes) alongAxis(out, axis);
    return out;
  }

  /** log (K' exp(u)), the same. */
  transposedTimes(u: Float64Array): Float64Array {
    return this.times(u);
  }

  /** Hands the memory on. */
  release(): void {
    for (const { kernel } of this.#axes) kernel.release();
  }
}

/** The largest cost on a grid. */
export function gridRange({ shape, power }: GridCosts): number {
  const side = sideOf(shape);
  return shape.reduce((sum, count) => sum + powerOf((count - 1) / side, power), 0);
}

/** Steps along the longest axis. */
function sideOf(shape: readonly number[]): number {
  return Math.max(2, ...shape) - 1;
}

/** Applies the kernel of one axis to every line of points along it, in place. */
function alongAxis(values: Float64Array, { count, stride, kernel }: Axis): void {
  const line = new Float64Array(count);
  for (let block = 0; block < values.length; block += count * stride) {
    for (let from = block; from < block + stride; from++) {
      for (let i = 0, at = from; i < count; i++, at += stride) line[i] = values[at];
      const product = kernel.times(line);
      for (let i = 0, at = from; i < count; i++, at += stride) values[at] = product[i];
    }
  }
}

/** c exp(-c / epsilon) = exp(-(c - epsilon log c) / epsilon). */
function momentCost(cost: number, epsilon: number): number {
  return cost > 0 ? cost - epsilon * portableLog(cost) : NO_ENTRY * epsilon;
}

/** Costs between equally spaced points, count x count. */
function lineCosts(count: number, side: number, power: number): DenseMatrix['values'] {
  const values = new Float64Array(count * count);
  for (let i = 0, k = 0; i < count; i++) {
    for (let j = 0; j < count; j++, k++) values[k] = powerOf(Math.abs(i - j) / side, power);
  }
  return values;
}

function powerOf(distance: number, power: number): number {
  if (power === 1) return distance;
  return power === 2 ? distance * distance : distance ** power;
}
