// Smoothing on a graph: f(x) = sum over edges w phi(x_i - x_j) + sum_i c_i (x_i - y_i)² / 2. Its Hessian has the pattern of
// the graph, so that Newton's systems on forests are solved by two sweeps.
import { checkChoice, checkNonNegative, checkObject, checkVector, fault } from '@infimum/core';
import { portableExp, portableExpm1 } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr, csrFromTriplets, transposeCsr } from '@infimum/linalg';
import { checkedOracle } from '../objectives/checked-oracle.ts';
import { softplus } from '../objectives/logistic-loss.ts';
import type { BlockLoss, BlockState } from './block-loss.ts';
import { blockOf, forEachEntry } from './block-quadratic-loss.ts';

/** Penalties of differences, all with phi'' <= 1: t²/2, log cosh t, and sqrt(1 + t²) - 1. */
export type PairPenalty = 'square' | 'log-cosh' | 'pseudo-huber';

/** A smoothing problem on a graph. */
export interface PairwiseData {
  /** w: a symmetric matrix with an entry of at least 0 for every edge; entries on the diagonal do not count. */
  readonly weights: CsrMatrix;
  /** c, at least 0. */
  readonly anchors: Float64Array;
  /** y */
  readonly targets: Float64Array;
  /** phi; `log-cosh` by default. */
  readonly penalty?: PairPenalty;
}

interface Penalty {
  value(t: number): number;
  derivative(t: number): number;
  secondDerivative(t: number): number;
  /** The largest third derivative. */
  readonly change: number;
}

const PENALTIES: Readonly<Record<PairPenalty, Penalty>> = {
  square: { value: (t) => (t * t) / 2, derivative: (t) => t, secondDerivative: () => 1, change: 0 },
  'log-cosh': {
    value: logCosh,
    derivative: tanh,
    secondDerivative: (t) => {
      const slope = tanh(t);
      return 1 - slope * slope;
    },
    change: 0.769800358919501, // 4 / (3 sqrt 3)
  },
  'pseudo-huber': {
    value: (t) => (t * t) / (Math.sqrt(1 + t * t) + 1),
    derivative: (t) => t / Math.sqrt(1 + t * t),
    secondDerivative: (t) => 1 / ((1 + t * t) * Math.sqrt(1 + t * t)),
    change: 0.8586501033599192, // 48 / (25 sqrt 5)
  },
};

/**
 * Smoothing on a graph, f(x) = sum_(ij) w_ij phi(x_i - x_j) + sum_i c_i (x_i - y_i)² / 2 with every edge counted once, for
 * block coordinate methods. L_i = c_i + sum_j w_ij, H is the graph's Laplacian plus diag(c).
 *
 * A change of a block costs the edges at its nodes.
 *
 * @throws {InvalidInputError} for weights that are no symmetric matrix or negative, negative anchors, nodes with neither
 *   edge nor anchor, vectors that do not fit, and unknown penalties
 *
 * @example
 * ```ts
 * import { csrFromTriplets } from '@infimum/linalg';
 * import { blockCoordinateDescent } from '@infimum/optim';
 * import { pairwiseLoss } from '@infimum/optim/blocks';
 *
 * const edges = { rows: 3, cols: 3, rowIndices: [0, 1, 1, 2], columnIndices: [1, 0, 2, 1], values: [1, 1, 1, 1] };
 * const chain = pairwiseLoss({
 *   weights: csrFromTriplets(edges),
 *   anchors: Float64Array.of(1, 1, 1),
 *   targets: Float64Array.of(3, 0, 0),
 * });
 * const { x } = blockCoordinateDescent({ loss: chain }, { select: 'tree-partition', update: 'message' });
 * console.log(x.map((value) => Math.round(value * 1000) / 1000).join(' ')); // 2.096 0.605 0.298
 * ```
 */
