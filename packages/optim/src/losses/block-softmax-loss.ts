// Softmax regression for block coordinate methods: f(X) = (1/n) sum_i logsumexp(a_i X) - (a_i X) of the true class.
//
// The bound of the Hessian is that of D. Böhning: Multinomial logistic regression algorithm (1992), for the classes that a
// block has and one more for the rest.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { allocateVector, checkNumbers, checkObject, describeValue, fault } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { checkedOracle } from '../objectives/checked-oracle.ts';
import type { BlockLoss, BlockState } from './block-loss.ts';
import { cubedRowNorms } from './block-margin-loss.ts';
import type { TwoWayMatrix } from './two-way-matrix.ts';
import { gramRowSums, squaredColumnNorms, twoWayMatrix, weightedBlockGram } from './two-way-matrix.ts';

/**
 * Softmax regression as a mean, f(X) = (1/n) sum_i log(sum_c exp(z_ic)) - z_iy_i with z = A X, for block coordinate methods.
 * Variable f K + c is the weight of feature f for class c, where `softmaxLoss` has c d + f. L = |a_f|² / (4n).
 *
 * A change of a block costs the entries of the rows that its columns touch, times the classes.
 *
 * @param design - A, samples by features, dense or sparse
 * @param labels - the class of every sample, 0 to K - 1
 * @param classes - K, at least 2; one more than the largest label by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, columns whose squares
 *   overflow, and labels that are no classes
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockSoftmax } from '@infimum/optim';
 *
 * const loss = blockSoftmax(matrixFromRows([[1], [2], [-1]]), Int32Array.of(0, 1, 2));
 * console.log(loss.dimension, loss.value(new Float64Array(3)).toFixed(4)); // 3 1.0986
 * ```
 */
export function blockSoftmax(design: MatrixLike | CsrMatrix, labels: VectorLike, classes = largest(labels) + 1): BlockLoss {
  checkObject(design, 'design');
  checkNumbers(labels, 'labels');

  const matrix = twoWayMatrix(design, 'design');
  checkClasses(labels, matrix.rows, classes);
  const { rows, cols } = matrix;
  const share = 1 / rows;
  const room = new Float64Array(rows);
  const norms = squaredColumnNorms(matrix);
  const scores = allocateVector(rows * classes, 'classes');
  const along = allocateVector(rows * classes, 'classes');
  const truth = Int32Array.from(labels);
  const featureOf = (variable: number) => Math.floor(variable / classes);
  let sums: Float64Array | undefined;
  return checkedOracle({
    dimension: cols * classes,
    quadratic: false,
    coordinateLipschitz: allocateVector(cols * classes, 'classes').map((_, v) => (share * norms[featureOf(v)]) / 4),
    value: (x) => {
      multiplyClasses(matrix, classes, x, scores);
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += logSumExp(scores, i * classes, classes) - scores[i * classes + truth[i]];
      return share * sum;
    },
    gradient: (x, out) => {
      multiplyClasses(matrix, classes, x, scores);
      for (let i = 0; i < rows; i++) residuals(scores, i * classes, classes, truth[i], scores);
      multiplyClassesTransposed(matrix, classes, scores, out);
      scale(out, share);
    },
    hessianVector: (x, v, out) => {
      multiplyClasses(matrix, classes, x, scores);
      multiplyClasses(matrix, classes, v, along);
      for (let from = 0; from < along.length; from += classes) {
        const total = logSumExp(scores, from, classes);
        let mean = 0;
        for (let k = from; k < from + classes; k++) {
          scores[k] = portableExp(scores[k] - total);
          mean += scores[k] * along[k];
        }
        for (let k = from; k < from + classes; k++) along[k] = scores[k] * (along[k] - mean);
      }
      multiplyClassesTransposed(matrix, classes, along, out);
      scale(out, share);
    },
    boundBlock: (block, out) => {
      weightedBlockGram(
        matrix,
        block.map((variable) => featureOf(variable)),
        room,
        out,
      );
      const size = block.length;
      const distinct = new Set(block.map((variable) => variable % classes)).size;
      const part = 1 / Math.min(classes, distinct + 1);
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++)
          out[a * size + b] *= (share * ((block[a] % classes === block[b] % classes ? 1 : 0) - part)) / 2;
      }
    },
    boundMultiply: (v, out) => {
      multiplyClasses(matrix, classes, v, scores);
      for (let i = 0; i < rows; i++) {
        let mean = 0;
        for (let c = 0; c < classes; c++) mean += scores[i * classes + c] / classes;
        for (let c = 0; c < classes; c++) scores[i * classes + c] = (share * (scores[i * classes + c] - mean)) / 2;
      }
      multiplyClassesTransposed(matrix, classes, scores, out);
    },
    rowSums: () => {
      if (sums) return sums;
      const gram = gramRowSums(matrix);
      const factor = (share * (classes - 1)) / classes;
      sums = Float64Array.from({ length: cols * classes }, (_, v) => factor * gram[featureOf(v)]);
      return sums;
    },
    hessianLipschitz: (block) => {
      const features = new Set(block.map((variable) => featureOf(variable)));
      const distinct = new Set(block.map((variable) => variable % classes)).size;
      // The third central moment of a variable of range R is at most R³ / (6 sqrt 3); the range of v is at most sqrt 2 |v|.
      const range = distinct > 1 ? 2 * Math.SQRT2 : 1;
      return (share * range * cubedRowNorms(matrix, Int32Array.from(features), room)) / (6 * Math.sqrt(3));
    },
    start: (x) => new SoftmaxState(matrix, classes, truth, x),
  });
}

