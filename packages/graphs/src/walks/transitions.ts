// The base chains of self-repellent walks: probabilities of moves and of staying, and stationary distributions.
import type { VectorLike } from '@infimum/core';
import { asVector, fault } from '@infimum/core';
import type { Graph } from '../graph/graph.ts';

/** Which chain: `metropolis-hastings` for any target, `simple` to a uniform neighbour, `weighted` by weights of edges. */
export type Kernel = 'metropolis-hastings' | 'simple' | 'weighted';

/** A chain P that is reversible with respect to its stationary distribution. */
export interface Transitions {
  /** P_ij of the edge at each place of `columnIndices`. */
  readonly move: Float64Array;
  /** P_ii of each node. */
  readonly stay: Float64Array;
  /** The stationary distribution μ, of sum 1. */
  readonly stationary: Float64Array;
}

/** What defines a chain besides the graph. */
export interface TransitionOptions {
  /** Which chain; `metropolis-hastings` by default. */
  readonly kernel?: Kernel | undefined;
  /** Positive numbers, the target up to a factor, for `metropolis-hastings`; uniform by default. */
  readonly target?: VectorLike | undefined;
  /** A positive number at each place of `columnIndices`, the same from both sides, for `weighted`. */
  readonly weights?: VectorLike | undefined;
  /** A number of at least 0 a node, the weight of staying there, for `weighted`; 0 by default. */
  readonly selfWeights?: VectorLike | undefined;
  /** Stay with probability one half, (I + P)/2, which makes periodic chains aperiodic; no by default. */
  readonly lazy?: boolean | undefined;
}

/**
 * The chain of a kernel. Metropolis-Hastings: P_ij = min(1/d_i, μ_j/(μ_i d_j)), the rest is staying. Simple:
 * P_ij = 1/d_i, μ_i ∝ d_i. Weighted: P_ij ∝ w_ij, P_ii ∝ w_ii, μ_i ∝ Σ_j w_ij, which is any reversible chain. Time O(nodes + edges).
 *
 * @throws {InvalidInputError} for a target or weights that are not positive, with the index
 */
export function transitionsOf(
  graph: Graph,
  { kernel = 'metropolis-hastings', lazy = false, ...given }: TransitionOptions = {},
): Transitions {
  const { nodes, rowPointers, columnIndices } = graph;
  const move = new Float64Array(columnIndices.length);
  const stay = new Float64Array(nodes);
  const stationary = new Float64Array(nodes);
  if (kernel === 'metropolis-hastings') {
    const target = given.target && asPositive(given.target, 'target', nodes);
    for (let i = 0; i < nodes; i++) {
      const degree = rowPointers[i + 1] - rowPointers[i];
      let rest = 1;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        const ratio = target ? target[j] / target[i] : 1;
        move[k] = Math.min(1 / degree, ratio / (rowPointers[j + 1] - rowPointers[j]));
        rest -= move[k];
      }
      stay[i] = nodes === 1 ? 1 : Math.max(0, rest);
      // A remainder of rounding counts as 0: a walk never stays at a node where every move is accepted.
      if (stay[i] < 1e-14) stay[i] = 0;
      stationary[i] = target ? target[i] : 1;
    }
  } else {
    const weights =
      kernel === 'weighted'
        ? asPositive(given.weights, 'weights', columnIndices.length)
        : new Float64Array(columnIndices.length).fill(1);
    const selfWeights =
      kernel === 'weighted' && given.selfWeights ? asVector(given.selfWeights, 'selfWeights', nodes) : undefined;
    if (kernel === 'weighted') checkWeights(graph, weights, selfWeights);
    for (let i = 0; i < nodes; i++) {
      const own = selfWeights?.[i] ?? 0;
      let total = own;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) total += weights[k];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) move[k] = weights[k] / total;
      stay[i] = nodes === 1 ? 1 : own / total;
      stationary[i] = total || 1;
    }
  }
  normalize(stationary);
  if (lazy) {
    for (let k = 0; k < move.length; k++) move[k] /= 2;
    for (let i = 0; i < nodes; i++) stay[i] = (1 + stay[i]) / 2;
  }
  return { move, stay, stationary };
}

/** Makes positive numbers sum to one, without overflow on the way. */
function normalize(values: Float64Array): void {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] /= most;
    total += values[i];
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.max(values[i] / total, Number.MIN_VALUE);
}

/** Positive numbers. */
export function asPositive(given: VectorLike | undefined, argument: string, length?: number): Float64Array {
  const values = asVector(given as VectorLike, argument, length);
  const index = values.findIndex((value) => !(value > 0));
  if (index < 0) return values;
  throw fault(`is ${values[index]} at index ${index}, not positive`, argument, 'out-of-range', index);
}

/** The check of an option of positive numbers. */
export function checkPositive(value: unknown, argument: string): asserts value is VectorLike {
  asPositive(value as VectorLike, argument);
}

function checkWeights(
  { nodes, rowPointers, columnIndices }: Graph,
  weights: VectorLike,
  selfWeights: Float64Array | undefined,
): void {
  if (selfWeights) {
    const index = selfWeights.findIndex((weight) => weight < 0);
    if (index >= 0) throw fault(`is negative (${selfWeights[index]}) at index ${index}`, 'selfWeights', 'negative', index);
  }
  const known = new Map<number, number>();
  for (let i = 0; i < nodes; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) known.set(i * nodes + columnIndices[k], weights[k]);
  }
  for (const [edge, weight] of known) {
    const [i, j] = [Math.floor(edge / nodes), edge % nodes];
    if (known.get(j * nodes + i) === weight) continue;
    throw fault(`differ between the two sides of the edge from ${i} to ${j}`, 'weights', 'unsupported');
  }
}
