// A few eigenvalues of a large symmetric matrix or pencil: by Lanczos' method for the largest ones, on an inverse for all others.
//
// T. Ericsson, A. Ruhe: The spectral transformation Lanczos method (1980).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, fault, InvalidInputError, resolveOptions, runWith } from '@infimum/core';
import { cholesky, solveCholesky } from '../dense/cholesky.ts';
import { transpose } from '../dense/dense-matrix.ts';
import { ldl, solveLdl } from '../dense/ldl.ts';
import { lu, solveLu } from '../dense/lu.ts';
import { solveTriangular } from '../dense/triangular.ts';
import { sparseCholesky } from '../direct/sparse-cholesky.ts';
import { solveHalf, substituted } from '../direct/sparse-ldl.ts';
import { solveSparseLu, sparseLu } from '../direct/sparse-lu.ts';
import { asStored, checkSquareShape, isSparse } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { uncheckedMatvec } from '../matvec.ts';
import { largestMagnitude } from '../numerics/vectors.ts';
import { addCsr } from '../sparse/csr-arithmetic.ts';
import { csrToDense } from '../sparse/csr-matrix.ts';
import { metricFactor } from './generalized-eigen.ts';
import type { Eigenpairs, LanczosIterate, LanczosPairs } from './lanczos.ts';
import { lanczosOptions, lanczosSteps } from './lanczos.ts';

const eigsOptions = /* @__PURE__ */ (({ count, tolerance, seed, maxIterations }: typeof lanczosOptions) =>
  ({
    count,
    which: {
      type: 'choice',
      choices: ['largest', 'smallest', 'above', 'below'],
      default: 'largest',
      description: 'Which eigenvalues: from an end of the spectrum, or the nearest above or below `sigma`',
    },
    sigma: { type: 'number', description: 'Where `above` and `below` begin' },
    massMatrix: {
      type: 'value',
      check: checkMass,
      description: 'The symmetric positive definite B of A x = lambda B x; the identity by default',
    },
    tolerance,
    seed,
    maxIterations,
  }) as const satisfies OptionSpecs)(lanczosOptions);

function checkMass(value: unknown, argument: string): asserts value is AnyMatrix {
  checkSquareShape(asStored(value as AnyMatrix, argument), argument);
}

/** Options of `eigs`. */
export type EigsOptions = OptionsOf<typeof eigsOptions> & RunOptions<LanczosIterate>;

