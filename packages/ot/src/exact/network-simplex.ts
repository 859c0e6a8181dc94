// The network simplex method for dense transport: exact plans with exact dual potentials.
//
// A basis of the transport polytope is a spanning tree of the complete bipartite graph. The tree fixes the flows
// (from the leaves up) and the potentials (x_i + y_j = C_ij on its arcs). A pivot takes in an arc of negative
// reduced cost C_ij - x_i - y_j, sends mass round the cycle that it closes, and lets go the arc whose flow became
// zero. Masses are integers inside, so that flows are exact, and carry an infinitesimal perturbation, so that no
// pivot is degenerate and none can cycle.
//
// G. Dantzig: Application of the simplex method to a transportation problem (1951).
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { checkMatrix, converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial, checkIsPotentials } from '../initial-potentials.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { planOf } from '../sparse-plan.ts';
import type { TransportLike, TransportPlan } from '../transport.ts';
import { asTransport, total } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { ArcCosts } from './arc-costs.ts';
import { DenseCosts, largestOf } from './arc-costs.ts';
import { BlockPricing } from './arc-pricing.ts';
import type { PerturbedMasses } from './perturbed-masses.ts';
import { perturbedMasses } from './perturbed-masses.ts';
import type { NetworkSimplexIterate } from './simplex-pivots.ts';
import { flowsOf, simplexPivots } from './simplex-pivots.ts';
import { SpanningTree } from './spanning-tree.ts';
import { basisFromPotentials, finitePotentials, greedyBasis } from './start-basis.ts';

const emdOptions = {
  initial: {
    type: 'value',
    check: checkIsPotentials,
    description:
      'Initial potentials, from a similar or entropic problem, -Infinity where a weight is zero: mass is shipped first where costs exceed them least. Any numbers are valid; the closer they are to the optimum, the fewer pivots remain',
  },
} as const satisfies OptionSpecs;

/** Options of `emd`. */
export type EmdOptions = OptionsOf<typeof emdOptions> & LimitOptions<NetworkSimplexIterate>;

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
 * @param options - potentials to start from, limits and observers; no iteration limit by default
 * @returns plan, cost, potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
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
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: EmdOptions = {},
): Outcome<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  return runWith(emdOptions, options, networkSimplexSteps({ a, b, cost }, options));
}

/**
 * The steps of `emd`: the start basis first, then one iterate every 256 pivots, each a feasible plan.
 *
 * @throws {InvalidInputError} naming `a`, `b`, `cost` or `initial` and the first place at fault
 */
export function* networkSimplexSteps(
  problem: TransportLike,
  options: EmdOptions = {},
): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  const { initial } = resolveOptions(emdOptions, options);
  const { a, b, cost } = asTransport(problem);
  if (initial !== undefined) checkInitial(initial, a, b);
  const { scaled, scale } = withinRange(cost);
  return yield* completeSimplex(a, b, new DenseCosts(scaled), scale, initial);
}

/**
 * The network simplex on a complete bipartite graph.
 *
 * @param scale - the factor by which the costs were multiplied
 * @param initial - potentials to start from, in units of the costs before
 */
export function* completeSimplex(
  a: Float64Array,
  b: Float64Array,
  costs: ArcCosts,
  scale: number,
  initial?: InitialPotentials,
): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  const masses = perturbedMasses(a, b);
  const basis = initial
    ? basisFromPotentials(costs, masses, finitePotentials(initial, costs, scale))
    : greedyBasis(costs, masses);
  const tree = new SpanningTree(costs.rows, costs.cols, basis);
  return yield* treePivots(tree, masses, a, b, costs, scale);
}

/** Pivots from a tree to the optimum. */
function* treePivots(
  tree: SpanningTree,
  masses: PerturbedMasses,
  a: Float64Array,
  b: Float64Array,
  costs: ArcCosts,
  scale: number,
): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  const mass = total(a);
  const solution = () => transportPlan(tree, a, b, scale);
  return yield* simplexPivots({
    tree,
    pricing: new BlockPricing(costs),
    cost: () => mass * (tree.meanCost(masses.units) / scale),
    solution,
    conclude: () => converged(solution(), 'all reduced costs are non-negative'),
  });
}

/** One problem after the other with the same weights, each begun with the basis that the last one ended with. */
export class RepeatedSimplex {
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #masses: PerturbedMasses;
  #tree: SpanningTree | undefined;

  /** @param a - checked before, as `b` is */
  constructor(a: Float64Array, b: Float64Array) {
    this.#a = a;
    this.#b = b;
    this.#masses = perturbedMasses(a, b);
  }

  /**
   * The steps for costs; the memory of the last costs may be theirs.
   *
   * @throws {InvalidInputError} naming `cost` where one is not finite: with NaN pivots would go on without an end
   */
  steps(cost: DenseMatrix): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
    checkMatrix(cost, 'cost');
    const { scaled, scale } = withinRange(cost);
    const costs = new DenseCosts(scaled);
    if (this.#tree) this.#tree.reprice(costs);
    else this.#tree = new SpanningTree(costs.rows, costs.cols, greedyBasis(costs, this.#masses));
    return treePivots(this.#tree, this.#masses, this.#a, this.#b, costs, scale);
  }
}

/** Potentials are sums of up to n + m costs: costs near the largest number are made smaller for the while. */
function withinRange(cost: DenseMatrix): { readonly scaled: DenseMatrix; readonly scale: number } {
  const scale = largestOf(cost.values) > 2 ** 960 ? 2 ** -64 : 1;
  const scaled = scale === 1 ? cost : { ...cost, values: cost.values.map((value) => value * scale) };
  return { scaled, scale };
}

/** The plan of a tree, its flows computed from the weights themselves, with cost and potentials. */
function transportPlan(tree: SpanningTree, a: Float64Array, b: Float64Array, scale: number): TransportPlan<CsrMatrix> {
  const { n, m, potential, arcCost } = tree;
  const flows = flowsOf(tree, a, b);
  const plan = planOf(flows, n, m);
  return {
    plan,
    cost: flows.nodes.reduce((sum, node, k) => sum + flows.masses[k] * (arcCost[node] / scale), 0),
    sourcePotential: potential.slice(0, n).map((x) => x / scale),
    targetPotential: potential.slice(n).map((y) => (0 - y) / scale),
    marginalError: marginalErrorOf(plan, a, b),
  };
}

export const networkSimplexSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/network-simplex',
  title: 'Network simplex',
  summary: 'The exact, unregularised optimum with its dual potentials.',
  problem: transport,
  variant: 'exact',
  role: 'baseline',
  paper: { title: 'A polynomial time primal network simplex algorithm for minimum cost flows', year: 1997 },
  cost: 'O(nm) \\text{ per few pivots; about } n^{2.5} \\text{ to } n^3 \\text{ in all}',
  options: emdOptions,
  steps: (instance, options) => networkSimplexSteps(instance, options),
});
