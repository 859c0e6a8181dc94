// The spanning tree of the network simplex: a basis of the transport polytope with its flows and potentials.
//
// G. Bradley, G. Brown, G. Graves: Design and implementation of large scale primal transshipment algorithms (1977), for
// trees as parent, size and preorder thread.
import type { Shipments } from '../sparse-plan.ts';
import type { ArcCosts } from './arc-costs.ts';

/** The n + m - 1 arcs of a basis, with their flows. */
export interface BasisArcs extends Shipments {
  /** Flow in multiples of the infinitesimal. */
  readonly perturbations: Float64Array;
  /** Cost of every arc. */
  readonly costs: Float64Array;
}

/**
 * Nodes are 0 … n-1 for sources and n … n+m-1 for targets; a node represents the arc to its parent. Which node is the
 * root has no meaning: it changes when the larger part of a tree stays in place.
 */
export class SpanningTree {
  readonly n: number;
  readonly m: number;
  /** Parent of every node; -1 for the root. */
  readonly parent: Int32Array;
  /** The nodes in preorder, as a ring. */
  readonly previous: Int32Array;
  /** Cost of the arc to the parent. */
  readonly arcCost: Float64Array;
  /** x_i of the sources, -y_j of the targets: a part of the tree shifts by one number. */
  readonly potential: Float64Array;
  /** The part of the targets. */
  readonly targetPotential: Float64Array;
  /** Where the ring begins. */
  root = 0;

  readonly #next: Int32Array;
  readonly #size: Int32Array;
  readonly #flow: Float64Array;
  readonly #perturbation: Float64Array;
  readonly #order: Int32Array;
  readonly #place: Int32Array;
  #apex = -1;

  constructor(n: number, m: number, arcs: BasisArcs) {
    const nodes = n + m;
    this.n = n;
    this.m = m;
    this.parent = new Int32Array(nodes);
    this.previous = new Int32Array(nodes);
    this.arcCost = new Float64Array(nodes);
    this.potential = new Float64Array(nodes);
    this.targetPotential = this.potential.subarray(n);
    this.#next = new Int32Array(nodes);
    this.#size = new Int32Array(nodes).fill(1);
    this.#flow = new Float64Array(nodes);
    this.#perturbation = new Float64Array(nodes);
    this.#order = new Int32Array(nodes);
    this.#place = new Int32Array(nodes);
    this.#grow(arcs);
  }

  /** Cost of all flows, in units of cost times `units` of flow. */
  meanCost(units: number): number {
    let sum = 0;
    for (let node = 0; node < this.parent.length; node++) {
      if (node !== this.root) sum += (this.#flow[node] / units) * this.arcCost[node];
    }
    return sum;
  }

  /**
   * Computes the potentials afresh, from the root down, so that rounding errors of shifts do not pile up.
   *
   * @returns the largest absolute potential
   */
  updatePotentials(): number {
    const { n, parent, potential, arcCost, root } = this;
    let size = 0;
    potential[root] = 0;
    for (let node = this.#next[root]; node !== root; node = this.#next[node]) {
      potential[node] = potential[parent[node]] + (node < n ? arcCost[node] : -arcCost[node]);
      size = Math.max(size, Math.abs(potential[node]));
    }
    return size;
  }

  /** Takes the costs of its arcs anew; potentials have to be updated then. */
  reprice(costs: ArcCosts): void {
    const { n, parent, arcCost, root } = this;
    for (let node = 0; node < parent.length; node++) {
      if (node === root) continue;
      const up = parent[node];
      arcCost[node] = node < n ? costs.at(node, up - n) : costs.at(up, node - n);
    }
  }

  /** Takes an arc into the basis: sends mass round its cycle until an arc of it runs out, which leaves. */
  enter(source: number, targetIndex: number, cost: number): void {
    const { n, parent, potential } = this;
    const target = n + targetIndex;
    const reducedCost = cost + potential[target] - potential[source];
    const leaving = this.#findLeaving(source, target);
    const cut = leaving >= 0 ? leaving : ~leaving;
    const flow = this.#flow[cut];
    const perturbation = this.#perturbation[cut];
    this.#push(source, target, flow, perturbation);
    const below = this.#size[cut];
    for (let node = parent[cut]; node >= 0; node = parent[node]) this.#size[node] -= below;
    // The smaller part moves. It holds the source if that end is below the cut and the part below moves.
    const movesBelow = 2 * below <= parent.length;
    const movesSource = leaving >= 0 === movesBelow;
    const top = movesBelow ? cut : this.root;
    if (movesBelow) this.#takeOut(cut);
    else this.#takeOutRest(cut);
    if (movesSource) this.#hang(top, source, target, { flow, perturbation, cost }, reducedCost);
    else this.#hang(top, target, source, { flow, perturbation, cost }, -reducedCost);
  }

  /** Makes parent, ring, sizes and flows from a list of arcs, depth first from node 0. */
  #grow(arcs: BasisArcs): void {
    const { n, parent, previous } = this;
    const nodes = parent.length;
    const begin = new Int32Array(nodes + 1);
    for (let arc = 0; arc < nodes - 1; arc++) {
      begin[arcs.sources[arc] + 1]++;
      begin[n + arcs.targets[arc] + 1]++;
    }
    for (let node = 0; node < nodes; node++) begin[node + 1] += begin[node];
    const incident = new Int32Array(2 * (nodes - 1));
    const fill = begin.slice();
    for (let arc = 0; arc < nodes - 1; arc++) {
      incident[fill[arcs.sources[arc]]++] = arc;
      incident[fill[n + arcs.targets[arc]]++] = arc;
    }
    let last = 0;
    parent[0] = -1;
    for (let node = 0; node >= 0; ) {
      if (begin[node] === fill[node]) {
        const up = parent[node];
        if (up >= 0) this.#size[up] += this.#size[node];
        node = up;
        continue;
      }
      const arc = incident[begin[node]++];
      const child = node < n ? n + arcs.targets[arc] : arcs.sources[arc];
      if (child === parent[node]) continue;
      parent[child] = node;
      this.#flow[child] = arcs.masses[arc];
      this.#perturbation[child] = arcs.perturbations[arc];
      this.arcCost[child] = arcs.costs[arc];
      this.#next[last] = child;
      previous[child] = last;
      last = child;
      node = child;
    }
    this.#next[last] = 0;
    previous[0] = last;
  }