/** x <- factor x */
function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}

function largest(labels: ArrayLike<number>): number {
  checkNumbers(labels, 'labels');
  let most = 1;
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]);
  return most;
}

function checkClasses(labels: ArrayLike<number>, samples: number, classes: number): void {
  const fail = (problem: string, code: 'shape' | 'out-of-range', index?: number) => {
    throw fault(problem, 'labels', code, index);
  };
  if (!Number.isInteger(classes) || classes < 2) {
    throw fault(`must be an integer of at least 2, got ${describeValue(classes)}`, 'classes', 'out-of-range');
  }
  if (labels.length !== samples) fail(`expected ${samples} entries, got ${labels.length}`, 'shape');
  for (let i = 0; i < samples; i++) {
    const isClass = Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes;
    if (!isClass) fail(`must be an integer from 0 to ${classes - 1}, is ${labels[i]} at index ${i}`, 'out-of-range', i);
  }
}

/** out <- A X, a row a sample. */
function multiplyClasses({ rows, byRow }: TwoWayMatrix, classes: number, x: Float64Array, out: Float64Array): void {
  const { rowPointers, columnIndices, values } = byRow;
  out.fill(0);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const from = columnIndices[k] * classes;
      for (let c = 0; c < classes; c++) out[i * classes + c] += values[k] * x[from + c];
    }
  }
}

/** out <- A' Y, a row a feature. */
function multiplyClassesTransposed({ rows, byRow }: TwoWayMatrix, classes: number, y: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < rows; i++) addOuter(byRow, i, classes, y, i * classes, out);
}

/** out <- out + a_i y', with the K numbers of y from `at` on. */
function addOuter(
  { rowPointers, columnIndices, values }: CsrMatrix,
  row: number,
  classes: number,
  y: Float64Array,
  at: number,
  out: Float64Array,
): void {
  for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) {
    const to = columnIndices[k] * classes;
    for (let c = 0; c < classes; c++) out[to + c] += values[k] * y[at + c];
  }
}

function logSumExp(scores: Float64Array, at: number, classes: number): number {
  let most = scores[at];
  for (let c = 1; c < classes; c++) most = Math.max(most, scores[at + c]);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += portableExp(scores[at + c] - most);
  return most + portableLog(sum);
}

/** Probabilities of a row, less 1 for the true class; the place of `out` is that of `scores`. Gives the loss. */
function residuals(scores: Float64Array, at: number, classes: number, truth: number, out: Float64Array): number {
  const total = logSumExp(scores, at, classes);
  const loss = total - scores[at + truth];
  for (let c = 0; c < classes; c++) out[at + c] = portableExp(scores[at + c] - total) - (c === truth ? 1 : 0);
  return loss;
}

class SoftmaxState implements BlockState {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  value = 0;
  readonly #matrix: TwoWayMatrix;
  readonly #classes: number;
  readonly #truth: Int32Array;
  readonly #share: number;
  readonly #scores: Float64Array;
  readonly #residuals: Float64Array; // probabilities less the true class
  readonly #terms: Float64Array;
  readonly #room: Float64Array;
  readonly #trial: Float64Array; // one row of scores
  #block: Int32Array = new Int32Array(0);
  #direction = new Float64Array(0);
  readonly #changes: Float64Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #count = 0;

  constructor(matrix: TwoWayMatrix, classes: number, truth: Int32Array, x: Float64Array) {
    const { rows, cols } = matrix;
    this.#matrix = matrix;
    this.#classes = classes;
    this.#truth = truth;
    this.#share = 1 / rows;
    this.x = x.slice();
    this.gradient = new Float64Array(cols * classes);
    this.#scores = new Float64Array(rows * classes);
    this.#residuals = new Float64Array(rows * classes);
    this.#terms = new Float64Array(rows);
    this.#room = new Float64Array(rows);
    this.#trial = new Float64Array(classes);
    this.#changes = new Float64Array(rows * classes);
    this.#touched = new Int32Array(rows);
    this.#isTouched = new Uint8Array(rows);
    this.renew();
  }

