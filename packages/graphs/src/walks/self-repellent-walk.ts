// The self-repellent random walk: a walk on a graph that avoids visited nodes, so that it samples a target distribution with less variance
// than its base chain.
//
// V. Doshi, J. Hu, D. Y. Eun: Self-Repellent Random Walks on General Graphs (ICML 2023), arXiv 2305.05097.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, checkInteger, Random, resolveOptions } from '@infimum/core';
import type { Graph, GraphLike } from '../graph/graph.ts';
import { asGraph, checkConnected } from '../graph/graph.ts';
import type { Transitions } from './transitions.ts';
import { checkPositive, transitionsOf } from './transitions.ts';

const walkOptions = {
  kernel: {
    type: 'choice',
    choices: ['metropolis-hastings', 'simple', 'weighted', 'non-backtracking'],
    default: 'metropolis-hastings',
    description: 'The chain; the non-backtracking one is never self-repellent',
  },
  alpha: { type: 'number', min: 0, default: 5, description: 'Strength of the repulsion; 0 walks the chain itself' },
  exponent: {
    type: 'number',
    above: 0.5,
    max: 1,
    default: 1,
    description: 'a of the weights (n+1)^-a of new visits in the memory; 1 counts all alike',
  },
  priorWeight: { type: 'number', above: 0, default: 1, description: 'Total weight of the uniform initial memory, in visits' },
  lazy: { type: 'boolean', default: false, description: 'Stay with probability one half in the chain' },
  target: {
    type: 'value',
    check: checkPositive,
    description: 'Positive numbers, the target up to a factor; uniform by default',
  },
  weights: {
    type: 'value',
    check: checkPositive,
    description: 'Edge weights, for the weighted chain, one per entry of `columnIndices`',
  },
  selfWeights: {
    type: 'value',
    check: checkSelfWeights,
    description:
      'Weights of staying, one per node, for the weighted chain, which can then be any reversible chain; 0 by default',
  },
  initialNode: {
    type: 'integer',
    was: 'start',
    min: 0,
    default: 0,
    description: 'Starting node, which does not count as a visit',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the moves' },
} as const satisfies OptionSpecs;

function checkSelfWeights(value: unknown, argument: string): asserts value is VectorLike {
  asVector(value as VectorLike, argument);
}

/** Options of `createWalk`. */
export type CreateWalkOptions = OptionsOf<typeof walkOptions>;

// All data of a step are in one record a node: on large graphs a step is limited by memory access, so data used together are stored
// together, and a possible next node is already in the cache. Of a record, in numbers of 8 bytes from its beginning:
/** (memory/μ)^-α, which neighbours read: it comes first, with what the next step needs. */
const REPULSION = 0;
/** Probability of staying. */
const STAY = 1;
/** The weighted visits, up to a common factor. */
const MEMORY = 2;
/** μ. */
const MASS = 3;
/** Visits. */
const VISITS = 4;
// and in numbers of 4 bytes from twice its beginning:
/** Number of neighbours. */
const DEGREE = 10;
/** The node. */
const NODE = 11;
/** From here on two numbers a neighbour: where its record begins, and the place of the probability in `chances`. */
const NEIGHBOURS = 12;

/** Different probabilities that are worth a table: it fits the first-level cache. */
const MOST_DIFFERENT = 2048;

/** Uniform numbers that are drawn at once. */
const DRAWN = 512;
/** From here on steps of the memory come from a series, anchored anew after so many steps. */
const SERIES_FROM = 2 ** 16;
const SERIES_LENGTH = 32;
/** Below this the common factor of the memory is multiplied into it. */
const LEAST_EXPONENT = -250;

/**
 * A walk that remembers how often it visited each node, in x, and moves from i to j with probability
 *
 *     K_ij[x] ∝ P_ij (x_j/μ_j)^-α
 *
 * where P is the chain and μ its stationary distribution. After a move to j, x ← x + γ(e_j − x), γ_n = (n + w)^-a
 * with the prior's weight w. Time O(degree) a step whatever the number of nodes, one power a step.
 *
 * @param graph - compressed rows, or a graph of graphology, whose nodes are numbered in its order
 * @throws {InvalidInputError} for a graph that is not connected, a target that is not positive, options out of range
 *
 * @example
 * ```ts
 * import { createWalk, karateClub } from '@infimum/graphs';
 *
 * const distance = (alpha: number) => {
 *   const walk = createWalk(karateClub(), { alpha, seed: 1 });
 *   for (let n = 0; n < 20_000; n++) walk.step();
 *   return walk.empirical().reduce((sum, share) => sum + Math.abs(share - 1 / 34) / 2, 0);
 * };
 * console.log(distance(5) < distance(0) / 2); // true
 * ```
 */
export function createWalk(graph: GraphLike, options: CreateWalkOptions = {}): SelfRepellentWalk {
  const rows = asGraph(graph);
  checkConnected(rows);
  const { initialNode } = resolveOptions(walkOptions, options);
  checkInteger(initialNode, 'initialNode', { min: 0, max: rows.nodes - 1 });
  return new SelfRepellentWalk(rows, options);
}

/** A walk under way; see `createWalk`. */
export class SelfRepellentWalk {
  /** Where it is. */
  node: number;
  /** Steps so far. */
  steps = 0;
  /** The base chain. */
  readonly transitions: Transitions;
  readonly #graph: Graph;
  readonly #alpha: number;
  readonly #exponent: number;
  readonly #priorWeight: number;
  readonly #random: Random;
  readonly #uniforms = new Float64Array(DRAWN);
  readonly #isNonBacktracking: boolean;
  #drawn = DRAWN;
  #anchor = 0;
  /** alpha where it is a small whole number, whose power is a few products; else 0. */
  readonly #wholeAlpha: number;
  /** Where the record of the node begins, and that of the one before. */
  #at: number;
  #previous = -1;
  /** x = scale · memory. */
  #scale = 1;
  readonly #leastScale: number;
  readonly #records: WalkRecords;

  /** @internal */
  constructor(graph: Graph, options: CreateWalkOptions) {
    const resolved = resolveOptions(walkOptions, options);
    const { kernel, target, weights, selfWeights, lazy, seed } = resolved;
    this.#isNonBacktracking = kernel === 'non-backtracking';
    this.#graph = graph;
    this.transitions = transitionsOf(graph, {
      kernel: kernel === 'non-backtracking' ? 'simple' : (kernel as 'simple'),
      target,
      weights,
      selfWeights,
      lazy,
    });
    this.node = resolved.initialNode;
    this.#alpha = this.#isNonBacktracking ? 0 : resolved.alpha;
    this.#wholeAlpha = Number.isInteger(this.#alpha) && this.#alpha <= 16 ? this.#alpha : 0;
    this.#exponent = resolved.exponent;
    this.#priorWeight = resolved.priorWeight;
    this.#random = new Random(seed);
    this.#leastScale = 10 ** (LEAST_EXPONENT / Math.max(this.#alpha, 2.5));
    this.#records = walkRecords(graph, this.transitions);
    this.#at = this.#records.begins[this.node];
    this.#refresh();
  }

  /** Makes one step; returns the new node. */
  step(): number {
    if (this.#drawn === DRAWN) {
      this.#random.uniforms(this.#uniforms);
      this.#drawn = 0;
    }
    const uniform = this.#uniforms[this.#drawn++];
    const { integers, begins } = this.#records;
    if (integers[2 * this.#at + NODE] !== this.node) {
      // The caller has moved the walk, so the previous node is unknown.
      this.#at = begins[this.node];
      this.#previous = -1;
    }
    const from = this.#at;
    const to = this.#isNonBacktracking ? this.#onward(uniform) : this.#alpha === 0 ? this.#plain(uniform) : this.#draw(uniform);
    this.#previous = from;
    this.#at = to;
    this.node = integers[2 * to + NODE];
    this.#remember(to, this.nextMemoryStep());
    this.steps++;
    return this.node;
  }

  /** γ of the step to come. */
  nextMemoryStep(): number {
    const base = this.steps + 1 + this.#priorWeight;
    const a = this.#exponent;
    if (a === 1) return 1 / base;
    if (base < SERIES_FROM) return base ** -a;
    // (b + k)^-a from b^-a by four terms of the binomial series: exact to rounding for k/b below 2^-10.
    const k = this.steps % SERIES_LENGTH;
    if (k === 0 || !(this.#anchor > 0)) {
      this.#anchor = (base - k) ** -a;
    }
    const h = k / (base - k);
    return this.#anchor * (1 - a * h * (1 - ((a + 1) / 2) * h * (1 - ((a + 2) / 3) * h * (1 - ((a + 3) / 4) * h))));
  }

  /** Visits of each node so far, the start not counted; a new array. */
  get visits(): Float64Array {
    const { reals, begins } = this.#records;
    return Float64Array.from(begins, (at) => reals[at + VISITS]);
  }

  /** x: the walk's memory of visits, of sum 1; a new array. */
  empirical(): Float64Array {
    const { reals, begins } = this.#records;
    return Float64Array.from(begins, (at) => reals[at + MEMORY] * this.#scale);
  }

  /** The probabilities of the next step: of staying first, then of the neighbours in the graph's order. */
  probabilities(): Float64Array {
    const { rowPointers } = this.#graph;
    const logs = this.#logWeights();
    const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    const weights = logs.map((value) => Math.exp(value - most));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total).slice(0, rowPointers[this.node + 1] - rowPointers[this.node] + 1);
  }

  #plain(uniform: number): number {
    const { reals, integers, chances } = this.#records;
    const at = this.#at;
    const begin = 2 * at + NEIGHBOURS;
    const end = begin + 2 * integers[2 * at + DEGREE];
    let rest = uniform - reals[at + STAY];
    if (rest < 0) return at;
    for (let place = begin; place < end; place += 2) {
      rest -= chances[integers[place + 1]];
      if (rest < 0) return integers[place];
    }
    return end > begin ? integers[end - 2] : at;
  }

  #draw(uniform: number): number {
    const { reals, integers, chances } = this.#records;
    const at = this.#at;
    const begin = 2 * at + NEIGHBOURS;
    const end = begin + 2 * integers[2 * at + DEGREE];
    const stay = reals[at + STAY];
    const staying = stay === 0 ? 0 : stay * reals[at + REPULSION];
    let total = staying;
    for (let place = begin; place < end; place += 2) {
      total += chances[integers[place + 1]] * reals[integers[place] + REPULSION];
    }
    if (!(total > 0 && total < Infinity)) return this.#drawFromLogs(uniform);
    let rest = uniform * total - staying;
    if (rest < 0) return at;
    let last = at;
    for (let place = begin; place < end; place += 2) {
      const weight = chances[integers[place + 1]] * reals[integers[place] + REPULSION];
      if (weight > 0) last = integers[place];
      rest -= weight;
      if (rest < 0) return integers[place];
    }
    return last;
  }

  /** The same draw where powers over- or underflow. */
  #drawFromLogs(uniform: number): number {
    const { integers } = this.#records;
    const probabilities = this.probabilities();
    let rest = uniform - probabilities[0];
    if (rest < 0) return this.#at;
    let last = this.#at;
    for (let k = 1; k < probabilities.length; k++) {
      if (probabilities[k] === 0) continue;
      last = integers[2 * this.#at + NEIGHBOURS + 2 * (k - 1)];
      rest -= probabilities[k];
      if (rest < 0) return last;
    }
    return last;
  }

  #logWeights(): Float64Array {
    const { rowPointers, columnIndices } = this.#graph;
    const { move, stay, stationary } = this.transitions;
    const { reals, begins } = this.#records;
    const { node } = this;
    const begin = rowPointers[node];
    const log = (chance: number, j: number) =>
      chance === 0
        ? -Infinity
        : Math.log(chance) - this.#alpha * (Math.log(reals[begins[j] + MEMORY]) - Math.log(stationary[j]));
    return Float64Array.from({ length: rowPointers[node + 1] - begin + 1 }, (_, k) =>
      k === 0 ? log(stay[node], node) : log(move[begin + k - 1], columnIndices[begin + k - 1]),
    );
  }

  /** Uniform among the neighbours except where it came from, if there is another. */
  #onward(uniform: number): number {
    const { integers } = this.#records;
    const begin = 2 * this.#at + NEIGHBOURS;
    const degree = integers[2 * this.#at + DEGREE];
    if (degree === 0) return this.#at;
    if (degree === 1 || this.#previous < 0 || this.steps === 0) {
      return integers[begin + 2 * Math.floor(uniform * degree)];
    }
    let place = begin + 2 * Math.floor(uniform * (degree - 1));
    let back = begin;
    while (integers[back] !== this.#previous) back += 2;
    if (place >= back) place += 2;
    return integers[place];
  }

  /** x ← x + γ(e_node − x), in O(1). */
  #remember(at: number, gamma: number): void {
    const { reals } = this.#records;
    this.#scale *= 1 - gamma;
    reals[at + MEMORY] += gamma / this.#scale;
    reals[at + VISITS]++;
    if (this.#alpha !== 0) reals[at + REPULSION] = this.#repulsionOf(reals[at + MEMORY] / reals[at + MASS]);
    if (this.#scale < this.#leastScale) this.#rescale();
  }

  #repulsionOf(ratio: number): number {
    if (this.#wholeAlpha === 0) return ratio ** -this.#alpha;
    const inverse = 1 / ratio;
    let power = inverse;
    for (let k = 1; k < this.#wholeAlpha; k++) power *= inverse;
    return power;
  }

  #rescale(): void {
    const { reals, begins } = this.#records;
    for (const at of begins) reals[at + MEMORY] = Math.max(reals[at + MEMORY] * this.#scale, Number.MIN_VALUE);
    this.#scale = 1;
    this.#refresh();
  }

  #refresh(): void {
    const { reals, begins } = this.#records;
    for (const at of begins) {
      reals[at + REPULSION] = this.#repulsionOf(reals[at + MEMORY] / reals[at + MASS]);
    }
  }
}

/** The records of all nodes of a graph. */
interface WalkRecords {
  /** The records, as numbers of 8 bytes. */
  readonly reals: Float64Array;
  /** The same memory, as numbers of 4 bytes. */
  readonly integers: Int32Array;
  /** Where the record of each node begins in `reals`. */
  readonly begins: Int32Array;
  /** Probabilities of moves: the different ones where they are few, else one an edge. */
  readonly chances: Float64Array;
}

/** Records with no visit and the uniform distribution in memory; repulsions are still zero. O(nodes + edges). */
function walkRecords({ nodes, rowPointers, columnIndices }: Graph, { move, stay, stationary }: Transitions): WalkRecords {
  const header = NEIGHBOURS / 2;
  const begins = Int32Array.from({ length: nodes }, (_, i) => header * i + rowPointers[i]);
  const memory = new ArrayBuffer(8 * (header * nodes + columnIndices.length));
  const reals = new Float64Array(memory);
  const integers = new Int32Array(memory);
  const { codes, chances } = codesOf(move);
  for (let i = 0; i < nodes; i++) {
    const at = begins[i];
    reals[at + STAY] = stay[i];
    reals[at + MEMORY] = 1 / nodes;
    reals[at + MASS] = stationary[i];
    integers[2 * at + DEGREE] = rowPointers[i + 1] - rowPointers[i];
    integers[2 * at + NODE] = i;
    let place = 2 * at + NEIGHBOURS;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      integers[place++] = begins[columnIndices[k]];
      integers[place++] = codes ? codes[k] : k;
    }
  }
  return { reals, integers, begins, chances };
}

/** Each probability's place in a table of the different ones; no codes if there are many. */
function codesOf(move: Float64Array): { codes?: Int32Array; chances: Float64Array } {
  const places = new Map<number, number>();
  const codes = new Int32Array(move.length);
  for (let k = 0; k < move.length; k++) {
    const known = places.get(move[k]);
    codes[k] = known ?? places.size;
    if (known === undefined) places.set(move[k], places.size);
    if (places.size > MOST_DIFFERENT) return { chances: move };
  }
  return { codes, chances: Float64Array.from(places.keys()) };
}
