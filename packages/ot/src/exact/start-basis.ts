// Feasible bases that the network simplex starts from, by greedy shipping.
//
// Every shipment uses up one node and so hangs it on one that is still open: n + m - 1 shipments are a spanning tree,
// for any order of the nodes.
import type { VectorLike } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import type { InitialPotentials, Potentials } from '../initial-potentials.ts';
import type { ArcCosts } from './arc-costs.ts';
import type { PerturbedMasses } from './perturbed-masses.ts';
import type { BasisArcs } from './spanning-tree.ts';

/** Potentials that say which arcs are cheap. */
export interface NodePotentials {
  /** Of the sources. */
  readonly source: Float64Array;
  /** Of the targets. */
  readonly target: Float64Array;
}

/**
 * The nodes of the longer side, one after the other, ship to the cheapest node of the shorter side that is still open,
 * until they are used up. Cheapest counts above the cheapest arc of that node. O((n + m) min(n, m)).
 */
export function greedyBasis(costs: ArcCosts, masses: PerturbedMasses): BasisArcs {
  const { rows: n, cols: m } = costs;
  const byRow = n >= m;
  const [lines, items] = byRow ? [n, m] : [m, n];
  // Infinity once an item is used up.
  const base = leastOfItems(costs, byRow, lines, items);
  const shipping = new Shipping(n, m, masses);
  for (let line = 0; line < lines; line++) {
    const values = costs.line(byRow, line);
    for (let lineEnds = false; !lineEnds; ) {
      const item = cheapest(values, base);
      lineEnds = byRow
        ? shipping.usesUpSource(line, item, values[item])
        : !shipping.usesUpSource(item, line, values[item], false);
      if (!lineEnds) base[item] = Infinity;
    }
    if (shipping.isDone) break;
  }
  return shipping.arcs;
}

/**
 * A basis along the spanning tree of least costs above given potentials.
 *
 * From its leaves up every node of the tree ships to its parent, and what the parent cannot take to the cheapest open
 * node. The arcs of an optimal basis have reduced cost zero, so its potentials reproduce it, for any order.
 * O(nm), and O(n + m) for every node that does not fit.
 */
export function basisFromPotentials(costs: ArcCosts, masses: PerturbedMasses, { source, target }: NodePotentials): BasisArcs {
  const { rows: n, cols: m } = costs;
  // Infinity once a node is used up.
  const open = { source: source.slice(), target: target.slice() };
  const line = (node: number) =>
    node < n
      ? { values: costs.line(true, node), base: open.target, own: source[node] }
      : { values: costs.line(false, node - n), base: open.source, own: target[node - n] };
  const { order, parent } = leastTree(n, m, line);
  const shipping = new Shipping(n, m, masses);
  const closed = new Uint8Array(n + m);
  for (let k = order.length - 1; k > 0; k--) {
    const node = order[k];
    let other = parent[node];
    while (!closed[node] && !shipping.isDone) {
      if (closed[other]) {
        const { values, base } = line(node);
        other = cheapest(values, base) + (node < n ? n : 0);
      }
      const [i, j] = node < n ? [node, other - n] : [other, node - n];
      const usedUp = shipping.usesUpSource(i, j, costs.at(i, j)) ? i : n + j;
      closed[usedUp] = 1;
      if (usedUp < n) open.source[usedUp] = Infinity;
      else open.target[usedUp - n] = Infinity;
    }
  }
  return shipping.arcs;
}

/**
 * The minimum spanning tree (R. Prim, 1957) of the complete bipartite graph.
 *
 * @returns the nodes in the order in which they joined, and the node that each of them joined
 */
function leastTree(
  n: number,
  m: number,
  line: (node: number) => { values: Float64Array; base: Float64Array; own: number },
): { order: Int32Array; parent: Int32Array } {
  const order = new Int32Array(n + m);
  const parent = new Int32Array(n + m).fill(-1);
  const distance = new Float64Array(n + m).fill(Infinity);
  const joined = new Uint8Array(n + m);
  for (let node = 0, k = 0; ; ) {
    order[k++] = node;
    joined[node] = 1;
    if (k === n + m) return { order, parent };
    const { values, base, own } = line(node);
    const offset = node < n ? n : 0;
    for (let l = 0; l < values.length; l++) {
      const reduced = values[l] - base[l] - own;
      if (!joined[offset + l] && (parent[offset + l] < 0 || reduced < distance[offset + l])) {
        distance[offset + l] = reduced;
        parent[offset + l] = node;
      }
    }
    node = -1;
    for (let other = 0; other < n + m; other++) {
      if (!joined[other] && (node < 0 || distance[other] < distance[node])) node = other;
    }
  }
}

/**
 * The sources ship to the cheapest open target among their arcs, and what cannot be shipped so goes over arcs of the
 * cost `penalty`. O(arcs times shipments of a source + n + m).
 */
