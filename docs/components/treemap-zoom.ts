// Hierarchies for the polygonal treemap of the gallery: real ones, made-up ones, and the visitor's own folder or bundle.
import { Random } from '@infimum/core';
import type { PolygonTreemap, TreemapNode } from '@infimum/graphs';
import { hierarchyFromPaths, polygonTreemap } from '@infimum/graphs';
import { flareNodes } from '../../packages/graphs/src/fixtures/flare.ts';

/** A node as `d3.hierarchy` makes it: a name, the sum of the sizes below, children. */
export interface SizedNode extends TreemapNode {
  readonly data: { readonly name: string };
  readonly id: string;
  readonly value: number;
  readonly children: readonly SizedNode[] | undefined;
}

/** A tree with nodes before their children, sizes at its leaves. */
export interface FlatTree {
  readonly parents: Int32Array;
  readonly weights: Float64Array;
  readonly names: readonly string[];
}

/** The nodes of a flat tree; with `sizes` in place of its weights. Ids are numbers, so they stay valid after changes. */
export function sizedTree({ parents, weights, names }: FlatTree, sizes: Float64Array = weights): SizedNode {
  const totals = Float64Array.from(sizes);
  const below: SizedNode[][] = names.map(() => []);
  for (let i = names.length - 1; i > 0; i--) totals[parents[i]] += totals[i];
  let root: SizedNode | undefined;
  for (let i = names.length - 1; i >= 0; i--) {
    const children = below[i].length > 0 ? below[i].reverse() : undefined;
    root = { data: { name: names[i] }, id: String(i), value: totals[i], children };
    if (i > 0) below[parents[i]].push(root);
  }
  return root as SizedNode;
}

/** Files with their sizes; folders with only one entry stay as they are. */
export function treeOfFiles(files: readonly (readonly [path: string, size: number])[]): FlatTree {
  const { parents, weights, ids } = hierarchyFromPaths(files.filter(([, size]) => size > 0));
  return { parents, weights, names: ids.map((id) => id.split('/').at(-1) as string) };
}

/** The paths and sizes in a text of JSON: esbuild's metafile, or an object of sizes by path. */
export function filesOfJson(text: string): (readonly [string, number])[] {
  const json: unknown = JSON.parse(text);
  const inputs = (json as { inputs?: unknown } | null)?.inputs ?? json;
  if (typeof inputs !== 'object' || inputs === null) throw new Error('This is neither a metafile nor an object of sizes.');
  const files = Object.entries(inputs).map(([path, size]) => {
    const bytes: unknown = typeof size === 'number' ? size : (size as { bytes?: unknown } | null)?.bytes;
    if (!(typeof bytes === 'number' && bytes >= 0 && bytes < Infinity))
      throw new Error(`'${path}' has no size: expected a number, or an object with 'bytes'.`);
    return [path, bytes] as const;
  });
  if (!files.some(([, size]) => size > 0)) throw new Error('All sizes are zero.');
  return files;
}

/** The classes of Flare with their sizes in bytes. */
export function flare(): FlatTree {
  const rows = flareNodes.split(',').map((row) => row.split(' '));
  return {
    parents: Int32Array.from(rows, ([, parent]) => (parent === '' ? -1 : Number(parent))),
    weights: Float64Array.from(rows, ([, , size]) => Number(size ?? 0)),
    names: rows.map(([name]) => name),
  };
}

/** A made-up tree of groups of five thousand leaves each, sizes over a range of a thousand. */
export function largeTree(groups = 20): FlatTree {
  const random = new Random(7);
  const parents = [-1];
  const weights = [0];
  const names = ['all'];
  const add = (parent: number, weight: number, name: string) => {
    parents.push(parent);
    weights.push(weight);
    return names.push(name) - 1;
  };
  for (let a = 0; a < groups; a++) {
    const group = add(0, 0, `group ${a + 1}`);
    for (let b = 0; b < 50; b++) {
      const part = add(group, 0, `part ${a + 1}.${b + 1}`);
      for (let c = 0; c < 100; c++) add(part, 2 ** (-10 * random.uniform()), `${a + 1}.${b + 1}.${c + 1}`);
    }
  }
  return { parents: Int32Array.from(parents), weights: Float64Array.from(weights), names };
}

/** A layout in the form sent by a worker: all numbers, node by node. */
export interface Layout {
  /** Sizes of all below a node. */
  readonly totals: Float64Array;
  /** Where the corners of a node begin, and after the last one where they end. */
  readonly starts: Int32Array;
  /** x and y of corners. */
  readonly corners: Float64Array;
  /** x, y and radius of the largest circle inside; NaN where there is no polygon. */
  readonly labels: Float64Array;
  readonly maxAspect: number;
  readonly milliseconds: number;
}

type State = PolygonTreemap<SizedNode>['state'];

