// Undirected graphs as compressed rows, from lists of edges, graphology, or rows.
import type { Listed } from '@infimum/core';
import { asIndices, checkFunction, checkInteger, checkList, checkObject, describeValue, fault } from '@infimum/core';

/** Nodes of the largest graph: three arrays of so many numbers still fit into 2 GB. */
const MOST_NODES = 2 ** 27;

/** An undirected graph: the neighbours of node i are `columnIndices[rowPointers[i] … rowPointers[i + 1])`, each once. */
export interface Graph {
  /** Number of nodes. */
  readonly nodes: number;
  /** Where each node's neighbours begin, `nodes + 1` entries. */
  readonly rowPointers: Int32Array;
  /** Neighbours, every edge from both sides. */
  readonly columnIndices: Int32Array;
  /** The caller's names of the nodes, if given. */
  readonly keys?: readonly string[];
}

/** The required methods of a graphology graph; any object with them is accepted. */
export interface GraphologyLike {
  /** Calls back for every node. */
  forEachNode(callback: (key: string) => void): void;
  /** Calls back for every edge. */
  forEachEdge(callback: (edge: string, attributes: unknown, source: string, target: string) => void): void;
}

/** A graph as compressed rows, in any lists of numbers, or one of graphology. */
export type GraphLike = Listed<Graph> | GraphologyLike;

/** The compressed rows of any graph; `checkConnected` refuses invalid ones. */
export function asGraph(graph: GraphLike): Graph {
  checkObject(graph, 'graph');
  if ('forEachNode' in graph) return graphFromGraphology(graph);
  return {
    ...graph,
    rowPointers: asIndices(graph.rowPointers, 'graph.rowPointers'),
    columnIndices: asIndices(graph.columnIndices, 'graph.columnIndices'),
  };
}

/**
 * The graph of a list of edges. Directions do not count, parallel edges count once, loops are left out: the degree of a
 * node is the number of other nodes beside it. Time and memory O(nodes + edges), up to sorting.
 *
 * @param nodes - number of nodes
 * @param edges - pairs of nodes, or the pairs one after the other
 * @throws {InvalidInputError} for a node that is not in `0 … nodes - 1`, with the index of the edge
 *
 * @example
 * ```ts
 * import { graphFromEdges } from '@infimum/graphs';
 *
 * const path = graphFromEdges(3, [[0, 1], [1, 2]]);
 * console.log(path.columnIndices.join(' ')); // 1 0 2 1
 * ```
 */
export function graphFromEdges(nodes: number, edges: ArrayLike<number> | readonly (readonly [number, number])[]): Graph {
  checkInteger(nodes, 'nodes', { min: 1 });
  if (nodes > MOST_NODES) throw fault(`needs ${12 * nodes} bytes, more than there is room for`, 'nodes', 'too-large');
  checkList(edges, 'edges');
  const flat = typeof edges[0] === 'object' ? (edges as readonly (readonly [number, number])[]).flat() : edges;
  const ends = flat as ArrayLike<number>;
  if (ends.length % 2 !== 0) throw fault('has a last edge with one end', 'edges', 'shape');
  const degrees = new Int32Array(nodes + 1);
  for (let k = 0; k < ends.length; k++) {
    const node = ends[k];
    if (!(Number.isInteger(node) && node >= 0 && node < nodes)) {
      const index = Math.floor(k / 2);
      const problem = `edge ${index} ends in ${describeValue(node)}, which is not a node from 0 to ${nodes - 1}`;
      throw fault(problem, 'edges', 'out-of-range', index);
    }
    if (ends[k] !== ends[k ^ 1]) degrees[node + 1]++;
  }
  for (let i = 0; i < nodes; i++) degrees[i + 1] += degrees[i];
  const filled = degrees.slice();
  const places = new Int32Array(degrees[nodes]);
  for (let k = 0; k < ends.length; k++) {
    if (ends[k] !== ends[k ^ 1]) places[filled[ends[k]]++] = ends[k ^ 1];
  }
  const rowPointers = new Int32Array(nodes + 1);
  let count = 0;
  for (let i = 0; i < nodes; i++) {
    const row = places.subarray(degrees[i], degrees[i + 1]).sort();
    for (let k = 0; k < row.length; k++) if (k === 0 || row[k] !== row[k - 1]) places[count++] = row[k];
    rowPointers[i + 1] = count;
  }
  return { nodes, rowPointers, columnIndices: places.slice(0, count) };
}

