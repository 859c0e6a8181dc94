// Systems of blocks whose graph has few cycles: elimination in the order of least degree, which is message passing between
// cliques. On a forest it is the two sweeps without fill.
//
// W. Tinney, J. Walker: Direct solutions of sparse network equations by optimally ordered triangular factorization (1967);
// A. George, J. Liu: The evolution of the minimum degree ordering algorithm (1989).
import type { CsrMatrix } from '@infimum/linalg';
import { pivotError, solveBlock } from './forest.ts';

/**
 * Solves M_bb d = r for the rows and columns of a sparse symmetric positive definite M in a block b, by Cholesky elimination in
 * the order of least degree. Where the graph of the block has treewidth w and elimination finds it, O(|b| w²): a forest has
 * w = 1, a chordal graph its largest clique less one, a lattice its shorter side.
 *
 * @param matrix - M, with its diagonal
 * @param rhs - r, a number for every node of the block, in its order
 * @param block - b; all nodes by default
 * @returns d, in the order of the block
 * @throws {InvalidInputError} `out-of-range` with the node whose pivot is not positive; and for shapes that do not fit and
 *   matrices that are not symmetric up to rounding
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { sparseBlockSolve } from '@infimum/optim/blocks';
 *
 * const triangle = csrFromDense(matrixFromRows([[3, -1, -1], [-1, 3, -1], [-1, -1, 3]]));
 * console.log(sparseBlockSolve(triangle, Float64Array.of(1, 1, 1)).map((value) => Math.round(100 * value)).join(' ')); // 100 100 100
 * ```
 */
export function sparseBlockSolve(matrix: CsrMatrix, rhs: Float64Array, block?: Int32Array): Float64Array {
  return solveBlock(matrix, rhs, block, (size) => new SparseBlockCholesky(size));
}

/** Multiplications between two pauses. */
const TURN = 2 ** 22;

/** Elimination inside of a graph of so many nodes; its arrays are reused. */
export class SparseBlockCholesky {
  /** Multiplications of the last elimination. */
  operations = 0;
  readonly #place: Int32Array; // of the nodes in the block
  readonly #order: Int32Array;
  readonly #pivots: Float64Array;
  readonly #message: Float64Array; // the right-hand side, then the solution
  readonly #position: Int32Array; // of the neighbours of the row that is being changed
  readonly #rows: GrowingRows;
  readonly #queue: DegreeQueue;

  constructor(nodes: number) {
    this.#place = new Int32Array(nodes).fill(-1);
    this.#order = new Int32Array(nodes);
    this.#pivots = new Float64Array(nodes);
    this.#message = new Float64Array(nodes);
    this.#position = new Int32Array(nodes).fill(-1);
    this.#rows = new GrowingRows(nodes);
    this.#queue = new DegreeQueue(nodes);
  }

  /**
   * b <- M_bb^-1 b
   *
   * @throws {InvalidInputError} when a pivot is not positive
   */
  solve(matrix: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const turns = this.solveInTurns(matrix, block, b);
    while (!turns.next().done);
  }

  /** As `solve`, with pauses after many multiplications. */
  *solveInTurns(matrix: CsrMatrix, block: Int32Array, b: Float64Array): Generator<undefined, void> {
    const [order, pivots, message, rows] = [this.#order, this.#pivots, this.#message, this.#rows];
    const size = block.length;
    this.#load(matrix, block, b);
    this.operations = 0;
    let turn = TURN;
    for (let step = 0; step < size; step++) {
      if (this.operations > turn) {
        turn = this.operations + TURN;
        yield;
      }
      const node = this.#queue.takeLeast();
      if (!(pivots[node] > 0)) throw pivotError(block[node], pivots[node]);
      order[step] = node;
      this.#eliminate(node);
    }
    for (let step = size - 1; step >= 0; step--) {
      const node = order[step];
      let sum = message[node];
      for (let k = rows.start(node); k < rows.end(node); k++) sum -= rows.values[k] * message[rows.indices[k]];
      message[node] = sum / pivots[node];
    }
    for (let k = 0; k < size; k++) b[k] = message[k];
  }

  /** Copies the rows of the block: pivots, the entries to other nodes of the block, and the right-hand side. */
  #load({ rowPointers, columnIndices, values }: CsrMatrix, block: Int32Array, b: Float64Array): void {
    const [place, rows] = [this.#place, this.#rows];
    rows.clear();
    this.#queue.clear(block.length);
    for (let k = 0; k < block.length; k++) place[block[k]] = k;
    for (let k = 0; k < block.length; k++) {
      this.#pivots[k] = 0;
      this.#message[k] = b[k];
      const [from, to] = [rowPointers[block[k]], rowPointers[block[k] + 1]];
      rows.open(k, to - from);
      for (let e = from; e < to; e++) {
        const other = place[columnIndices[e]];
        if (other === k) this.#pivots[k] = values[e];
        else if (other >= 0 && values[e] !== 0) rows.push(k, other, values[e]);
      }
      this.#queue.insert(k, rows.length(k));
    }
    for (let k = 0; k < block.length; k++) place[block[k]] = -1;
  }

  /** M_uw <- M_uw - M_uv M_vw / M_vv among the neighbours of v, which become a clique; v leaves their rows but keeps its own. */
  #eliminate(node: number): void {
    const [rows, pivots, message, position] = [this.#rows, this.#pivots, this.#message, this.#position];
    const degree = rows.length(node);
    this.operations += degree * degree;
    for (let a = 0; a < degree; a++) {
      // Rows may move when others grow.
      const u = rows.indices[rows.start(node) + a];
      const coupling = rows.values[rows.start(node) + a];
      const factor = coupling / pivots[node];
      pivots[u] -= factor * coupling;
      message[u] -= factor * message[node];
      rows.remove(u, node);
      for (let k = rows.start(u); k < rows.end(u); k++) position[rows.indices[k]] = k - rows.start(u);
      for (let c = 0; c < degree; c++) {
        const w = rows.indices[rows.start(node) + c];
        if (w === u) continue;
        const change = factor * rows.values[rows.start(node) + c];
        if (position[w] >= 0) rows.values[rows.start(u) + position[w]] -= change;
        else rows.push(u, w, -change);
      }
      for (let k = rows.start(u); k < rows.end(u); k++) position[rows.indices[k]] = -1;
      this.#queue.move(u, rows.length(u));
    }
  }
}

/** Rows of a sparse matrix that grow: a row that is full moves to the end of the memory, with twice the room. */
class GrowingRows {
  indices = new Int32Array(0);
  values = new Float64Array(0);
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #rooms: Int32Array;
  #top = 0;

