// The globally best order, by a dynamic programme over subsets; and the order by variances alone.
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import type { DagInstance, DagIterate, DagSolution } from './dag-instance.ts';
import { dagProblem } from './dag-problem.ts';
import { asTable, choleskyOf, momentsOf, regularized, scoreOf } from './moments.ts';
import { pruneByBic } from './prune.ts';
import type { TopoSolution } from './topo.ts';
import { OrderSearch, topoOptions } from './topo.ts';

const orderOptions = { threshold: topoOptions.threshold } as const satisfies OptionSpecs;

/** Options of searches over orders. */
export type ExactOrderOptions = OptionsOf<typeof orderOptions> & LimitOptions<DagIterate<TopoSolution>>;

/** The largest number of nodes for which all subsets are searched. */
const MOST_NODES = 16;

/**
 * The order with the least ½ Σ var(x_j | those before it), by V(S ∪ {j}) = min V(S) + ½ var(j | S) over all subsets. Time
 * O(2^d d³): at most 16 columns.
 *
 * @throws {InvalidInputError} `too-large` for more than 16 columns
 *
 * @example
 * ```ts
 * import { exactOrder } from '@infimum/graphs';
 *
 * const data = { rows: 4, cols: 2, values: Float64Array.of(1, 2, -1, -2, 2, 3, -2, -3) };
 * console.log(exactOrder(data).order.join(' ')); // 0 1
 * ```
 */
export function exactOrder(data: MatrixLike, options: ExactOrderOptions = {}): Outcome<TopoSolution, DagIterate<TopoSolution>> {
  return runWith(orderOptions, options, exactOrderSteps(data, options));
}

/** The steps of `exactOrder`. */
export function* exactOrderSteps(
  given: MatrixLike,
  options: ExactOrderOptions = {},
): Steps<TopoSolution, DagIterate<TopoSolution>> {
  const data = asTable(given, 'data');
  const { threshold } = resolveOptions(orderOptions, options);
  const d = data.cols;
  if (d > MOST_NODES) throw fault(`has ${d} columns; at most ${MOST_NODES} are feasible`, 'data', 'too-large');
  const moments = regularized(momentsOf(data));
  const values = new Float64Array(2 ** d).fill(Infinity);
  const last = new Int8Array(2 ** d).fill(-1);
  values[0] = 0;
  let iteration = 0;
  const byIndex = () =>
    orderedSolution(
      moments,
      Int32Array.from({ length: d }, (_, i) => i),
      threshold,
    );
  for (let set = 0; set < values.length - 1; set++) {
    if (set % 256 === 0) yield { iteration: iteration++, score: 0, solution: byIndex };
    const variances = residualVariances(moments.covariance, d, set);
    for (let j = 0; j < d; j++) {
      if ((set >> j) & 1) continue;
      const value = values[set] + variances[j] / 2;
      const next = set | (1 << j);
      if (value < values[next]) [values[next], last[next]] = [value, j];
    }
  }
  const order = new Int32Array(d);
  for (let set = values.length - 1, place = d - 1; place >= 0; place--) {
    order[place] = last[set];
    set &= ~(1 << last[set]);
  }
  return converged(orderedSolution(moments, order, threshold), 'all orders were compared');
}

/** Variances of all nodes given a set: one Cholesky factor of the set, then a triangular solve a node. */
function residualVariances(covariance: Float64Array, d: number, set: number): Float64Array {
  const members: number[] = [];
  for (let i = 0; i < d; i++) if ((set >> i) & 1) members.push(i);
  const k = members.length;
  const factor = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = covariance[members[a] * d + members[b]];
      for (let m = 0; m < b; m++) sum -= factor[a * k + m] * factor[b * k + m];
      factor[a * k + b] = a === b ? Math.sqrt(Math.max(sum, 1e-300)) : sum / factor[b * k + b];
    }
  }
  const solved = new Float64Array(k);
  return Float64Array.from({ length: d }, (_, j) => {
    let rest = covariance[j * d + j];
    for (let a = 0; a < k; a++) {
      let sum = covariance[members[a] * d + j];
      for (let m = 0; m < a; m++) sum -= factor[a * k + m] * solved[m];
      solved[a] = sum / factor[a * k + a];
      rest -= solved[a] * solved[a];
    }
    return Math.max(0, rest);
  });
}