  hessian(block: Int32Array, out: Float64Array): void {
    const { columnPointers, rowIndices, values } = this.#matrix.byColumn;
    const [classes, size] = [this.#classes, block.length];
    for (let a = 0; a < size; a++) {
      const [feature, own] = [Math.floor(block[a] / classes), block[a] % classes];
      const [from, to] = [columnPointers[feature], columnPointers[feature + 1]];
      for (let b = a; b < size; b++) {
        const [otherFeature, other] = [Math.floor(block[b] / classes), block[b] % classes];
        for (let k = from; k < to; k++) {
          const row = rowIndices[k];
          const [p, q] = [this.#probability(row, own), this.#probability(row, other)];
          this.#room[row] = values[k] * p * ((own === other ? 1 : 0) - q);
        }
        let sum = 0;
        for (let k = columnPointers[otherFeature]; k < columnPointers[otherFeature + 1]; k++)
          sum += values[k] * this.#room[rowIndices[k]];
        out[a * size + b] = sum * this.#share;
        out[b * size + a] = sum * this.#share;
      }
      for (let k = from; k < to; k++) this.#room[rowIndices[k]] = 0;
    }
  }

  #probability(row: number, c: number): number {
    return this.#residuals[row * this.#classes + c] + (c === this.#truth[row] ? 1 : 0);
  }

  aim(block: Int32Array, d: Float64Array): void {
    const { columnPointers, rowIndices, values } = this.#matrix.byColumn;
    const classes = this.#classes;
    this.#release();
    if (this.#direction.length < block.length) this.#direction = new Float64Array(block.length);
    this.#block = block;
    for (let b = 0; b < block.length; b++) {
      this.#direction[b] = d[b];
      if (d[b] === 0) continue;
      const [feature, c] = [Math.floor(block[b] / classes), block[b] % classes];
      for (let k = columnPointers[feature]; k < columnPointers[feature + 1]; k++) {
        const row = rowIndices[k];
        if (this.#isTouched[row] === 0) {
          this.#isTouched[row] = 1;
          this.#touched[this.#count++] = row;
        }
        this.#changes[row * classes + c] += values[k] * d[b];
      }
    }
  }

  valueAt(step: number): number {
    const [classes, trial] = [this.#classes, this.#trial];
    let sum = 0;
    for (let i = 0; i < this.#terms.length; i++) {
      if (this.#isTouched[i]) {
        const at = i * classes;
        for (let c = 0; c < classes; c++) trial[c] = this.#scores[at + c] + step * this.#changes[at + c];
        sum += logSumExp(trial, 0, classes) - trial[this.#truth[i]];
      } else sum += this.#terms[i];
    }
    return this.#share * sum;
  }

  move(step: number): void {
    const [classes, trial] = [this.#classes, this.#trial];
    for (let b = 0; b < this.#block.length; b++) this.x[this.#block[b]] += step * this.#direction[b];
    for (let t = 0; t < this.#count; t++) {
      const row = this.#touched[t];
      const at = row * classes;
      for (let c = 0; c < classes; c++) {
        this.#scores[at + c] += step * this.#changes[at + c];
        trial[c] = -this.#residuals[at + c];
      }
      this.#renewRow(row);
      for (let c = 0; c < classes; c++) trial[c] = this.#share * (trial[c] + this.#residuals[at + c]);
      addOuter(this.#matrix.byRow, row, classes, trial, 0, this.gradient);
    }
    this.#sumTerms();
    this.#release();
  }

  renew(): void {
    multiplyClasses(this.#matrix, this.#classes, this.x, this.#scores);
    for (let i = 0; i < this.#terms.length; i++) this.#renewRow(i);
    multiplyClassesTransposed(this.#matrix, this.#classes, this.#residuals, this.gradient);
    scale(this.gradient, this.#share);
    this.#sumTerms();
  }

  #renewRow(row: number): void {
    const truth = this.#truth[row];
    this.#terms[row] = residuals(this.#scores, row * this.#classes, this.#classes, truth, this.#residuals);
  }

  #sumTerms(): void {
    let sum = 0;
    for (let i = 0; i < this.#terms.length; i++) sum += this.#terms[i];
    this.value = this.#share * sum;
  }

  #release(): void {
    for (let t = 0; t < this.#count; t++) {
      const row = this.#touched[t];
      this.#changes.fill(0, row * this.#classes, (row + 1) * this.#classes);
      this.#isTouched[row] = 0;
    }
    this.#count = 0;
  }
}
