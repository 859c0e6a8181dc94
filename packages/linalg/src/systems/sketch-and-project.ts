// Sketch and project: x moves to the nearest point that solves a random sketch of the system; here some equations at a
// time, which is block Kaczmarz.
//
// R. Gower, P. Richtárik: Randomized iterative methods for linear systems (2015).
import {
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  Random,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import {
  asCsr,
  checkRectangularSystem,
  initialSolution,
  type LinearIterate,
  type LinearSolution,
  scaledSteps,
  tolerance,
} from './linear-system.ts';
import { projectionSteps } from './random-projections.ts';

/** Iterations without a new least residual after which the system is taken to have no solution. */
const PATIENCE = 1000;

/** Options of `sketchAndProject`. */
export const sketchAndProjectOptions = {
  tolerance,
  initialSolution,
  sketchSize: {
    type: 'integer',
    min: 1,
    default: 16,
    description: 'Equations in a sketch; all if there are fewer',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the draws' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `sketchAndProject`. */
export type SketchAndProjectOptions = OptionsOf<typeof sketchAndProjectOptions>;

/**
 * Solves a consistent system A x = b of any shape: an iteration draws equations S without repetition and projects,
 * x <- x - A_S' (A_S A_S')^+ (A_S x - b_S). With one equation it is Kaczmarz with uniform draws, with all it is direct.
 * `stalled` after 1000 iterations without a new least residual, as when the system has no solution. An iteration takes
 * O(entries of S + s² mean entries + s³) for s equations, and O(entries) for the residual.
 *
 * @param a - the matrix
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows, sketchAndProject } from '@infimum/linalg';
 *
 * const { x, iterations } = sketchAndProject(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(iterations, Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1 1.000000 2.000000
 * ```
 */
export function sketchAndProject(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: SketchAndProjectOptions & RunOptions<LinearIterate> = {},
): Outcome<LinearSolution, LinearIterate> {
  return run(sketchAndProjectSteps(a, b, options), runOptionsOf(sketchAndProjectOptions, options));
}

/** The steps of `sketchAndProject`, for those who drive them. */
export function* sketchAndProjectSteps(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: SketchAndProjectOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initialSolution, sketchSize, seed } = resolveOptions(sketchAndProjectOptions, options);
  checkRectangularSystem(a, b, initialSolution);
  const size = Math.min(sketchSize, a.rows);
  return yield* scaledSteps(asCsr(a), b, initialSolution, tolerance, function* (matrix, b, start) {
    const random = new Random(seed);
    return yield* projectionSteps(matrix, b, { tolerance, start }, PATIENCE, (x) => {
      project(matrix, b, x, random.sample(matrix.rows, size));
    });
  });
}

/** Moves x to the nearest point that solves the chosen equations, in the sense of least squares if they contradict. */
function project(
  { cols, rowPointers, columnIndices, values }: CsrMatrix,
  b: Float64Array,
  x: Float64Array,
  chosen: Int32Array,
): void {
  const size = chosen.length;
  const dense = new Float64Array(size * cols);
  const rest = new Float64Array(size);
  for (const [place, i] of chosen.entries()) {
    rest[place] = b[i];
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      dense[place * cols + columnIndices[k]] = values[k];
      rest[place] -= values[k] * x[columnIndices[k]];
    }
  }
  const gram = new Float64Array(size * size);
  for (const [p, i] of chosen.entries()) {
    for (let q = 0; q <= p; q++) {
      let sum = 0;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++)
        sum += values[k] * dense[q * cols + columnIndices[k]];
      gram[p * size + q] = sum;
    }
  }
  const weights = pseudoSolve({ rows: size, cols: size, values: gram }, rest);
  for (const [place, i] of chosen.entries()) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++)
      x[columnIndices[k]] += weights[place] * values[k];
  }
}

/** G^+ r by the eigenvectors of G whose eigenvalues are not rounding. */
function pseudoSolve(gram: DenseMatrix, rest: Float64Array): Float64Array {
  const size = gram.rows;
  const { values, vectors } = symmetricEigen(gram);
  const solution = new Float64Array(size);
  const smallest = values[size - 1] * size * Number.EPSILON;
  for (let c = 0; c < size; c++) {
    if (!(values[c] > smallest)) continue;
    let along = 0;
    for (let i = 0; i < size; i++) along += vectors.values[i * size + c] * rest[i];
    for (let i = 0; i < size; i++) solution[i] += (along / values[c]) * vectors.values[i * size + c];
  }
  return solution;
}
