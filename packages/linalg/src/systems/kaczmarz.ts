// Randomised Kaczmarz: projections onto the hyperplanes of single equations, each drawn in proportion to its squared norm.
//
// T. Strohmer, R. Vershynin: A randomized Kaczmarz algorithm with exponential convergence (2009).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { Random, resolveOptions, runWith } from '@infimum/core';
import { firstAbove } from '../numerics/order.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, scaledSteps, sides, tolerance } from './linear-system.ts';
import { projectionSteps } from './random-projections.ts';
import type { MatrixOfRows, RowReader } from './row-operators.ts';
import { readerOf, rowsOf } from './row-operators.ts';

/** Iterations without a new least residual after which the system is taken to have no solution. */
const PATIENCE = 500;

/** Options of `kaczmarz`. */
export const kaczmarzOptions = {
  tolerance,
  initial,
  projections: {
    type: 'integer',
    min: 1,
    max: 10_000_000, // limits are heard between iterations
    description: 'Projections per iteration, after which the residual is computed; by default the number of rows',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the draws' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `kaczmarz`. */
export type KaczmarzOptions = OptionsOf<typeof kaczmarzOptions> & RunOptions<LinearIterate>;

/**
 * Solves a consistent system A x = b of any shape by projecting onto one equation at a time. The expected squared error
 * falls by 1 - sigma_min²/|A|_F² with each projection, for a start in the row space such as zero. For a system that is not
 * consistent it stays within a distance of the least-squares solution, and ends as `stalled` after 500 iterations without
 * a new least residual.
 *
 * @param a - the matrix, or an operator that gives its rows: `row(i, entry)`, or `applyTransposed`, with a product a row; rows of
 *   zeros are never drawn
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range; `unsupported` for an
 *   operator without rows
 *
 * @example
 * ```ts
 * import { kaczmarz } from '@infimum/linalg/systems';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = kaczmarz(matrixFromRows([[4, 1], [1, 3], [1, 1]]), new Float64Array([6, 7, 3]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function kaczmarz(
  a: MatrixOfRows,
  b: VectorLike,
  options: KaczmarzOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(kaczmarzOptions, options, kaczmarzSteps(a, b, options));
}

/** The steps of `kaczmarz`, to be driven by `run` or by your own loop. */
export function* kaczmarzSteps(
  a: MatrixOfRows,
  b: VectorLike,
  options: KaczmarzOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, projections, seed } = resolveOptions(kaczmarzOptions, options);
  const system = rowsOf(a, (shape) => sides(shape, b, initial));
  return yield* scaledSteps(system, tolerance, function* (matrix, b, start) {
    const reader = readerOf(matrix);
    const most = projections ?? matrix.rows;
    const { columnIndices, values } = reader;
    const { squares, draw } = rowsByNorm(reader, new Random(seed));
    return yield* projectionSteps(reader, b, { tolerance, start }, PATIENCE, (x) => {
      for (let projection = 0; projection < most; projection++) {
        const i = draw();
        if (i < 0) break; // a matrix of zeros
        reader.seek(i);
        const { start, end } = reader;
        let rest = b[i];
        for (let k = start; k < end; k++) rest -= values[k] * x[columnIndices[k]];
        const step = rest / squares[i];
        for (let k = start; k < end; k++) x[columnIndices[k]] += step * values[k];
      }
    });
  });
}

/** Squared norms of all rows, and draws in proportion to them. */
function rowsByNorm(reader: RowReader, random: Random) {
  const { rows, values } = reader;
  const squares = new Float64Array(rows);
  const cumulated = new Float64Array(rows);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    reader.seek(i);
    for (let k = reader.start; k < reader.end; k++) squares[i] += values[k] ** 2;
    total += squares[i];
    cumulated[i] = total;
  }
  const draw = (): number => (total === 0 ? -1 : firstAbove(cumulated, random.uniform() * total));
  return { squares, draw };
}
