// (γI + Σ)⁻¹ of a small covariance, by Cholesky in place: what estimators of linear losses multiply by.

/**
 * Writes (γI + Σ)⁻¹ for a symmetric positive semidefinite Σ of d x d entries. Time O(d³), no allocation but for the first
 * call of a size.
 */
export function regularizedInverse(
  covariance: Float64Array,
  d: number,
  regularization: number,
  out: Float64Array,
): Float64Array {
  // L of γI + Σ, in the lower triangle of out.
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance[i * d + j] + (i === j ? regularization : 0);
      for (let k = 0; k < j; k++) sum -= out[i * d + k] * out[j * d + k];
      if (i === j) out[i * d + i] = Math.sqrt(Math.max(sum, Number.EPSILON * (covariance[i * d + i] + regularization)));
      else out[i * d + j] = sum / out[j * d + j];
    }
  }
  // L⁻¹ in its place.
  for (let j = 0; j < d; j++) {
    out[j * d + j] = 1 / out[j * d + j];
    for (let i = j + 1; i < d; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= out[i * d + k] * out[k * d + j];
      out[i * d + j] = sum / out[i * d + i];
    }
  }
  // L⁻ᵀ L⁻¹: entry (i, j) with i >= j needs rows k >= i only, so the lower triangle can be overwritten from the top.
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < d; k++) sum += out[k * d + i] * out[k * d + j];
      out[i * d + j] = sum;
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) out[j * d + i] = out[i * d + j];
  return out;
}
