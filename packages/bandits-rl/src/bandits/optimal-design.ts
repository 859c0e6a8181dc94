// The G-optimal design: the distribution over the arms under which the largest variance φ' Σ⁻¹ φ is least, which is then the
// dimension (J. Kiefer, J. Wolfowitz, 1960); by the algorithm of Frank and Wolfe.
import type { DenseMatrix } from '@infimum/linalg';
import { regularizedInverse } from './regularized-inverse.ts';

/** A design and its largest variance. */
export interface Design {
  /** A probability for every arm. */
  readonly design: Float64Array;
  /** max_a φ_a' Σ⁻¹ φ_a, at least the rank of the features. */
  readonly variance: number;
}

/** Improves a design by at most `steps` steps, or until the variance is within 1 % of the dimension. */
export function optimalDesign({ rows, cols, values }: DenseMatrix, steps: number, start: Float64Array): Design {
  const design = start.slice() as Float64Array;
  const covariance = new Float64Array(cols * cols);
  const inverse = new Float64Array(cols * cols);
  for (let step = 0; ; step++) {
    covariance.fill(0);
    let trace = 0;
    for (let a = 0; a < rows; a++) {
      for (let i = 0; i < cols; i++) {
        for (let j = 0; j < cols; j++) covariance[i * cols + j] += design[a] * values[a * cols + i] * values[a * cols + j];
        trace += design[a] * values[a * cols + i] ** 2;
      }
    }
    regularizedInverse(covariance, cols, 1e-10 * (trace || 1), inverse);
    let [variance, place] = [0, 0];
    for (let a = 0; a < rows; a++) {
      let own = 0;
      for (let i = 0; i < cols; i++) {
        for (let j = 0; j < cols; j++) own += values[a * cols + i] * inverse[i * cols + j] * values[a * cols + j];
      }
      if (own > variance) [variance, place] = [own, a];
    }
    if (step >= steps || variance <= 1.01 * cols) return { design, variance };
    // The exact line search of Fedorov.
    const length = (variance / cols - 1) / (variance - 1);
    for (let a = 0; a < rows; a++) design[a] *= 1 - length;
    design[place] += length;
  }
}
