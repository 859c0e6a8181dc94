// C^-1 H C'^-1 with B = C C': the Hessian in coordinates in which the metric is Euclid's.
import type { Metric } from '../smooth/metric.ts';

/** Replaces the symmetric d x d matrix H by C^-1 H C'^-1, O(d³). */
export function reduceHessian(hessian: Float64Array, size: number, metric: Metric, row: Float64Array): void {
  // C^-1 on the rows of the symmetric H, and once more on the columns of what that gives.
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) row[j] = hessian[i * size + j];
      metric.solveFactor(row, row);
      for (let j = 0; j < size; j++) hessian[i * size + j] = row[j];
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const above = hessian[j * size + i];
        hessian[j * size + i] = hessian[i * size + j];
        hessian[i * size + j] = above;
      }
    }
  }
}
