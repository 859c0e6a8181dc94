// Pricing of the network simplex: which arc enters the basis.
//
// Block search: the most negative reduced cost of a block of arcs, or of the first following block that has one. The
// search goes on where the last one ended.
import type { CsrMatrix } from '@infimum/linalg';
import type { ArcCosts } from './arc-costs.ts';
import { largestOf } from './arc-costs.ts';
import type { SpanningTree } from './spanning-tree.ts';

/** A search for arcs of negative reduced cost C_ij - x_i - y_j. */
export interface Pricing {
  /** Largest absolute cost of an arc that may enter. */
  readonly largestCost: number;
  /** Source of the arc that was found last. */
  readonly source: number;
  /** Target of it. */
  readonly target: number;
  /** Cost of it. */
  readonly cost: number;
  /** Finds an arc whose reduced cost is below `-tolerance`; false if there is none. */
  find(tree: SpanningTree, tolerance: number): boolean;
}

const SMALLEST_BLOCK = 16;

/** All arcs, row by row. */
export class BlockPricing implements Pricing {
  readonly largestCost: number;
  source = -1;
  target = -1;
  cost = 0;
  readonly #costs: ArcCosts;
  readonly #blockSize: number;
  #row = 0;
  #column = 0;

  constructor(costs: ArcCosts) {
    this.#costs = costs;
    this.largestCost = costs.largest;
    this.#blockSize = Math.max(SMALLEST_BLOCK, Math.ceil(Math.sqrt(costs.rows * costs.cols)));
  }

  find({ potential, targetPotential: targets }: SpanningTree, tolerance: number): boolean {
    const costs = this.#costs;
    const { rows: n, cols: m, values } = costs;
    let best = -tolerance;
    let found = false;
    let row = this.#row;
    let column = this.#column;
    let left = this.#blockSize;
    for (let searched = 0; searched < n * m; ) {
      const end = Math.min(m, column + left);
      const offset = costs.loadRow(row, column, end) - column;
      const x = potential[row];
      let least = best + x;
      let leastColumn = -1;
      for (let j = column; j < end; j++) {
        const cost = values[offset + j] + targets[j];
        if (cost < least) {
          least = cost;
          leastColumn = j;
        }
      }
      if (leastColumn >= 0) {
        best = least - x;
        found = true;
        this.source = row;
        this.target = leastColumn;
        this.cost = values[offset + leastColumn];
      }
      searched += end - column;
      left -= end - column;
      column = end;
      if (column === m) {
        column = 0;
        row = row + 1 === n ? 0 : row + 1;
      }
      if (left === 0) {
        if (found) break;
        left = this.#blockSize;
      }
    }
    this.#row = row;
    this.#column = column;
    return found;
  }
}

/** The arcs of a sparse matrix, and if none of them will do, arcs of a penalty between any two nodes. */
export class SparsePricing implements Pricing {
  readonly largestCost: number;
  source = -1;
  target = -1;
  cost = 0;
  readonly #arcs: CsrMatrix;
  readonly #penalty: number;
  readonly #blockSize: number;
  #row = 0;
  #arc = 0;

  /** @param penalty - more than any sum of costs along a path */
  constructor(arcs: CsrMatrix, penalty: number) {
    this.#arcs = arcs;
    this.#penalty = penalty;
    this.largestCost = largestOf(arcs.values);
    this.#blockSize = Math.max(SMALLEST_BLOCK, Math.ceil(Math.sqrt(arcs.values.length)));
  }

  find({ potential, targetPotential: targets }: SpanningTree, tolerance: number): boolean {
    const { rowPointers, columnIndices, values } = this.#arcs;
    let best = -tolerance;
    let found = false;
    let row = this.#row;
    let arc = this.#arc;
    let left = this.#blockSize;
    for (let searched = 0; searched < values.length; ) {
      const end = Math.min(rowPointers[row + 1], arc + left);
      const x = potential[row];
      searched += end - arc;
      left -= end - arc;
      for (; arc < end; arc++) {
        const reduced = values[arc] + targets[columnIndices[arc]] - x;
        if (reduced < best) {
          best = reduced;
          found = true;
          this.source = row;
          this.target = columnIndices[arc];
          this.cost = values[arc];
        }
      }
      if (arc === rowPointers[row + 1]) {
        row = row + 1 === this.#arcs.rows ? 0 : row + 1;
        arc = rowPointers[row];
      }
      if (left === 0) {
        if (found) break;
        left = this.#blockSize;
      }
    }
    this.#row = row;
    this.#arc = arc;
    return found || this.#findPenalty(potential, targets, tolerance);
  }

  /** The least reduced cost of a penalty is between the largest potentials of both sides. */
  #findPenalty(potential: Float64Array, targets: Float64Array, tolerance: number): boolean {
    let source = 0;
    let target = 0;
    for (let i = 1; i < this.#arcs.rows; i++) if (potential[i] > potential[source]) source = i;
    for (let j = 1; j < targets.length; j++) if (targets[j] < targets[target]) target = j;
    if (!(this.#penalty + targets[target] - potential[source] < -tolerance)) return false;
    this.source = source;
    this.target = target;
    this.cost = this.#penalty;
    return true;
  }
}
