// Topological swaps for any score that is a sum over nodes: lasso, information criterion, logistic, networks; with forbidden and required
// edges, and with a step that leads to a Karush-Kuhn-Tucker point.
//
// Optimizing NOTEARS objectives via topological swaps (2023), arXiv 2305.17277.
import type { DenseLike, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import { asOrder, reachability, topologicalOrder } from './dag-graph.ts';
import type { DagInstance, DagIterate, DagSolution } from './dag-instance.ts';
import { dagProblem } from './dag-problem.ts';
import { asTable } from './moments.ts';
import type { FittedNode, NodeScore } from './node-fits.ts';
import { informationScore, lassoScore, logisticScore, networkScore } from './node-fits.ts';
import { dagPapers } from './papers.ts';
import type { EdgeList } from './penalty-methods.ts';
import { checkEdges } from './penalty-methods.ts';
import { checkInitialOrder } from './topo.ts';

const topoByScoreOptions = {
  score: {
    type: 'choice',
    choices: ['bic', 'lasso', 'logistic', 'network'],
    default: 'bic',
    description:
      'bic: the Bayesian information criterion over 2n; lasso: least squares + l1 Σ|W|; logistic: columns of 0 and 1; network: sigmoid networks',
  },
  edgePenalty: { type: 'number', was: 'lambda0', above: 0, description: 'Penalty per edge in bic; log(n)/2n by default' },
  l1: { type: 'number', was: 'lambda1', min: 0, default: 0.01, description: 'Weight of Σ|W| in the other scores' },
  reorder: {
    type: 'choice',
    choices: ['topological', 'swap'],
    default: 'topological',
    description: 'When no swap helps: add the edge of the largest derivative and sort again, or stop',
  },
  starts: {
    type: 'integer',
    was: 'restarts',
    min: 1,
    max: 10_000,
    default: 5,
    description: 'Number of starts, of which the best is kept',
  },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Minimum relative gain of a swap' },
  custom: { type: 'value', check: checkScore, description: 'Your own score, instead of `score`' },
  initialOrder: { type: 'value', check: checkInitialOrder, description: 'Order of the first start; random by default' },
  forbidden: { type: 'value', check: checkEdges, description: 'Forbidden edges, pairs [cause, effect]' },
  required: { type: 'value', check: checkEdges, description: 'Required edges: causes come before effects, and bic keeps them' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random starts' },
} as const satisfies OptionSpecs;

function checkScore(value: unknown, argument: string): asserts value is NodeScore {
  if (typeof (value as NodeScore | null)?.fit === 'function') return;
  throw fault('expected a score with a function fit', argument, 'type');
}

/** Options of `topoByScore`. */
export type TopoByScoreOptions = OptionsOf<typeof topoByScoreOptions> & LimitOptions<DagIterate<ScoredDag>>;

/** What `topoByScore` yields. */
export interface ScoredDag extends DagSolution {
  /** The order, causes first. */
  readonly order: Int32Array;
  /** The score in the units of the data: 2 n times that of bic is the criterion as published, −2 log L + k log n. */
  readonly score: number;
  /** Largest violation of the conditions of Karush, Kuhn and Tucker: of the smooth part's derivative, beyond λ where the weight is 0. */
  readonly kktResidual: number;
}

/**
 * Topological swaps for scores that are sums over nodes. When no swap helps and the conditions of Karush, Kuhn and Tucker are
 * violated, the edge of the largest derivative is added and the order recomputed from the current edges: the score falls strictly, so the
 * method terminates, at a local minimum for convex scores. Fits are cached. An iteration is some fits of nodes.
 *
 * @throws {InvalidInputError} for a table, options or knowledge at fault: required edges that form a cycle or are forbidden
 *
 * Source: Optimizing NOTEARS objectives via topological swaps, arXiv 2305.17277.
 */
export function topoByScore(data: MatrixLike, options: TopoByScoreOptions = {}): Outcome<ScoredDag, DagIterate<ScoredDag>> {
  return runWith(topoByScoreOptions, options, topoByScoreSteps(data, options));
}

/** The steps of `topoByScore`. */
export function* topoByScoreSteps(
  given: MatrixLike,
  options: TopoByScoreOptions = {},
): Steps<ScoredDag, DagIterate<ScoredDag>> {
  const data = asTable(given, 'data');
  const {
    score: kind,
    edgePenalty,
    l1,
    reorder,
    starts,
    tolerance,
    custom,
    forbidden,
    required,
    seed,
    ...rest
  } = resolveOptions(topoByScoreOptions, options);
  const d = data.cols;
  const initialOrder = rest.initialOrder && asOrder(rest.initialOrder, d, 'initialOrder');
  const knowledge = knowledgeOf(d, forbidden, required);
  const score = custom ?? scoreOf(kind, data, edgePenalty, l1, knowledge);
  const random = new Random(seed);
  const search = new NodeSearch(d, score, knowledge, tolerance);
  let best: ScoredDag | undefined;
  let iteration = 0;
  const current = () =>
    best && best.score <= search.total
      ? { ...best, weights: best.weights.slice(), order: best.order.slice() }
      : search.solution();
  search.start(knowledge.sorted(initialOrder ?? random.permutation(d)));
  const news = (): DagIterate<ScoredDag> => ({
    iteration: iteration++,
    score: Math.min(search.total, best?.score ?? Infinity),
    solution: current,
  });
  yield news();
  for (let start = 0; start < starts; start++) {
    if (start > 0) search.start(knowledge.sorted(random.permutation(d)));
    for (;;) {
      for (const _ of search.descend()) yield news();
      if (reorder === 'swap' || !search.addWorstEdge()) break;
      yield news();
    }
    const own = search.solution();
    if (!best || own.score < best.score) best = own;
  }
  const found = current();
  return converged(
    found,
    `no swap of two nodes lowers the score, and the largest violation of the conditions for a minimum is ${found.kktResidual.toExponential(1)}`,
  );
}

function scoreOf(kind: string, data: DenseLike, lambda0: number | undefined, l1: number, knowledge: Knowledge): NodeScore {
  if (kind === 'bic') return informationScore(data, lambda0, (i, j) => knowledge.required[i * data.cols + j] === 1);
  if (kind === 'lasso') return lassoScore(data, l1);
  if (kind === 'logistic') return logisticScore(data, l1);
  return networkScore(data, { l1 });
}

/** Constraints on the edges. */
interface Knowledge {
  readonly forbidden: Uint8Array;
  readonly required: Uint8Array;
  /** The same order, changed only as required edges demand. */
  sorted(order: Int32Array): Int32Array;
}

function knowledgeOf(d: number, forbidden: EdgeList = [], required: EdgeList = []): Knowledge {
  const [no, yes] = [new Uint8Array(d * d), new Uint8Array(d * d)];
  for (const [list, marks, argument] of [
    [forbidden, no, 'forbidden'],
    [required, yes, 'required'],
  ] as const) {
    list.forEach(([i, j], index) => {
      if (!(i >= 0 && i < d && j >= 0 && j < d && i !== j)) {
        throw fault(`names the edge ${i} → ${j} at index ${index}, which does not exist`, argument, 'out-of-range', index);
      }
      marks[i * d + j] = 1;
    });
  }
  const both = no.findIndex((mark, at) => mark === 1 && yes[at] === 1);
  if (both >= 0) throw fault(`asks for ${Math.floor(both / d)} → ${both % d}, which is forbidden`, 'required', 'unsupported');
  if (!topologicalOrder(yes)) throw fault('form a cycle', 'required', 'unsupported');
  return {
    forbidden: no,
    required: yes,
    sorted(order) {
      const result: number[] = [];
      const rest = new Set(order);
      while (rest.size > 0) {
        for (const node of rest) {
          if ([...rest].some((other) => yes[other * d + node] === 1)) continue;
          result.push(node);
          rest.delete(node);
          break;
        }
      }
      return Int32Array.from(result);
    },
  };
}

/** Maximum number of cached fits. */
const REMEMBERED = 200_000;

/** The search over orders. */
class NodeSearch {
  order: Int32Array = new Int32Array(0);
  total = Infinity;
  readonly #d: number;
  readonly #score: NodeScore;
  readonly #knowledge: Knowledge;
  readonly #tolerance: number;
  readonly #fits = new Map<string, FittedNode>();

  constructor(d: number, score: NodeScore, knowledge: Knowledge, tolerance: number) {
    this.#d = d;
    this.#score = score;
    this.#knowledge = knowledge;
    this.#tolerance = tolerance;
  }

  start(order: Int32Array): void {
    this.order = order;
    this.total = this.#totalOf(order, 0, this.#d);
  }

  /** Sum of the scores of the places from … to − 1. */
  #totalOf(order: Int32Array, from: number, to: number): number {
    let sum = 0;
    for (let place = from; place < to; place++) sum += this.#fit(order, place).score;
    return sum;
  }

  #fit(order: Int32Array, place: number): FittedNode {
    const node = order[place];
    const parents = Array.from(order.subarray(0, place))
      .filter((parent) => this.#knowledge.forbidden[parent * this.#d + node] === 0)
      .sort((a, b) => a - b);
    const key = `${node}:${parents.join()}`;
    const known = this.#fits.get(key);
    if (known) return known;
    if (this.#fits.size > REMEMBERED) this.#fits.clear();
    const fit = this.#score.fit(node, parents);
    this.#fits.set(key, fit);
    return fit;
  }

  #isAllowed(order: Int32Array, a: number, b: number): boolean {
    const { required } = this.#knowledge;
    for (let k = a; k < b; k++) {
      if (required[order[a] * this.#d + order[k + 1]] || required[order[k] * this.#d + order[b]]) return false;
    }
    return true;
  }

  /** Makes swaps while one helps, in each round those with disjoint windows; yields every swap that is evaluated. */
  *descend(): Generator<void> {
    const d = this.#d;
    for (;;) {
      const gains: { a: number; b: number; change: number }[] = [];
      for (let a = 0; a < d; a++) {
        for (let b = a + 1; b < d; b++) {
          if (!this.#isAllowed(this.order, a, b)) continue;
          const swapped = this.order.slice();
          [swapped[a], swapped[b]] = [swapped[b], swapped[a]];
          const change = this.#totalOf(swapped, a, b + 1) - this.#totalOf(this.order, a, b + 1);
          if (change < -this.#tolerance * Math.max(Math.abs(this.total), 1e-300)) gains.push({ a, b, change });
          yield;
        }
      }
      if (gains.length === 0) return;
      gains.sort((p, q) => p.change - q.change);
      const taken = new Uint8Array(d);
      for (const { a, b } of gains) {
        if (taken.subarray(a, b + 1).includes(1)) continue;
        taken.fill(1, a, b + 1);
        [this.order[a], this.order[b]] = [this.order[b], this.order[a]];
      }
      this.total = this.#totalOf(this.order, 0, d);
    }
  }

  /** The edge that violates the optimality conditions most: i → j without a path j ⇝ i. */
  #worst(weights: Float64Array): { i: number; j: number; size: number } {
    const d = this.#d;
    const reach = reachability(weights);
    let worst = { i: -1, j: -1, size: 0 };
    for (let place = 0; place < d; place++) {
      const j = this.order[place];
      const { gradient } = this.#fit(this.order, place);
      for (let i = 0; i < d; i++) {
        if (i === j || reach[j * d + i] || this.#knowledge.forbidden[i * d + j]) continue;
        const weight = weights[i * d + j];
        const { lambda } = this.#score;
        const size =
          weight === 0 ? Math.max(0, Math.abs(gradient[i]) - lambda) : Math.abs(gradient[i] + lambda * Math.sign(weight));
        if (size > worst.size) worst = { i, j, size };
      }
    }
    return worst;
  }

  /** Adds that edge and recomputes the order; returns whether the score fell. */
  addWorstEdge(): boolean {
    const { weights } = this.solution();
    const { i, j, size } = this.#worst(weights);
    if (!(size > 1e-9 * Math.max(Math.abs(this.total), 1e-300)) || weights[i * this.#d + j] !== 0) return false;
    const edges = weights.map((weight, at) => (weight !== 0 || this.#knowledge.required[at] ? 1 : 0));
    edges[i * this.#d + j] = 1;
    const order = topologicalOrder(edges);
    if (!order) return false;
    const total = this.#totalOf(order, 0, this.#d);
    if (!(total < this.total)) return false;
    [this.order, this.total] = [order, total];
    return true;
  }

  solution(): ScoredDag {
    const d = this.#d;
    const weights = new Float64Array(d * d);
    for (let place = 0; place < d; place++) {
      const j = this.order[place];
      const fit = this.#fit(this.order, place);
      for (let i = 0; i < d; i++) weights[i * d + j] = fit.weights[i];
    }
    return { weights, order: this.order.slice(), score: this.total, kktResidual: this.#worst(weights).size };
  }
}

const topoBicOptions = /* @__PURE__ */ (({ edgePenalty, starts, seed }: typeof topoByScoreOptions) =>
  ({ edgePenalty, starts, seed }) as const satisfies OptionSpecs)(topoByScoreOptions);

export const topoBicSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/topo-bic',
  title: 'Topological swaps, information criterion',
  summary: 'Swaps positions in an order while the Bayesian information criterion falls: independent of units.',
  problem: dagProblem,
  variant: 'likelihood',
  role: 'paper',
  paper: dagPapers.topo,
  cost: 'O(d^2) \\text{ swaps of } O(w d^3) \\text{ per round}',
  options: topoBicOptions,
  declines: ({ data }: DagInstance) => (data.cols > 40 ? 'more than 40 columns would take too long' : undefined),
  steps: (instance, options) => topoByScoreSteps(instance.data, { ...options, score: 'bic' }),
});
