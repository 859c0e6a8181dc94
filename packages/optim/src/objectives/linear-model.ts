// Losses of linear models: f(x) = (1/n) sum_i phi_i(a_i . x) + (ridge / 2) |x|^2, with a scalar function for every sample.
import type { FiniteSum } from '@infimum/core';
import { checkNumber, checkObject } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { checkedOracle } from './checked-oracle.ts';
import type { ModelDesign } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { valueWithGradient } from './value-with-gradient.ts';

/** A convex function of one margin for every sample, and its derivatives. */
export interface MarginLoss {
  value(sample: number, margin: number): number;
  derivative(sample: number, margin: number): number;
  secondDerivative(sample: number, margin: number): number;
}

/** The same for places from <= k < to of an array; place k belongs to sample indices[k], without indices to sample k. */
export interface MarginLosses {
  /** The sum of the values; slopes_k <- the derivative at place k. */
  slopes(margins: Float64Array, slopes: Float64Array, from: number, to: number, indices?: Int32Array): number;
  /** out_k <- the second derivative at place k. */
  curvatures(margins: Float64Array, out: Float64Array, count: number, indices?: Int32Array): void;
}

/** Options of all losses of linear models. */
export interface LogisticLossOptions {
  /** Factor of |x|² / 2, at least 0; 0 by default. */
  readonly ridge?: number;
}

/** A loss with derivatives of second order. */
export type LinearModel = FiniteSum &
  Required<Pick<FiniteSum, 'hessianVector' | 'hessian'>> & {
    /** The empirical Fisher matrix (1/n) sum_i g_i g_i' of the samples' gradients, and the ridge. */
    readonly fisher: DenseApproximation;
  };

/** The mean loss of a linear model, with gradients, products with Hessians, and Hessians. */
export function linearModel(design: ModelDesign, losses: MarginLosses, options: LogisticLossOptions): LinearModel {
  checkObject(options, 'options');
  const { ridge = 0 } = options;
  checkNumber(ridge, 'ridge', { min: 0 });
  const { rows, cols, pass } = design;
  const { scores: margins, weights: slopes } = pass;
  let batch = { margins: new Float64Array(0), along: new Float64Array(0) };
  /** Arrays for a batch, or for all samples where a point's margins and slopes must stay; batches may be larger. */
  const reserve = (count: number) => {
    if (count > batch.margins.length) {
      batch = { margins: new Float64Array(count), along: new Float64Array(count) };
    }
    return batch;
  };

  let sum = 0;
  const weigh = (from: number, to: number) => {
    sum += losses.slopes(margins, slopes, from, to);
  };
  const whole = valueWithGradient(cols, {
    evaluate: (x, out) => {
      sum = 0;
      pass.run(x, weigh, out);
      return sum;
    },
    complete: (out) => pass.back(out),
  });
  /** out <- out / count + ridge x */
  const finish = (out: Float64Array, count: number, x: Float64Array) => {
    for (let j = 0; j < cols; j++) out[j] = out[j] / count + ridge * x[j];
  };
  const curved = (weights: Float64Array, out: Float64Array) => {
    for (let i = 0; i < rows; i++) weights[i] /= rows;
    design.weightedGram(weights, out);
    for (let j = 0; j < cols; j++) out[j * cols + j] += ridge;
  };

  return checkedOracle({
    dimension: cols,
    terms: rows,
    value: (x, indices) => {
      if (!indices) return whole.value(x) / rows + (ridge / 2) * dot(x, x);
      const count = indices.length;
      const { margins, along } = reserve(count);
      design.multiply(x, margins, indices);
      return losses.slopes(margins, along, 0, count, indices) / count + (ridge / 2) * dot(x, x);
    },
    gradient: (x, out, indices) => {
      if (!indices) {
        whole.gradient(x, out);
        finish(out, rows, x);
        return;
      }
      const count = indices.length;
      const { margins, along } = reserve(count);
      design.multiply(x, margins, indices);
      losses.slopes(margins, along, 0, count, indices);
      design.multiplyTransposed(along, out, indices);
      finish(out, count, x);
    },
    hessianVector: (x, v, out, indices) => {
      const count = indices?.length ?? rows;
      const { margins: room, along } = reserve(count);
      if (indices) design.multiply(x, room, indices);
      else whole.visit(x);
      losses.curvatures(indices ? room : margins, along, count, indices);
      design.multiply(v, room, indices);
      for (let k = 0; k < count; k++) along[k] *= room[k];
      design.multiplyTransposed(along, out, indices);
      finish(out, count, v);
    },
    hessian: (x, out) => {
      whole.visit(x);
      const { along } = reserve(rows);
      losses.curvatures(margins, along, rows);
      curved(along, out);
    },
    fisher: {
      kind: 'dense',
      matrix: (x, out) => {
        whole.visit(x);
        const { along } = reserve(rows);
        for (let i = 0; i < rows; i++) along[i] = slopes[i] ** 2;
        curved(along, out);
      },
    },
  });
}

/** The losses of all places, one after the other. */
export function pointwise(loss: MarginLoss): MarginLosses {
  return {
    slopes: (margins, slopes, from, to, indices) => {
      let sum = 0;
      for (let k = from; k < to; k++) {
        const sample = indices ? indices[k] : k;
        sum += loss.value(sample, margins[k]);
        slopes[k] = loss.derivative(sample, margins[k]);
      }
      return sum;
    },
    curvatures: (margins, out, count, indices) => {
      for (let k = 0; k < count; k++) out[k] = loss.secondDerivative(indices ? indices[k] : k, margins[k]);
    },
  };
}
