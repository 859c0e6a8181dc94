// The network simplex method for dense transport: exact plans with exact dual potentials.
//
// A basis of the transport polytope is a spanning tree of the complete bipartite graph. The tree fixes the flows
// (from the leaves up) and the potentials (x_i + y_j = C_ij on its arcs). A pivot takes in an arc of negative
// reduced cost C_ij - x_i - y_j, sends mass round the cycle that it closes, and lets go the arc whose flow became
// zero. Masses are integers inside, so that flows are exact, and carry an infinitesimal perturbation, so that no
// pivot is degenerate and none can cycle.
//
// G. Dantzig: Application of the simplex method to a transportation problem (1951); perturbation: A. Orden (1956);
// trees as parent, size and preorder thread: G. Bradley, G. Brown, G. Graves (1977).
import { converged, type Iterate, type Outcome, type RunOptions, run, type Steps } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { marginalErrorOf, transportCostOf } from './plan-metrics.ts';
import { balance, planOf, type Shipments } from './sparse-plan.ts';
import { checkTransport, type Transport, type TransportPlan, total } from './transport.ts';

/** One block of pivots. */
export interface NetworkSimplexIterate extends Iterate<TransportPlan<CsrMatrix>> {
  /** Pivots so far. */
  readonly pivots: number;
  /** Cost of the plan as it stands. */
  readonly cost: number;
}

/** Pivots between two iterates. */
const PIVOTS_PER_ITERATION = 256;

/** Units of mass that the weights of one side are rounded to; sums and differences of them are exact. */
const UNITS_LOG2 = 51;

/** Rounding errors, in units of the largest cost or potential, that a reduced cost may be off. */
const TOLERANCE = 16 * Number.EPSILON;

/**
 * Exact optimal transport by the network simplex method.
 *
 * Minimises sum_ij C_ij P_ij over plans P >= 0 with row sums a and column sums b. The answer is a vertex: at most
 * n + m - 1 entries of the plan are positive, and equal weights with n = m give an optimal assignment. The
 * potentials solve the dual, maximise a'x + b'y subject to x_i + y_j <= C_ij, with equality wherever mass moves;
 * they are finite for zero weights too, and determined up to a constant at best.
 *
 * Every intermediate plan is feasible, so a limit leaves a usable answer. One iteration is 256 pivots. The worst
 * case is exponential; on random problems with n = m from 1000 to 4000 pivots grow about as n^1.3 to n^1.6 and time
 * as n^2.4 to n^2.6. Memory O(n + m) besides the costs. Weights below 2^-51 of the total mass are optimised only to
 * that accuracy.
 *
 * Source: G. Dantzig, Application of the simplex method to a transportation problem (1951).
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same sum as `a` up to rounding (relative 1e-9)
 * @param cost - costs, n x m, finite, of any sign
 * @param options - limits and observers; no iteration limit by default
 * @returns plan, cost, potentials and how the run ended
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 *
 * @example
 * ```ts
 * import { emd } from '@infimum/ot';
 *
 * const cost = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 4, 1, 0, 1, 4, 1, 0) };
 * const outcome = emd(Float64Array.of(0.5, 0.3, 0.2), Float64Array.of(0.2, 0.3, 0.5), cost);
 * console.log(outcome.status, outcome.cost.toFixed(6)); // converged 0.600000
 * ```
 */
export function emd(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: RunOptions<NetworkSimplexIterate> = {},
): Outcome<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  return run(networkSimplexSteps({ a, b, cost }), options);
}

/**
 * The steps of `emd`: the start basis first, then one iterate every 256 pivots, each a feasible plan.
 *
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 */
export function* networkSimplexSteps(
  problem: Transport,
): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  checkTransport(problem);
  const { a, b, cost } = problem;
  // Potentials are sums of up to n + m costs: costs near the largest number are made smaller for the while.
  const scale = largest(cost.values) > 2 ** 960 ? 2 ** -64 : 1;
  const scaled = scale === 1 ? cost : { ...cost, values: cost.values.map((value) => value * scale) };
  const masses = integerMasses(a, b);
  const basis = new Basis(scaled, startBasis(scaled, masses));
  const mass = total(a);
  const solution = () => transportPlan(problem, basis, scale);
  let optimal = false;
  for (let iteration = 0, pivots = 0; ; iteration++) {
    yield { iteration, pivots, cost: mass * (basis.meanCost(masses.units) / scale), solution };
    if (optimal) return converged(solution(), 'all reduced costs are non-negative');
    const done = basis.pivot(PIVOTS_PER_ITERATION);
    pivots += done;
    optimal = done < PIVOTS_PER_ITERATION;
  }
}

