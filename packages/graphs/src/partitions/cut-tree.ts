// Sibling lists as binary trees of cuts: by number, by leaves, by weight, or as in the last layout.
import type { HierarchySums } from './hierarchy.ts';

/** How a sibling list is halved. */
export type Split = 'count' | 'size' | 'weight';

/** A cut of the last layout: the children on both sides, by id, and the line. */
export interface KeptCut {
  /** Direction of the line. */
  readonly theta: number;
  /** Whether the first part lies below the line. */
  readonly below: boolean;
  /** The content of the first part: a cut, or a child's id. */
  readonly first: KeptCut | string;
  /** The content of the second part. */
  readonly second: KeptCut | string;
}

/** A layout's cuts by the id of the node whose children they separate; plain data. */
export type PartitionState = Readonly<Record<string, KeptCut>>;

/** All cuts of a hierarchy. Parts are cuts (at least 0) or nodes (their complement, below 0). */
export interface CutTree {
  /** Of each node: its cut, its only child's complement, or `LEAF`. */
  readonly roots: Int32Array;
  /** First part of each cut. */
  readonly first: number[];
  /** Second part of each cut. */
  readonly second: number[];
  /** Share of the first part. */
  readonly shares: number[];
  /** Share of the second part: one minus the other would not be exact. */
  readonly rests: number[];
  /** Kept direction, NaN for new cuts. */
  readonly thetas: number[];
  /** Whether the first part lies below a kept line. */
  readonly isFirstBelow: boolean[];
}

/** Marks a leaf. */
export const LEAF = -(2 ** 31);

/** Builds the cuts of all nodes; children without weight are left out. Cuts of the last layout are kept where there are any. */
export function cutTreeOf(sums: HierarchySums, split: Split, ids?: readonly string[], kept: PartitionState = {}): CutTree {
  const { begins, children, totals } = sums;
  const nodes = begins.length - 1;
  const tree: CutTree = {
    roots: new Int32Array(nodes).fill(LEAF),
    first: [],
    second: [],
    shares: [],
    rests: [],
    thetas: [],
    isFirstBelow: [],
  };
  for (let node = 0; node < nodes; node++) {
    if (begins[node] === begins[node + 1]) continue;
    const list = children.subarray(begins[node], begins[node + 1]).filter((child) => totals[child] > 0);
    if (list.length === 0) continue;
    const old = ids && list.length > 1 && Object.hasOwn(kept, ids[node]) ? kept[ids[node]] : undefined;
    tree.roots[node] = old && ids ? keptTree(tree, sums, split, list, old, ids) : halve(tree, sums, split, list);
  }
  return tree;
}

/** Adds a cut; its parts follow. */
function addCut(tree: CutTree, first: number, second: number, theta = Number.NaN, isFirstBelow = true): number {
  tree.shares.push(first / (first + second));
  tree.rests.push(second / (first + second));
  tree.thetas.push(theta);
  tree.isFirstBelow.push(isFirstBelow);
  tree.first.push(LEAF);
  return tree.second.push(LEAF) - 1;
}

/** Halves a list repeatedly, without recursion: lists may be long and unbalanced. */
function halve(tree: CutTree, { totals, leaves }: HierarchySums, split: Split, list: Int32Array): number {
  let root = LEAF;
  const stack: { list: Int32Array; parent: number; isFirst: boolean }[] = [{ list, parent: -1, isFirst: true }];
  while (stack.length > 0) {
    const { list: own, parent, isFirst } = stack.pop() as { list: Int32Array; parent: number; isFirst: boolean };
    let part: number;
    if (own.length === 1) part = ~own[0];
    else {
      const [a, b] =
        split === 'weight'
          ? byWeight(own, totals)
          : halvesAt(own, split === 'count' ? own.length >> 1 : placeBySize(own, leaves));
      const [wa, wb] = [sum(a, totals), sum(b, totals)];
      part = addCut(tree, wa, wb);
      stack.push({ list: b, parent: part, isFirst: false }, { list: a, parent: part, isFirst: true });
    }
    if (parent < 0) root = part;
    else if (isFirst) tree.first[parent] = part;
    else tree.second[parent] = part;
  }
  return root;
}

