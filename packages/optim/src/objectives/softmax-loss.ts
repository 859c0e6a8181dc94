// Multinomial logistic regression.
import type { FiniteSum, MatrixLike } from '@infimum/core';
import { checkInteger, checkNumber, checkObject, fault } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import { checkedOracle } from './checked-oracle.ts';
import type { Design } from './design.ts';
import { createModelDesign } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { valueWithGradient } from './value-with-gradient.ts';

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
  design: MatrixLike | CsrMatrix,
  labels: ArrayLike<number>,
  options: SoftmaxLossOptions = {},
): SoftmaxLoss {
  checkObject(options, 'options');
  const a = createModelDesign(design, 'design', (rows) => checkLabels(labels, rows, options.classes));
  const { rows, cols, pass } = a;
  const { classes } = pass;
  const { ridge = 0 } = options;
  checkNumber(ridge, 'ridge', { min: 0 });
  const dimension = classes * cols;
  const products = classProducts(a, classes);
  let probabilities = new Float64Array(0); // of a batch
  let directions = new Float64Array(0);
  const reserve = (count: number) => {
    if (count * classes <= directions.length) return;
    probabilities = new Float64Array(count * classes);
    directions = new Float64Array(count * classes);
  };
  const truth = (i: number, indices?: Int32Array) => labels[indices ? indices[i] : i];

  let loss = 0;
  const whole = valueWithGradient(dimension, {
    evaluate: (x, out) => {
      loss = 0;
      pass.run(x, weigh, out);
      return loss;
    },
    complete: (out) => pass.back(out),
  });
  /** The scores become probabilities, and the weights what their classes' scores should change by. */
  function weigh(from: number, to: number): void {
    const { scores, weights } = pass;
    loss += shift(scores, weights, from, to);
    pass.exponentiate(from * classes, to * classes);
    loss += normalize(weights, scores, from, to);
    for (let i = from; i < to; i++) weights[i * classes + labels[i]] -= 1;
  }
  /** out <- scores less the largest of each sample; the sum of the losses, but for the logarithms of `normalise`. */
  function shift(scores: Float64Array, out: Float64Array, from: number, to: number, indices?: Int32Array) {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const start = i * classes;
      let largest = -Infinity;
      for (let k = start; k < start + classes; k++) if (scores[k] > largest) largest = scores[k];
      sum += largest - scores[start + truth(i, indices)];
      for (let k = start; k < start + classes; k++) out[k] = scores[k] - largest;
    }
    return sum;
  }
  /** powers and copy <- every sample's powers over their sum; the sum of the logarithms of these sums. */
  function normalize(powers: Float64Array, copy: Float64Array, from: number, to: number): number {
    let logarithms = 0;
    for (let i = from; i < to; i++) {
      const [start, end] = [i * classes, (i + 1) * classes];
      let sum = 0;
      for (let k = start; k < end; k++) sum += powers[k];
      const inverse = 1 / sum;
      for (let k = start; k < end; k++) {
        const probability = powers[k] * inverse;
        powers[k] = probability;
        copy[k] = probability;
      }
      logarithms += portableLog(sum);
    }
    return logarithms;
  }
  /** Fills in the probabilities of a batch; the sum of its losses. */
  function visitBatch(x: Float64Array, indices: Int32Array): number {
    const count = indices.length;
    reserve(count);
    products.multiply(x, probabilities, indices);
    const sum = shift(probabilities, probabilities, 0, count, indices);
    for (let k = 0; k < count * classes; k++) probabilities[k] = portableExp(probabilities[k]);
    return sum + normalize(probabilities, probabilities, 0, count);
  }
  /** out <- out / count + ridge x */
  const finish = (out: Float64Array, count: number, x: Float64Array) => {
    for (let j = 0; j < dimension; j++) out[j] = out[j] / count + ridge * x[j];
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
        for (let m = 0; m < cols; m++) out[(k * cols + j) * dimension + l * cols + m] += sign * block[j * cols + m];
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

  return checkedOracle({
    dimension,
    terms: rows,
    classes,
    value: (x, indices) => {
      const mean = indices ? visitBatch(x, indices) / indices.length : whole.value(x) / rows;
      return mean + (ridge / 2) * dot(x, x);
    },
    gradient: (x, out, indices) => {
      if (!indices) {
        whole.gradient(x, out);
        finish(out, rows, x);
        return;
      }
      visitBatch(x, indices);
      for (let i = 0; i < indices.length; i++) probabilities[i * classes + truth(i, indices)] -= 1;
      products.multiplyTransposed(probabilities, out, indices);
      finish(out, indices.length, x);
    },
    hessianVector: (x, v, out, indices) => {
      const count = indices?.length ?? rows;
      reserve(count);
      if (indices) visitBatch(x, indices);
      else whole.visit(x);
      const at = indices ? probabilities : pass.scores;
      products.multiply(v, directions, indices);
      for (let i = 0; i < count; i++) {
        const [start, end] = [i * classes, (i + 1) * classes];
        let mean = 0;
        for (let k = start; k < end; k++) mean += at[k] * directions[k];
        for (let k = start; k < end; k++) directions[k] = at[k] * (directions[k] - mean);
      }
      products.multiplyTransposed(directions, out, indices);
      finish(out, count, v);
    },
    hessian: (x, out) => {
      whole.visit(x);
      const p = (i: number, k: number) => pass.scores[i * classes + k];
      assemble(out, (i, k, l) => (k === l ? p(i, k) : 0) - p(i, k) * p(i, l));
    },
    fisher: {
      kind: 'dense',
      matrix: (x, out) => {
        whole.visit(x);
        const { weights } = pass;
        assemble(out, (i, k, l) => weights[i * classes + k] * weights[i * classes + l]);
      },
    },
  });
}