/** Masses of all nodes, sources first: integers, and multiples of an infinitesimal. */
interface PerturbedMasses {
  /** Integers; both sides have the same sum. */
  readonly amounts: Float64Array;
  /** Multiples of the infinitesimal. */
  readonly perturbations: Float64Array;
  /** Sum of the amounts of one side. */
  readonly units: number;
}

/**
 * The weights as integers of about 52 bits in total.
 *
 * Perturbations are m for a source, 1 for a target, and what remains for the last target: then no part of the
 * nodes balances without the rest, so that all flows of a basis are positive and different pivots never tie.
 */
function integerMasses(a: Float64Array, b: Float64Array): PerturbedMasses {
  const n = a.length;
  const m = b.length;
  const amounts = new Float64Array(n + m);
  // In two factors, because the units of denormal weights are more than the largest number.
  const exponent = UNITS_LOG2 - Math.floor(Math.log2(total(a)));
  const factor = 2 ** Math.trunc(exponent / 2);
  const otherFactor = 2 ** (exponent - Math.trunc(exponent / 2));
  const factorOfB = balance(a, b);
  for (let i = 0; i < n; i++) amounts[i] = Math.round(a[i] * factor * otherFactor);
  for (let j = 0; j < m; j++) amounts[n + j] = Math.round(b[j] * factorOfB * factor * otherFactor);
  const units = total(amounts.subarray(0, n));
  const targets = amounts.subarray(n);
  targets[indexOfLargest(targets)] += units - total(targets);
  const perturbations = new Float64Array(n + m).fill(m, 0, n).fill(1, n);
  perturbations[n + m - 1] = n * m - (m - 1);
  return { amounts, perturbations, units };
}

/** The n + m - 1 arcs of a basis, with their flows. */
interface Arcs extends Shipments {
  /** Flow in multiples of the infinitesimal. */
  readonly perturbations: Float64Array;
}

/**
 * A feasible basis: the nodes of the longer side, one after the other, ship to the cheapest node of the shorter
 * side that is still open, until they are used up. Cheapest counts above the cheapest arc of that node; every
 * shipment uses up one node. O((n + m) min(n, m)).
 */
function startBasis(cost: DenseMatrix, masses: PerturbedMasses): Arcs {
  const { rows: n, cols: m, values } = cost;
  const byRow = n >= m;
  const [lines, items] = byRow ? [n, m] : [m, n];
  const [lineStride, itemStride] = byRow ? [m, 1] : [1, m];
  const [lineOffset, itemOffset] = byRow ? [0, n] : [n, 0];
  const least = new Float64Array(items).fill(Infinity);
  for (let line = 0; line < lines; line++) {
    for (let item = 0, k = line * lineStride; item < items; item++, k += itemStride) {
      if (values[k] < least[item]) least[item] = values[k];
    }
  }
  const amounts = masses.amounts.slice();
  const perturbations = masses.perturbations.slice();
  const arcs = {
    sources: new Int32Array(n + m - 1),
    targets: new Int32Array(n + m - 1),
    masses: new Float64Array(n + m - 1),
    perturbations: new Float64Array(n + m - 1),
  };
  // `least` is Infinity from here on for items that are used up.
  for (let line = 0, arc = 0; line < lines; ) {
    const item = cheapest(values, line * lineStride, itemStride, least);
    const from = lineOffset + line;
    const to = itemOffset + item;
    const lineEnds =
      arc >= n + m - 2 ||
      amounts[from] < amounts[to] ||
      (amounts[from] === amounts[to] && perturbations[from] < perturbations[to]);
    const [used, other] = lineEnds ? [from, to] : [to, from];
    arcs.sources[arc] = byRow ? line : item;
    arcs.targets[arc] = byRow ? item : line;
    arcs.masses[arc] = amounts[used];
    arcs.perturbations[arc] = perturbations[used];
    amounts[other] -= amounts[used];
    perturbations[other] -= perturbations[used];
    if (lineEnds) line++;
    else least[item] = Infinity;
    arc++;
  }
  return arcs;
}

