// Products and sums of rows of matrices, for the small models that are trained here.

/** a_j += factor b_j over `length` numbers from an offset in either array on. */
export function addScaledRow(
  a: Float64Array,
  offsetOfA: number,
  b: Float64Array,
  offsetOfB: number,
  length: number,
  factor: number,
): void {
  for (let j = 0; j < length; j++) a[offsetOfA + j] += factor * b[offsetOfB + j];
}