function halvesAt(list: Int32Array, place: number): [Int32Array, Int32Array] {
  return [list.subarray(0, place), list.subarray(place)];
}

function sum(list: Int32Array, values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < list.length; i++) total += values[list[i]];
  return total;
}

/** The position that halves the leaves best; a child with more than half of them is cut off from those before and after it. */
function placeBySize(list: Int32Array, leaves: Int32Array): number {
  let total = 0;
  for (const child of list) total += leaves[child];
  const large = list.findIndex((child) => leaves[child] > total / 2);
  if (large >= 0) return large === 0 ? 1 : large;
  let [before, place, least] = [0, 1, Infinity];
  for (let i = 1; i < list.length; i++) {
    before += leaves[list[i - 1]];
    const unevenness = Math.abs(2 * before - total);
    if (unevenness < least) [place, least] = [i, unevenness];
  }
  return place;
}

/** Heaviest first, each to the lighter side. */
function byWeight(list: Int32Array, totals: Float64Array): [Int32Array, Int32Array] {
  const order = Int32Array.from(list).sort((a, b) => totals[b] - totals[a] || a - b);
  const sides: [number[], number[]] = [[], []];
  const loads = [0, 0];
  for (const child of order) {
    const side = loads[0] <= loads[1] ? 0 : 1;
    sides[side].push(child);
    loads[side] += totals[child];
  }
  return [Int32Array.from(sides[0]), Int32Array.from(sides[1])];
}

/** The old cuts without the children that left; those that entered are cut off first, by a new line. */
function keptTree(
  tree: CutTree,
  sums: HierarchySums,
  split: Split,
  list: Int32Array,
  old: KeptCut,
  ids: readonly string[],
): number {
  const present = new Map(Array.from(list, (child) => [ids[child], child]));
  const stayed = new Set<number>();
  const { totals } = sums;
  /** An old part as a new one with its weight; nothing if all in it left. Depth is about the logarithm of the list. */
  const rebuild = (part: KeptCut | string): [part: number, weight: number] | undefined => {
    if (typeof part === 'string') {
      const child = present.get(part);
      if (child === undefined || stayed.has(child)) return undefined;
      stayed.add(child);
      return [~child, totals[child]];
    }
    const [a, b] = [rebuild(part.first), rebuild(part.second)];
    if (!a || !b) return a ?? b;
    const cut = addCut(tree, a[1], b[1], part.theta, part.below);
    tree.first[cut] = a[0];
    tree.second[cut] = b[0];
    return [cut, a[1] + b[1]];
  };
  const kept = rebuild(old);
  const entered = list.filter((child) => !stayed.has(child));
  if (!kept) return halve(tree, sums, split, list);
  if (entered.length === 0) return kept[0];
  const fresh = halve(tree, sums, split, entered);
  const weight = sum(entered, totals);
  const cut = addCut(tree, kept[1], weight);
  tree.first[cut] = kept[0];
  tree.second[cut] = fresh;
  return cut;
}

/** The cuts of a finished layout, to be kept for the next one. */
export function stateOf(tree: CutTree, ids: readonly string[]): PartitionState {
  const cuts: [id: string, cut: KeptCut][] = [];
  // Cuts come after their parents or, when kept, before them: the tree is built bottom up in an explicit order.
  tree.roots.forEach((root, node) => {
    if (root < 0) return;
    const order = [root];
    for (let at = 0; at < order.length; at++) {
      for (const part of [tree.first[order[at]], tree.second[order[at]]]) if (part >= 0) order.push(part);
    }
    const made = new Map<number, KeptCut>();
    const nameOf = (part: number) => (part < 0 ? ids[~part] : (made.get(part) as KeptCut));
    for (const cut of order.reverse()) {
      made.set(cut, {
        theta: tree.thetas[cut],
        below: tree.isFirstBelow[cut],
        first: nameOf(tree.first[cut]),
        second: nameOf(tree.second[cut]),
      });
    }
    cuts.push([ids[node], made.get(root) as KeptCut]);
  });
  // Ids may be any text, including `__proto__`.
  return Object.fromEntries(cuts);
}
