// Folds that share regularisation weights: the model of each fold is a lower level.
import { rowDot } from '@infimum/linalg/numerics';
import { sigmoid } from '../models/cleaning.ts';
import type { TargetRows } from '../models/regularization.ts';
import type { BlockModel } from './block-model.ts';
import { members } from './block-model.ts';

/** Folds of one data set that share the regularisation weights e^x, one a feature. */
export interface FoldBlocks {
  /** Which model. */
  readonly kind: 'folds';
  /** `logistic` or `squares`. */
  readonly loss: 'logistic' | 'squares';
  /** All samples; block i is trained without those r with `r % folds === i`, and validated on them. */
  readonly data: TargetRows;
  /** Number of folds; as many as samples for leave-one-out. */
  readonly folds: number;
}

/** The oracles of folds that share regularisation weights, one a feature. */
export function foldBlocks({ data, folds, loss }: FoldBlocks): BlockModel {
  const { design, targets } = data;
  const { rows, cols: q, values } = design;
  const logistic = loss === 'logistic';
  const [inside, outside] = [true, false].map((trains) =>
    Array.from({ length: folds }, (_, i) =>
      Int32Array.from(Array.from({ length: rows }, (__, r) => r).filter((r) => (r % folds !== i) === trains)),
    ),
  );
  const score = (r: number, w: Float64Array) => {
    return rowDot(values, r * q, w, 0, q);
  };
  const slope = (r: number, w: Float64Array) =>
    logistic ? -targets[r] * sigmoid(-targets[r] * score(r, w)) : score(r, w) - targets[r];
  const bend = (r: number, w: Float64Array) => {
    if (!logistic) return 1;
    const s = sigmoid(score(r, w));
    return s * (1 - s);
  };
  const addMean = (rows: Int32Array, indices: Int32Array | undefined, weight: (r: number) => number, out: Float64Array) => {
    const count = indices?.length ?? rows.length;
    for (let k = 0; k < count; k++) {
      const r = rows[indices ? indices[k] : k];
      const scale = weight(r) / count;
      for (let j = 0; j < q; j++) out[j] += scale * values[r * q + j];
    }
  };
  return {
    problem: {
      blocks: folds,
      dimX: q,
      dimY: q,
      samplesG: (i) => members(inside, i).length,
      samplesF: (i) => members(outside, i).length,
      f: (i, _, w) => {
        let sum = 0;
        for (const r of members(outside, i)) {
          const s = score(r, w);
          const margin = targets[r] * s;
          sum += logistic ? Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) : (s - targets[r]) ** 2 / 2;
        }
        return sum / outside[i].length;
      },
      gradGy: (i, x, w, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = Math.exp(x[j]) * w[j];
        addMean(members(inside, i), indices, (r) => slope(r, w), out);
      },
      gradFy: (i, _, w, out, indices) => {
        out.fill(0);
        addMean(members(outside, i), indices, (r) => slope(r, w), out);
      },
      hvpGyy: (i, x, w, v, out, indices) => {
        for (let j = 0; j < q; j++) out[j] = Math.exp(x[j]) * v[j];
        addMean(members(inside, i), indices, (r) => bend(r, w) * score(r, v), out);
      },
      hessGyy: (i, x, w, out, indices) => {
        out.fill(0);
        for (let j = 0; j < q; j++) {
          const row = out.subarray(j * q, (j + 1) * q);
          row[j] = Math.exp(x[j]);
          addMean(members(inside, i), indices, (r) => bend(r, w) * values[r * q + j], row);
        }
      },
      addJvpGxy: (_i, x, w, v, weight, out) => {
        for (let j = 0; j < q; j++) out[j] += weight * Math.exp(x[j]) * w[j] * v[j];
      },
    },
  };
}
