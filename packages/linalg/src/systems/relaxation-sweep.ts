// What the stationary methods share: one sweep over the rows of a sparse matrix, and the loop around it.
import { converged, type Steps, stalled } from '@infimum/core';
import { nonzeroDiagonalOf } from '../sparse/csr-diagonal.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import { type LinearIterate, type LinearSolution, residualNorm, scaleOf } from './linear-system.ts';

/** A matrix with the vectors of a stationary method, on a workspace. */
export class Relaxation {
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
    const factors = nonzeroDiagonalOf(a, 'a').map((value) => relaxation / value);
    const workspace = Workspace.for({
      float64: [values.length, rows, rows, rows],
      int32: [rows + 1, columnIndices.length],
    });
    const kernels = workspace.kernels(linalgKernels);
    const [pointers, columns] = [rowPointers, columnIndices].map(
      (array) => workspace.int32From(array).byteOffset,
    );
    const [entries, factor] = [values, factors].map((array) => workspace.float64From(array).byteOffset);
    this.b = workspace.float64(rows);
    this.x = workspace.float64(rows);
    const [b, x] = [this.b.byteOffset, this.x.byteOffset];
    this.#workspace = workspace;
    this.#sweep = (backwards) => {
      const relax = backwards ? kernels.relaxBackwards : kernels.relaxForwards;
      relax(rows, pointers, columns, entries, factor, b, x);
    };
  }

  /**
   * For i from the first row to the last: x_i <- x_i + relaxation (b_i - sum_j a_ij x_j) / a_ii, with the x_j as they are
   * now.
   */
  forwards(): void {
    this.#sweep(false);
  }

  /** The same from the last row to the first. */
  backwards(): void {
    this.#sweep(true);
  }

  /** Hands the memory on; the vectors must not be used any more. */
  [Symbol.dispose](): void {
    this.#workspace.release();
  }
}

/** A residual that has grown by this factor will not come back. */
const DIVERGED = 1e10;

/** Repeats a sweep over `x`, zeros at first, until the residual is small, or has grown beyond hope. */
export function* stationarySteps(
  a: CsrMatrix,
  b: Float64Array,
  { tolerance, start }: { readonly tolerance: number; readonly start: Float64Array | undefined },
  x: Float64Array,
  sweep: () => void,
): Steps<LinearSolution, LinearIterate> {
  if (start) x.set(start);
  const norm = scaleOf(b);
  let first = 0;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = residualNorm(a, x, b) / norm;
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
