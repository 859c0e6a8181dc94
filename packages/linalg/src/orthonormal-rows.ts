// Orthonormal vectors, one after the other in an array, by Gram-Schmidt.
import { dot, norm } from './numerics/vectors.ts';

/**
 * Makes `count` vectors, one after the other, orthonormal in place (Gram-Schmidt, twice); what is left of each is its
 * norm. A vector that depends on those before it is replaced by a unit vector that does not.
 */
export function orthonormaliseRows(vectors: Float64Array, count: number, size: number): Float64Array {
  const norms = new Float64Array(count);
  let unit = 0;
  for (let k = 0; k < count; k++) {
    const row = vectors.subarray(k * size, (k + 1) * size);
    norms[k] = orthonormalize(row, vectors, k, size);
    while (norms[k] === 0 && unit < size) {
      row.fill(0);
      row[unit++] = 1;
      if (orthonormalize(row, vectors, k, size) > 0) break;
    }
  }
  return norms;
}

function orthonormalize(row: Float64Array, vectors: Float64Array, before: number, size: number): number {
  const length = norm(row);
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < before; k++) {
      const other = vectors.subarray(k * size, (k + 1) * size);
      const product = dot(row, other);
      for (let j = 0; j < size; j++) row[j] -= product * other[j];
    }
  }
  const rest = norm(row);
  if (!(rest > 1e-14 * length)) return 0;
  for (let j = 0; j < size; j++) row[j] /= rest;
  return rest;
}
