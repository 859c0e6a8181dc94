// Histograms of equal mass, one a row: the input of barycentres.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, checkNonNegative, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { total } from '../transport.ts';

/** A barycentre on a fixed support. */
export interface Barycenter {
  /** Weights on the support, length n. */
  readonly barycenter: Float64Array;
  /** Mean over the histograms of how far the plans' marginals are from them, in the l1 norm. */
  readonly marginalError: number;
}

/** Distributions on the pixels of one grid. */
export interface BarycenterInstance {
  /** One image a row, rows x cols pixels each, non-negative, of equal totals. */
  readonly histograms: DenseMatrix;
  /** Height of the images. */
  readonly rows: number;
  /** Width of the images. */
  readonly cols: number;
  /** Entropic regularisation, in units of squared side lengths. */
  readonly epsilon: number;
  /** Whether the entropy's blur is taken out: Sinkhorn divergences instead of entropic values. */
  readonly debiased: boolean;
}

/**
 * Histograms, one a row, checked.
 *
 * @throws {InvalidInputError} naming `histograms` and the first place at fault
 */
export function asHistograms(given: MatrixLike): DenseMatrix {
  const histograms = asMatrix(given, 'histograms');
  checkNonNegative(histograms.values, 'histograms');
  const { rows, cols, values } = histograms;
  const first = total(values.subarray(0, cols));
  for (let k = 0; k < rows; k++) {
    const mass = total(values.subarray(k * cols, (k + 1) * cols));
    if (mass > 0 && mass < Infinity && Math.abs(mass - first) <= 1e-9 * Math.max(mass, first)) continue;
    throw fault(`row ${k} sums to ${mass}, row 0 to ${first}`, 'histograms', 'mass', k * cols);
  }
  return histograms;
}