  constructor(rows: number) {
    this.#starts = new Int32Array(rows);
    this.#lengths = new Int32Array(rows);
    this.#rooms = new Int32Array(rows);
  }

  clear(): void {
    this.#top = 0;
  }

  start(row: number): number {
    return this.#starts[row];
  }

  end(row: number): number {
    return this.#starts[row] + this.#lengths[row];
  }

  length(row: number): number {
    return this.#lengths[row];
  }

  /** An empty row with room for so many entries. */
  open(row: number, room: number): void {
    this.#starts[row] = this.#top;
    this.#lengths[row] = 0;
    this.#rooms[row] = room;
    this.#reserve(room);
  }

  push(row: number, index: number, value: number): void {
    if (this.#lengths[row] === this.#rooms[row]) this.#grow(row);
    const at = this.end(row);
    this.indices[at] = index;
    this.values[at] = value;
    this.#lengths[row]++;
  }

  /** Puts the last entry in the place of another. */
  remove(row: number, index: number): void {
    let at = this.start(row);
    const last = this.end(row) - 1;
    while (at < last && this.indices[at] !== index) at++;
    this.indices[at] = this.indices[last];
    this.values[at] = this.values[last];
    this.#lengths[row]--;
  }

  #grow(row: number): void {
    const [from, to] = [this.start(row), this.end(row)];
    const room = 2 * this.#rooms[row] + 4;
    this.#starts[row] = this.#top;
    this.#rooms[row] = room;
    this.#reserve(room);
    this.indices.copyWithin(this.#starts[row], from, to);
    this.values.copyWithin(this.#starts[row], from, to);
  }

  #reserve(room: number): void {
    this.#top += room;
    if (this.#top <= this.indices.length) return;
    const [indices, values] = [this.indices, this.values];
    this.indices = new Int32Array(2 * this.#top);
    this.values = new Float64Array(2 * this.#top);
    this.indices.set(indices);
    this.values.set(values);
  }
}

/** Nodes in lists by degree. */
class DegreeQueue {
  readonly #heads: Int32Array; // of the lists, -1 of empty ones
  readonly #next: Int32Array;
  readonly #previous: Int32Array; // -1 of heads
  readonly #degree: Int32Array;
  #least = 0;

  constructor(nodes: number) {
    this.#heads = new Int32Array(nodes + 1);
    this.#next = new Int32Array(nodes);
    this.#previous = new Int32Array(nodes);
    this.#degree = new Int32Array(nodes);
  }

  clear(nodes: number): void {
    this.#heads.fill(-1, 0, nodes + 1);
    this.#least = 0;
  }

  insert(node: number, degree: number): void {
    const head = this.#heads[degree];
    this.#next[node] = head;
    this.#previous[node] = -1;
    if (head >= 0) this.#previous[head] = node;
    this.#heads[degree] = node;
    this.#degree[node] = degree;
    this.#least = Math.min(this.#least, degree);
  }

  move(node: number, degree: number): void {
    if (degree === this.#degree[node]) return;
    this.#remove(node);
    this.insert(node, degree);
  }

  /** Takes out a node of least degree; the queue must not be empty. */
  takeLeast(): number {
    while (this.#heads[this.#least] < 0) this.#least++;
    const node = this.#heads[this.#least];
    this.#remove(node);
    return node;
  }

  #remove(node: number): void {
    const [next, previous] = [this.#next[node], this.#previous[node]];
    if (previous < 0) this.#heads[this.#degree[node]] = next;
    else this.#next[previous] = next;
    if (next >= 0) this.#previous[next] = previous;
  }
}
