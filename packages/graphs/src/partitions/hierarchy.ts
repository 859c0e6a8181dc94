// Rooted trees with weights at the leaves, and functions that make them.
import type { Listed, VectorLike } from '@infimum/core';
import { asIndices, asVector, checkList, checkNumber, checkObject, checkText, fault } from '@infimum/core';

/** A rooted tree: node 0 is the root, parents come before their children. */
export interface Hierarchy {
  /** Parent of each node, −1 for the root; `parents[i] < i`. */
  readonly parents: Int32Array;
  /** Weights, at least 0; only those of leaves count. */
  readonly weights: Float64Array;
}

/** A hierarchy with its sums. */
export interface HierarchySums {
  /** Where each node's children begin in `children`. */
  readonly begins: Int32Array;
  /** Children of all nodes, in their order. */
  readonly children: Int32Array;
  /** Weight of all leaves below each node, over that of the largest leaf of the tree. */
  readonly totals: Float64Array;
  /** Leaves of positive weight below each node, itself included. */
  readonly leaves: Int32Array;
}

/** A hierarchy in any lists of numbers. */
export type HierarchyLike = Listed<Hierarchy>;

/**
 * A hierarchy in typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the array and the index at fault
 */
export function asHierarchy(tree: HierarchyLike): Hierarchy {
  checkObject(tree, 'tree');
  const parents = asParents(tree.parents);
  const weights = asVector(tree.weights, 'weights', parents.length);
  const index = weights.findIndex((weight) => weight < 0);
  if (index >= 0) throw fault(`is negative (${weights[index]}) at index ${index}`, 'weights', 'negative', index);
  const isInner = new Uint8Array(parents.length);
  for (let i = 1; i < parents.length; i++) isInner[parents[i]] = 1;
  if (weights.every((weight, i) => isInner[i] === 1 || weight === 0)) throw fault('are zero at all leaves', 'weights', 'mass');
  return { parents, weights };
}

/** Parents that come before their children. */
export function asParents(given: VectorLike): Int32Array {
  const parents = asIndices(given, 'parents');
  if (parents.length === 0) throw fault('has no node', 'parents', 'empty');
  for (let i = 0; i < parents.length; i++) {
    if (i === 0 ? parents[0] === -1 : parents[i] >= 0 && parents[i] < i) continue;
    const problem =
      i === 0
        ? `is ${parents[0]} at index 0, which is the root: expected -1`
        : `is ${parents[i]} at index ${i}, not a node before it`;
    throw fault(problem, 'parents', 'out-of-range', i);
  }
  return parents;
}

/** Children of every node, in their order. */
export function childrenOf(parents: Int32Array): { begins: Int32Array; children: Int32Array } {
  const begins = new Int32Array(parents.length + 1);
  for (let i = 1; i < parents.length; i++) begins[parents[i] + 1]++;
  for (let i = 0; i < parents.length; i++) begins[i + 1] += begins[i];
  const next = begins.slice();
  const children = new Int32Array(parents.length - 1);
  for (let i = 1; i < parents.length; i++) children[next[parents[i]]++] = i;
  return { begins, children };
}

/** Children, sums of weights and numbers of leaves. */
export function sumsOf({ parents, weights }: Hierarchy): HierarchySums {
  const { begins, children } = childrenOf(parents);
  const totals = new Float64Array(parents.length);
  const leaves = new Int32Array(parents.length);
  let most = 0;
  for (let i = 0; i < parents.length; i++) if (begins[i] === begins[i + 1]) most = Math.max(most, weights[i]);
  for (let i = parents.length - 1; i >= 0; i--) {
    if (begins[i] === begins[i + 1]) {
      totals[i] = weights[i] / most;
      leaves[i] = totals[i] > 0 ? 1 : 0;
    }
    if (i === 0) break;
    totals[parents[i]] += totals[i];
    leaves[parents[i]] += leaves[i];
  }
  return { begins, children, totals, leaves };
}