export function pairwiseLoss(data: PairwiseData): BlockLoss {
  checkObject(data, 'data');
  const { weights, anchors, targets, penalty: name = 'log-cosh' } = data;

  checkWeights(weights);
  const size = weights.rows;
  checkVector(anchors, 'anchors', size);
  checkNonNegative(anchors, 'anchors');
  checkVector(targets, 'targets', size);
  checkChoice(name, 'penalty', ['square', 'log-cosh', 'pseudo-huber']);
  const penalty = PENALTIES[name];
  const graph = laplacian(weights, anchors);
  const coordinateLipschitz = new Float64Array(size);
  const sums = new Float64Array(size);
  forEachEntry(graph, (i, j, value) => {
    sums[i] += Math.abs(value);
    if (i === j) coordinateLipschitz[i] = value;
  });
  const alone = coordinateLipschitz.indexOf(0);
  if (alone >= 0) throw fault(`node ${alone} has neither an edge nor an anchor`, 'anchors', 'out-of-range', alone);
  const parts = { graph, anchors, targets, penalty };
  return checkedOracle({
    dimension: size,
    quadratic: penalty.change === 0,
    graph,
    coordinateLipschitz,
    value: (x) => totalOf(parts, x),
    gradient: (x, out) => gradientOf(parts, x, out),
    hessianVector: (x, v, out) => {
      for (let i = 0; i < size; i++) out[i] = anchors[i] * v[i];
      forEachEntry(graph, (i, j, value) => {
        if (i !== j) out[i] -= value * penalty.secondDerivative(x[i] - x[j]) * (v[i] - v[j]);
      });
    },
    boundBlock: blockOf(graph),
    boundMultiply: (v, out) => {
      out.fill(0);
      forEachEntry(graph, (i, j, value) => {
        out[i] += value * v[j];
      });
    },
    rowSums: () => sums,
    hessianLipschitz: (block) => {
      let degree = 0;
      for (const i of block) degree = Math.max(degree, coordinateLipschitz[i] - anchors[i]);
      // |v_i - v_j|³ <= 2 sqrt 2 |(v_i, v_j)|³, summed over the edges with |v| = 1.
      return penalty.change * 2 * Math.SQRT2 * degree;
    },
    start: (x) => new PairwiseState(parts, x),
  });
}

interface Pairwise {
  readonly graph: CsrMatrix;
  readonly anchors: Float64Array;
  readonly targets: Float64Array;
  readonly penalty: Penalty;
}

function checkWeights(weights: CsrMatrix): void {
  checkCsr(weights, 'weights');
  checkNonNegative(weights.values, 'weights');
  const fail = (problem: string, index?: number) => {
    throw fault(problem, 'weights', 'shape', index);
  };
  if (weights.rows !== weights.cols) fail(`must be square, got ${weights.rows}x${weights.cols}`);
  const mirrored = transposeCsr(weights);
  const odd = weights.values.findIndex(
    (value, k) => value !== mirrored.values[k] || weights.columnIndices[k] !== mirrored.columnIndices[k],
  );
  if (odd >= 0) fail(`is not symmetric: entry ${odd} differs from its mirror image`, odd);
}

/** The weighted Laplacian plus diag(c); edges of weight zero are left out. */
function laplacian(weights: CsrMatrix, anchors: Float64Array): CsrMatrix {
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  const add = (i: number, j: number, value: number) => {
    rowIndices.push(i);
    columnIndices.push(j);
    values.push(value);
  };
  const degrees = anchors.slice();
  forEachEntry(weights, (i, j, weight) => {
    if (i === j || weight === 0) return;
    degrees[i] += weight;
    add(i, j, -weight);
  });
  for (let i = 0; i < degrees.length; i++) add(i, i, degrees[i]);
  return csrFromTriplets({ rows: weights.rows, cols: weights.cols, rowIndices, columnIndices, values });
}

function totalOf({ graph, anchors, targets, penalty }: Pairwise, x: Float64Array): number {
  const { rows, rowPointers, columnIndices, values } = graph;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    sum += (anchors[i] / 2) * (x[i] - targets[i]) ** 2;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (j > i) sum -= values[k] * penalty.value(x[i] - x[j]);
    }
  }
  return sum;
}

function gradientOf({ graph, anchors, targets, penalty }: Pairwise, x: Float64Array, out: Float64Array): void {
  const { rows, rowPointers, columnIndices, values } = graph;
  for (let i = 0; i < rows; i++) {
    let sum = anchors[i] * (x[i] - targets[i]);
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (j !== i) sum -= values[k] * penalty.derivative(x[i] - x[j]);
    }
    out[i] = sum;
  }
}

