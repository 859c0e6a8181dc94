// Losses of linear models: f(x) = (1/n) sum_i phi_i(a_i . x) + (ridge / 2) |x|^2, with a scalar function for every sample.
import { checkNumber, type FiniteSum } from '@infimum/core';
import type { Design } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { addScaled, dot } from './vectors.ts';

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
  const margins = new Float64Array(rows);
  const weights = new Float64Array(rows);
  const sampleOf = (k: number, indices: Int32Array | undefined) => (indices ? indices[k] : k);
  const room = (array: Float64Array, indices: Int32Array | undefined) =>
    !indices || indices.length <= rows ? array : new Float64Array(indices.length);

  return {
    dimension: cols,
    terms: rows,
    value: (x, indices) => {
      const at = room(margins, indices);
      const count = indices?.length ?? rows;
      design.multiply(x, at, indices);
      let sum = 0;
      for (let k = 0; k < count; k++) sum += loss.value(sampleOf(k, indices), at[k]);
      return sum / count + (ridge / 2) * dot(x, x);
    },
    gradient: (x, out, indices) => {
      const at = room(margins, indices);
      const count = indices?.length ?? rows;
      design.multiply(x, at, indices);
      for (let k = 0; k < count; k++) at[k] = loss.derivative(sampleOf(k, indices), at[k]) / count;
      design.multiplyTransposed(at, out, indices);
      addScaled(out, ridge, x);
    },
    hessianVector: (x, v, out, indices) => {
      const [at, along] = [room(margins, indices), room(weights, indices)];
      const count = indices?.length ?? rows;
      design.multiply(x, at, indices);
      design.multiply(v, along, indices);
      for (let k = 0; k < count; k++) {
        along[k] *= loss.secondDerivative(sampleOf(k, indices), at[k]) / count;
      }
      design.multiplyTransposed(along, out, indices);
      addScaled(out, ridge, v);
    },
    hessian: (x, out) => {
      design.multiply(x, margins);
      for (let i = 0; i < rows; i++) weights[i] = loss.secondDerivative(i, margins[i]) / rows;
      design.weightedGram(weights, out);
      for (let j = 0; j < cols; j++) out[j * cols + j] += ridge;
    },
    fisher: {
      kind: 'dense',
      matrix: (x, out) => {
        design.multiply(x, margins);
        for (let i = 0; i < rows; i++) weights[i] = loss.derivative(i, margins[i]) ** 2 / rows;
        design.weightedGram(weights, out);
        for (let j = 0; j < cols; j++) out[j * cols + j] += ridge;
      },
    },
  };
}
