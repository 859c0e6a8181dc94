// A few eigenvalues of a large symmetric matrix: by Lanczos' method for the largest ones, on an inverse for all others.
//
// T. Ericsson, A. Ruhe: The spectral transformation Lanczos method (1980).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, InvalidInputError, resolveOptions, runWith } from '@infimum/core';
import { cholesky, solveCholesky } from '../dense/cholesky.ts';
import { ldl, solveLdl } from '../dense/ldl.ts';
import { sparseCholesky } from '../direct/sparse-cholesky.ts';
import { solveSparseLdl } from '../direct/sparse-ldl.ts';
import { solveSparseLu, sparseLu } from '../direct/sparse-lu.ts';
import { asStored, checkSquareShape, isSparse } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { addCsr } from '../sparse/csr-arithmetic.ts';
import type { Eigenpairs, LanczosIterate, LanczosPairs } from './lanczos.ts';
import { lanczosOptions, lanczosSteps } from './lanczos.ts';

const eigsOptions = /* @__PURE__ */ (({ count, tolerance, seed, maxIterations }: typeof lanczosOptions) =>
  ({
    count,
    which: {
      type: 'choice',
      choices: ['largest', 'smallest', 'above', 'below'],
      default: 'largest',
      description: 'Which eigenvalues: from an end of the spectrum, or next above or below `sigma`',
    },
    sigma: { type: 'number', description: 'Where `above` and `below` begin' },
    tolerance,
    seed,
    maxIterations,
  }) as const satisfies OptionSpecs)(lanczosOptions);

/** What `eigs` takes last. */
export type EigsOptions = OptionsOf<typeof eigsOptions> & RunOptions<LanczosIterate>;

/**
 * Some eigenvalues of a symmetric matrix, dense or sparse, and their eigenvectors, from the end or the number that was asked for. The
 * largest take products with A; all others a factorization of A - s I, and solutions with it: the smallest with an s just below
 * Gershgorin's disks, where a Cholesky factor exists.
 *
 * @param a - symmetric, n x n; its symmetry is not checked
 * @param options - how many, which, and limits; `maxIterations` is 300 by default
 * @throws {InvalidInputError} for a matrix that is not square and options out of range; `missing` for `above` or `below` without
 *   `sigma`; `out-of-range` naming `sigma` where it is an eigenvalue
 *
 * @example
 * ```ts
 * import { eigs } from '@infimum/linalg';
 *
 * const { values, status } = eigs([[2, 1, 0], [1, 2, 1], [0, 1, 2]], { which: 'above', sigma: 1 });
 * console.log(status, values[0].toFixed(6)); // converged 2.000000
 * ```
 */
export function eigs(a: AnyMatrix, options: EigsOptions = {}): Outcome<Eigenpairs, LanczosIterate> {
  return runWith(eigsOptions, options, eigsSteps(a, options));
}

/** The steps of `eigs`, for those who drive them. */
export function* eigsSteps(a: AnyMatrix, options: EigsOptions = {}): Steps<Eigenpairs, LanczosIterate> {
  const { which, sigma, count, tolerance, seed } = resolveOptions(eigsOptions, options);
  const matrix = asStored(a);
  checkSquareShape(matrix);
  const shared = { count, tolerance, seed };
  if (which === 'largest') return yield* lanczosSteps(matrix, shared);
  if (which !== 'smallest' && sigma === undefined) {
    const problem = `is needed for eigenvalues ${which} it`;
    throw new InvalidInputError(problem, { argument: 'sigma', code: 'missing' });
  }
  const shift = which === 'smallest' ? belowDisks(matrix) : (sigma ?? 0);
  checkNumber(shift, 'sigma');
  const solve = inverseOf(shifted(matrix, shift), which === 'smallest');
  const inner = lanczosSteps((x, out) => out.set(solve(x)), {
    ...shared,
    size: matrix.rows,
    which: which === 'below' ? 'smallest' : 'largest',
  });
  const restored = ({ values, ...pairs }: LanczosPairs): Eigenpairs => ({
    ...pairs,
    values: values.map((value) => shift + 1 / value),
  });
  try {
    for (;;) {
      const step = inner.next(undefined);
      if (step.done) {
        const { status, reason, solution } = step.value;
        const isBeyond = solution.values.some((value) => (which === 'below' ? value >= 0 : value <= 0));
        if (!isBeyond) return { status, reason, solution: restored(solution) };
        return {
          status: 'stalled',
          reason: `fewer than ${count} eigenvalues lie ${which} sigma`,
          solution: restored(solution),
        };
      }
      const { solution } = step.value;
      yield { ...step.value, solution: () => ({ ...restored(solution()), counted: false }) };
    }
  } finally {
    inner.return(undefined as never);
  }
}

/** A number just below all eigenvalues, by the disks of Gershgorin. */
function belowDisks(a: DenseMatrix | CsrMatrix): number {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < a.rows; i++) {
    let [center, radius] = [0, 0];
    const [start, end] = isSparse(a) ? [a.rowPointers[i], a.rowPointers[i + 1]] : [i * a.cols, (i + 1) * a.cols];
    for (let k = start; k < end; k++) {
      if ((isSparse(a) ? a.columnIndices[k] : k - start) === i) center = a.values[k];
      else radius += Math.abs(a.values[k]);
    }
    least = Math.min(least, center - radius);
    most = Math.max(most, center + radius);
  }
  return least - 1e-6 * (most - least || Math.abs(least) || 1);
}

function shifted(a: DenseMatrix | CsrMatrix, shift: number): DenseMatrix | CsrMatrix {
  if (isSparse(a)) {
    const places = Int32Array.from({ length: a.rows + 1 }, (_, i) => i);
    const columnIndices = places.subarray(0, a.rows);
    const values = new Float64Array(a.rows).fill(1);
    const unit = { rows: a.rows, cols: a.rows, rowPointers: places, columnIndices, values };
    return addCsr(a, unit, { beta: -shift });
  }
  const values = a.values.slice();
  for (let i = 0; i < a.rows; i++) values[i * a.cols + i] -= shift;
  return { ...a, values };
}

function inverseOf(a: DenseMatrix | CsrMatrix, isDefinite: boolean): (b: Float64Array) => Float64Array {
  try {
    if (isSparse(a)) {
      if (!isDefinite) {
        const factor = sparseLu(a);
        return (b) => solveSparseLu(factor, b).x;
      }
      const factor = sparseCholesky(a);
      return (b) => solveSparseLdl(factor, b).x;
    }
    if (isDefinite) {
      const factor = cholesky(a);
      return (b) => solveCholesky(factor, b);
    }
    const factors = ldl(a);
    solveLdl(factors, new Float64Array(a.rows)); // refuses zero pivots
    return (b) => solveLdl(factors, b);
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code !== 'out-of-range') throw error;
    throw new InvalidInputError('is an eigenvalue', { argument: 'sigma', code: 'out-of-range' });
  }
}
