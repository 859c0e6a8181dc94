// Treemaps of rectangles, the baselines of polygonal ones: slice and dice, squarified, strip, binary.
import type { HierarchySums } from './hierarchy.ts';

/** Lower corner and upper corner. */
export interface Rectangle {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Tiles a rectangle for a list of siblings of positive weight, calling `place` for each. */
export type Tiling = (
  list: Int32Array,
  weights: Float64Array,
  box: Rectangle,
  depth: number,
  place: (child: number, box: Rectangle) => void,
) => void;

/** Rectangles of all nodes, `undefined` for those without weight. */
export function rectangleTreemap(
  { begins, children, totals }: HierarchySums,
  box: Rectangle,
  tiling: Tiling,
): (Rectangle | undefined)[] {
  const nodes = totals.length;
  const boxes: (Rectangle | undefined)[] = new Array(nodes);
  const depths = new Int32Array(nodes);
  boxes[0] = box;
  for (let node = 0; node < nodes; node++) {
    const own = boxes[node];
    if (!own) continue;
    const list = children.subarray(begins[node], begins[node + 1]).filter((child) => totals[child] > 0);
    for (const child of list) depths[child] = depths[node] + 1;
    if (list.length > 0) {
      tiling(list, totals, own, depths[node], (child, part) => {
        boxes[child] = part;
      });
    }
  }
  return boxes;
}

/** Lists along the horizontal axis at even depths, along the vertical one at odd ones (B. Shneiderman 1992). */
export const sliceAndDice: Tiling = (list, weights, box, depth, place) => row(list, weights, box, depth % 2 === 0, place);

/** A row of rectangles of equal height, or a column of equal width. */
function row(
  list: ArrayLike<number>,
  weights: Float64Array,
  { x0, y0, x1, y1 }: Rectangle,
  isRow: boolean,
  place: (child: number, box: Rectangle) => void,
): void {
  let total = 0;
  for (let i = 0; i < list.length; i++) total += weights[list[i]];
  let sum = 0;
  for (let i = 0; i < list.length; i++) {
    const from = sum / total;
    sum += weights[list[i]];
    const to = i === list.length - 1 ? 1 : sum / total;
    place(
      list[i],
      isRow
        ? { x0: x0 + from * (x1 - x0), y0, x1: x0 + to * (x1 - x0), y1 }
        : { x0, y0: y0 + from * (y1 - y0), x1, y1: y0 + to * (y1 - y0) },
    );
  }
}

/** Squarified (M. Bruls, K. Huizing, J. van Wijk 2000), as d3 does it: rows grow while their worst ratio to `ratio` improves. */
export function squarify(ratio: number): Tiling {
  return (list, weights, box, _depth, place) => {
    let { x0, y0 } = box;
    const { x1, y1 } = box;
    let rest = 0;
    for (const child of list) rest += weights[child];
    for (let from = 0; from < list.length; ) {
      const [dx, dy] = [x1 - x0, y1 - y0];
      let sum = weights[list[from]];
      let [least, most] = [sum, sum];
      const alpha = Math.max(dy / dx, dx / dy) / (rest * ratio);
      let worst = Math.max(most / (sum * sum * alpha), (sum * sum * alpha) / least);
      let to = from + 1;
      for (; to < list.length; to++) {
        const weight = weights[list[to]];
        sum += weight;
        least = Math.min(least, weight);
        most = Math.max(most, weight);
        const next = Math.max(most / (sum * sum * alpha), (sum * sum * alpha) / least);
        if (next > worst) {
          sum -= weight;
          break;
        }
        worst = next;
      }
      const isLast = to === list.length;
      const own = list.subarray(from, to);
      // As in d3: along the horizontal axis at the top where the box is not wider than high.
      if (dx < dy) {
        const end = isLast ? y1 : y0 + (dy * sum) / rest;
        row(own, weights, { x0, y0, x1, y1: end }, true, place);
        y0 = end;
      } else {
        const end = isLast ? x1 : x0 + (dx * sum) / rest;
        row(own, weights, { x0, y0, x1: end, y1 }, false, place);
        x0 = end;
      }
      rest -= sum;
      from = to;
    }
  };
}

/** Strips from the bottom up, each filled while its mean ratio of sides improves (B. Bederson, B. Shneiderman, M. Wattenberg 2002). */
export const strip: Tiling = (list, weights, { x0, y0, x1, y1 }, _depth, place) => {
  let total = 0;
  for (const child of list) total += weights[child];
  let low = y0;
  for (let from = 0; from < list.length; ) {
    let to = from + 1;
    let sum = weights[list[from]];
    const ratio = (end: number, own: number) => {
      const height = ((own / total) * (y1 - y0)) as number;
      let ratios = 0;
      for (let i = from; i < end; i++) {
        const width = (weights[list[i]] / own) * (x1 - x0);
        ratios += Math.max(width / height, height / width);
      }
      return ratios / (end - from);
    };
    while (to < list.length && ratio(to + 1, sum + weights[list[to]]) <= ratio(to, sum)) sum += weights[list[to++]];
    const high = to === list.length ? y1 : low + (sum / total) * (y1 - y0);
    row(list.subarray(from, to), weights, { x0, y0: low, x1, y1: high }, true, place);
    low = high;
    from = to;
  }
};

/** Halves of nearly equal weight, side by side along the longer side. */
export const binary: Tiling = (list, weights, box, _depth, place) => {
  const sums = new Float64Array(list.length + 1);
  for (let i = 0; i < list.length; i++) sums[i + 1] = sums[i] + weights[list[i]];
  const stack = [{ from: 0, to: list.length, box }];
  while (stack.length > 0) {
    const { from, to, box: own } = stack.pop() as (typeof stack)[number];
    if (to - from === 1) {
      place(list[from], own);
      continue;
    }
    const half = (sums[from] + sums[to]) / 2;
    let [low, high] = [from + 1, to - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < half) low = middle + 1;
      else high = middle;
    }
    if (low > from + 1 && half - sums[low - 1] < sums[low] - half) low--;
    const share = (sums[low] - sums[from]) / (sums[to] - sums[from]);
    const { x0, y0, x1, y1 } = own;
    if (x1 - x0 > y1 - y0) {
      const middle = x0 + share * (x1 - x0);
      stack.push({ from: low, to, box: { ...own, x0: middle } }, { from, to: low, box: { ...own, x1: middle } });
    } else {
      const middle = y0 + share * (y1 - y0);
      stack.push({ from: low, to, box: { ...own, y0: middle } }, { from, to: low, box: { ...own, y1: middle } });
    }
  }
};
