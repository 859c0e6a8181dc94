// Histograms of one mass, a row each: what barycentres are made of.
import { checkMatrix, checkNonNegative, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { total } from '../transport.ts';

/**
 * Checks histograms, one a row.
 *
 * @throws {InvalidInputError} naming `histograms` and the first place at fault
 */
export function checkHistograms(histograms: DenseMatrix): void {
  checkMatrix(histograms, 'histograms');
  checkNonNegative(histograms.values, 'histograms');
  const { rows, cols, values } = histograms;
  const first = total(values.subarray(0, cols));
  for (let k = 0; k < rows; k++) {
    const mass = total(values.subarray(k * cols, (k + 1) * cols));
    if (mass > 0 && mass < Infinity && Math.abs(mass - first) <= 1e-9 * Math.max(mass, first)) continue;
    throw new InvalidInputError(`row ${k} sums to ${mass}, row 0 to ${first}`, {
      argument: 'histograms',
      code: 'mass',
      index: k * cols,
    });
  }
}
