// Data hyper-cleaning: every training sample has a weight sig(x_i), a softmax classifier is trained with them, and the weights
// are chosen so that it does well on a small clean part. g = (1/n) Σ sig(x_i) ℓ_i(Y) + μ|Y|²/2, f = mean ℓ on the clean part,
// with λ (1/n) Σ log(1 + e^−x_i) where labels are trusted; μ may be one more upper variable, by its logarithm.
import { dot, indexOfLargest } from '@infimum/linalg/numerics';
import { box } from '@infimum/optim/proximal';
import type { BilevelModel } from './model.ts';
import type { LabeledRows, SoftmaxBatch } from './softmax-rows.ts';
import { SoftmaxRows } from './softmax-rows.ts';

/** The data of hyper-cleaning. */
export interface CleaningSource {
  /** Which model. */
  readonly kind: 'cleaning';
  /** Training samples, some labels of which are wrong. */
  readonly train: LabeledRows;
  /** Clean samples. */
  readonly validation: LabeledRows;
  /** Samples for the metrics only. */
  readonly test?: LabeledRows;
  /** Which training labels are wrong, 1 for those; for the metrics only. */
  readonly wrong?: Uint8Array;
  /** Number of classes. */
  readonly classes: number;
  /** μ, the weight of |Y|²/2; `upper`: its logarithm is the last entry of x, behind the weights, from −20 to 10. */
  readonly ridge: number | 'upper';
  /** λ, the trust of the upper level in labels: it adds λ mean log(1 + e^−x_i); none by default. */
  readonly trust?: number;
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** The oracles. Y is classes x features, row by row. */
export function cleaningModel({ train, validation, test, wrong, classes, ridge, trust = 0 }: CleaningSource): BilevelModel {
  const n = train.design.rows;
  const d = train.design.cols;
  const isFree = ridge === 'upper';
  const ridgeAt = (x: Float64Array): number => (isFree ? Math.exp(x[n]) : ridge);
  const bound = (edge: number, last: number) => new Float64Array(n + 1).fill(edge).fill(last, n);
  const trained = new SoftmaxRows(train, classes);
  const checked = new SoftmaxRows(validation, classes);
  const tested = test && new SoftmaxRows(test, classes);
  /** The share of row k of a batch in the mean, times its weight. */
  const shareOf = (x: Float64Array, k: number, count: number, indices: Int32Array | undefined): number =>
    sigmoid(x[indices ? indices[k] : k]) / count;
  /** images <- weights (probabilities − indicator of the label), the derivatives of the losses by the scores. */
  const slopes = ({ count, labels, chances, images }: SoftmaxBatch, weightOf: (k: number) => number): void => {
    for (let k = 0, at = 0; k < count; k++, at += classes) {
      const weight = weightOf(k);
      for (let c = at; c < at + classes; c++) images[c] = weight * chances[c];
      images[at + labels[k]] -= weight;
    }
  };

  return {
    problem: {
      dimX: isFree ? n + 1 : n,
      ...(isFree && { setX: box(bound(-Infinity, -20), bound(Infinity, 10)) }),
      dimY: classes * d,
      samplesF: validation.design.rows,
      samplesG: n,
      f: (x, y, indices) => {
        let sum = 0;
        // log(1 + e^−x) = −log sig(x), without overflow.
        if (trust > 0) {
          for (const t of x.subarray(0, n)) sum += (trust / n) * (Math.log1p(Math.exp(-Math.abs(t))) + Math.max(0, -t));
        }
        const batch = checked.at(y, indices);
        for (let k = 0; k < batch.count; k++) sum += batch.loss(k) / batch.count;
        return sum;
      },
      g: (x, y, indices) => {
        let sum = (ridgeAt(x) / 2) * dot(y, y);
        const batch = trained.at(y, indices);
        for (let k = 0; k < batch.count; k++) sum += shareOf(x, k, batch.count, indices) * batch.loss(k);
        return sum;
      },
      gradFx: (x, _y, out) => {
        out.fill(0);
        for (let i = 0; i < n; i++) out[i] = trust > 0 ? (-trust / n) * sigmoid(-x[i]) : 0;
      },
      gradFy: (_, y, out, indices) => {
        const batch = checked.at(y, indices);
        slopes(batch, () => 1 / batch.count);
        out.fill(0);
        batch.addWeighted(out);
      },
      gradGx: (x, y, out, indices) => {
        const batch = trained.at(y, indices);
        out.fill(0);
        for (let k = 0; k < batch.count; k++) {
          const i = indices ? indices[k] : k;
          const s = sigmoid(x[i]);
          out[i] += (s * (1 - s) * batch.loss(k)) / batch.count;
        }
        if (isFree) out[n] = (ridgeAt(x) / 2) * dot(y, y);
      },
      gradGy: (x, y, out, indices) => {
        const batch = trained.at(y, indices);
        slopes(batch, (k) => shareOf(x, k, batch.count, indices));
        const weight = ridgeAt(x);
        for (let j = 0; j < out.length; j++) out[j] = weight * y[j];
        batch.addWeighted(out);
      },
      hvpGyy: (x, y, v, out, indices) => {
        const batch = trained.at(y, indices);
        const { count, chances, images } = batch;
        batch.multiply(v);
        for (let k = 0, at = 0; k < count; k++, at += classes) {
          let mean = 0;
          for (let c = at; c < at + classes; c++) mean += chances[c] * images[c];
          const share = shareOf(x, k, count, indices);
          for (let c = at; c < at + classes; c++) images[c] = share * chances[c] * (images[c] - mean);
        }
        const weight = ridgeAt(x);
        for (let j = 0; j < out.length; j++) out[j] = weight * v[j];
        batch.addWeighted(out);
      },
      jvpGxy: (x, y, v, out, indices) => {
        const batch = trained.at(y, indices);
        const { count, labels, chances, images } = batch;
        batch.multiply(v);
        out.fill(0);
        for (let k = 0, at = 0; k < count; k++, at += classes) {
          let sum = -images[at + labels[k]];
          for (let c = at; c < at + classes; c++) sum += chances[c] * images[c];
          const i = indices ? indices[k] : k;
          const s = sigmoid(x[i]);
          out[i] += (s * (1 - s) * sum) / count;
        }
        if (isFree) out[n] = ridgeAt(x) * dot(y, v);
      },
    },
    ...(tested && {
      testError: (y: Float64Array) => {
        const { count, labels, chances } = tested.at(y);
        let errors = 0;
        for (let k = 0; k < count; k++) {
          if (indexOfLargest(chances.subarray(k * classes, (k + 1) * classes)) !== labels[k]) errors++;
        }
        return errors / count;
      },
    }),
    ...(wrong && {
      foundBad: (x: Float64Array) =>
        f1(
          x.map((t) => (t < 0 ? 1 : 0)),
          wrong,
        ),
    }),
  };
}

/** F1 of the found entries against the true ones. */
export function f1(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (found[i] && truth[i]) both++;
    either += (found[i] ? 1 : 0) + (truth[i] ? 1 : 0);
  }
  return either === 0 ? 1 : (2 * both) / either;
}
