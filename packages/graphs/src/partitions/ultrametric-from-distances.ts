// The tree of an ultrametric that is given by its distances.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';
import { averageLinkageOfDistances } from './average-linkage.ts';
import type { UltrametricInstance } from './ultrametric-problem.ts';

/**
 * The tree of labels of a matrix of distances, the leaves in the order of the rows below the nodes of the tree. Time O(n³).
 *
 * @throws {InvalidInputError} for a matrix that is not symmetric with a zero diagonal and positive elsewhere, or naming the
 *   first i, j, k with d(i,j) > max(d(i,k), d(k,j)): it is not an ultrametric
 */
export function ultrametricFromDistances(
  distances: MatrixLike,
  dimension = 2,
): UltrametricInstance & { readonly leafOfRow: Int32Array } {
  const { rows: n, cols, values } = asMatrix(distances, 'distances');
  const complain = (problem: string, index: number): never => {
    throw fault(problem, 'distances', 'out-of-range', index);
  };
  if (cols !== n) throw fault(`must be square, got ${n}x${cols}`, 'distances', 'shape');
  for (let i = 0; i < n; i++) {
    if (values[i * n + i] !== 0) complain(`is not 0 from row ${i} to itself`, i * n + i);
    for (let j = 0; j < i; j++) {
      if (!(values[i * n + j] > 0)) complain(`is not positive between rows ${i} and ${j}`, i * n + j);
      if (values[i * n + j] !== values[j * n + i]) complain(`differs between rows ${i} and ${j} and back`, i * n + j);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < n; k++) {
        if (values[i * n + j] > Math.max(values[i * n + k], values[k * n + j]) * (1 + 1e-12)) {
          complain(`is not an ultrametric: d(${i}, ${j}) exceeds both d(${i}, ${k}) and d(${k}, ${j})`, i * n + j);
        }
      }
    }
  }
  return averageLinkageOfDistances(
    Array.from({ length: n }, (_, i) => Float64Array.from(values.subarray(i * n, (i + 1) * n))),
    dimension,
  );
}
