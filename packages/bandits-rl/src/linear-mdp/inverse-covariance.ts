// Estimates of (γI + E φφ')⁻¹ from samples of φ: by the geometric series of matrices, and directly, which needs far fewer.
import type { VectorLike } from '@infimum/core';
import { allocateVector, asVector, checkFunction, checkInteger, checkNumber, checkObject } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { regularizedInverse } from '../bandits/regularized-inverse.ts';

/** Options of `matrixGeometricResampling`. */
export interface GeometricResamplingOptions {
  /** Entries of a sample. */
  readonly dimension: number;
  /** γ > 0. */
  readonly ridge: number;
  /** Terms N of the series; with (2/γ) ln(1/(εγ)) terms its remainder is smaller than ε. */
  readonly inner: number;
  /** Series M whose mean is taken. */
  readonly outer: number;
}

/**
 * Matrix geometric resampling: (γI + Σ)⁻¹ = ½ Σ_n (I - ½(γI + Σ))^n, each factor with a sample of its own, for samples of
 * norm at most 1 and γ <= 1. Unbiased up to the remainder of the series, with a large variance. Time O(M N d²).
 *
 * @param sample - writes a fresh φ with E φφ' = Σ
 * @throws {InvalidInputError} for sizes and a ridge out of range
 */
export function matrixGeometricResampling(
  sample: (out: Float64Array) => void,
  options: GeometricResamplingOptions,
): DenseMatrix {
  checkFunction(sample, 'sample');
  checkObject(options, 'options');
  const { dimension, ridge, inner, outer } = options;

  checkInteger(dimension, 'dimension', { min: 1 });
  checkNumber(ridge, 'ridge', { above: 0, max: 1 });
  checkInteger(inner, 'inner', { min: 1, max: 1e9 });
  checkInteger(outer, 'outer', { min: 1, max: 1e9 });
  const d = dimension;
  const mean = allocateVector(d * d, 'dimension');
  const power = allocateVector(d * d, 'dimension');
  const phi = new Float64Array(d);
  for (let m = 0; m < outer; m++) {
    power.fill(0);
    for (let i = 0; i < d; i++) {
      power[i * d + i] = 1;
      mean[i * d + i] += 0.5 / outer;
    }
    for (let n = 0; n < inner; n++) {
      sample(phi);
      for (let i = 0; i < d; i++) {
        let product = 0;
        for (let j = 0; j < d; j++) product += power[i * d + j] * phi[j];
        for (let j = 0; j < d; j++) {
          const entry = i * d + j;
          power[entry] -= 0.5 * (ridge * power[entry] + product * phi[j]);
          mean[entry] += (0.5 * power[entry]) / outer;
        }
      }
    }
  }
  return { rows: d, cols: d, values: mean };
}

/**
 * (γI + (1/W) Σ φφ')⁻¹ of W samples: the direct estimate, within a constant factor once W is about (d/γ) ln d. Time
 * O(W d² + d³).
 *
 * @param samples - one a row, `dimension` numbers each
 * @param dimension - entries of a sample
 * @param regularization - γ > 0
 * @throws {InvalidInputError} for samples that are not finite or of another size
 */
export function regularizedInverseCovariance(samples: VectorLike, dimension: number, regularization: number): DenseMatrix {
  const values = asVector(samples, 'samples');
  checkInteger(dimension, 'dimension', { min: 1, max: values.length });
  checkNumber(regularization, 'regularization', { above: 0 });
  const rows = Math.floor(values.length / dimension);
  const covariance = new Float64Array(dimension * dimension);
  for (let row = 0; row < rows; row++) addOuter(values, row * dimension, dimension, 1 / rows, covariance);
  const inverse = new Float64Array(dimension * dimension);
  regularizedInverse(covariance, dimension, regularization, inverse);
  return { rows: dimension, cols: dimension, values: inverse };
}

/** Adds weight · φφ' for the φ at a place of an array, into the d x d matrix at `to`. */
export function addOuter(values: Float64Array, at: number, d: number, weight: number, out: Float64Array, to = 0): void {
  for (let i = 0; i < d; i++) {
    const weighted = weight * values[at + i];
    if (weighted === 0) continue;
    for (let j = 0; j < d; j++) out[to + i * d + j] += weighted * values[at + j];
  }
}