export function sparseBasis(arcs: CsrMatrix, masses: PerturbedMasses, penalty: number): BasisArcs {
  const { rows: n, cols: m, rowPointers, columnIndices, values } = arcs;
  const base = new Float64Array(m).fill(Infinity);
  for (let k = 0; k < values.length; k++) {
    base[columnIndices[k]] = Math.min(base[columnIndices[k]], values[k]);
  }
  const open = new Uint8Array(m).fill(1);
  const stranded: number[] = [];
  const shipping = new Shipping(n, m, masses);
  for (let i = 0; i < n && !shipping.isDone; i++) {
    for (;;) {
      let best = -1;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        const isCheaper = best < 0 || values[k] - base[j] < values[best] - base[columnIndices[best]];
        if (open[j] && isCheaper) best = k;
      }
      if (best < 0) {
        stranded.push(i);
        break;
      }
      if (shipping.usesUpSource(i, columnIndices[best], values[best])) break;
      open[columnIndices[best]] = 0;
    }
  }
  let j = 0;
  for (const i of stranded) {
    for (;;) {
      while (!open[j]) j++;
      if (shipping.usesUpSource(i, j, penalty)) break;
      open[j] = 0;
    }
    if (shipping.isDone) break;
  }
  return shipping.arcs;
}

/** Masses that are still there, and the shipments so far. */
class Shipping {
  readonly arcs: BasisArcs;
  readonly #amounts: Float64Array;
  readonly #perturbations: Float64Array;
  readonly #n: number;
  #count = 0;

  constructor(n: number, m: number, { amounts, perturbations }: PerturbedMasses) {
    this.#n = n;
    this.#amounts = amounts.slice();
    this.#perturbations = perturbations.slice();
    this.arcs = {
      sources: new Int32Array(n + m - 1),
      targets: new Int32Array(n + m - 1),
      masses: new Float64Array(n + m - 1),
      perturbations: new Float64Array(n + m - 1),
      costs: new Float64Array(n + m - 1),
    };
  }

  /** Whether all nodes are used up. */
  get isDone(): boolean {
    return this.#count === this.arcs.masses.length;
  }

  /**
   * Ships as much as both ends allow.
   *
   * @param atLast - what the last shipment, which uses up both ends, counts as
   * @returns whether the source is used up, else the target is
   */
  usesUpSource(source: number, target: number, cost: number, atLast = true): boolean {
    const amounts = this.#amounts;
    const perturbations = this.#perturbations;
    const from = source;
    const to = this.#n + target;
    const arc = this.#count++;
    const sourceEnds = this.isDone
      ? atLast
      : amounts[from] < amounts[to] || (amounts[from] === amounts[to] && perturbations[from] < perturbations[to]);
    const [used, other] = sourceEnds ? [from, to] : [to, from];
    this.arcs.sources[arc] = source;
    this.arcs.targets[arc] = target;
    this.arcs.costs[arc] = cost;
    this.arcs.masses[arc] = amounts[used];
    this.arcs.perturbations[arc] = perturbations[used];
    amounts[other] -= amounts[used];
    perturbations[other] -= perturbations[used];
    return sourceEnds;
  }
}

function leastOfItems(costs: ArcCosts, byRow: boolean, lines: number, items: number): Float64Array {
  const least = new Float64Array(items).fill(Infinity);
  for (let line = 0; line < lines; line++) {
    const values = costs.line(byRow, line);
    for (let item = 0; item < items; item++) if (values[item] < least[item]) least[item] = values[item];
  }
  return least;
}

/** The open item of least cost above its base. */
function cheapest(values: Float64Array, base: Float64Array): number {
  let best = -1;
  let bestCost = Infinity;
  for (let item = 0; item < base.length; item++) {
    const above = values[item] - base[item];
    if (base[item] !== Infinity && (best < 0 || above < bestCost)) {
      bestCost = above;
      best = item;
    }
  }
  return best;
}

/**
 * The potentials with finite numbers in place of -Infinity: the largest for which no cost falls below the sum of the
 * potentials of its ends, x_i = min_j (C_ij - y_j), over the targets j that have one. O(n + m) for every number.
 *
 * @param scale - the factor by which the costs were multiplied
 */
export function finitePotentials({ source, target }: InitialPotentials, costs: ArcCosts, scale: number): Potentials {
  const scaled = (potentials: VectorLike) => Float64Array.from(potentials, (x) => x * scale);
  const finite = { source: scaled(source), target: scaled(target) };
  for (let i = 0; i < source.length; i++) {
    if (source[i] === -Infinity) finite.source[i] = largestBelow(costs.line(true, i), finite.target);
  }
  for (let j = 0; j < target.length; j++) {
    if (target[j] === -Infinity) finite.target[j] = largestBelow(costs.line(false, j), finite.source);
  }
  return finite;
}

/** The least cost above a potential that is finite. */
function largestBelow(costs: Float64Array, potentials: Float64Array): number {
  let least = Infinity;
  for (let l = 0; l < potentials.length; l++) {
    if (potentials[l] !== -Infinity) least = Math.min(least, costs[l] - potentials[l]);
  }
  return least;
}