class PairwiseState implements BlockState {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  value = 0;
  readonly #data: Pairwise;
  readonly #current: CsrMatrix; // the Hessian, where it was refreshed last
  readonly #blockOf: (block: Int32Array, out: Float64Array) => void;
  readonly #block: Int32Array; // a copy of the block, its first `size` entries
  #size = 0;
  readonly #direction: Float64Array; // zero outside of the block
  readonly #isMoving: Uint8Array;

  constructor(data: Pairwise, x: Float64Array) {
    const { graph } = data;
    this.#data = data;
    this.#current = { ...graph, values: graph.values.slice() };
    this.#blockOf = blockOf(this.#current);
    this.x = x.slice();
    this.gradient = new Float64Array(graph.rows);
    this.#block = new Int32Array(graph.rows);
    this.#direction = new Float64Array(graph.rows);
    this.#isMoving = new Uint8Array(graph.rows);
    this.renew();
  }

  graphHessian(block: Int32Array): CsrMatrix {
    const { graph, anchors, penalty } = this.#data;
    const { rowPointers, columnIndices, values } = graph;
    const current = this.#current.values;
    for (const i of block) {
      let sum = anchors[i];
      let diagonal = -1;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        if (j === i) {
          diagonal = k;
          continue;
        }
        current[k] = values[k] * penalty.secondDerivative(this.x[i] - this.x[j]);
        sum -= current[k];
      }
      current[diagonal] = sum;
    }
    return this.#current;
  }

  hessian(block: Int32Array, out: Float64Array): void {
    this.graphHessian(block);
    this.#blockOf(block, out);
  }

  aim(block: Int32Array, d: Float64Array): void {
    this.#release();
    this.#block.set(block);
    this.#size = block.length;
    for (let b = 0; b < block.length; b++) {
      this.#direction[block[b]] = d[b];
      this.#isMoving[block[b]] = 1;
    }
  }

  valueAt(step: number): number {
    const { graph, anchors, targets, penalty } = this.#data;
    const { rowPointers, columnIndices, values } = graph;
    const [x, d] = [this.x, this.#direction];
    let sum = this.value;
    for (let b = 0; b < this.#size; b++) {
      const i = this.#block[b];
      const change = step * d[i];
      sum += anchors[i] * change * (x[i] - targets[i] + change / 2);
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        // An edge inside the block is visited from both ends.
        if (j === i || (this.#isMoving[j] === 1 && j < i)) continue;
        const [before, after] = [x[i] - x[j], x[i] - x[j] + step * (d[i] - d[j])];
        sum -= values[k] * (penalty.value(after) - penalty.value(before));
      }
    }
    return sum;
  }

  move(step: number): void {
    const { graph, anchors, penalty } = this.#data;
    const { rowPointers, columnIndices, values } = graph;
    const [x, d, gradient] = [this.x, this.#direction, this.gradient];
    this.value = this.valueAt(step);
    for (let b = 0; b < this.#size; b++) {
      const i = this.#block[b];
      gradient[i] += anchors[i] * step * d[i];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        if (j === i || (this.#isMoving[j] === 1 && j < i)) continue;
        const [before, after] = [x[i] - x[j], x[i] - x[j] + step * (d[i] - d[j])];
        const change = values[k] * (penalty.derivative(after) - penalty.derivative(before));
        gradient[i] -= change;
        gradient[j] += change;
      }
    }
    for (let b = 0; b < this.#size; b++) x[this.#block[b]] += step * d[this.#block[b]];
    this.#release();
  }

  renew(): void {
    this.value = totalOf(this.#data, this.x);
    gradientOf(this.#data, this.x, this.gradient);
  }

  #release(): void {
    for (let b = 0; b < this.#size; b++) {
      this.#direction[this.#block[b]] = 0;
      this.#isMoving[this.#block[b]] = 0;
    }
    this.#size = 0;
  }
}

/** log cosh t, relative to its size near zero too. */
function logCosh(t: number): number {
  const size = Math.abs(t);
  const z = t * t;
  if (size < 0.01) return z * (1 / 2 - z * (1 / 12 - z * (1 / 45 - (z * 17) / 2520)));
  return size + softplus(-2 * size) - Math.LN2;
}

function tanh(t: number): number {
  const twice = -2 * Math.abs(t);
  return (Math.sign(t) * -portableExpm1(twice)) / (1 + portableExp(twice));
}
