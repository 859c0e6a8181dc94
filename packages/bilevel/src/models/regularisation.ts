// Hyper-parameter optimisation of a linear model: one weight e^x for all coefficients or one for each, chosen by the loss on a
// validation part. g = mean loss + Σ_j e^{x_j} w_j²/2, f = mean validation loss; a third part scores.
import type { DenseMatrix } from '@infimum/linalg';
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

/** What regularisation weights are tuned on. */
export interface RegularisationSource {
  /** Which model. */
  readonly kind: 'regularisation';
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
  const product = ({ design }: TargetRows, i: number, w: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < q; j++) sum += design.values[i * q + j] * w[j];
    return sum;
  };
  const lossAt = (t: number, score: number) => (logistic ? softplus(-t * score) : (score - t) ** 2 / 2);
  const slopeAt = (t: number, score: number) => (logistic ? -t * sigmoid(-t * score) : score - t);
  const bendAt = (t: number, score: number) => {
    if (!logistic) return 1;
    const s = sigmoid(t * score);
    return s * (1 - s);
  };
  const meanLoss = (part: TargetRows, w: Float64Array, indices?: Int32Array) => {
    const count = indices?.length ?? part.design.rows;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const i = indices ? indices[k] : k;
      sum += lossAt(part.targets[i], product(part, i, w));
    }
    return sum / count;
  };
  /** out += mean over samples of weight(i) a_i. */
  const addMean = (
    part: TargetRows,
    indices: Int32Array | undefined,
    weight: (i: number) => number,
    out: Float64Array,
  ) => {
    const count = indices?.length ?? part.design.rows;
    for (let k = 0; k < count; k++) {
      const i = indices ? indices[k] : k;
      const c = weight(i) / count;
      for (let j = 0; j < q; j++) out[j] += c * part.design.values[i * q + j];
    }
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
      f: (_, w, indices) => meanLoss(validation, w, indices),
      g: (x, w, indices) =>
        w.reduce((sum, t, j) => sum + (weight(x, j) * t * t) / 2, meanLoss(train, w, indices)),
      gradFx: (_x, _w, out) => void out.fill(0),
      gradFy: (_, w, out, indices) => {
        out.fill(0);
        addMean(validation, indices, (i) => slopeAt(validation.targets[i], product(validation, i, w)), out);
      },
      gradGx: (x, w, out) => gather((j) => (weight(x, j) * w[j] * w[j]) / 2, out),
      gradGy: (x, w, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = weight(x, j) * w[j];
        addMean(train, indices, (i) => slopeAt(train.targets[i], product(train, i, w)), out);
      },
      hvpGyy: (x, w, v, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = weight(x, j) * v[j];
        addMean(
          train,
          indices,
          (i) => (logistic ? bendAt(train.targets[i], product(train, i, w)) : 1) * product(train, i, v),
          out,
        );
      },
      jvpGxy: (x, w, v, out) => gather((j) => weight(x, j) * w[j] * v[j], out),
      ...(bounded && { setX: box(lower, upper) }),
    },
    ...(test && { testError: (w: Float64Array) => meanLoss(test, w) }),
  };
}

/** log(1 + e^t). */
function softplus(t: number): number {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}
