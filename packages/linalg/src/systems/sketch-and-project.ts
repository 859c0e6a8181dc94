// Sketch and project: x moves to the nearest point that solves a random sketch of the system; here some equations at a
// time, which is block Kaczmarz.
//
// R. Gower, P. Richtárik: Randomized iterative methods for linear systems (2015).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { Random, resolveOptions, runWith } from '@infimum/core';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, scaledSteps, sides, tolerance } from './linear-system.ts';
import { projectionSteps } from './random-projections.ts';
import type { MatrixOfRows, RowReader } from './row-operators.ts';
import { readerOf, rowsOf } from './row-operators.ts';

/** Iterations without a new least residual after which the system is taken to have no solution. */
const PATIENCE = 1000;

/** Options of `sketchAndProject`. */
export const sketchAndProjectOptions = {
  tolerance,
  initial,
  sketchSize: { type: 'integer', min: 1, default: 16, description: 'Equations per sketch; all if there are fewer' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the draws' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `sketchAndProject`. */
export type SketchAndProjectOptions = OptionsOf<typeof sketchAndProjectOptions> & RunOptions<LinearIterate>;

/**
 * Solves a consistent system A x = b of any shape: an iteration draws equations S without repetition and projects,
 * x <- x - A_S' (A_S A_S')^+ (A_S x - b_S). With one equation it is Kaczmarz with uniform draws, with all it is direct.
 * `stalled` after 1000 iterations without a new least residual, as when the system has no solution. An iteration takes
 * O(entries of S + s² mean entries + s³) for s equations, and O(entries) for the residual.
 *
 * @param a - the matrix, or an operator that gives its rows: `row(i, entry)`, or `applyTransposed`, with a product a row
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range; `unsupported` for an
 *   operator without rows
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { sketchAndProject } from '@infimum/linalg/systems';
 *
 * const { x, iterations } = sketchAndProject(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(iterations, Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1 1.000000 2.000000
 * ```
 */
export function sketchAndProject(
  a: MatrixOfRows,
  b: VectorLike,
  options: SketchAndProjectOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(sketchAndProjectOptions, options, sketchAndProjectSteps(a, b, options));
}

/** The steps of `sketchAndProject`, to be driven by `run` or by your own loop. */
export function* sketchAndProjectSteps(
  a: MatrixOfRows,
  b: VectorLike,
  options: SketchAndProjectOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, sketchSize, seed } = resolveOptions(sketchAndProjectOptions, options);
  const system = rowsOf(a, (shape) => sides(shape, b, initial));
  const size = Math.min(sketchSize, system.a.rows);
  return yield* scaledSteps(system, tolerance, function* (matrix, b, start) {
    const random = new Random(seed);
    const reader = readerOf(matrix);
    return yield* projectionSteps(reader, b, { tolerance, start }, PATIENCE, (x) => {
      project(reader, b, x, random.sample(matrix.rows, size));
    });
  });
}

/** Moves x to the nearest point that solves the chosen equations, in the sense of least squares if they contradict. */
function project(reader: RowReader, b: Float64Array, x: Float64Array, chosen: Int32Array): void {
  const { cols, columnIndices, values } = reader;
  const size = chosen.length;
  const dense = new Float64Array(size * cols);
  const rest = new Float64Array(size);
  const gram = new Float64Array(size * size);
  for (const [p, i] of chosen.entries()) {
    reader.seek(i);
    const { start, end } = reader;
    rest[p] = b[i];
    for (let k = start; k < end; k++) {
      dense[p * cols + columnIndices[k]] = values[k];
      rest[p] -= values[k] * x[columnIndices[k]];
    }
    for (let q = 0; q <= p; q++) {
      let sum = 0;
      for (let k = start; k < end; k++) sum += values[k] * dense[q * cols + columnIndices[k]];
      gram[p * size + q] = sum;
    }
  }
  const weights = pseudoSolve({ rows: size, cols: size, values: gram }, rest);
  for (const [place, i] of chosen.entries()) {
    reader.seek(i);
    for (let k = reader.start; k < reader.end; k++) x[columnIndices[k]] += weights[place] * values[k];
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
