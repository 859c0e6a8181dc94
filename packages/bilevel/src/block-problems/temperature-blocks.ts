// Classifiers at many temperatures that share the weights of their training samples.
import { rowDot } from '@infimum/linalg/numerics';
import { sigmoid } from '../models/cleaning.ts';
import type { TargetRows } from '../models/regularization.ts';
import type { BlockModel } from './block-model.ts';

/** A logistic classifier at each temperature, training samples weighted by sig(x_j). */
export interface TemperatureBlocks {
  /** Which model. */
  readonly kind: 'temperatures';
  /** τ_i, one a block. */
  readonly temperatures: Float64Array;
  /** Samples with labels −1 and 1: as many upper variables. */
  readonly train: TargetRows;
  /** Clean samples. */
  readonly validation: TargetRows;
  /** λ of λ|w|²/2. */
  readonly ridge: number;
}

/** The oracles of classifiers at many temperatures: only the batch's entries of x are touched. */
export function temperatureBlocks({ temperatures, train, validation, ridge }: TemperatureBlocks): BlockModel {
  const q = train.design.cols;
  const score = ({ design }: TargetRows, j: number, w: Float64Array) => {
    return rowDot(design.values, j * q, w, 0, q);
  };
  const each = (rows: number, indices: Int32Array | undefined, visit: (j: number, share: number) => void) => {
    const count = indices?.length ?? rows;
    for (let k = 0; k < count; k++) visit(indices ? indices[k] : k, 1 / count);
  };
  const addRow = ({ design }: TargetRows, j: number, weight: number, out: Float64Array) => {
    for (let k = 0; k < q; k++) out[k] += weight * design.values[j * q + k];
  };
  const wrongness = (part: TargetRows, j: number, w: Float64Array, tau: number) =>
    sigmoid((-part.targets[j] * score(part, j, w)) / tau);
  return {
    problem: {
      blocks: temperatures.length,
      dimX: train.design.rows,
      dimY: q,
      samplesG: () => train.design.rows,
      samplesF: () => validation.design.rows,
      f: (i, _x, w) => {
        let sum = 0;
        each(validation.design.rows, undefined, (j, share) => {
          const margin = (validation.targets[j] * score(validation, j, w)) / temperatures[i];
          sum += share * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
        });
        return sum;
      },
      gradGy: (i, x, w, out, indices) => {
        const tau = temperatures[i];
        for (let k = 0; k < q; k++) out[k] = ridge * w[k];
        each(train.design.rows, indices, (j, share) => {
          addRow(train, j, (-share * sigmoid(x[j]) * wrongness(train, j, w, tau) * train.targets[j]) / tau, out);
        });
      },
      gradFy: (i, _, w, out, indices) => {
        const tau = temperatures[i];
        out.fill(0);
        each(validation.design.rows, indices, (j, share) => {
          addRow(validation, j, (-share * wrongness(validation, j, w, tau) * validation.targets[j]) / tau, out);
        });
      },
      hvpGyy: (i, x, w, v, out, indices) => {
        const tau = temperatures[i];
        for (let k = 0; k < q; k++) out[k] = ridge * v[k];
        each(train.design.rows, indices, (j, share) => {
          const r = wrongness(train, j, w, tau);
          addRow(train, j, (share * sigmoid(x[j]) * r * (1 - r) * score(train, j, v)) / (tau * tau), out);
        });
      },
      hessGyy: (i, x, w, out, indices) => {
        const tau = temperatures[i];
        out.fill(0);
        for (let k = 0; k < q; k++) out[k * q + k] = ridge;
        each(train.design.rows, indices, (j, share) => {
          const r = wrongness(train, j, w, tau);
          const weight = (share * sigmoid(x[j]) * r * (1 - r)) / (tau * tau);
          for (let k = 0; k < q; k++)
            addRow(train, j, weight * train.design.values[j * q + k], out.subarray(k * q, (k + 1) * q));
        });
      },
      addJvpGxy: (i, x, w, v, weight, out, indices) => {
        const tau = temperatures[i];
        each(train.design.rows, indices, (j, share) => {
          const s = sigmoid(x[j]);
          const pull = s * (1 - s) * wrongness(train, j, w, tau) * train.targets[j] * score(train, j, v);
          out[j] -= (weight * share * pull) / tau;
        });
      },
    },
    score: (_, y) => {
      let right = 0;
      for (let i = 0; i < temperatures.length; i++) {
        const w = y.subarray(i * q, (i + 1) * q);
        for (let j = 0; j < validation.design.rows; j++) if (validation.targets[j] * score(validation, j, w) > 0) right++;
      }
      return right / (temperatures.length * validation.design.rows);
    },
  };
}