/**
 * The undirected simple graph of a graphology graph; its node keys become `keys`. Directions, parallel edges and loops
 * are treated as in `graphFromEdges`.
 *
 * @example
 * ```ts
 * import { graphFromGraphology } from '@infimum/graphs';
 *
 * // What a graphology graph has; `new Graph()` of graphology goes here as it is.
 * const triangle = {
 *   forEachNode: (call: (key: string) => void) => ['a', 'b', 'c'].forEach(call),
 *   forEachEdge: (call: (edge: string, attributes: object, source: string, target: string) => void) =>
 *     ['ab', 'bc', 'ca'].forEach((edge) => call(edge, {}, edge[0], edge[1])),
 * };
 * console.log(graphFromGraphology(triangle).keys?.join(' ')); // a b c
 * ```
 */
export function graphFromGraphology(source: GraphologyLike): Graph {
  checkObject(source, 'source');
  checkFunction(source.forEachNode, 'source.forEachNode');
  checkFunction(source.forEachEdge, 'source.forEachEdge');
  const numbers = new Map<string, number>();
  source.forEachNode((key) => {
    numbers.set(key, numbers.size);
  });
  const ends: number[] = [];
  source.forEachEdge((_edge, _attributes, from, to) => {
    ends.push(numbers.get(from) ?? -1, numbers.get(to) ?? -1);
  });
  return { ...graphFromEdges(numbers.size, ends), keys: [...numbers.keys()] };
}

/**
 * Checks that a graph is well formed, undirected and connected.
 *
 * @throws {InvalidInputError} naming the array at fault, or saying which nodes cannot be reached
 */
export function checkConnected(graph: Graph, argument = 'graph'): void {
  checkObject(graph, argument);
  const { nodes, rowPointers, columnIndices } = graph;
  checkInteger(nodes, `${argument}.nodes`, { min: 1 });
  const complain = (name: string, problem: string, index?: number): never => {
    throw fault(problem, `${argument}.${name}`, 'shape', index);
  };
  if (!(rowPointers instanceof Int32Array) || rowPointers.length !== nodes + 1 || rowPointers[0] !== 0) {
    complain('rowPointers', `expected an Int32Array of ${nodes + 1} entries that begins with 0`);
  }
  for (let i = 0; i < nodes; i++) {
    if (rowPointers[i + 1] < rowPointers[i]) complain('rowPointers', `falls at index ${i + 1}`, i + 1);
  }
  if (!(columnIndices instanceof Int32Array) || columnIndices.length !== rowPointers[nodes]) {
    complain('columnIndices', `expected an Int32Array of ${rowPointers[nodes]} entries`);
  }
  for (let k = 0; k < columnIndices.length; k++) {
    const j = columnIndices[k];
    if (!(j >= 0 && j < nodes)) complain('columnIndices', `is ${j} at index ${k}, which is not a node`, k);
  }
  checkSymmetric(graph, (i, j) => complain('columnIndices', `has the edge from ${i} to ${j}, but not the reverse`));
  const component = componentOf(graph, 0);
  if (component.length === nodes) return;
  const reached = new Uint8Array(nodes);
  for (const node of component) reached[node] = 1;
  const index = reached.indexOf(0);
  const some = component.slice(0, 5).join(', ');
  throw fault(
    `is not connected: ${component.length} nodes (${some}${component.length > 5 ? ', …' : ''}) are apart from node ${index}`,
    argument,
    'unsupported',
    index,
  );
}

/** Finds the first edge without its reverse, by the transposed rows. Time O(nodes + edges). */
function checkSymmetric({ nodes, rowPointers, columnIndices }: Graph, complain: (i: number, j: number) => never): void {
  const filled = new Int32Array(nodes + 1);
  for (let k = 0; k < columnIndices.length; k++) filled[columnIndices[k] + 1]++;
  for (let i = 0; i < nodes; i++) filled[i + 1] += filled[i];
  const sources = new Int32Array(columnIndices.length);
  // Afterwards `filled[i]` is where the sources of node i end and those of the next one begin.
  for (let i = 0; i < nodes; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sources[filled[columnIndices[k]]++] = i;
  }
  const leadsTo = new Int32Array(nodes).fill(-1);
  for (let i = 0; i < nodes; i++) {
    for (let k = i === 0 ? 0 : filled[i - 1]; k < filled[i]; k++) leadsTo[sources[k]] = i;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      if (leadsTo[columnIndices[k]] !== i) complain(i, columnIndices[k]);
    }
  }
}

/** All nodes that can be reached from one. */
export function componentOf({ nodes, rowPointers, columnIndices }: Graph, start: number): number[] {
  const seen = new Uint8Array(nodes);
  const found = [start];
  seen[start] = 1;
  for (let next = 0; next < found.length; next++) {
    const node = found[next];
    for (let k = rowPointers[node]; k < rowPointers[node + 1]; k++) {
      const other = columnIndices[k];
      if (seen[other]) continue;
      seen[other] = 1;
      found.push(other);
    }
  }
  return found;
}