/** The open item of least cost above its own least. */
function cheapest(values: Float64Array, offset: number, stride: number, least: Float64Array): number {
  let best = -1;
  let bestCost = Infinity;
  for (let item = 0, k = offset; item < least.length; item++, k += stride) {
    const above = values[k] - least[item];
    if (above < bestCost && least[item] !== Infinity) {
      bestCost = above;
      best = item;
    }
  }
  return best;
}

/**
 * The spanning tree. Nodes are 0 … n-1 for sources and n … n+m-1 for targets; a node stands for the arc to its
 * parent. Which node is the root has no meaning: it changes when the larger part of a tree stays in place.
 */
class Basis {
  readonly n: number;
  readonly m: number;
  /** Parent of every node; -1 for the root. */
  readonly parent: Int32Array;
  /** The nodes in preorder, as a ring. */
  readonly previous: Int32Array;
  /** x_i of the sources, -y_j of the targets: a part of the tree shifts by one number. */
  readonly potential: Float64Array;
  /** Where the ring begins. */
  root = 0;

  readonly #targetPotential: Float64Array;
  readonly #costs: Float64Array;
  readonly #largestCost: number;
  readonly #next: Int32Array;
  readonly #size: Int32Array;
  readonly #flow: Float64Array;
  readonly #perturbation: Float64Array;
  readonly #order: Int32Array;
  readonly #place: Int32Array;
  readonly #blockSize: number;
  #tolerance = 0;
  #cursor = 0;
  #entering = -1;
  #apex = -1;

  constructor(cost: DenseMatrix, arcs: Arcs) {
    const nodes = cost.rows + cost.cols;
    this.n = cost.rows;
    this.m = cost.cols;
    this.#costs = cost.values;
    this.#largestCost = largest(cost.values);
    this.#blockSize = Math.max(16, Math.ceil(Math.sqrt(cost.rows * cost.cols)));
    this.parent = new Int32Array(nodes);
    this.previous = new Int32Array(nodes);
    this.potential = new Float64Array(nodes);
    this.#targetPotential = this.potential.subarray(cost.rows);
    this.#next = new Int32Array(nodes);
    this.#size = new Int32Array(nodes).fill(1);
    this.#flow = new Float64Array(nodes);
    this.#perturbation = new Float64Array(nodes);
    this.#order = new Int32Array(nodes);
    this.#place = new Int32Array(nodes);
    this.#grow(arcs);
    this.updatePotentials();
  }

