// Weighted directed graphs as matrices, W[i, j] ≠ 0 for an edge i → j: orders, cycles, distances, equivalence classes.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asIndices, asMatrix, asVector, checkList, checkNumber, checkNumbers, checkText, fault } from '@infimum/core';

/** The number of nodes of a square matrix that is given row by row. */
export function nodesOf(weights: ArrayLike<number>, argument = 'weights'): number {
  const d = Math.round(Math.sqrt(weights.length));
  if (d * d !== weights.length || d === 0) {
    throw fault(`expected a square matrix row by row, got ${weights.length} entries`, argument, 'shape');
  }
  return d;
}

/** A topological order, the lowest index first where there is a choice; nothing if there is a cycle. */
export function topologicalOrder(weights: ArrayLike<number>): Int32Array | undefined {
  const d = nodesOf(weights);
  const missing = new Int32Array(d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) if (weights[i * d + j] !== 0) missing[j]++;
  const order = new Int32Array(d);
  const isPlaced = new Uint8Array(d);
  for (let place = 0; place < d; place++) {
    let next = 0;
    while (next < d && (isPlaced[next] || missing[next] > 0)) next++;
    if (next === d) return undefined;
    order[place] = next;
    isPlaced[next] = 1;
    for (let j = 0; j < d; j++) if (weights[next * d + j] !== 0) missing[j]--;
  }
  return order;
}

/** Which nodes can be reached from which, by at least one edge or none: 1 at [j, i] for a path j ⇝ i, itself included. */
export function reachability(weights: ArrayLike<number>): Uint8Array {
  const d = nodesOf(weights);
  const reach = new Uint8Array(d * d);
  const stack: number[] = [];
  for (let from = 0; from < d; from++) {
    reach[from * d + from] = 1;
    stack.push(from);
    while (stack.length > 0) {
      const node = stack.pop() as number;
      for (let j = 0; j < d; j++) {
        if (weights[node * d + j] === 0 || reach[from * d + j]) continue;
        reach[from * d + j] = 1;
        stack.push(j);
      }
    }
  }
  return reach;
}

/**
 * The weights of at least `threshold` in size, minus the smallest ones on cycles, removed until there is no cycle.
 *
 * @example
 * ```ts
 * import { thresholdToDag } from '@infimum/graphs';
 *
 * console.log(thresholdToDag(Float64Array.of(0, 2, 0.5, 0)).join(' ')); // 0 2 0 0
 * ```
 */
export function thresholdToDag(weights: WeightsLike, threshold = 0): Float64Array {
  const entries = asWeights(weights, 'weights');
  checkNumber(threshold, 'threshold');
  const d = nodesOf(entries);
  const kept = entries.map((weight, at) => (Math.abs(weight) >= threshold && Math.floor(at / d) !== at % d ? weight : 0));
  while (!topologicalOrder(kept)) {
    const reach = reachability(kept);
    let [weakest, size] = [-1, Infinity];
    for (let at = 0; at < kept.length; at++) {
      const [i, j] = [Math.floor(at / d), at % d];
      if (kept[at] === 0 || !reach[j * d + i]) continue;
      // The first edge of a cycle always counts: all weights may be infinite.
      if (weakest >= 0 && !(Math.abs(kept[at]) < size)) continue;
      [weakest, size] = [at, Math.abs(kept[at])];
    }
    kept[weakest] = 0;
  }
  return kept;
}

/** The accuracy of a learnt graph. */
export interface GraphDistance {
  /** Missing, extra and reversed edges; a reversed edge counts once. */
  readonly shd: number;
  /** Found true edges over true edges; 1 where there are none. */
  readonly truePositiveRate: number;
  /** Wrong edges, reversed ones included, over found edges; 0 where none was found. */
  readonly falseDiscoveryRate: number;
  /** Wrong edges over the pairs without a true edge; 0 where there are none. */
  readonly falsePositiveRate: number;
}

/**
 * Compares two graphs; weights count as edges where they are not zero.
 *
 * @throws {InvalidInputError} for matrices that are not square or of different sizes, and for edges both ways
 *
 * @example
 * ```ts
 * import { graphDistance } from '@infimum/graphs';
 *
 * // True 0 → 1 → 2; found 1 → 0, 1 → 2 and 0 → 2.
 * const [truth, found] = [[0, 1, 0, 0, 0, 1, 0, 0, 0], [0, 0, 1, 1, 0, 1, 0, 0, 0]].map((w) => Float64Array.from(w));
 * console.log(graphDistance(truth, found).shd); // 2
 * ```
 */
