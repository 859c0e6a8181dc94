// Systems whose graph is a forest, solved exactly in two sweeps of messages, and ways to cut a graph into such pieces.
//
// Gaussian belief propagation on a tree is Gaussian elimination without fill: J. Pearl (1988); for blocks of coordinates:
// J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster (arXiv 1712.08859).
import { checkInteger, checkVector, InvalidInputError } from '@infimum/core';
import { type CsrMatrix, checkCsr } from '@infimum/linalg';
import { DescendingOrder } from './descending-order.ts';
import { ForestBuilder, Trees } from './forest-trees.ts';

/**
 * Solves M_bb d = r for the rows and columns of a symmetric positive definite M in a block b whose graph is a forest: one
 * sweep from the leaves to the roots, and one back. Exact, O(|b| + entries in the rows of b).
 *
 * @param matrix - M, with its diagonal; entries that are zero are no edges
 * @param rhs - r, a number for every node of the block, in its order
 * @param block - b; all nodes by default
 * @returns d, in the order of the block
 * @throws {InvalidInputError} `unsupported` with the node at which a cycle closes; `out-of-range` with the node whose pivot
 *   is not positive; and for shapes that do not fit
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { forestSolve } from '@infimum/optim';
 *
 * const chain = csrFromDense(matrixFromRows([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]));
 * console.log(forestSolve(chain, Float64Array.of(1, 0, 0)).map((value) => Math.round(100 * value)).join(' ')); // 75 50 25
 * ```
 */
export function forestSolve(
  matrix: CsrMatrix,
  rhs: Float64Array,
  block: Int32Array = allNodes(matrix?.rows ?? 0),
): Float64Array {
  checkGraph(matrix, 'matrix');
  checkBlock(block, matrix.rows, 'block');
  checkVector(rhs, 'rhs', block.length);
  const d = rhs.slice();
  new ForestSolver(matrix.rows).solve(matrix, block, d);
  return d;
}

/**
 * A large set of nodes whose graph is a forest: nodes in the order of falling scores, each taken unless two neighbours that
 * are already taken are in the same tree. O(n log n + entries).
 *
 * @param graph - a symmetric sparse matrix; entries off the diagonal that are not zero are edges
 * @param scores - a number of at least 0 for every node; of equal ones the first node comes first
 * @returns the nodes, rising
 * @throws {InvalidInputError} for what is no graph, and scores that do not fit, are not finite or negative
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { greedyForest } from '@infimum/optim';
 *
 * const triangle = csrFromDense(matrixFromRows([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]));
 * console.log(greedyForest(triangle, Float64Array.of(1, 3, 2)).join(' ')); // 1 2
 * ```
 */
export function greedyForest(graph: CsrMatrix, scores: Float64Array): Int32Array {
  checkGraph(graph, 'graph');
  checkScores(scores, graph.rows);
  const chosen = new Int32Array(graph.rows);
  const count = new ForestBuilder(graph).build(scores, chosen);
  return chosen.slice(0, count);
}

/**
 * Cuts the nodes into sets whose graphs are forests: nodes in the order of falling diagonal, each into the first set that
 * stays without a cycle. O(n log n + entries times sets).
 *
 * @throws {InvalidInputError} for what is no graph
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { treePartition } from '@infimum/optim';
 *
 * const triangle = csrFromDense(matrixFromRows([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]));
 * console.log(treePartition(triangle).map((set) => set.join(' ')).join(', ')); // 0 1, 2
 * ```
 */
export function treePartition(graph: CsrMatrix): Int32Array[] {
  checkGraph(graph, 'graph');
  const { rows } = graph;
  const order = nodesByDiagonal(graph);
  const forests: Trees[] = [];
  const setOf = new Int32Array(rows).fill(-1);
  for (const node of order) {
    let set = 0;
    while (set < forests.length && !forests[set].tryAdd(graph, node)) set++;
    if (set === forests.length) {
      forests.push(new Trees(rows));
      forests[set].tryAdd(graph, node);
    }
    setOf[node] = set;
  }
  return classes(setOf, forests.length);
}

/**
 * Cuts the nodes into sets without edges in them (red and black on a lattice): greedy colouring in the order of falling
 * diagonal, each node with the first colour that no neighbour has. O(n log n + entries).
 *
 * @throws {InvalidInputError} for what is no graph
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { colourBlocks } from '@infimum/optim';
 *
 * const chain = csrFromDense(matrixFromRows([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]));
 * console.log(colourBlocks(chain).map((set) => set.join(' ')).join(', ')); // 0 2, 1
 * ```
 */