/**
 * The hierarchy of a table of rows: id, parent's id (none or empty for the root), size of a leaf.
 *
 * @throws {InvalidInputError} for an id that is taken, a parent that does not exist, no root or several, or a circle
 *
 * @example
 * ```ts
 * import { hierarchyFromTable } from '@infimum/graphs';
 *
 * const rows = [{ id: 'a', parent: 'all', size: 1 }, { id: 'all' }, { id: 'b', parent: 'all', size: 3 }];
 * const { ids, weights } = hierarchyFromTable(rows);
 * console.log(ids.join(' '), weights.join(' ')); // all a b 0 1 3
 * ```
 */
export function hierarchyFromTable(
  rows: readonly { readonly id: string; readonly parent?: string | null; readonly size?: number }[],
): Hierarchy & { readonly ids: readonly string[] } {
  checkList(rows, 'rows');
  for (let k = 0; k < rows.length; k++) {
    checkObject(rows[k], `rows[${k}]`);
    checkText(rows[k].id, `rows[${k}].id`);
    checkText(rows[k].parent ?? '', `rows[${k}].parent`);
    checkNumber(rows[k].size ?? 0, `rows[${k}].size`);
  }
  const complain = (problem: string, index: number): never => {
    throw fault(problem, 'rows', 'unknown', index);
  };
  const places = new Map<string, number>();
  rows.forEach(({ id }, index) => {
    if (places.has(id)) complain(`has the id '${id}' twice, again at index ${index}`, index);
    places.set(id, index);
  });
  const below: number[][] = rows.map(() => []);
  const roots: number[] = [];
  rows.forEach(({ parent }, index) => {
    if (parent === undefined || parent === null || parent === '') roots.push(index);
    else
      below[places.get(parent) ?? complain(`names the parent '${parent}', which is not an id, at index ${index}`, index)].push(
        index,
      );
  });
  if (roots.length !== 1) complain(`has ${roots.length} rows without a parent; there must be one root`, roots[1] ?? 0);
  const order: number[] = [];
  const parents: number[] = [];
  const stack: [number, number][] = [[roots[0], -1]];
  while (stack.length > 0) {
    const [row, parent] = stack.pop() as [number, number];
    const node = order.push(row) - 1;
    parents.push(parent);
    for (const child of below[row].reverse()) stack.push([child, node]);
  }
  if (order.length !== rows.length) {
    const index = rows.findIndex((_, row) => !order.includes(row));
    complain(`has a cycle at index ${index}`, index);
  }
  return {
    parents: Int32Array.from(parents),
    weights: Float64Array.from(order, (row) => rows[row].size ?? 0),
    ids: order.map((row) => rows[row].id),
  };
}

/**
 * The hierarchy of paths with sizes: the files of a folder, or the inputs of a bundle's metafile,
 * `Object.entries(metafile.inputs).map(([path, { bytes }]) => [path, bytes])`.
 *
 * @example
 * ```ts
 * import { hierarchyFromPaths } from '@infimum/graphs';
 *
 * const { ids } = hierarchyFromPaths([['src/a.ts', 10], ['src/b.ts', 20], ['c.ts', 5]]);
 * console.log(ids.join(' ')); // . src src/a.ts src/b.ts c.ts
 * ```
 */
export function hierarchyFromPaths(
  files: readonly (readonly [path: string, size: number])[],
): Hierarchy & { readonly ids: readonly string[] } {
  checkList(files, 'files');
  for (let k = 0; k < files.length; k++) {
    checkList(files[k], `files[${k}]`);
    checkText(files[k][0], `files[${k}][0]`);
    checkNumber(files[k][1], `files[${k}][1]`, { min: 0 });
  }
  const rows = new Map<string, { id: string; parent: string; size: number }>();
  for (const [path, size] of files) {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    parts.forEach((_, depth) => {
      const id = parts.slice(0, depth + 1).join('/');
      const row = rows.get(id) ?? { id, parent: parts.slice(0, depth).join('/') || '.', size: 0 };
      if (depth === parts.length - 1) row.size += size;
      rows.set(id, row);
    });
  }
  return hierarchyFromTable([{ id: '.' }, ...rows.values()]);
}
