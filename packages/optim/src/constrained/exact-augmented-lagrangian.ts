// The method of AdaSketch-Newton with Newton systems solved by a factorisation or a Krylov method, for sizes at which the
// matrix fits into memory.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkObject, defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { AugmentedIterate } from './augmented-newton.ts';
import { augmentedNewtonSteps } from './augmented-newton.ts';
import { equalityConstrained } from './equality-problem.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
import { startOf } from './equality-source.ts';
import { deterministicSolver } from './inner-solvers.ts';
import { augmentedNewtonOptions } from './newton-options.ts';
import { sketchNewton as paper } from './papers.ts';

const exactAugmentedLagrangianOptions = {
  solver: {
    type: 'choice',
    choices: ['ldl', 'lu', 'minres', 'gmres'],
    default: 'ldl',
    description: 'Solver for the Newton systems',
  },
  ...augmentedNewtonOptions,
} as const satisfies OptionSpecs;

/** Options of `exactAugmentedLagrangian`. */
export type ExactAugmentedLagrangianOptions = OptionsOf<typeof exactAugmentedLagrangianOptions> & RunOptions<AugmentedIterate>;

/**
 * Finds a stationary point of f under c(x) = 0 by Newton's method on ∇L = 0, c = 0, with the merit
 * f + λ'c + (η1/2)|c|² + (η2/2)|∇L|², whose penalties adapt and which takes full steps near solutions: quadratic convergence.
 * O(n²m + (n + m)³) a step. `stalled` where the Jacobian is singular, a function is NaN, or no step descends.
 *
 * @param program - f and c with derivatives, n variables and m <= n equalities
 * @param initial - the start, n numbers
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { exactAugmentedLagrangian, testProgram, testPrograms } from '@infimum/optim/constrained';
 *
 * const { value, iterations } = exactAugmentedLagrangian(testProgram('HS40'), Float64Array.from(testPrograms.HS40.start));
 * console.log(value.toFixed(6), iterations < 10); // -0.250000 true
 * ```
 */
export function exactAugmentedLagrangian(
  program: EqualityProgram,
  initial: VectorLike,
  options: ExactAugmentedLagrangianOptions = {},
): Outcome<EqualitySolution, AugmentedIterate> {
  checkObject(program, 'program');
  return runWith(
    exactAugmentedLagrangianOptions,
    options,
    exactAugmentedLagrangianSteps(program, asVector(initial, 'initial'), options),
  );
}

/** The steps of `exactAugmentedLagrangian`. */
export function* exactAugmentedLagrangianSteps(
  program: EqualityProgram,
  initial: Float64Array,
  options: ExactAugmentedLagrangianOptions = {},
): Steps<EqualitySolution, AugmentedIterate> {
  const { solver, ...settings } = resolveOptions(exactAugmentedLagrangianOptions, options);
  return yield* augmentedNewtonSteps(program, initial, settings, () => deterministicSolver(solver));
}

export const exactAugmentedLagrangianSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/exact-augmented-lagrangian',
  title: 'Exact augmented Lagrangian',
  summary: 'Newton steps by a factorisation, with the merit of AdaSketch-Newton: the choice for dense problems.',
  problem: equalityConstrained,
  role: 'paper',
  paper,
  cost: 'O(n^2 m + (n + m)^3) \\text{ per step}',
  options: exactAugmentedLagrangianOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return exactAugmentedLagrangianSteps(program, initial, options);
  },
});