/** Divides a rectangle by a tree's sizes, with the lines of the last layout if they are given. */
export function layOut(
  tree: FlatTree,
  size: readonly [number, number],
  previous?: State,
): { readonly layout: Layout; readonly state: State } {
  const count = tree.parents.length;
  const root = sizedTree(tree);
  const start = performance.now();
  const { cells, maxAspect, state } = polygonTreemap(root, {
    size,
    rule: count > 5000 ? 'widest' : 'greedy',
    key: ({ id }: { readonly id?: string | undefined }) => id as string,
    ...(previous && { previous }),
  });
  const milliseconds = performance.now() - start;
  const totals = new Float64Array(count);
  const labels = new Float64Array(3 * count).fill(Number.NaN);
  const polygons: (readonly (readonly [number, number])[])[] = Array.from({ length: count }, () => []);
  for (const { node, polygon, label } of cells) {
    const i = Number(node.id);
    totals[i] = node.value;
    if (polygon) polygons[i] = polygon;
    if (label) labels.set([label.x, label.y, label.radius], 3 * i);
  }
  const starts = new Int32Array(count + 1);
  for (const [i, polygon] of polygons.entries()) starts[i + 1] = starts[i] + polygon.length;
  const corners = Float64Array.from(polygons.flat(2));
  return { layout: { totals, starts, corners, labels, maxAspect, milliseconds }, state };
}

/** A node's cell, computed from the layout's numbers on access. */
export interface LaidCell {
  readonly node: SizedNode;
  readonly polygon: readonly (readonly [number, number])[] | undefined;
  readonly label: { readonly x: number; readonly y: number; readonly radius: number } | undefined;
}

/** A tree with its layout. A hundred thousand nodes cost nothing before they are accessed. */
export class LaidTree {
  readonly #tree: FlatTree;
  readonly #layout: Layout;
  readonly #below: readonly (readonly number[] | undefined)[];
  readonly #cells = new Map<string, LaidCell>();

  constructor(tree: FlatTree, layout: Layout) {
    this.#tree = tree;
    this.#layout = layout;
    const below: number[][] = new Array(tree.parents.length);
    for (let i = 1; i < tree.parents.length; i++) {
      below[tree.parents[i]] ??= [];
      below[tree.parents[i]].push(i);
    }
    this.#below = below;
  }

  get count(): number {
    return this.#tree.parents.length;
  }

  get maxAspect(): number {
    return this.#layout.maxAspect;
  }

  parentOf(id: string): string | undefined {
    return id === '0' ? undefined : String(this.#tree.parents[Number(id)]);
  }

  get(id: string): LaidCell | undefined {
    const i = Number(id);
    if (id === '' || !(i < this.count)) return undefined;
    const known = this.#cells.get(id) ?? this.#made(i);
    this.#cells.set(id, known);
    return known;
  }

  #made(i: number): LaidCell {
    const { totals, starts, corners, labels } = this.#layout;
    const below = this.#below[i];
    const cellOf = (k: number) => (this.get(String(k)) as LaidCell).node;
    let children: SizedNode[] | undefined;
    const node: SizedNode = {
      data: { name: this.#tree.names[i] },
      id: String(i),
      value: totals[i],
      get children() {
        children ??= below?.map(cellOf);
        return children;
      },
    };
    const places = Array.from(
      { length: starts[i + 1] - starts[i] },
      (_, k) => [corners[2 * (starts[i] + k)], corners[2 * (starts[i] + k) + 1]] as const,
    );
    const [x, y, radius] = labels.subarray(3 * i);
    return { node, polygon: places.length > 0 ? places : undefined, label: radius >= 0 ? { x, y, radius } : undefined };
  }

  /** The child of a node whose polygon has a point. */
  childAt(id: string, x: number, y: number): LaidCell | undefined {
    for (const child of this.get(id)?.node.children ?? []) {
      const cell = this.get(child.id);
      const polygon = cell?.polygon;
      if (!polygon) continue;
      // The corners go round one way, so that the point is on the same side of all edges.
      const sides = polygon.map(([ax, ay], k) => {
        const [bx, by] = polygon[(k + 1) % polygon.length];
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
      });
      if (sides.every((side) => side >= 0) || sides.every((side) => side <= 0)) return cell;
    }
    return undefined;
  }
}

/** Sizes of which each leaf's is multiplied by a factor between e⁻¹ and e. */
export function changedSizes({ weights }: FlatTree, seed: number): Float64Array {
  const random = new Random(seed);
  return weights.map((weight) => weight * Math.exp(2 * random.uniform() - 1)) as Float64Array;
}

/** A number with a unit that keeps it readable. */
export function readableSize(size: number): string {
  const units = ['', ' k', ' M', ' G'];
  let step = 0;
  let rest = size;
  while (rest >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step++;
  }
  return `${rest >= 100 || Number.isInteger(rest) ? Math.round(rest) : rest.toPrecision(2)}${units[step]}`;
}
