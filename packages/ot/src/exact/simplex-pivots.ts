// The loop of the network simplex: price, pivot, repeat; and the plan of a tree.
import type { Conclusion, Iterate, Steps } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import type { Shipments } from '../sparse-plan.ts';
import { balance } from '../sparse-plan.ts';
import type { TransportPlan } from '../transport.ts';
import type { Pricing } from './arc-pricing.ts';
import type { SpanningTree } from './spanning-tree.ts';

/** One block of pivots. */
export interface NetworkSimplexIterate extends Iterate<TransportPlan<CsrMatrix>> {
  /** Pivots so far. */
  readonly pivots: number;
  /** Cost of the plan as it stands. */
  readonly cost: number;
}

/** Pivots between two iterates. */
const PIVOTS_PER_ITERATION = 256;

/** Rounding errors, in units of the largest cost or potential, that a reduced cost may be off. */
const TOLERANCE = 16 * Number.EPSILON;

/** What the loop asks of its caller. */
export interface PivotedProblem {
  /** The basis, which the loop changes. */
  readonly tree: SpanningTree;
  /** Finds what enters it. */
  readonly pricing: Pricing;
  /** Cost of the plan as it stands. */
  cost(): number;
  /** The plan as it stands. */
  solution(): TransportPlan<CsrMatrix>;
  /** How a run without negative reduced costs ends. */
  conclude(): Conclusion<TransportPlan<CsrMatrix>>;
}

/** Pivots until no arc of negative reduced cost is left; one iterate every 256 pivots. */
export function* simplexPivots({
  tree,
  pricing,
  cost,
  solution,
  conclude,
}: PivotedProblem): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  let size = tree.updatePotentials();
  const find = () => pricing.find(tree, TOLERANCE * Math.max(size, pricing.largestCost));
  let optimal = false;
  for (let iteration = 0, pivots = 0; ; iteration++) {
    yield { iteration, pivots, cost: cost(), solution };
    if (optimal) return conclude();
    for (let block = 0; block < PIVOTS_PER_ITERATION && !optimal; block++) {
      let found = find();
      if (!found) {
        // Potentials that were shifted often are not to decide that.
        size = tree.updatePotentials();
        found = find();
      }
      if (found) {
        tree.enter(pricing.source, pricing.target, pricing.cost);
        pivots++;
      } else optimal = true;
    }
    if (!optimal) size = tree.updatePotentials();
  }
}

/**
 * Flows of a tree by elimination of leaves. What is left of a node's weight after subtractions counts as zero when
 * rounding can explain it.
 *
 * @returns shipments, and the node whose arc each of them is
 */
export function flowsOf(
  { n, m, parent, previous, root }: SpanningTree,
  a: Float64Array,
  b: Float64Array,
): Shipments & { readonly nodes: Int32Array } {
  const factorOfB = balance(a, b);
  const left = new Float64Array(n + m);
  left.set(a);
  for (let j = 0; j < m; j++) left[n + j] = b[j] * factorOfB;
  const rounding = new Float64Array(n + m);
  const arcs = n + m - 1;
  const nodes = new Int32Array(arcs);
  const sources = new Int32Array(arcs);
  const targets = new Int32Array(arcs);
  const masses = new Float64Array(arcs);
  for (let node = previous[root], k = 0; node !== root; node = previous[node], k++) {
    const up = parent[node];
    const flow = left[node] > rounding[node] ? left[node] : 0;
    nodes[k] = node;
    sources[k] = node < n ? node : up;
    targets[k] = (node < n ? up : node) - n;
    masses[k] = flow;
    rounding[up] += rounding[node] + Number.EPSILON * Math.max(flow, Math.abs(left[up]));
    left[up] -= flow;
  }
  return { nodes, sources, targets, masses };
}
