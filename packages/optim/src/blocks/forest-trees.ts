// Trees that grow node by node without a cycle, and forests that are chosen by scores.
import type { CsrMatrix } from '@infimum/linalg';
import { DescendingOrder } from './descending-order.ts';

/** Chooses forests by scores; its arrays are reused. */
export class ForestBuilder {
  readonly #graph: CsrMatrix;
  readonly #trees: Trees;
  readonly #sorter: DescendingOrder;
  readonly #order: Int32Array;

  constructor(graph: CsrMatrix) {
    this.#graph = graph;
    this.#trees = new Trees(graph.rows);
    this.#sorter = new DescendingOrder(graph.rows);
    this.#order = new Int32Array(graph.rows);
  }

  /** Writes the chosen nodes, rising, and gives their number. */
  build(scores: Float64Array, out: Int32Array): number {
    this.#sorter.sort(scores, this.#order);
    this.#trees.clear();
    for (let k = 0; k < this.#order.length; k++) this.#trees.tryAdd(this.#graph, this.#order[k]);
    let count = 0;
    for (let node = 0; node < this.#order.length; node++) if (this.#trees.has(node)) out[count++] = node;
    return count;
  }
}

/** Neighbours from which on a node is a hub. */
const HUB = 16;

/** Trees as sets of nodes with a root each: union-find by size with path halving. */
export class Trees {
  readonly #root: Int32Array; // -1 of nodes that are in no tree
  readonly #size: Int32Array; // of the trees of roots
  readonly #met: Int32Array; // roots of the neighbours of the node that is asked for
  readonly #stamp: Int32Array; // the last node with many neighbours that met this root

  constructor(nodes: number) {
    this.#root = new Int32Array(nodes).fill(-1);
    this.#size = new Int32Array(nodes);
    this.#met = new Int32Array(nodes);
    this.#stamp = new Int32Array(nodes).fill(-1);
  }

  clear(): void {
    this.#root.fill(-1);
    this.#stamp.fill(-1);
  }

  has(node: number): boolean {
    return this.#root[node] >= 0;
  }

  /** Adds a node unless that closes a cycle. */
  tryAdd({ rowPointers, columnIndices, values }: CsrMatrix, node: number): boolean {
    const [roots, sizes, met] = [this.#root, this.#size, this.#met];
    const isHub = rowPointers[node + 1] - rowPointers[node] > HUB;
    let [count, largest] = [0, -1];
    for (let k = rowPointers[node]; k < rowPointers[node + 1]; k++) {
      const neighbour = columnIndices[k];
      if (neighbour === node || roots[neighbour] < 0 || values[k] === 0) continue;
      const root = this.#find(neighbour);
      // Of few neighbours a look at all roots that were met is quicker than a mark on each.
      if (isHub) {
        if (this.#stamp[root] === node) return false;
        this.#stamp[root] = node;
      } else for (let m = 0; m < count; m++) if (met[m] === root) return false;
      met[count++] = root;
      if (largest < 0 || sizes[root] > sizes[largest]) largest = root;
    }
    if (largest < 0) {
      roots[node] = node;
      sizes[node] = 1;
      return true;
    }
    roots[node] = largest;
    let size = sizes[largest] + 1;
    for (let m = 0; m < count; m++) {
      if (met[m] === largest) continue;
      size += sizes[met[m]];
      roots[met[m]] = largest;
    }
    sizes[largest] = size;
    return true;
  }

  #find(node: number): number {
    const root = this.#root;
    while (root[node] !== node) {
      root[node] = root[root[node]];
      node = root[node];
    }
    return node;
  }
}
