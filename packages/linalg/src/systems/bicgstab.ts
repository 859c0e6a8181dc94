// The stabilised biconjugate gradient method for square systems without symmetry: short recurrences, and a residual that a step of
// minimal residual smooths after each step of biconjugate gradients.
//
// H. van der Vorst: Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG for the solution of nonsymmetric linear systems (1992).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import { multiplication, sizesOf } from '../linear-operator.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { LinearIterate, LinearSolution, SquareMatrix, SquareSystem } from './linear-system.ts';
import { checkOperator, initial, runBySize, scaledOperator, scaledSteps, squareSystem, tolerance } from './linear-system.ts';

const bicgstabOptions = {
  tolerance,
  initial,
  preconditioner: {
    type: 'value',
    check: checkOperator,
    description:
      'An approximation of the inverse, applied from the right, so residuals are those of the system; none by default',
  },
} as const satisfies OptionSpecs;

/** Options of `bicgstab`. */
export type BicgstabOptions = OptionsOf<typeof bicgstabOptions> & LimitOptions<LinearIterate>;

/**
 * Solves A x = b for any square A with the memory of eight vectors. An iteration costs two products with A; the residual need not
 * fall in each of them.
 *
 * `converged` when the true residual, computed anew, meets the tolerance. When the recurrence breaks down or has drifted away from
 * the true residual, it restarts from x; `stalled` after two restarts without progress.
 *
 * @param a - the matrix, or an operator: a function, or an object with `apply(x, out)`
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is ten times the size by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * Source: H. van der Vorst, Bi-CGSTAB (1992).
 *
 * @example
 * ```ts
 * import { bicgstab, matrixFromRows } from '@infimum/linalg';
 *
 * const { x, status } = bicgstab(matrixFromRows([[1, 2], [-3, 4]]), new Float64Array([5, 5]));
 * console.log(status, Array.from(x, (value) => value.toFixed(6)).join(' ')); // converged 1.000000 2.000000
 * ```
 */
export function bicgstab(
  a: SquareMatrix,
  b: VectorLike,
  options: BicgstabOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runBySize(bicgstabOptions, options, bicgstabSteps(a, b, options), b?.length);
}

/** The steps of `bicgstab`, to be driven by `run` or by your own loop. */
export function* bicgstabSteps(
  a: SquareMatrix,
  b: VectorLike,
  options: BicgstabOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, preconditioner } = resolveOptions(bicgstabOptions, options);
  const system = squareSystem(a, b, initial);
  return yield* scaledSteps(system, tolerance, (a, b, start, scale) =>
    biconjugateSteps({ a, b, start }, tolerance, scaledOperator(preconditioner, scale)),
  );
}

function* biconjugateSteps(
  { a, b, start }: SquareSystem,
  tolerance: number,
  precondition: LinearOperator | undefined,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  const vectors = { residual: size, shadow: size, direction: size, image: size, second: size };
  using memory = layout(
    { target: b, x: start ?? size, ...vectors, conditioned: precondition ? size : 0 },
    { extra: sizesOf(a) },
  );
  const { workspace, target, x, residual, shadow, direction, image, second, conditioned } = memory;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const norm = nrm2(size, target.byteOffset) || 1;
  /** M v, or v itself. */
  const apply = (v: Float64Array): Float64Array => {
    if (!precondition) return v;
    precondition(v, conditioned);
    return conditioned;
  };

  let iteration = 0;
  let best = Infinity;
  let failures = 0;
  for (;;) {
    // The residual anew, which is its own shadow.
    multiply(x, residual);
    scal(size, -1, residual.byteOffset);
    axpy(size, 1, target.byteOffset, residual.byteOffset);
    const relativeResidual = nrm2(size, residual.byteOffset) / norm;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    if (iteration === 0) yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    failures = relativeResidual <= best / 2 ? 0 : failures + 1;
    if (failures > 2 || !(relativeResidual < Infinity)) {
      return stalled(
        solution(),
        `the recurrence broke down, or rounding stopped it, at a relative residual of ${relativeResidual}`,
      );
    }
    best = Math.min(best, relativeResidual);
    shadow.set(residual);
    direction.set(residual);
    let product = dot(size, shadow.byteOffset, residual.byteOffset);
    for (;;) {
      const along = apply(direction);
      multiply(along, image);
      const denominator = dot(size, shadow.byteOffset, image.byteOffset);
      const step = product / denominator;
      if (!Number.isFinite(step) || step === 0) break;
      axpy(size, step, along.byteOffset, x.byteOffset);
      axpy(size, -step, image.byteOffset, residual.byteOffset);
      const smoothing = apply(residual);
      multiply(smoothing, second);
      const square = dot(size, second.byteOffset, second.byteOffset);
      const omega = square > 0 ? dot(size, second.byteOffset, residual.byteOffset) / square : 0;
      axpy(size, omega, smoothing.byteOffset, x.byteOffset);
      axpy(size, -omega, second.byteOffset, residual.byteOffset);
      iteration++;
      const known = nrm2(size, residual.byteOffset) / norm;
      yield { iteration, relativeResidual: known, solution: () => ({ x: x.slice(), relativeResidual: known }) };
      if (known <= tolerance || !(known < 1e8 * best)) break;
      const next = dot(size, shadow.byteOffset, residual.byteOffset);
      const beta = (next / product) * (step / omega);
      // Nearly orthogonal to the shadow: what follows would be rounding.
      const sizes = nrm2(size, shadow.byteOffset) * nrm2(size, residual.byteOffset);
      if (!Number.isFinite(beta) || Math.abs(next) <= Number.EPSILON * sizes) break;
      axpy(size, -omega, image.byteOffset, direction.byteOffset);
      scal(size, beta, direction.byteOffset);
      axpy(size, 1, residual.byteOffset, direction.byteOffset);
      product = next;
    }
  }
}
