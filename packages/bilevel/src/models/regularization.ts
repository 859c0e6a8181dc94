// Hyper-parameter optimisation of a linear model: one weight e^x for all coefficients or one for each, chosen by the loss on a
// validation part. g = mean loss + Σ_j e^{x_j} w_j²/2, f = mean validation loss; a third part scores.
import type { DenseMatrix } from '@infimum/linalg';
import {
  GEMM_SCRATCH,
  layout,
  linalgKernels,
  matrixPlace,
  placedProduct,
  scratch,
  transposedPlace,
} from '@infimum/linalg/kernels';
import { box } from '@infimum/optim/proximal';
import { sigmoid } from './cleaning.ts';
import type { BilevelModel } from './model.ts';

/** Samples with a number or a label −1, 1 each. */
export interface TargetRows {
  /** A sample a row. */
  readonly design: DenseMatrix;
  /** Numbers, or −1 and 1. */
  readonly targets: Float64Array;
}

/** The data on which regularisation weights are tuned. */
export interface RegularisationSource {
  /** Which model. */
  readonly kind: 'regularization';
  /** `logistic`: log(1 + e^{−t a·w}). `squares`: (a·w − t)²/2. */
  readonly loss: 'logistic' | 'squares';
  /** Training samples. */
  readonly train: TargetRows;
  /** Samples that choose the weights. */
  readonly validation: TargetRows;
  /** Samples that score. */
  readonly test?: TargetRows;
  /** Whether one weight serves all coefficients. */
  readonly shared: boolean;
  /** Bounds of x; none where they are infinite. */
  readonly lower: number;
  /** Bounds of x; none where they are infinite. */
  readonly upper: number;
}

/** The oracles. */
export function regularisationModel(source: RegularisationSource): BilevelModel {
  const { train, validation, test, loss, shared, lower, upper } = source;
  const q = train.design.cols;
  const n = train.design.rows;
  const logistic = loss === 'logistic';
  const lossAt = (t: number, score: number) => (logistic ? softplus(-t * score) : (score - t) ** 2 / 2);
  const slopeAt = (t: number, score: number) => (logistic ? -t * sigmoid(-t * score) : score - t);
  const bendAt = (t: number, score: number) => {
    if (!logistic) return 1;
    const s = sigmoid(t * score);
    return s * (1 - s);
  };
  const [trained, checked] = [new ScoredRows(train), new ScoredRows(validation)];
  const meanLoss = (part: ScoredRows, w: Float64Array, indices?: Int32Array) => {
    const { count, scores, targets } = part.at(w, indices);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += lossAt(targets[k], scores[k]);
    return sum / count;
  };
  /** out += the gradient of the mean loss. */
  const addSlopes = (part: ScoredRows, w: Float64Array, out: Float64Array, indices?: Int32Array) => {
    const { count, scores, targets } = part.at(w, indices);
    const weights = new Float64Array(count);
    for (let k = 0; k < count; k++) weights[k] = slopeAt(targets[k], scores[k]) / count;
    part.addRows(weights, out, indices);
  };
  const weight = (x: Float64Array, j: number) => Math.exp(x[shared ? 0 : j]);
  const gather = (entry: (j: number) => number, out: Float64Array) => {
    out.fill(0);
    for (let j = 0; j < q; j++) out[shared ? 0 : j] += entry(j);
  };
  const bounded = lower > -Infinity || upper < Infinity;
  return {
    problem: {
      dimX: shared ? 1 : q,
      dimY: q,
      samplesF: validation.design.rows,
      samplesG: n,
      f: (_, w, indices) => meanLoss(checked, w, indices),
      g: (x, w, indices) => w.reduce((sum, t, j) => sum + (weight(x, j) * t * t) / 2, meanLoss(trained, w, indices)),
      gradFx: (_x, _w, out) => void out.fill(0),
      gradFy: (_, w, out, indices) => {
        out.fill(0);
        addSlopes(checked, w, out, indices);
      },
      gradGx: (x, w, out) => gather((j) => (weight(x, j) * w[j] * w[j]) / 2, out),
      gradGy: (x, w, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = weight(x, j) * w[j];
        addSlopes(trained, w, out, indices);
      },
      hvpGyy: (x, w, v, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = weight(x, j) * v[j];
        const { count, scores, targets } = trained.at(w, indices);
        const weights = trained.multiply(v, new Float64Array(count), indices);
        for (let k = 0; k < count; k++) weights[k] *= bendAt(targets[k], scores[k]) / count;
        trained.addRows(weights, out, indices);
      },
      hessGyy: (x, w, out, indices) => {
        const { count, scores, targets } = trained.at(w, indices);
        trained.gram((k) => bendAt(targets[k], scores[k]) / count, out, logistic, indices);
        for (let j = 0; j < q; j++) out[j * q + j] += weight(x, j);
      },
      jvpGxy: (x, w, v, out) => gather((j) => weight(x, j) * w[j] * v[j], out),
      ...(bounded && { setX: box(lower, upper) }),
    },
    ...(test && { testError: (w: Float64Array) => meanLoss(new ScoredRows(test), w) }),
  };
}

