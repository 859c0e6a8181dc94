// The singular value decomposition of a square matrix by one-sided rotations, which make its columns orthogonal pair by pair.
//
// M. Hestenes: Inversion of matrices by biorthogonalization and related results (1958); J. Demmel, K. Veselić: Jacobi's method is more
// accurate than QR (1992).

import { type DenseMatrix, transpose } from '../dense/dense-matrix.ts';
import { norm } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import type { SingularRows } from './svd.ts';

const MAX_SWEEPS = 60;

/** Of a matrix with entries of about one. O(n³) for each of about eight sweeps. */
export function jacobiSvd(a: DenseMatrix): SingularRows {
  const size = a.cols;
  using workspace = Workspace.for({ float64: [size * size, size * size] });
  // A' has the columns of A as its rows; rotating them makes A V = U S.
  const columns = workspace.float64From(transpose(a).values);
  const basis = workspace.float64(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && sweepPairs(workspace, columns, basis, size); sweep++);
  const rowOf = (array: Float64Array, i: number) => array.subarray(i * size, (i + 1) * size);
  const norms = Float64Array.from({ length: size }, (_, i) => norm(rowOf(columns, i)));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j] - norms[i]);
  const left = new Float64Array(size * size);
  const right = new Float64Array(size * size);
  for (const [place, i] of order.entries()) {
    const length = norms[i] || 1;
    left.set(
      rowOf(columns, i).map((value) => value / length),
      place * size,
    );
    right.set(rowOf(basis, i), place * size);
  }
  orthonormaliseRows(left, size, size); // completes what belongs to zeros
  return { values: Float64Array.from(order, (i) => norms[i]), left, right };
}

/** Rotates every pair of rows that is not orthogonal; whether there was one. */
function sweepPairs(workspace: Workspace, rows: Float64Array, basis: Float64Array, size: number): boolean {
  const { dot } = workspace.kernels(linalgKernels);
  const { rotatePair } = workspace.kernels(denseKernels);
  const row = (i: number): number => rows.byteOffset + 8 * i * size;
  const vector = (i: number): number => basis.byteOffset + 8 * i * size;
  const squareOf = (i: number): number => dot(size, row(i), row(i));
  let rotated = false;
  // Squared norms follow the rotations during a sweep, and are computed anew for the next.
  const squares = Float64Array.from({ length: size }, (_, i) => squareOf(i));
  for (let p = 0; p + 1 < size; p++) {
    for (let q = p + 1; q < size; q++) {
      const product = dot(size, row(p), row(q));
      const threshold = 4 * Number.EPSILON * Math.sqrt(squares[p] * squares[q]);
      if (Math.abs(product) <= threshold || Math.abs(product) < 1e-290) continue;
      rotated = true;
      const cotangent = (squares[q] - squares[p]) / (2 * product);
      const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
      const cosine = 1 / Math.hypot(1, tangent);
      rotatePair(size, cosine, -cosine * tangent, row(p), row(q));
      rotatePair(size, cosine, -cosine * tangent, vector(p), vector(q));
      squares[p] = Math.max(0, squares[p] - tangent * product);
      squares[q] += tangent * product;
      // What is left of a norm after cancellation is not to be trusted.
      if (squares[p] < 1e-4 * squares[q]) squares[p] = squareOf(p);
      if (squares[q] < 1e-4 * squares[p]) squares[q] = squareOf(q);
    }
  }
  return rotated;
}
