// Propagation of the labels of some nodes of a graph to the others, by smoothness.
import type { VectorLike } from '@infimum/core';
import { checkNonNegative, checkNumbers, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr, csrFromTriplets } from '@infimum/linalg';
import type { BlockQuadratic } from './block-quadratic-loss.ts';
import { blockQuadratic, forEachEntry } from './block-quadratic-loss.ts';

/** A graph with labels as a quadratic. */
export interface Propagation {
  /** The quadratic. */
  readonly loss: BlockQuadratic;
  /** The node of the graph for every variable. */
  readonly nodes: Int32Array;
}

/**
 * The quadratic sum w_ij (x_i - x_j)² / 2 over the edges of a graph, with x given on labelled nodes: the variables are the
 * other nodes, as far as they are connected with a label.
 *
 * X. Zhu, Z. Ghahramani, J. Lafferty: Semi-supervised learning using Gaussian fields and harmonic functions (2003).
 *
 * @param weights - a symmetric matrix with an entry of at least 0 for every edge; entries on the diagonal do not count
 * @param labels - the value of every labelled node, NaN elsewhere
 * @throws {InvalidInputError} for weights that are no square matrix or negative, labels that do not fit or are infinite, and
 *   graphs on which no node without a label sees one
 *
 * @example
 * ```ts
 * import { csrFromTriplets } from '@infimum/linalg';
 * import { blockCoordinateDescent } from '@infimum/optim';
 * import { labelPropagation } from '@infimum/optim/blocks';
 *
 * const edges = { rows: 4, cols: 4, rowIndices: [0, 1, 1, 2, 2, 3], columnIndices: [1, 0, 2, 1, 3, 2], values: [1, 1, 1, 1, 1, 1] };
 * const { loss, nodes } = labelPropagation(csrFromTriplets(edges), Float64Array.of(0, NaN, NaN, 3));
 * const { x } = blockCoordinateDescent({ loss }, { select: 'forest-gs', update: 'message' });
 * console.log(nodes.join(' '), x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 1 2 1 2
 * ```
 */
export function labelPropagation(weights: CsrMatrix, labels: VectorLike): Propagation {
  check(weights, labels);
  const nodes = reachable(weights, labels);
  if (nodes.length === 0) throw fault('no unlabelled node is connected with a labelled one', 'labels', 'empty');
  const place = new Int32Array(weights.rows).fill(-1);
  nodes.forEach((node, k) => {
    place[node] = k;
  });
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  const linear = new Float64Array(nodes.length);
  forEachEntry(weights, (i, j, weight) => {
    const row = place[i];
    if (row < 0 || i === j) return;
    rowIndices.push(row);
    columnIndices.push(row);
    values.push(weight);
    if (place[j] >= 0) {
      rowIndices.push(row);
      columnIndices.push(place[j]);
      values.push(-weight);
    } else linear[row] += weight * labels[j];
  });
  const size = nodes.length;
  const matrix = csrFromTriplets({ rows: size, cols: size, rowIndices, columnIndices, values });
  return { loss: blockQuadratic(matrix, linear), nodes };
}

/** The nodes without a label that are connected with one, rising. */
function reachable({ rows, rowPointers, columnIndices }: CsrMatrix, labels: VectorLike): Int32Array {
  const isReached = new Uint8Array(rows);
  const queue: number[] = [];
  for (let i = 0; i < rows; i++) if (!Number.isNaN(labels[i])) queue.push(i);
  for (let head = 0; head < queue.length; head++) {
    for (let k = rowPointers[queue[head]]; k < rowPointers[queue[head] + 1]; k++) {
      const neighbor = columnIndices[k];
      if (isReached[neighbor] === 1 || !Number.isNaN(labels[neighbor])) continue;
      isReached[neighbor] = 1;
      queue.push(neighbor);
    }
  }
  return Int32Array.from(isReached.keys()).filter((i) => isReached[i] === 1);
}

function check(weights: CsrMatrix, labels: VectorLike): void {
  checkCsr(weights, 'weights');
  checkNonNegative(weights.values, 'weights');
  if (weights.rows !== weights.cols) throw fault(`must be square, got ${weights.rows}x${weights.cols}`, 'weights', 'shape');
  checkNumbers(labels, 'labels', weights.rows);
  const bad = Array.from(labels).findIndex((label) => Math.abs(label) === Infinity);
  if (bad < 0) return;
  throw fault(`is infinite at index ${bad}`, 'labels', 'not-finite', bad);
}