export function colourBlocks(graph: CsrMatrix): Int32Array[] {
  checkGraph(graph, 'graph');
  const { rows, rowPointers, columnIndices, values } = graph;
  const colourOf = new Int32Array(rows).fill(-1);
  const takenBy = new Int32Array(rows + 1).fill(-1);
  let colours = 0;
  for (const node of nodesByDiagonal(graph)) {
    for (let k = rowPointers[node]; k < rowPointers[node + 1]; k++) {
      const colour = colourOf[columnIndices[k]];
      if (colour >= 0 && values[k] !== 0) takenBy[colour] = node;
    }
    let colour = 0;
    while (takenBy[colour] === node) colour++;
    colourOf[node] = colour;
    colours = Math.max(colours, colour + 1);
  }
  return classes(colourOf, colours);
}

/**
 * Two interlocking combs that cut a lattice into two trees: the first row with all but the last entry of even columns, and
 * the last row with all but the first entry of odd columns.
 *
 * @param rows - rows of the lattice, at least 2
 * @param cols - columns; node c rows + r is in row r and column c
 * @throws {InvalidInputError} for sizes that are no integers or too small
 *
 * @example
 * ```ts
 * import { latticeTrees } from '@infimum/optim';
 *
 * console.log(latticeTrees(3, 2).map((set) => set.join(' ')).join(', ')); // 0 1 3, 2 4 5
 * ```
 */
export function latticeTrees(rows: number, cols: number): Int32Array[] {
  checkInteger(rows, 'rows', { min: 2 });
  checkInteger(cols, 'cols', { min: 1 });
  const isFirst = (node: number) => {
    const [r, isEven] = [node % rows, Math.floor(node / rows) % 2 === 0];
    return r === 0 || (isEven && r < rows - 1);
  };
  const setOf = Int32Array.from({ length: rows * cols }, (_, node) => (isFirst(node) ? 0 : 1));
  return classes(setOf, 2);
}

/** State of a node that is outside of the block, or done with. */
const OUTSIDE = -1;
const ELIMINATED = -2;

/** Two sweeps on forests inside of a graph of so many nodes; its arrays are reused. */
export class ForestSolver {
  readonly #degree: Int32Array; // neighbours in the block that are not eliminated yet, or a state
  readonly #order: Int32Array; // nodes as they are eliminated
  readonly #parent: Int32Array; // the neighbour that a node is eliminated into, -1 of roots
  readonly #coupling: Float64Array; // with it
  readonly #pivot: Float64Array;
  readonly #message: Float64Array; // the right-hand side, then the solution

  constructor(nodes: number) {
    this.#degree = new Int32Array(nodes).fill(OUTSIDE);
    this.#order = new Int32Array(nodes);
    this.#parent = new Int32Array(nodes);
    this.#coupling = new Float64Array(nodes);
    this.#pivot = new Float64Array(nodes);
    this.#message = new Float64Array(nodes);
  }

