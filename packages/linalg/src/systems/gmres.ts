// The generalised minimal residual method with restarts, for any square matrix: the Arnoldi process, and Givens rotations
// on its Hessenberg matrix.
//
// Y. Saad, M. Schultz: GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems (1986).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import { multiplication, sizesOf } from '../linear-operator.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { LinearIterate, LinearSolution, SquareMatrix, SquareSystem } from './linear-system.ts';
import { checkOperator, initial, runBySize, scaledOperator, scaledSteps, squareSystem, tolerance } from './linear-system.ts';

export const restart = {
  type: 'integer',
  min: 1,
  max: 1000,
  default: 30,
  description: 'Iterations after which the Krylov space restarts, or the size if less',
} as const;

const gmresOptions = {
  tolerance,
  initial,
  restart,
  preconditioner: {
    type: 'value',
    check: checkOperator,
    description:
      'An approximation of the inverse, applied from the right, so residuals are those of the system; none by default',
  },
} as const satisfies OptionSpecs;

/** Options of `gmres`. */
export type GmresOptions = OptionsOf<typeof gmresOptions> & LimitOptions<LinearIterate>;

/**
 * Solves A x = b for any square A. An iteration costs a product with A and O(size restart) for orthogonality; the
 * residual never grows, and without restarts it is zero after as many iterations as A has rows, up to rounding.
 *
 * `stalled` when a whole cycle gains less than one per cent.
 *
 * @param a - the matrix, or an operator: a function, or an object with `apply(x, out)`
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is ten times the size by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * @example
 * ```ts
 * import { gmres, matrixFromRows } from '@infimum/linalg';
 *
 * const { x, status } = gmres(matrixFromRows([[1, 2], [-3, 4]]), new Float64Array([5, 5]));
 * console.log(status, Array.from(x, (value) => value.toFixed(6)).join(' ')); // converged 1.000000 2.000000
 * ```
 */
export function gmres(a: SquareMatrix, b: VectorLike, options: GmresOptions = {}): Outcome<LinearSolution, LinearIterate> {
  return runBySize(gmresOptions, options, gmresSteps(a, b, options), b?.length);
}

/** The steps of `gmres`, to be driven by `run` or by your own loop. */
export function* gmresSteps(a: SquareMatrix, b: VectorLike, options: GmresOptions = {}): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, restart, preconditioner } = resolveOptions(gmresOptions, options);
  const system = squareSystem(a, b, initial);
  const length = Math.min(system.b.length, restart);
  return yield* scaledSteps(system, tolerance, (a, b, start, scale) =>
    arnoldiSteps({ a, b, start }, tolerance, length, scaledOperator(preconditioner, scale)),
  );
}

function* arnoldiSteps(
  { a, b, start }: SquareSystem,
  tolerance: number,
  restart: number,
  preconditioner: LinearOperator | undefined,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  using memory = layout(
    { target: b, x: start ?? size, basis: (restart + 1) * size, combined: size, conditioned: size },
    { extra: sizesOf(a) },
  );
  const { workspace, target, x, basis, combined, conditioned } = memory;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const vector = (j: number): Float64Array => basis.subarray(j * size, (j + 1) * size);
  const norm = nrm2(size, target.byteOffset) || 1;
  const hessenberg = new Float64Array(restart * (restart + 1)); // column j from j (restart + 1) on
  const rotations = new Float64Array(2 * restart);
  const reduced = new Float64Array(restart + 1);

  /** x + M V y for the y that minimises the residual over the first `length` vectors. */
  const update = (length: number, out: Float64Array): void => {
    const y = reduced.slice(0, length);
    for (let i = length - 1; i >= 0; i--) {
      for (let j = i + 1; j < length; j++) y[i] -= hessenberg[j * (restart + 1) + i] * y[j];
      y[i] /= hessenberg[i * (restart + 1) + i];
    }
    combined.fill(0);
    for (let j = 0; j < length; j++) axpy(size, y[j], vector(j).byteOffset, combined.byteOffset);
    if (preconditioner) preconditioner(combined, conditioned);
    const step = preconditioner ? conditioned : combined;
    for (let i = 0; i < size; i++) out[i] = x[i] + step[i];
  };

  let iteration = 0;
  let cycleStart = Infinity;
  for (;;) {
    const first = vector(0);
    multiply(x, first);
    scal(size, -1, first.byteOffset);
    axpy(size, 1, target.byteOffset, first.byteOffset);
    const beta = nrm2(size, first.byteOffset);
    const achieved = beta / norm;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual: achieved });
    if (iteration === 0) yield { iteration, relativeResidual: achieved, solution };
    if (achieved <= tolerance) return converged(solution(), `the relative residual is at most ${tolerance}`);
    if (achieved > 0.99 * cycleStart) {
      return stalled(solution(), `a cycle of ${restart} iterations leaves the relative residual at ${achieved}`);
    }
    cycleStart = achieved;
    scal(size, 1 / beta, first.byteOffset);
    reduced.fill(0);
    reduced[0] = beta;
    let length = 0;
    while (length < restart) {
      const j = length;
      const image = vector(j + 1);
      if (preconditioner) preconditioner(vector(j), conditioned);
      multiply(preconditioner ? conditioned : vector(j), image);
      const before = nrm2(size, image.byteOffset);
      const column = hessenberg.subarray(j * (restart + 1), (j + 1) * (restart + 1)).fill(0);
      for (let pass = 0; pass < 2; pass++) {
        for (let i = 0; i <= j; i++) {
          const product = dot(size, vector(i).byteOffset, image.byteOffset);
          axpy(size, -product, vector(i).byteOffset, image.byteOffset);
          column[i] += product;
        }
      }
      const left = nrm2(size, image.byteOffset);
      const isInvariant = left <= Number.EPSILON * before;
      column[j + 1] = isInvariant ? 0 : left;
      if (!isInvariant) scal(size, 1 / left, image.byteOffset);
      rotate(column, rotations, j);
      if (Math.abs(column[j]) <= Number.EPSILON * before) break; // singular on this space
      const [cosine, sine] = [rotations[2 * j], rotations[2 * j + 1]];
      reduced[j + 1] = -sine * reduced[j];
      reduced[j] *= cosine;
      length++;
      iteration++;
      const [relativeResidual, used] = [Math.abs(reduced[length]) / norm, length];
      const current = (): LinearSolution => {
        const out = new Float64Array(size);
        update(used, out);
        return { x: out, relativeResidual };
      };
      yield { iteration, relativeResidual, solution: current };
      if (relativeResidual <= tolerance || isInvariant) break;
    }
    update(length, x);
  }
}

/** Applies the rotations so far to a new column, and makes the one that annihilates its last entry. */
function rotate(column: Float64Array, rotations: Float64Array, j: number): void {
  for (let i = 0; i < j; i++) {
    const [cosine, sine] = [rotations[2 * i], rotations[2 * i + 1]];
    const upper = column[i];
    column[i] = cosine * upper + sine * column[i + 1];
    column[i + 1] = cosine * column[i + 1] - sine * upper;
  }
  const radius = Math.hypot(column[j], column[j + 1]) || 1;
  rotations[2 * j] = column[j] / radius;
  rotations[2 * j + 1] = column[j + 1] / radius;
  column[j] = rotations[2 * j] * column[j] + rotations[2 * j + 1] * column[j + 1];
  column[j + 1] = 0;
}
