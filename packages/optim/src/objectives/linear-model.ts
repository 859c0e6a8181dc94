// Losses of linear models: f(x) = (1/n) sum_i phi_i(a_i . x) + (ridge / 2) |x|^2, with a scalar function for every sample.
import { checkNumber, type FiniteSum } from '@infimum/core';
import { addScaled, dot } from '../vectors.ts';
import type { Design } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { atLastPoint } from './last-point.ts';

/** A convex function of one margin for every sample, and its derivatives. */
export interface MarginLoss {
  value(sample: number, margin: number): number;
  derivative(sample: number, margin: number): number;
  secondDerivative(sample: number, margin: number): number;
}

/** Options of all losses of linear models. */
export interface LinearModelOptions {
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
export function linearModel(
  design: Design,
  loss: MarginLoss,
  { ridge = 0 }: LinearModelOptions,
): LinearModel {
  checkNumber(ridge, 'ridge', { min: 0 });
  const { rows, cols } = design;
  const margins = new Float64Array(rows); // of all samples, at the last point
  const weights = new Float64Array(rows);
  const batch = new Float64Array(rows);
  const visit = atLastPoint(cols, (x) => design.multiply(x, margins));
  const sampleOf = (k: number, indices: Int32Array | undefined) => (indices ? indices[k] : k);
  const room = (array: Float64Array, indices: Int32Array | undefined) =>
    !indices || indices.length <= rows ? array : new Float64Array(indices.length);
  const marginsAt = (x: Float64Array, indices: Int32Array | undefined) => {
    if (!indices) {
      visit(x);
      return margins;
    }
    const at = room(batch, indices);
    design.multiply(x, at, indices);
    return at;
  };

  return {
    dimension: cols,
    terms: rows,
    value: (x, indices) => {
      const at = marginsAt(x, indices);
      const count = indices?.length ?? rows;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += loss.value(sampleOf(k, indices), at[k]);
      return sum / count + (ridge / 2) * dot(x, x);
    },
    gradient: (x, out, indices) => {
      const at = marginsAt(x, indices);
      const slopes = room(weights, indices);
      const count = indices?.length ?? rows;
      for (let k = 0; k < count; k++) slopes[k] = loss.derivative(sampleOf(k, indices), at[k]) / count;
      design.multiplyTransposed(slopes, out, indices);
      addScaled(out, ridge, x);
    },
    hessianVector: (x, v, out, indices) => {
      const at = marginsAt(x, indices);
      const along = room(weights, indices);
      const count = indices?.length ?? rows;
      design.multiply(v, along, indices);
      for (let k = 0; k < count; k++) {
        along[k] *= loss.secondDerivative(sampleOf(k, indices), at[k]) / count;
      }
      design.multiplyTransposed(along, out, indices);
      addScaled(out, ridge, v);
    },
    hessian: (x, out) => {
      visit(x);
      for (let i = 0; i < rows; i++) weights[i] = loss.secondDerivative(i, margins[i]) / rows;
      design.weightedGram(weights, out);
      for (let j = 0; j < cols; j++) out[j * cols + j] += ridge;
    },
    fisher: {
      kind: 'dense',
      matrix: (x, out) => {
        visit(x);
        for (let i = 0; i < rows; i++) weights[i] = loss.derivative(i, margins[i]) ** 2 / rows;
        design.weightedGram(weights, out);
        for (let j = 0; j < cols; j++) out[j * cols + j] += ridge;
      },
    },
  };
}
