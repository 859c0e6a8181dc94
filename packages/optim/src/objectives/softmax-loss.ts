// Multinomial logistic regression.
import {
  checkInteger,
  checkNumber,
  type FiniteSum,
  InvalidInputError,
  portableExp,
  portableLog,
} from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { dot } from '../vectors.ts';
import { createDesign } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';

/** Multinomial logistic regression with derivatives of second order. */
export type SoftmaxLoss = FiniteSum &
  Required<Pick<FiniteSum, 'hessianVector' | 'hessian'>> & {
    /** Number of classes K. */
    readonly classes: number;
    /** The empirical Fisher matrix (1/n) sum_i g_i g_i' of the samples' gradients, and the ridge. */
    readonly fisher: DenseApproximation;
  };

/** Options of `softmaxLoss`. */
export interface SoftmaxLossOptions {
  /** Number of classes K; one more than the largest label by default. */
  readonly classes?: number;
  /** Factor of |x|² / 2, at least 0; 0 by default. */
  readonly ridge?: number;
}

/**
 * Multinomial logistic regression, f(x) = 1/n sum_i (log sum_k exp(a_i . x_k) - a_i . x_{y_i}) + (ridge / 2) |x|², where
 * x = (x_0, …, x_{K-1}) has a vector of weights for every class. Convex. Its Hessian is the mean of
 * (diag(p_i) - p_i p_i') ⊗ a_i a_i', with the probabilities p_i of the classes, and so its own Gauss-Newton matrix.
 *
 * A value costs K products with A, a gradient 2 K, a Hessian O(n K² d²).
 *
 * @param design - A, samples by features, dense or sparse
 * @param labels - y, the class of every sample, 0 to K - 1
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, labels that are no classes, and a
 *   negative ridge
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { lbfgs, softmaxLoss } from '@infimum/optim';
 *
 * const loss = softmaxLoss(matrixFromRows([[-1], [0], [1]]), Uint8Array.of(0, 1, 2), { ridge: 0.1 });
 * const { x } = lbfgs(loss, new Float64Array(loss.dimension));
 * console.log(x.map((weight) => Math.round(10 * weight) / 10).join(' ')); // -1.2 0 1.2
 * ```
 */