  /** Does up to `count` pivots; fewer only if the basis is optimal then. Leaves the potentials up to date. */
  pivot(count: number): number {
    for (let done = 0; done < count; done++) {
      if (!this.#findEntering()) {
        // Potentials that were shifted often are not to decide that.
        this.updatePotentials();
        if (!this.#findEntering()) return done;
      }
      this.#exchange();
    }
    this.updatePotentials();
    return count;
  }

  /** Average cost of a unit of mass, by the potentials, which lie closer together in memory than the costs. */
  meanCost(units: number): number {
    const { n, parent, potential } = this;
    let sum = 0;
    for (let node = 0; node < parent.length; node++) {
      if (node === this.root) continue;
      const cost = potential[node] - potential[parent[node]];
      sum += (this.#flow[node] / units) * (node < n ? cost : -cost);
    }
    return sum;
  }

  /** Computes the potentials afresh, from the root down, so that rounding errors of shifts do not pile up. */
  updatePotentials(): void {
    const { n, parent, potential, root } = this;
    let size = 0;
    potential[root] = 0;
    for (let node = this.#next[root]; node !== root; node = this.#next[node]) {
      const cost = this.#costs[this.#arcOf(node)];
      potential[node] = potential[parent[node]] + (node < n ? cost : -cost);
      size = Math.max(size, Math.abs(potential[node]));
    }
    this.#tolerance = TOLERANCE * Math.max(size, this.#largestCost);
  }

  /** Position of the cost of a node's arc. */
  #arcOf(node: number): number {
    const { n, m, parent } = this;
    return node < n ? node * m + parent[node] - n : parent[node] * m + node - n;
  }

  /** Makes parent, ring, sizes and flows from a list of arcs, depth first from node 0. */
  #grow(arcs: Arcs): void {
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
      this.#next[last] = child;
      previous[child] = last;
      last = child;
      node = child;
    }
    this.#next[last] = 0;
    previous[0] = last;
  }

  /**
   * Finds an entering arc by block search: the most negative reduced cost of a block of arcs, or of the first
   * following block that has one. The search goes on where the last one ended.
   */
  #findEntering(): boolean {
    const { n, m, potential } = this;
    const costs = this.#costs;
    const targets = this.#targetPotential;
    let best = -this.#tolerance;
    let entering = -1;
    let row = Math.floor(this.#cursor / m);
    let column = this.#cursor - row * m;
    let left = this.#blockSize;
    for (let searched = 0; searched < n * m; ) {
      const end = Math.min(m, column + left);
      const offset = row * m;
      const x = potential[row];
      let least = best + x;
      let leastColumn = -1;
      for (let j = column; j < end; j++) {
        const cost = costs[offset + j] + targets[j];
        if (cost < least) {
          least = cost;
          leastColumn = j;
        }
      }
      if (leastColumn >= 0) {
        best = least - x;
        entering = offset + leastColumn;
      }
      searched += end - column;
      left -= end - column;
      column = end;
      if (column === m) {
        column = 0;
        row = row + 1 === n ? 0 : row + 1;
      }
      if (left === 0) {
        if (entering >= 0) break;
        left = this.#blockSize;
      }
    }
    this.#cursor = row * m + column;
    this.#entering = entering;
    return entering >= 0;
  }

  /** Takes the entering arc into the basis. */
  #exchange(): void {
    const { n, m, parent, potential } = this;
    const source = Math.floor(this.#entering / m);
    const target = n + this.#entering - source * m;
    const reducedCost = this.#costs[this.#entering] + potential[target] - potential[source];
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
    if (movesSource) this.#hang(top, source, target, flow, perturbation, reducedCost);
    else this.#hang(top, target, source, flow, perturbation, -reducedCost);
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
  #hang(top: number, inner: number, outer: number, flow: number, perturbation: number, shift: number): void {
    const { parent } = this;
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
      parent[node] = up;
      this.#flow[node] = flow;
      this.#perturbation[node] = perturbation;
      if (node === top) break;
      up = node;
      node = nextNode;
      flow = nextFlow;
      perturbation = nextPerturbation;
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

/** The plan of a basis, its flows computed from the weights themselves, with cost and potentials. */
function transportPlan(problem: Transport, basis: Basis, scale: number): TransportPlan<CsrMatrix> {
  const { a, b, cost } = problem;
  const { n, m, potential } = basis;
  const plan = planOf(flowsOf(basis, a, b), n, m);
  return {
    plan,
    cost: transportCostOf(plan, cost),
    sourcePotential: potential.slice(0, n).map((x) => x / scale),
    targetPotential: potential.slice(n).map((y) => (0 - y) / scale),
    marginalError: marginalErrorOf(plan, a, b),
  };
}

/**
 * Flows of a basis by elimination of leaves. What is left of a node's weight after subtractions counts as zero
 * when rounding can explain it.
 */
function flowsOf({ n, m, parent, previous, root }: Basis, a: Float64Array, b: Float64Array): Shipments {
  const factorOfB = balance(a, b);
  const left = new Float64Array(n + m);
  left.set(a);
  for (let j = 0; j < m; j++) left[n + j] = b[j] * factorOfB;
  const rounding = new Float64Array(n + m);
  const shipments = {
    sources: new Int32Array(n + m - 1),
    targets: new Int32Array(n + m - 1),
    masses: new Float64Array(n + m - 1),
  };
  for (let node = previous[root], k = 0; node !== root; node = previous[node], k++) {
    const up = parent[node];
    const flow = left[node] > rounding[node] ? left[node] : 0;
    shipments.sources[k] = node < n ? node : up;
    shipments.targets[k] = (node < n ? up : node) - n;
    shipments.masses[k] = flow;
    rounding[up] += rounding[node] + Number.EPSILON * Math.max(flow, Math.abs(left[up]));
    left[up] -= flow;
  }
  return shipments;
}

/** The largest absolute value. */
function largest(values: Float64Array): number {
  let size = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k] > size) size = values[k];
    else if (-values[k] > size) size = -values[k];
  }
  return size;
}

function indexOfLargest(values: Float64Array): number {
  let index = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[index]) index = k;
  return index;
}
