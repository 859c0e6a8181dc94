// Geodesic distances on a graph, as costs: the lengths of shortest paths.
//
// E. Dijkstra: A note on two problems in connexion with graphs (1959).
import type { VectorLike } from '@infimum/core';
import { asVector, checkNonNegative, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { CsrLike } from '../sparse-plan.ts';
import { asCsrMatrix } from '../sparse-plan.ts';

/**
 * The matrix of lengths of shortest paths from some nodes of a graph to others, by Dijkstra's algorithm.
 *
 * @param given - the graph: lengths of the edges, N x N in compressed rows, non-negative; the edge from i to j is the entry in row i,
 *   column j, so that an undirected graph has every edge twice
 * @param sources - nodes, length n; all by default
 * @param targets - nodes, length m; all by default
 * @returns costs, n x m
 * @throws {InvalidInputError} naming `graph`, `sources` or `targets`; `out-of-range` for a target that cannot be reached
 *
 * Cost: O((N + edges) log N) a source; O(N + edges) memory besides the result.
 *
 * Source: E. Dijkstra, A note on two problems in connexion with graphs (1959).
 *
 * @example
 * ```ts
 * import { emd, graphDistances } from '@infimum/ot';
 * import { csrFromTriplets } from '@infimum/linalg';
 *
 * // A path 0 - 1 - 2 with edges of length 1 and 2.
 * const path = { rows: 3, cols: 3, rowIndices: [0, 1, 1, 2], columnIndices: [1, 0, 2, 1], values: [1, 1, 2, 2] };
 * const cost = graphDistances(csrFromTriplets(path));
 * console.log(cost.values.join(' ')); // 0 1 3 1 0 2 3 2 0
 * console.log(emd(Float64Array.of(1, 0, 0), Float64Array.of(0, 0.5, 0.5), cost).cost); // 2
 * ```
 */
export function graphDistances(given: CsrLike, sources?: VectorLike, targets?: VectorLike): DenseMatrix {
  const graph = asCsrMatrix(given, 'graph');
  if (graph.rows !== graph.cols) throw fault(`is ${graph.rows} x ${graph.cols}, not square`, 'graph', 'shape');
  checkNonNegative(graph.values, 'graph');
  const from = nodesOf(sources, 'sources', graph.rows);
  const to = nodesOf(targets, 'targets', graph.rows);
  const values = new Float64Array(from.length * to.length);
  const search = new ShortestPaths(graph);
  from.forEach((source, i) => {
    const distances = search.from(source);
    to.forEach((target, j) => {
      if (distances[target] === Infinity) {
        throw fault(`node ${target} cannot be reached from node ${source}`, 'targets', 'out-of-range', j);
      }
      values[i * to.length + j] = distances[target];
    });
  });
  return { rows: from.length, cols: to.length, values };
}

function nodesOf(given: VectorLike | undefined, argument: string, count: number): Int32Array {
  if (given === undefined) return Int32Array.from({ length: count }, (_, node) => node);
  const nodes = Int32Array.from(given instanceof Int32Array ? given : asVector(given, argument));
  if (nodes.length === 0) throw fault('must not be empty', argument, 'empty');
  const bad = nodes.findIndex((node, k) => node !== given[k] || node < 0 || node >= count);
  if (bad < 0) return nodes;
  throw fault(`has node ${given[bad]}, the graph has ${count}`, argument, 'out-of-range', bad);
}

/** Dijkstra's algorithm with a binary heap of nodes, each at most once in it. */
class ShortestPaths {
  readonly #graph: CsrMatrix;
  readonly #distance: Float64Array;
  readonly #heap: Int32Array;
  /** Place of every node in the heap, -1 for none. */
  readonly #place: Int32Array;
  #size = 0;

  constructor(graph: CsrMatrix) {
    this.#graph = graph;
    this.#distance = new Float64Array(graph.rows);
    this.#heap = new Int32Array(graph.rows);
    this.#place = new Int32Array(graph.rows);
  }

  /** Distances from one node to all, Infinity where there is no path; valid until the next call. */
  from(source: number): Float64Array {
    const { rowPointers, columnIndices, values } = this.#graph;
    const distance = this.#distance.fill(Infinity);
    this.#place.fill(-1);
    this.#lower(source, 0);
    while (this.#size > 0) {
      const node = this.#takeNearest();
      for (let k = rowPointers[node]; k < rowPointers[node + 1]; k++) {
        const through = distance[node] + values[k];
        if (through < distance[columnIndices[k]]) this.#lower(columnIndices[k], through);
      }
    }
    return distance;
  }

  /** Gives a node a smaller distance. */
  #lower(node: number, distance: number): void {
    this.#distance[node] = distance;
    let at = this.#place[node] >= 0 ? this.#place[node] : this.#size++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#distance[this.#heap[up]] <= distance) break;
      this.#put(at, this.#heap[up]);
      at = up;
    }
    this.#put(at, node);
  }

  #takeNearest(): number {
    const nearest = this.#heap[0];
    const last = this.#heap[--this.#size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#distance[this.#heap[child + 1]] < this.#distance[this.#heap[child]]) child++;
      if (this.#distance[this.#heap[child]] >= this.#distance[last]) break;
      this.#put(at, this.#heap[child]);
      at = child;
    }
    if (this.#size > 0) this.#put(at, last);
    this.#place[nearest] = -1;
    return nearest;
  }

  #put(at: number, node: number): void {
    this.#heap[at] = node;
    this.#place[node] = at;
  }
}
