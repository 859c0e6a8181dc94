// Points in blocks of neighbours, with a bounding box each: the distance of two boxes bounds all costs between their points.
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from '../cost-matrix.ts';

/** Points of a block; two blocks make a tile. */
export const BLOCK = 64;

/** Points of a group, of which a block has eight. */
export const GROUP = 8;

/** The bounding boxes of blocks. */
interface Boxes {
  /** Number of blocks. */
  readonly count: number;
  /** Smallest coordinates of every block, count x d. */
  readonly low: Float64Array;
  /** Largest coordinates. */
  readonly high: Float64Array;
}

/** A cloud in another order, cut into blocks; the last one may be shorter. */
export interface SpatialBlocks extends Boxes {
  /** The points, block after block. */
  readonly points: DenseMatrix;
  /** Where every point comes from. */
  readonly order: Int32Array;
}

/** Halves the cloud at the median of its widest coordinate until groups are left; O(n log^2 n + n d log n). */
export function spatialBlocks({ rows, cols, values }: DenseMatrix, size = BLOCK): SpatialBlocks {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const parts: [from: number, to: number][] = [[0, rows]];
  for (const [from, to] of parts) {
    if (to - from <= GROUP) continue;
    const own = order.subarray(from, to);
    const along = widest(values, cols, own);
    own.sort((i, j) => values[i * cols + along] - values[j * cols + along] || i - j);
    const unit = to - from > size ? size : GROUP;
    const middle = from + unit * Math.ceil((to - from) / unit / 2);
    parts.push([from, middle], [middle, to]);
  }
  const moved = new Float64Array(values.length);
  for (const [place, i] of order.entries()) moved.set(values.subarray(i * cols, (i + 1) * cols), place * cols);
  const points = { rows, cols, values: moved };
  return { points, order, ...boxesOf(points, size) };
}

function boxesOf({ rows, cols, values }: DenseMatrix, size: number): Boxes {
  const count = Math.ceil(rows / size);
  const low = new Float64Array(count * cols).fill(Infinity);
  const high = new Float64Array(count * cols).fill(-Infinity);
  for (let place = 0, at = 0; place < rows; place++) {
    const box = Math.floor(place / size) * cols;
    for (let k = box; k < box + cols; k++, at++) {
      low[k] = Math.min(low[k], values[at]);
      high[k] = Math.max(high[k], values[at]);
    }
  }
  return { count, low, high };
}

function widest(values: Float64Array, cols: number, places: Int32Array): number {
  let [best, along] = [-1, 0];
  for (let k = 0; k < cols; k++) {
    let [low, high] = [Infinity, -Infinity];
    for (const i of places) {
      const value = values[i * cols + k];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > best) [best, along] = [high - low, k];
  }
  return along;
}

/** No cost between a point of block i of one cloud and a point of block j of another is less; -Infinity for functions. */
export function leastCost(p: SpatialBlocks, i: number, q: SpatialBlocks, j: number, metric: PointMetric): number {
  if (typeof metric === 'function') return -Infinity;
  if (metric === 'cosine') return 0;
  const { cols } = p.points;
  const power = metric === 'squared-euclidean' || metric === 'euclidean' ? 2 : metric === 'manhattan' ? 1 : undefined;
  let [sum, most] = [0, 0];
  for (let k = 0; k < cols; k++) {
    const gap = Math.max(0, q.low[j * cols + k] - p.high[i * cols + k], p.low[i * cols + k] - q.high[j * cols + k]);
    if (gap > most) most = gap;
    sum += power === 2 ? gap * gap : gap;
  }
  if (metric === 'squared-euclidean' || metric === 'manhattan') return sum;
  // The largest difference is below every Minkowski distance.
  return metric === 'euclidean' ? Math.sqrt(sum) : most;
}

/** The means of the groups of a cloud, with their weights, which are in the order of the blocks, together. */
export function coarsened({ points }: SpatialBlocks, weights: Float64Array): { points: DenseMatrix; weights: Float64Array } {
  const { rows, cols, values } = points;
  const count = Math.ceil(rows / GROUP);
  const means = new Float64Array(count * cols);
  const sums = new Float64Array(count);
  for (let group = 0; group < count; group++) {
    const [from, to] = [group * GROUP, Math.min(rows, (group + 1) * GROUP)];
    for (let i = from; i < to; i++) sums[group] += weights[i];
    for (let i = from; i < to; i++) {
      const share = sums[group] > 0 ? weights[i] / sums[group] : 1 / (to - from);
      for (let k = 0; k < cols; k++) means[group * cols + k] += share * values[i * cols + k];
    }
  }
  return { points: { rows: count, cols, values: means }, weights: sums };
}

/** A search for the point of a cloud that is nearest to another; of equally near ones the first, -1 if there is none. */
export function nearestPoint(cloud: DenseMatrix): (values: Float64Array, at: number) => { index: number; squared: number } {
  const { points, order, ...blocks } = spatialBlocks(cloud);
  const { cols, values: own } = points;
  const groups = boxesOf(points, GROUP);
  const found = { index: -1, squared: Infinity };
  let last = 0;
  const isFar = (values: Float64Array, at: number, { low, high }: Boxes, index: number) => {
    let sum = 0;
    for (let k = 0, box = index * cols; k < cols && sum <= found.squared; k++, box++) {
      const gap = Math.max(0, low[box] - values[at + k], values[at + k] - high[box]);
      sum += gap * gap;
    }
    return sum > found.squared;
  };
  const visit = (values: Float64Array, at: number, group: number) => {
    if (isFar(values, at, groups, group)) return;
    for (let place = group * GROUP; place < Math.min(order.length, (group + 1) * GROUP); place++) {
      let squared = 0;
      for (let k = 0; k < cols; k++) squared += (values[at + k] - own[place * cols + k]) ** 2;
      if (squared > found.squared || (squared === found.squared && order[place] > found.index)) continue;
      found.squared = squared;
      found.index = order[place];
      last = group;
    }
  };
  return (values, at) => {
    found.index = -1;
    found.squared = Infinity;
    // Neighbours come one after the other, most often.
    const first = last;
    if (groups.count > 0) visit(values, at, first);
    for (let block = 0, group = 0; block < blocks.count; block++) {
      const end = Math.min(groups.count, group + BLOCK / GROUP);
      if (isFar(values, at, blocks, block)) group = end;
      for (; group < end; group++) if (group !== first) visit(values, at, group);
    }
    return found;
  };
}
