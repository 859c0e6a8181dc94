// Exact transport over listed arcs only, by the network simplex.
//
// Mass that the listed arcs cannot carry uses further arcs, with a penalty above the cost of any detour over listed arcs.
import type { Conclusion, LimitOptions, Outcome, Steps, VectorLike } from '@infimum/core';
import { converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { marginalErrorOf } from '../plan-metrics.ts';
import type { CsrLike } from '../sparse-plan.ts';
import { asCsrMatrix, planOf } from '../sparse-plan.ts';
import type { TransportPlan } from '../transport.ts';
import { asMarginals, total } from '../transport.ts';
import { largestOf } from './arc-costs.ts';
import { SparsePricing } from './arc-pricing.ts';
import { perturbedMasses } from './perturbed-masses.ts';
import type { NetworkSimplexIterate } from './simplex-pivots.ts';
import { flowsOf, simplexPivots } from './simplex-pivots.ts';
import { SpanningTree } from './spanning-tree.ts';
import { sparseBasis } from './start-basis.ts';

/** Share of the mass that may be missing by rounding. */
const MASS_ROUNDING = 1e-12;

/** Costs beyond this times the number of nodes could overflow. */
const LARGEST_COST = 2 ** 900;

/**
 * Exact optimal transport where only listed arcs may be used.
 *
 * Minimises sum C_ij P_ij over plans P >= 0 with row sums a and column sums b that are zero wherever `cost` has no
 * entry. The potentials solve the dual: x_i + y_j <= C_ij on all listed arcs, with equality wherever mass moves.
 *
 * If the listed arcs cannot carry all mass, the run ends as `stalled`: the plan then carries as much as they can, at the
 * least cost, `marginalError` is twice the mass that stays behind, and `reason` names a source that cannot ship it.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same sum as `a` up to rounding (relative 1e-9)
 * @param cost - the listed arcs in compressed rows, n x m; finite costs of any sign, stored zeros included
 * @returns the plan, its cost, potentials and how the run ended
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 *
 * Cost: pivots as in `emd`, each pricing about sqrt(arcs) arcs; memory O(n + m) besides the costs.
 *
 * @example
 * ```ts
 * import { emdSparse } from '@infimum/ot/exact';
 * import { csrFromTriplets } from '@infimum/linalg';
 *
 * const arcs = { rows: 2, cols: 2, rowIndices: [0, 1, 1], columnIndices: [0, 0, 1], values: [1, 0, 5] };
 * const result = emdSparse([0.5, 0.5], [0.5, 0.5], csrFromTriplets(arcs));
 * console.log(result.status, result.cost); // converged 3
 * const cut = { ...arcs, rowIndices: [0, 1], columnIndices: [0, 0], values: [1, 0] };
 * console.log(emdSparse([0.5, 0.5], [0.5, 0.5], csrFromTriplets(cut)).status); // stalled
 * ```
 */
export function emdSparse(
  a: VectorLike,
  b: VectorLike,
  cost: CsrLike,
  options: LimitOptions<NetworkSimplexIterate> = {},
): Outcome<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  resolveOptions({}, options);
  return runWith({}, options, emdSparseSteps({ a, b, cost }));
}

/** The steps of `emdSparse`: the start basis first, then one iterate every 256 pivots. */
export function* emdSparseSteps({
  cost: given,
  ...weights
}: {
  a: VectorLike;
  b: VectorLike;
  cost: CsrLike;
}): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  const cost = asArcs(given);
  const { a, b } = asMarginals(weights, cost.rows, cost.cols);
  const largest = largestOf(cost.values);
  // A detour has at most n + m arcs.
  const penalty = largest > 0 ? largest * 2 ** Math.ceil(Math.log2(2 * (cost.rows + cost.cols))) : 1;
  const masses = perturbedMasses(a, b);
  const tree = new SpanningTree(cost.rows, cost.cols, sparseBasis(cost, masses, penalty));
  const solution = () => listedPlan(tree, a, b, penalty).solution;
  return yield* simplexPivots({
    tree,
    pricing: new SparsePricing(cost, penalty),
    cost: () => solution().cost,
    solution,
    conclude: () => conclusion(listedPlan(tree, a, b, penalty), total(a)),
  });
}

/** A plan over listed arcs, and what they could not carry. */
interface ListedPlan {
  readonly solution: TransportPlan<CsrMatrix>;
  readonly left: number;
  /** The source with most left. */
  readonly source: number;
}

function listedPlan(tree: SpanningTree, a: Float64Array, b: Float64Array, penalty: number): ListedPlan {
  const { n, m, potential, arcCost } = tree;
  const { nodes, sources, targets, masses } = flowsOf(tree, a, b);
  const leftAt = new Float64Array(n);
  const listed = masses.map((mass, k) => {
    if (arcCost[nodes[k]] !== penalty) return mass;
    leftAt[sources[k]] += mass;
    return 0;
  });
  const plan = planOf({ sources, targets, masses: listed }, n, m);
  return {
    solution: {
      plan,
      cost: nodes.reduce((sum, node, k) => sum + listed[k] * arcCost[node], 0),
      sourcePotential: potential.slice(0, n),
      targetPotential: potential.slice(n).map((y) => 0 - y),
      marginalError: marginalErrorOf(plan, a, b),
    },
    left: total(leftAt),
    source: leftAt.reduce((most, mass, i) => (mass > leftAt[most] ? i : most), 0),
  };
}

function conclusion({ solution, left, source }: ListedPlan, mass: number): Conclusion<TransportPlan<CsrMatrix>> {
  if (left <= MASS_ROUNDING * mass) return converged(solution, 'all reduced costs are non-negative');
  return stalled(
    solution,
    `the listed arcs cannot carry ${left.toPrecision(3)} of the mass ${mass.toPrecision(3)}, most of it from ` +
      `source ${source}; list more arcs, or move only part of the mass`,
  );
}

function asArcs(given: CsrLike): CsrMatrix {
  const cost = asCsrMatrix(given, 'cost');
  if (largestOf(cost.values) <= LARGEST_COST) return cost;
  throw fault('has costs above 2^900; scale them', 'cost', 'out-of-range');
}
