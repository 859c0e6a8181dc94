// Averages over a graph that is known only through queries for the neighbours of a node, with a budget of queries.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import {
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  converged,
  describeValue,
  fault,
  Random,
  resolveOptions,
  runAsync,
  runOptionsOf,
  stalled,
} from '@infimum/core';
import { studentQuantile } from './student-quantile.ts';

/** A neighbour: its id, or the id with its degree if that comes for free. */
export type AskedNeighbor<Id = string> = Id | NeighborWithDegree<Id>;

/** A neighbour whose degree comes for free. */
export interface NeighborWithDegree<Id = string> {
  /** Its id. */
  readonly id: Id;
  /** How many neighbours it has. */
  readonly degree: number;
}

/** The answer to a query of a node. */
export interface AskedNode<Id = string> {
  /** Its neighbours, each once, itself left out. */
  readonly neighbors: readonly AskedNeighbor<Id>[];
  /** What is averaged. */
  readonly value: number;
}

const sampleByAskingOptions = {
  walk: {
    type: 'choice',
    choices: ['auto', 'simple', 'metropolis-hastings', 'self-repellent'],
    default: 'auto',
    description:
      'Walk; auto uses the self-repellent walk if degrees come with the neighbours and the budget covers about all nodes, otherwise the weighted simple walk',
  },
  maxQueries: {
    type: 'integer',
    was: 'budget',
    min: 1,
    default: 200,
    description: 'Maximum number of distinct nodes to query',
  },
  expectedNodes: { type: 'integer', min: 1, description: 'Approximate number of nodes, if known' },
  alpha: { type: 'number', min: 0, default: 1, description: 'Strength of the repulsion' },
  walkers: {
    type: 'integer',
    min: 2,
    max: 1000,
    default: 10,
    description: 'Independent walkers, from whose spread the interval comes',
  },
  burnIn: { type: 'integer', min: 0, default: 0, description: 'Burn-in steps of each walker' },
  tolerance: { type: 'number', min: 0, default: 0, description: 'Half width of the interval at which to stop' },
  maxSteps: {
    type: 'integer',
    min: 1,
    default: 100_000,
    description: 'Total steps of all walkers: known nodes are free, so a walk on a small graph would never end',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the moves' },
} as const satisfies OptionSpecs;

/** Options of `sampleByAsking`. */
export type SampleByAskingOptions<Id = string> = OptionsOf<typeof sampleByAskingOptions> & LimitOptions<AskingIterate<Id>>;

/** An average over a graph known by queries. */
export interface AskedMean<Id = string> {
  /** The estimate of the mean over all nodes. */
  readonly mean: number;
  /** Standard error, from the spread of the walkers. */
  readonly standardError: number;
  /** Half of the 95 % interval, by the t distribution. */
  readonly halfWidth: number;
  /** Number of distinct nodes queried. */
  readonly asks: number;
  /** How the walkers moved, and why. */
  readonly choice: string;
  /** Visits by id. */
  readonly visits: ReadonlyMap<Id, number>;
}

/** The state of a walk that queries: the node whose neighbours are needed. */
export interface AskingIterate<Id = string> extends Iterate<AskedMean<Id>> {
  /** The queried node. */
  readonly node: Id;
  /** Half width of the interval so far. */
  readonly halfWidth: number;
}

/**
 * Estimates the mean of a number over all nodes of a connected undirected graph that is known only through queries: independent walkers, an
 * interval from their spread (batch means of a self-repellent walk are wrong). Answers are cached, so a node is queried once; the budget
 * counts distinct nodes. The number of nodes need not be known.
 *
 * The simple walk is weighted by one over the degree. The others are Metropolis-Hastings walks for the uniform
 * distribution, which must know the degrees of all neighbours: if the answers do not include them, they are queried.
 * The self-repellent walk starts with one visit of every node, so that the number of nodes does not matter. With budgets
 * far below the number of nodes it is biased, and the simple walk is better: hence `auto`.
 *
 * Ends `converged` when the interval is at most twice `tolerance` wide, and otherwise `stalled` when the budget or the steps are spent or a
 * query fails: then with the estimate so far, and the failure as reason. If the first query fails, the promise rejects.
 *
 * @param starts - ids of one or more nodes, strings, numbers or objects with a `Map`'s equality; walkers start at them in turn
 * @param ask - answers with neighbours and value of a node
 * @throws {InvalidInputError} for options out of range, and for invalid answers
 *
 * @example
 * ```ts
 * import { sampleByAsking } from '@infimum/graphs';
 *
 * // A circle of 60 pages that link to both sides and hold their numbers; the mean is 29.5.
 * const ask = async (page: string) => ({
 *   neighbors: [1, 59].map((step) => String((Number(page) + step) % 60)),
 *   value: Number(page),
 * });
 * const { mean, halfWidth, asks } = await sampleByAsking(['0', '20', '40'], ask, { maxQueries: 60, seed: 1 });
 * console.log(Math.abs(mean - 29.5) < halfWidth, asks); // true 60
 * ```
 */
export function sampleByAsking<Id = string>(
  starts: readonly Id[],
  ask: (node: Id) => Promise<AskedNode<Id>> | AskedNode<Id>,
  options: SampleByAskingOptions<Id> = {},
): Promise<Outcome<AskedMean<Id>, AskingIterate<Id>>> {
  checkList(starts, 'starts');
  checkFunction(ask, 'ask');
  const steps = sampleByAskingSteps(starts, options);
  return runAsync(steps, runOptionsOf(sampleByAskingOptions, options), async ({ node }) => {
    try {
      return await ask(node);
    } catch (failure) {
      return { failure };
    }
  });
}

/** A query that failed. */
interface FailedAsk {
  readonly failure: unknown;
}

/** One walker. */
interface Walker<Id> {
  node: Id;
  steps: number;
  sum: number;
  mass: number;
  readonly visits: Map<Id, number>;
}

/** Steps between two checks of the spread, if no query is needed. */
const BLOCK = 200;

/** The steps of `sampleByAsking`. */
export function* sampleByAskingSteps<Id>(
  starts: readonly Id[],
  options: SampleByAskingOptions<Id> = {},
): Steps<AskedMean<Id>, AskingIterate<Id>, AskedNode<Id> | FailedAsk> {
  const {
    walk,
    maxQueries,
    expectedNodes,
    alpha,
    walkers: count,
    burnIn,
    tolerance,
    maxSteps,
    seed,
  } = resolveOptions(sampleByAskingOptions, options);
  checkInteger(starts.length, 'starts.length', { min: 1 });
  const known = new Map<Id, AskedNode<Id>>();
  const degrees = new Map<Id, number>();
  const random = new Random(seed);
  const visits = new Map<Id, number>();
  let iteration = 0;
  let choice = '';
  let kind = walk as string;
  let reason = '';
  const walkers = Array.from(
    { length: count },
    (_, i): Walker<Id> => ({ node: starts[i % starts.length], steps: 0, sum: 0, mass: 0, visits: new Map() }),
  );
  const solution = (): AskedMean<Id> => ({ ...spreadOf(walkers), asks: known.size, choice, visits: new Map(visits) });

  function* learn(node: Id): Generator<AskingIterate<Id>, boolean, AskedNode<Id> | FailedAsk> {
    if (known.has(node)) return true;
    reason = `the budget of ${maxQueries} queries is spent`;
    if (known.size >= maxQueries) return false;
    const answer = yield { iteration: iteration++, node, halfWidth: spreadOf(walkers).halfWidth, solution };
    if (answer && 'failure' in answer) {
      // Nothing is known yet, so there is no estimate to return.
      if (known.size === 0) throw answer.failure;
      const message = answer.failure instanceof Error ? answer.failure.message : String(answer.failure);
      reason = `the query for ${describeValue(node)} failed after ${known.size} answers: ${message}`;
      return false;
    }
    checkAnswer(answer, node);
    known.set(node, answer);
    degrees.set(node, answer.neighbors.length);
    for (const neighbor of answer.neighbors) if (hasDegree(neighbor)) degrees.set(neighbor.id, neighbor.degree);
    return true;
  }

  for (const start of starts) {
    if (!(yield* learn(start))) return stalled(solution(), reason);
    if (choice === '') [kind, choice] = choose(kind, known.get(start) as AskedNode<Id>, maxQueries, expectedNodes);
  }
  for (let step = 0; step < maxSteps; step++) {
    const walker = walkers[step % count];
    const { neighbors } = known.get(walker.node) as AskedNode<Id>;
    if (neighbors.length > 0) {
      if (kind !== 'simple') {
        for (const neighbor of neighbors) {
          if (degrees.has(keyOf(neighbor))) continue;
          if (!(yield* learn(keyOf(neighbor)))) return stalled(solution(), reason);
        }
      }
      const next =
        kind === 'simple'
          ? keyOf(neighbors[random.integer(neighbors.length)])
          : draw(walker, neighbors, degrees, kind === 'self-repellent' ? alpha : 0, random.uniform());
      if (!(yield* learn(next))) return stalled(solution(), reason);
      walker.node = next;
    }
    const here = known.get(walker.node) as AskedNode<Id>;
    walker.steps++;
    walker.visits.set(walker.node, (walker.visits.get(walker.node) ?? 0) + 1);
    visits.set(walker.node, (visits.get(walker.node) ?? 0) + 1);
    if (walker.steps > burnIn) {
      const weight = kind === 'simple' && here.neighbors.length > 0 ? 1 / here.neighbors.length : 1;
      walker.sum += weight * here.value;
      walker.mass += weight;
    }
    if (step % BLOCK === BLOCK - 1 && walkers.every(({ mass }) => mass > 0)) {
      const { halfWidth } = spreadOf(walkers);
      // A spread of zero is not evidence: the values may be constant, or the walkers may not have moved.
      if (tolerance > 0 && halfWidth <= tolerance && walker.steps > burnIn + 1) {
        return converged(solution(), `the half-width of the interval is at most ${tolerance}`);
      }
    }
  }
  return stalled(solution(), `${maxSteps} steps were made, with ${known.size} of ${maxQueries} queries`);
}

/** The move by P_ij (visits_j + 1)^-α with P of Metropolis and Hastings for the uniform distribution. */
function draw<Id>(
  walker: Walker<Id>,
  neighbors: readonly AskedNeighbor<Id>[],
  degrees: ReadonlyMap<Id, number>,
  alpha: number,
  uniform: number,
): Id {
  const { node, visits } = walker;
  const repulsion = (key: Id) => ((visits.get(key) ?? 0) + 1) ** -alpha;
  let rest = 1;
  const weights = neighbors.map((neighbor) => {
    const key = keyOf(neighbor);
    const chance = 1 / Math.max(neighbors.length, degrees.get(key) as number);
    rest -= chance;
    return chance * repulsion(key);
  });
  const staying = Math.max(0, rest) * repulsion(node);
  let bound = uniform * weights.reduce((a, b) => a + b, staying) - staying;
  if (bound < 0) return node;
  for (let k = 0; k < weights.length; k++) {
    bound -= weights[k];
    if (bound < 0) return keyOf(neighbors[k]);
  }
  return keyOf(neighbors[neighbors.length - 1]);
}

/** Which walk suits, and why. */
function choose<Id>(kind: string, first: AskedNode<Id>, budget: number, nodes: number | undefined): [string, string] {
  if (kind !== 'auto') return [kind, `${kind}, as requested`];
  const areDegreesFree = first.neighbors.length > 0 && first.neighbors.every(hasDegree);
  if (areDegreesFree && nodes !== undefined && budget >= nodes) {
    return ['self-repellent', 'self-repellent: degrees come with the neighbours, and the budget covers about all nodes'];
  }
  const reason = areDegreesFree
    ? 'the budget may not cover all nodes, which would bias a self-repellent walk'
    : 'degrees are unknown without queries, and a Metropolis-Hastings walk would spend the budget on them';
  return ['simple', `simple with weights: ${reason}`];
}

function spreadOf<Id>(walkers: readonly Walker<Id>[]): Pick<AskedMean, 'mean' | 'standardError' | 'halfWidth'> {
  const means = walkers.filter(({ mass }) => mass > 0).map(({ sum, mass }) => sum / mass);
  const mean = means.reduce((a, b) => a + b, 0) / Math.max(1, means.length);
  if (means.length < 2) return { mean, standardError: 0, halfWidth: 0 };
  const standardError = Math.sqrt(means.reduce((sum, own) => sum + (own - mean) ** 2, 0) / (means.length - 1) / means.length);
  return { mean, standardError, halfWidth: studentQuantile(means.length - 1) * standardError };
}

/** Whether a neighbour came with its degree; ids may be objects too, but not with `id` and `degree`. */
function hasDegree<Id>(neighbor: AskedNeighbor<Id>): neighbor is NeighborWithDegree<Id> {
  return typeof neighbor === 'object' && neighbor !== null && 'id' in neighbor && 'degree' in neighbor;
}

function keyOf<Id>(neighbor: AskedNeighbor<Id>): Id {
  return hasDegree(neighbor) ? neighbor.id : neighbor;
}

function checkAnswer<Id>(answer: AskedNode<Id>, node: Id): void {
  const name = `ask(${describeValue(node)})`;
  if (!Array.isArray(answer?.neighbors)) {
    throw fault(`answered for ${describeValue(node)} without a list of neighbours`, 'ask', 'type');
  }
  checkNumber(answer.value, `${name}.value`);
  for (const neighbor of answer.neighbors) {
    if (hasDegree(neighbor)) checkInteger(neighbor.degree, `${name}.neighbors.degree`, { min: 1 });
    else if (neighbor === undefined || neighbor === null) throw fault('is not an id', `${name}.neighbors`, 'type');
  }
}
