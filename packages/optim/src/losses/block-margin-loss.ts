// Losses of linear models, f(x) = sum_i phi_i(a_i . x) with phi_i a share of a mean, for block coordinate methods: the state keeps the margins a_i . x,
// and a change of few coordinates touches the rows that their columns touch.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asVector, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { checkedOracle } from '../objectives/checked-oracle.ts';
import type { MarginLoss } from '../objectives/linear-model.ts';
import { sigmoid, softplus } from '../objectives/logistic-loss.ts';
import type { BlockLoss, BlockState } from './block-loss.ts';
import { addRows } from './dense-rows.ts';
import type { TwoWayMatrix } from './two-way-matrix.ts';
import {
  gramRowSums,
  multiplyColumns,
  multiplyRows,
  squaredColumnNorms,
  twoWayMatrix,
  weightedBlockGram,
} from './two-way-matrix.ts';

/** Least squares for block coordinate methods, with its data. */
export interface BlockLeastSquares extends BlockLoss {
  /** A as it was given. */
  readonly design: DenseMatrix | CsrMatrix;
  /** b */
  readonly targets: Float64Array;
}

/**
 * Least squares as a mean, f(x) = |A x - b|² / (2n), for block coordinate methods: the f of `leastSquaresLoss`. L_i = |a_i|² / n
 * for the column a_i, H = A'A / n.
 *
 * A change of a block costs the entries of the rows that its columns touch.
 *
 * @param design - A, samples by features, dense or sparse
 * @param targets - b, a number for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and columns whose squares overflow
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockCoordinateDescent, blockLeastSquares } from '@infimum/optim';
 *
 * const loss = blockLeastSquares(matrixFromRows([[2]]), Float64Array.of(3));
 * const { x } = blockCoordinateDescent({ loss, l1: 1 }, { update: 'exact' });
 * console.log(x[0]); // 1.25
 * ```
 */
export function blockLeastSquares(design: MatrixLike | CsrMatrix, targets: VectorLike): BlockLeastSquares {
  const matrix = twoWayMatrix(design, 'design');
  const b = asVector(targets, 'targets', matrix.rows);
  const share = 1 / matrix.rows;
  const loss: MarginLoss = {
    value: (i, margin) => (share * (margin - b[i]) ** 2) / 2,
    derivative: (i, margin) => share * (margin - b[i]),
    secondDerivative: () => share,
  };
  return {
    ...blockMarginLoss(matrix, loss, { curvature: share, change: 0 }),
    design: matrix.dense ?? matrix.byRow,
    targets: b,
  };
}

/**
 * Logistic regression as a mean, f(x) = (1/n) sum_i log(1 + exp(-y_i a_i . x)), for block coordinate methods: the f of
 * `logisticLoss`. L_i = |a_i|² / (4n), H = A'A / (4n), and the Hessian of a block changes by at most
 * (1/n) sum_i |a_ib|³ / (6 sqrt 3) times the distance.
 *
 * A change of a block costs the entries of the rows that its columns touch, and two exponentials a row.
 *
 * @param design - A, samples by features, dense or sparse
 * @param labels - y, 1 or -1 for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, columns whose squares overflow, and other labels
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockCoordinateDescent, blockLogistic } from '@infimum/optim';
 *
 * const loss = blockLogistic(matrixFromRows([[1], [2], [-1]]), Float64Array.of(1, 1, -1));
 * const { x } = blockCoordinateDescent({ loss, l1: 0.1 }, { update: 'exact' });
 * console.log(x[0].toFixed(4)); // 1.9128
 * ```
 */