/** Samples with their products with the coefficients, which are kept for the next call with the same. All samples go to kernels. */
class ScoredRows {
  readonly #samples: TargetRows;
  readonly #scores: Float64Array;
  readonly #w: Float64Array;
  #memory: ReturnType<typeof memoryOf> | undefined;
  #gram: ReturnType<typeof gramMemoryOf> | undefined;

  constructor(samples: TargetRows) {
    this.#samples = samples;
    this.#scores = new Float64Array(samples.design.rows);
    this.#w = new Float64Array(samples.design.cols).fill(Number.NaN);
  }

  /** Number, scores and targets of all samples, or of some. */
  at(w: Float64Array, indices: Int32Array | undefined) {
    const { targets } = this.#samples;
    if (indices) {
      const scores = this.multiply(w, new Float64Array(indices.length), indices);
      return { count: indices.length, scores, targets: Float64Array.from(indices, (i) => targets[i]) };
    }
    let isKept = true;
    for (let j = 0; j < w.length; j++) if (w[j] !== this.#w[j]) isKept = false;
    if (!isKept) {
      this.multiply(w, this.#scores, undefined);
      this.#w.set(w);
    }
    return { count: this.#scores.length, scores: this.#scores, targets };
  }

  /** out <- the samples times v. */
  multiply(v: Float64Array, out: Float64Array, indices: Int32Array | undefined): Float64Array {
    const { rows, cols, values } = this.#samples.design;
    if (!indices) {
      this.#memory ??= memoryOf(this.#samples);
      const { kernels, design, over, beside } = this.#memory;
      beside.set(v);
      kernels.gemv(0, rows, cols, design.byteOffset, beside.byteOffset, over.byteOffset);
      out.set(over);
      return out;
    }
    for (let k = 0; k < indices.length; k++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += values[indices[k] * cols + j] * v[j];
      out[k] = sum;
    }
    return out;
  }

  /** out <- Σ weight_k a_k a_k'; computed once where weights do not change. */
  gram(weightOf: (k: number) => number, out: Float64Array, changes: boolean, indices: Int32Array | undefined): void {
    const { rows, cols, values } = this.#samples.design;
    if (indices) {
      out.fill(0);
      for (let k = 0; k < indices.length; k++) {
        const row = values.subarray(indices[k] * cols, (indices[k] + 1) * cols);
        for (let i = 0; i < cols; i++) for (let j = 0; j < cols; j++) out[i * cols + j] += weightOf(k) * row[i] * row[j];
      }
      return;
    }
    const isNew = !this.#gram;
    this.#gram ??= gramMemoryOf(this.#samples);
    const { workspace, design, weighted, gram, gemmScratch } = this.#gram;
    if (isNew || changes) {
      for (let k = 0; k < rows; k++) {
        const weight = weightOf(k);
        for (let at = k * cols; at < (k + 1) * cols; at++) weighted[at] = weight * design[at];
      }
      const [a, b, c] = [transposedPlace(matrixPlace(weighted, cols)), matrixPlace(design, cols), matrixPlace(gram, cols)];
      placedProduct(workspace, { rows: cols, cols, inner: rows, a, b, c, scratch: gemmScratch });
    }
    out.set(gram);
  }

  /** out += the samples, each weighted. */
  addRows(weights: Float64Array, out: Float64Array, indices: Int32Array | undefined): void {
    const { rows, cols, values } = this.#samples.design;
    if (!indices) {
      this.#memory ??= memoryOf(this.#samples);
      const { kernels, design, over, beside } = this.#memory;
      over.set(weights);
      kernels.gemvTransposed(0, cols, rows, cols, design.byteOffset, over.byteOffset, beside.byteOffset);
      for (let j = 0; j < cols; j++) out[j] += beside[j];
      return;
    }
    for (let k = 0; k < indices.length; k++)
      for (let j = 0; j < cols; j++) out[j] += weights[k] * values[indices[k] * cols + j];
  }
}

/** The samples where kernels work, with room for a number of each and for one of each column. */
function memoryOf({ design: { rows, cols, values } }: TargetRows) {
  const { workspace, ...arrays } = layout({ design: values as Float64Array, over: rows, beside: cols });
  return { kernels: workspace.kernels(linalgKernels), ...arrays };
}

/** The samples, with room for the products of their columns. */
function gramMemoryOf({ design: { rows, cols, values } }: TargetRows) {
  const design = values as Float64Array;
  return layout({ design, weighted: scratch(rows * cols), gram: scratch(cols * cols), gemmScratch: scratch(GEMM_SCRATCH) });
}

/** log(1 + e^t). */
function softplus(t: number): number {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}