export function graphDistance(truth: WeightsLike, found: WeightsLike): GraphDistance {
  const [a, b] = [asWeights(truth, 'truth'), asWeights(found, 'found')];
  const d = nodesOf(a);
  if (b.length !== a.length) throw fault(`expected ${a.length} entries, got ${b.length}`, 'found', 'shape');
  for (const [graph, argument] of [
    [a, 'truth'],
    [b, 'found'],
  ] as const) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++) {
        if (graph[i * d + j] === 0 || graph[j * d + i] === 0) continue;
        throw fault(`has edges both ways between ${i} and ${j}`, argument, 'unsupported', i * d + j);
      }
    }
  }
  let [shd, right, wrong, trueEdges] = [0, 0, 0, 0];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const [isTrue, isFound] = [a[i * d + j] !== 0, b[i * d + j] !== 0];
      if (isTrue) trueEdges++;
      if (isFound && isTrue) right++;
      if (isFound && !isTrue) wrong++;
      if (j < i && (isTrue !== isFound || (a[j * d + i] !== 0) !== (b[j * d + i] !== 0))) shd++;
    }
  }
  const pairs = (d * (d - 1)) / 2 - trueEdges;
  return {
    shd,
    truePositiveRate: trueEdges > 0 ? right / trueEdges : 1,
    falseDiscoveryRate: right + wrong > 0 ? wrong / (right + wrong) : 0,
    falsePositiveRate: pairs > 0 ? wrong / pairs : 0,
  };
}

/**
 * The completed partially directed graph of a DAG: the edge directions that data can determine at best. 1 at [i, j] and 0 at [j, i] for i →
 * j, 1 at both for an edge of either direction. Colliders of nodes that are apart, then the rules of Meek. Time O(d⁴) at worst.
 *
 * @throws {InvalidInputError} for a graph with a cycle
 *
 * @example
 * ```ts
 * import { toCpdag } from '@infimum/graphs';
 *
 * console.log(toCpdag(Float64Array.of(0, 1, 0, 0)).join(' ')); // 0 1 1 0
 * ```
 */
export function toCpdag(weights: WeightsLike): Uint8Array {
  const dag = asWeights(weights, 'weights');
  const d = nodesOf(dag);
  if (!topologicalOrder(dag)) throw fault('has a cycle', 'weights', 'unsupported');
  const adjacent = (i: number, j: number) => dag[i * d + j] !== 0 || dag[j * d + i] !== 0;
  const marks = new Uint8Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) if (i !== j && adjacent(i, j)) marks[i * d + j] = 1;
  const directed = (i: number, j: number) => marks[i * d + j] === 1 && marks[j * d + i] === 0;
  const open = (i: number, j: number) => marks[i * d + j] === 1 && marks[j * d + i] === 1;
  for (let c = 0; c < d; c++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < a; b++) {
        if (dag[a * d + c] !== 0 && dag[b * d + c] !== 0 && !adjacent(a, b)) marks[c * d + a] = marks[c * d + b] = 0;
      }
    }
  }
  const orients = (i: number, j: number): boolean => {
    for (let k = 0; k < d; k++) {
      if (directed(k, i) && !adjacent(k, j) && k !== j) return true;
      if (directed(i, k) && directed(k, j)) return true;
      if (!open(i, k) || !directed(k, j)) continue;
      for (let l = 0; l < k; l++) if (open(i, l) && directed(l, j) && !adjacent(k, l)) return true;
    }
    return false;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        if (!open(i, j) || !orients(i, j)) continue;
        marks[j * d + i] = 0;
        changed = true;
      }
    }
  }
  return marks;
}

/** Pairs of nodes whose edge differs between two partially directed graphs. */
export function cpdagDistance(a: VectorLike, b: VectorLike): number {
  checkNumbers(a, 'a');
  checkNumbers(b, 'b', a.length);
  const d = nodesOf(a);
  let count = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) if (a[i * d + j] !== b[i * d + j] || a[j * d + i] !== b[j * d + i]) count++;
  }
  return count;
}

/** The graph in Graphviz's language, with names and rounded weights. */
export function toDot(weights: WeightsLike, names?: readonly string[]): string {
  const entries = asWeights(weights, 'weights');
  const d = nodesOf(entries);
  if (names !== undefined) checkList(names, 'names');
  const name = (i: number) => {
    const given = names?.[i] ?? String(i);
    checkText(given, `names[${i}]`);
    return JSON.stringify(given);
  };
  const lines = Array.from({ length: d }, (_, i) => `  ${name(i)};`);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      if (entries[i * d + j] !== 0)
        lines.push(`  ${name(i)} -> ${name(j)} [label="${Number(entries[i * d + j].toPrecision(3))}"];`);
    }
  }
  return `digraph {\n${lines.join('\n')}\n}\n`;
}

/** An order of d nodes, in memory of its own. */
export function asOrder(given: VectorLike, d: number, argument: string): Int32Array {
  const order = asIndices(given, argument).slice();
  if (order.length === d && new Set(order).size === d && order.every((node) => node >= 0 && node < d)) return order;
  throw fault(`expected each of 0 … ${d - 1} once`, argument, 'type');
}

/** A square matrix: its entries row by row, or as any other matrix. */
export type WeightsLike = VectorLike | MatrixLike;

/** The entries of a square matrix row by row. */
export function asWeights(weights: WeightsLike, argument: string): Float64Array {
  const isFlat = ArrayBuffer.isView(weights) || (Array.isArray(weights) && typeof weights[0] !== 'object');
  const values = isFlat ? asVector(weights as VectorLike, argument) : asMatrix(weights as MatrixLike, argument).values;
  nodesOf(values, argument);
  return values;
}
