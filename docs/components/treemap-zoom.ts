// Hierarchies for the polygonal treemap of the gallery: real ones, made-up ones, and the visitor's own folder or bundle.
import { Random } from '@infimum/core';
import type { TreemapNode } from '@infimum/graphs';
import { hierarchyFromPaths } from '@infimum/graphs';
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

/** The nodes of a flat tree; with `sizes` in place of its weights. Ids are numbers, so that they outlive any change. */
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
  if (typeof inputs !== 'object' || inputs === null) throw new Error('This is no metafile and no object of sizes.');
  const files = Object.entries(inputs).map(([path, size]) => {
    const bytes: unknown = typeof size === 'number' ? size : (size as { bytes?: unknown } | null)?.bytes;
    if (!(typeof bytes === 'number' && bytes >= 0 && bytes < Infinity))
      throw new Error(`«${path}» has no size: expected a number, or an object with «bytes».`);
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

/** Sizes of which each leaf's is multiplied by a factor between e⁻¹ and e. */
export function changedSizes({ weights }: FlatTree, seed: number): Float64Array {
  const random = new Random(seed);
  return weights.map((weight) => weight * Math.exp(2 * random.uniform() - 1)) as Float64Array;
}

/** A number with a unit in front of which one can read it. */
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