export function blockLogistic(design: MatrixLike | CsrMatrix, labels: VectorLike): BlockLoss {
  const matrix = twoWayMatrix(design, 'design');
  const y = asVector(labels, 'labels', matrix.rows);
  const bad = y.findIndex((label) => label !== 1 && label !== -1);
  if (bad >= 0) throw fault(`must be 1 or -1, is ${y[bad]} at index ${bad}`, 'labels', 'out-of-range', bad);
  const share = 1 / matrix.rows;
  const loss: MarginLoss = {
    value: (i, margin) => share * softplus(-y[i] * margin),
    derivative: (i, margin) => -share * y[i] * sigmoid(-y[i] * margin),
    secondDerivative: (_, margin) => share * sigmoid(margin) * sigmoid(-margin),
  };
  // max s (1 - s) |1 - 2 s| = 1 / (6 sqrt 3)
  return blockMarginLoss(matrix, loss, { curvature: share / 4, change: share / (6 * Math.sqrt(3)) });
}

/** Bounds of the second derivative of phi, and of the third. */
interface MarginBounds {
  readonly curvature: number;
  readonly change: number;
}

function blockMarginLoss(matrix: TwoWayMatrix, loss: MarginLoss, { curvature, change }: MarginBounds): BlockLoss {
  const { rows, cols } = matrix;
  const margins = new Float64Array(rows);
  const room = new Float64Array(rows);
  const along = new Float64Array(rows);
  let sums: Float64Array | undefined;
  return checkedOracle({
    dimension: cols,
    quadratic: change === 0,
    coordinateLipschitz: squaredColumnNorms(matrix).map((norm) => curvature * norm),
    value: (x) => {
      multiplyRows(matrix, x, margins);
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += loss.value(i, margins[i]);
      return sum;
    },
    gradient: (x, out) => {
      multiplyRows(matrix, x, margins);
      for (let i = 0; i < rows; i++) margins[i] = loss.derivative(i, margins[i]);
      multiplyColumns(matrix, margins, out);
    },
    hessianVector: (x, v, out) => {
      multiplyRows(matrix, x, margins);
      multiplyRows(matrix, v, along);
      for (let i = 0; i < rows; i++) along[i] *= loss.secondDerivative(i, margins[i]);
      multiplyColumns(matrix, along, out);
    },
    boundBlock: (block, out) => {
      weightedBlockGram(matrix, block, room, out);
      const size = block.length * block.length;
      for (let k = 0; k < size; k++) out[k] *= curvature;
    },
    boundMultiply: (v, out) => {
      multiplyRows(matrix, v, margins);
      for (let i = 0; i < rows; i++) margins[i] *= curvature;
      multiplyColumns(matrix, margins, out);
    },
    rowSums: () => {
      sums ??= gramRowSums(matrix).map((sum) => curvature * sum);
      return sums;
    },
    hessianLipschitz: (block) => (change === 0 ? 0 : change * cubedRowNorms(matrix, block, room)),
    margins: { matrix, loss },
    start: (x) => new MarginState(matrix, loss, x),
  });
}

/** sum_i |a_ib|³ over the rows, for the columns in a block. `room` has a zero a row. */
export function cubedRowNorms({ byColumn }: TwoWayMatrix, block: Int32Array, room: Float64Array): number {
  const { columnPointers, rowIndices, values } = byColumn;
  for (const j of block) {
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) room[rowIndices[k]] += values[k] ** 2;
  }
  let sum = 0;
  for (const j of block) {
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) {
      const square = room[rowIndices[k]];
      sum += square * Math.sqrt(square);
      room[rowIndices[k]] = 0;
    }
  }
  return sum;
}

class MarginState implements BlockState {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  value = 0;
  readonly #matrix: TwoWayMatrix;
  readonly #loss: MarginLoss;
  readonly #margins: Float64Array;
  readonly #terms: Float64Array;
  readonly #slopes: Float64Array;
  readonly #weights: Float64Array;
  readonly #room: Float64Array;
  // The direction, and the rows where the margins change with it.
  #block: Int32Array = new Int32Array(0);
  #direction = new Float64Array(0);
  readonly #changes: Float64Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #count = 0;

