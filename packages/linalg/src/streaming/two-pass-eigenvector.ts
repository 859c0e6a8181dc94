// The randomised SVD for the streaming problem: accurate to many digits, but it reads the rows more than once.
import type { OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { randomizedSvd } from '../sketches/randomized-svd.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { orient } from './streaming-method.ts';
import type { StreamedEigenvectors, StreamingIterate } from './streaming-options.ts';
import { streamingProblem } from './streaming-problem.ts';

const twoPassOptions = {
  oversampling: { type: 'integer', min: 0, max: 1000, default: 10, description: 'Additional random vectors' },
  powerIterations: { type: 'integer', min: 0, max: 100, default: 2, description: 'Further pairs of passes over the rows' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random vectors' },
} as const satisfies OptionSpecs;

/** One step: before it nothing is known, after it everything. */
function* twoPassEigenvectorSteps(
  rows: DenseMatrix | CsrMatrix,
  given: OptionsOf<typeof twoPassOptions>,
): Steps<StreamedEigenvectors, StreamingIterate> {
  const options = resolveOptions(twoPassOptions, given);
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
  { oversampling }: { readonly oversampling: number },
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

export const randomizedSvdSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/randomized-svd',
  title: 'Randomised SVD',
  summary: 'Products with a few random vectors: accurate, with more than one pass over the rows.',
  problem: streamingProblem,
  role: 'baseline',
  paper: { title: 'Finding structure with randomness', arxiv: '0909.4061', year: 2011 },
  cost: 'O(d \\ell) \\text{ per row and pass, and } 2\\,n d + 4\\,(n + d)\\,\\ell \\text{ numbers}',
  options: twoPassOptions,
  steps: ({ rows }, options) => twoPassEigenvectorSteps(rows, options),
});
