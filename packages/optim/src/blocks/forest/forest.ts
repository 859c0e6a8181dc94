// Systems whose graph is a forest, solved exactly in two sweeps of messages, and ways to cut a graph into such pieces.
//
// Gaussian belief propagation on a tree is Gaussian elimination without fill: J. Pearl (1988); for blocks of coordinates:
// J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster (arXiv 1712.08859).
import type { InvalidInputError } from '@infimum/core';
import { checkInteger, checkVector, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkGraph } from '../../losses/block-loss.ts';
import { symmetrized } from '../../losses/block-quadratic-loss.ts';
import { DescendingOrder } from './descending-order.ts';
import { ForestBuilder, neighborsOf, Trees } from './forest-trees.ts';

/**
 * Solves M_bb d = r for the rows and columns of a symmetric positive definite M in a block b whose graph is a forest: one
 * sweep from the leaves to the roots, and one back. Exact, O(|b| + entries in the rows of b).
 *
 * @param matrix - M, with its diagonal; entries that are zero are no edges
 * @param rhs - r, a number for every node of the block, in its order
 * @param block - b; all nodes by default
 * @returns d, in the order of the block
 * @throws {InvalidInputError} `unsupported` with the node at which a cycle closes; `out-of-range` with the node whose pivot
 *   is not positive; and for shapes that do not fit and matrices that are not symmetric up to rounding
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { forestSolve } from '@infimum/optim/blocks';
 *
 * const chain = csrFromDense(matrixFromRows([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]));
 * console.log(forestSolve(chain, Float64Array.of(1, 0, 0)).map((value) => Math.round(100 * value)).join(' ')); // 75 50 25
 * ```
 */
export function forestSolve(matrix: CsrMatrix, rhs: Float64Array, block?: Int32Array): Float64Array {
  return solveBlock(matrix, rhs, block, (size) => new ForestSolver(size));
}

/** Solves within a block. */
interface BlockSolver {
  /** The solution takes the place of the right-hand side. */
  solve(matrix: CsrMatrix, nodes: Int32Array, rhs: Float64Array): void;
}

/** Checks a system, and solves it by a solver for graphs of so many nodes. */
export function solveBlock(
  matrix: CsrMatrix,
  rhs: Float64Array,
  block: Int32Array | undefined,
  solverFor: (size: number) => BlockSolver,
): Float64Array {
  checkGraph(matrix, 'matrix');
  const nodes = block ?? allNodes(matrix.rows);
  checkBlock(nodes, matrix.rows, 'block');
  checkVector(rhs, 'rhs', nodes.length);
  const exact = symmetrized(matrix, (k) => {
    throw fault(`is not symmetric: entry ${k} differs from its mirror image`, 'matrix', 'shape', k);
  });
  const d = rhs.slice();
  solverFor(matrix.rows).solve(exact, nodes, d);
  return d;
}

/**
 * A large set of nodes whose graph is a forest: nodes in the order of falling scores, each taken unless two neighbours that
 * are already taken are in the same tree. O(n log n + entries).
 *
 * @param graph - a symmetric sparse matrix; entries off the diagonal that are not zero are edges
 * @param scores - a number of at least 0 for every node; of equal ones the first node comes first
 * @returns the nodes, rising
 * @throws {InvalidInputError} for an argument that is no graph, and scores that do not fit, are not finite or negative
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { greedyForest } from '@infimum/optim/blocks';
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
 * @throws {InvalidInputError} for an argument that is no graph
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { treePartition } from '@infimum/optim/blocks';
 *
 * const triangle = csrFromDense(matrixFromRows([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]));
 * console.log(treePartition(triangle).map((set) => set.join(' ')).join(', ')); // 0 1, 2
 * ```
 */
export function treePartition(graph: CsrMatrix): Int32Array[] {
  checkGraph(graph, 'graph');
  const { rows } = graph;
  const order = nodesByDiagonal(graph);
  const neighbors = neighborsOf(graph);
  const forests: Trees[] = [];
  const setOf = new Int32Array(rows).fill(-1);
  for (const node of order) {
    let set = 0;
    while (set < forests.length && !forests[set].tryAdd(neighbors, node)) set++;
    if (set === forests.length) {
      forests.push(new Trees(rows));
      forests[set].tryAdd(neighbors, node);
    }
    setOf[node] = set;
  }
  return classes(setOf, forests.length);
}

