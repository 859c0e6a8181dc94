// Trees that grow node by node without a cycle, and forests that are chosen by scores.
import type { CsrMatrix } from '@infimum/linalg';
import { DescendingOrder } from './descending-order.ts';

/** The neighbours of every node: those of node i are numbered `pointers[i]` <= k < `pointers[i + 1]`. */
export interface Neighbors {
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
}

/** The entries off the diagonal that are not zero; without their values, which would fill the cache. */
export function neighborsOf({ rows, rowPointers, columnIndices, values }: CsrMatrix): Neighbors {
  const pointers = new Int32Array(rows + 1);
  const indices = new Int32Array(columnIndices.length);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++)
      if (columnIndices[k] !== i && values[k] !== 0) indices[count++] = columnIndices[k];
    pointers[i + 1] = count;
  }
  return { pointers, indices: indices.slice(0, count) };
}

/** Chooses forests by scores; its arrays are reused. */
export class ForestBuilder {
  readonly #neighbors: Neighbors;
  readonly #trees: Trees;
  readonly #sorter: DescendingOrder;
  readonly #order: Int32Array;

  constructor(graph: CsrMatrix) {
    this.#neighbors = neighborsOf(graph);
    this.#trees = new Trees(graph.rows);
    this.#sorter = new DescendingOrder(graph.rows);
    this.#order = new Int32Array(graph.rows);
  }

  /** Writes the chosen nodes, rising, and gives their number. */
  build(scores: Float64Array, out: Int32Array): number {
    this.#sorter.sort(scores, this.#order);
    this.#trees.clear();
    for (let k = 0; k < this.#order.length; k++) this.#trees.tryAdd(this.#neighbors, this.#order[k]);
    let count = 0;
    for (let node = 0; node < this.#order.length; node++) if (this.#trees.has(node)) out[count++] = node;
    return count;
  }
}

/** Neighbours from which on a node is a hub. */
const HUB = 16;

/** A node that is in no tree. */
const ALONE = -(2 ** 31);

/** Trees as sets of nodes with a root each: union-find by size with path halving. */
export class Trees {
  readonly #parent: Int32Array; // of roots minus the size of their tree
  readonly #met: Int32Array; // roots of the neighbours of the node that is asked for
  readonly #stamp: Int32Array; // the last node with many neighbours that met this root

  constructor(nodes: number) {
    this.#parent = new Int32Array(nodes).fill(ALONE);
    this.#met = new Int32Array(nodes);
    this.#stamp = new Int32Array(nodes).fill(-1);
  }

  clear(): void {
    this.#parent.fill(ALONE);
    this.#stamp.fill(-1);
  }

  has(node: number): boolean {
    return this.#parent[node] !== ALONE;
  }

  /** Adds a node unless that closes a cycle. */
  tryAdd({ pointers, indices }: Neighbors, node: number): boolean {
    const [parents, met] = [this.#parent, this.#met];
    const isHub = pointers[node + 1] - pointers[node] > HUB;
    let [count, largest] = [0, -1];
    for (let k = pointers[node]; k < pointers[node + 1]; k++) {
      const neighbor = indices[k];
      if (parents[neighbor] === ALONE) continue;
      const root = this.#find(neighbor);
      // Of few neighbours a look at all roots that were met is quicker than a mark on each.
      if (isHub) {
        if (this.#stamp[root] === node) return false;
        this.#stamp[root] = node;
      } else for (let m = 0; m < count; m++) if (met[m] === root) return false;
      met[count++] = root;
      if (largest < 0 || parents[root] < parents[largest]) largest = root;
    }
    if (largest < 0) {
      parents[node] = -1;
      return true;
    }
    parents[node] = largest;
    let size = parents[largest] - 1;
    for (let m = 0; m < count; m++) {
      if (met[m] === largest) continue;
      size += parents[met[m]];
      parents[met[m]] = largest;
    }
    parents[largest] = size;
    return true;
  }

  #find(node: number): number {
    const parents = this.#parent;
    let parent = parents[node];
    while (parent >= 0) {
      const above = parents[parent];
      if (above < 0) return parent;
      parents[node] = above;
      node = above;
      parent = parents[node];
    }
    return node;
  }
}
