// TOPO: least squares over orders by swaps of two nodes, those that break the weakest paths first.
//
// C. Deng, K. Bello, B. Aragam, P. Ravikumar: Optimizing NOTEARS objectives via topological swaps (ICML 2023),
// arXiv 2305.17277.
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { checkNumbers, converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import type { WeightsLike } from './dag-graph.ts';
import { asOrder, asWeights, thresholdToDag, topologicalOrder } from './dag-graph.ts';
import type { DagIterate, DagSolution } from './dag-instance.ts';
import { dagProblem } from './dag-problem.ts';
import type { Moments } from './moments.ts';
import {
  asTable,
  choleskyOf,
  leastSquaresGradient,
  meanVariance,
  momentsOf,
  regularized,
  scoreOf,
  weightsOf,
} from './moments.ts';
import { dagPapers } from './papers.ts';
import { pruneByBic } from './prune.ts';
import { SwapWindow } from './swap-window.ts';

export const topoOptions = {
  sizeSmall: { type: 'integer', min: 1, description: 'Swaps tried per round: min(100, all) up to 30 nodes, else 4d' },
  sizeLarge: {
    type: 'integer',
    min: 1,
    description: 'Swaps tried when the small set has none that helps: min(400, all) up to 30 nodes, else 20d',
  },
  tau: {
    type: 'number',
    min: 0,
    description: 'The paper’s rule instead of the ranked one: swaps of pairs whose paths are at most tau',
  },
  xi: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'With tau: and whose derivative of the score, relative to the mean variance, is at least xi',
  },
  maxLarge: { type: 'integer', min: 0, default: 1, description: 'Maximum number of successful uses of the large set' },
  starts: {
    type: 'integer',
    was: 'restarts',
    min: 1,
    max: 10_000,
    description: 'Starts, of which the best is kept: ten per column up to 16 columns, else two; one from a given order',
  },
  prune: {
    type: 'boolean',
    default: true,
    description: 'Drop edges of the order that the Bayesian information criterion does not support',
  },
  threshold: { type: 'number', min: 0, default: 0.3, description: 'Weights below it are dropped after pruning' },
  center: { type: 'boolean', default: true, description: 'Subtract the means of the columns' },
  tolerance: { type: 'number', min: 0, default: 1e-10, description: 'Minimum relative gain of a swap' },
  initialOrder: {
    type: 'value',
    check: checkInitialOrder,
    description: 'Initial order; by default that of the variances. Further starts are random',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random starts' },
} as const satisfies OptionSpecs;

/** @throws {InvalidInputError} naming the argument */
export function checkInitialOrder(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/** Options of `topo`. */
export type TopoOptions = OptionsOf<typeof topoOptions> & LimitOptions<DagIterate<TopoSolution>>;

/** What `topo` yields. */
export interface TopoSolution extends DagSolution {
  /** The order, causes first. */
  readonly order: Int32Array;
  /** Q of the order: half of the sum of residual variances, in the units of the data. */
  readonly score: number;
  /** Rounds of swaps, of all starts. */
  readonly rounds: number;
  /** Swaps that were evaluated. */
  readonly evaluations: Readonly<Record<'value', number>>;
}

/**
 * Learns the order of the nodes of a linear model x_j = Σ_i W_ij x_i + e_j: minimises ½ Σ_j var(x_j | those before it) over
 * orders. A round evaluates the swaps of pairs (later i, earlier j) whose paths j ⇝ i are the weakest by [(I − |W|)^-1]_ji,
 * and makes all that improve and do not overlap. At the end none of the tried swaps improves; the score never rises.
 * Weights are then pruned by the Bayesian information criterion and refitted. Of several starts the best is kept.
 *
 * Least squares depends on variances, so units matter, and there is no reason for it to work on standardised columns. See `learnDag`
 * for a score without units.
 *
 * An iteration is a round, or a part of one. Time O(d³) a round and O(w²) a swap over a window of w places, whatever n.
 *
 * @param data - a row a sample
 * @throws {InvalidInputError} for a table that is not finite or has one row, or options at fault
 *
 * Source: Optimizing NOTEARS objectives via topological swaps, arXiv 2305.17277.
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { topo } from '@infimum/graphs';
 *
 * // x0 → x1 → x2 with unit noise.
 * const noise = new Random(1).normals(new Float64Array(3000));
 * const values = new Float64Array(3000);
 * for (let i = 0; i < 3000; i += 3) {
 *   values[i] = noise[i];
 *   values[i + 1] = 2 * values[i] + noise[i + 1];
 *   values[i + 2] = -values[i + 1] + noise[i + 2];
 * }
 * const { order, weights } = topo({ rows: 1000, cols: 3, values });
 * console.log(order.join(' '), Math.round(weights[1])); // 0 1 2 2
 * ```
 */
export function topo(data: MatrixLike, options: TopoOptions = {}): Outcome<TopoSolution, DagIterate<TopoSolution>> {
  return runWith(topoOptions, options, topoSteps(data, options));
}

/** Up to so many columns a start takes a millisecond, and ten a column find most optima. */
const FEW_COLUMNS = 16;
const STARTS_A_COLUMN = 10;
/** Multiplications between two yields. */
const BLOCK = 2e7;

/** The steps of `topo`. */
export function* topoSteps(given: MatrixLike, options: TopoOptions = {}): Steps<TopoSolution, DagIterate<TopoSolution>> {
  const data = asTable(given, 'data');
  const { center, seed, ...rest } = resolveOptions(topoOptions, options);
  const d = data.cols;
  const initialOrder = rest.initialOrder && asOrder(rest.initialOrder, d, 'initialOrder');
  const starts = rest.starts ?? (initialOrder ? 1 : d <= FEW_COLUMNS ? STARTS_A_COLUMN * d : 2);
  const moments = regularized(momentsOf(data, center));
  const random = new Random(seed);
  const search = new OrderSearch(moments, rest);
  let best: { order: Int32Array; score: number } | undefined;
  let iteration = 0;
  const solution = () => finished(moments, best && best.score <= search.score ? best.order : search.order, search, rest);
  search.start(initialOrder ?? byVariance(moments));
  const news = (): DagIterate<TopoSolution> => ({
    iteration: iteration++,
    score: Math.min(search.score, best?.score ?? Infinity) * moments.scale * moments.scale,
    solution,
  });
  yield news();
  for (let start = 0; start < starts; start++) {
    if (start > 0) search.start(random.permutation(d));
    for (const _ of search.rounds()) yield news();
    if (!best || search.score < best.score) best = { order: search.order.slice(), score: search.score };
  }
  return converged(
    solution(),
    `none of the swaps that were tried lowers the score${starts > 1 ? `, after ${starts} starts` : ''}`,
  );
}

/** With equal noise, effects have larger variances than their causes: a start that is usually near the best order. */
function byVariance({ d, covariance }: Moments): Int32Array {
  const columns = Int32Array.from({ length: d }, (_, j) => j);
  return columns.sort((i, j) => covariance[i * d + i] - covariance[j * d + j] || i - j);
}

/** Order, weights and figures. */
function finished(
  moments: Moments,
  order: Int32Array,
  search: OrderSearch,
  { prune, threshold }: { readonly prune: boolean; readonly threshold: number },
): TopoSolution {
  const { d, covariance } = moments;
  const factor = new Float64Array(d * d);
  choleskyOf(covariance, d, order, factor);
  const dense = weightsOf(factor, d, order);
  const weights = prune ? pruneByBic(moments, order, threshold) : thresholdToDag(dense, threshold);
  const score = scoreOf(factor, d) * moments.scale * moments.scale;
  return {
    weights,
    order: order.slice(),
    score: Math.min(score, Number.MAX_VALUE),
    rounds: search.roundCount,
    evaluations: { value: search.evaluations },
  };
}

/** The search from one order. */
export class OrderSearch {
  order: Int32Array = new Int32Array(0);
  score = Infinity;
  roundCount = 0;
  evaluations = 0;
  readonly #moments: Moments;
  readonly #factor: Float64Array;
  readonly #window: SwapWindow;
  readonly #small: number;
  readonly #large: number;
  readonly #maxLarge: number;
  readonly #tolerance: number;
  readonly #onlyAdjacent: boolean;
  readonly #tau: number | undefined;
  readonly #xi: number;

  constructor(
    moments: Moments,
    {
      sizeSmall,
      sizeLarge,
      maxLarge,
      tolerance,
      tau,
      xi = 0,
    }: {
      readonly sizeSmall?: number | undefined;
      readonly sizeLarge?: number | undefined;
      readonly maxLarge: number;
      readonly tolerance: number;
      readonly tau?: number | undefined;
      readonly xi?: number;
    },
    onlyAdjacent = false,
  ) {
    const { d } = moments;
    const pairs = (d * (d - 1)) / 2;
    this.#moments = moments;
    this.#factor = new Float64Array(d * d);
    this.#window = new SwapWindow(d);
    this.#small = Math.min(sizeSmall ?? (d <= 30 ? 100 : 4 * d), pairs);
    this.#large = Math.min(sizeLarge ?? (d <= 30 ? 400 : 20 * d), pairs);
    this.#maxLarge = maxLarge;
    this.#tolerance = tolerance;
    this.#onlyAdjacent = onlyAdjacent;
    this.#tau = tau;
    this.#xi = xi;
  }

  /** Takes an order. */
  start(order: Int32Array): void {
    this.order = order;
    this.#refit();
  }

  /** Rounds of swaps until none of the tried ones helps; yields regularly. */
  *rounds(): Generator<void> {
    let used = 0;
    for (;;) {
      const ranked = this.#onlyAdjacent ? this.#adjacent() : this.#ranked();
      let changed = yield* this.#round(ranked.small);
      if (!changed && used < this.#maxLarge) {
        changed = yield* this.#round(ranked.large);
        if (changed) used++;
      }
      if (!changed) return;
      this.roundCount++;
      yield;
    }
  }

  #refit(): void {
    const { d, covariance } = this.#moments;
    choleskyOf(covariance, d, this.order, this.#factor);
    this.score = scoreOf(this.#factor, d);
  }

  #adjacent(): { small: Int32Array; large: Int32Array } {
    const { d } = this.#moments;
    return { small: Int32Array.from({ length: Math.max(0, d - 1) }, (_, a) => a * d + a + 1), large: new Int32Array(0) };
  }

  /** Pairs of places a < b by the size of the paths from a to b, the smallest first; ties at the border are kept. */
  #ranked(): { small: Int32Array; large: Int32Array } {
    const { d } = this.#moments;
    const paths = pathSizes(this.#factor, d);
    if (this.#tau !== undefined) return this.#steep(paths, this.#tau);
    const pairs = new Int32Array((d * (d - 1)) / 2);
    let at = 0;
    for (let a = 0; a < d; a++) for (let b = a + 1; b < d; b++) pairs[at++] = a * d + b;
    pairs.sort((p, q) => paths[p] - paths[q]);
    const end = (size: number) => {
      let last = Math.min(size, pairs.length);
      while (last > 0 && last < pairs.length && paths[pairs[last]] === paths[pairs[last - 1]]) last++;
      return last;
    };
    const middle = end(this.#small);
    return { small: pairs.subarray(0, middle), large: pairs.subarray(middle, Math.max(middle, end(this.#large))) };
  }

  /** Pairs whose paths are at most tau and whose derivative is at least xi: few paths broken, large gain. */
  #steep(paths: Float64Array, tau: number): { small: Int32Array; large: Int32Array } {
    const { d } = this.#moments;
    const gradient = leastSquaresGradient(this.#moments, weightsOf(this.#factor, d, this.order));
    const least = this.#xi * meanVariance(this.#moments);
    const pairs: number[] = [];
    for (let a = 0; a < d; a++) {
      for (let b = a + 1; b < d; b++) {
        const slope = Math.abs(gradient[this.order[b] * d + this.order[a]]);
        if (paths[a * d + b] <= tau && slope >= least) pairs.push(a * d + b);
      }
    }
    return { small: Int32Array.from(pairs), large: new Int32Array(0) };
  }

  /** Evaluates swaps and makes those that help, the best first, if their windows are disjoint; returns whether there was one. */
  *#round(pairs: Int32Array): Generator<void, boolean> {
    const { d } = this.#moments;
    const least = this.#tolerance * this.score;
    const gains: { readonly a: number; readonly b: number; readonly change: number }[] = [];
    let work = 0;
    for (const pair of pairs) {
      const [a, b] = [Math.floor(pair / d), pair % d];
      const change = this.#window.change(this.#factor, d, a, b);
      this.evaluations++;
      if (change < -least) gains.push({ a, b, change });
      work += 6 * (b - a + 1) ** 2;
      if (work < BLOCK) continue;
      work = 0;
      yield;
    }
    gains.sort((p, q) => p.change - q.change);
    const taken = new Uint8Array(d);
    const order = this.order.slice();
    for (const { a, b } of gains) {
      if (taken.subarray(a, b + 1).includes(1)) continue;
      taken.fill(1, a, b + 1);
      [order[a], order[b]] = [order[b], order[a]];
    }
    if (gains.length === 0) return false;
    const [kept, before] = [this.order, this.score];
    this.order = order;
    this.#refit();
    // Changes add up exactly except for rounding: a round that does not help is undone.
    if (this.score < before) return true;
    this.order = kept;
    this.#refit();
    return false;
  }
}

/** [(I − |W|)^-1] of the order's weights by places, at [a, b] the sum over paths a ⇝ b. O(d³/3). */
function pathSizes(factor: Float64Array, d: number): Float64Array {
  const identity = Int32Array.from({ length: d }, (_, i) => i);
  const sizes = weightsOf(factor, d, identity).map(Math.abs) as Float64Array;
  const paths = new Float64Array(d * d);
  for (let a = d - 1; a >= 0; a--) {
    paths[a * d + a] = 1;
    for (let k = a + 1; k < d; k++) {
      const own = sizes[a * d + k];
      if (own === 0) continue;
      for (let b = k; b < d; b++) paths[a * d + b] += own * paths[k * d + b];
    }
  }
  return paths;
}

/**
 * Improves any graph: weights are made acyclic by leaving out the smallest on cycles, and the swaps go on from its order.
 *
 * @throws {InvalidInputError} for weights of another size than the table
 */
export function topoPostProcess(
  data: MatrixLike,
  weights: WeightsLike,
  options: TopoOptions = {},
): Outcome<TopoSolution, DagIterate<TopoSolution>> {
  const { cols } = asTable(data, 'data');
  const { length } = asWeights(weights, 'weights');
  if (length !== cols ** 2) throw fault(`expected ${cols ** 2} entries, got ${length}`, 'weights', 'shape');
  const order = topologicalOrder(thresholdToDag(weights)) as Int32Array;
  return topo(data, { ...options, initialOrder: order });
}

export const topoSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/topo',
  title: 'Topological swaps',
  summary: 'Swaps positions in an order while least squares falls, weakest paths first: exact DAGs, far faster than penalties.',
  problem: dagProblem,
  role: 'paper',
  paper: dagPapers.topo,
  cost: 'O(d^3) \\text{ per round, } O(w^2) \\text{ per swap}',
  options: topoOptions,
  steps: (instance, options) => topoSteps(instance.data, options),
});