/**
 * Cuts the nodes into sets without edges in them (red and black on a lattice): greedy colouring in the order of falling
 * diagonal, each node with the first colour that no neighbour has. O(n log n + entries).
 *
 * @throws {InvalidInputError} for an argument that is no graph
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { colorBlocks } from '@infimum/optim/blocks';
 *
 * const chain = csrFromDense(matrixFromRows([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]));
 * console.log(colorBlocks(chain).map((set) => set.join(' ')).join(', ')); // 0 2, 1
 * ```
 */
export function colorBlocks(graph: CsrMatrix): Int32Array[] {
  checkGraph(graph, 'graph');
  const { rows, rowPointers, columnIndices, values } = graph;
  const colorOf = new Int32Array(rows).fill(-1);
  const takenBy = new Int32Array(rows + 1).fill(-1);
  let colors = 0;
  for (const node of nodesByDiagonal(graph)) {
    for (let k = rowPointers[node]; k < rowPointers[node + 1]; k++) {
      const color = colorOf[columnIndices[k]];
      if (color >= 0 && values[k] !== 0) takenBy[color] = node;
    }
    let color = 0;
    while (takenBy[color] === node) color++;
    colorOf[node] = color;
    colors = Math.max(colors, color + 1);
  }
  return classes(colorOf, colors);
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
 * import { latticeTrees } from '@infimum/optim/blocks';
 *
 * console.log(latticeTrees(3, 2).map((set) => set.join(' ')).join(', ')); // 0 1 3, 2 4 5
 * ```
 */
export function latticeTrees(rows: number, cols: number): Int32Array[] {
  checkInteger(rows, 'rows', { min: 2 });
  checkInteger(cols, 'cols', { min: 1 });
  if (!(rows * cols < 2 ** 31)) throw fault(`${rows} x ${cols} nodes are more than can be numbered`, 'rows', 'too-large');
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

/** All bits of a high word but the sign, so that -0 is zero. */
const WITHOUT_SIGN = 0x7fffffff;

/** Numbers of a node: pivot, message, coupling, and two integers in the place of one. */
const FIELDS = 4;
const [MESSAGE, COUPLING] = [1, 2];
/** Halves of these places. */
const [LOW, HIGH, DEGREE, LINK] = [4, 5, 6, 7];

/**
 * Two sweeps on forests inside of a graph of so many nodes; its arrays are reused.
 *
 * What a node needs lies in half a line of the cache: the pivot; the message, at first the right-hand side and at last the
 * solution; how many neighbours in the block are not eliminated yet, or a state; and the exclusive or of these neighbours, and
 * of the bits of the entries to them. When one neighbour is left, both values are that neighbour's, without a search whose
 * branches cannot be predicted. They are then the parent that the node is eliminated into, -1 for roots, and the coupling with it.
 *
 * Matrices must be symmetric to the last bit.
 */
export class ForestSolver {
  readonly #order: Int32Array; // nodes as they are eliminated
  readonly #fields: Float64Array;
  readonly #halves: Int32Array; // the same memory

  constructor(nodes: number) {
    this.#order = new Int32Array(nodes);
    this.#fields = new Float64Array(FIELDS * nodes);
    this.#halves = new Int32Array(this.#fields.buffer);
    for (let node = 0; node < nodes; node++) this.#halves[2 * FIELDS * node + DEGREE] = OUTSIDE;
  }

  /**
   * b <- M_bb^-1 b: leaves are eliminated into their only neighbour, which may become a leaf by that; then the other way.
   *
   * @throws {InvalidInputError} when the block has a cycle or a pivot is not positive
   */
  solve(matrix: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const [order, fields, halves] = [this.#order, this.#fields, this.#halves];
    this.#prepare(matrix, block, b);
    const count = this.#eliminate(block);
    for (let k = 0; k < block.length; k++) halves[2 * FIELDS * block[k] + DEGREE] = OUTSIDE;
    if (count < block.length) throw cycleError(matrix, block);
    for (let t = 0; t < count; t++) {
      const pivot = fields[FIELDS * order[t]];
      if (!(pivot > 0)) throw pivotError(order[t], pivot);
    }
    for (let t = count - 1; t >= 0; t--) {
      const at = FIELDS * order[t];
      const parent = halves[2 * at + LINK];
      const known = parent < 0 ? 0 : fields[at + COUPLING] * fields[FIELDS * parent + MESSAGE];
      fields[at + MESSAGE] = (fields[at + MESSAGE] - known) / fields[at];
    }
    for (let k = 0; k < block.length; k++) b[k] = fields[FIELDS * block[k] + MESSAGE];
  }

  #prepare({ rowPointers, columnIndices, values }: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const [fields, halves] = [this.#fields, this.#halves];
    const bits = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let k = 0; k < block.length; k++) halves[2 * FIELDS * block[k] + DEGREE] = 0;
    for (let k = 0; k < block.length; k++) {
      const node = block[k];
      const at = 2 * FIELDS * node;
      fields[FIELDS * node + MESSAGE] = b[k];
      let [neighbors, links, low, high] = [0, 0, 0, 0];
      for (let e = rowPointers[node]; e < rowPointers[node + 1]; e++) {
        const other = columnIndices[e];
        if (other === node) {
          fields[FIELDS * node] = values[e];
          continue;
        }
        const [lowBits, highBits] = [bits[2 * e], bits[2 * e + 1]];
        const size = lowBits | (highBits & WITHOUT_SIGN);
        // All ones for an edge to a node of the block, all zeros otherwise.
        const mask = ~(halves[2 * FIELDS * other + DEGREE] >> 31) & ((size | (0 - size)) >> 31);
        neighbors -= mask;
        links ^= other & mask;
        low ^= lowBits & mask;
        high ^= highBits & mask;
      }
      halves[at + LOW] = low;
      halves[at + HIGH] = high;
      halves[at + DEGREE] = neighbors;
      halves[at + LINK] = links;
    }
  }

  /** Eliminates leaf after leaf; how many nodes are done. Those on cycles, and between them, are left. */
  #eliminate(block: Int32Array): number {
    const [order, fields, halves] = [this.#order, this.#fields, this.#halves];
    let count = 0;
    for (let k = 0; k < block.length; k++) {
      let node = block[k];
      let at = 2 * FIELDS * node;
      while (halves[at + DEGREE] === 1) {
        const parent = halves[at + LINK];
        const to = 2 * FIELDS * parent;
        const coupling = fields[FIELDS * node + COUPLING];
        const factor = coupling / fields[FIELDS * node];
        fields[FIELDS * parent] -= factor * coupling;
        fields[FIELDS * parent + MESSAGE] -= factor * fields[FIELDS * node + MESSAGE];
        halves[to + LINK] ^= node;
        halves[to + LOW] ^= halves[at + LOW];
        halves[to + HIGH] ^= halves[at + HIGH];
        halves[to + DEGREE]--;
        halves[at + DEGREE] = ELIMINATED;
        order[count++] = node;
        node = parent;
        at = to;
      }
      if (halves[at + DEGREE] !== 0) continue;
      halves[at + LINK] = -1;
      halves[at + DEGREE] = ELIMINATED;
      order[count++] = node;
    }
    return count;
  }
}

/** The error for a pivot that is not positive. */
export function pivotError(node: number, pivot: number): InvalidInputError {
  const problem = `is not positive definite: the pivot of node ${node} is ${pivot}`;
  return fault(problem, 'matrix', 'out-of-range', node);
}

/** Names the first node of the block that closes a cycle with those before it. */
function cycleError(matrix: CsrMatrix, block: Int32Array): InvalidInputError {
  const [trees, neighbors] = [new Trees(matrix.rows), neighborsOf(matrix)];
  const node = block.find((candidate) => !trees.tryAdd(neighbors, candidate)) ?? block[0];
  const problem = `is not a forest: a cycle closes at node ${node}`;
  return fault(problem, 'block', 'unsupported', node);
}

/** All nodes, rising. */
export function allNodes(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

/** The nodes by falling diagonal; of equal ones the first comes first. */
function nodesByDiagonal({ rows, rowPointers, columnIndices, values }: CsrMatrix): Int32Array {
  const diagonal = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) if (columnIndices[k] === i) diagonal[i] = Math.abs(values[k]);
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

/**
 * Checks that a block has different coordinates below `size`.
 *
 * @throws {InvalidInputError} naming the argument, with the place in the block
 */
export function checkBlock(block: Int32Array, size: number, argument: string): void {
  const fail = (problem: string, code: 'type' | 'empty' | 'out-of-range', index?: number) => {
    throw fault(problem, argument, code, index);
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
  throw fault(`is negative (${scores[bad]}) at index ${bad}`, 'scores', 'negative', bad);
}