  /**
   * The arc of the cycle through the entering arc that runs out first: the node below it, or its complement (~)
   * if it lies on the target's side. Sets the apex of the cycle.
   */
  #findLeaving(source: number, target: number): number {
    const { n, parent } = this;
    const flow = this.#flow;
    const perturbation = this.#perturbation;
    const size = this.#size;
    let u = source;
    let v = target;
    let leaving = source;
    let least = Infinity;
    let leastPerturbation = Infinity;
    while (u !== v) {
      // Flow runs down on the way from the source to the apex below sources, from the target below targets.
      const onSourceSide = size[u] < size[v];
      const node = onSourceSide ? u : v;
      if (node < n === onSourceSide) {
        if (flow[node] < least || (flow[node] === least && perturbation[node] < leastPerturbation)) {
          least = flow[node];
          leastPerturbation = perturbation[node];
          leaving = onSourceSide ? node : ~node;
        }
      }
      if (onSourceSide) u = parent[u];
      else v = parent[v];
    }
    this.#apex = u;
    return leaving;
  }

  /** Sends flow round the cycle of the entering arc. */
  #push(source: number, target: number, amount: number, perturbation: number): void {
    const { n, parent } = this;
    for (let node = source; node !== this.#apex; node = parent[node]) {
      this.#flow[node] += node < n ? -amount : amount;
      this.#perturbation[node] += node < n ? -perturbation : perturbation;
    }
    for (let node = target; node !== this.#apex; node = parent[node]) {
      this.#flow[node] += node < n ? amount : -amount;
      this.#perturbation[node] += node < n ? perturbation : -perturbation;
    }
  }

  /** Takes the part below a node out of the ring, and notes its preorder. */
  #takeOut(top: number): void {
    const before = this.previous[top];
    let node = top;
    for (let k = 0; k < this.#size[top]; k++) {
      this.#order[k] = node;
      this.#place[node] = k;
      node = this.#next[node];
    }
    this.#link(before, node);
  }

  /** Takes all but the part below a node out of the ring, notes its preorder, and makes the node the root. */
  #takeOutRest(top: number): void {
    const { root, previous } = this;
    let k = 0;
    let node = root;
    for (; node !== top; node = this.#next[node]) {
      this.#order[k] = node;
      this.#place[node] = k++;
    }
    node = previous[root];
    for (let l = this.#size[root] - 1; l >= k; l--) {
      this.#order[l] = node;
      this.#place[node] = l;
      node = previous[node];
    }
    this.#link(node, top);
    this.root = top;
    this.parent[top] = -1;
  }

  /**
   * Hangs the part that was taken out below `outer` by its node `inner`, and shifts its potentials.
   *
   * The way from `inner` to the old top turns round. The new preorder is that of the part below `inner`, then what
   * is below the next node on the way and not yet there, and so on: pieces of the old preorder.
   */
  #hang(top: number, inner: number, outer: number, arc: TreeArc, shift: number): void {
    const { parent, arcCost } = this;
    let { flow, perturbation, cost } = arc;
    const size = this.#size;
    const moved = size[top];
    const after = this.#next[outer];
    let tail = outer;
    let up = outer;
    let node = inner;
    let doneFrom = this.#place[inner];
    let doneTo = doneFrom;
    for (;;) {
      const from = this.#place[node];
      const to = from + size[node];
      tail = this.#append(tail, from, doneFrom, shift);
      tail = this.#append(tail, doneTo, to, shift);
      size[node] = moved - (doneTo - doneFrom);
      doneFrom = from;
      doneTo = to;
      const nextNode = parent[node];
      const nextFlow = this.#flow[node];
      const nextPerturbation = this.#perturbation[node];
      const nextCost = arcCost[node];
      parent[node] = up;
      this.#flow[node] = flow;
      this.#perturbation[node] = perturbation;
      arcCost[node] = cost;
      if (node === top) break;
      up = node;
      node = nextNode;
      flow = nextFlow;
      perturbation = nextPerturbation;
      cost = nextCost;
    }
    this.#link(tail, after);
    for (let ancestor = outer; ancestor >= 0; ancestor = parent[ancestor]) size[ancestor] += moved;
  }

  /** Puts a piece of the noted preorder behind `tail` in the ring; returns its last node. */
  #append(tail: number, from: number, to: number, shift: number): number {
    const { potential, previous } = this;
    const next = this.#next;
    const order = this.#order;
    for (let k = from; k < to; k++) {
      const node = order[k];
      next[tail] = node;
      previous[node] = tail;
      potential[node] += shift;
      tail = node;
    }
    return tail;
  }

  #link(node: number, follower: number): void {
    this.#next[node] = follower;
    this.previous[follower] = node;
  }
}

/** What belongs to an arc of the tree. */
interface TreeArc {
  readonly flow: number;
  readonly perturbation: number;
  readonly cost: number;
}