  /**
   * b <- M_bb^-1 b: leaves are eliminated into their only neighbour, which may become a leaf by that; then the other way.
   *
   * @throws {InvalidInputError} when the block has a cycle or a pivot is not positive
   */
  solve(matrix: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const [degree, order, parent] = [this.#degree, this.#order, this.#parent];
    const [coupling, pivot, message] = [this.#coupling, this.#pivot, this.#message];
    this.#prepare(matrix, block, b);
    const count = this.#eliminate(matrix, block);
    for (let k = 0; k < block.length; k++) degree[block[k]] = OUTSIDE;
    if (count < block.length) throw cycleError(matrix, block);
    for (let t = 0; t < count; t++) if (!(pivot[order[t]] > 0)) throw pivotError(order[t], pivot[order[t]]);
    for (let t = count - 1; t >= 0; t--) {
      const node = order[t];
      const p = parent[node];
      message[node] = (p < 0 ? message[node] : message[node] - coupling[node] * message[p]) / pivot[node];
    }
    for (let k = 0; k < block.length; k++) b[k] = message[block[k]];
  }

  #prepare({ rowPointers, columnIndices, values }: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const [degree, pivot, message] = [this.#degree, this.#pivot, this.#message];
    for (let k = 0; k < block.length; k++) degree[block[k]] = 0;
    for (let k = 0; k < block.length; k++) {
      const node = block[k];
      message[node] = b[k];
      let neighbours = 0;
      for (let e = rowPointers[node]; e < rowPointers[node + 1]; e++) {
        const other = columnIndices[e];
        if (other === node) pivot[node] = values[e];
        else if (degree[other] >= 0 && values[e] !== 0) neighbours++;
      }
      degree[node] = neighbours;
    }
  }

  /** Eliminates leaf after leaf; how many nodes are done. Those on cycles, and between them, are left. */
  #eliminate({ rowPointers, columnIndices, values }: CsrMatrix, block: Int32Array): number {
    const [degree, order, parent] = [this.#degree, this.#order, this.#parent];
    const [coupling, pivot, message] = [this.#coupling, this.#pivot, this.#message];
    let count = 0;
    for (let k = 0; k < block.length; k++) {
      let node = block[k];
      while (degree[node] === 1) {
        let e = rowPointers[node];
        while (columnIndices[e] === node || degree[columnIndices[e]] < 0 || values[e] === 0) e++;
        const p = columnIndices[e];
        const factor = values[e] / pivot[node];
        pivot[p] -= factor * values[e];
        message[p] -= factor * message[node];
        parent[node] = p;
        coupling[node] = values[e];
        order[count++] = node;
        degree[node] = ELIMINATED;
        degree[p]--;
        node = p;
      }
      if (degree[node] !== 0) continue;
      parent[node] = -1;
      order[count++] = node;
      degree[node] = ELIMINATED;
    }
    return count;
  }
}

function pivotError(node: number, pivot: number): InvalidInputError {
  const problem = `is not positive definite: the pivot of node ${node} is ${pivot}`;
  return new InvalidInputError(problem, { argument: 'matrix', code: 'out-of-range', index: node });
}

/** Names the first node of the block that closes a cycle with those before it. */
function cycleError(matrix: CsrMatrix, block: Int32Array): InvalidInputError {
  const trees = new Trees(matrix.rows);
  const node = block.find((candidate) => !trees.tryAdd(matrix, candidate)) ?? block[0];
  const problem = `is no forest: a cycle closes at node ${node}`;
  return new InvalidInputError(problem, { argument: 'block', code: 'unsupported', index: node });
}

function allNodes(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

/** The nodes by falling diagonal; of equal ones the first comes first. */
function nodesByDiagonal({ rows, rowPointers, columnIndices, values }: CsrMatrix): Int32Array {
  const diagonal = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++)
      if (columnIndices[k] === i) diagonal[i] = Math.abs(values[k]);
  }
  const order = new Int32Array(rows);
  new DescendingOrder(rows).sort(diagonal, order);
  return order;
}

function classes(classOf: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count);
  for (const one of classOf) sizes[one]++;
  const sets = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  classOf.forEach((one, node) => {
    sets[one][sizes[one]++] = node;
  });
  return sets;
}

function checkGraph(graph: CsrMatrix, argument: string): void {
  checkCsr(graph, argument);
  if (graph.rows === graph.cols) return;
  const problem = `must be square, got ${graph.rows}x${graph.cols}`;
  throw new InvalidInputError(problem, { argument, code: 'shape' });
}

/**
 * Checks that a block has different coordinates below `size`.
 *
 * @throws {InvalidInputError} naming the argument, with the place in the block
 */
export function checkBlock(block: Int32Array, size: number, argument: string): void {
  const fail = (problem: string, code: 'type' | 'empty' | 'out-of-range', index?: number) => {
    throw new InvalidInputError(problem, { argument, code, index });
  };
  if (!(block instanceof Int32Array)) fail('expected an Int32Array', 'type');
  if (block.length === 0) fail('must not be empty', 'empty');
  const isTaken = new Uint8Array(size);
  block.forEach((i, k) => {
    if (i < 0 || i >= size) fail(`is ${i} at index ${k}, not from 0 to ${size - 1}`, 'out-of-range', k);
    if (isTaken[i] === 1) fail(`has ${i} twice, again at index ${k}`, 'out-of-range', k);
    isTaken[i] = 1;
  });
}

function checkScores(scores: Float64Array, nodes: number): void {
  checkVector(scores, 'scores', nodes);
  const bad = scores.findIndex((score) => score < 0);
  if (bad < 0) return;
  const problem = `is negative (${scores[bad]}) at index ${bad}`;
  throw new InvalidInputError(problem, { argument: 'scores', code: 'negative', index: bad });
}