/** The solution of an order. */
function orderedSolution(moments: ReturnType<typeof momentsOf>, order: Int32Array, threshold: number): TopoSolution {
  const { d, covariance, scale } = moments;
  const factor = new Float64Array(d * d);
  choleskyOf(covariance, d, order, factor);
  const score = Math.min(scoreOf(factor, d) * scale * scale, Number.MAX_VALUE);
  return { weights: pruneByBic(moments, order, threshold), order, score, rounds: 0, evaluations: { value: 0 } };
}

export const exactOrderSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/exact-order',
  title: 'Exact order',
  summary: 'Compares all orders by a dynamic program over subsets: at most 16 columns.',
  problem: dagProblem,
  role: 'baseline',
  paper: {
    title: 'A simple approach for finding the globally optimal Bayesian network structure',
    arxiv: '1206.6875',
    year: 2006,
  },
  cost: 'O(2^d d^3)',
  options: orderOptions,
  declines: ({ data }: DagInstance) => (data.cols > MOST_NODES ? `more than ${MOST_NODES} columns` : undefined),
  steps: (instance, options) => exactOrderSteps(instance.data, options),
});

export const sortRegressSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/sort-regress',
  title: 'Sorted by variance',
  summary: 'Orders the columns by their variance: nearly solves simulated data that are not standardised, as a warning.',
  problem: dagProblem,
  role: 'baseline',
  paper: {
    title: 'Beware of the simulated DAG! Causal discovery benchmarks may be easy to game',
    arxiv: '2102.13647',
    year: 2021,
  },
  cost: 'O(d^4)',
  options: orderOptions,
  *steps({ data }, options): Steps<DagSolution, DagIterate> {
    const { threshold } = resolveOptions(orderOptions, options);
    const moments = regularized(momentsOf(data));
    const { d, covariance } = moments;
    const order = Int32Array.from({ length: d }, (_, i) => i).sort(
      (a, b) => covariance[a * d + a] - covariance[b * d + b] || a - b,
    );
    yield { iteration: 0, score: 0, solution: () => orderedSolution(moments, order.slice(), threshold) };
    return converged(orderedSolution(moments, order, threshold), 'the columns are sorted');
  },
});

const adjacentOptions = {
  ...orderOptions,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random start' },
} as const satisfies OptionSpecs;

export const greedyOrderSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/greedy-order',
  title: 'Adjacent transpositions',
  summary: 'Swaps neighbours in an order while least squares falls.',
  problem: dagProblem,
  role: 'baseline',
  paper: {
    title: 'Ordering-based search: a simple and effective algorithm for learning Bayesian networks',
    arxiv: '1207.1429',
    year: 2005,
  },
  cost: 'O(d^3) \\text{ per round}',
  options: adjacentOptions,
  *steps({ data }, given): Steps<DagSolution, DagIterate> {
    const { threshold, seed } = resolveOptions(adjacentOptions, given);
    const moments = regularized(momentsOf(data));
    const search = new OrderSearch(moments, { maxLarge: 0, tolerance: 1e-10 }, true);
    search.start(new Random(seed).permutation(moments.d));
    let iteration = 0;
    const news = () => ({
      iteration: iteration++,
      score: search.score,
      solution: () => orderedSolution(moments, search.order.slice(), threshold),
    });
    yield news();
    for (const _ of search.rounds()) yield news();
    return converged(orderedSolution(moments, search.order.slice(), threshold), 'no swap of neighbours lowers the score');
  },
});
