// Regularised linear models by L-BFGS: logistic regression, of several classes at once, and the linear support vector machine with
// squared hinge.
//
// D. C. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989); K.-W. Chang, C.-J. Hsieh, C.-J. Lin:
// Coordinate descent method for large-scale L2-loss linear support vector machines (2008), for the loss.
import type { Iterate, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { GEMM_SCRATCH, layout, linalgKernels, scratch } from '@infimum/linalg/kernels';
import { addScaled, dot, LbfgsHistory, largestMagnitude } from '@infimum/linalg/numerics';
import { isSparse } from './signed-rows.ts';

/** Points with class numbers and weights. */
export interface LinearModelData {
  readonly points: DenseMatrix | CsrMatrix;
  readonly codes: Int32Array;
  /** Outputs: 1 for two classes, of which the second has the code 1; as many as classes otherwise. */
  readonly outputs: number;
  readonly sampleWeights?: Float64Array | undefined;
  readonly fitIntercept: boolean;
}

/** How a model is fitted. */
export interface LinearModelOptions {
  readonly loss: 'logistic' | 'squared-hinge';
  /** Σ s_i loss_i + ridge |w|²/2; intercepts are free. */
  readonly ridge: number;
  /** Largest entry of the gradient over Σ s_i at which to stop. */
  readonly tolerance: number;
}

/** Weights, d x outputs, and intercepts. */
export interface LinearWeights {
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
}

/** The state of an iteration. */
export interface LinearModelIterate extends Iterate<LinearWeights> {
  /** The mean loss with the penalty. */
  readonly loss: number;
}

/** Minimises the loss; every iteration is one evaluation, more only if a step is too long. */
export function* linearModelSteps(
  data: LinearModelData,
  options: LinearModelOptions,
): Steps<LinearWeights, LinearModelIterate> {
  using model = linearModel(data, options);
  const { size } = model;
  const [x, next, direction, moved, changed] = Array.from({ length: 5 }, () => new Float64Array(size));
  let [gradient, nextGradient] = [new Float64Array(size), new Float64Array(size)];
  const history = new LbfgsHistory(size, 10);
  let loss = model.evaluate(x, gradient);
  const solution = () => model.split(x);
  for (let iteration = 0; ; iteration++) {
    yield { iteration, loss, solution };
    const slopeSize = largestMagnitude(gradient);
    if (slopeSize <= options.tolerance)
      return converged(solution(), `the gradient is at most ${options.tolerance} of all weights`);
    history.direction(gradient, direction);
    const slope = dot(gradient, direction);
    let step = history.isEmpty ? Math.min(1, 1 / slopeSize) : 1;
    for (let halvings = 0; ; halvings++, step /= 2) {
      for (let j = 0; j < size; j++) next[j] = x[j] + step * direction[j];
      const value = model.evaluate(next, nextGradient);
      if (value <= loss + 1e-4 * step * slope + 1e-15 * Math.abs(loss)) {
        loss = value;
        break;
      }
      if (halvings === 40) return stalled(solution(), 'rounding prevents a further decrease of the loss');
    }
    for (let j = 0; j < size; j++) {
      moved[j] = next[j] - x[j];
      changed[j] = nextGradient[j] - gradient[j];
    }
    history.add(moved, changed);
    x.set(next);
    [gradient, nextGradient] = [nextGradient, gradient];
  }
}

/** The mean loss and its gradient; variables are weights, a row of outputs for each column, and the intercepts behind them. */
function linearModel(data: LinearModelData, { loss, ridge }: LinearModelOptions) {
  const { points, outputs: k, codes, sampleWeights, fitIntercept } = data;
  const length = points.cols * k;
  const total = sampleWeights ? sampleWeights.reduce((sum, weight) => sum + weight, 0) : points.rows;
  const { scores, ahead, back, release } = isSparse(points) ? sparseProducts(points, k) : denseProducts(points, k);
  const of = loss === 'squared-hinge' ? squaredHinge : k === 1 ? logistic : softmax;
  return {
    size: length + k,
    [Symbol.dispose]: release,
    split: (x: Float64Array): LinearWeights => ({ weights: x.slice(0, length), intercepts: x.slice(length) }),
    evaluate(x: Float64Array, gradient: Float64Array): number {
      const [w, slope] = [x.subarray(0, length), gradient.subarray(0, length)];
      ahead(w);
      gradient.fill(0, length);
      let sum = 0;
      for (let i = 0, at = 0; i < points.rows; i++, at += k) {
        for (let c = 0; c < k; c++) scores[at + c] += x[length + c];
        const weight = (sampleWeights ? sampleWeights[i] : 1) / total;
        sum += weight * of(scores, at, k, codes[i]);
        for (let c = 0; c < k; c++) {
          scores[at + c] *= weight;
          if (fitIntercept) gradient[length + c] += scores[at + c];
        }
      }
      back(slope);
      addScaled(slope, ridge / total, w);
      return sum + (ridge / total / 2) * dot(w, w);
    },
  };
}

/** Products with the points: `scores` <- X W, and what is in `scores` times X' to `out`. */
interface Products {
  readonly scores: Float64Array;
  ahead(weights: Float64Array): void;
  back(out: Float64Array): void;
  release(): void;
}

function denseProducts({ rows, cols, values }: DenseMatrix, k: number): Products {
  const { workspace, x, w, scores, room } = layout({
    x: values as Float64Array,
    w: cols * k,
    scores: rows * k,
    room: scratch(GEMM_SCRATCH),
  });
  const kernels = workspace.kernels(linalgKernels);
  const [atX, atW, atScores, atRoom] = [x, w, scores, room].map((array) => array.byteOffset);
  return {
    scores,
    ahead: (weights) => {
      w.set(weights);
      if (k === 1) kernels.gemv(0, rows, cols, atX, atW, atScores);
      else kernels.gemm(0, rows, k, cols, 1, atX, cols, 1, atW, k, 1, 0, atScores, k, atRoom);
    },
    back: (out) => {
      if (k === 1) kernels.gemvTransposed(0, cols, rows, cols, atX, atScores, atW);
      else kernels.gemm(0, cols, k, rows, 1, atX, 1, cols, atScores, k, 1, 0, atW, k, atRoom);
      out.set(w);
    },
    release: () => workspace.release(),
  };
}

function sparseProducts({ rows, rowPointers, columnIndices, values }: CsrMatrix, k: number): Products {
  const scores = new Float64Array(rows * k);
  return {
    scores,
    ahead: (weights) => {
      for (let i = 0; i < rows; i++) {
        for (let c = 0; c < k; c++) {
          let sum = 0;
          for (let at = rowPointers[i]; at < rowPointers[i + 1]; at++) sum += values[at] * weights[columnIndices[at] * k + c];
          scores[i * k + c] = sum;
        }
      }
    },
    back: (out) => {
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        for (let c = 0; c < k; c++) {
          const score = scores[i * k + c];
          for (let at = rowPointers[i]; at < rowPointers[i + 1]; at++) out[columnIndices[at] * k + c] += values[at] * score;
        }
      }
    },
    release: () => {},
  };
}

/** The loss of the scores from `at` on of which `code` is meant; scores become its slopes. */
function softmax(s: Float64Array, at: number, k: number, code: number): number {
  let largest = -Infinity;
  for (let c = at; c < at + k; c++) if (s[c] > largest) largest = s[c];
  const own = s[at + code];
  let total = 0;
  for (let c = at; c < at + k; c++) {
    const chance = Math.exp(s[c] - largest);
    s[c] = chance;
    total += chance;
  }
  const share = 1 / total;
  for (let c = at; c < at + k; c++) s[c] *= share;
  s[at + code] -= 1;
  return Math.log(total) + largest - own;
}

function logistic(s: Float64Array, at: number, _: number, code: number): number {
  const margin = code === 1 ? s[at] : -s[at];
  const small = Math.exp(-Math.abs(margin));
  const wrong = margin >= 0 ? small / (1 + small) : 1 / (1 + small);
  s[at] = code === 1 ? -wrong : wrong;
  return Math.log1p(small) + Math.max(-margin, 0);
}

function squaredHinge(s: Float64Array, at: number, _: number, code: number): number {
  const sign = code === 1 ? 1 : -1;
  const short = Math.max(0, 1 - sign * s[at]);
  s[at] = -2 * sign * short;
  return short * short;
}