export function softmaxLoss(
  design: DenseMatrix | CsrMatrix,
  labels: ArrayLike<number>,
  options: SoftmaxLossOptions = {},
): SoftmaxLoss {
  const a = createDesign(design, 'design');
  const { rows, cols } = a;
  const classes = checkLabels(labels, rows, options.classes);
  const { ridge = 0 } = options;
  checkNumber(ridge, 'ridge', { min: 0 });
  const dimension = classes * cols;
  const weights = new Float64Array(cols);
  const column = new Float64Array(cols);
  let scores = new Float64Array(rows);
  let changes = new Float64Array(rows);
  let probabilities = new Float64Array(classes * rows); // class by class
  let directions = new Float64Array(classes * rows);

  /** Larger batches than the data need more room, once. */
  const reserve = (count: number) => {
    if (count <= scores.length) return;
    [scores, changes] = [new Float64Array(count), new Float64Array(count)];
    probabilities = new Float64Array(classes * count);
    directions = new Float64Array(classes * count);
  };
  const sampleOf = (i: number, indices: Int32Array | undefined) => (indices ? indices[i] : i);

  /** out_{k, i} <- a_i . x_k */
  const multiply = (x: Float64Array, out: Float64Array, count: number, indices?: Int32Array) => {
    for (let k = 0; k < classes; k++) {
      for (let j = 0; j < cols; j++) weights[j] = x[k * cols + j];
      a.multiply(weights, scores, indices);
      for (let i = 0; i < count; i++) out[k * count + i] = scores[i];
    }
  };
  /** out_k <- sum_i y_{k, i} a_i / count */
  const multiplyTransposed = (y: Float64Array, out: Float64Array, count: number, indices?: Int32Array) => {
    for (let k = 0; k < classes; k++) {
      for (let i = 0; i < count; i++) changes[i] = y[k * count + i] / count;
      a.multiplyTransposed(changes, column, indices);
      for (let j = 0; j < cols; j++) out[k * cols + j] = column[j];
    }
  };
  /** Fills in the probabilities; the sum of the losses. */
  const visit = (x: Float64Array, count: number, indices?: Int32Array) => {
    reserve(count);
    multiply(x, probabilities, count, indices);
    let loss = 0;
    for (let i = 0; i < count; i++) {
      let largest = -Infinity;
      for (let k = i; k < classes * count; k += count) {
        if (probabilities[k] > largest) largest = probabilities[k];
      }
      loss -= probabilities[labels[sampleOf(i, indices)] * count + i] - largest;
      let sum = 0;
      for (let k = i; k < classes * count; k += count) {
        probabilities[k] = portableExp(probabilities[k] - largest);
        sum += probabilities[k];
      }
      for (let k = i; k < classes * count; k += count) probabilities[k] /= sum;
      loss += portableLog(sum);
    }
    return loss;
  };
  const addRidge = (x: Float64Array, out: Float64Array) => {
    for (let j = 0; j < dimension; j++) out[j] += ridge * x[j];
  };
  const block = new Float64Array(cols * cols);
  const above = new Float64Array(rows);
  const below = new Float64Array(rows);
  /** out <- the mean over samples of M_i ⊗ a_i a_i' + ridge I, for symmetric M_i of which `entry` gives (k, l), block by block. */
  const assemble = (out: Float64Array, entry: (i: number, k: number, l: number) => number) => {
    out.fill(0);
    const add = (weights: Float64Array, sign: number, k: number, l: number) => {
      a.weightedGram(weights, block);
      for (let j = 0; j < cols; j++) {
        for (let m = 0; m < cols; m++)
          out[(k * cols + j) * dimension + l * cols + m] += sign * block[j * cols + m];
      }
    };
    for (let k = 0; k < classes; k++) {
      for (let l = 0; l <= k; l++) {
        let [positive, negative] = [false, false];
        for (let i = 0; i < rows; i++) {
          const weight = entry(i, k, l) / rows;
          above[i] = Math.max(weight, 0);
          below[i] = Math.max(-weight, 0);
          positive ||= weight > 0;
          negative ||= weight < 0;
        }
        if (positive) add(above, 1, k, l);
        if (negative) add(below, -1, k, l);
      }
    }
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < i; j++) out[j * dimension + i] = out[i * dimension + j];
      out[i * dimension + i] += ridge;
    }
  };

  return {
    dimension,
    terms: rows,
    classes,
    value: (x, indices) => {
      const count = indices?.length ?? rows;
      return visit(x, count, indices) / count + (ridge / 2) * dot(x, x);
    },
    gradient: (x, out, indices) => {
      const count = indices?.length ?? rows;
      visit(x, count, indices);
      for (let i = 0; i < count; i++) probabilities[labels[sampleOf(i, indices)] * count + i] -= 1;
      multiplyTransposed(probabilities, out, count, indices);
      addRidge(x, out);
    },
    hessianVector: (x, v, out, indices) => {
      const count = indices?.length ?? rows;
      visit(x, count, indices);
      multiply(v, directions, count, indices);
      for (let i = 0; i < count; i++) {
        let mean = 0;
        for (let k = i; k < classes * count; k += count) mean += probabilities[k] * directions[k];
        for (let k = i; k < classes * count; k += count) {
          directions[k] = probabilities[k] * (directions[k] - mean);
        }
      }
      multiplyTransposed(directions, out, count, indices);
      addRidge(v, out);
    },
    hessian: (x, out) => {
      visit(x, rows);
      const p = (k: number, i: number) => probabilities[k * rows + i];
      assemble(out, (i, k, l) => (k === l ? p(k, i) : 0) - p(k, i) * p(l, i));
    },
    fisher: {
      kind: 'dense',
      matrix: (x, out) => {
        visit(x, rows);
        for (let i = 0; i < rows; i++) probabilities[labels[i] * rows + i] -= 1;
        assemble(out, (i, k, l) => probabilities[k * rows + i] * probabilities[l * rows + i]);
      },
    },
  };
}

/** The number of classes, once the labels are known to be some of them. */
function checkLabels(labels: ArrayLike<number>, samples: number, classes?: number): number {
  if (labels?.length !== samples) {
    const problem = `expected ${samples} entries, got ${labels?.length}`;
    throw new InvalidInputError(problem, { argument: 'labels', code: 'shape' });
  }
  if (classes !== undefined) checkInteger(classes, 'classes', { min: 2 });
  let most = classes ?? 2;
  for (let i = 0; i < samples; i++) {
    const label = labels[i];
    if (!Number.isInteger(label) || label < 0 || label >= (classes ?? 65_536)) {
      const problem = `must be classes from 0 to ${(classes ?? 65_536) - 1}, is ${label} at index ${i}`;
      throw new InvalidInputError(problem, { argument: 'labels', code: 'out-of-range', index: i });
    }
    most = Math.max(most, label + 1);
  }
  return most;
}
