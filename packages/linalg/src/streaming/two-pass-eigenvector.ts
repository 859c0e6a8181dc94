// The randomised SVD as an answer to the streaming problem: exact to many digits, but it reads the rows more than once.
import { converged, type Steps } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { randomizedSvd } from '../sketches/randomized-svd.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { orient } from './streaming-method.ts';
import type { StreamedEigenvectors, StreamingIterate } from './streaming-options.ts';

/** Settings of the two passes. */
export interface TwoPassOptions {
  /** Random vectors beside the one that is wanted. */
  readonly oversampling: number;
  /** Further pairs of passes. */
  readonly powerIterations: number;
  readonly seed: number;
}

/** One step: before it nothing is known, after it everything. */
export function* twoPassEigenvectorSteps(
  rows: DenseMatrix | CsrMatrix,
  options: TwoPassOptions,
): Steps<StreamedEigenvectors, StreamingIterate> {
  const start = new Float64Array(rows.cols);
  start[0] = 1;
  yield { iteration: 0, rowsSeen: 0, solution: () => answer(rows, options, start, 0, 0) };
  const { v, values } = randomizedSvd(rows, { ...options, rank: 1 });
  const solution = (): StreamedEigenvectors => answer(rows, options, v.values, values[0], rows.rows);
  yield { iteration: 1, rowsSeen: rows.rows, solution };
  return converged(solution(), `${2 + 2 * options.powerIterations} passes over the rows`);
}

function answer(
  { rows, cols, values }: DenseMatrix | CsrMatrix,
  { oversampling }: TwoPassOptions,
  found: Float64Array,
  singularValue: number,
  rowsSeen: number,
): StreamedEigenvectors {
  const vector = found.slice();
  orient(vector);
  // The transpose, a copy of it or of the matrix on a workspace, and four matrices of as many columns as random vectors.
  const width = Math.min(rows, cols, 1 + oversampling);
  const floatsStored = 2 * values.length + 4 * width * (rows + cols) + GEMM_SCRATCH;
  return {
    vector,
    eigenvalue: singularValue ** 2,
    singularValue,
    vectors: { rows: 1, cols, values: vector.slice() },
    eigenvalues: Float64Array.of(singularValue ** 2),
    rowsSeen,
    heavyRows: 0,
    lightEigenvalue: 0,
    blocks: 0,
    overflow: false,
    floatsStored,
    bitsStored: 64 * floatsStored,
    warnings: [],
  };
}
