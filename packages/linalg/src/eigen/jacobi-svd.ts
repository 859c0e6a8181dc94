// The singular value decomposition of a square matrix by one-sided rotations, which make its columns orthogonal pair by pair.
//
// M. Hestenes: Inversion of matrices by biorthogonalization and related results (1958); J. Demmel, K. Veselić: Jacobi's method is more
// accurate than QR (1992).
import { transpose } from '../dense/dense-matrix.ts';
import type { DenseMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedGram, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';
import type { Workspace } from '../webassembly/workspace.ts';

/** Singular values and their vectors, in rows. */
export interface SingularRows {
  /** Falling. */
  readonly values: Float64Array;
  /** U', square. */
  readonly left: Float64Array;
  /** V', square. */
  readonly right: Float64Array;
}

const MAX_SWEEPS = 60;

/** Products of which nothing is left to see beside entries of about one. */
const NEGLIGIBLE = 1e-290;

/** Rows of this norm at least have products that are not negligible where they are not orthogonal. */
const LEAST_ORTHOGONAL = 1e-130;

/**
 * Of a matrix with entries of about one. O(n³) for each of about eight sweeps; of about two where one begins with the rows of a V' that
 * nearly makes the columns of A V orthogonal. Any orthogonal V keeps small singular values as exact as the columns of A allow: for
 * A = B D with a diagonal D, what rounds in A v is a small part of |B| |B^-1| |A v|.
 */
export function jacobiSvd(a: DenseMatrix, start?: Float64Array): SingularRows {
  const size = a.cols;
  // A' has the columns of A as its rows; rotating them makes A V = U S.
  using memory = layout({
    columns: start ? size * size : transpose(a).values,
    basis: start ?? size * size,
    matrix: start ? a.values : 0,
    gemmScratch: scratch(start ? GEMM_SCRATCH : 0),
  });
  const { workspace, columns, basis } = memory;
  if (start) {
    placedProduct(workspace, {
      rows: size,
      cols: size,
      inner: size,
      a: matrixPlace(basis, size),
      b: transposedPlace(matrixPlace(memory.matrix, size)),
      c: matrixPlace(columns, size),
      scratch: memory.gemmScratch,
    });
  } else for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const known = start && rotateLittle(workspace, columns, basis, size);
    if (known === 'done') break;
    if (known !== 'rotated' && !sweepPairs(workspace, columns, basis, size)) break;
  }
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
  // Completes what belongs to zeros, and what is so small that its products are negligible.
  if (size > 0 && norms[order[size - 1]] < LEAST_ORTHOGONAL) orthonormaliseRows(left, size, size);
  return { values: Float64Array.from(order, (i) => norms[i]), left, right };
}

/** Rotations by more than this change the products of others too much. */
const LITTLE = 1e-7;

/**
 * Rotates the pairs of rows that are not orthogonal if all rotations are tiny: then one product of matrices gives all of them, and
 * most pairs need none. Otherwise nothing is done.
 */
function rotateLittle(workspace: Workspace, rows: Float64Array, basis: Float64Array, size: number): 'done' | 'rotated' | 'far' {
  const gram = gramOfRows(rows, size);
  const roots = Float64Array.from({ length: size }, (_, i) => Math.sqrt(gram[i * size + i]));
  const tolerance = toleranceFor(size);
  const pairs: number[] = [];
  const tangents: number[] = [];
  for (let q = 1; q < size; q++) {
    for (let p = 0; p < q; p++) {
      const product = gram[q * size + p];
      if (Math.abs(product) <= tolerance * (roots[p] * roots[q]) || Math.abs(product) < NEGLIGIBLE) continue;
      const tangent = tangentOf(product, gram[p * size + p], gram[q * size + q]);
      if (!(Math.abs(tangent) <= LITTLE)) return 'far';
      pairs.push(p, q);
      tangents.push(tangent);
    }
  }
  const { rotatePair } = workspace.kernels(denseKernels);
  for (const [k, tangent] of tangents.entries()) {
    // The cosine is one to rounding.
    const [p, q] = [8 * size * pairs[2 * k], 8 * size * pairs[2 * k + 1]];
    rotatePair(size, 1, -tangent, rows.byteOffset + p, rows.byteOffset + q);
    rotatePair(size, 1, -tangent, basis.byteOffset + p, basis.byteOffset + q);
  }
  return tangents.length === 0 ? 'done' : 'rotated';
}

/** The inner products of all pairs of rows, below the diagonal and on it. */
function gramOfRows(rows: Float64Array, size: number): Float64Array {
  using memory = layout({ rows, gram: size * size, gemmScratch: scratch(GEMM_SCRATCH) });
  const a = matrixPlace(memory.rows, size);
  const c = matrixPlace(memory.gram, size);
  placedGram(memory.workspace, { rows: size, inner: size, a, c, scratch: memory.gemmScratch });
  return memory.gram.slice();
}

/** Of the angle by which two rows have to be rotated. */
function tangentOf(product: number, firstSquare: number, secondSquare: number): number {
  const cotangent = (secondSquare - firstSquare) / (2 * product);
  return (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
}

/** How large the cosine of two rows may be: a product rounds by as much. */
function toleranceFor(size: number): number {
  return Math.max(4, Math.sqrt(size)) * Number.EPSILON;
}

/** Rotates every pair of rows that is not orthogonal; whether there was one. */
function sweepPairs(workspace: Workspace, rows: Float64Array, basis: Float64Array, size: number): boolean {
  const { dot } = workspace.kernels(linalgKernels);
  const { rotatePair } = workspace.kernels(denseKernels);
  const row = (i: number): number => rows.byteOffset + 8 * i * size;
  const vector = (i: number): number => basis.byteOffset + 8 * i * size;
  const squareOf = (i: number): number => dot(size, row(i), row(i));
  let rotated = false;
  const tolerance = toleranceFor(size);
  // Squared norms follow the rotations during a sweep, and are computed anew for the next.
  const squares = Float64Array.from({ length: size }, (_, i) => squareOf(i));
  for (let p = 0; p + 1 < size; p++) {
    for (let q = p + 1; q < size; q++) {
      const product = dot(size, row(p), row(q));
      const threshold = tolerance * Math.sqrt(squares[p] * squares[q]);
      if (Math.abs(product) <= threshold || Math.abs(product) < NEGLIGIBLE) continue;
      rotated = true;
      const tangent = tangentOf(product, squares[p], squares[q]);
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
