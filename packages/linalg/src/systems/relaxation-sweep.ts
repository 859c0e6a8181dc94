// What the stationary methods share: one sweep over the rows of a matrix, stored or not, and the loop around it.
import type { OptionSpecs, ResolvedOptions, Steps, VectorLike } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, scaledSteps, scaleOf, squareSides, tolerance } from './linear-system.ts';
import type { MatrixOfRows, RowReader } from './row-operators.ts';
import { AskedRows, diagonalValues, nonzeroDiagonal, readerOf, residualOfRows, rowsOf } from './row-operators.ts';

/** Options of over-relaxation. */
export const relaxationOptions = {
  tolerance,
  initial,
  relaxation: { type: 'number', above: 0, below: 2, default: 1.5, description: 'Relaxation factor: 1 is Gauss-Seidel' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** A sweep of over-relaxation over b and x. */
export interface Sweeps extends Disposable {
  /** The right-hand side. */
  readonly b: Float64Array;
  /** The unknowns. */
  readonly x: Float64Array;
  /**
   * For i from the first row to the last: x_i <- x_i + relaxation (b_i - sum_j a_ij x_j) / a_ii, with the x_j as they are
   * now.
   */
  forwards(): void;
  /** The same from the last row to the first. */
  backwards(): void;
}

/**
 * The sweeps over a matrix.
 *
 * @throws {InvalidInputError} for a zero on the diagonal of `a`
 */
export function sweepsOf(a: CsrMatrix | AskedRows, relaxation: number): Sweeps {
  return a instanceof AskedRows ? new RowRelaxation(a, relaxation) : new Relaxation(a, relaxation);
}

/** A matrix with the vectors of a stationary method, on a workspace. */
export class Relaxation implements Sweeps {
  /** The right-hand side. */
  readonly b: Float64Array;
  /** The unknowns. */
  readonly x: Float64Array;
  readonly #workspace: Workspace;
  readonly #sweep: (backwards: boolean) => void;

  /** @throws {InvalidInputError} for a zero on the diagonal of `a` */
  constructor(a: CsrMatrix, relaxation: number) {
    const { rows, rowPointers, columnIndices, values } = a;
    // Divided once: a division in the loop would lengthen the chain from each unknown to the next.
    const factors = factorsOf(a, relaxation);
    const { workspace, b, x, ...matrix } = layout({ rowPointers, columnIndices, values, factors, b: rows, x: rows });
    const { relaxBackwards, relaxForwards } = workspace.kernels(linalgKernels);
    const [pointers, columns] = [matrix.rowPointers.byteOffset, matrix.columnIndices.byteOffset];
    const [entries, factor] = [matrix.values.byteOffset, matrix.factors.byteOffset];
    this.b = b;
    this.x = x;
    this.#workspace = workspace;
    this.#sweep = (backwards) => {
      const relax = backwards ? relaxBackwards : relaxForwards;
      relax(rows, pointers, columns, entries, factor, b.byteOffset, x.byteOffset);
    };
  }

  forwards(): void {
    this.#sweep(false);
  }

  backwards(): void {
    this.#sweep(true);
  }

  /** Hands the memory on; the vectors must not be used any more. */
  [Symbol.dispose](): void {
    this.#workspace.release();
  }
}

/** The same over rows that are asked for, entry by entry in the order of the kernels. */
class RowRelaxation implements Sweeps {
  readonly b: Float64Array;
  readonly x: Float64Array;
  readonly #rows: RowReader;
  readonly #factors: Float64Array;

  constructor(a: AskedRows, relaxation: number) {
    this.b = new Float64Array(a.rows);
    this.x = new Float64Array(a.cols);
    this.#rows = a;
    this.#factors = factorsOf(a, relaxation);
  }

  forwards(): void {
    const [a, x] = [this.#rows, this.x];
    const { columnIndices, values } = a;
    for (let i = 0; i < a.rows; i++) {
      a.seek(i);
      let rest = this.b[i];
      for (let k = a.end - 1; k >= a.start; k--) rest -= values[k] * x[columnIndices[k]];
      x[i] += this.#factors[i] * rest;
    }
  }

  backwards(): void {
    const [a, x] = [this.#rows, this.x];
    const { columnIndices, values } = a;
    for (let i = a.rows - 1; i >= 0; i--) {
      a.seek(i);
      let rest = this.b[i];
      for (let k = a.start; k < a.end; k++) rest -= values[k] * x[columnIndices[k]];
      x[i] += this.#factors[i] * rest;
    }
  }

  [Symbol.dispose](): void {}
}

function factorsOf(a: CsrMatrix | AskedRows, relaxation: number): Float64Array {
  return nonzeroDiagonal(diagonalValues(a)).map((value) => relaxation / value);
}

/** Repeats sweeps over the rows of a matrix or operator from where one begins. */
export function* sweepingSteps(
  a: MatrixOfRows,
  b: VectorLike,
  { tolerance, initial, relaxation }: ResolvedOptions<typeof relaxationOptions>,
  sweep: (sweeps: Sweeps) => void,
): Steps<LinearSolution, LinearIterate> {
  const system = rowsOf(a, (shape) => squareSides(shape, b, initial));
  return yield* scaledSteps(system, tolerance, function* (matrix, b, start) {
    using sweeps = sweepsOf(matrix, relaxation);
    sweeps.b.set(b);
    const reader = readerOf(matrix);
    const residual = (): number => residualOfRows(reader, sweeps.x, b);
    return yield* stationarySteps(b, { tolerance, start, residual }, sweeps.x, () => sweep(sweeps));
  });
}

/** A residual that has grown by this factor will not come back. */
const DIVERGED = 1e10;

/** Repeats a sweep over `x`, zeros at first, until the residual is small, or has grown beyond hope. */
export function* stationarySteps(
  b: Float64Array,
  {
    tolerance,
    start,
    residual,
  }: {
    readonly tolerance: number;
    readonly start: Float64Array | undefined;
    /** |b - A x| */
    readonly residual: () => number;
  },
  x: Float64Array,
  sweep: () => void,
): Steps<LinearSolution, LinearIterate> {
  if (start) x.set(start);
  const norm = scaleOf(b);
  let first = 0;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = residual() / norm;
    if (iteration === 0) first = relativeResidual;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (!(relativeResidual <= DIVERGED * (first + 1))) {
      return stalled(solution(), 'the iteration diverges: its matrix has a spectral radius above one');
    }
    sweep();
  }
}