  constructor(matrix: TwoWayMatrix, loss: MarginLoss, x: Float64Array) {
    const { rows, cols } = matrix;
    this.#matrix = matrix;
    this.#loss = loss;
    this.x = x.slice();
    this.gradient = new Float64Array(cols);
    this.#margins = new Float64Array(rows);
    this.#terms = new Float64Array(rows);
    this.#slopes = new Float64Array(rows);
    this.#weights = new Float64Array(rows);
    this.#room = new Float64Array(rows);
    this.#changes = new Float64Array(rows);
    this.#touched = new Int32Array(rows);
    this.#isTouched = new Uint8Array(rows);
    this.renew();
  }

  hessian(block: Int32Array, out: Float64Array): void {
    const { columnPointers, rowIndices } = this.#matrix.byColumn;
    for (const j of block) {
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) {
        const row = rowIndices[k];
        this.#weights[row] = this.#loss.secondDerivative(row, this.#margins[row]);
      }
    }
    weightedBlockGram(this.#matrix, block, this.#room, out, this.#weights);
  }

  aim(block: Int32Array, d: Float64Array): void {
    const { columnPointers, rowIndices, values } = this.#matrix.byColumn;
    this.#release();
    if (this.#direction.length < block.length) this.#direction = new Float64Array(block.length);
    this.#block = block;
    for (let b = 0; b < block.length; b++) {
      this.#direction[b] = d[b];
      if (d[b] === 0) continue;
      for (let k = columnPointers[block[b]]; k < columnPointers[block[b] + 1]; k++) {
        const row = rowIndices[k];
        if (this.#isTouched[row] === 0) {
          this.#isTouched[row] = 1;
          this.#touched[this.#count++] = row;
        }
        this.#changes[row] += values[k] * d[b];
      }
    }
  }

  valueAt(step: number): number {
    let sum = 0;
    for (let i = 0; i < this.#terms.length; i++) {
      sum += this.#isTouched[i] ? this.#loss.value(i, this.#margins[i] + step * this.#changes[i]) : this.#terms[i];
    }
    return sum;
  }

  move(step: number): void {
    for (let b = 0; b < this.#block.length; b++) this.x[this.#block[b]] += step * this.#direction[b];
    for (let t = 0; t < this.#count; t++) {
      const row = this.#touched[t];
      this.#margins[row] += step * this.#changes[row];
      this.#terms[row] = this.#loss.value(row, this.#margins[row]);
      const slope = this.#loss.derivative(row, this.#margins[row]);
      this.#changes[row] = slope - this.#slopes[row];
      this.#slopes[row] = slope;
    }
    this.#addChanges();
    this.#sumTerms();
    this.#release();
  }

  /** gradient <- gradient + A' (the changes of the slopes), which are zero in rows that are not touched. */
  #addChanges(): void {
    const { byRow, dense } = this.#matrix;
    if (dense) {
      addRows(dense, this.#changes, this.gradient);
      return;
    }
    const { rowPointers, columnIndices, values } = byRow;
    for (let t = 0; t < this.#count; t++) {
      const row = this.#touched[t];
      const change = this.#changes[row];
      for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) this.gradient[columnIndices[k]] += change * values[k];
    }
  }

  renew(): void {
    multiplyRows(this.#matrix, this.x, this.#margins);
    for (let i = 0; i < this.#margins.length; i++) {
      this.#terms[i] = this.#loss.value(i, this.#margins[i]);
      this.#slopes[i] = this.#loss.derivative(i, this.#margins[i]);
    }
    multiplyColumns(this.#matrix, this.#slopes, this.gradient);
    this.#sumTerms();
  }

  #sumTerms(): void {
    let sum = 0;
    for (let i = 0; i < this.#terms.length; i++) sum += this.#terms[i];
    this.value = sum;
  }

  #release(): void {
    for (let t = 0; t < this.#count; t++) {
      this.#changes[this.#touched[t]] = 0;
      this.#isTouched[this.#touched[t]] = 0;
    }
    this.#count = 0;
  }
}