/** Products class by class, with all samples or the chosen ones; the scores of a sample stand together. */
function classProducts({ rows, cols, multiply, multiplyTransposed }: Design, classes: number) {
  const ofFeatures = new Float64Array(cols);
  let ofSamples = new Float64Array(rows);
  const reserve = (count: number) => {
    if (count > ofSamples.length) ofSamples = new Float64Array(count);
  };
  return {
    /** out_{i, k} <- a_i . x_k */
    multiply: (x: Float64Array, out: Float64Array, indices?: Int32Array) => {
      const count = indices?.length ?? rows;
      reserve(count);
      for (let k = 0; k < classes; k++) {
        for (let j = 0; j < cols; j++) ofFeatures[j] = x[k * cols + j];
        multiply(ofFeatures, ofSamples, indices);
        for (let i = 0; i < count; i++) out[i * classes + k] = ofSamples[i];
      }
    },
    /** out_k <- sum_i y_{i, k} a_i */
    multiplyTransposed: (y: Float64Array, out: Float64Array, indices?: Int32Array) => {
      const count = indices?.length ?? rows;
      reserve(count);
      for (let k = 0; k < classes; k++) {
        for (let i = 0; i < count; i++) ofSamples[i] = y[i * classes + k];
        multiplyTransposed(ofSamples, ofFeatures, indices);
        for (let j = 0; j < cols; j++) out[k * cols + j] = ofFeatures[j];
      }
    },
  };
}

/** The number of classes, once the labels are known to be some of them. */
function checkLabels(labels: ArrayLike<number>, samples: number, classes?: number): number {
  if (labels?.length !== samples) throw fault(`expected ${samples} entries, got ${labels?.length}`, 'labels', 'shape');
  if (classes !== undefined) checkInteger(classes, 'classes', { min: 2 });
  let most = classes ?? 2;
  for (let i = 0; i < samples; i++) {
    const label = labels[i];
    if (!Number.isInteger(label) || label < 0 || label >= (classes ?? 65_536)) {
      const problem = `must be classes from 0 to ${(classes ?? 65_536) - 1}, is ${label} at index ${i}`;
      throw fault(problem, 'labels', 'out-of-range', i);
    }
    most = Math.max(most, label + 1);
  }
  return most;
}