/**
 * Some eigenvalues of a symmetric matrix, dense or sparse, and their eigenvectors, at the chosen end or next to a number. The
 * largest take products with A; all others a factorization of A - s I, and solutions with it: the smallest with an s just below
 * Gershgorin's disks, where a Cholesky factor exists.
 *
 * With `massMatrix` B = L L' the eigenvalues are those of A x = λ B x, by products and solutions with L on both sides, and X' B X = I.
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

/** The steps of `eigs`, to be driven by `run` or by your own loop. */
export function* eigsSteps(a: AnyMatrix, options: EigsOptions = {}): Steps<Eigenpairs, LanczosIterate> {
  const { which, sigma, count, tolerance, seed, massMatrix: mass } = resolveOptions(eigsOptions, options);
  const matrix = asStored(a);
  checkSquareShape(matrix);
  const shared = { count, tolerance, seed };
  if (which === 'largest' && !mass) return yield* lanczosSteps(matrix, shared);
  if ((which === 'above' || which === 'below') && sigma === undefined) {
    throw fault(`is needed for eigenvalues ${which} it`, 'sigma', 'missing');
  }
  checkNumber(sigma ?? 0, 'sigma');
  const metric = mass && new Metric(asStored(mass, 'massMatrix'), matrix.rows);
  const { shift, solve } = inverted(matrix, which, sigma ?? 0, metric?.matrix);
  // L' (A - s B)^-1 L, with L = B L'^-1, or L^-1 A L'^-1.
  const operator = (x: Float64Array): Float64Array => {
    if (!metric) return solve(x);
    const half = metric.backwards(x);
    return metric.forwards(which === 'largest' ? uncheckedMatvec(matrix, half) : metric.times(solve(metric.times(half))));
  };
  const inner = lanczosSteps((x, out) => out.set(operator(x)), {
    ...shared,
    size: matrix.rows,
    which: which === 'below' ? 'smallest' : 'largest',
  });
  const restored = ({ values, vectors, ...pairs }: LanczosPairs): Eigenpairs => ({
    ...pairs,
    values: which === 'largest' ? values : values.map((value) => shift + 1 / value),
    vectors: metric ? metric.backwardsColumns(vectors) : vectors,
  });
  try {
    for (;;) {
      const step = inner.next(undefined);
      if (step.done) {
        const { status, reason, solution } = step.value;
        const isBeyond = which !== 'largest' && solution.values.some((value) => (which === 'below' ? value >= 0 : value <= 0));
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

/** A positive definite matrix B = L L', and products with L^-1 and L'^-1. */
class Metric {
  readonly matrix: DenseMatrix | CsrMatrix;
  readonly forwards: (x: Float64Array) => Float64Array;
  readonly backwards: (x: Float64Array) => Float64Array;

  constructor(matrix: DenseMatrix | CsrMatrix, size: number) {
    if (matrix.rows !== size) {
      throw fault(`expected ${size}x${size}, as a is, got ${matrix.rows}x${matrix.cols}`, 'massMatrix', 'shape');
    }
    this.matrix = matrix;
    if (isSparse(matrix)) {
      const factor = metricFactor(() => sparseCholesky(matrix), 'massMatrix');
      this.forwards = (x) => solveHalf(factor, x, false);
      this.backwards = (x) => solveHalf(factor, x, true);
    } else {
      const factor = metricFactor(() => cholesky(matrix), 'massMatrix');
      this.forwards = (x) => solveTriangular(factor, x);
      this.backwards = (x) => solveTriangular(factor, x, { transposed: true });
    }
  }

  times(x: Float64Array): Float64Array {
    return uncheckedMatvec(this.matrix, x);
  }

  backwardsColumns(vectors: DenseMatrix): DenseMatrix {
    const { rows, values } = transpose(vectors);
    for (let k = 0; k < rows; k++) {
      const row = values.subarray(k * vectors.rows, (k + 1) * vectors.rows);
      row.set(this.backwards(row));
    }
    return transpose({ rows, cols: vectors.rows, values });
  }
}

/** The shift s, and what solves with A - s B: for the smallest eigenvalues an s below all of them, as a Cholesky factor proves. */
function inverted(
  a: DenseMatrix | CsrMatrix,
  which: 'largest' | 'smallest' | 'above' | 'below',
  sigma: number,
  mass: DenseMatrix | CsrMatrix | undefined,
): { shift: number; solve: (b: Float64Array) => Float64Array } {
  if (which === 'largest') return { shift: 0, solve: (b) => b };
  if (which !== 'smallest') return { shift: sigma, solve: inverseOf(shifted(a, sigma, mass), 'symmetric') };
  let shift = mass ? 0 : belowDisks(a);
  for (let step = largestMagnitude(a.values) / (mass ? largestMagnitude(mass.values) : 1); ; step *= 4) {
    try {
      return { shift, solve: inverseOf(shifted(a, shift, mass), 'definite') };
    } catch (error) {
      if (!mass || !(step < Infinity) || !(error instanceof InvalidInputError) || error.argument !== 'sigma') throw error;
      shift = -step;
    }
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

/** A - s B, or A - s I. */
export function shifted(a: DenseMatrix | CsrMatrix, shift: number, mass?: DenseMatrix | CsrMatrix): DenseMatrix | CsrMatrix {
  if (isSparse(a) && (mass === undefined || isSparse(mass))) {
    const places = Int32Array.from({ length: a.rows + 1 }, (_, i) => i);
    const columnIndices = places.subarray(0, a.rows);
    const unit = { ...a, rowPointers: places, columnIndices, values: new Float64Array(a.rows).fill(1) };
    return addCsr(a, mass ?? unit, { beta: -shift });
  }
  const { values } = isSparse(a) ? csrToDense(a) : { values: a.values.slice() };
  const other = mass && isSparse(mass) ? csrToDense(mass) : mass;
  for (let k = 0; k < values.length; k++) values[k] -= shift * (other ? other.values[k] : k % (a.cols + 1) === 0 ? 1 : 0);
  return { rows: a.rows, cols: a.cols, values };
}

/** A solver for a matrix that is known to be positive definite, symmetric, or neither. */
export function inverseOf(
  a: DenseMatrix | CsrMatrix,
  kind: 'definite' | 'symmetric' | 'general',
): (b: Float64Array) => Float64Array {
  try {
    if (isSparse(a)) {
      if (kind !== 'definite') {
        const factor = sparseLu(a);
        return (b) => solveSparseLu(factor, b).x;
      }
      const factor = sparseCholesky(a);
      return (b) => substituted(factor, b, 1); // stable without refinement
    }
    if (kind === 'definite') {
      const factor = cholesky(a);
      return (b) => solveCholesky(factor, b);
    }
    if (kind === 'symmetric') {
      const factors = ldl(a);
      solveLdl(factors, new Float64Array(a.rows)); // refuses zero pivots
      return (b) => solveLdl(factors, b);
    }
    const factors = lu(a);
    solveLu(factors, new Float64Array(a.rows));
    return (b) => solveLu(factors, b);
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code !== 'out-of-range') throw error;
    throw fault('is an eigenvalue', 'sigma', 'out-of-range');
  }
}
